# SPDX-License-Identifier: GPL-2.0-or-later
# contributing.bats: what CONTRIBUTING.md tells people to do, done in a copy of the tree.
load ../helpers

# steps FOLDER: the blocks of the page in their order, as a script each: a block with a path becomes that file.
steps() {
	awk -v folder="$1" '
	/^```$/ && file != "" { if (path != "") print "END_OF_BLOCK" >file; close(file); file = path = ""; next }
	/^```/ {
		file = sprintf("%s/%02d", folder, ++n)
		path = $2
		printf "set -e\n" >file
		if (path != "")
			printf "cat >%s <<'"'END_OF_BLOCK'"'\n", path >file
		next
	}
	file != "" { print >file }' "$tree/CONTRIBUTING.md"
}

@test "CONTRIBUTING: a family is added as it says, and moves bytes to and from socat" {
	[ -z "${ANYSOCK_LAB:-}" ] || skip "a build takes a quarter of an hour there, and wants no other kernel"
	needs command git socat
	local step count=0
	mkdir "$BATS_TEST_TMPDIR/steps" "$BATS_TEST_TMPDIR/copy"
	steps "$BATS_TEST_TMPDIR/steps"
	cd "$tree"
	git ls-files -z | xargs -0 tar -c | tar -x -C "$BATS_TEST_TMPDIR/copy"
	# what is built is not built again
	[ ! -d build/src ] || cp -a --parents build/{flags,objects,anysock,libanysock.a,src} "$BATS_TEST_TMPDIR/copy"
	cd "$BATS_TEST_TMPDIR/copy"
	git init -q . && git add .
	for step in "$BATS_TEST_TMPDIR"/steps/*; do
		env -u ANYSOCK -u ANYSOCK_TAP -u SAN MAKEFLAGS=-j2 timeout 600 bash "$step" >said 2>&1 3>&- || { cat "$step" said && false; }
		count=$((count + 1))
	done
	[ "$count" -ge 7 ]
	build/anysock help nopath | grep 'UNIX sockets by a name that is no path'
}
