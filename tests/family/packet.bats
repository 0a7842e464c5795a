# SPDX-License-Identifier: GPL-2.0-or-later
# packet.bats: packets on a veth pair in a network namespace, made and judged by python3, ping, tcpdump and ip.
# shellcheck disable=SC2154,SC2016,SC2001
load ../helpers

setup() {
	needs root
	needs family packet
	space=anysock-$$-$BATS_TEST_NUMBER
	ip netns add "$space" || skip "needs network namespaces"
	# nothing speaks by itself: no IPv6
	inside sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	ip -n "$space" link add v0 address 02:00:00:00:00:10 type veth peer name v1 address 02:00:00:00:00:11
	ip -n "$space" link set v0 up
	ip -n "$space" link set v1 up
}

teardown() {
	stop_all
	ip netns del "$space" 2>/dev/null || true
	ip netns del "$space-b" 2>/dev/null || true
}

inside() { ip netns exec "$space" "$@"; }

# capturing WORD...: an anysock recv in the background whose socket is there.
capturing() {
	local before
	before=$(sockets)
	start ip netns exec "$space" "$ANYSOCK" recv "$@"
	wait_for more_sockets "$before"
}
sockets() { inside cat /proc/net/packet | awk '$6 == 1' | wc -l; } # those that are bound
more_sockets() { [ "$(sockets)" -gt "$1" ]; }

# wire PYTHON: a python3 with `s`, a packet socket on v1, and `frame(payload, type=..)`.
wire() {
	inside /usr/bin/python3 -c "
import socket, struct
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(${protocol:-0x88b5})); s.bind(('v1', ${protocol:-0x88b5})); s.settimeout(20)
def frame(payload, type=0x88b5): return bytes.fromhex('020000000010020000000011') + struct.pack('!H', type) + payload
$1"
}

@test "packet: frames of an EtherType come whole, others do not" {
	capturing --count 2 --format hex packet:v0:0x88b5
	wire 's.send(frame(b"other", 0x88b6)); s.send(frame(b"one")); s.send(frame(b"two"))'
	status_of "$pid"
	[ "$(cat "$output_file")" = $'02000000001002000000001188b56f6e65\n02000000001002000000001188b574776f' ]
}

@test "packet: JSON tells interface, EtherType, to whom it went, and from which address" {
	capturing --count 1 --format json packet:any:0x88b5
	wire 's.send(frame(b"one"))'
	status_of "$pid"
	run -0 jq -r .from "$output_file"
	[ "$output" = packet:v0:0x88b5:host:ether:02:00:00:00:00:11 ]
}

@test "packet: a frame that is sent arrives as it is" {
	start ip netns exec "$space" /usr/bin/python3 -c "
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88b5)); s.bind(('v1', 0x88b5))
print('bound', file=sys.stderr, flush=True); print(s.recv(2000).hex())"
	wait_for grep -q bound "$error_file"
	run -0 inside anysock send --format hex packet:v0 02000000001102000000001088b5cafe
	status_of "$pid"
	[[ $(cat "$output_file") == 02000000001102000000001088b5cafe* ]]
}

@test "packet: dgram leaves the link header to the kernel, with the address of the spec" {
	start ip netns exec "$space" /usr/bin/python3 -c "
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88b5)); s.bind(('v1', 0x88b5))
print('bound', file=sys.stderr, flush=True); print(s.recv(2000).hex())"
	# bind(2) takes a packet socket away from its packets for a moment
	wait_for grep -q bound "$error_file"
	run -0 inside anysock send packet:v0:0x88b5:host:ether:02:00:00:00:00:11,type=dgram payload
	status_of "$pid"
	[[ $(cat "$output_file") == "02000000001102000000001088b5$(printf payload | xxd -p)"* ]]
}

@test "packet: a filter in tcpdump's words takes what it says" {
	ip -n "$space" addr add 10.6.0.1/24 dev v0
	ip -n "$space" neigh add 10.6.0.2 lladdr 02:00:00:00:00:11 dev v0
	capturing --count 1 --format hex 'packet:v1,filter="udp port 7"'
	inside /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in 9, 8, 7: s.sendto(b'to %d' % port, ('10.6.0.2', port))"
	status_of "$pid"
	[[ $(cat "$output_file") == *"$(printf 'to 7' | xxd -p)" ]]
}

@test "packet: tunnels have no link header: filters, captures and lines of text are of IP, as tcpdump has it" {
	needs command tcpdump
	start ip netns exec "$space" /usr/bin/python3 -c "
import fcntl, os, struct, sys, time
f = os.open('/dev/net/tun', os.O_RDWR); fcntl.ioctl(f, 0x400454ca, struct.pack('16sH22x', b't0', 0x1001))
print('made', flush=True); time.sleep(60)"
	wait_for grep -q made "$output_file"
	inside ip addr add 10.6.0.1/24 dev t0
	inside ip link set t0 up
	local one two three four before
	capturing --count 1 --format text 'packet:t0,filter="udp port 7"'
	one=$pid text=$output_file
	capturing --count 1 --format pcap 'packet:t0,filter="udp port 7"'
	two=$pid pcap=$output_file
	capturing --count 1 --format pcap-classic 'packet:t0,filter="udp port 7"'
	three=$pid classic=$output_file
	capturing --count 3 --format pcap packet:any
	four=$pid any=$output_file
	before=$(sockets)
	start ip netns exec "$space" "$ANYSOCK" relay packet:t0 file:/dev/null --record "$BATS_TEST_TMPDIR/recorded"
	wait_for more_sockets "$before"
	inside /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in 9, 8, 7: s.sendto(b'to %d' % port, ('10.6.0.2', port))"
	for pid in "$one" "$two" "$three" "$four"; do status_of "$pid"; done
	[[ $(<"$text") == *"10.6.0.1."*" > 10.6.0.2.7: UDP"* ]]
	recorded() { tcpdump -nr "$BATS_TEST_TMPDIR/recorded" 2>/dev/null | grep -q ' > 10.6.0.2.7: UDP, length 4'; }
	wait_for recorded
	for file in "$pcap" "$classic" "$any"; do
		run -0 --separate-stderr tcpdump -nr "$file"
		[[ $output == *"10.6.0.1."*" > 10.6.0.2.7: UDP, length 4"* ]]
	done
}

@test "packet: the numbers of tcpdump -ddd are a filter too" {
	needs command tcpdump
	capturing --count 1 --format hex "packet:v0,filter='$(tcpdump -ddd -y EN10MB 'ether[14] = 0x74')'"
	wire 's.send(frame(b"one")); s.send(frame(b"two"))'
	status_of "$pid"
	[[ $(cat "$output_file") == *74776f ]]
}

@test "packet: a filter that is none is a usage error, in the words of libpcap" {
	run -2 anysock recv 'packet:lo,filter=nonsense here'
	[[ $output == *"filter: "*"^~~"* ]]
	run -2 anysock recv "packet:lo,filter='2 6 0 0 1'"
	[[ $output == *"tcpdump -ddd"* ]]
}

@test "packet: the VLAN tag that the kernel takes off is put back" {
	capturing --count 1 --format hex packet:v0:all
	wire 's.send(bytes.fromhex("020000000010020000000011" "81002042" "88b5") + b"tagged")'
	status_of "$pid"
	[ "$(cat "$output_file")" = "0200000000100200000000118100204288b5$(printf tagged | xxd -p)" ]
}

@test "packet: a capture is Ethernet, of dgram Linux cooked; tcpdump reads both" {
	needs command tcpdump
	ip -n "$space" addr add 10.6.0.1/24 dev v0
	capturing --count 1 --format pcap packet:v1:arp
	local raw=$pid raw_output=$output_file
	capturing --count 1 --format pcap packet:v1:arp,type=dgram
	inside ping -c 1 -W 1 10.6.0.9 || true
	status_of "$raw"
	status_of "$pid"
	run -0 --separate-stderr tcpdump -enr "$raw_output"
	[[ $output == *"02:00:00:00:00:10 > ff:ff:ff:ff:ff:ff, ethertype ARP"*"who-has 10.6.0.9"* ]]
	run -0 tcpdump -nr "$output_file"
	[[ $output == *LINUX_SLL2*"who-has 10.6.0.9"* ]]
}

@test "packet: text is a line for each, in tcpdump's words" {
	needs command tcpdump
	ip -n "$space" addr add 10.6.0.1/24 dev v0
	ip netns add "$space-b"
	ip netns exec "$space-b" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	ip -n "$space" link set v1 netns "$space-b"
	ip -n "$space-b" addr add 10.6.0.2/24 dev v1
	ip -n "$space-b" link set v1 up
	ip -n "$space-b" link set lo up
	capturing --format text packet:v0
	local ours=$output_file before
	before=$(sockets)
	start ip netns exec "$space" tcpdump -lnStq -i v0 -U -w "$BATS_TEST_TMPDIR/judge.pcap"
	wait_for more_sockets "$before"
	start ip netns exec "$space-b" /usr/bin/python3 -c "
import socket
s = socket.create_server(('10.6.0.2', 5000)); u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('10.6.0.2', 5001))
c, _ = s.accept(); print(c.recv(100), u.recv(100), flush=True); c.close()"
	wait_for ip netns exec "$space-b" grep -q :1389 /proc/net/udp
	inside ping -c 1 -W 5 10.6.0.2
	inside /usr/bin/python3 -c "
import socket
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.sendto(b'seventeen letters', ('10.6.0.2', 5001))
c = socket.create_connection(('10.6.0.2', 5000)); c.send(b'x' * 33); c.recv(1)"
	# the end of the connection: both saw a FIN of each side and what acknowledges the last
	ends() { [ "$(grep -c 'Flags \[F' "$ours")" -ge 2 ] && [ "$(tcpdump -nr "$BATS_TEST_TMPDIR/judge.pcap" 'tcp[13] & 1 != 0' 2>/dev/null | wc -l)" -ge 2 ]; }
	wait_for ends
	run -0 --separate-stderr tcpdump -ntSr "$BATS_TEST_TMPDIR/judge.pcap"
	ip netns del "$space-b"
	# options of TCP are left out; frames that came after one of both had ended are not compared
	diff <(sed 's/ options \[[^]]*\],//' <<<"$output" | head -n 12) <(head -n 12 "$ours")
	grep -q '^ARP, Request who-has 10.6.0.2 tell 10.6.0.1, length 28' "$ours"
	grep -q 'ICMP echo request, id [0-9]*, seq 1, length 64' "$ours"
	grep -q 'IP 10.6.0.1.[0-9]* > 10.6.0.2.5001: UDP, length 17' "$ours"
}

@test "packet: text and JSON tell a VLAN, and frames that nobody knows" {
	capturing --count 2 --format text packet:v0:all
	wire 's.send(bytes.fromhex("020000000010020000000011" "81002042" "88b5") + b"tagged"); s.send(frame(b"plain"))'
	status_of "$pid"
	[ "$(cat "$output_file")" = $'vlan 66, 02:00:00:00:00:11 > 02:00:00:00:00:10, ethertype 0x88b5, length 6\n02:00:00:00:00:11 > 02:00:00:00:00:10, ethertype 0x88b5, length 5' ]
	capturing --count 1 --format json packet:any:0x88b5
	wire 's.send(frame(b"one"))'
	status_of "$pid"
	[[ $(jq -r .summary "$output_file") == *"ethertype 0x88b5, length 3" ]]
}

@test "packet: through a ring packets come whole and in order, with their tags, as tcpdump counts them" {
	needs command tcpdump
	capturing -v --format hex packet:v0:all,ring=2M
	local ours=$output_file errors=$error_file capture=$pid before
	before=$(sockets)
	start ip netns exec "$space" tcpdump -i v0 -U -w "$BATS_TEST_TMPDIR/judge.pcap"
	wait_for more_sockets "$before"
	wire 's.send(bytes.fromhex("020000000010020000000011" "81002042" "88b5") + b"tagged")
for i in range(3000): s.send(frame(b"%05d" % i + bytes(i % 1400)))
s.send(frame(b"last"))'
	wait_for grep -q "$(printf last | xxd -p)\$" "$ours"
	judged() { tcpdump -r "$BATS_TEST_TMPDIR/judge.pcap" 'ether[14:4] = 0x6c617374' 2>/dev/null | grep -q .; }
	wait_for judged
	stop "$capture"
	grep -q '3002 packets by the kernel.s count, 0 dropped' "$errors"
	diff <(python -c "
import struct, sys
data = open(sys.argv[1], 'rb').read()[24:]
while data:
    length = struct.unpack('=4I', data[:16])[2]; print(data[16:16 + length].hex()); data = data[16 + length:]" "$BATS_TEST_TMPDIR/judge.pcap") "$ours"
}

@test "packet: a ring that is too small is a usage error, dgram has one too, and what only sends has none" {
	run -2 anysock recv packet:v0,ring=1k
	[[ $output == *ring*"^~"* ]]
	capturing --count 1 --format json packet:v0:0x88b5,ring=1M,type=dgram
	wire 's.send(frame(b"one"))'
	status_of "$pid"
	[ "$(jq -r '.data + " " + .from' "$output_file")" = "$(printf one | xxd -p) packet:v0:0x88b5:host:ether:02:00:00:00:00:11,type=dgram" ]
	run -0 inside anysock send --format hex packet:v0,ring=1M 02000000001102000000001088b5cafe
}

# flood WORD...: how many of 2,000 frames come to a recv that did not run while they were sent.
flood() {
	capturing --quiet-for 300ms --format hex "$@"
	kill -STOP "$pid"
	wire 'for i in range(2000): s.send(frame(bytes(1000)))'
	kill -CONT "$pid"
	status_of "$pid"
	came=$(wc -l <"$output_file")
}

@test "packet: what comes at once waits in a ring where it is shown or kept, unless a queue is asked for" {
	flood packet:v0:0x88b5
	[ "$came" = 2000 ]
	flood packet:v0:0x88b5,ring=0
	[ "$came" -lt 2000 ]
	flood packet:v0:0x88b5,so-rcvbufforce=8M
	[ "$came" = 2000 ]
	needs command strace
	run ! grep PACKET_RX_RING <(timeout 1 ip netns exec "$space" strace -f -e trace=setsockopt "$ANYSOCK" relay -u packet:v0 packet:v1 2>&1)
}

@test "packet: what is sent past the queueing discipline is not counted by it" {
	inside tc qdisc replace dev v0 root pfifo
	counted() { inside tc -s -j qdisc show dev v0 | jq '.[0].packets'; }
	run -0 inside anysock send --format hex packet:v0 02000000001102000000001088b5cafe
	[ "$(counted)" = 1 ]
	capturing --count 1 --format hex packet:v1:0x88b5
	run -0 inside anysock send --format hex packet:v0,packet-qdisc-bypass 02000000001102000000001088b5beef
	status_of "$pid"
	[ "$(cat "$output_file")" = 02000000001102000000001088b5beef ]
	[ "$(counted)" = 1 ]
}

@test "packet: promiscuous and allmulti are what ip shows" {
	capturing packet:v0,promiscuous,allmulti
	run -0 ip -n "$space" -d link show v0
	[[ $output == *"promiscuity 1 allmulti 1"* || $output == *"promiscuity 1"* ]]
	stop "$pid"
	run -0 ip -n "$space" -d link show v0
	[[ $output == *"promiscuity 0"* ]]
}

@test "packet: fanout spreads packets over two sockets" {
	capturing --format hex packet:v0:0x88b5,packet-fanout=77:lb
	local first=$output_file
	capturing --format hex packet:v0:0x88b5,packet-fanout=77:lb
	wire 'for i in range(20): s.send(frame(b"%02d" % i))'
	both() { [ "$(cat "$first" "$output_file" | wc -l)" = 20 ]; }
	wait_for both
	[ "$(wc -l <"$first")" = 10 ]
}

@test "packet: the kernel's counts are told at the end" {
	capturing -v --count 3 --format hex packet:v0:0x88b5
	wire 'for i in range(3): s.send(frame(b"x"))'
	status_of "$pid"
	[[ $(cat "$error_file") == *"3 packets by the kernel's count, 0 dropped"* ]]
}

@test "packet: netns= names interfaces of that namespace" {
	start anysock recv --count 1 --format hex "packet:v0:0x88b5,netns=$space"
	wait_for more_sockets 0
	wire 's.send(frame(b"there"))'
	status_of "$pid"
	[[ $(cat "$output_file") == *"$(printf there | xxd -p)" ]]
}

@test "packet: an interface that is not there, and an address that is none, are told" {
	run -1 anysock recv packet:nosuch0
	[[ $output == *"interface nosuch0"*"anysock interfaces"* ]]
	run -2 anysock recv packet:lo:ip:0:1:zz:00
	[[ $output == *"02:00:00:00:00:01 expected"*"^~"* ]]
	run -2 anysock recv packet:lo:nosuchtype
}
