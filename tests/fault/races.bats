# SPDX-License-Identifier: GPL-2.0-or-later
# races.bats: many connections that end at odd moments, many that fail, and somebody else at our paths.
load ../helpers

# full EVERY_DAY IN_FULL: how often
full() {
	[ -n "${ANYSOCK_FULL:-}" ] && echo "$2" || echo "$1"
}

@test "unix: a listener leaves what others put at its path, whenever they do, and is never open to more" {
	run -0 "$tree/tests/fault/paths.py" swap "$(full 300 10000)"
	[[ "$output" == *" 0 lost,"*" 0 too wide" ]]
}

@test "unix: of two that find a dead socket file one listens" {
	run -0 "$tree/tests/fault/paths.py" claim "$(full 100 2000)"
}
