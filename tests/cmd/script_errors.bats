# SPDX-License-Identifier: GPL-2.0-or-later
# script_errors.bats: what is wrong in a line is told with its place; what can be known before it runs, before anything does.
# shellcheck disable=SC2154
load ../helpers
load shell

# refused HOW LINE MARK MESSAGE: a row of the table; the witness is what the line before it makes.
refused() {
	local witness=$BATS_TEST_TMPDIR/witness
	rm -f "$witness"
	lines "socketpair a b; save $witness; $2"
	[[ $status = 2 && $output == *"anysock: $4"* && $(marked "$output") = "$3" ]] || return 1
	case $1 in
	check) [ ! -e "$witness" ] ;;
	run) [ -e "$witness" ] ;;
	*) false ;;
	esac
}

@test "script errors: each is told with its place, before the first line runs where it can be known" {
	local how line mark message count=0
	while IFS=$'\t' read -r how line mark message; do
		[[ $how != \#* ]] || continue
		count=$((count + 1))
		refused "$how" "$line" "$mark" "$message" || { printf '%s\n%s\n%s\n' "$line" "$status" "$output" && false; }
	done <"$tree/tests/data/script-errors.tsv"
	[ "$count" -ge 140 ]
}
