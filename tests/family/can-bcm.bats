# SPDX-License-Identifier: GPL-2.0-or-later
# can-bcm.bats: the broadcast manager against candump, cansend and python3: cycles, watches, its language, JSON.
# shellcheck disable=SC2034,SC2154
load can

# start_manager [ARGUMENTS]: a manager that reads lines from descriptor 9; manager_file is what it prints.
start_manager() {
	mkfifo "$BATS_TEST_TMPDIR/lines"
	exec 9<>"$BATS_TEST_TMPDIR/lines"
	start bash -c 'exec "$@" <&9' - "$ANYSOCK" connect can-bcm:"$bus" "$@"
	manager_pid=$pid manager_file=$output_file manager_errors=$error_file
}

@test "can-bcm: a cycle is started, changed and stopped" {
	start_dump "$bus"
	start_manager
	echo "cycle 123#DEADBEEF every 20ms" >&9
	wait_for grep -q 123#DEADBEEF "$dump_file"
	echo "change 123#CAFE" >&9
	wait_for grep -q 123#CAFE "$dump_file"
	echo "stop 123" >&9
	echo "send 7FF#01" >&9
	wait_for grep -q 7FF#01 "$dump_file"
	# what is stopped stays stopped: after the last frame comes none that the cycle sent
	cansend "$bus" 001#
	wait_for grep -q 001# "$dump_file"
	[ "$(frames "$dump_file" | sed -n '/7FF#/,$p' | grep -c 123#)" = 0 ]
	exec 9>&-
}

@test "can-bcm: the kernel's names do for ours" {
	start_dump "$bus"
	start_manager
	echo "CAN_BCM_TX_SETUP 123#DEADBEEF every 1h CAN_BCM_TX_ANNOUNCE" >&9
	wait_for grep -q 123#DEADBEEF "$dump_file"
	echo "TX_READ 123" >&9
	wait_for grep -q "cycling 123" "$manager_file"
	[[ $(grep "cycling 123" "$manager_file") == *"every 3600s"* || $(grep "cycling 123" "$manager_file") == *"every 1h"* ]]
	echo "tx_send 7FE#02" >&9
	wait_for grep -q 7FE#02 "$dump_file"
	exec 9>&-
}

@test "can-bcm: a cycle has the interval that was asked for" {
	start_dump "$bus" -n 6
	dump_pid=$pid
	start_manager
	echo "cycle 123#01 124#02 every 100ms" >&9
	status_of "$dump_pid"
	[ "$(frames "$dump_file" | tr '\n' ' ')" = "123#01 124#02 123#01 124#02 123#01 124#02 " ]
	awk '{ gsub(/[()]/, "", $1); if (NR == 1) first = $1; last = $1 } END { exit !(last - first > 0.45) }' "$dump_file"
	exec 9>&-
}

@test "can-bcm: a counted cycle tells when it is done" {
	start_manager
	echo "cycle 123#01 count 3 at 10ms notify" >&9
	wait_for grep -q "^expired 123" "$manager_file"
	exec 9>&-
}

@test "can-bcm: a watch tells of changed bits only, of silence and of the end of silence" {
	start_manager
	echo "watch 321#FF00 timeout 200ms" >&9
	wait_for listens "$bus"
	wait_for grep -q "^timeout 321" "$manager_file"
	cansend "$bus" 321#0101
	wait_for grep -q "^changed 321#0101" "$manager_file"
	cansend "$bus" 321#0102
	cansend "$bus" 321#0203
	wait_for grep -q "^changed 321#0203" "$manager_file"
	run -1 grep "321#0102" "$manager_file"
	exec 9>&-
}

@test "can-bcm: an identifier is watched without its content" {
	start_manager
	echo "watch 322" >&9
	wait_for listens "$bus"
	cansend "$bus" 322#01
	cansend "$bus" 322#01
	wait_for lines_of "$manager_file" 2
	[ "$(head -n 1 "$manager_file")" = "changed 322#01 any-content" ]
	exec 9>&-
}

@test "can-bcm: cycles and watches are shown as they would be typed" {
	start_manager
	echo "cycle 12345678##1AABB every 1s" >&9
	echo "show 12345678 fd" >&9
	wait_for grep -q "^cycling 12345678##1AABB every 1s$" "$manager_file"
	echo "watch 123#FF throttle 50ms" >&9
	echo "show-watch 123" >&9
	wait_for grep -q "^watching 123#FF throttle 50ms$" "$manager_file"
	exec 9>&-
}

@test "can-bcm: JSON is read and written" {
	start_manager --format json
	echo '{"bcm":{"op":"watch","id":"321"}}' >&9
	wait_for listens "$bus"
	cansend "$bus" 321#11
	wait_for test -s "$manager_file"
	python - "$manager_file" <<-'END'
		import json, sys
		bcm = json.loads(open(sys.argv[1]).readline())["bcm"]
		assert bcm["op"] == "changed" and bcm["id"] == "321" and bcm["frames"] == ["321#11"], bcm
	END
	start_dump "$bus" -n 1
	echo '{"bcm":"send 123#22"}' >&9
	status_of "$pid"
	[ "$(frames "$dump_file")" = 123#22 ]
	exec 9>&-
}

@test "can-bcm: what it prints is what python3 reads out of the kernel's struct, and back" {
	start_dump "$bus" -n 1
	python -c '
import struct, sys
head = struct.pack("@IIIllllII0q", 4, 0, 0, 0, 0, 0, 0, 0x123, 1)
sys.stdout.buffer.write(head + struct.pack("=IB3x8s", 0x123, 2, b"\x11\x22"))' >"$BATS_TEST_TMPDIR/raw"
	anysock send can-bcm:"$bus" --format raw <"$BATS_TEST_TMPDIR/raw"
	status_of "$pid"
	[ "$(frames "$dump_file")" = 123#1122 ]
}

@test "can-bcm: mistakes are told before anything is sent" {
	run -2 --separate-stderr anysock send can-bcm:"$bus" "cicle 123#01 every 1s"
	[[ $stderr == *'did you mean "cycle"'* ]]
	run -2 --separate-stderr anysock send can-bcm:"$bus" "cycle 123#01 every 1x"
	[[ $stderr == *"not a duration"* ]]
	run -1 --separate-stderr anysock send can-bcm:"$bus" "stop 123"
	[[ $stderr == *"comes before"* ]]
}
