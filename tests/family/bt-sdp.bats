# SPDX-License-Identifier: GPL-2.0-or-later
# bt-sdp.bats: channels of RFCOMM by service, with BlueZ's daemon and sdptool.
# shellcheck disable=SC2154,SC2016,SC2034
load ../helpers
load bluetooth

# The daemon has its socket for clients of old; what it does to the controllers is undone afterwards.
# The daemon puts controllers down and up, and makes them unreachable, when it starts: who connects then may wait for long.
answers() {
	hciconfig hci0 up && hciconfig hci1 up && hciconfig hci1 piscan && timeout 4 sdptool browse "$(bdaddr hci1)" >/dev/null
}

setup_file() {
	[ -n "${ANYSOCK_LAB:-}" ] || return 0
	export PYTHONPATH=$tree/tests/lab
	mkdir -p /run/dbus /var/lib/bluetooth
	dbus-daemon --system --fork --print-pid >"$BATS_FILE_TMPDIR/dbus" 3>&- || return 0
	/usr/sbin/bluetoothd --compat --nodetach >"$BATS_FILE_TMPDIR/log" 2>&1 3>&- &
	echo $! >"$BATS_FILE_TMPDIR/bluetoothd"
	wait_for answers
}

teardown_file() {
	[ -n "${ANYSOCK_LAB:-}" ] || return 0
	kill "$(cat "$BATS_FILE_TMPDIR/bluetoothd")" "$(cat "$BATS_FILE_TMPDIR/dbus")" || true
	wait_for is_gone "$(cat "$BATS_FILE_TMPDIR/bluetoothd")"
	rm -f /run/sdp
	"$tree/tests/lab/adapter" up hci0 hci1
}

setup() {
	case $BATS_TEST_DESCRIPTION in
	*"usage error"*) ;;
	*) needs_controllers bt-rfcomm && needs lab && needs command sdptool bluetoothd && wait_for answers ;;
	esac
}

@test "bt-sdp: a listener's service is seen by sdptool, and gone with it" {
	ready_address listen "bt-rfcomm:hci1:0,service-name=Our service"
	wait_for grep -q . "$error_file"
	run -0 sdptool browse "$(bdaddr hci1)"
	[[ $output == *"Service Name: Our service"*'"Serial Port" (0x1101)'*"Channel: ${address##*:}"* ]]
	stop "$pid"
	run -0 sdptool browse "$(bdaddr hci1)"
	[[ $output != *"Our service"* ]]
}

@test "bt-sdp: a service of sdptool's is found by UUID, well-known name and its own name" {
	local way
	sdptool add --channel=17 SP
	for way in ,uuid=1101 ,uuid=00001101-0000-1000-8000-00805f9b34fb ,uuid=spp :spp ':"Serial Port"' ':serial port'; do
		ready_address listen bt-rfcomm:hci1:17,announce=off -- echo served
		run -0 --separate-stderr anysock connect "bt-rfcomm:hci1$way" </dev/null
		[ "$output" = served ]
		status_of "$pid"
	done
}

@test "bt-sdp: a service of 128 bits is registered and found" {
	ready_address listen bt-rfcomm:hci1:0,uuid=8ce255c0-200a-11e0-ac64-0800200c9a66 -- echo served
	run -0 --separate-stderr anysock connect bt-rfcomm:hci1,uuid=8ce255c0200a11e0ac640800200c9a66 </dev/null
	[ "$output" = served ]
}

@test "bt-sdp: a service that a device has not is an error with a hint" {
	run -1 anysock connect bt-rfcomm:hci1,uuid=1132 </dev/null
	[[ $output == *"no such service"*"sdptool browse"* ]]
	run -1 anysock connect 'bt-rfcomm:hci1:no such name' </dev/null
	[[ $output == *"no such service"* ]]
	run -1 anysock connect bt-rfcomm:02:00:00:00:00:77,uuid=spp </dev/null
	[[ $output == *"service discovery"*"in range"* ]]
}

@test "bt-sdp: what is no service is a usage error" {
	run -2 anysock connect bt-rfcomm:AA:BB:CC:DD:EE:FF,uuid=110
	[[ $output == *"uuid"*"hex digits"* ]]
	run -2 anysock connect bt-rfcomm:AA:BB:CC:DD:EE:FF:1,uuid=1101
	[[ $output == *"in its place"* ]]
	run -2 anysock listen bt-rfcomm::spp
	[[ $output == *"0 to 30"* ]]
	run -2 anysock connect bt-rfcomm:AA:BB:CC:DD:EE:FF:1,service-name=x
	[[ $output == *"for listeners"* ]]
}

@test "bt-sdp: the page's line with a service" {
	sdptool add --channel=17 SP
	ready_address listen bt-rfcomm:hci1:17,announce=off -- echo served
	example "uuid=spp"
	run -0 --separate-stderr bash -c "$line" </dev/null
	[ "$output" = served ]
}
