# SPDX-License-Identifier: GPL-2.0-or-later
# can-relay.bats: buses joined over TCP, UDP, UNIX and vsock sockets, in every format, and bridged; nothing lost.
# shellcheck disable=SC2154
load can

# frame_file COUNT: so many frames, one a line, each with its number, in $frames.
frame_file() {
	frames=$BATS_TEST_TMPDIR/frames
	seq "$1" | awk '{ printf "%03X#%08X\n", $1 % 2048, $1 }' >"$frames"
}

# joined SPEC-AT-BUS SPEC-AT-BUS2: frames of bus come out at bus2, and the other way round. The first of them listens.
joined() {
	start_dump "$bus2" -n 3
	ready_address relay can:"$bus" "$1"
	start "$ANYSOCK" relay "${2/ADDRESS/${address#*:}}" can:"$bus2"
	wait_for listens "$bus2" 2
	wait_for listens "$bus" 1
	cansend "$bus" 123#1122
	wait_for grep -q 123#1122 "$dump_file"
	start_dump "$bus" -n 1
	cansend "$bus2" 321#
	wait_for grep -q 321# "$dump_file"
}

@test "can-relay: two buses are joined over TCP in lines of text" {
	joined tcp-listen:127.0.0.1:0,frame=candump tcp:ADDRESS,frame=candump
}

@test "can-relay: two buses are joined over TCP in the kernel's structs" {
	joined tcp-listen:127.0.0.1:0,frame=can-struct tcp:ADDRESS,frame=can-struct
}

@test "can-relay: two buses are joined by the protocol of socketcand" {
	joined socketcand-listen:127.0.0.1:0 socketcand:ADDRESS
}

@test "can-relay: two buses are joined over vsock" {
	needs family vsock
	joined vsock-listen:local:any,frame=can-struct vsock:ADDRESS,frame=can-struct
}

@test "can-relay: a UNIX socket carries frames to python3, whose struct can_frame is taken" {
	start_dump "$bus" -n 1
	dump_pid=$pid
	start "$ANYSOCK" relay unix-listen:"$BATS_TEST_TMPDIR/socket",frame=can-struct can:"$bus"
	wait_for serves "$BATS_TEST_TMPDIR/socket"
	start_python "$BATS_TEST_TMPDIR/socket" "$bus" <<-'END'
		import socket, struct, sys
		s = socket.socket(socket.AF_UNIX)
		s.connect(sys.argv[1])
		s.sendall(struct.pack("=IB3x8s", 0x123, 2, b"\x11\x22"))
		print("ready", flush=True)
		got = b""
		while len(got) < 88: got += s.recv(88 - len(got))
		print(struct.unpack("=IB3x8s", got[:16]), struct.unpack("=IBB2x64s", got[16:])[:3], flush=True)
	END
	status_of "$dump_pid"
	[ "$(frames "$dump_file")" = 123#1122 ]
	cansend "$bus" 12345678#AA
	cansend "$bus" 321##1BB
	wait_for grep -q "(2452903544, 1, b'.xaa.x00.*(801, 1, 5)" "$output_file"
}

@test "can-relay: UDP datagrams each hold a frame of socat's" {
	start_dump "$bus" -n 1
	ready_address relay udp-listen:127.0.0.1:0 can:"$bus"
	printf '\43\1\0\0\2\0\0\0\21\42\0\0\0\0\0\0' | socat -u - "udp-sendto:127.0.0.1:${address##*:}"
	wait_for grep -q 123#1122 "$dump_file"
}

@test "can-relay: cannelloni's datagrams pass both ways" {
	start_dump "$bus2" -n 1
	start "$ANYSOCK" relay can:"$bus" cannelloni:127.0.0.1:29762,bind=127.0.0.1:29761
	start "$ANYSOCK" relay cannelloni:127.0.0.1:29761,bind=127.0.0.1:29762 can:"$bus2"
	wait_for listens "$bus2" 2
	wait_for listens "$bus" 1
	cansend "$bus" 123##1AABB
	wait_for grep -q 123##5AABB "$dump_file"
	start_dump "$bus" -n 1
	cansend "$bus2" 321#R4
	wait_for grep -q 321#R4 "$dump_file"
}

@test "can-relay: slcanpty's line is a bus" {
	start stdbuf -oL slcanpty /dev/ptmx "$bus2"
	wait_for grep -q /dev/pts "$output_file" || wait_for grep -q /dev/pts "$error_file"
	line=$(grep -ho '/dev/pts/[0-9]*' "$output_file" "$error_file" | head -n 1)
	# it ends once nobody has its line open any more
	start "$ANYSOCK" relay slcan:"$line" can:"$bus"
	wait_for listens "$bus2" 1
	wait_for listens "$bus" 1
	start_dump "$bus"
	ours=$dump_file
	start_dump "$bus2"
	cansend "$bus" 123#AABB
	wait_for grep -q 123#AABB "$dump_file"
	cansend "$bus2" 12345678#R3
	wait_for grep -q 12345678#R3 "$ours"
}

@test "can-relay: a peer that goes away is connected to again" {
	ready_address relay tcp-listen:127.0.0.1:0,frame=candump can:"$bus2"
	port=${address##*:} first=$pid
	start "$ANYSOCK" relay --reconnect can:"$bus" tcp:127.0.0.1:"$port",frame=candump,forever,interval=100ms
	wait_for listens "$bus" 1
	start_dump "$bus2"
	wait_for listens "$bus2" 2
	cansend "$bus" 001#
	wait_for grep -q 001# "$dump_file"
	stop "$first"
	ready_address relay tcp-listen:127.0.0.1:"$port",frame=candump can:"$bus2"
	wait_for listens "$bus2" 2
	until grep -q 002# "$dump_file"; do cansend "$bus" 002# && sleep 0.1; done
}

# ANYSOCK_CAN_FRAMES=500000 is the long way; that takes minutes where processors are emulated.
@test "can-relay: frames pass from file to bus to TCP to bus to file, none lost, none out of order" {
	local count=${ANYSOCK_CAN_FRAMES:-20000} start
	frame_file "$count"
	start "$ANYSOCK" recv --timeout $((patience * 10))s can:"$bus2" --count "$count"
	recv_pid=$pid recv_file=$output_file
	wait_for listens "$bus2" 1
	ready_address relay -U can:"$bus2" tcp-listen:127.0.0.1:0,frame=can-struct
	start "$ANYSOCK" relay -u can:"$bus" tcp:127.0.0.1:"${address##*:}",frame=can-struct
	wait_for listens "$bus" 1
	start=$EPOCHREALTIME
	anysock send can:"$bus" <"$frames"
	patience=$((patience * 10)) status_of "$recv_pid"
	echo "$(awk -v a="$start" -v b="$EPOCHREALTIME" -v n="$count" 'BEGIN { printf "%d", n / (b - a) }') frames a second"
	cmp "$frames" "$recv_file"
}
