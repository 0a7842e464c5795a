# SPDX-License-Identifier: GPL-2.0-or-later
# races.bats: many connections that end at odd moments, many that fail, and somebody else at our paths.
load ../helpers

# full EVERY_DAY IN_FULL: how often
full() {
	[ -n "${ANYSOCK_FULL:-}" ] && echo "$2" || echo "$1"
}

@test "unix: a listener leaves what others put at its path, whenever they do, and is never open to more" {
	run -0 "$tree/tests/fault/paths.py" swap "$(full 150 10000)"
	[[ "$output" == *" 0 lost,"*" 0 too wide" ]]
}

@test "unix: of two that find a dead socket file one listens" {
	run -0 "$tree/tests/fault/paths.py" claim "$(full 100 2000)"
}

@test "relay: connections whose ends close at random microseconds lose nothing, and none is stuck" {
	run -0 "$tree/tests/fault/ends.py" "$(full 500 10000)"
}

@test "relay, listen: a server whose clients all fail has open what it had, in the same memory, and no zombies" {
	needs plain "they take memory of their own"
	run -0 "$tree/tests/fault/failures.py" refused "$(full 3000 100000)"
	run -0 "$tree/tests/fault/failures.py" gone "$(full 3000 100000)"
	run -0 "$tree/tests/fault/failures.py" program "$(full 500 10000)"
}
