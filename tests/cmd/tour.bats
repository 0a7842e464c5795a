# SPDX-License-Identifier: GPL-2.0-or-later
# tour.bats: what README.md tells people to type, typed.

load ../helpers

readme=$BATS_TEST_DIRNAME/../../README.md

# blocks LANGUAGE-FOLDER: each ```sh block of the README as N.sh, what it prints as N.text.
blocks() {
	awk -v folder="$1" '
	/^```sh$/ { file = folder "/" ++n ".sh"; next }
	/^```text$/ { file = folder "/" n ".text"; next }
	/^```/ { file = ""; next }
	file != "" { print >file }' "$readme"
}

setup() {
	mkdir "$BATS_TEST_TMPDIR/blocks" "$BATS_TEST_TMPDIR/here"
	blocks "$BATS_TEST_TMPDIR/blocks"
	cd "$BATS_TEST_TMPDIR/here" || return
}

@test "README: every block of the tour prints what stands below it" {
	local block name count=0
	for block in "$BATS_TEST_TMPDIR"/blocks/*.sh; do
		name=${block%.sh}
		# what it leaves in the background ends with the block
		timeout $((patience * 2)) bash "$block" >"$name.got" 2>"$name.errors" </dev/null 3>&- || true
		diff -u "$name.text" "$name.got" || { cat "$block" "$name.errors" && false; }
		count=$((count + 1))
	done
	[ "$count" -ge 6 ]
}

@test "README: every make target that it names exists" {
	local target targets
	targets=$(grep -o 'make [a-z][a-z-]*' "$readme" | cut -d ' ' -f 2 | sort -u)
	for target in $targets; do
		grep -q "^$target:" "$BATS_TEST_DIRNAME/../../Makefile" || [ "$target" = alone ] || [ "$target" = and ]
	done
}

@test "README: every path that it names exists" {
	local path
	# shellcheck disable=SC2016 # the backquotes are Markdown's
	for path in $(grep -o '`[a-z]*/[a-z_./]*`' "$readme" | tr -d '`' | sort -u); do
		[ -e "$BATS_TEST_DIRNAME/../../$path" ]
	done
}
