# SPDX-License-Identifier: GPL-2.0-or-later
# program.bats: bulk into programs and out of them.

load ../helpers

@test "relay: a program gets the whole of a long stream, again and again" {
	local _
	head -c 32M /dev/zero >"$BATS_TEST_TMPDIR/data"
	ready_address listen -q --keep tcp:127.0.0.1:0 -- wc -c
	# where room and data come at the same moment, neither may be missed: that hung two times in five
	for _ in {1..10}; do
		run -0 timeout "$patience" "$ANYSOCK" "$address" <"$BATS_TEST_TMPDIR/data"
		[ "$output" = 33554432 ]
	done
}

@test "relay: a long stream out of a program is whole" {
	local _
	ready_address listen -q --keep tcp:127.0.0.1:0 -- head -c 32M /dev/zero
	for _ in {1..10}; do
		[ "$(timeout "$patience" nc -d 127.0.0.1 "${address##*:}" | wc -c)" = 33554432 ]
	done
}
