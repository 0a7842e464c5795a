# SPDX-License-Identifier: GPL-2.0-or-later
# cannelloni.bats: datagrams of cannelloni's format against python3.
# shellcheck disable=SC2154
load ../helpers

# python_datagram PORT HEX...: sends each as a datagram.
python_datagram() {
	python - "$@" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		for one in sys.argv[2:]: s.sendto(bytes.fromhex(one), ("127.0.0.1", int(sys.argv[1])))
	END
}

# python_peer: prints each datagram in hex; sets port.
python_peer() {
	start python -u -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
while True: print(s.recv(2000).hex())'
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}

# logs: the same three frames and one of another bus, as candump, Vector's tools, jq and python3 (a capture of the other byte
# order in each format) write them.
logs() {
	printf '(1700000000.%06d) %s %s\n' 0 can0 123#1122 10000 can1 7FF#FF 20000 can0 12345678##5AABBCC 30000 can0 7FE#R4 >log
	cat >vector.asc <<-'END'
		date Fri Jul 10 08:17:32.249 am 2015
		base hex  timestamps absolute
		internal events logged
		   0.000000 1  123             Rx   d 2 11 22
		   0.010000 2  7FF             Tx   d 1 FF
		   0.020000 CANFD   1 Rx  12345678x                 1 0 3  3 AA BB CC 0 0 3000 0 0 0 0 0
		   0.030000 1  7FE             Rx   r 4
	END
	jq -nc '("can0 123#1122", "can1 7FF#FF", "can0 12345678##5AABBCC", "can0 7FE#R4") | split(" ") | {interface: .[0], can: .[1]}' >json
	python - <<-'END'
		from struct import pack
		frames = [(0, 0x123, 2, 0, "1122"), (1, 0x7FF, 1, 0, "FF"), (0, 0x92345678, 3, 5, "AABBCC"), (0, 0x400007FE, 4, 0, "00000000")]
		frames = [(bus, pack(">IBBxx", can_id, length, flags) + bytes.fromhex(data)) for bus, can_id, length, flags, data in frames]
		block = lambda kind, body: pack(">II", kind, 12 + len(body) + -len(body) % 4) + body + bytes(-len(body) % 4) + pack(">I", 12 + len(body) + -len(body) % 4)
		with open("other.pcapng", "wb") as f:
		    f.write(block(0x0a0d0d0a, pack(">IHHq", 0x1a2b3c4d, 1, 0, -1)))
		    for name in b"can0", b"can1":
		        f.write(block(1, pack(">HHI", 227, 0, 0) + pack(">HH", 2, 4) + name + pack(">HH", 0, 0)))
		    for i, (bus, frame) in enumerate(frames):
		        f.write(block(6, pack(">IIIII", bus, 0, i * 10000, len(frame), len(frame)) + frame))
		with open("other.pcap", "wb") as f:
		    f.write(pack(">IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 227))
		    for i, (bus, frame) in enumerate(frames):
		        f.write(pack(">IIII", 1, i * 10000, len(frame), len(frame)) + frame)
	END
}

@test "cannelloni: logs and captures are known by what they hold, in whatever order their bytes stand" {
	cd "$BATS_TEST_TMPDIR"
	logs
	python_peer
	local file before=1
	for file in log vector.asc json other.pcapng other.pcap; do
		run -0 --separate-stderr timeout "$patience" anysock replay --speed 0 "$file" cannelloni:127.0.0.1:"$port"
		wait_for result -ge $((before + 4)) grep -c . "$output_file"
		# Vector's have no flag that says FD
		tail -n +$((before + 1)) "$output_file" | cut -c 11- | sed 's/^\(9234567883\)0[15]/\105/' >sent
		printf '%s\n' 00000123021122 000007ff01ff 923456788305aabbcc 400007fe04 | diff - sent || { echo "$file" && false; }
		before=$((before + 4))
	done
	# of one bus only
	for file in log json other.pcapng; do
		run -0 --separate-stderr timeout "$patience" anysock replay --speed 0 -i can1 "$file" cannelloni:127.0.0.1:"$port"
		wait_for result -ge $((before + 1)) grep -c . "$output_file"
		[ "$(tail -n +$((before + 1)) "$output_file" | cut -c 11-)" = 000007ff01ff ] || { echo "$file: one bus" && false; }
		before=$((before + 1))
	done
	run -2 anysock replay log cannelloni:127.0.0.1:"$port" can0=
	[[ $output == *"FROM=TO expected"* ]]
	run -1 anysock replay log cannelloni:127.0.0.1:"$port" can0=no-such0
	[[ $output == *"interface no-such0: No such device"* ]]
}

@test "cannelloni: a datagram of several frames is as many messages" {
	ready_address recv --timeout 40s --count 4 cannelloni-bind:127.0.0.1:0
	python_datagram "${address##*:}" "0200000004 00000123 02 1122  92345678 83 05 AABBCC  400007FF 04  20000004 08 0000000000000000"
	status_of "$pid"
	[ "$(cat "$output_file")" = $'123#1122\n12345678##5AABBCC\n7FF#R4\n20000004#0000000000000000' ]
}

@test "cannelloni: what is lost, cut off or none of cannelloni's is told, and the next one comes" {
	ready_address recv --timeout 40s --count 3 cannelloni-bind:127.0.0.1:0
	python_datagram "${address##*:}" "0200070001 00000001 00" "02000A0001 00000002 00" "02000B0002 00000003 01" 0100000001 "02000C0001 00000003 00"
	status_of "$pid"
	[ "$(cat "$output_file")" = $'001#\n002#\n003#' ]
	grep -q "2 datagrams were lost" "$error_file"
	grep -q "cut off" "$error_file"
	grep -q "none of cannelloni" "$error_file"
}

@test "cannelloni: send numbers its datagrams, and python3 reads their frames" {
	python_peer
	anysock send cannelloni:127.0.0.1:"$port" 123#1122 12345678##1AABB 7FF#R4
	wait_for grep -q 400007ff "$output_file"
	[ "$(tail -n +2 "$output_file")" = $'0200000001''00000123''02''1122'$'\n''0200010001''92345678''82''01''aabb'$'\n''0200020001''400007ff''04' ]
}

@test "cannelloni: a peer that comes later is waited for" {
	mkfifo "$BATS_TEST_TMPDIR/in"
	exec 9<>"$BATS_TEST_TMPDIR/in"
	start bash -c 'exec anysock connect cannelloni:127.0.0.1:29871 <&9'
	echo 123#01 >&9
	wait_for grep -q "nobody is at the peer" "$error_file"
	run -0 python - "$BATS_TEST_TMPDIR/in" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.settimeout(40)
		s.bind(("127.0.0.1", 29871))
		with open(sys.argv[1], "w") as lines: print("123#11", file=lines)
		print(s.recv(100)[5:].hex())
	END
	[ "$output" = 000001230111 ]
}
