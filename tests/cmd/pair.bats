# SPDX-License-Identifier: GPL-2.0-or-later
# pair.bats: two programs joined by a socketpair: shells, python3 and socat on both ends.
# shellcheck disable=SC2154,SC2016
load ../helpers

@test "pair: what one writes the other reads, both ways" {
	run -0 --separate-stderr anysock pair -- sh -c 'echo question; read -r a; echo "$a" >&2' -- sh -c 'read -r q; echo "answer to $q"'
	[ "$stderr" = "answer to question" ]
}

@test "pair: socat speaks to bc, and its end is seen" {
	needs command socat
	run -0 --separate-stderr anysock pair -- sh -c 'printf "b\na\n" | socat - "EXEC:cat,fdin=0,fdout=1" >/dev/null; printf "b\na\n"' -- sh -c 'sort >&2'
	[ "$stderr" = $'a\nb' ]
}

@test "pair: statuses are combined: the second's where it failed, else the first's" {
	run -3 anysock pair -- sh -c 'exit 3' -- true
	run -4 anysock pair -- sh -c 'exit 3' -- sh -c 'exit 4'
	run -4 anysock pair -- true -- sh -c 'exit 4'
	run -137 anysock pair -- true -- sh -c 'kill -KILL $$'
	run -0 anysock pair -- true -- true
}

# The reader takes both messages: were it gone before, the sender would fail.
@test "pair: --type makes datagram and seqpacket pairs, whose boundaries are kept" {
	local type
	for type in dgram seqpacket stream; do
		run -0 anysock pair --type "$type" -- /usr/bin/python3 -c '
import socket
s = socket.socket(fileno=0); s.send(b"one"); s.send(b"two"); s.recv(1)' -- /usr/bin/python3 -c '
import socket, sys, time
s = socket.socket(fileno=0); first = s.recv(3) if s.type == socket.SOCK_STREAM else s.recv(100)
s.recv(100)
print(s.family.name, s.type.name, first, file=sys.stderr); s.send(b"x")'
		[ "$output" = "AF_UNIX SOCK_${type^^} b'one'" ]
	done
}

@test "pair: TIPC has pairs too" {
	needs family tipc
	run -0 anysock pair --family tipc --type seqpacket -- sh -c 'echo over tipc' -- sh -c 'head -c 9 >&2'
	[ "$output" = "over tipc" ]
}

@test "pair: a program sees its standard descriptors and no other" {
	needs bare "it has descriptors of its own"
	run -0 python -c "
import subprocess
subprocess.run(['anysock', 'pair', '--', 'sh', '-c', 'ls /proc/self/fd >&2', '--', 'true'])"
	# the last is that of ls itself
	[ "$output" = $'0\n1\n2\n3' ]
}

@test "pair: one that cannot be started is told, and the other sees the end" {
	needs bare "it makes a copy where memory is shared until exec"
	run -1 timeout 20 anysock pair -- cat -- /nonexistent/program
	[[ $output == *"/nonexistent/program: No such file"* ]]
}

@test "pair: SIGTERM ends both, and us by the signal" {
	start anysock pair -- sh -c 'echo $$ >"$0.1"; exec sleep 60' "$BATS_TEST_TMPDIR/p" -- sh -c 'echo $$ >"$0.2"; exec sleep 60' "$BATS_TEST_TMPDIR/p"
	wait_for [ -s "$BATS_TEST_TMPDIR/p.1" ]
	wait_for [ -s "$BATS_TEST_TMPDIR/p.2" ]
	kill -TERM "$pid"
	status_of "$pid"
	[ "$status" -eq 143 ]
	wait_for is_gone "$(cat "$BATS_TEST_TMPDIR/p.1")"
	wait_for is_gone "$(cat "$BATS_TEST_TMPDIR/p.2")"
}

@test "pair: --timeout ends both with status 4" {
	run -4 anysock pair --timeout 0.3 -- sleep 60 -- sleep 60
}

@test "pair: one program alone is a usage error" {
	run -2 anysock pair -- cat
	[[ $output == *"two programs expected"* ]]
	run -2 anysock pair -- cat --
}
