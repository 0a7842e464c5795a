# SPDX-License-Identifier: GPL-2.0-or-later
# recvfd.bats: descriptors that python3's socket.send_fds and nc -F pass, described, joined and given to programs.
# shellcheck disable=SC2154,SC2016
load ../helpers

# passing PYTHON: a python3 with the connected socket `s` to the recvfd that is started by `receiving`.
passing() {
	python - <<-PYTHON
		import array, os, socket, struct, sys
		s = socket.socket(socket.AF_UNIX, getattr(socket, "${type:-SOCK_STREAM}")); s.connect("$path")
		${1//$'\n\t\t'/$'\n'}
	PYTHON
}

# receiving WORD...: an `anysock recvfd` in the background that is ready. Sets receiver, path, its output in $shown, $told.
receiving() {
	path=$BATS_TEST_TMPDIR/r
	ready_address recvfd "$@"
	receiver=$pid shown=$output_file told=$error_file
}

@test "recvfd: each descriptor is described, with the message and who sent it" {
	receiving "unix-listen:$BATS_TEST_TMPDIR/r"
	passing 'l = socket.create_server(("127.0.0.1", 0)); f = open("/etc/hostname"); r, w = os.pipe()
		u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		c = socket.create_connection(l.getsockname())
		socket.send_fds(s, [b"hello"], [l.fileno(), f.fileno(), w, u.fileno(), c.fileno()])
		print(os.getpid(), l.getsockname()[1], c.getsockname()[1], file=open("'"$path"'.facts", "w"))'
	status_of "$receiver"
	[ "$status" -eq 0 ]
	local process port from
	read -r process port from <"$path.facts"
	run -0 cat "$shown"
	[[ ${lines[0]} == "from pid $process"*", uid $(id -u), gid $(id -g)"* ]]
	[ "${lines[1]}" = "message hello" ]
	[ "${lines[2]}" = "0 tcp stream socket, listening on tcp:127.0.0.1:$port" ]
	[[ ${lines[3]} == "1 file /etc/hostname, read-only, at 0 of "*" bytes" ]]
	[[ ${lines[4]} == "2 pipe pipe:["*"], write-only" ]]
	[ "${lines[5]}" = "3 udp dgram socket, unbound" ]
	[ "${lines[6]}" = "4 tcp stream socket, connected to tcp:127.0.0.1:$port from tcp:127.0.0.1:$from" ]
}

@test "recvfd: --json says the same to programs" {
	receiving --json "unix-listen:$BATS_TEST_TMPDIR/r"
	passing 'l = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); l.bind("\0recvfd-%d" % os.getpid()); l.listen()
		f = open("'"$path"'.f", "a"); f.write("abc"); f.flush()
		socket.send_fds(s, [b"\x00"], [l.fileno(), f.fileno()])'
	status_of "$receiver"
	run -0 python -c 'import json, sys
d = json.load(open(sys.argv[1])); a, b = d["descriptors"]
print(d["type"], d["sender"]["uid"], d["data"], a["kind"], a["family"], a["socktype"], a["state"], a["local"].split("-")[0])
print(b["kind"], b["access"], b["flags"], b["size"], b["path"] == sys.argv[2])' "$shown" "$path.f"
	[ "${lines[0]}" = "descriptors $(id -u) 00 socket unix seqpacket listening unix:@recvfd" ]
	[ "${lines[1]}" = "file write-only ['append'] 3 True" ]
}

@test "recvfd: a program gets them from 3 on, under the protocol of LISTEN_FDS" {
	receiving "unix-listen:$BATS_TEST_TMPDIR/r" --names web:log -- /usr/bin/python3 -c '
import os, socket
print(os.environ["LISTEN_FDS"], os.environ["LISTEN_FDNAMES"], os.environ["LISTEN_PID"] == str(os.getpid()))
print(socket.socket(fileno=3).getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), os.read(4, 100).decode().strip())
raise SystemExit(5)'
	passing 'l = socket.create_server(("127.0.0.1", 0)); f = open("/etc/hostname")
		socket.send_fds(s, [b"x"], [l.fileno(), f.fileno()])'
	status_of "$receiver"
	[ "$status" -eq 5 ]
	[ "$(cat "$shown")" = "2 web:log True"$'\n'"1 $(cat /etc/hostname)" ]
}

@test "recvfd: --join speaks over a connection that was passed" {
	receiving --join "unix-listen:$BATS_TEST_TMPDIR/r"
	passing 'a, b = socket.socketpair(); socket.send_fds(s, [b"x"], [a.fileno()]); a.close()
		b.sendall(b"over the passed one"); b.shutdown(socket.SHUT_WR); b.settimeout(10); b.recv(1)'
	status_of "$receiver"
	[ "$status" -eq 0 ]
	[ "$(cat "$shown")" = "over the passed one" ]
}

@test "recvfd: --join accepts from a listening socket that was passed" {
	receiving --join=1 "unix-listen:$BATS_TEST_TMPDIR/r"
	passing 'l = socket.create_server(("127.0.0.1", 0)); socket.send_fds(s, [b"x"], [0, l.fileno()])
		c = socket.create_connection(l.getsockname()); c.sendall(b"accepted"); c.close()'
	status_of "$receiver"
	[ "$status" -eq 0 ]
	[ "$(cat "$shown")" = accepted ]
}

@test "recvfd: nc -F passes the connection that it made" {
	needs command nc
	start socat -u EXEC:'echo from the server' TCP-LISTEN:0,bind=127.0.0.1
	local port
	port() { port=$(ss -Hltnp "sport > 0" | awk -v p="pid=$pid," 'index($0, p) { sub(/.*:/, "", $4); print $4 }') && [ -n "$port" ]; }
	wait_for port
	run -0 python -c "
import socket, subprocess, sys
ours, theirs = socket.socketpair()
nc = subprocess.Popen(['nc', '-F', '127.0.0.1', '$port'], stdout=theirs)
print(subprocess.run(['anysock', 'recvfd', '--join', f'fd:{ours.fileno()}'], pass_fds=[ours.fileno()], stdin=subprocess.DEVNULL,
    capture_output=True, timeout=20).stdout, nc.wait())"
	[ "$output" = "b'from the server\\n' 0" ]
}

@test "recvfd: a datagram brings them, and its own credentials say who sent it" {
	path=$BATS_TEST_TMPDIR/r
	start anysock recvfd "unix-bind:$path"
	wait_for serves "$path"
	type=SOCK_DGRAM passing 'socket.send_fds(s, [b"one"], [0]); print(os.getpid(), file=open("'"$path"'.pid", "w"))'
	status_of "$pid"
	[ "$status" -eq 0 ]
	run -0 cat "$output_file"
	[[ ${lines[0]} == "from pid $(cat "$path.pid"), uid $(id -u), gid $(id -g)" ]]
	[[ ${lines[2]} == "0 character device /dev/null, read-only"* || ${lines[2]} == 0* ]]
}

@test "recvfd: more than --max are closed, all of them, and are an error" {
	receiving --max 2 "unix-listen:$BATS_TEST_TMPDIR/r"
	passing 'r, w = os.pipe(); socket.send_fds(s, [b"x"], [w, w, w]); os.close(w); print(os.read(r, 1))' >"$path.out"
	status_of "$receiver"
	[ "$status" -eq 1 ]
	[ "$(cat "$path.out")" = "b''" ]
	[[ $(cat "$told") == *"3 descriptors came, and at most 2 are wanted"* ]]
}

@test "recvfd: what the kernel had to cut for want of descriptors is closed, and is an error" {
	path=$BATS_TEST_TMPDIR/r
	start bash -c 'ulimit -n 20; exec anysock recvfd "unix-listen:$1"' - "$path"
	wait_for serves "$path"
	passing 'r, w = os.pipe(); socket.send_fds(s, [b"x"], [w] * 50); os.close(w); print(os.read(r, 1))' >"$path.out"
	status_of "$pid"
	[ "$status" -eq 1 ]
	[ "$(cat "$path.out")" = "b''" ]
	[[ $(cat "$error_file") == *"ulimit -n"* ]]
}

@test "recvfd: a message without one, and a peer that only ends, are errors" {
	receiving "unix-listen:$BATS_TEST_TMPDIR/r"
	passing 's.send(b"nothing")'
	status_of "$receiver"
	[ "$status" -eq 1 ]
	receiving "unix-listen:$BATS_TEST_TMPDIR/r"
	passing 'pass'
	status_of "$receiver"
	[ "$status" -eq 1 ]
	[[ $(cat "$told") == *"the peer ended"* ]]
}

@test "recvfd: who is kept out by peer-uid is told, and the next one is served" {
	needs root
	receiving "unix-listen:@recvfd-$$,peer-uid=nobody"
	path=\\0recvfd-$$
	passing 's.settimeout(10); print(s.recv(1))'
	start /usr/bin/python3 -c "
import os, socket
os.setgid(65534); os.setuid(65534)
s = socket.socket(socket.AF_UNIX); s.connect('$path'); socket.send_fds(s, [b'x'], [0])"
	status_of "$receiver"
	[ "$status" -eq 0 ]
	[[ $(cat "$told") == *"uid 0, gid 0"*"kept out by peer-uid=nobody"* ]]
	[[ $(cat "$shown") == *"uid 65534, gid 65534"* ]]
}

@test "recvfd: SIGINT removes the socket that waits, and ends by the signal" {
	receiving "unix-listen:$BATS_TEST_TMPDIR/r"
	[ -S "$path" ]
	kill -INT "$receiver"
	status_of "$receiver"
	[ "$status" -eq 130 ]
	[ ! -e "$path" ]
}

@test "recvfd: --timeout ends the wait with status 4" {
	run -4 anysock recvfd --timeout 0.2 "unix-listen:$BATS_TEST_TMPDIR/r"
}

@test "recvfd: no descriptor is left open, by valgrind's count" {
	needs command valgrind
	needs plain "valgrind cannot run it"
	path=$BATS_TEST_TMPDIR/r
	start valgrind --quiet --track-fds=yes --log-file="$path.log" "$ANYSOCK" recvfd "unix-listen:$path"
	patience=60 wait_for serves "$path"
	passing 'socket.send_fds(s, [b"x"], [0, 1, 2])'
	status_of "$pid"
	[ "$status" -eq 0 ]
	# those that were inherited are named as such
	run -0 awk '/Open (file|AF_)/ { open = $0 } /inherited/ { open = "" } END { print open }' "$path.log"
	[ -z "$output" ] || [[ $output == *inherited* ]]
}
