# SPDX-License-Identifier: GPL-2.0-or-later
# hyperv.bats: Hyper-V's machines and services as Linux has them, over vsock's loopback, against socat and python3.
# shellcheck disable=SC2154,SC2016
load ../helpers

template=facb-11e6-bd58-64006a7986d3

needs_loopback() {
	needs family vsock
	python -c 'import socket; socket.socket(socket.AF_VSOCK).bind((1, socket.VMADDR_PORT_ANY))' 2>/dev/null ||
		skip "needs family vsock: no loopback"
}

@test "hyperv: a service of the template is a port of vsock" {
	needs_loopback
	ready_address listen "hyperv:loopback:0000ea61-$template" -- cat
	[ "$address" = "hyperv:loopback:0000ea61-$template" ]
	run -0 python -c "
import socket
one = socket.socket(socket.AF_VSOCK); one.settimeout(60); one.connect((1, 0xea61))
one.sendall(b'through'); one.shutdown(socket.SHUT_WR); print(one.recv(99))"
	[ "$output" = "b'through'" ]
}

@test "hyperv: connects to what python3 listens at, by names and by UUIDs" {
	needs_loopback
	start /usr/bin/python3 -u -c "
import socket
listener = socket.socket(socket.AF_VSOCK); listener.bind((1, 0xea62)); listener.listen(8); print('ready')
while True:
	peer, _ = listener.accept(); peer.sendall(peer.recv(99).upper()); peer.close()"
	wait_for test -s "$output_file"
	run -0 --separate-stderr anysock connect "hyperv:loopback:0000ea62-$template" <<<"name"
	[ "$output" = NAME ]
	run -0 --separate-stderr anysock connect "hyperv:E0E16197-DD56-4A10-9195-5EE7A155A838:0000EA62-${template^^}" <<<"uuid"
	[ "$output" = UUID ]
	run -0 --separate-stderr anysock connect "hyperv::0000ea62-$template" <<<"empty"
	[ "$output" = EMPTY ]
}

@test "hyperv: relays to TCP and to a UNIX socket" {
	needs_loopback
	needs command socat
	start socat VSOCK-LISTEN:60003,fork PIPE
	ready_address relay tcp-listen:127.0.0.1:0 "hyperv:loopback:0000ea63-$template,retry=100,interval=100ms"
	run -0 socat -t 20 - "TCP:${address#tcp:}" <<<"relayed"
	[ "$output" = relayed ]
	ready_address relay "unix-listen:$BATS_TEST_TMPDIR/s" "hyperv:loopback:0000ea63-$template"
	run -0 socat -t 20 - "UNIX:$BATS_TEST_TMPDIR/s" <<<"unix"
	[ "$output" = unix ]
}

@test "hyperv: explain shows both forms" {
	run -0 anysock explain "hyperv:parent:00001388-$template"
	[[ $output == *"a42e7cda-d03f-480c-9cc2-a4de20abb878"* && $output == *"cid"*2* && $output == *5000* ]]
	run -0 anysock explain "hyperv-listen:children:00001388-$template"
}

@test "hyperv: a service id outside the template is refused with the template" {
	run -2 anysock connect hyperv:loopback:00001388-0000-0000-0000-000000000000
	[[ $output == *"xxxxxxxx-$template"* ]]
	run -2 anysock connect hyperv:loopback:5000
	[[ $output == *"00001388-$template"* ]]
	run -2 anysock connect hyperv:loopback:web
	[[ $output == *"UUID expected"* ]]
}

@test "hyperv: machines that cannot be reached from Linux are told" {
	run -3 anysock connect "hyperv:12345678-1234-1234-1234-123456789abc:00001388-$template"
	[[ $output == *"cannot name a virtual machine"*"vsock:CID:PORT"* ]]
	run -3 anysock connect "hyperv:broadcast:00001388-$template"
	run -2 anysock connect "hyperv:children:00001388-$template"
	[[ $output == *"listened at, not connected to"* ]]
	run -2 anysock listen "hyperv:parent:00001388-$template"
	[[ $output == *"connected to, not listened at"* ]]
	run -2 anysock connect "hyperv:lopback:00001388-$template"
	[[ $output == *'"loopback"'* ]]
}
