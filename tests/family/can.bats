# SPDX-License-Identifier: GPL-2.0-or-later
# can.bats: frames of CAN against can-utils and python3: both ways, filters, interfaces, what stops a bus.
# shellcheck disable=SC2034,SC2154
load can

@test "can: candump sees each frame that send is given, of all kinds and in order" {
	start_dump "$bus" -n 5
	anysock send can:"$bus" 123#DEADBEEF 7DF#02.01.0C 5AA# 12345678#R4 123##1AABBCCDDEEFF00112233
	status_of "$pid"
	run -0 frames "$dump_file"
	[ "${lines[*]}" = "123#DEADBEEF 7DF#02010C 5AA# 12345678#R4 123##5AABBCCDDEEFF001122330000" ]
}

@test "can: recv prints what cansend sends, as cansend reads it" {
	start_recv can:"$bus" --count 3
	cansend "$bus" 123#11.22
	cansend "$bus" 1F334455##0112233445566778899
	cansend "$bus" 5AA#R3
	status_of "$recv_pid"
	[ "$status" = 0 ]
	[ "$(tr '\n' ' ' <"$recv_file")" = "123#1122 1F334455##4112233445566778899000000 5AA#R3 " ]
}

@test "can: frames of standard input pass, and a malformed one is named by its line while nothing of it is sent" {
	start_dump "$bus"
	printf '%s\n' 001#01 '# a comment' '(1436509052.249713) can7 002#02' '  can0  003   [2]  03 04' 004#0Q 005#05 >"$BATS_TEST_TMPDIR/in"
	run -1 --separate-stderr anysock send can:"$bus" <"$BATS_TEST_TMPDIR/in"
	[[ $stderr == *"line 5"* ]]
	cansend "$bus" 7FF#
	wait_for grep -q 7FF# "$dump_file"
	run -0 frames "$dump_file"
	[ "${lines[*]}" = "001#01 002#02 003#0304 7FF#" ]
}

@test "can: a word that is no frame is refused before anything is sent" {
	start_dump "$bus"
	run -2 --separate-stderr anysock send can:"$bus" 001#01 800#01
	[[ $stderr == *"largest standard identifier is 7FF"* ]]
	cansend "$bus" 7FF#
	wait_for grep -q 7FF# "$dump_file"
	[ "$(frames "$dump_file")" = "7FF#" ]
}

@test "can: 20,000 frames of standard input arrive without loss and in order" {
	seq 20000 | awk '{ printf "%03X#%08X\n", $1 % 2048, $1 }' >"$BATS_TEST_TMPDIR/in"
	start_recv can:"$bus" --count 20000
	anysock send can:"$bus" <"$BATS_TEST_TMPDIR/in"
	status_of "$recv_pid"
	cmp "$BATS_TEST_TMPDIR/in" "$recv_file"
}

@test "can: the log that recv writes is replayed by canplayer, byte for byte the same again" {
	start_recv can:"$bus" --count 3 --timestamps
	cangen -n 3 -g 5 -I r -L r -D r "$bus"
	status_of "$recv_pid"
	start_dump "$bus2" -n 3
	canplayer -I "$recv_file" "$bus2=$bus"
	status_of "$pid"
	[ "$(frames "$dump_file")" = "$(frames "$recv_file")" ]
}

@test "can: a log of candump is read and sent" {
	start_dump "$bus" -n 3
	cangen -n 3 -g 5 -e -I r -L r -D r "$bus"
	status_of "$pid"
	cp "$dump_file" "$BATS_TEST_TMPDIR/log"
	start_dump "$bus2" -n 3
	anysock send can:"$bus2" <"$BATS_TEST_TMPDIR/log"
	status_of "$pid"
	[ "$(frames "$dump_file")" = "$(frames "$BATS_TEST_TMPDIR/log")" ]
}

@test "can: filters pass an identifier, a mask, a range and all but some" {
	start_recv can:"$bus",filter=123 --count 1
	exact=$recv_file exact_pid=$recv_pid
	start_recv can:"$bus",filter=200:700 --count 1
	masked=$recv_file masked_pid=$recv_pid
	start_recv can:"$bus",filter=321-32F --count 2
	range=$recv_file range_pid=$recv_pid
	start_recv can:"$bus",filter=700~700 --count 1
	inverted=$recv_file
	wait_for listens "$bus" 6
	for frame in 701# 000007FF# 00000123# 320# 330# 321# 32F# 2FF# 123#; do cansend "$bus" "$frame"; done
	status_of "$exact_pid" && status_of "$masked_pid" && status_of "$range_pid" && status_of "$recv_pid"
	[ "$(cat "$exact")" = 123# ]
	[ "$(cat "$masked")" = 2FF# ]
	[ "$(tr '\n' ' ' <"$range")" = "321# 32F# " ]
	[ "$(cat "$inverted")" = 00000123# ]
}

@test "can: joined filters must all match" {
	start_recv can:"$bus",filter=100:700,filter=155~7FF,join-filters --count 1
	cansend "$bus" 155#
	cansend "$bus" 156#
	status_of "$recv_pid"
	[ "$(cat "$recv_file")" = 156# ]
}

@test "can: a filter that cannot be read is shown in its place" {
	run -2 --separate-stderr anysock recv can:"$bus",filter=12G
	[[ $stderr == *"can:$bus,filter=12G"*"^~~"* ]]
}

@test "can: error frames come only when asked for, and in words" {
	start_recv can:"$bus",errors=bus-off+no-ack --count 2 --format candump-long
	wait_for listens "$bus" 2
	python - "$bus" <<-'END'
		import socket, struct, sys
		s = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
		s.bind((sys.argv[1],))
		for kind in 0x80, 0x40, 0x20: s.send(struct.pack("=IB3x8x", 0x20000000 | kind, 8))
	END
	status_of "$recv_pid"
	grep -q bus-off "$recv_file"
	grep -q no-acknowledgement "$recv_file"
	run -1 grep bus-error "$recv_file"
}

@test "can: several interfaces, or any, are told apart in each line" {
	listened=any
	start_recv can:"$bus+$bus2" --count 2
	both=$recv_file both_pid=$recv_pid
	start_recv can:any --count 2
	any=$recv_file
	wait_for listens any 2
	cansend "$bus" 001#
	cansend "$bus2" 002#
	status_of "$both_pid" && status_of "$recv_pid"
	[ "$(tr '\n' ' ' <"$any")" = "$bus 001# $bus2 002# " ]
	[ "$(tr '\n' ' ' <"$both")" = "$bus 001# $bus2 002# " ]
}

@test "can: interfaces are called by their further names, too" {
	local other=$bus-by-another-name
	ip link property add dev "$bus" altname "$other"
	start_recv can:"$other" --count 1
	one=$recv_file one_pid=$recv_pid
	listened=any
	start_recv can:"$other+$bus2" --count 2
	cansend "$bus" 001#
	cansend "$bus2" 002#
	status_of "$one_pid" && status_of "$recv_pid"
	[ "$(cat "$one")" = 001# ]
	[ "$(tr '\n' ' ' <"$recv_file")" = "$bus 001# $bus2 002# " ]
}

@test "can: a line says to which of several interfaces a frame goes" {
	start_dump "$bus2" -n 1
	anysock send can:"$bus+$bus2" "$bus2 123#11"
	status_of "$pid"
	[ "$(frames "$dump_file")" = 123#11 ]
	run -1 --separate-stderr anysock send can: 123#11
	[[ $stderr == *"say which"* ]]
}

@test "can: timestamps are those of the kernel, absolute, from zero and as differences, to the nanosecond" {
	start_recv can:"$bus" --count 2 --timestamps=zero
	zero=$recv_file zero_pid=$recv_pid
	start_recv can:"$bus" --count 2 --timestamps=delta --nanoseconds
	cansend "$bus" 001#
	cansend "$bus" 002#
	status_of "$zero_pid" && status_of "$recv_pid"
	[[ $(head -n 1 "$zero") == "(000.000000) $bus 001#" ]]
	[[ $(tail -n 1 "$recv_file") =~ ^\([0-9]{3}\.[0-9]{9}\)\ $bus\ 002#$ ]]
}

@test "can: what we send ourselves is seen only when asked for" {
	run -4 --separate-stderr bash -c "echo 123#01 | anysock connect can:$bus --timeout 500ms"
	[ "$output" = "" ]
	run -0 --separate-stderr bash -c "echo 123#01 | timeout 20 anysock connect can:$bus,own-messages --replies 1"
	[ "$output" = 123#01 ]
}

@test "can: without loopback no other program of the host sees a frame" {
	start_dump "$bus"
	anysock send can:"$bus",loopback=off 001#
	cansend "$bus" 7FF#
	wait_for grep -q 7FF# "$dump_file"
	[ "$(frames "$dump_file")" = "7FF#" ]
}

@test "can: an interface that goes down and up again is survived" {
	start_recv can:"$bus" --count 2
	cansend "$bus" 001#
	wait_for grep -q 001# "$recv_file"
	ip link set "$bus" down
	wait_for grep -q "is down" "$recv_errors"
	ip link set "$bus" up
	cansend "$bus" 002#
	status_of "$recv_pid"
	[ "$status" = 0 ]
	[ "$(tr '\n' ' ' <"$recv_file")" = "001# 002# " ]
}

@test "can: an interface that is removed and made again is survived" {
	start_recv can:"$bus" --count 1
	ip link del "$bus"
	wait_for grep -q "was removed" "$recv_errors"
	new_bus "$bus"
	wait_for grep -q "$bus: is back" "$recv_errors"
	cansend "$bus" 002#
	status_of "$recv_pid"
	[ "$(cat "$recv_file")" = 002# ]
}

@test "can: so is one that was called by a further name, once what is made has that name too" {
	local other=$bus-by-another-name
	ip link property add dev "$bus" altname "$other"
	start_recv can:"$other" --count 1
	ip link del "$bus"
	wait_for grep -q "was removed" "$recv_errors"
	new_bus "$bus"
	ip link property add dev "$bus" altname "$other"
	wait_for grep -q "$other: is back" "$recv_errors"
	cansend "$bus" 002#
	status_of "$recv_pid"
	[ "$(cat "$recv_file")" = 002# ]
}

@test "can: send to an interface that is down waits for it, then says what to do" {
	ip link set "$bus" down
	run -1 --separate-stderr anysock send can:"$bus",send-timeout=300ms 123#
	[[ $stderr == *"ip link set $bus up"* ]]
	start_dump "$bus2" -n 1
	ip link set "$bus2" down
	start anysock send can:"$bus2",send-timeout=50s 123#
	ip link set "$bus2" up
	status_of "$pid"
	[ "$status" = 0 ]
}

@test "can: a full queue is waited for, and every frame arrives" {
	tc qdisc add dev "$bus" root tbf rate 400kbit burst 16 limit 64 2>/dev/null || skip "needs the scheduler tbf"
	seq 500 | awk '{ printf "%03X#%04X\n", $1, $1 }' >"$BATS_TEST_TMPDIR/in"
	start_dump "$bus" -n 500
	anysock -v relay -u file:"$BATS_TEST_TMPDIR/in" can:"$bus"
	status_of "$pid"
	cmp <(frames "$dump_file") "$BATS_TEST_TMPDIR/in"
	# so small a queue was full more often than not
	tc -s qdisc show dev "$bus" | grep -q 'dropped [1-9]'
}

@test "can: a bus that takes nothing is an error that names the likely cause" {
	tc qdisc add dev "$bus" root tbf rate 8bit burst 16 limit 16 2>/dev/null || skip "needs the scheduler tbf"
	run -1 --separate-stderr anysock send can:"$bus",send-timeout=500ms 001#11 002#22 003#33 004#44
	[[ $stderr == *"no other node that acknowledges"* ]]
}

@test "can: an interface without CAN FD is told how it gets it" {
	ip link set "$bus" down
	ip link set "$bus" mtu 16 up
	run -1 --separate-stderr anysock send can:"$bus" 123##1AABB
	[[ $stderr == *"mtu 72"* ]]
}

@test "can: frames of CAN XL pass where the kernel has them" {
	ip link set "$bus" down
	ip link set "$bus" mtu 2060 up || skip "needs a kernel with CAN XL"
	start_recv can:"$bus",xl --count 1
	python - "$bus" <<-'END'
		import socket, struct, sys
		s = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
		s.setsockopt(socket.SOL_CAN_RAW, 7, 1)
		s.bind((sys.argv[1],))
		s.send(struct.pack("=IBBHI", 0x123, 0x81, 0, 4, 0x12345678) + b"\x11\x22\x33\x44")
	END
	status_of "$recv_pid"
	[ "$(cat "$recv_file")" = 00123#81:00:12345678#11223344 ]
}

@test "can: JSON has the frame by its parts, and is read again" {
	start_recv can:"$bus" --count 1 --format json
	cansend "$bus" 12345678#1122
	status_of "$recv_pid"
	python - "$recv_file" <<-'END'
		import json, sys
		can = json.load(open(sys.argv[1]))["can"]
		assert can["id"] == 0x12345678 and can["extended"] and can["data"] == "1122", can
	END
	start_dump "$bus2" -n 1
	anysock send can:"$bus2" --format json <"$recv_file"
	status_of "$pid"
	[ "$(frames "$dump_file")" = 12345678#1122 ]
}

@test "can: two buses are bridged" {
	start_dump "$bus2" -n 2
	start anysock relay can:"$bus" can:"$bus2"
	wait_for listens "$bus2" 2
	cansend "$bus" 001#11
	cansend "$bus" 002##122
	wait_for lines_of "$dump_file" 2
	[ "$(frames "$dump_file" | tr '\n' ' ')" = "001#11 002##522 " ]
}

@test "can: an interface that does not exist is named, with how to make one" {
	run -1 --separate-stderr anysock recv can:nosuchbus
	[[ $stderr == *"nosuchbus"*"type vcan"* ]]
}

@test "can: a bus cannot be listened on" {
	run -2 --separate-stderr anysock listen can:"$bus"
	[[ $stderr == *recv* ]]
}
