# SPDX-License-Identifier: GPL-2.0-or-later
# record.bats: --record on connections and relays; tshark and capinfos judge what it wrote.
# shellcheck disable=SC2154,SC2016
load ../helpers
load ../tshark

setup() {
	needs command tshark capinfos
	capture=$BATS_TEST_TMPDIR/capture.pcapng
}

# echo_server: python3 that answers every connection with what it says, in capitals; sets port
echo_server() {
	start /usr/bin/python3 -u -c 'import socket, threading
l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
def serve(c):
    while True:
        data = c.recv(65536)
        if not data: break
        c.sendall(data.upper())
    c.close()
while True: threading.Thread(target=serve, args=(l.accept()[0],), daemon=True).start()'
	wait_for test -s "$output_file"
	port=$(cat "$output_file")
}

@test "record: a TCP connection is a stream that tshark follows, both ways" {
	echo_server
	[ "$(printf 'hello world' | anysock connect tcp:127.0.0.1:"$port" --record "$capture")" = "HELLO WORLD" ]
	run -0 tshark -n -r "$capture" -q -z follow,tcp,ascii,0
	[[ $output == *"hello world"*"HELLO WORLD"* ]]
	judge tcp.flags tcp.flags.fin tcp.dstport tcp.analysis.flags frame.comment
	# a handshake first, and an end of both sides
	[ "$(shown tcp.flags | head -3)" = $'0x0002\n0x0012\n0x0010' ]
	[ "$(shown tcp.flags.fin | grep -c 1)" -eq 2 ]
	[ "$(shown tcp.dstport | head -1)" = "$port" ]
	[[ $(shown tcp.analysis.flags) != *[a-z]* ]]
	[[ $(shown frame.comment) == *"opened #1 tcp:127.0.0.1:$port"*"end of forward #1 after 11 bytes"*"end of backward #1 after 11 bytes"* ]]
}

@test "record: times are now, in nanoseconds, in order, with the direction" {
	local before after
	echo_server
	before=$(date +%s.%N)
	anysock connect tcp:127.0.0.1:"$port" --record "$capture" <<<word >/dev/null
	after=$(date +%s.%N)
	run -0 capinfos "$capture"
	[[ $output == *"Strict time order:   True"* && $output == *"Time precision = nanoseconds (9)"* ]]
	[[ $output == *"Name = tcp:127.0.0.1:$port"* && $output == *"Comment = times: CLOCK_REALTIME"* ]]
	judge frame.time_epoch frame.packet_flags_direction tcp.dstport
	python - "$before" "$after" "$(shown frame.time_epoch frame.packet_flags_direction tcp.dstport)" "$port" <<-'PYTHON'
		import sys
		for line in sys.argv[3].splitlines():
		    time, direction, destination = line.split()
		    assert float(sys.argv[1]) <= float(time) <= float(sys.argv[2]), line
		    assert (int(direction, 16) & 3) == (2 if destination == sys.argv[4] else 1), line
	PYTHON
}

@test "record: a relay has an interface for each end, each with its spec" {
	echo_server
	ready_address relay tcp-listen:127.0.0.1:0 "tcp:127.0.0.1:$port" --record "$capture"
	for word in one two three; do [ "$(printf %s "$word" | socat -t5 - "${address/tcp:/tcp:}")" = "${word^^}" ]; done
	kill -INT "$pid"
	status_of "$pid" || true
	run -0 capinfos "$capture"
	[[ $output == *"Number of interfaces in file: 2"* && $output == *"Name = tcp-listen:127.0.0.1:0"* && $output == *"Name = tcp:127.0.0.1:$port"* ]]
	judge tcp.stream frame.interface_id tcp.payload frame.comment
	# three connections at either end
	[ "$(shown tcp.stream | sort -un | wc -l)" -eq 6 ]
	[ "$(shown frame.interface_id tcp.payload | grep -i 74776f | sort -u | wc -l)" -eq 2 ]
	[[ $(shown frame.comment) == *"accepted #3"* ]]
}

@test "record: datagrams are UDP packets between the right addresses" {
	start /usr/bin/python3 -u -c 'import socket
s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
while True:
    data, peer = s.recvfrom(65536); s.sendto(data[::-1], peer)'
	wait_for test -s "$output_file"
	port=$(cat "$output_file")
	run -0 --separate-stderr anysock send udp:127.0.0.1:"$port" abc --replies 1 --record "$capture"
	[ "$output" = cba ]
	judge udp.dstport udp.payload frame.packet_flags_direction frame.comment
	# what happens between packets stands with the next one, or with the counts at the end
	[ "$(shown frame.comment | wc -l)" = 2 ]
	[ "$(shown frame.comment | head -n 1)" = "opened #1 udp:127.0.0.1:$port" ]
	grep -aq "end of backward #1 after 3 bytes" "$capture"
	[ "$(shown udp.dstport udp.payload frame.packet_flags_direction |
		awk -v port="$port" '$1 == port { print "to", $2, $3; next } { print "from", $2, $3 }')" = $'to 616263 0x00000002\nfrom 636261 0x00000001' ]
}

@test "record: UNIX sockets are exported packets that hold the bytes" {
	start socat UNIX-LISTEN:"$BATS_TEST_TMPDIR/socket" EXEC:cat
	wait_for serves "$BATS_TEST_TMPDIR/socket"
	[ "$(printf 'over unix' | anysock connect "unix:$BATS_TEST_TMPDIR/socket" --record "$capture")" = "over unix" ]
	[ "$(grep -ao 'over unix' "$capture" | wc -l)" -eq 2 ]
	run -0 capinfos "$capture"
	[[ $output == *"PDU"* && $output == *"Name = unix:$BATS_TEST_TMPDIR/socket"* ]]
}

@test "record: vsock is vsock" {
	needs family vsock
	[ -e /sys/module/vsock_loopback ] || modprobe -q vsock_loopback 2>/dev/null || skip "needs vsock_loopback"
	ready_address listen vsock:local:any -- cat
	[ "$(printf 'over vsock' | anysock connect "$address" --record "$capture")" = "over vsock" ]
	run -0 capinfos -Ec "$capture"
	[[ ${output,,} == *vsock* ]]
	judge vsock.op vsock.dst_port vsock.src_port vsock.payload frame.packet_flags_direction
	# connected, bytes both ways, and the end of both
	[ "$(shown vsock.op | tr '\n' ' ')" = "1 4 4 2 2 " ] || [ "$(shown vsock.op | tr '\n' ' ')" = "1 4 2 4 2 " ]
	[ "$(shown vsock.dst_port vsock.payload frame.packet_flags_direction | awk -v port="${address##*:}" 'NF == 3 { print $1 == port ? "to" : "from", $2, $3 }')" = "$(
		printf 'to 6f7665722076736f636b 0x00000002\nfrom 6f7665722076736f636b 0x00000001')" ]
}

@test "record: HCI packets are commands and events, with their direction" {
	needs family bt-hci
	needs lab
	run -0 --separate-stderr anysock send --replies 1 bt-hci:hci1 '0x04 0x0009' --record "$capture"
	[[ $output == "> hci1 event 0e0a01091000"* ]]
	run -0 capinfos -E "$capture"
	[[ $output == *"Bluetooth H4"* ]]
	judge hci_h4.direction hci_h4.type bthci_cmd.opcode bthci_evt.code
	[ "$(shown hci_h4.direction hci_h4.type bthci_cmd.opcode bthci_evt.code)" = $'0x00\t0x01\t0x1009\t\n0x01\t0x04\t\t0x0e' ]
}

@test "record: netlink messages are netlink" {
	needs root
	needs family netlink
	unshare -n true 2>/dev/null || skip "needs unshare -n"
	run -0 unshare -n sh -c 'anysock recv netlink:route::link --count 1 --record "$1" >/dev/null & until grep -q . "$1" 2>/dev/null; do sleep 0.02; done
		until [ "$(stat -c %s "$1")" -gt 300 ]; do ip link set lo up; ip link set lo down; sleep 0.05; done; wait' - "$capture"
	[[ $(capinfos "$capture") == *[Nn]etlink* ]]
	judge netlink.family netlink-route.nltype frame.packet_flags_direction
	[ "$(shown netlink.family frame.packet_flags_direction | sort -u)" = $'0x0000\t0x00000001' ]
}

@test "record: what is killed leaves whole blocks" {
	echo_server
	mkfifo "$BATS_TEST_TMPDIR/input"
	exec 9<>"$BATS_TEST_TMPDIR/input"
	start sh -c 'exec anysock connect tcp:127.0.0.1:"$1" --record "$2" <"$3"' - "$port" "$capture" "$BATS_TEST_TMPDIR/input"
	printf first >&9
	wait_for grep -q FIRST "$output_file"
	kill -KILL "$pid"
	status_of "$pid"
	exec 9>&-
	run -0 capinfos "$capture"
	[[ $output != *"cut short"* ]]
	judge tcp.len
	[ "$(shown tcp.len | grep -vc '^0$')" -eq 2 ]
}

@test "record: what a socket lost for want of room is in the counts at the end" {
	ready_address recv udp-bind:127.0.0.1:0,so-rcvbuf=8192 --record "$capture"
	local flood='import socket, sys
s = socket.socket(type=socket.SOCK_DGRAM)
for i in range(int(sys.argv[2])): s.sendto(sys.argv[3].encode(), ("127.0.0.1", int(sys.argv[1])))'
	kill -STOP "$pid"
	python -c "$flood" "${address##*:}" 1000 many
	kill -CONT "$pid"
	wait_for grep -q many "$output_file"
	# the kernel says with the next message what it lost before
	python -c "$flood" "${address##*:}" 1 last
	wait_for grep -q last "$output_file"
	kill -TERM "$pid"
	status_of "$pid"
	run -0 python - "$capture" <<-'PYTHON'
		import struct, sys
		data, at = open(sys.argv[1], "rb").read(), 0
		while at < len(data):
		    kind, length = struct.unpack_from("=II", data, at)
		    if kind == 5:
		        options, place = {}, at + 20
		        while True:
		            code, size = struct.unpack_from("=HH", data, place)
		            if code == 0: break
		            options[code] = data[place + 4:place + 4 + size]
		            place += 4 + (size + 3) // 4 * 4
		        print(*(struct.unpack("=Q", options[code])[0] for code in (4, 5)))
		    at += length
	PYTHON
	[ "$((${lines[0]/ /+}))" -eq 1001 ]
	[ "${lines[0]#* }" -gt 0 ]
}

@test "record: files are changed after a size, the newest are kept, each is whole" {
	echo_server
	head -c 3000000 /dev/zero | anysock connect tcp:127.0.0.1:"$port" --record "$capture" --record-size 1M --record-files 3 >/dev/null
	files=("$BATS_TEST_TMPDIR"/capture-*.pcapng)
	[ "${#files[@]}" -eq 3 ]
	[ ! -e "$capture" ] && [ ! -e "$BATS_TEST_TMPDIR/capture-00001.pcapng" ]
	for file in "${files[@]}"; do
		run -0 capinfos "$file"
		[[ $output == *"Number of interfaces in file: 1"* && $output == *"anysock"* ]]
		[ "$(stat -c %s "$file")" -lt 2000000 ]
	done
}

@test "record: a full disk does not end the transfer, and is told" {
	[ -c /dev/full ] || skip "needs /dev/full"
	echo_server
	run -1 --separate-stderr anysock connect tcp:127.0.0.1:"$port" --record /dev/full <<<word
	[[ $stderr == *"--record /dev/full: No space left on device"* ]]
}

@test "record: a file that fills up later does not end the transfer" {
	echo_server
	run --separate-stderr bash -c 'ulimit -f 4; trap "" XFSZ; head -c 100000 /dev/zero | anysock connect tcp:127.0.0.1:'"$port"' --record "$1" | wc -c' - "$capture"
	[ "$output" = 100000 ]
	[[ $stderr == *"--record"*"File too large"* ]]
	# up to the last block for which there was room
	run -0 capinfos "$capture"
}

@test "record: a reset is a reset, with what the system says" {
	start /usr/bin/python3 -u -c 'import socket, struct
l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1]); c = l.accept()[0]; c.recv(9)
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); c.close()'
	wait_for test -s "$output_file"
	run -1 anysock connect tcp:127.0.0.1:"$(cat "$output_file")" --record "$capture" <<<word
	judge tcp.flags.reset frame.comment
	[ "$(shown tcp.flags.reset | grep -c 1)" -ge 1 ]
	[[ $(shown frame.comment) == *"onnection reset"* ]]
}
