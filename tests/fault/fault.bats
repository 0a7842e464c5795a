# SPDX-License-Identifier: GPL-2.0-or-later
# fault.bats: each system call of a job fails once: no byte is lost with status 0, nothing hangs, one message tells.
load ../helpers

setup() {
	needs command strace
}

# strike JOB...: see tests/fault/inject for what must hold
strike() {
	local jobs=()
	for job; do jobs+=(--job "$job"); done
	run -0 "$tree/tests/fault/inject" "${jobs[@]}"
}

@test "connect: any call may fail once, over tcp" {
	strike connect-tcp connect-name
}

@test "connect: any call may fail once, in bulk, over unix and with a program" {
	strike connect-bulk connect-unix connect-program
}

@test "send, recv: any call may fail once" {
	strike send-tcp send-udp recv-udp resolve
}

@test "relay: any call may fail once, from and to files" {
	strike send-file receive-file
}

@test "listen: any call may fail once, also for the socket file" {
	strike listen-one listen-unix
}

@test "listen --keep: any call may fail once, and the next client is served" {
	strike listen-keep
}

@test "relay: any call may fail once, and the next client is served, over tcp" {
	strike relay-tcp
}

@test "relay: any call may fail once, and the next client is served, over unix and datagrams" {
	strike relay-unix relay-datagrams
}
