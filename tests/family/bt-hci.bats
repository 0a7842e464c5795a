# SPDX-License-Identifier: GPL-2.0-or-later
# bt-hci.bats: packets of Bluetooth controllers, against python3, btmon and tshark.
# shellcheck disable=SC2154,SC2016
load ../helpers
load bluetooth

setup() {
	case $BATS_TEST_DESCRIPTION in
	*"usage error"*) ;;
	*) needs_controllers bt-hci ;;
	esac
}

@test "bt-hci: a command typed as OGF and OCF is answered" {
	run -0 --separate-stderr anysock send --replies 1 bt-hci:hci1 '0x04 0x0009'
	[ "$output" = "> hci1 event 0e0a01091000$(python -c "import bluetooth; print(bytes.fromhex(bluetooth.address('hci1').replace(':', ''))[::-1].hex())")" ]
}

@test "bt-hci: a command typed as hex, and as it is printed, is answered" {
	local line
	for line in 01091000 '01 09 10 00' 'command 091000' '< hci0 command 091000' 'command 0x04 0x0009'; do
		run -0 --separate-stderr anysock connect --replies 1 bt-hci:0 <<<"$line"
		[[ $output == "> hci0 event 0e0a01091000"* ]]
	done
}

# asks OPCODE FILE: python3 sends that command, and its answer is in FILE by now or later.
asks() {
	python -c "
import socket
hci = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_RAW, socket.BTPROTO_HCI); hci.bind((0,))
hci.send(b'\x01' + bytes.fromhex('$1') + b'\x00')"
	grep -q "^> hci0 event 0e..01$1" "$2"
}

@test "bt-hci: the raw channel passes what python3 sends, and filters it" {
	start anysock recv bt-hci:hci0,packets=event,opcode=0x04:0x0009
	start anysock recv bt-hci:hci0,packets=event,events=command-complete+le-meta,opcode=0x1009
	start anysock recv bt-hci:hci0
	wait_for asks 0110 "$output_file"
	grep -q '^< hci0 command 011000$' "$output_file"
	wait_for asks 0910 "$BATS_TEST_TMPDIR/1.output"
	wait_for asks 0910 "$BATS_TEST_TMPDIR/2.output"
	run ! grep 0110 "$BATS_TEST_TMPDIR/1.output" "$BATS_TEST_TMPDIR/2.output"
}

@test "bt-hci: the management is asked" {
	run -0 --separate-stderr anysock send --replies 1 bt-hci:none:control '0x0001'
	[[ $output == "> none 0x01 010000"* ]]
	run -0 --separate-stderr anysock send --replies 1 bt-hci::control 'hci1 0x0004'
	[[ $output == "> hci1 0x01 040000"* ]]
}

# monitored FORMAT FILE: what the monitor sees of a channel of ours with "hello".
monitored() {
	start anysock recv --format "$1" bt-hci:none:monitor
	local monitor=$pid output=$output_file hello=hello
	[ "$1" != hci ] || hello=68656c6c6f
	wait_for grep -qa . "$output"
	ready_address listen --format text bt-l2cap:hci1:0
	anysock send "$address" hello
	status_of "$pid"
	wait_for grep -qa "$hello" "$output"
	stop "$monitor"
	cp "$output" "$2"
}

@test "bt-hci: the monitor tells of our own connection" {
	monitored hci "$BATS_TEST_TMPDIR/lines"
	grep -q '^= hci0 index-info' "$BATS_TEST_TMPDIR/lines"
	# the data of a channel: handle, two lengths, the channel, "hello"
	grep -Eq '^< hci0 acl [0-9a-f]{4}09000500[0-9a-f]{4}68656c6c6f$' "$BATS_TEST_TMPDIR/lines"
	grep -Eq '^> hci1 acl [0-9a-f]{4}09000500[0-9a-f]{4}68656c6c6f$' "$BATS_TEST_TMPDIR/lines"
}

@test "bt-hci: a capture of the monitor shows our connection in tshark" {
	needs command tshark
	monitored pcap "$BATS_TEST_TMPDIR/c.pcapng"
	run -0 --separate-stderr tshark -r "$BATS_TEST_TMPDIR/c.pcapng" -Y btl2cap
	[[ $output == *"Connection Request"*"Connection oriented channel"*"Disconnection Request"* ]]
}

@test "bt-hci: a capture of the monitor opens in btmon and in tshark" {
	needs command btmon tshark
	monitored btsnoop "$BATS_TEST_TMPDIR/c.btsnoop"
	run -0 btmon -r "$BATS_TEST_TMPDIR/c.btsnoop"
	[[ $output == *"L2CAP: Connection Request"*"68 65 6c 6c 6f"*"hello"* ]]
	run -0 --separate-stderr tshark -r "$BATS_TEST_TMPDIR/c.btsnoop" -Y btl2cap
	[[ $output == *"Connection oriented channel"* ]]
}

@test "bt-hci: a line for the logs reaches btmon" {
	needs command btmon
	# what it writes to a file waits for a buffer to be full
	start stdbuf -oL btmon
	wait_for grep -q "New Index" "$output_file"
	local heard=$output_file
	start anysock send bt-hci::logging 'a line of ours'
	status_of "$pid" && [ "$status" = 0 ]
	# btmon asks /proc for the name of the sender, which may be gone
	wait_for grep -Eq "^= (anysock\[$pid\]|$pid): a line of ours" "$heard"
}

# asked FILE: whether what we ask is in FILE by now or later.
asked() {
	anysock send --replies 1 bt-hci:hci0 '0x04 0x0001' >/dev/null
	grep -q '"event"' "$1"
}

@test "bt-hci: JSON names command, event and direction" {
	start anysock recv --format json bt-hci:hci0
	wait_for asked "$output_file"
	run -0 jq -c '[.hci.kind, .hci.direction, .hci.ogf, .hci.ocf, .hci.event]' <(head -n 2 "$output_file")
	[ "$output" = $'["command","out",4,1,null]\n["event","in",null,null,14]' ]
}

@test "bt-hci: the user channel has a controller to itself, and only one that is down" {
	run -1 anysock connect bt-hci:hci0:user </dev/null
	[[ $output == *"busy"*HCIDEVDOWN* ]]
	anysock ioctl bt-hci:none HCIDEVDOWN 0
	run -0 --separate-stderr anysock send --replies 1 bt-hci:hci0:user '0x03 0x0003'
	[ "$output" = "> hci0 event 0e0401030c00" ]
	"$tree/tests/lab/adapter" up hci0
}

@test "bt-hci: requests list controllers and what is known of them" {
	run -0 anysock ioctl bt-hci:none HCIGETDEVLIST
	[[ $output == *device=0*device=1* || $output == *device=1*device=0* ]]
	run -0 anysock ioctl bt-hci:none HCIGETDEVINFO 1
	[[ $output == *"bdaddr=$(bdaddr hci1)"*up* ]]
}

@test "bt-hci: requests tell of connections" {
	server "
one, two = pair(socket.SOCK_SEQPACKET, psm=0x1015); print('ready')
import signal; signal.pause()"
	run -0 anysock ioctl bt-hci:none HCIGETCONNLIST 0
	[[ $output == *"bdaddr=$(bdaddr hci1) type=acl"* ]]
	run -0 anysock ioctl bt-hci:hci0 HCIGETCONNINFO "$(bdaddr hci1)" acl
	[[ $output == *"type=acl"* ]]
}

@test "bt-hci: controllers that are none are errors" {
	run -3 anysock recv bt-hci:hci7
	[[ $output == *"No such device"*HCIGETDEVLIST* ]]
}

@test "bt-hci: what is no controller, channel or filter is a usage error" {
	run -2 anysock recv bt-hci:eth0
	[[ $output == *"hci0"* ]]
	run -2 anysock recv bt-hci:eth0:monitor
	[[ $output == *'"eth0" is not a number'* ]]
	run -2 anysock recv bt-hci:hci0:monitor
	[[ $output == *"all controllers"* ]]
	run -2 anysock recv bt-hci:none:user
	[[ $output == *"one controller"* ]]
	run -2 anysock recv bt-hci:hci0:monito
	[[ $output == *'did you mean "monitor"?'* ]]
	run -2 anysock recv bt-hci:hci0,events=le-mete
	[[ $output == *'did you mean "le-meta"?'* ]]
	run -2 anysock recv bt-hci:hci0,opcode=0x40:1
	[[ $output == *"opcode"* ]]
	run -2 anysock recv bt-hci::monitor,opcode=1
	[[ $output == *"raw channel"* ]]
}
