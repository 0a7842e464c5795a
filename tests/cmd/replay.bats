# SPDX-License-Identifier: GPL-2.0-or-later
# replay.bats: recordings sent again; python3 receives and takes the time, tshark counts, in the lab candump and canplayer.
# shellcheck disable=SC2016,SC2034,SC2154
load ../helpers
load ../tshark

# receiver SECONDS: python3 that prints "TIME TEXT" for each datagram until nothing came for so long; sets port
receiver() {
	# the kernel takes the time: python3 may be late on a busy machine
	start /usr/bin/python3 -u -c 'import socket, struct
s = socket.socket(type=socket.SOCK_DGRAM); s.setsockopt(socket.SOL_SOCKET, 35, 1); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
while True:
    data, control, flags, peer = s.recvmsg(65536, 256); now = struct.unpack("qq", control[0][2]); now = now[0] + now[1] / 1e9
    if data == b"quit": break
    print("%.6f" % now, data.decode(), flush=True)
    s.sendto(b"re:" + data, peer)'
	wait_for test -s "$output_file"
	port=$(head -1 "$output_file")
}

# recorded NAME SECONDS:TEXT...: a pcap file of UDP datagrams, written by python3
recorded() {
	python - "$@" <<-'PYTHON'
		import struct, sys
		with open(sys.argv[1], "wb") as f:
		    f.write(struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
		    for word in sys.argv[2:]:
		        at, text = word.split(":")
		        data = text.encode()
		        udp = struct.pack("!HHHH", 1111, 2222, 8 + len(data), 0) + data
		        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes([127, 0, 0, 1]), bytes([127, 0, 0, 1]))
		        seconds = float(at)
		        f.write(struct.pack("=IIII", 1700000000 + int(seconds), round(seconds % 1 * 1e6), len(ip + udp), len(ip + udp)) + ip + udp)
	PYTHON
}

# told COUNT: the receiver has got so many
told() {
	wait_for sh -c '[ "$(wc -l <"$1")" -gt "$2" ]' - "$output_file" "$1"
}

@test "replay: datagrams of a pcap file come again, at the times between them" {
	receiver
	recorded "$BATS_TEST_TMPDIR/file.pcap" 0:one 0.05:two 0.25:three 0.2505:four
	run -0 anysock replay "$BATS_TEST_TMPDIR/file.pcap" udp:127.0.0.1:"$port"
	told 4
	python - "$output_file" "${ANYSOCK_LAB:-0}" <<-'PYTHON'
		import sys
		lines = [l.split() for l in open(sys.argv[1]).read().splitlines()[1:]]
		assert [l[1] for l in lines] == ["one", "two", "three", "four"], lines
		at = [float(l[0]) - float(lines[0][0]) for l in lines]
		# a busy machine may be late, with the first of them too
		late = 0.5 if sys.argv[2] != "0" else 0.1
		for got, wanted in zip(at, (0, 0.05, 0.25, 0.2505)):
		    assert wanted - 0.04 <= got <= wanted + late, at
	PYTHON
}

@test "replay: the speed makes it faster, 0 does not wait" {
	receiver
	recorded "$BATS_TEST_TMPDIR/file.pcap" 0:one 30:two
	run -0 timeout "$patience" anysock replay "$BATS_TEST_TMPDIR/file.pcap" udp:127.0.0.1:"$port" --speed 0
	told 2
	run -0 timeout "$patience" anysock replay "$BATS_TEST_TMPDIR/file.pcap" udp:127.0.0.1:"$port" --speed 300
	told 4
	python - "$output_file" <<-'PYTHON'
		import sys
		at = [float(l.split()[0]) for l in open(sys.argv[1]).read().splitlines()[1:]]
		assert 0.06 <= at[3] - at[2] < 5, at
	PYTHON
}

@test "replay: a limit and loops" {
	receiver
	recorded "$BATS_TEST_TMPDIR/file.pcap" 0:one 0.001:two 0.002:three
	run -0 anysock replay "$BATS_TEST_TMPDIR/file.pcap" udp:127.0.0.1:"$port" --limit 2
	run -0 anysock replay "$BATS_TEST_TMPDIR/file.pcap" udp:127.0.0.1:"$port" --loop=2
	run -0 timeout "$patience" anysock replay "$BATS_TEST_TMPDIR/file.pcap" udp:127.0.0.1:"$port" --loop --limit 7
	told 15
	[ "$(sed 1d "$output_file" | awk '{ printf "%s ", $2 }')" = "one two one two three one two three one two three one two three one " ]
}

@test "replay: what was recorded is replayed, by direction, and the answers are recorded" {
	needs command tshark
	receiver
	run -0 anysock send udp:127.0.0.1:"$port" first second --replies 2 --record "$BATS_TEST_TMPDIR/first.pcapng"
	told 2
	run -0 anysock replay "$BATS_TEST_TMPDIR/first.pcapng" udp:127.0.0.1:"$port" --direction out --record "$BATS_TEST_TMPDIR/second.pcapng"
	told 4
	[ "$(sed 1d "$output_file" | awk '{ printf "%s ", $2 }')" = "first second first second " ]
	capture=$BATS_TEST_TMPDIR/second.pcapng
	judge udp.length frame.packet_flags_direction
	[ "$(shown udp.length frame.packet_flags_direction | awk '$1 > 8' | grep -c '2$')" -eq 2 ]
}

@test "replay: a stream's bytes come again" {
	start /usr/bin/python3 -u -c 'import socket
l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
for i in range(2):
    c = l.accept()[0]
    while (data := c.recv(100)): print(data.decode(), flush=True)
    c.close()'
	wait_for test -s "$output_file"
	port=$(head -1 "$output_file")
	printf 'some bytes' | anysock connect tcp:127.0.0.1:"$port" --record "$BATS_TEST_TMPDIR/file.pcapng"
	run -0 anysock replay "$BATS_TEST_TMPDIR/file.pcapng" tcp:127.0.0.1:"$port"
	status_of "$pid"
	[ "$(sed 1d "$output_file")" = $'some bytes\nsome bytes' ]
}

@test "replay: a damaged file says where, and what was readable is sent" {
	receiver
	recorded "$BATS_TEST_TMPDIR/file.pcap" 0:one 0.001:two 0.002:three
	head -c -5 "$BATS_TEST_TMPDIR/file.pcap" >"$BATS_TEST_TMPDIR/cut.pcap"
	run -1 --separate-stderr anysock replay "$BATS_TEST_TMPDIR/cut.pcap" udp:127.0.0.1:"$port"
	[[ $stderr == *"cut.pcap"*"byte "* ]]
	told 2
	[ "$(sed 1d "$output_file" | awk '{ printf "%s ", $2 }')" = "one two " ]
}

@test "replay: mistakes are usage errors" {
	run -2 anysock replay
	run -1 --separate-stderr anysock replay "$BATS_TEST_TMPDIR/none" udp:127.0.0.1:9
	[[ $stderr == *"No such file"* ]]
	: >"$BATS_TEST_TMPDIR/empty"
	run -2 --separate-stderr anysock replay "$BATS_TEST_TMPDIR/empty" udp:127.0.0.1:9 vcan0
	[[ $stderr == *"FROM=TO expected"* ]]
	run -2 anysock replay "$BATS_TEST_TMPDIR/empty" udp:127.0.0.1:9 --format nonesuch
	run -0 anysock replay "$BATS_TEST_TMPDIR/empty" udp:127.0.0.1:9
}

# can_log: a log of candump for two interfaces, 20 frames 10 ms apart
can_log() {
	local i
	for ((i = 0; i < 20; i++)); do printf '(1700000000.%06d) can%d %03X#%02X\n' $((i * 10000)) $((i % 2)) $((256 + i)) "$i"; done >"$BATS_TEST_TMPDIR/log"
}

# in_time FILE: candump reads one bus after the other, so that what came close together may have changed its place.
in_time() {
	sort -s -k 1,1 "$1"
}

@test "replay: a log of candump, with names mapped, as canplayer does" {
	needs family can
	needs lab
	needs command canplayer candump
	can_log
	start candump -L -n 20 vcan0,100:700 vcan1,100:700
	wait_for grep -q vcan1 /proc/net/can/rcvlist_fil
	run -0 anysock replay "$BATS_TEST_TMPDIR/log" can:any can0=vcan0 can1=vcan1
	status_of "$pid"
	ours=$(in_time "$output_file" | awk '{ print $2, $3 }')
	start candump -L -n 20 vcan0,100:700 vcan1,100:700
	wait_for grep -q vcan1 /proc/net/can/rcvlist_fil
	canplayer -I "$BATS_TEST_TMPDIR/log" vcan0=can0 vcan1=can1
	status_of "$pid"
	[ "$ours" = "$(in_time "$output_file" | awk '{ print $2, $3 }')" ]
	[ "$(wc -l <<<"$ours")" -eq 20 ]
}

@test "replay: an ASC log that log2asc wrote, as asc2log reads it" {
	needs family can
	needs lab
	needs command log2asc asc2log candump
	can_log
	printf '(1700000000.200000) can1 12345678#R\n(1700000000.210000) can0 123##1AABB\n' >>"$BATS_TEST_TMPDIR/log"
	log2asc -I "$BATS_TEST_TMPDIR/log" -O "$BATS_TEST_TMPDIR/log.asc" can0 can1
	start candump -L -n 22 vcan0 vcan1
	wait_for grep -q vcan1 /proc/net/can/rcvlist_all
	run -0 anysock replay "$BATS_TEST_TMPDIR/log.asc" can:any can0=vcan0 can1=vcan1
	status_of "$pid"
	[ "$(in_time "$output_file" | awk '{ print $2, $3 }')" = "$(asc2log -I "$BATS_TEST_TMPDIR/log.asc" 2>/dev/null | awk '{ sub(/##1/, "##5"); print "v" $2, $3 }')" ]
	in_time "$output_file" | awk '{ gsub(/[()]/, "", $1); time[NR] = $1 } END { exit !(time[20] - time[1] > 0.18 && time[22] - time[1] > 0.2) }'
}

@test "replay: only one interface of a log, to a bus" {
	needs family can
	needs lab
	needs command candump
	can_log
	start candump -L -n 10 vcan0,100:700
	wait_for grep -q vcan0 /proc/net/can/rcvlist_fil
	run -0 anysock replay "$BATS_TEST_TMPDIR/log" can:vcan0 --interface can1 --speed 2
	status_of "$pid"
	[ "$(awk '{ print $3 }' "$output_file" | head -2 | tr '\n' ' ')" = "101#01 103#03 " ]
}
