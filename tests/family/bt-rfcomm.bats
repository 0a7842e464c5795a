# SPDX-License-Identifier: GPL-2.0-or-later
# bt-rfcomm.bats: serial links over Bluetooth, against python3 and BlueZ's rctest.
# shellcheck disable=SC2154,SC2016
load ../helpers
load bluetooth

setup() {
	case $BATS_TEST_DESCRIPTION in
	*"usage error"*) ;;
	*) needs_controllers bt-rfcomm && end_links ;;
	esac
}

# rfcomm_server CHANNEL SCRIPT: python3 with the `peer` that connected to hci1.
rfcomm_server() {
	server "
listener = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM); listener.settimeout(60)
listener.bind((address('hci1'), $1)); listener.listen(1); print('ready')
peer, where = listener.accept(); peer.settimeout(60)
$2"
}

# rfcomm_client CHANNEL SCRIPT: python3 with a socket `one` from hci0.
rfcomm_client() {
	/usr/bin/python3 -c "
import socket
from bluetooth import address
one = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM); one.settimeout(60)
one.bind((address('hci0'), 0)); one.connect((address('hci1'), $1))
$2"
}

@test "bt-rfcomm: python3 is sent to and answers" {
	rfcomm_server 3 'peer.send(peer.recv(99).upper()); peer.close()'
	run -0 --separate-stderr anysock connect "bt-rfcomm:$(bdaddr hci1):3" <<<"there"
	[ "$output" = THERE ]
}

@test "bt-rfcomm: python3 connects to a listener, which says where it is" {
	ready_address listen bt-rfcomm:hci1:4 -- sed -u s/th/wh/
	[ "$address" = "bt-rfcomm:[$(bdaddr hci1)]:4" ]
	run -0 rfcomm_client 4 'one.send(b"there\n"); print(one.recv(99))'
	[ "$output" = "b'where\\n'" ]
}

@test "bt-rfcomm: a mebibyte reaches python3 unchanged, and the close loses nothing" {
	head -c 1048576 /dev/urandom >"$BATS_TEST_TMPDIR/in"
	rfcomm_server 5 'import hashlib; print(hashlib.sha256(whole(peer)).hexdigest())'
	anysock send bt-rfcomm:hci1:5 <"$BATS_TEST_TMPDIR/in"
	wait "$pid"
	[ "$(tail -n 1 "$output_file")" = "$(sha256sum <"$BATS_TEST_TMPDIR/in" | cut -d ' ' -f 1)" ]
}

@test "bt-rfcomm: a mebibyte from python3 arrives unchanged, although it closes at once" {
	head -c 1048576 /dev/urandom >"$BATS_TEST_TMPDIR/in"
	ready_address listen bt-rfcomm:hci1:6
	rfcomm_client 6 "one.sendall(open('$BATS_TEST_TMPDIR/in', 'rb').read()); one.close()"
	wait "$pid"
	cmp "$BATS_TEST_TMPDIR/in" "$output_file"
}

@test "bt-rfcomm: a connection that is reset says what may have been, and is had with another try" {
	needs command strace
	resetting=(strace -qq -o /dev/null -e trace=connect -e inject=connect:error=ECONNRESET:when=1)
	rfcomm_server 11 'print(peer.recv(99))'
	run -1 --separate-stderr "${resetting[@]}" "$ANYSOCK" send bt-rfcomm:hci1:11 x
	[[ $stderr = *"Connection reset by peer"*$'\n'"  hint: "*"was just being closed: try again, as retry=1 does" ]]
	"${resetting[@]}" "$ANYSOCK" send bt-rfcomm:hci1:11,retry=1 again
	status_of "$pid"
	[ "$(tail -n 1 "$output_file")" = "b'again'" ]
}

@test "bt-rfcomm: channel 0 of a listener is a free one; any address is reached at a controller's" {
	ready_address listen --keep bt-rfcomm::0 -- echo served
	[[ $address == "bt-rfcomm:[$(bdaddr hci0)]:"[1-9]* ]]
	run -0 --separate-stderr anysock connect "$address,adapter=hci1" </dev/null
	[ "$output" = served ]
}

@test "bt-rfcomm: adapter= and bind= choose our end" {
	rfcomm_server 7 'print(where[0].lower())'
	anysock send bt-rfcomm:hci1:7,adapter=hci0 x
	status_of "$pid"
	[ "$(tail -n 1 "$output_file")" = "$(bdaddr hci0)" ]
	ready_address listen bt-rfcomm::8,adapter=hci1
	[ "$address" = "bt-rfcomm:[$(bdaddr hci1)]:8" ]
	anysock send "$address,bind=$(bdaddr hci0)" word
	status_of "$pid" && [ "$(cat "$output_file")" = word ]
}

@test "bt-rfcomm: what rctest sends arrives, and what is sent to it" {
	needs command rctest
	ready_address listen bt-rfcomm:hci1:9
	timeout 60 rctest -i hci0 -s -P 9 -N 3 -b 127 "$(bdaddr hci1)"
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(wc -c <"$output_file")" = 381 ]
}

# answers_at PATH: whether a program that opens that terminal is answered.
answers_at() {
	wait_for test -e "$1"
	run -0 python -c "
import os, tty
modem = os.open('$1', os.O_RDWR | os.O_NOCTTY); tty.setraw(modem)
os.write(modem, b'at'); print(os.read(modem, 99))"
	[ "$output" = "b'AT'" ]
}

@test "bt-rfcomm: a program that opens a terminal is served by a relay" {
	rfcomm_server 10 'peer.send(peer.recv(99).upper()); whole(peer)'
	start anysock relay "pty:$BATS_TEST_TMPDIR/modem" bt-rfcomm:hci1:10
	answers_at "$BATS_TEST_TMPDIR/modem"
}

@test "bt-rfcomm: pty= is the terminal of connect and of listen" {
	rfcomm_server 15 'peer.send(peer.recv(99).upper()); whole(peer)'
	start anysock connect "bt-rfcomm:hci1:15,pty=$BATS_TEST_TMPDIR/one,,two"
	answers_at "$BATS_TEST_TMPDIR/one,two"
	ready_address listen "bt-rfcomm:hci1:16,pty=$BATS_TEST_TMPDIR/three"
	start rfcomm_client 16 'one.send(one.recv(99).upper()); one.recv(9)'
	answers_at "$BATS_TEST_TMPDIR/three"
}

@test "bt-rfcomm: a listener on the left of a relay serves many" {
	ready_address relay bt-rfcomm-listen:hci1:11 exec:cat
	for word in one two three; do
		run -0 rfcomm_client 11 "one.send(b'$word'); print(one.recv(99).decode())"
		[ "$output" = "$word" ]
	done
}

@test "bt-rfcomm: channels that nobody serves, and devices out of range, are errors with a hint" {
	run -1 anysock connect bt-rfcomm:hci1:12 </dev/null
	[[ $output == *"Connection refused"*"nothing serves that channel"* ]]
	run -1 anysock connect bt-rfcomm:02:00:00:00:00:77:1 </dev/null
	[[ $output == *"Host is down"*"in range"* ]]
	run -3 anysock connect bt-rfcomm:hci1:1,adapter=hci7 </dev/null
	[[ $output == *"no Bluetooth controller hci7"* ]]
	ready_address listen bt-rfcomm:hci1:13
	run -1 anysock listen bt-rfcomm:hci1:13
	[[ $output == *"in use"*"free one"* ]]
}

@test "bt-rfcomm: a controller that is down is named" {
	"$tree/tests/lab/adapter" down hci0 hci1
	run -1 anysock connect bt-rfcomm:02:00:00:00:00:77:1 </dev/null
	"$tree/tests/lab/adapter" up hci0 hci1
	[[ $output == *"hci"[01]" is down"*HCIDEVUP* ]]
}

@test "bt-rfcomm: addresses and channels that are none are usage errors" {
	run -2 anysock connect bt-rfcomm:AA:BB:CC:DD:EE:1
	[[ $output == *"six pairs"* ]]
	run -2 anysock connect bt-rfcomm:AA:BB:CC:DD:EE:FF:31
	[[ $output == *"channel"*"30"* ]]
	run -2 anysock connect bt-rfcomm:AA:BB:CC:DD:EE:FF:0
	[[ $output == *"from 1 to 30"* ]]
	run -2 anysock connect bt-rfcomm:any:1
	[[ $output == *"address of a device"* ]]
	run -2 anysock connect bt-rfcomm:AA:BB:CC:DD:EE:FF:1,adapter=eth0
	[[ $output == *"adapter"*"hci0"* ]]
	run -2 anysock listen bt-rfcomm:AA:BB:CC:DD:EE:FF:1,adapter=hci0
	[[ $output == *"names the local end"* ]]
}
