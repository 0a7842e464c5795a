# SPDX-License-Identifier: GPL-2.0-or-later
# vsock.bats: sockets between virtual machines, over this machine's loopback CID, against socat and python3.
# shellcheck disable=SC2154,SC2016
load ../helpers

# needs_loopback: the CIDs of other machines are never touched: a host is no place for tests.
needs_loopback() {
	needs family vsock
	python -c 'import socket; socket.socket(socket.AF_VSOCK).bind((1, socket.VMADDR_PORT_ANY))' 2>/dev/null ||
		skip "needs family vsock: no loopback"
}

# vsock_server SCRIPT: python3 with a `listener` on CID 1, whose port it prints; sets port.
vsock_server() {
	start /usr/bin/python3 -u -c "
import socket
listener = socket.socket(socket.AF_VSOCK, socket.SOCK_${1})
listener.bind((1, socket.VMADDR_PORT_ANY)); listener.listen(8); listener.settimeout(60)
print(listener.getsockname()[1])
$2"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}

@test "vsock: an answer comes back after the end of input" {
	needs_loopback
	vsock_server STREAM '
peer, _ = listener.accept(); data = b""
while part := peer.recv(4096): data += part
peer.sendall(data[::-1])'
	run -0 --separate-stderr anysock connect "vsock:local:$port" <<<"olleh"
	[ "$output" = $'\nhello' ] || [ "$output" = hello ]
}

@test "vsock: what socat sends to a listener arrives, and what it is answered" {
	needs_loopback
	needs command socat
	ready_address listen vsock:local:0 -- sh -c 'tr a-z A-Z'
	[[ $address == vsock:local:* ]]
	run -0 socat -t 20 - "VSOCK-CONNECT:1:${address##*:}" <<<"there"
	[ "$output" = THERE ]
	status_of "$pid" && [ "$status" = 0 ]
}

@test "vsock: a listener of socat is reached" {
	needs_loopback
	needs command socat
	# socat cannot be asked for a free port
	start socat VSOCK-LISTEN:34567 PIPE
	run -0 --separate-stderr anysock connect vsock:1:34567,retry=100,interval=100ms <<<"echoed"
	[ "$output" = echoed ]
}

@test "vsock: a port that listens at any CID is reached by what the listener says" {
	needs_loopback
	needs lab
	ready_address listen vsock:0
	[[ $address == vsock:any:* ]]
	run -0 anysock send "$address" word
	status_of "$pid" && [ "$status" = 0 ] || { cat "$error_file" && false; }
	[ "$(cat "$output_file")" = word ]
}

@test "vsock: a program is served to this machine alone where no CID is written" {
	needs_loopback
	ready_address listen vsock:0 -- cat
	[[ $address == vsock:local:* ]]
}

@test "vsock: a megabyte passes both ways unchanged" {
	needs_loopback
	head -c 1048576 /dev/urandom >"$BATS_TEST_TMPDIR/in"
	ready_address listen vsock:local:0 -- cat
	anysock connect "$address" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out"
	cmp "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
}

@test "vsock: seqpacket keeps the boundaries of messages, both ways" {
	needs_loopback
	vsock_server SEQPACKET '
peer, _ = listener.accept()
for _ in range(3): peer.send(b"<%s>" % peer.recv(4096))'
	run -0 --separate-stderr anysock send --format text --replies 3 "vsock:local:$port,type=seqpacket" one two three
	[ "$output" = $'<one>\n<two>\n<three>' ]
}

@test "vsock: a seqpacket listener says its type, and reads to the end" {
	needs_loopback
	ready_address listen --format text vsock:local:0,type=seqpacket
	[[ $address == vsock:local:*,type=seqpacket ]]
	python -c "
import socket
one = socket.socket(socket.AF_VSOCK, socket.SOCK_SEQPACKET); one.connect((1, int('${address//[!0-9]/}')))
one.send(b'first'); one.send(b'second')"
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'first\nsecond' ]
}

@test "vsock: bind= gives our end a port" {
	needs_loopback
	vsock_server STREAM '
peer, where = listener.accept(); print(where)
peer.recv(9)'
	run -0 anysock send "vsock:local:$port,bind=:45678" x
	status_of "$pid"
	[ "$(tail -n 1 "$output_file")" = "(1, 45678)" ]
	run -0 anysock explain vsock:1:2,bind=any:1024
}

@test "vsock: a listener turns away the CIDs that peer-cid does not name" {
	needs_loopback
	ready_address listen vsock:local:0,peer-cid=3+7
	run -0 python -c "
import socket
one = socket.create_connection if False else socket.socket(socket.AF_VSOCK); one.settimeout(30)
one.connect((1, ${address##*:}))
try: print(one.recv(1))
except ConnectionResetError: print(b'')"
	[ "$output" = "b''" ]
	wait_for grep -q 'turned away a connection from CID local' "$error_file"
	kill -0 "$pid"
}

@test "vsock: peer-cid lets those in that it names, by number or name" {
	needs_loopback
	ready_address listen vsock:local:0,peer-cid=3+local
	run -0 anysock send "$address" word
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = word ]
}

@test "vsock: -v and the environment of a program say who the peer is" {
	needs_loopback
	ready_address listen vsock:local:0 -- sh -c 'echo "$ANYSOCK_PEER"'
	run -0 --separate-stderr anysock connect "vsock:local:${address##*:},bind=:45679" </dev/null
	[ "$output" = vsock:local:45679 ]
}

@test "vsock: relays to TCP and to a UNIX socket" {
	needs_loopback
	vsock_server STREAM '
for _ in range(2):
	peer, _ = listener.accept()
	while part := peer.recv(4096): peer.sendall(part.upper())
	peer.close()'
	ready_address relay tcp-listen:127.0.0.1:0 "vsock:local:$port"
	run -0 --separate-stderr socat -t 20 - "TCP:${address#tcp:}" <<<"over tcp"
	[ "$output" = "OVER TCP" ]
	ready_address relay "unix-listen:$BATS_TEST_TMPDIR/s" "vsock:local:$port"
	run -0 --separate-stderr socat -t 20 - "UNIX-CONNECT:$BATS_TEST_TMPDIR/s" <<<"over unix"
	[ "$output" = "OVER UNIX" ]
}

@test "vsock: a listener on the left of a relay serves many" {
	needs_loopback
	ready_address relay vsock-listen:local:0 exec:cat
	for word in one two three; do
		run -0 --separate-stderr socat -t 20 - "VSOCK-CONNECT:1:${address##*:}" <<<"$word"
		[ "$output" = "$word" ]
	done
}

@test "vsock: a port where nobody listens refuses, with a hint" {
	needs_loopback
	run -1 anysock connect vsock:local:45670 </dev/null
	[[ $output == *"nobody listens"* ]]
	run -1 anysock connect --json vsock:local:45670 </dev/null
	[[ $output == *'"refused"'* ]]
}

@test "vsock: a CID where no transport leads is not available here" {
	needs_loopback
	needs lab
	run -3 anysock connect vsock:77:1 </dev/null
	[[ $output == *"No such device"*"vhost_vsock"* ]]
	run -3 anysock connect vsock:1:1,type=dgram </dev/null
	[[ $output == *"VMware"* ]]
}

@test "vsock: options set the socket's buffers" {
	needs_loopback
	needs command strace
	vsock_server STREAM 'listener.accept()[0].recv(9)'
	run -0 strace -f -e trace=setsockopt anysock send "vsock:local:$port,buffer-size=128k,connect-timeout=7s" x
	[[ $output == *"SO_VM_SOCKETS_BUFFER_SIZE"* || $output == *"setsockopt("*", AF_VSOCK, "* || $output == *"0x28"* ]]
}

@test "vsock: names and numbers that are none are usage errors" {
	run -2 anysock connect vsock:locale:1
	[[ $output == *'did you mean "local"?'* ]]
	run -2 anysock connect vsock:local:http
	[[ $output == *"port"* ]]
	run -2 anysock connect vsock:4294967296:1
	run -2 anysock connect vsock:5000
	[[ $output == *"port missing"* ]]
	run -2 anysock connect vsock:local:1,bind=nowhere:1
	[[ $output == *"bind"*"CID"* ]]
	run -2 anysock listen vsock:1,peer-cid=3+x
	[[ $output == *"peer-cid"* ]]
	run -2 anysock connect vsock:local:1,peer-cid=3
	[[ $output == *"accepts connections"* ]]
}

# A hypervisor's UNIX socket, as Firecracker has it: fake_hypervisor ANSWER; port 52 is open. What follows CONNECT is echoed.
fake_hypervisor() {
	start /usr/bin/python3 -u -c "
import socket, sys, time
listener = socket.socket(socket.AF_UNIX); listener.bind(sys.argv[1]); listener.listen(8)
print('ready')
while True:
	peer, _ = listener.accept()
	line = b''
	while not line.endswith(b'\n'): line += peer.recv(1)
	print(line.decode().strip())
	if line == b'CONNECT 52\n':
		for part in sys.argv[2:]:
			peer.sendall(part.encode().decode('unicode_escape').encode()); time.sleep(0.1)
		while data := peer.recv(4096): peer.sendall(data.upper())
	peer.close()" "$BATS_TEST_TMPDIR/v" "$@"
	wait_for test -s "$output_file"
}

@test "vsock-mux: the hypervisor is asked for the port, and its answer is not data" {
	fake_hypervisor 'OK 1073741824\n'
	run -0 --separate-stderr anysock connect "unix:$BATS_TEST_TMPDIR/v,vsock-mux=52" <<<"guest"
	[ "$output" = GUEST ]
	[ "$(tail -n 1 "$output_file")" = "CONNECT 52" ]
}

@test "vsock-mux: an answer in pieces, with data behind it, is cut where its line ends" {
	fake_hypervisor 'O' 'K 10' '73\nfirst\n'
	run -0 --separate-stderr anysock connect "unix:$BATS_TEST_TMPDIR/v,vsock-mux=52" <<<"guest"
	[ "$output" = $'first\nGUEST' ]
}

@test "vsock-mux: a port that is refused, and an answer that is none, are errors" {
	fake_hypervisor 'HTTP/1.1 400 Bad\r\n'
	run -1 anysock connect "unix:$BATS_TEST_TMPDIR/v,vsock-mux=53" </dev/null
	[[ $output == *"closed the connection"*"nobody listens"* ]]
	run -1 anysock connect "unix:$BATS_TEST_TMPDIR/v,vsock-mux=52" </dev/null
	[[ $output == *"HTTP/1.1 400"*"hypervisor"* ]]
}

@test "vsock-mux: a hypervisor that never answers is left at the time-out" {
	fake_hypervisor
	run -4 anysock connect "unix:$BATS_TEST_TMPDIR/v,vsock-mux=52,connect-timeout=300ms" </dev/null
	[[ $output == *"timed out"* ]]
}

@test "vsock-mux: relays a TCP port to a guest's" {
	fake_hypervisor 'OK 5\n'
	ready_address relay tcp-listen:127.0.0.1:0 "unix:$BATS_TEST_TMPDIR/v,vsock-mux=52"
	run -0 --separate-stderr socat -t 20 - "TCP:${address#tcp:}" <<<"ssh"
	[ "$output" = SSH ]
}

@test "vsock-mux: only for streams that connect" {
	run -2 anysock listen "unix:$BATS_TEST_TMPDIR/v,vsock-mux=52"
	[[ $output == *"PATH_PORT"* ]]
	run -2 anysock connect "unix:$BATS_TEST_TMPDIR/v,vsock-mux=52,type=dgram"
}
