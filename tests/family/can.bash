# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# can.bash: what the tests of the CAN families share: a bus of its own for each test, so that they can run side by side.
load ../helpers

# bus and bus2: two virtual buses that allow CAN FD frames.
setup() {
	needs root
	needs family can
	bus=c$BATS_TEST_NUMBER.$((BASHPID % 100000))
	bus2=d$BATS_TEST_NUMBER.$((BASHPID % 100000))
	new_bus "$bus" "$bus2"
}

teardown() {
	stop_all
	printf 'link del %s\n' "$bus" "$bus2" | ip -force -batch - 2>/dev/null || true
}

# new_bus BUS...
new_bus() {
	local name
	for name; do printf 'link add %s mtu 72 type vcan\nlink set %s up\n' "$name" "$name"; done | ip -batch -
}

# receivers BUS: how many sockets receive from it.
receivers() {
	awk -v bus="$1" '$1 == bus { n++ } END { print n + 0 }' /proc/net/can/rcvlist_*
}

# listens BUS [COUNT]: whether so many sockets receive from it.
listens() {
	[ "$(receivers "$1")" -ge "${2:-1}" ]
}

# start_dump BUS [ARGUMENTS of candump]: candump's log goes to dump_file.
start_dump() {
	local count
	count=$(receivers "$1")
	start candump -L -r 16000000 "${@:2}" "$1"
	dump_file=$output_file
	wait_for listens "$1" $((count + 1))
}

# start_recv ARGUMENTS: anysock recv on a spec of bus; recv_file is what it prints, recv_pid itself.
start_recv() {
	start "$ANYSOCK" recv --timeout 50s "$@"
	recv_pid=$pid
	recv_file=$output_file
	recv_errors=$error_file
	wait_for listens "${listened:-$bus}"
}

# frames FILE: the frames of candump's log alone.
frames() {
	cut -d ' ' -f 3 "$1"
}

lines_of() {
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# start_python [ARGUMENT...]: starts the program on standard input and waits until it says ready.
start_python() {
	local program=$BATS_TEST_TMPDIR/$((${started:-0} + 1)).py
	cat >"$program"
	start /usr/bin/python3 "$program" "$@"
	wait_for grep -q ready "$output_file"
}
