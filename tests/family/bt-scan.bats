# SPDX-License-Identifier: GPL-2.0-or-later
# bt-scan.bats: which controllers there are and which devices are in range, against hcitool and the management.
# shellcheck disable=SC2154
load ../helpers
load bluetooth

setup() {
	case $BATS_TEST_DESCRIPTION in
	*"usage error"*) ;;
	*) needs_controllers bt ;;
	esac
}

@test "bt-scan: controllers are told, and devices that answer an inquiry, with their names" {
	needs command hciconfig hcitool
	hciconfig hci1 name "Some device"
	run -0 --separate-stderr anysock scan bt:
	[[ ${lines[0]} == "hci0    $(bdaddr hci0)  up" ]]
	[[ ${lines[1]} == "hci1    $(bdaddr hci1)  up" ]]
	[[ ${lines[2]} == "device  $(bdaddr hci1)  "*'"Some device"' ]]
	[ "${#lines[@]}" = 3 ]
	[ "$(hcitool -i hci0 name "$(bdaddr hci1)")" = "Some device" ]
}

@test "bt-scan: the other controller looks around, for a shorter time, without names, as JSON" {
	run -0 --separate-stderr anysock scan --json bt:hci1,inquiry=2s,names=off
	run -0 jq -r 'select(.mgmt) | .mgmt | [.controller // "device", .bdaddr, .state // "-", .name // "-"] | @tsv' <<<"$output"
	[ "$output" = "0	$(bdaddr hci0)	up	-
1	$(bdaddr hci1)	up	-
device	$(bdaddr hci0)	-	-" ]
}

@test "bt-scan: controllers alone are told at once" {
	run -0 --separate-stderr anysock recv bt:,inquiry=0
	[ "${#lines[@]}" = 2 ]
}

@test "bt-scan: controllers that are down are told, and why there is no inquiry" {
	"$tree/tests/lab/adapter" down hci0 hci1
	run --separate-stderr anysock scan bt:
	"$tree/tests/lab/adapter" up hci0 hci1
	[ "$status" = 3 ] || [ "$status" = 1 ]
	[[ ${lines[0]} == *"$(bdaddr hci0)  down" ]]
	[[ $stderr == *"no controller is up"*"hci0 is down"*HCIDEVUP* ]]
}

@test "bt-scan: nobody else's privilege is needed" {
	run -0 --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups "$ANYSOCK" scan bt:,inquiry=2s
	[[ $output == *"device  $(bdaddr hci1)"* ]]
}

@test "bt-scan: HCIINQUIRY is decoded" {
	run -0 anysock ioctl bt-hci:none HCIINQUIRY 0 2
	[[ $output == *"$(bdaddr hci1)"* ]]
}

@test "bt-scan: what is no controller or time is a usage error" {
	run -2 anysock scan bt:eth0
	[[ $output == *"hci0, hci1"* ]]
	run -2 anysock scan bt:hci0,inquiry=2h
	run -2 anysock listen bt:hci0
}
