# SPDX-License-Identifier: GPL-2.0-or-later
# bt-sco.bats: voice over Bluetooth, against python3 and BlueZ's scotest.
# shellcheck disable=SC2154,SC2016
load ../helpers
load bluetooth

setup() {
	case $BATS_TEST_DESCRIPTION in
	*"usage error"*) ;;
	*) needs_controllers bt-sco ;;
	esac
	# 200 packets, each of one number
	python -c 'import sys; sys.stdout.buffer.write(b"".join(bytes([n]) * 48 for n in range(200)))' >"$BATS_TEST_TMPDIR/voice"
}

# sco_server SCRIPT: python3 with the `peer` that connected to hci1.
sco_server() {
	server "
listener = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, socket.BTPROTO_SCO); listener.settimeout(60)
listener.bind(address('hci1').encode()); listener.listen(1); print('ready')
peer, _ = listener.accept(); peer.settimeout(60)
$1"
}

@test "bt-sco: frames reach python3 in order, 48 bytes each, and not faster than the air is" {
	sco_server '
import time
packets = [peer.recv(99)]; first = time.monotonic()
while len(packets) < 200: packets.append(peer.recv(99))
print(time.monotonic() - first > 0.5, packets == [bytes([n]) * 48 for n in range(200)])'
	anysock send bt-sco:hci1 <"$BATS_TEST_TMPDIR/voice"
	status_of "$pid"
	[ "$(tail -n 1 "$output_file")" = "True True" ]
}

@test "bt-sco: frames of python3 arrive in order, although it closes at once" {
	ready_address listen bt-sco:hci1
	[ "$address" = "bt-sco:[$(bdaddr hci1)]" ]
	python -c "
import socket, time
from bluetooth import address
one = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, socket.BTPROTO_SCO); one.settimeout(60)
one.bind(address('hci0').encode()); one.connect(address('hci1').encode())
for n in range(200): one.send(bytes([n]) * 48); time.sleep(0.003)"
	status_of "$pid" && [ "$status" = 0 ]
	# what was still on its way when python closed is not there, and nothing is out of order
	cmp -n "$(wc -c <"$output_file")" "$BATS_TEST_TMPDIR/voice" "$output_file"
	[ "$(wc -c <"$output_file")" -ge 4800 ]
}

@test "bt-sco: voice goes both ways at once" {
	sco_server '
for _ in range(200): peer.send(peer.recv(99))
whole(peer)'
	anysock connect bt-sco:hci1,read-bytes=9600 <"$BATS_TEST_TMPDIR/voice" >"$BATS_TEST_TMPDIR/heard"
	cmp "$BATS_TEST_TMPDIR/voice" "$BATS_TEST_TMPDIR/heard"
	status_of "$pid"
}

@test "bt-sco: packets of other sizes, at any pace; the last may be short" {
	sco_server '
print([len(peer.recv(99)) for _ in range(3)])'
	anysock send bt-sco:hci1,packet=60,pace=0 <<<"$(printf '%0139d' 0)"
	status_of "$pid"
	[ "$(tail -n 1 "$output_file")" = "[60, 60, 20]" ]
}

@test "bt-sco: wideband is told to the kernel" {
	needs command strace
	sco_server 'whole(peer)'
	run -0 strace -f -e trace=setsockopt anysock send bt-sco:hci1,voice=wideband <"$BATS_TEST_TMPDIR/voice"
	# SOL_BLUETOOTH, BT_VOICE, transparent
	[[ $output == *'0xb'*'"\x03\x00"'* || $output == *', 11'*'"\3\0"'* || $output == *'"\3\0", 2'* ]]
}

@test "bt-sco: a device out of range is an error with a hint" {
	run -1 anysock connect bt-sco:02:00:00:00:00:77 </dev/null
	[[ $output == *"Host is down"* ]]
}

@test "bt-sco: what is no voice or address is a usage error" {
	run -2 anysock connect bt-sco:AA:BB:CC:DD:EE:FF,voice=loud
	[[ $output == *"cvsd"* ]]
	run -2 anysock connect bt-sco
	run -2 anysock connect bt-sco:AA:BB:CC:DD:EE:FF:1
}
