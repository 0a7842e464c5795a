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

# flowing OPTION...: replays file.pcap out of a pipe that stays open, as $pipe
flowing() {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	exec {pipe}<>"$BATS_TEST_TMPDIR/pipe"
	cat "$BATS_TEST_TMPDIR/file.pcap" >&"$pipe"
	# the shell would give it /dev/null
	start sh -c 'exec "$@" <"$0"' "$BATS_TEST_TMPDIR/pipe" "$ANYSOCK" replay "$@" - udp:127.0.0.1:"$port"
}

@test "replay: what comes by a pipe is sent when it is there, and who waits for more can be ended" {
	receiver
	local received=$output_file
	recorded "$BATS_TEST_TMPDIR/file.pcap" 0:one 0.1:two
	flowing
	wait_for grep -q two "$received"
	tail -c +25 "$BATS_TEST_TMPDIR/file.pcap" >&"$pipe"
	wait_for result -eq 2 grep -c two "$received"
	kill "$pid"
	status_of "$pid"
	[ "$status" -eq 143 ]
}

@test "replay: a pipe that says nothing more keeps neither the answers nor the time" {
	receiver
	recorded "$BATS_TEST_TMPDIR/file.pcap" 0:one
	flowing --record "$BATS_TEST_TMPDIR/answers.pcapng" --timeout 1s
	wait_for grep -q re:one "$BATS_TEST_TMPDIR/answers.pcapng"
	status_of "$pid"
	[ "$status" -eq 4 ]
}

@test "replay: a recording of which nothing is wanted is an error, once, not a success or a loop without end" {
	printf '(1436509052.249713) vcan0 044#2A366C2BBA\n(1436509052.249714) vcan0 045#\n' >"$BATS_TEST_TMPDIR/log"
	for loop in "" --loop; do
		# shellcheck disable=SC2086 # no word where it is empty
		run -1 timeout "$patience" anysock replay "$BATS_TEST_TMPDIR/log" udp:127.0.0.1:9 -i vcan1 $loop
		[[ $output == "anysock: file:"*'/log: no message of 2 is of the interface "vcan1"'*'the first is of "vcan0"'* ]]
	done
	run -1 anysock replay "$BATS_TEST_TMPDIR/log" udp:127.0.0.1:9 --direction out
	[[ $output == *"no message of 2 went that way"* ]]
	receiver
	run -0 anysock replay "$BATS_TEST_TMPDIR/log" udp:127.0.0.1:"$port" -i vcan0
	run -0 anysock replay /dev/null udp:127.0.0.1:"$port" -i vcan0
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

# capture LINK CASE...: $BATS_TEST_TMPDIR/capture, a pcap file of that link type with packets that python3 makes
capture() {
	python - "$BATS_TEST_TMPDIR/capture" "$@" <<-'PYTHON'
		import sys
		from struct import pack
		link = int(sys.argv[2])
		def udp(text, extra=b""):
		    return pack("!HHHH", 1111, 2222, 8 + len(text), 0) + text + extra
		def tcp(text, words=5):
		    return pack("!HHIIBBHHH", 1111, 2222, 1, 1, words << 4, 0x18, 1000, 0, 0) + bytes(4 * (words - 5)) + text
		def v4(body, protocol=17, total=None, fragment=0, words=5):
		    total = 4 * words + len(body) if total is None else total
		    return pack("!BBHHHBBH4s4s", 0x40 | words, 0, total, 0, fragment, 64, protocol, 0, bytes([127, 0, 0, 1]), bytes([127, 0, 0, 1])) + bytes(4 * words - 20) + body
		def v6(body, protocol=17, total=None):
		    return pack("!IHBB16s16s", 6 << 28, len(body) if total is None else total, protocol, 64, bytes(15) + b"\1", bytes(15) + b"\1") + body
		def extended(kind, following, units=0):
		    return pack("!BB", following, units) + bytes(6 + 8 * units)
		cases = {
		    "v4": (0x800, v4(udp(b"v4"))), "v6": (0x86dd, v6(udp(b"v6"))),
		    "padded4": (0x800, v4(udp(b"padded4")) + b"trailer"), "padded6": (0x86dd, v6(udp(b"padded6")) + b"trailer"),
		    "offloaded4": (0x800, v4(udp(b"offloaded4"), total=0)), "offloaded6": (0x86dd, v6(udp(b"offloaded6"), total=0)),
		    "options": (0x800, v4(udp(b"options"), words=8)), "udp-short": (0x800, v4(udp(b"udp-short", b"more"))),
		    "hop": (0x86dd, v6(extended(0, 60) + extended(60, 43, 2) + extended(43, 17) + udp(b"hop"), 0)),
		    "tcp": (0x800, v4(tcp(b"tcp"), 6)), "tcp-options": (0x86dd, v6(tcp(b"tcp-options", 8), 6)),
		    # what carries nothing, in part or at all
		    "fragment4": (0x800, v4(udp(b"never"), fragment=0x2000)), "later4": (0x800, v4(b"never", fragment=5)),
		    "fragment6": (0x86dd, v6(extended(44, 17) + udp(b"never"), 44)), "ack": (0x800, v4(tcp(b""), 6)),
		    "cut-hop": (0x86dd, v6(pack("!BB", 17, 9) + bytes(6) + udp(b"never"), 0)), "cut-hop2": (0x86dd, v6(b"\0" * 4, 0)),
		    "cut4": (0x800, v4(b"")[:19]), "cut6": (0x86dd, v6(b"")[:39]), "cut-udp": (0x800, v4(b"1234567")), "cut-tcp": (0x800, v4(tcp(b"")[:19], 6)),
		    "bad-tcp": (0x800, v4(pack("!HHIIBBHHH", 1, 2, 1, 1, 0x40, 0x18, 0, 0, 0) + b"never", 6)),
		    "bad-words": (0x800, b"\x44" + v4(udp(b"never"))[1:]), "version": (0x800, b"\x75" + v4(udp(b"never"))[1:]), "nothing": (0x800, b""),
		    "arp": (0x806, b"never"),
		}
		def wrapped(kind, packet):
		    if link == 0: return pack("=I", 2 if kind == 0x800 else 10) + packet
		    if link == 1: return bytes(12) + pack("!HHHHH", 0x88a8, 5, 0x8100, 7, kind) + packet
		    if link == 113: return pack("!HHHQH", 0, 1, 6, 0, kind) + packet
		    if link == 276: return pack("!HHIHBBQ", kind, 0, 1, 1, 0, 6, 0) + packet
		    return packet
		with open(sys.argv[1], "wb") as f:
		    f.write(pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, link))
		    for name in sys.argv[3:]:
		        packet = wrapped(*cases[name])
		        f.write(pack("=IIII", 1, 0, len(packet), len(packet)) + packet)
	PYTHON
}

@test "replay: what UDP and TCP carried is sent, whatever link, tags and headers stood before it" {
	local link carry=(v4 v6 padded4 padded6 offloaded4 offloaded6 options udp-short hop tcp tcp-options)
	receiver
	local before=1
	for link in 0 1 101 113 276 12; do
		capture "$link" "${carry[@]}" fragment4 later4 fragment6 ack cut-hop cut-hop2 cut4 cut6 cut-udp cut-tcp bad-tcp bad-words version nothing v4
		run -0 --separate-stderr timeout "$patience" anysock replay --speed 0 "$BATS_TEST_TMPDIR/capture" udp:127.0.0.1:"$port"
		told $((before + ${#carry[@]}))
		tail -n +$((before + 1)) "$output_file" | cut -d ' ' -f 2 | diff - <(printf '%s\n' "${carry[@]}" v4)
		before=$((before + ${#carry[@]} + 1))
	done
	capture 1 v4 arp v6
	run -0 --separate-stderr timeout "$patience" anysock replay --speed 0 "$BATS_TEST_TMPDIR/capture" udp:127.0.0.1:"$port"
	told $((before + 1))
	[ "$(tail -n +$((before + 1)) "$output_file" | cut -d ' ' -f 2 | tr '\n' ' ')" = "v4 v6 " ]
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
