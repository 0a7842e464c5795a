# SPDX-License-Identifier: GPL-2.0-or-later
# bt-manual.bats: each line that anysock-bluetooth(7) shows, run as it stands there, beside python3 and BlueZ's programs.
# What needs service discovery is in bt-sdp.bats, where its daemon runs.
# shellcheck disable=SC2154,SC2016
load ../helpers
load bluetooth

setup() {
	case $BATS_TEST_DESCRIPTION in
	*"left out"*) ;;
	*) needs_controllers bt-rfcomm ;;
	esac
}

@test "bt-manual: no line of the page is left out" {
	local missing=0 one words
	while read -r one; do
		while read -r words; do
			[[ $one != *"$words"* ]] || continue 2
		done < <(sed -n 's/.*example "\([^"]*\)".*/\1/p' "$BATS_TEST_FILENAME" "${BATS_TEST_FILENAME%manual.bats}sdp.bats")
		echo "not run: $one"
		missing=1
	done < <(lines_of_page)
	[ "$missing" = 0 ]
}

# upper CHANNEL [THEN]: python3 answers in capitals at hci1, once, and stays unless THEN says otherwise.
upper() {
	server "
listener = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM); listener.settimeout(60)
listener.bind((address('hci1'), $1)); listener.listen(1); print('ready')
peer, _ = listener.accept(); peer.settimeout(60); peer.send(peer.recv(99).upper()); ${2:-whole(peer)}"
}

# terminal_answers: ./modem is a terminal with somebody at its other end.
terminal_answers() {
	wait_for test -e modem
	run -0 python -c "
import os, tty
modem = os.open('modem', os.O_RDWR | os.O_NOCTTY); tty.setraw(modem)
os.write(modem, b'at'); print(os.read(modem, 99))"
	[ "$output" = "b'AT'" ]
}

@test "bt-manual: a serial link" {
	upper 1 'peer.close()'
	example "connect bt-rfcomm:AA:BB:CC:DD:EE:FF:1"
	run -0 --separate-stderr bash -c "$line" <<<'at'
	[ "$output" = AT ]
}

@test "bt-manual: a terminal joined by a relay" {
	upper 1
	example "relay pty:./modem"
	start bash -c "exec $line"
	terminal_answers
}

@test "bt-manual: a terminal in the place of standard input" {
	upper 1
	example "1,pty=./modem"
	start bash -c "exec $line"
	terminal_answers
}

@test "bt-manual: a program for each client" {
	example "listen --keep bt-rfcomm::1"
	printf '#!/bin/sh\necho served\n' >handler && chmod +x handler
	start bash -c "exec $line"
	wait_for grep -q "listening on" "$error_file"
	for _ in 1 2; do
		run -0 python -c "
import socket
from bluetooth import address
one = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM); one.settimeout(60)
one.bind((address('hci0'), 0)); one.connect((address('hci1'), 1)); print(one.recv(99))"
		[ "$output" = "b'served\\n'" ]
	done
}

@test "bt-manual: a port of TCP leads to a device" {
	upper 1
	example "relay tcp-listen:127.0.0.1:7000"
	start bash -c "exec $line"
	wait_for grep -q "listening on" "$error_file"
	run -0 python -c "
import socket
one = socket.create_connection(('127.0.0.1', 7000)); one.settimeout(60); one.send(b'at'); print(one.recv(99))"
	[ "$output" = "b'AT'" ]
}

@test "bt-manual: a file by L2CAP" {
	server "
listener = l2cap(socket.SOCK_SEQPACKET, address('hci1'), ERTM, psm=0x1001); listener.listen(1); print('ready')
import rawsock, hashlib
peer = rawsock.accept(listener); peer.settimeout(60); print(hashlib.sha256(whole(peer)).hexdigest())"
	example "l2cap-mode=ertm < file"
	head -c 20000 /dev/urandom >file
	bash -c "$line"
	status_of "$pid"
	[ "$(tail -n 1 "$output_file")" = "$(sha256sum <file | cut -d ' ' -f 1)" ]
}

@test "bt-manual: attributes of low energy" {
	advertise hci1
	server "
listener = l2cap(socket.SOCK_SEQPACKET, address('hci1'), None, kind=LE, cid=4); listener.listen(1); print('ready')
import rawsock
peer = rawsock.accept(listener); peer.settimeout(60); print(peer.recv(99).hex()); peer.send(bytes.fromhex('031700')); whole(peer)"
	example "0:att:le-public"
	start bash -c "exec ${line/connect/connect --replies 1} <<<021700"
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = 031700 ]
}

@test "bt-manual: voice" {
	server "
listener = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, socket.BTPROTO_SCO); listener.settimeout(60)
listener.bind(address('hci1').encode()); listener.listen(1); print('ready')
peer, _ = listener.accept(); peer.settimeout(60); print(sum(len(peer.recv(99)) for _ in range(20)))"
	example "send bt-sco"
	head -c 960 /dev/urandom >voice.raw
	bash -c "$line"
	status_of "$pid"
	[ "$(tail -n 1 "$output_file")" = 960 ]
}

@test "bt-manual: a command to a controller, and the list of them" {
	example "send --replies 1 bt-hci:hci0"
	run -0 --separate-stderr bash -c "$line"
	[[ $output == "> hci0 event 0e0a01091000"* ]]
	example "ioctl bt-hci:none HCIGETDEVLIST"
	run -0 bash -c "$line"
	[[ $output == *device=0* ]]
	example "scan bt:"
	run -0 --separate-stderr bash -c "$line"
	[[ $output == *"device  $(bdaddr hci1)"* ]]
}

@test "bt-manual: what the monitor sees, as lines and for btmon" {
	needs command btmon
	example "recv bt-hci:none:monitor"
	start bash -c "exec $line"
	wait_for grep -q "index-info" "$output_file"
	example "btsnoop bt-hci:none:monitor"
	start bash -c "exec timeout 50 $line"
	wait_for test -s trace.btsnoop
	anysock send --replies 1 bt-hci:hci0 '0x04 0x0009'
	stop "$pid"
	run -0 btmon -r trace.btsnoop
	[[ $output == *"Read BD ADDR"* ]]
}
