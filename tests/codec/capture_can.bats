# SPDX-License-Identifier: GPL-2.0-or-later
# capture_can.bats: captures of a CAN bus, judged by tshark, and sent again.
# shellcheck disable=SC2030,SC2031,SC2154
load ../family/can
load ../tshark

# record COUNT: recv writes a capture of bus to capture
record() {
	needs command tshark capinfos
	start_recv can:"$bus" --count "$1" --format pcap
	capture=$recv_file
}

@test "capture: tshark sees the frames of a bus with identifiers, kinds, interface and time" {
	record 4
	cansend "$bus" 123#DEADBEEF
	cansend "$bus" 12345678#R
	cansend "$bus" 7FF##1112233
	cansend "$bus" 5AA#
	status_of "$recv_pid"
	[ "$status" = 0 ]
	judge can.id can.len can.flags.xtd can.flags.rtr canfd.flags.brs frame.interface_name
	[ "$(shown can.id can.len can.flags.xtd can.flags.rtr canfd.flags.brs)" = "$(
		printf '291\t4\t%s\t%s\t\n' 0 0
		printf '305419896\t0\t%s\t%s\t\n' 1 1
		printf '2047\t3\t%s\t\t1\n' 0
		printf '1450\t0\t%s\t%s\t\n' 0 0
	)" ]
	[ "$(shown frame.interface_name | sort -u)" = "$bus" ]
	capinfos -E "$capture" | grep -q SocketCAN
}

@test "capture: what was recorded of a bus is sent again on another" {
	record 3
	cansend "$bus" 123#DEADBEEF
	cansend "$bus" 12345678#R4
	cansend "$bus" 7FF##1112233
	status_of "$recv_pid"
	start_dump "$bus2" -n 3
	anysock send can:"$bus2" --format pcap <"$capture"
	status_of "$pid"
	[ "$(frames "$dump_file" | tr '\n' ' ')" = "123#DEADBEEF 12345678#R4 7FF##5112233 " ]
}

@test "capture: what tcpdump records of a bus is read" {
	needs command tcpdump
	start tcpdump -i "$bus" -U -c 2 -w "$BATS_TEST_TMPDIR/tcpdump"
	wait_for grep -q listening "$error_file"
	cansend "$bus" 123#DEADBEEF
	cansend "$bus" 12345678##01122
	status_of "$pid"
	run -0 anysock relay --once --format pcap:candump "$BATS_TEST_TMPDIR/tcpdump" -
	# Debian 12's libpcap forgets the flags of FD frames
	[ "${lines[*]}" = "123#DEADBEEF 12345678##01122" ]
}

@test "candump: recv's columns are candump's, byte for byte" {
	start candump -ta -L "$bus"
	local log=$output_file
	wait_for listens "$bus"
	start candump -ta -e "$bus",0:0,#FFFFFFFF
	local columns=$output_file
	wait_for listens "$bus" 2
	cansend "$bus" 123#DEADBEEF
	cansend "$bus" 12345678#R4
	cansend "$bus" 123##1112233445566778899AABBCC
	cansend "$bus" 20000004#0004000000000000
	cansend "$bus" 7FF#
	wait_for lines_of "$columns" 6
	wait_for grep -q 7FF "$log"
	anysock relay --once --format candump:candump-long --timestamps "$columns" - | cmp - "$columns"
	anysock relay --once --format candump --timestamps "$log" - | cmp - "$log"
}

@test "capture: --record writes frames, classic and FD, as SocketCAN packets of their interface" {
	needs command tshark capinfos
	capture=$BATS_TEST_TMPDIR/recorded.pcapng
	start_recv can:"$bus" --count 2 --record "$capture"
	cansend "$bus" 123#DEADBEEF
	cansend "$bus" 456##1AABB
	status_of "$recv_pid"
	[ "$status" = 0 ]
	judge can.id can.len frame.interface_name
	[ "$(shown can.id can.len | awk -F '\t' '$2 > 0')" = $'291\t4\n1110\t2' ]
	[[ $(shown frame.interface_name) == *"$bus"* ]]
	capinfos -E "$capture" | grep -q SocketCAN
}
