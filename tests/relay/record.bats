# SPDX-License-Identifier: GPL-2.0-or-later
# record.bats: --record on connections and relays; tshark and capinfos judge what it wrote.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	needs command tshark capinfos
	capture=$BATS_TEST_TMPDIR/capture.pcapng
}

# shown FIELD...: what tshark says of each packet, tabs between the fields
shown() {
	local field arguments=()
	for field; do arguments+=(-e "$field"); done
	tshark -n -r "$capture" -T fields "${arguments[@]}" 2>/dev/null
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
	# three connections at either end
	[ "$(shown tcp.stream | sort -un | wc -l)" -eq 6 ]
	[ "$(tshark -n -r "$capture" -Y 'tcp.len > 0' -T fields -e frame.interface_id -e tcp.payload 2>/dev/null | grep -c 74776f)" -eq 2 ]
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
	[ "$(tshark -n -r "$capture" -Y 'udp.length > 8' -T fields -e udp.dstport -e udp.payload -e frame.packet_flags_direction 2>/dev/null |
		awk -v port="$port" '$1 == port { print "to", $2, $3; next } { print "from", $2, $3 }')" = $'to 616263 0x00000002\nfrom 636261 0x00000001' ]
}

@test "record: UNIX sockets are exported packets that hold the bytes" {
	start socat UNIX-LISTEN:"$BATS_TEST_TMPDIR/socket" EXEC:cat
	wait_for test -S "$BATS_TEST_TMPDIR/socket"
	[ "$(printf 'over unix' | anysock connect "unix:$BATS_TEST_TMPDIR/socket" --record "$capture")" = "over unix" ]
	[ "$(grep -ao 'over unix' "$capture" | wc -l)" -eq 2 ]
	[[ $(capinfos "$capture") == *"PDU"* ]]
	[[ $(capinfos "$capture") == *"Name = unix:$BATS_TEST_TMPDIR/socket"* ]]
}

@test "record: vsock is vsock" {
	needs family vsock
	[ -e /sys/module/vsock_loopback ] || modprobe -q vsock_loopback 2>/dev/null || skip "needs vsock_loopback"
	ready_address listen vsock:local:any -- cat
	[ "$(printf 'over vsock' | anysock connect "$address" --record "$capture")" = "over vsock" ]
	[ "$(tshark -n -r "$capture" -Y vsock -T fields -e vsock.op 2>/dev/null | wc -l)" -ge 2 ]
	[[ $(shown vsock.dst_port) == *"${address##*:}"* ]]
}

@test "record: netlink messages are netlink" {
	needs root
	needs family netlink
	unshare -n true 2>/dev/null || skip "needs unshare -n"
	run -0 unshare -n sh -c 'anysock recv netlink:route::link --count 1 --record "$1" >/dev/null & until grep -q . "$1" 2>/dev/null; do sleep 0.02; done
		until [ "$(stat -c %s "$1")" -gt 300 ]; do ip link set lo up; ip link set lo down; sleep 0.05; done; wait' - "$capture"
	[[ $(capinfos "$capture") == *[Nn]etlink* ]]
	[ "$(shown netlink.family | head -1)" != "" ]
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
	[ "$(tshark -n -r "$capture" -Y 'tcp.len > 0' 2>/dev/null | wc -l)" -eq 2 ]
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
}

@test "record: a reset is a reset, with what the system says" {
	start /usr/bin/python3 -u -c 'import socket, struct
l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1]); c = l.accept()[0]; c.recv(9)
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); c.close()'
	wait_for test -s "$output_file"
	run -1 anysock connect tcp:127.0.0.1:"$(cat "$output_file")" --record "$capture" <<<word
	[ "$(shown tcp.flags.reset | grep -c 1)" -ge 1 ]
	[[ $(shown frame.comment) == *"onnection reset"* ]]
}
