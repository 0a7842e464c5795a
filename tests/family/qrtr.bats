# SPDX-License-Identifier: GPL-2.0-or-later
# qrtr.bats: ports of this node, its name service and control packets, against python3, qrtr-lookup and qrtr-ns's kernel part.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	[[ $BATS_TEST_DESCRIPTION == *"usage error"* ]] || needs family qrtr
}

# server PORT SCRIPT: python3 with a `bound` socket
server() {
	start /usr/bin/python3 -u -c "
import socket
bound = socket.socket(socket.AF_QIPCRTR, socket.SOCK_DGRAM); bound.settimeout(60); bound.bind((1, $1)); print('ready')
$2"
	wait_for test -s "$output_file"
}

@test "qrtr: a datagram reaches a port, and its answer comes back" {
	server 20000 'data, peer = bound.recvfrom(99); bound.sendto(data.upper(), peer)'
	run -0 --separate-stderr anysock send --replies 1 --format text qrtr:1:20000 word
	[ "$output" = WORD ]
	server 20001 'data, peer = bound.recvfrom(99); bound.sendto(data.upper(), peer)'
	run -0 --separate-stderr anysock send --replies 1 --format text qipcrtr::20001 "this node"
	[ "$output" = "THIS NODE" ]
}

@test "qrtr: a bound port receives from python3" {
	ready_address recv --count 2 --format text qrtr-bind:20002
	[ "$address" = qrtr:1:20002 ]
	python -c "
import socket
one = socket.socket(socket.AF_QIPCRTR, socket.SOCK_DGRAM)
one.sendto(b'first', (1, 20002)); one.sendto(b'second', (1, 20002))"
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'first\nsecond' ]
}

@test "qrtr: a free port is chosen, and each peer has a session" {
	ready_address listen --keep qrtr:any -- cat
	[[ $address == qrtr:1:* ]]
	run -0 python -c "
import socket
two = [socket.socket(socket.AF_QIPCRTR, socket.SOCK_DGRAM) for _ in range(2)]
for n, one in enumerate(two): one.settimeout(60); one.sendto(b'%d' % n, (1, ${address##*:}))
print([one.recv(9) for one in two])"
	[ "$output" = "[b'0', b'1']" ]
}

@test "qrtr: relays to TCP and to a UNIX socket" {
	server 20003 '
for _ in range(2): data, peer = bound.recvfrom(99); bound.sendto(data.upper(), peer)'
	ready_address relay tcp-listen:127.0.0.1:0 qrtr:1:20003
	run -0 python -c "
import socket
one = socket.create_connection(('127.0.0.1', ${address##*:})); one.settimeout(60); one.sendall(b'tcp'); print(one.recv(9))"
	[ "$output" = "b'TCP'" ]
	ready_address relay "unix-listen:$BATS_TEST_TMPDIR/s" qrtr:1:20003
	run -0 python -c "
import socket, sys
one = socket.socket(socket.AF_UNIX); one.settimeout(60); one.connect(sys.argv[1]); one.sendall(b'unix'); print(one.recv(9))" "$BATS_TEST_TMPDIR/s"
	[ "$output" = "b'UNIX'" ]
}

@test "qrtr: a service that is registered is found by qrtr-lookup and by its name" {
	needs command qrtr-lookup
	ready_address recv --count 2 --format text qrtr-bind:20004,service=5097:2:1
	wait_for eval 'timeout 2 qrtr-lookup 5097 >"$BATS_TEST_TMPDIR/found" || true; grep -Eq "5097 +1 +2 +1 +20004" "$BATS_TEST_TMPDIR/found"'
	run -0 anysock send qrtr:,service=5097 one
	run -0 anysock send qrtr:1,service=5097:2:1 two
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'one\ntwo' ]
}

@test "qrtr: a scan lists the services that are registered" {
	ready_address recv --count 1 qrtr-bind:20024,service=5124:2:1
	run -0 --separate-stderr anysock scan qrtr:
	[[ $output == *5124* && $output == *20024* ]] || { echo "$output" && false; }
}

@test "qrtr: what python3 registered is found by its name" {
	server 20014 '
import struct
bound.sendto(struct.pack("<5I", 4, 5114, 3 << 8 | 1, 1, 20014), (1, 0xfffffffe)); print("registered")
while True:
	data, peer = bound.recvfrom(99)
	if peer[1] != 0xfffffffe: bound.sendto(data.upper(), peer)'
	wait_for grep -q registered "$output_file"
	run -0 --separate-stderr anysock send --replies 1 --format text qrtr:any,service=5114:3:1 word
	[ "$output" = WORD ]
}

@test "qrtr: who goes is no message of a service, unless it is wanted" {
	ready_address recv --count 2 --format text qrtr-bind:20012,service=5112
	run -0 anysock send "$address" one
	run -0 anysock send "$address" two
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'one\ntwo' ]
	ready_address recv --count 2 qrtr-bind:20013,service=5113,departures
	run -0 anysock send "$address" one
	status_of "$pid" && [ "$status" = 0 ]
	[[ $(cat "$output_file") =~ ^one$'\n'"del-client 1:"[0-9]+$ ]]
}

@test "qrtr: the services that there are can be listed" {
	ready_address listen qrtr:20010,service=5110:7:1 -- cat
	run -0 --separate-stderr anysock recv qrtr::control,list=5110
	[ "$output" = "new-server 5110:7:1 1:20010" ]
	run -0 --separate-stderr anysock scan qrtr:
	[[ $output == *"new-server 5110:7:1 1:20010"* ]]
	run -0 --separate-stderr anysock scan --json qrtr
	[[ $output == *'"service":5110,"instance":7,"version":1,"node":1,"port":20010'* ]]
	run -0 --separate-stderr anysock recv qrtr::control,list=5111
	[ "$output" = "" ]
	run -0 --separate-stderr anysock recv --format json qrtr::control,list
	[[ $output == *'"service":5110,"instance":7,"version":1,"node":1,"port":20010'* ]]
}

@test "qrtr: a service that nobody has registered is told" {
	run -1 anysock send qrtr:,service=5098 x
	[[ $output == *"nobody has registered service 5098"*"list"* ]]
	ready_address recv --count 1 qrtr-bind:any,service=5098:5
	run -1 anysock send qrtr:,service=5098:6 x
	run -1 anysock send qrtr:7,service=5098:5 x
}

@test "qrtr: the name service tells in lines who comes and goes" {
	ready_address recv --count 1 qrtr-bind:20005,service=5099:3:2
	start anysock recv --count 3 qrtr::control,lookup=5099
	second=$pid second_output=$output_file
	wait_for grep -q end-of-list "$second_output"
	run -0 anysock send "$address" x
	status_of "$second" && [ "$status" = 0 ]
	[ "$(cat "$second_output")" = $'new-server 5099:3:2 1:20005\nend-of-list\ndel-server 5099:3:2 1:20005' ]
}

@test "qrtr: control packets are typed and answered as text and as JSON" {
	ready_address recv --count 1 qrtr-bind:20006,service=5100
	run -0 --separate-stderr anysock send --replies 2 qrtr::control "new-lookup 5100"
	[ "$output" = $'new-server 5100:0:0 1:20006\nend-of-list' ]
	run -0 --separate-stderr anysock send --replies 1 --format json qrtr::control '{"qrtr":"new-lookup 5100"}'
	[[ $output == *'"qrtr":{"command":"new-server","service":5100,"instance":0,"version":0,"node":1,"port":20006}'* ]]
	run -2 anysock send qrtr::control "new-lockup 1"
	[[ $output == *"new-lookup SERVICE"* ]]
}

@test "qrtr: a packet to all nodes leaves" {
	needs command strace
	run -0 strace -f -e trace=connect,sendmsg anysock send qrtr:broadcast:control ping
	[[ $output == *"connect("*"sendmsg("*"= 20"* ]]
}

@test "qrtr: a port that nobody has is told" {
	run -1 anysock send qrtr:1:20999 x
	[[ $output == *"nobody has that port"* ]]
}

@test "qrtr: what cannot be is a usage error" {
	run -2 anysock send qrtr:1 x
	[[ $output == *"port"* ]]
	run -2 anysock send qrtr:1:kontrol x
	[[ $output == *'"control"'* ]]
	run -2 anysock send qrtr:1:5000,service=1 x
	run -2 anysock send qrtr:1:5000,lookup x
	[[ $output == *"qrtr::control,lookup"* ]]
	[[ $output == *"qrtr::control,lookup"* ]]
	run -2 anysock recv qrtr::control,list,lookup
	run -2 anysock recv qrtr-bind:5000,departures
	[[ $output == *"service="* ]]
	run -2 anysock send qrtr:,service=a x
	run -2 anysock listen qrtr:0,service=1:2:3:4
}
