# SPDX-License-Identifier: GPL-2.0-or-later
# capture.bats: captures written to standard output and read again; tshark and capinfos judge.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load ../helpers

setup() {
	needs command tshark capinfos
	capture=$BATS_TEST_TMPDIR/capture
}

# shown FIELD...: what tshark says of each packet, tabs between the fields
shown() {
	local field arguments=()
	for field; do arguments+=(-e "$field"); done
	tshark -n -r "$capture" -T fields "${arguments[@]}" 2>/dev/null
}

# datagrams FORMAT WORD...: sends the words to a listener that writes a capture
datagrams() {
	local format=$1
	shift
	ready_address recv udp-listen:127.0.0.1:0 --count $# --format "$format"
	port=${address##*:}
	for word; do printf '%s' "$word" | socat -u - udp-sendto:127.0.0.1:"$port"; done
	status_of "$pid"
	capture=$output_file
}

@test "capture: datagrams are UDP packets with addresses, checksums, direction and time" {
	local before after
	before=$(date +%s)
	datagrams pcap hello there
	after=$(date +%s)
	[ "$(shown ip.src ip.dst udp.dstport data.text)" != "" ]
	[ "$(shown ip.dst udp.dstport data)" = "$(printf '127.0.0.1\t%s\t%s\n' "$port" 68656c6c6f "$port" 7468657265)" ]
	[ "$(tshark -n -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -r "$capture" \
		-T fields -e ip.checksum.status -e udp.checksum.status 2>/dev/null | sort -u)" = $'1\t1' ]
	[ "$(shown frame.packet_flags_direction | sort -u)" = 0x00000001 ]
	while IFS=. read -r seconds decimals; do
		((seconds >= before && seconds <= after))
		[ "${#decimals}" = 9 ]
	done < <(shown frame.time_epoch)
}

@test "capture: capinfos finds the count, the interface with its spec, and who wrote it where" {
	datagrams pcap one two three
	capinfos "$capture" >"$BATS_TEST_TMPDIR/infos"
	grep -q '^Number of packets: *3$' "$BATS_TEST_TMPDIR/infos"
	grep -q '^Capture application: anysock ' "$BATS_TEST_TMPDIR/infos"
	grep -q "^Capture oper-sys: *Linux $(uname -r)" "$BATS_TEST_TMPDIR/infos"
	grep -q "Name = udp:127.0.0.1:$port\$" "$BATS_TEST_TMPDIR/infos"
	grep -q "Description = udp-" "$BATS_TEST_TMPDIR/infos"
	grep -q 'Time resolution = 0x09' "$BATS_TEST_TMPDIR/infos"
	grep -q 'Number of stat entries = 1' "$BATS_TEST_TMPDIR/infos"
}

@test "capture: the header is there before the first packet" {
	ready_address recv udp-listen:127.0.0.1:0 --format pcap
	wait_for test -s "$output_file"
	capinfos -c "$output_file" | grep -q 'Number of packets: *0$'
}

@test "capture: tshark reads it from a pipe while it grows" {
	local fifo=$BATS_TEST_TMPDIR/pipe
	mkfifo "$fifo"
	start sh -c 'exec tshark -n -l -i - -T fields -e data <"$1"' - "$fifo"
	shown_file=$output_file
	exec 8>"$fifo"
	start sh -c 'exec anysock recv udp-bind:127.0.0.1:0 --format pcap >&8'
	exec 8>&-
	wait_for grep -q listening "$error_file"
	port=$(sed -n 's/^anysock: listening on .*://p' "$error_file")
	printf one | socat -u - udp-sendto:127.0.0.1:"$port"
	wait_for grep -qx 6f6e65 "$shown_file"
	printf two | socat -u - udp-sendto:127.0.0.1:"$port"
	wait_for grep -qx 74776f "$shown_file"
}

@test "capture: a capture that was killed is whole but for its counts" {
	ready_address recv udp-listen:127.0.0.1:0 --format pcap
	printf one | socat -u - udp-sendto:127.0.0.1:"${address##*:}"
	wait_for has_packets 1
	kill -KILL "$pid"
	wait_for is_gone "$pid"
	capture=$output_file
	[ "$(shown data)" = 6f6e65 ]
}

has_packets() {
	[ "$(capinfos -Mc "$output_file" 2>/dev/null | sed -n 's/^Number of packets: *//p')" = "$1" ]
}

@test "capture: the older format has nanoseconds" {
	datagrams pcap-classic hello
	capinfos "$capture" | grep -q 'File type:.*nanosecond'
	[ "$(shown data)" = 68656c6c6f ]
}

@test "capture: a TCP stream can be followed" {
	ready_address listen tcp:127.0.0.1:0 --format raw:pcap
	printf 'GET / HTTP/1.0\r\n\r\n' | socat -u - tcp:"${address#tcp:}"
	status_of "$pid"
	capture=$output_file
	[ "$(shown http.request.method ip.dst tcp.dstport)" = "$(printf 'GET\t127.0.0.1\t%s' "${address##*:}")" ]
	[ "$(tshark -n -o tcp.check_checksum:TRUE -r "$capture" -T fields -e tcp.checksum.status 2>/dev/null)" = 1 ]
}

@test "capture: messages of UNIX sockets are shown as data" {
	ready_address recv unix-listen:"$BATS_TEST_TMPDIR/socket",type=dgram --count 1 --format pcap
	python -c "
import socket, sys
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'hello', sys.argv[1])" "$BATS_TEST_TMPDIR/socket"
	status_of "$pid"
	capture=$output_file
	[ "$(shown _ws.col.Protocol data.data)" = $'Data\t68656c6c6f' ] || [ "$(shown data.data)" = 68656c6c6f ]
}

@test "capture: packets of any format are sent again" {
	datagrams pcap hello there
	cp "$capture" "$BATS_TEST_TMPDIR/again"
	ready_address recv udp-listen:127.0.0.1:0 --count 4 --format hex
	anysock send "$address" --format pcap <"$BATS_TEST_TMPDIR/again"
	editcap -F pcap "$BATS_TEST_TMPDIR/again" "$BATS_TEST_TMPDIR/classic"
	anysock send "$address" --format pcap <"$BATS_TEST_TMPDIR/classic"
	status_of "$pid"
	[ "$(cat "$output_file")" = $'68656c6c6f\n7468657265\n68656c6c6f\n7468657265' ]
}

@test "capture: what is behind Ethernet, VLAN and IPv6 headers is sent, and nothing else" {
	# by text2pcap: a datagram in Ethernet and IPv4, one in IPv6; an ARP request between them
	printf '0000 68 65 6c 6c 6f\n' | text2pcap -u 1000,2000 - "$BATS_TEST_TMPDIR/four" 2>/dev/null
	printf '0000 74 68 65 72 65\n' | text2pcap -u 1000,2000 -6 2001:db8::1,2001:db8::2 - "$BATS_TEST_TMPDIR/six" 2>/dev/null
	printf '0000 ff ff ff ff ff ff 02 00 00 00 00 01 08 06 00 01 08 00 06 04 00 01\n' |
		text2pcap - "$BATS_TEST_TMPDIR/arp" 2>/dev/null
	mergecap -a -w "$BATS_TEST_TMPDIR/all" "$BATS_TEST_TMPDIR"/{four,arp,six}
	ready_address recv udp-listen:127.0.0.1:0 --count 2 --format text
	anysock send "$address" --format pcap <"$BATS_TEST_TMPDIR/all"
	status_of "$pid"
	[ "$(cat "$output_file")" = $'hello\nthere' ]
}

@test "capture: a damaged file is used up to the damage, which is named by its place" {
	datagrams pcap hello there
	head -c -100 "$capture" >"$BATS_TEST_TMPDIR/cut"
	ready_address recv udp-listen:127.0.0.1:0 --count 1 --format text
	run -1 --separate-stderr anysock send "$address" --format pcap <"$BATS_TEST_TMPDIR/cut"
	[[ $stderr =~ block\ [0-9]+\ at\ byte\ [0-9]+:\ the\ file\ ends\ [0-9]+\ bytes\ into\ it ]]
	status_of "$pid"
	[ "$(cat "$output_file")" = hello ]
}

@test "capture: what is no capture is refused" {
	run -1 --separate-stderr anysock send udp:127.0.0.1:9 --format pcap <"$BATS_TEST_DIRNAME/capture.bats"
	[[ $stderr = *"this is no capture: it begins with 23 20 53 50"* ]]
	gzip <"$BATS_TEST_DIRNAME/capture.bats" >"$BATS_TEST_TMPDIR/packed"
	run -1 --separate-stderr anysock send udp:127.0.0.1:9 --format pcap <"$BATS_TEST_TMPDIR/packed"
	[[ $stderr = *"gunzip"* ]]
}

@test "capture: packets without a header of their own end where the interface cut them, as tshark has it" {
	python - "$BATS_TEST_TMPDIR/simple" <<-'PYTHON'
		import struct, sys
		def block(kind, body):
		    return struct.pack("=II", kind, len(body) + 12) + body + struct.pack("=I", len(body) + 12)
		with open(sys.argv[1], "wb") as f:
		    f.write(block(0x0a0d0d0a, struct.pack("=IHHq", 0x1a2b3c4d, 1, 0, -1)))
		    f.write(block(1, struct.pack("=HHI", 147, 0, 5)))
		    for length, kept in (20, b"abcde"), (3, b"xyz"):
		        f.write(block(3, struct.pack("=I", length) + kept + bytes(-len(kept) % 4)))
	PYTHON
	[ "$(tshark -r "$BATS_TEST_TMPDIR/simple" -T fields -e frame.cap_len 2>/dev/null)" = $'5\n3' ]
	ready_address recv udp-listen:127.0.0.1:0 --count 2 --format text
	anysock send "$address" --format pcap <"$BATS_TEST_TMPDIR/simple"
	status_of "$pid"
	[ "$(cat "$output_file")" = $'abcde\nxyz' ]
}

# hci_capture: a pcapng file of HCI packets with their direction, written by python3: a command, its event, data both ways
hci_capture() {
	python - "$1" <<-'PYTHON'
		import struct, sys
		packets = [(0, "01030c00"), (1, "040e0401030c00"), (0, "0240200700030001000a000a"), (1, "02402007000300010002aabb")]
		def block(kind, body):
		    return struct.pack("=II", kind, len(body) + 12) + body + struct.pack("=I", len(body) + 12)
		with open(sys.argv[1], "wb") as f:
		    f.write(struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 201))
		    for i, (received, packet) in enumerate(packets):
		        data = struct.pack("!I", received) + bytes.fromhex(packet)
		        f.write(struct.pack("=IIII", 1700000000, 1000 * i, len(data), len(data)) + data)
	PYTHON
}

@test "capture: btsnoop files, as btmon writes them, are read with time and direction" {
	needs command editcap
	hci_capture "$BATS_TEST_TMPDIR/hci.pcap"
	editcap -F btsnoop "$BATS_TEST_TMPDIR/hci.pcap" "$BATS_TEST_TMPDIR/hci.btsnoop"
	[ "$(head -c 7 "$BATS_TEST_TMPDIR/hci.btsnoop")" = btsnoop ]
	run -0 --separate-stderr anysock relay --once --format pcap:json "$BATS_TEST_TMPDIR/hci.btsnoop" -
	python - "$output" <<-'PYTHON'
		import json, sys
		rows = [json.loads(line) for line in sys.argv[1].splitlines()]
		assert [r["data"] for r in rows] == ["01030c00", "040e0401030c00", "0240200700030001000a000a", "02402007000300010002aabb"], rows
		assert rows[0]["time"].startswith("2023-11-14T22:13:20.000000") and rows[3]["time"].startswith("2023-11-14T22:13:20.003"), rows
	PYTHON
	head -c -3 "$BATS_TEST_TMPDIR/hci.btsnoop" >"$BATS_TEST_TMPDIR/cut"
	run -1 --separate-stderr anysock relay --once --format pcap:hex "$BATS_TEST_TMPDIR/cut" -
	[[ $stderr == *"packet 4 at byte "* ]]
	[ "${#lines[@]}" -eq 3 ]
}
