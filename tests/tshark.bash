# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# tshark.bash: what tshark says of a capture: `load ../tshark`. It takes seconds to start where processors are emulated,
# so a test names at once all the fields that it wants to know.

# judge FIELD...: lets tshark read these of each packet of $capture.
judge() {
	local field arguments=()
	for field; do arguments+=(-e "$field"); done
	tshark -n -r "$capture" -T fields -E header=y "${arguments[@]}" 2>"$BATS_TEST_TMPDIR/tshark.errors" >"$BATS_TEST_TMPDIR/judged" ||
		{ cat "$BATS_TEST_TMPDIR/tshark.errors" >&2 && return 1; }
}

# shown FIELD...: what it said of these, a line a packet, tabs between.
shown() {
	awk -F '\t' -v names="$*" '
		NR == 1 {
			count = split(names, wanted, " ")
			for (i = 1; i <= NF; i++)
				place[$i] = i
			next
		}
		{
			for (i = 1; i <= count; i++)
				printf "%s%s", $(place[wanted[i]]), i < count ? "\t" : "\n"
		}' "$BATS_TEST_TMPDIR/judged"
}
