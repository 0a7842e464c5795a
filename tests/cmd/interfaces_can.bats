# SPDX-License-Identifier: GPL-2.0-or-later
# interfaces_can.bats: what interfaces says of CAN controllers, judged by ip.
# shellcheck disable=SC2154
load ../family/can

@test "interfaces: a virtual bus says which frames it takes" {
	run -0 anysock interfaces "$bus"
	[[ ${lines[1]} == *"frames fd"* ]]
	ip link set "$bus" down
	ip link set "$bus" mtu 16
	run -0 anysock interfaces "$bus"
	[[ ${lines[1]} == *"frames classic"* ]]
}

@test "interfaces: a controller's state, bitrate and modes are those of ip" {
	modprobe slcan 2>/dev/null || skip "needs the driver slcan"
	start socat "pty,link=$BATS_TEST_TMPDIR/line,raw,echo=0" "exec:cat"
	wait_for test -e "$BATS_TEST_TMPDIR/line"
	start slcand -F "$(readlink "$BATS_TEST_TMPDIR/line")" "s$$"
	wait_for test -e "/sys/class/net/s$$"
	ip link set "s$$" type can bitrate 500000 || true
	ip link set "s$$" up
	run -0 --separate-stderr anysock interfaces "s$$" --json
	ip -details -json link show "s$$" >"$BATS_TEST_TMPDIR/ip"
	python - "$output" "$BATS_TEST_TMPDIR/ip" <<-'END'
		import json, sys
		ours = json.loads(sys.argv[1])["can"]
		info = json.load(open(sys.argv[2]))[0]["linkinfo"]
		theirs = info["info_data"]
		print(ours, info)
		assert ours["frames"] == "classic"
		assert ours["state"] == theirs["state"].lower()
		assert ours.get("bitrate") == theirs["bittiming_bitrate"]
		assert ours["restart_ms"] == theirs.get("restart_ms", 0)
		assert ours["modes"] == [mode.lower() for mode in theirs.get("ctrlmode", [])]
	END
	run -0 anysock interfaces "s$$"
	[[ ${lines[1]} == *"state error-active"* ]]
}
