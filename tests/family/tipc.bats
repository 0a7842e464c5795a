# SPDX-License-Identifier: GPL-2.0-or-later
# tipc.bats: services, ranges, ids, groups and the topology of a TIPC cluster, against python3 and tipc(8).
# shellcheck disable=SC2154,SC2016
load ../helpers

# Types of services differ by test, so that one that hangs does not disturb the next.
setup() {
	[[ $BATS_TEST_DESCRIPTION == *"usage error"* ]] || needs family tipc
}

# server SOCK_TYPE TYPE LOWER UPPER SCRIPT: python3 with a `bound` socket; ready once it is bound.
server() {
	start /usr/bin/python3 -u -c "
import socket
bound = socket.socket(socket.AF_TIPC, socket.SOCK_$1); bound.settimeout(60)
bound.bind((socket.TIPC_ADDR_NAMESEQ, $2, $3, $4, socket.TIPC_CLUSTER_SCOPE))
if '$1' in ('STREAM', 'SEQPACKET'): bound.listen(8)
print('ready')
$5"
	wait_for test -s "$output_file"
}

# two_nodes MEDIA NUMBER: namespaces one and two with a link between them.
two_nodes() {
	needs lab
	local one two n=$2
	one=one$n two=two$n
	ip netns add "$one" && ip netns add "$two"
	ip link add "v1$n" netns "$one" type veth peer name "v2$n" netns "$two"
	ip -n "$one" address add "10.9.$n.1/24" dev "v1$n" && ip -n "$one" link set "v1$n" up
	ip -n "$two" address add "10.9.$n.2/24" dev "v2$n" && ip -n "$two" link set "v2$n" up
	ip netns exec "$one" tipc node set addr "1.1.$((10 + n))"
	ip netns exec "$two" tipc node set addr "1.1.$((20 + n))"
	if [ "$1" = eth ]; then
		ip netns exec "$one" tipc bearer enable media eth device "v1$n"
		ip netns exec "$two" tipc bearer enable media eth device "v2$n"
	else
		ip netns exec "$one" tipc bearer enable media udp name u localip "10.9.$n.1" remoteip "10.9.$n.2"
		ip netns exec "$two" tipc bearer enable media udp name u localip "10.9.$n.2" remoteip "10.9.$n.1"
	fi
}

between_nodes() {
	local n=$2
	two_nodes "$1" "$n"
	start anysock recv --count 1 "tipc:topology,netns=one$n,service=node-state:$((0x1001000 + 20 + n))"
	watch=$pid watched=$output_file
	ready_address listen --keep "tipc:service:18030:$n,netns=two$n" -- head -n 1
	wait_for eval "ip netns exec one$n tipc nametable show | grep -q 18030"
	run -0 --separate-stderr anysock connect "tipc:service:18030:$n,netns=one$n" <<<"over $1"
	[ "$output" = "over $1" ]
	status_of "$watch" && [ "$status" = 0 ]
	grep -q "^published node-state:0x10010$(printf '%02x' $((20 + n)))" "$watched"
	ip netns delete "one$n"
	ip netns delete "two$n"
}

@test "tipc: a stream connects to a service, and goes on reading after the end of input" {
	server STREAM 18000 1 9 'import time
peer, _ = bound.accept(); print(peer.recv(99))
time.sleep(0.3); peer.sendall(b"late"); peer.close()'
	run -0 --separate-stderr anysock connect tipc:service:18000:5 <<<"early"
	[ "$output" = late ]
	grep -q early "$output_file"
}

@test "tipc: old words for services and ranges are understood" {
	server SEQPACKET 18001 3 3 'peer, _ = bound.accept(); print(peer.recv(99)); peer.send(b"heard")'
	run -0 --separate-stderr anysock connect --format text tipc:name:18001:3,type=seqpacket <<<"word"
	[ "$output" = heard ]
	run -0 anysock explain tipc:nameseq:1000:0:99
	[[ $output == *"tipc:range:1000:0:99"* ]]
}

@test "tipc: a listener says the service, and python3 sees the end in good order" {
	ready_address listen tipc:service:18002:7 -- cat
	[ "$address" = tipc:service:18002:7 ]
	run -0 python -c "
import socket
one = socket.socket(socket.AF_TIPC, socket.SOCK_STREAM); one.settimeout(60)
one.connect((socket.TIPC_ADDR_NAME, 18002, 7, 0))
one.sendall(b'there'); print(one.recv(99)); one.close()"
	[ "$output" = "b'there'" ]
	status_of "$pid" && [ "$status" = 0 ]
}

@test "tipc: what we close ends in good order for the peer" {
	server STREAM 18003 1 1 'peer, _ = bound.accept()
while part := peer.recv(99): print(part)
print("end")'
	run -0 anysock send tipc:service:18003:1 "all of it"
	status_of "$pid" && [ "$status" = 0 ]
	[[ $(cat "$output_file") == *"all of it"*end ]]
}

@test "tipc: a peer that leaves what we sent unread has broken the connection" {
	server STREAM 18004 1 1 'import time
peer, _ = bound.accept(); time.sleep(0.5); peer.close()'
	run -1 anysock connect tipc:service:18004:1 <<<"unread"
	[[ $output == *"reset"* ]]
}

@test "tipc: seqpacket keeps the boundaries of messages" {
	ready_address listen --format text tipc:service:18005:1,type=seqpacket
	[ "$address" = tipc:service:18005:1,type=seqpacket ]
	run -0 anysock send "$address" one "two and" three
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'one\ntwo and\nthree' ]
}

@test "tipc: a megabyte passes both ways unchanged" {
	head -c 1048576 /dev/urandom >"$BATS_TEST_TMPDIR/in"
	ready_address listen tipc:service:18006:1 -- head -c 1048576
	anysock connect "$address" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out"
	cmp "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
}

@test "tipc: datagrams of both types reach an instance of a range that is bound" {
	ready_address recv --count 2 --format text tipc-bind:range:18007:0:9
	run -0 anysock send tipc:service:18007:4,type=rdm reliable
	run -0 anysock send tipc:service:18007:9,type=dgram datagram
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'reliable\ndatagram' ]
}

@test "tipc: a message to a range reaches every socket in it" {
	server RDM 18008 1 1 'print(bound.recv(99))'
	first=$output_file first_pid=$pid
	server RDM 18008 5 5 'print(bound.recv(99))'
	run -0 anysock send tipc:range:18008:0:9 everybody
	status_of "$first_pid"
	status_of "$pid"
	grep -q everybody "$first"
	grep -q everybody "$output_file"
}

@test "tipc: each sender of datagrams has a session of its own" {
	ready_address listen --keep tipc:service:18009:1,type=rdm -- cat
	[ "$address" = tipc:service:18009:1,type=rdm ]
	run -0 python -c "
import socket
two = [socket.socket(socket.AF_TIPC, socket.SOCK_RDM) for _ in range(2)]
for n, one in enumerate(two):
	one.settimeout(60); one.sendto(b'%d' % n, (socket.TIPC_ADDR_NAME, 18009, 1, 0))
print([one.recv(9) for one in two])"
	[ "$output" = "[b'0', b'1']" ]
}

@test "tipc: a socket is reached by its id" {
	server RDM 18010 1 1 '_, node, ref, _, _ = bound.getsockname(); print(node, ref)
print(bound.recv(99))'
	wait_for grep -q ' ' "$output_file"
	read -r node ref < <(tail -n 1 "$output_file")
	run -0 anysock send "tipc:id:$node:$ref,type=rdm" "by id"
	status_of "$pid"
	grep -q "by id" "$output_file"
}

@test "tipc: an id of this node can do without it, and an old one has dots" {
	ready_address recv --count 2 --format text tipc-bind:service:18011:1
	ref=$(tipc socket list | grep -B 1 18011 | sed -n 's/^socket \([0-9]*\).*/\1/p')
	[ -n "$ref" ]
	run -0 anysock send "tipc:id::$ref,type=rdm" own
	run -0 anysock send "tipc:id:1.1.1:$ref,type=rdm" dots
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'own\ndots' ]
}

@test "tipc: bind= names a datagram socket that sends" {
	server RDM 18012 1 1 'data, peer = bound.recvfrom(99)
bound.sendto(b"to your name", (socket.TIPC_ADDR_NAME, 18013, 2, 0))'
	run -0 --separate-stderr anysock send --format text --replies 1 tipc:service:18012:1,type=rdm,bind=18013:0:9 hello
	[ "$output" = "to your name" ]
}

@test "tipc: relays to TCP and to a UNIX socket" {
	server STREAM 18014 1 1 '
for _ in range(2):
	peer, _ = bound.accept(); peer.sendall(peer.recv(99).upper()); peer.close()'
	ready_address relay tcp-listen:127.0.0.1:0 tipc:service:18014:1
	run -0 --separate-stderr python -c "
import socket
one = socket.create_connection(('127.0.0.1', ${address##*:})); one.settimeout(60)
one.sendall(b'over tcp'); print(one.recv(99), one.recv(99))"
	[ "$output" = "b'OVER TCP' b''" ]
	ready_address relay "unix-listen:$BATS_TEST_TMPDIR/s" tipc:service:18014:1
	run -0 --separate-stderr python -c "
import socket, sys
one = socket.socket(socket.AF_UNIX); one.settimeout(60); one.connect(sys.argv[1])
one.sendall(b'over unix'); print(one.recv(99), one.recv(99))" "$BATS_TEST_TMPDIR/s"
	[ "$output" = "b'OVER UNIX' b''" ]
}

@test "tipc: a message that nobody takes comes back, and is shown" {
	server RDM 18015 1 1 'import select, time
select.select([bound], [], [], 60); bound.close()
print("closed"); time.sleep(30)'
	run -0 --separate-stderr anysock send --replies 1 tipc:service:18015:1,type=rdm,dest-droppable=off "come back"
	[[ $output == "* rejected (the socket is gone): come back" ]]
}

@test "tipc: the topology tells who comes and goes, as text" {
	start anysock recv -v --count 3 tipc:topology,service=18016:0:99
	wait_for grep -q opened "$error_file"
	server RDM 18016 5 7 'bound.close()'
	server RDM 18016 50 50 ''
	status_of "$(head -n 1 "$BATS_TEST_TMPDIR/started")" && [ "$status" = 0 ]
	output=$(cat "$BATS_TEST_TMPDIR/1.output")
	[[ $output == "published 18016:5:7 0x"*$'\n'"withdrawn 18016:5:7 0x"*$'\n'"published 18016:50:50 0x"* ]]
}

@test "tipc: the topology as JSON, and an end of watching" {
	server RDM 18017 3 3 'import time; time.sleep(30)'
	run -0 --separate-stderr anysock recv --count 2 --format json tipc:topology,service=18017,until=300ms
	run -0 python -c "
import json, sys
one, two = map(json.loads, sys.argv[1:])
assert one['tipc']['event'] == 'published' and one['tipc']['lower'] == 3, one
assert two['tipc']['event'] == 'timeout' and two['tipc']['subscription']['timeout_ms'] == 300, two" "${lines[0]}" "${lines[1]}"
}

@test "tipc: the topology is asked in lines, too" {
	server RDM 18018 4 4 'import time; time.sleep(30)'
	run -0 --separate-stderr anysock send --replies 2 tipc:topology,service=18019:1:1 "subscribe 18018:0:9 ports"  \
		'subscribe 18018:4 service 200ms'
	[[ $output == *"published 18018:4:4 0x"* ]]
	run -2 anysock send tipc:topology "subscribe 18018:9:0"
	[[ $output == *"TYPE:LOWER:UPPER"* ]]
}

@test "tipc: node-state tells this node" {
	run -0 --separate-stderr anysock recv --count 1 tipc:topology
	[[ $output == "published node-state:0x"* ]]
}

@test "tipc: a group's members hear each other, and see who joins and leaves" {
	start anysock recv --count 3 tipc:group:18020:1,events
	first=$pid
	wait_for eval 'tipc nametable show | grep -q 18020'
	run -0 anysock send tipc:group:18020:2 "to all"
	status_of "$first" && [ "$status" = 0 ]
	output=$(cat "$output_file")
	[[ $output == "* joined group:18020:2 id:0x"*$'\nto all\n* left group:18020:2 id:0x'* ]]
}

@test "tipc: anycast and multicast reach the members of a number" {
	start anysock recv --count 2 tipc:group:18021:1 --format text
	first=$pid first_output=$output_file
	start anysock recv --count 1 tipc:group:18021:5 --format text
	second=$pid second_output=$output_file
	wait_for eval '[ "$(tipc nametable show | grep -c 18021)" = 2 ]'
	run -0 anysock send tipc:group:18021:9,anycast=1 one
	run -0 anysock send tipc:group:18021:9,multicast=1 two
	run -0 anysock send tipc:group:18021:9,anycast=5 three
	status_of "$first" && status_of "$second"
	[ "$(cat "$first_output")" = $'one\ntwo' ]
	[ "$(cat "$second_output")" = three ]
}

@test "tipc: with loopback a member hears itself; events are JSON too" {
	run -0 --separate-stderr anysock send --replies 1 --format text tipc:group:18022:1,loopback mine
	[ "$output" = mine ]
	# both the event and the message: a member that leaves in between is nobody to send to
	start anysock recv --count 2 --format json tipc:group:18023:1,events
	wait_for eval 'tipc nametable show | grep -q 18023'
	run -0 anysock send tipc:group:18023:2 x
	status_of "$pid"
	grep -q '"tipc":{"event":"joined"' "$output_file"
}

@test "tipc: a group of python3's is joined" {
	start /usr/bin/python3 -u -c '
import socket, struct
one = socket.socket(socket.AF_TIPC, socket.SOCK_RDM); one.settimeout(60)
one.setsockopt(socket.SOL_TIPC, 135, struct.pack("IIII", 18024, 1, 2, 0))
print("ready"); print(one.recv(99))'
	wait_for test -s "$output_file"
	run -0 anysock send tipc:group:18024:2 "from ours"
	status_of "$pid"
	grep -q "from ours" "$output_file"
}

@test "tipc: a group without anybody else says so in a few seconds" {
	run -1 anysock send tipc:group:18025:1 "to nobody"
	[[ $output == *"No route to host"* ]]
}

@test "tipc: options set the importance of messages" {
	needs command strace
	server RDM 18026 1 1 'print(bound.recv(99))'
	run -0 strace -f -e trace=setsockopt anysock send tipc:service:18026:1,type=rdm,importance=critical x
	[[ $output == *"SOL_TIPC"*"[3]"* || $output == *"0x7f"*"[3]"* ]]
}

@test "tipc: nobody at a name, and a socket that does not listen, are told apart" {
	run -1 anysock connect tipc:service:18027:1 </dev/null
	[[ $output == *"nametable"* ]]
	server RDM 18028 1 1 'import time; time.sleep(30)'
	run -4 anysock connect --connect-timeout 300ms tipc:service:18028:1 </dev/null
	[[ $output == *"listens"*"type"* ]]
}

@test "tipc: what cannot be is a usage error that says what can" {
	run -2 anysock connect tipc:servise:1:2
	[[ $output == *"tipc:service"* ]]
	run -2 anysock listen tipc:id:1:2
	[[ $output == *"service:TYPE:INSTANCE"* ]]
	run -2 anysock listen tipc:service:5:1
	[[ $output == *"below 64"* ]]
	run -2 anysock connect tipc:range:100:9:3
	[[ $output == *"less than the first"* ]]
	run -2 anysock connect tipc:range:100:1:3,type=stream
	[[ $output == *"rdm"* ]]
	run -2 anysock connect tipc:service:100:1,events
	[[ $output == *"tipc:group"* ]]
	run -2 anysock connect tipc:service:100:1,bind=3
	run -2 anysock recv tipc:topology,service=a
	[[ $output == *"node-state"* ]]
	run -2 anysock connect tipc:id:1.5000.3:4
	run -2 anysock connect tipc:group:100:1,anycast=1,multicast=2
}

@test "tipc: two nodes over an Ethernet bearer" {
	between_nodes eth 1
}

@test "tipc: two nodes over a UDP bearer" {
	between_nodes udp 2
}
