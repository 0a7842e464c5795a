# SPDX-License-Identifier: GPL-2.0-or-later
# bt-options.bats: socket options of Bluetooth by name, and what errors advise, on the kernel's word.
# shellcheck disable=SC2154
load ../helpers
load bluetooth

setup() {
	needs_controllers bt-l2cap
}

# connected to python3 at hci1 are an L2CAP channel, a serial link and one of voice.
peers() {
	server "
one = l2cap(socket.SOCK_SEQPACKET, address('hci1'), psm=0x1011); one.listen(5)
two = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM); two.bind((address('hci1'), 21)); two.listen(5)
three = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, socket.BTPROTO_SCO); three.bind(address('hci1').encode()); three.listen(5)
print('ready')
import signal; signal.pause()"
}

@test "bt-options: an L2CAP channel has security, sizes, mode, radio and link modes" {
	peers
	run -0 --separate-stderr anysock sockopt bt-l2cap:hci1:0x1011
	for line in "bt-security=level=low key-size=0" bt-power=on bt-channel-policy=bredr-only bt-mode=basic \
		"l2cap-options=omtu=672 imtu=672 flush-to=65535 mode=basic "; do
		[[ $output == *"$line"* ]] || { echo "not there: $line" && false; }
	done
	[[ $output == *"bt-phy=br-1m-1slot"*"l2cap-conninfo=hci-handle="*"l2cap-lm="* ]]
}

@test "bt-options: a serial link has security and link modes, voice its setting and sizes" {
	peers
	run -0 --separate-stderr anysock sockopt bt-rfcomm:hci1:21
	[[ $output == *"bt-security=level=low"*"rfcomm-conninfo=hci-handle="*"rfcomm-lm="* ]]
	run -0 --separate-stderr anysock sockopt bt-sco:hci1
	[[ $output == *"bt-voice=cvsd-16bit"*"bt-sndmtu="*"bt-rcvmtu="*"sco-options=mtu="* ]]
}

# reads SPEC NAME=VALUE...: what the kernel has once the spec is opened.
reads() {
	local spec=$1
	shift
	run -0 --separate-stderr anysock sockopt "$spec" "${@%%=*}"
	[ "$output" = "$(printf '%s\n' "$@")" ]
}

@test "bt-options: security, deferral, modes and sizes are set by name" {
	reads bt-l2cap-listen:hci1:0x1021,bt-security=high,bt-defer-setup,l2cap-lm=reliable \
		"bt-security=level=high key-size=0" bt-defer-setup=on l2cap-lm=auth+encrypt+reliable+secure
	reads bt-rfcomm-listen:hci1:22,announce=off,bt-security=medium,rfcomm-lm=master \
		"bt-security=level=medium key-size=0" rfcomm-lm=master+auth+encrypt
	reads bt-l2cap-listen:hci1:0x1021,l2cap-mode=ertm,imtu=900 bt-mode=ertm
	reads bt-l2cap-listen:hci1:0x1021,l2cap-mode=streaming bt-mode=streaming
	reads bt-l2cap-listen:hci1:0x83::le-public,l2cap-mode=le-credit,imtu=600 bt-mode=le-flowctl bt-rcvmtu=600
	reads bt-l2cap-listen:hci1:0x83::le-public,l2cap-mode=enhanced-credit,imtu=700 bt-mode=ext-flowctl bt-rcvmtu=700
}

@test "bt-options: a controller has the filter, direction and time" {
	run -0 --separate-stderr anysock sockopt bt-hci:hci0,packets=event,opcode=0x1009
	[[ $output == *"hci-data-dir=on"*"hci-filter=type-mask=0x10 "*"opcode=0x1009"*"hci-time-stamp=on"* ]]
}

@test "bt-options: whom it is kept from is told what it takes" {
	run -3 setpriv --reuid 65534 --regid 65534 --clear-groups "$ANYSOCK" recv bt-hci:none:monitor
	[[ $output == *"Operation not permitted"*CAP_NET_RAW*"as root"* ]]
	run -3 setpriv --reuid 65534 --regid 65534 --clear-groups "$ANYSOCK" connect bt-l2cap:hci1:0,type=raw </dev/null
	[[ $output == *"Operation not permitted"*CAP_NET_RAW* ]]
}

# rfkill STATE: switch all Bluetooth off (1) or on (0); struct rfkill_event: no switch of its own, Bluetooth, change all.
rfkill() {
	python -c "
import os, struct
os.write(os.open('/dev/rfkill', os.O_RDWR), struct.pack('IBBBB', 0, 2, 3, $1, 0))"
}

@test "bt-options: a controller that rfkill switched off is named, with the way to switch it on" {
	rfkill 1
	run anysock connect bt-rfcomm:02:00:00:00:00:77:1 </dev/null
	connected=$output
	run anysock ioctl bt-hci:none HCIDEVUP 0
	up=$output
	run anysock scan bt:
	rfkill 0
	"$tree/tests/lab/adapter" up hci0 hci1
	[[ $connected == *"hci"[01]" is switched off by rfkill: rfkill unblock bluetooth"* ]]
	[[ $up == *"rfkill unblock bluetooth"* ]]
	[[ $output == *"$(bdaddr hci0)  blocked"* ]]
}
