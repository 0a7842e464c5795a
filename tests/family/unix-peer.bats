# SPDX-License-Identifier: GPL-2.0-or-later
# unix-peer.bats: who is at the other end of a UNIX socket: shown, and let in or kept out; python3 and socat are the others.
# shellcheck disable=SC2154,SC2016
load ../helpers

# as_nobody PYTHON: a python3 that is user 65534 with group 65534 and the supplementary group 12345.
as_nobody() {
	needs root
	/usr/bin/python3 -c "
import os, socket
s = socket.socket(socket.AF_UNIX, socket.${type:-SOCK_STREAM})
os.setgroups([12345]); os.setgid(65534); os.setuid(65534)
$1"
}

@test "unix-peer: -v says which process it is" {
	ready_address listen --keep -v "unix:@peer-$$" -- cat
	run -0 python -c "
import os, socket
s = socket.socket(socket.AF_UNIX); s.connect('\0peer-$$'); s.send(b'x'); s.recv(1); print(os.getpid())"
	[[ $(cat "$error_file") == *"accepted #1 "*": pid $output ("*"), uid $(id -u), gid $(id -g)"* ]]
}

@test "unix-peer: JSON has user, groups and program" {
	needs root
	ready_address listen --keep --json "unix:@peer-$$" -- cat
	as_nobody "s.connect('\0peer-$$'); s.send(b'x'); s.recv(1); print(os.getpid())"
	run -0 python -c '
import json, sys
c = [e["credentials"] for e in map(json.loads, open(sys.argv[1])) if e["type"] == "accepted"][0]
print(c["uid"], c["gid"], c["groups"], c["program"])' "$error_file"
	[ "$output" = "65534 65534 [12345] python3" ]
}

@test "unix-peer: peer-uid, peer-gid and peer-pid let in whom they name" {
	local rule
	for rule in "peer-uid=$(id -un)" "peer-uid=77777+$(id -u)" "peer-gid=$(id -g)"; do
		ready_address listen "unix:@peer-$$,$rule" -- cat
		run -0 socat -t 20 - "ABSTRACT-CONNECT:peer-$$" <<<in
		[ "$output" = in ]
	done
	start python -u -c "
import os, socket, time
s = socket.socket(socket.AF_UNIX)
print(os.getpid())
while not os.path.exists('$BATS_TEST_TMPDIR/go'): time.sleep(0.02)
s.connect('\0peer-$$'); s.send(b'in'); print(s.recv(2))"
	local client_output=$output_file waited=$pid client
	wait_for [ -s "$client_output" ]
	client=$(cat "$client_output")
	ready_address listen "unix:@peer-$$,peer-pid=$client" -- cat
	touch "$BATS_TEST_TMPDIR/go"
	wait_for is_gone "$waited"
	[ "$(tail -1 "$client_output")" = "b'in'" ]
}

@test "unix-peer: supplementary groups count" {
	needs root
	ready_address listen "unix:@peer-$$,peer-gid=12345" -- cat
	run -0 as_nobody "s.connect('\0peer-$$'); s.send(b'in'); print(s.recv(2))"
	[ "$output" = "b'in'" ]
}

@test "unix-peer: others are kept out, which is told, and the listener goes on" {
	needs root
	ready_address listen --keep "unix:@peer-$$,peer-uid=root" -- cat
	run -0 as_nobody "s.connect('\0peer-$$'); print(s.recv(2))"
	[ "$output" = "b''" ]
	run -0 socat -t 20 - "ABSTRACT-CONNECT:peer-$$" <<<in
	[ "$output" = in ]
	[[ $(cat "$error_file") == *"uid 65534, gid 65534"*"kept out by peer-uid=root"* ]]
}

@test "unix-peer: a server that is somebody else is not spoken to" {
	start python -c "
import socket, time
s = socket.socket(socket.AF_UNIX); s.bind('\0peer-$$'); s.listen(); c, _ = s.accept(); print(c.recv(10))"
	wait_for grep -q "@peer-$$" /proc/net/unix
	run -1 anysock connect "unix:@peer-$$,peer-uid=77777" <<<secret
	[[ $output == *"kept out by peer-uid=77777"* ]]
	wait_for is_gone "$pid"
	[ "$(cat "$output_file")" = "b''" ]
}

@test "unix-peer: datagrams are judged one by one" {
	needs root
	start anysock recv --count 1 --format text "unix-bind:@peer-$$,peer-uid=root"
	wait_for grep -q "@peer-$$" /proc/net/unix
	type=SOCK_DGRAM as_nobody "s.sendto(b'from nobody', '\0peer-$$')"
	python -c "import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'from root', '\0peer-$$')"
	status_of "$pid"
	[ "$(cat "$output_file")" = "from root" ]
	[[ $(cat "$error_file") == *"uid 65534"* ]]
}

@test "unix-peer: a user that does not exist is a usage error that points at it" {
	run -2 anysock listen unix:@x,peer-uid=nosuchuser
	[[ $output == *'has no user "nosuchuser"'*'^~~'* ]]
}

@test "unix-peer: control messages are shown by name: credentials, pidfd, timestamps, rights" {
	start anysock recv --count 1 --format json "unix-bind:@peer-$$,passcred,passpidfd,timestampns"
	wait_for grep -q "@peer-$$" /proc/net/unix
	python -c "import os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect('\0peer-$$')
socket.send_fds(s, [b'x'], [0]); print(os.getpid())" >"$BATS_TEST_TMPDIR/pid"
	status_of "$pid"
	run -0 python -c '
import json, sys
print(sorted(c["type"] for c in json.load(open(sys.argv[1]))["control"]))
print([c["pid"] for c in json.load(open(sys.argv[1]))["control"] if c["type"] == "credentials"])' "$output_file"
	[ "${lines[0]}" = "['credentials', 'pidfd', 'rights', 'timestampns']" ]
	[ "${lines[1]}" = "[$(cat "$BATS_TEST_TMPDIR/pid")]" ]
}

@test "unix-peer: credentials of another process are sent as JSON says, by root" {
	needs root
	start python -u -c "
import socket, struct
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('\0peer-$$'); s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
print(struct.unpack('3i', s.recvmsg(10, 100)[1][0][2]))"
	wait_for grep -q "@peer-$$" /proc/net/unix
	run -0 anysock send --format json "unix:@peer-$$,type=dgram" \
		'{"text": "x", "control": [{"level": "socket", "type": "credentials", "pid": 1, "uid": 5, "gid": 6}]}'
	wait_for is_gone "$pid"
	[ "$(cat "$output_file")" = "(1, 5, 6)" ]
}

# census PID: how many descriptors it has.
census() { find "/proc/$1/fd" -mindepth 1 | wc -l; }

@test "unix-peer: 10,000 connections that are refused leave no descriptor behind" {
	ready_address listen --keep -q "unix:@peer-$$,peer-uid=77777" -- cat
	local before
	before=$(census "$pid")
	python -c "
import socket
for i in range(10000):
    s = socket.socket(socket.AF_UNIX); s.connect('\0peer-$$')
    if i % 100 == 99: s.recv(1)
    s.close()"
	wait_for result -le "$before" census "$pid"
}

@test "unix-peer: descriptors that nobody asked for are closed" {
	start anysock recv "unix-bind:@peer-$$"
	wait_for grep -q "@peer-$$" /proc/net/unix
	local before
	before=$(census "$pid")
	python -c "
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect('\0peer-$$')
for i in range(500): socket.send_fds(s, [b'x'], [0, 1, 2])"
	wait_for result -ge 500 stat -c %s "$output_file"
	[ "$(census "$pid")" -le $((before + 3)) ]
}
