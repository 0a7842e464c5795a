# SPDX-License-Identifier: GPL-2.0-or-later
# fault.bats: each system call of a job fails once: no byte is lost with status 0, nothing hangs, one message tells.
load ../helpers

setup() {
	needs command strace
	needs plain "they allocate memory as they like"
}

# harness PROGRAM [OPTIONS] JOB...: see the program for what must hold
harness() {
	local program=$1 words=() job
	shift
	for job; do
		case $job in
		-*) read -r -a words <<<"$job" ;;
		*) words+=(--job "$job") ;;
		esac
	done
	run -0 "$tree/tests/fault/$program" "${words[@]}"
}

strike() {
	harness inject "$@"
}

# In full all of them, every day the jobs that are named.
starve() {
	[ -z "${ANYSOCK_FULL:-}" ] || set -- "$1"
	[ -e "$(dirname "$ANYSOCK")/tests/fault/faults.so" ] || { echo "make test builds faults.so" && return 1; }
	harness starve "$@"
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

@test "pair, sendfd, recvfd, connect --record: any call may fail once" {
	strike pair sendfd recvfd record
}

@test "scan, wait, replay: any call may fail once" {
	strike "--every $((${ANYSOCK_FULL:-0} ? 1 : 3))" scan wait replay
}

@test "faults that stay: a documented status and one message, and listeners wait without work" {
	strike "--stay --every 4 --workers 12" connect-tcp listen-one listen-keep relay-datagrams
}

@test "signals: at any call the right ones end it, by the signal, the others pass unseen" {
	strike "--signals --every 3" connect-tcp listen-unix relay-tcp
}

@test "memory: any allocation may fail, with one message" {
	starve "--every ${ANYSOCK_FULL:-4}" pair scan sendfd recvfd record connect-tcp connect-program listen-unix listen-keep relay-tcp relay-datagrams
}

@test "memory: all allocations may fail from any on, with one message" {
	starve "--stay --every ${ANYSOCK_FULL:-7}" connect-bulk listen-one relay-unix send-udp resolve
}

@test "input and output: what is short, in vain or spurious is not to be seen" {
	starve "--io --seeds $((${ANYSOCK_FULL:-0} ? 9 : 1)) --workers 12" connect-bulk receive-file listen-keep relay-tcp relay-datagrams connect-program
}

@test "listen: what nohup ignores stays ignored" {
	start bash -c "trap '' HUP; exec '$ANYSOCK' listen --ready-fd 1 tcp:127.0.0.1:0"
	wait_for test -s "$output_file"
	kill -HUP "$pid"
	[ "$(printf x | "$ANYSOCK" connect "$(cat "$output_file")")" = "" ]
	status_of "$pid"
	[ "$status" = 0 ]
}
