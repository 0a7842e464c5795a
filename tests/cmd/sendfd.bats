# SPDX-License-Identifier: GPL-2.0-or-later
# sendfd.bats: descriptors passed to python3's socket.recv_fds and to ssh, which use them.
# shellcheck disable=SC2154,SC2016
load ../helpers

# receiver PYTHON [TYPE]: a python3 that listens at $socket and runs PYTHON once `data` and `fds` came. Sets pid, output_file.
receiver() {
	socket=$BATS_TEST_TMPDIR/socket
	start /usr/bin/python3 -u -c "
import fcntl, os, socket
s = socket.socket(socket.AF_UNIX, socket.${2:-SOCK_STREAM}); s.bind('$socket')
if s.type != socket.SOCK_DGRAM:
    s.listen(); s, _ = s.accept()
data, fds, flags, _ = socket.recv_fds(s, 65536, 253)
${1//$'\n\t\t'/$'\n'}"
	receiver=$pid
	wait_for serves "$socket"
}

# received: wait for the receiver, and its output in $output.
received() {
	status_of "$receiver"
	output=$(cat "$BATS_TEST_TMPDIR"/1.output "$BATS_TEST_TMPDIR"/1.errors)
	[ "$status" -eq 0 ]
}

@test "sendfd: a listening socket, a connected one and a file arrive as what they are, with their data" {
	printf 'held\n' >"$BATS_TEST_TMPDIR/file"
	receiver 'a, b, c = socket.socket(fileno=fds[0]), socket.socket(fileno=fds[1]), os.fdopen(fds[2])
		print(data, a.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), a.getsockname()[0], c.read().strip())
		b.send(b"x"); print(a.family.name, b.type.name, b.getpeername()[1])'
	run -0 anysock sendfd "unix:$socket" -m 'take these' tcp-listen:127.0.0.1:0 udp:127.0.0.1:9 "file:$BATS_TEST_TMPDIR/file"
	received
	[ "$output" = $'b\'take these\' 1 127.0.0.1 held\nAF_INET SOCK_DGRAM 9' ]
}

@test "sendfd: descriptors block, as programs expect" {
	receiver 'print([fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK for fd in fds])'
	run -0 anysock sendfd "unix:$socket" tcp-listen:127.0.0.1:0 pipe: file:/etc/hostname tcp
	received
	[ "$output" = '[0, 0, 0, 0, 0]' ]
}

@test "sendfd: one byte goes with them where no data is given" {
	receiver 'print(data, len(fds))'
	run -0 anysock sendfd "unix:$socket" tcp
	received
	[ "$output" = "b'\\x00' 1" ]
}

@test "sendfd: seqpacket and datagram sockets pass them as well" {
	local type
	for type in SEQPACKET DGRAM; do
		receiver 'print(data, os.fstat(fds[0]).st_ino)' "SOCK_$type"
		run -0 anysock sendfd "unix:$socket,type=${type,,}" -m hello file:/etc/hostname
		wait_for is_gone "$receiver"
		[ "$(cat "$output_file")" = "b'hello' $(stat -c %i /etc/hostname)" ]
		rm "$socket"
	done
}

@test "sendfd: 253 go in one message, 254 are refused before anything is sent" {
	receiver 'print(len(fds))'
	local -a specs
	mapfile -t specs < <(yes file:/dev/null | head -253)
	run -2 anysock sendfd "unix:$socket" "${specs[@]}" file:/dev/null
	[[ $output == *"at most 253"* ]]
	run -0 anysock sendfd "unix:$socket" "${specs[@]}"
	received
	[ "$output" = 253 ]
}

@test "sendfd: it listens itself where SOCKET says so" {
	ready_address sendfd "unix-listen:$BATS_TEST_TMPDIR/own" -m hi file:/etc/hostname
	[ "$address" = "unix:$BATS_TEST_TMPDIR/own" ]
	run -0 python -c "
import os, socket
s = socket.socket(socket.AF_UNIX); s.connect('$BATS_TEST_TMPDIR/own')
data, fds, _, _ = socket.recv_fds(s, 10, 5); print(data, os.read(fds[0], 100).decode().strip())"
	[ "$output" = "b'hi' $(cat /etc/hostname)" ]
	status_of "$pid"
	[ "$status" -eq 0 ]
	[ ! -e "$BATS_TEST_TMPDIR/own" ]
}

@test "sendfd: a listening UNIX socket that was passed keeps its path" {
	receiver 'l = socket.socket(fileno=fds[0]); c, _ = l.accept(); print(c.recv(10))'
	run -0 anysock sendfd "unix:$socket" "unix-listen:$BATS_TEST_TMPDIR/kept"
	run -0 anysock send "unix:$BATS_TEST_TMPDIR/kept" served
	received
	[ "$output" = "b'served'" ]
}

@test "sendfd: the descriptor of a running process is taken out of it" {
	needs bare "it does not know pidfd_open"
	needs root
	start /usr/bin/python3 -c 'import socket, time
s = socket.create_server(("127.0.0.1", 0)); print(s.fileno(), s.getsockname()[1], flush=True); time.sleep(60)'
	local owner=$pid number port
	wait_for [ -s "$output_file" ]
	read -r number port <"$output_file"
	socket=$BATS_TEST_TMPDIR/socket
	start python -u -c "
import socket
s = socket.socket(socket.AF_UNIX); s.bind('$socket'); s.listen(); s, _ = s.accept()
_, fds, _, _ = socket.recv_fds(s, 10, 5); print(socket.socket(fileno=fds[0]).getsockname()[1])"
	wait_for serves "$socket"
	run -0 anysock sendfd "unix:$socket" "pidfd:$owner:$number"
	wait_for is_gone "$pid"
	[ "$(cat "$output_file")" = "$port" ]
}

@test "sendfd: ssh takes the connection that it passed" {
	needs command ssh
	start python -u -c '
import socket
s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1]); c, _ = s.accept(); print(c.recv(11))'
	local server=$pid server_output=$output_file
	wait_for [ -s "$server_output" ]
	run timeout 20 ssh -F none -o BatchMode=yes -o ConnectTimeout=10 -o ProxyUseFdpass=yes \
		-o "ProxyCommand=$ANYSOCK sendfd fd:1 tcp:127.0.0.1:$(head -1 "$server_output")" nobody@example.invalid
	wait_for is_gone "$server"
	[ "$(tail -1 "$server_output")" = "b'SSH-2.0-Ope'" ]
}

@test "sendfd: curl asks a web server over a connection that was opened elsewhere and passed" {
	needs command curl
	local handed=$BATS_TEST_TMPDIR/handed web=$BATS_TEST_TMPDIR/web
	echo "over the passed one" >"$BATS_TEST_TMPDIR/page"
	start python -u -m http.server -b 127.0.0.1 -d "$BATS_TEST_TMPDIR" 0
	wait_for grep -q 'Serving HTTP' "$output_file"
	port=$(grep -o 'port [0-9]*' "$output_file" | head -1)
	start anysock recvfd "unix-listen:$handed" -- "$ANYSOCK" relay --once "unix-listen:$web" fd:3
	wait_for serves "$handed"
	anysock sendfd "unix:$handed" "tcp:127.0.0.1:${port#port }"
	wait_for serves "$web"
	run -0 curl -sS --max-time 20 --unix-socket "$web" http://handed.invalid/page
	[ "$output" = "over the passed one" ]
	[ ! -e "$handed" ]
}

@test "sendfd: a peer that ends without taking them is an error" {
	socket=$BATS_TEST_TMPDIR/socket
	start python -c "
import socket, time
s = socket.socket(socket.AF_UNIX); s.bind('$socket'); s.listen(); c, _ = s.accept(); time.sleep(0.3); c.close()"
	wait_for serves "$socket"
	run -1 timeout 20 anysock sendfd "unix:$socket" tcp
	[[ $output == *"did not take them"* ]]
}

@test "sendfd: what cannot be passed is told" {
	run -2 anysock sendfd tcp-listen:127.0.0.1:0 tcp
	[[ $output == *"UNIX sockets only"* ]]
	run -2 anysock sendfd "unix:$BATS_TEST_TMPDIR/s" exec:cat
	[[ $output == *"cannot be passed"* ]]
	run -1 anysock sendfd "unix:$BATS_TEST_TMPDIR/s" file:/nonexistent
	[[ $output == *"No such file"* ]]
}

@test "sendfd: sockets of vsock, TIPC, QRTR and RDS are what they are" {
	needs family vsock tipc qrtr rds
	needs lab
	receiver 'for fd in fds: s = socket.socket(fileno=fd); print(int(s.family), s.type.name)'
	run -0 anysock sendfd "unix:$socket" vsock-listen:0 tipc-listen:service:18777:1 qrtr-bind:local:20077 rds-bind:127.0.0.1:0
	received
	[ "$output" = $'40 SOCK_STREAM\n30 SOCK_STREAM\n42 SOCK_DGRAM\n2 SOCK_SEQPACKET' ] # RDS says that its domain is AF_INET
}
