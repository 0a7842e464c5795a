# SPDX-License-Identifier: GPL-2.0-or-later
# script_errors.bats: what is wrong in a line is told with its place; what can be known before it runs, before anything does.
# shellcheck disable=SC2154
load ../helpers
load shell

# refused HOW LINE MARK MESSAGE: a row of the table; the witness is what the line before it makes.
refused() {
	local mark
	local witness=$BATS_TEST_TMPDIR/witness.$count
	status=0
	output=$("$ANYSOCK" shell --timeout "$patience" -c "socketpair a b; save $witness; $2" 2>&1 </dev/null) || status=$?
	marks "$output"
	[[ $status = 2 && $output == *"anysock: $4"* && $mark = "$3" ]] || return 1
	case $1 in
	check) [ ! -e "$witness" ] ;;
	run) [ -e "$witness" ] ;;
	*) false ;;
	esac
}

@test "script errors: each is told with its place, before the first line runs where it can be known" {
	local how line wanted message count=0
	while IFS=$'\t' read -r how line wanted message; do
		[[ $how != \#* ]] || continue
		count=$((count + 1))
		refused "$how" "$line" "$wanted" "$message" || { printf '%s\n%s\n%s\n' "$line" "$status" "$output" && false; }
	done <"$tree/tests/data/script-errors.tsv"
	[ "$count" -ge 140 ]
}
