# SPDX-License-Identifier: GPL-2.0-or-later
# bt-l2cap.bats: L2CAP channels of classic Bluetooth and of low energy, against python3, l2test and l2ping.
# shellcheck disable=SC2154,SC2016
load ../helpers
load bluetooth

setup() {
	case $BATS_TEST_DESCRIPTION in
	*"usage error"*) ;;
	*) needs_controllers bt-l2cap ;;
	esac
}

# l2cap_server STYLE MODE WHERE SCRIPT: python3 with the `peer` that connected to hci1.
l2cap_server() {
	server "
import rawsock
listener = l2cap(socket.$1, address('hci1'), $2, $3); listener.listen(1); print('ready')
peer = rawsock.accept(listener); peer.settimeout(60)
# SO_RCVBUFFORCE: basic mode drops what python is too slow for
peer.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
$4"
}

# l2cap_client STYLE MODE WHERE SCRIPT: python3 with a socket `one` from hci0, connected to hci1.
l2cap_client() {
	/usr/bin/python3 -c "
import socket
from bluetooth import *
where = dict($3)
one = l2cap(socket.$1, address('hci0'), $2, **{name: where[name] for name in where if name != 'psm'})
connect(one, address('hci1'), **where)
$4"
}

# there SPEC STYLE MODE WHERE: a mebibyte to python3, and a close at once. Only the limit of the test ends the wait.
there() {
	head -c 1048576 /dev/urandom >"$BATS_TEST_TMPDIR/in"
	l2cap_server "$2" "$3" "$4" 'import hashlib; print(hashlib.sha256(whole(peer)).hexdigest())'
	anysock send "$1" <"$BATS_TEST_TMPDIR/in"
	wait "$pid"
	[ "$(tail -n 1 "$output_file")" = "$(sha256sum <"$BATS_TEST_TMPDIR/in" | cut -d ' ' -f 1)" ]
}

# back SPEC STYLE MODE WHERE: the same from python3.
back() {
	head -c 1048576 /dev/urandom >"$BATS_TEST_TMPDIR/in"
	ready_address listen "$1"
	l2cap_client "$2" "$3" "$4" "
data = open('$BATS_TEST_TMPDIR/in', 'rb').read()
for i in range(0, len(data), 640): one.send(data[i:i + 640])
# close drops what waits for credits or was not acknowledged; TIOCOUTQ tells how much room there is
import fcntl, time
while int.from_bytes(fcntl.ioctl(one, 0x5411, bytes(4)), 'little') < one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF): time.sleep(0.01)
one.close()"
	wait "$pid"
	cmp "$BATS_TEST_TMPDIR/in" "$output_file"
}

# The fixed channel has to be listened on before there is a link: it comes first.
@test "bt-l2cap: the fixed channel of attributes" {
	advertise hci1
	ready_address listen --format hex bt-l2cap:hci1:0:4:le-public
	[ "$address" = "bt-l2cap:[$(bdaddr hci1)]:0x0:4:le-public" ]
	l2cap_client SOCK_SEQPACKET None "kind=LE, cid=4" 'one.send(b"\x02\x17\x00"); one.close()'
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = 021700 ]
}

@test "bt-l2cap: a mebibyte to python3, basic mode" {
	there bt-l2cap:hci1:0x1001 SOCK_SEQPACKET None psm=0x1001
}

@test "bt-l2cap: a mebibyte from python3, basic mode" {
	back bt-l2cap:hci1:0x1001 SOCK_SEQPACKET None psm=0x1001
}

@test "bt-l2cap: a mebibyte to python3, with retransmission" {
	there bt-l2cap:hci1:0x1003,l2cap-mode=ertm SOCK_SEQPACKET ERTM psm=0x1003
}

@test "bt-l2cap: a mebibyte from python3, with retransmission" {
	back bt-l2cap:hci1:0x1003,l2cap-mode=ertm SOCK_SEQPACKET ERTM psm=0x1003
}

@test "bt-l2cap: a mebibyte to python3, streaming mode" {
	there bt-l2cap:hci1:0x1005,l2cap-mode=streaming SOCK_SEQPACKET STREAMING psm=0x1005
}

@test "bt-l2cap: a mebibyte from python3, streaming mode" {
	back bt-l2cap:hci1:0x1005,l2cap-mode=streaming SOCK_SEQPACKET STREAMING psm=0x1005
}

@test "bt-l2cap: a mebibyte to python3, as a stream of bytes" {
	there bt-l2cap:hci1:0x1007,type=stream SOCK_STREAM None psm=0x1007
}

@test "bt-l2cap: a mebibyte from python3, as a stream of bytes" {
	back bt-l2cap:hci1:0x1007,type=stream SOCK_STREAM None psm=0x1007
}

@test "bt-l2cap: a mebibyte to python3, LE credits" {
	advertise hci1
	there bt-l2cap:hci1:0x81::le-public SOCK_SEQPACKET None "psm=0x81, kind=LE"
}

@test "bt-l2cap: a mebibyte from python3, LE credits" {
	advertise hci1
	back bt-l2cap:hci1:0x81::le-public SOCK_SEQPACKET None "psm=0x81, kind=LE"
}

@test "bt-l2cap: a mebibyte to python3, LE credits, as a stream of bytes" {
	advertise hci1
	there bt-l2cap:hci1:0x82::le-public,type=stream,l2cap-mode=le-credit SOCK_STREAM None "psm=0x82, kind=LE"
}

@test "bt-l2cap: a mebibyte from python3, LE credits, as a stream of bytes" {
	advertise hci1
	back bt-l2cap:hci1:0x82::le-public,type=stream,l2cap-mode=le-credit SOCK_STREAM None "psm=0x82, kind=LE"
}

@test "bt-l2cap: a mebibyte to python3, enhanced credits" {
	advertise hci1
	there bt-l2cap:hci1:0x83::le-public,l2cap-mode=enhanced-credit SOCK_SEQPACKET ENHANCED_CREDIT "psm=0x83, kind=LE"
}

@test "bt-l2cap: a mebibyte from python3, enhanced credits" {
	advertise hci1
	back bt-l2cap:hci1:0x83::le-public,l2cap-mode=enhanced-credit SOCK_SEQPACKET ENHANCED_CREDIT "psm=0x83, kind=LE"
}

@test "bt-l2cap: packets keep their boundaries, both ways" {
	l2cap_server SOCK_SEQPACKET None psm=0x1009 '
for _ in range(3): peer.send(b"<%s>" % peer.recv(99))'
	run -0 --separate-stderr anysock send --format text --replies 3 bt-l2cap:hci1:0x1009 one two three
	[ "$output" = $'<one>\n<two>\n<three>' ]
}

@test "bt-l2cap: the MTUs are told to the peer" {
	l2cap_server SOCK_SEQPACKET None psm=0x100b '
print(struct.unpack("HHHBBBxH", peer.getsockopt(SOL_L2CAP, L2CAP_OPTIONS, 12))[0]); peer.send(bytes(900)); whole(peer)'
	run -0 --separate-stderr anysock send --replies 1 --format hex bt-l2cap:hci1:0x100b,imtu=900 00
	[ ${#output} = 1800 ]
	[ "$(tail -n 1 "$output_file")" = 900 ]
}

@test "bt-l2cap: the MTU of LE is told to the peer" {
	advertise hci1
	l2cap_server SOCK_SEQPACKET None "psm=0x85, kind=LE" 'print(*peer.getsockopt(274, 12, 2)); peer.send(bytes(1000)); whole(peer)'
	run -0 --separate-stderr anysock send --replies 1 --format hex bt-l2cap:hci1:0x85::le-public,imtu=1000 00
	[ ${#output} = 2000 ]
	[ "$(tail -n 1 "$output_file")" = "232 3" ]
}

@test "bt-l2cap: PSM 0 of a listener is a free one, which it says" {
	ready_address listen --format text bt-l2cap:hci1:0
	[[ $address == "bt-l2cap:[$(bdaddr hci1)]:0x1"??? ]]
	anysock send "$address" word
	status_of "$pid" && [ "$(cat "$output_file")" = word ]
}

@test "bt-l2cap: datagrams without a connection" {
	ready_address recv --count 2 --format text bt-l2cap-bind:hci1:0x100d,type=dgram
	anysock send bt-l2cap:hci1:0x100d,type=dgram,bind=hci0:0x100d 'first one' second
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'first one\nsecond' ]
}

@test "bt-l2cap: a raw echo request is answered by the kernel" {
	# code 8, identifier 9, length 4: the answer is code 9; signals of the link's own may come before it
	start bash -c 'exec anysock connect --format hex bt-l2cap:hci1:0,type=raw < <(echo 0809040070696e67; exec sleep 60)'
	wait_for grep -q '^0909040070696e67$' "$output_file"
}

@test "bt-l2cap: what l2test sends arrives" {
	needs command l2test
	# it closes at once: without the option its kernel would have told us of nothing, had we been slow to accept
	ready_address listen --format hex bt-l2cap:hci1:0x100f,bt-defer-setup
	timeout 60 l2test -i hci0 -s -P 4111 -N 3 -b 100 "$(bdaddr hci1)"
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(wc -l <"$output_file")" = 3 ]
	[ "$(head -c 200 "$output_file" | wc -c)" = 200 ]
}

@test "bt-l2cap: the security level and others are socket options by name" {
	l2cap_server SOCK_SEQPACKET None psm=0x1011 'print(peer.recv(9))'
	run -0 strace -f -e trace=setsockopt anysock send bt-l2cap:hci1:0x1011,bt-security=low,bt-power=off,l2cap-lm=reliable x
	[[ $output == *"SOL_BLUETOOTH, 4"* || $output == *"0x112"* || $output == *"BT_SECURITY"* ]]
	status_of "$pid"
}

@test "bt-l2cap: a PSM that nobody serves, and a mode that the peer has not, are errors with a hint" {
	run -1 anysock connect bt-l2cap:hci1:0x1013 </dev/null
	[[ $output == *"Connection refused"*"PSM"* ]]
	run -1 anysock connect bt-l2cap:02:00:00:00:00:77:0x1013 </dev/null
	[[ $output == *"Host is down"*"in range"* ]]
}

@test "bt-l2cap: what cannot be a channel is a usage error" {
	run -2 anysock connect bt-l2cap:AA:BB:CC:DD:EE:FF:0x1002
	[[ $output == *"odd"* ]]
	run -2 anysock connect bt-l2cap:AA:BB:CC:DD:EE:FF:0
	[[ $output == *"PSM"* ]]
	run -2 anysock connect bt-l2cap:AA:BB:CC:DD:EE:FF:0x1001::le-public
	[[ $output == *"255"* ]]
	run -2 anysock connect bt-l2cap:AA:BB:CC:DD:EE:FF:0x81::le-public,l2cap-mode=ertm
	[[ $output == *"le-credit"* ]]
	run -2 anysock connect bt-l2cap:AA:BB:CC:DD:EE:FF:0x1001,l2cap-mode=le-credit
	[[ $output == *"le-public"* ]]
	run -2 anysock connect bt-l2cap:AA:BB:CC:DD:EE:FF:0x1001,l2cap-mode=fast
	run -2 anysock connect bt-l2cap:AA:BB:CC:DD:EE:FF:0x1001:4
	[[ $output == *"either a PSM or a fixed channel"* ]]
	run -2 anysock connect bt-l2cap:AA:BB:CC:DD:EE:FF:0x1001,bind=hci0:x
	[[ $output == *"bind"*"PSM"* ]]
}
