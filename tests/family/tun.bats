# SPDX-License-Identifier: GPL-2.0-or-later
# tun.bats: interfaces of our own in network namespaces, judged by ip, ping, iperf3, tcpdump and python3.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	needs root
	needs family tun
	space=anysock-$$-$BATS_TEST_NUMBER
	ip netns add "$space-a" || skip "needs network namespaces"
	ip netns add "$space-b"
}

teardown() {
	stop_all
	ip netns del "$space-a" 2>/dev/null || true
	ip netns del "$space-b" 2>/dev/null || true
}

# in_a, in_b COMMAND...: in that namespace.
in_a() { ip netns exec "$space-a" "$@"; }
in_b() { ip netns exec "$space-b" "$@"; }

# injected PAYLOAD: the packet of UDP from 10.8.0.7 to port 4242 of 10.8.0.1, in hex.
injected() {
	python -c "
import struct, sys
payload = sys.argv[1].encode(); udp = struct.pack('!4H', 7, 4242, 8 + len(payload), 0) + payload
def checksum(b): s = sum(struct.unpack('!%dH' % (len(b) // 2), b)); s = (s & 0xffff) + (s >> 16); return ~(s + (s >> 16)) & 0xffff
head = lambda c: struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, c, bytes([10,8,0,7]), bytes([10,8,0,1]))
print((head(checksum(head(0))) + udp).hex())" "$1"
}

has_interface() { ip -n "$space-$1" link show "$2" >/dev/null 2>&1; }

# joined FAMILY [OPTIONS]: an interface x0 in each namespace, 10.9.0.1 and fd09::1 in a, .2 and ::2 in b, joined over TCP on loopback.
joined() {
	ready_address relay "$1:x0,netns=$space-a,address=10.9.0.1/24,address=fd09::1/64$2" tcp-listen:127.0.0.1:0,frame=len16
	start anysock relay "$1:x0,netns=$space-b,address=10.9.0.2/24,address=fd09::2/64$2" "$address,frame=len16"
	wait_for has_interface b x0
	wait_for has_interface a x0
}

@test "tun: families wants the privilege that makes one, or one that was made for the user" {
	needs command setpriv
	powerless=(setpriv --bounding-set -net_admin --inh-caps -net_admin)
	in_a "$ANYSOCK" families tun tap
	run -3 in_a "${powerless[@]}" "$ANYSOCK" families tun
	[[ $output = "tun "*" no  interfaces: Operation not permitted (it takes CAP_NET_ADMIN, or one that was made for this user: ip tuntap"* ]]
	in_a ip tuntap add dev other mode tun user 1
	run -3 in_a "${powerless[@]}" "$ANYSOCK" families tun
	in_a ip tuntap add dev ours mode tun user "$(id -u)"
	in_a "${powerless[@]}" "$ANYSOCK" families tun
}

@test "tun: two namespaces joined over TCP with length framing carry ping, of both versions of IP" {
	joined tun
	run -0 in_a ping -c 3 -i 0.2 -W 5 10.9.0.2
	[[ $output == *"3 received, 0% packet loss"* ]]
	run -0 in_b ping -c 2 -i 0.2 -W 5 fd09::1
	[[ $output == *"2 received, 0% packet loss"* ]]
}

@test "tap: two namespaces joined over TCP carry ping and a large TCP transfer whole" {
	joined tap ",mtu=1400"
	run -0 in_a ping -c 3 -i 0.2 -W 5 10.9.0.2
	[[ $output == *"3 received, 0% packet loss"* ]]
	head -c 20M /dev/urandom >"$BATS_TEST_TMPDIR/data"
	start in_b /usr/bin/python3 -c "
import hashlib, socket
s = socket.create_server(('10.9.0.2', 5000)); c, _ = s.accept(); h = hashlib.sha256()
while d := c.recv(1 << 20): h.update(d)
print(h.hexdigest())"
	wait_for in_b grep -q :1388 /proc/net/tcp
	in_a socat -u "$BATS_TEST_TMPDIR/data" TCP:10.9.0.2:5000
	wait_for test -s "$output_file"
	[ "$(cat "$output_file")" = "$(sha256sum <"$BATS_TEST_TMPDIR/data" | cut -d' ' -f1)" ]
}

@test "tun: iperf3 runs over it" {
	needs command iperf3
	joined tun
	start in_b iperf3 -s -1
	wait_for in_b grep -q :1451 /proc/net/tcp6
	run -0 in_a timeout 30 iperf3 -c 10.9.0.2 -t 2 -J
	run -0 jq '.end.sum_received.bits_per_second > 1e6' <<<"$output"
	[ "$output" = true ]
}

@test "tun: address, MTU and state are what ip shows" {
	start anysock recv "tun:x1,netns=$space-a,address=10.8.0.1/30,address=fd08::1/64,mtu=1334" --format hex
	wait_for has_interface a x1
	# shellcheck disable=SC2317 # called by wait_for
	is_up() { ip -n "$space-a" link show x1 | grep -q ,UP; }
	wait_for is_up
	run -0 ip -n "$space-a" -j addr show dev x1
	run -0 jq -r '.[0] | "\(.mtu) \(.flags | index("UP") != null) \([.addr_info[] | "\(.local)/\(.prefixlen)"] | sort | join(" "))"' <<<"$output"
	[[ $output == "1334 true 10.8.0.1/30 "*"fd08::1/64"* ]]
}

@test "tun: what python3 sends into it comes out as an IP packet, and a packet that we send arrives" {
	start anysock recv "tun:x1,netns=$space-a,address=10.8.0.1/24" --format hex
	# shellcheck disable=SC2317 # called by wait_for
	is_up() { ip -n "$space-a" link show x1 2>/dev/null | grep -q ,UP; }
	wait_for is_up
	in_a /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'hello', ('10.8.0.7', 9))"
	# version, length and the payload behind both headers
	wait_for grep -q '^45000021.*68656c6c6f$' "$output_file"
	stop "$pid"
	start in_a /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('0.0.0.0', 4242)); print(s.recvfrom(100))"
	wait_for in_a grep -q :1092 /proc/net/udp
	run -0 anysock send --format hex "tun:x1,netns=$space-a,address=10.8.0.1/24" "$(injected injected)"
	wait_for grep -q injected "$output_file"
	[ "$(cat "$output_file")" = "(b'injected', ('10.8.0.7', 7))" ]
}

@test "tun: what the kernel refuses as no packet is dropped and told; those after it pass" {
	start in_a /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('0.0.0.0', 4242)); print(s.recvfrom(100), flush=True)"
	wait_for in_a grep -q :1092 /proc/net/udp
	run -1 anysock send --format hex "tun:x1,netns=$space-a,address=10.8.0.1/24" 0011 0022 "$(injected 'still there')" 0033
	[[ $output == *"tun: a packet of 2 bytes was refused: Invalid argument"*"3 messages were refused, and dropped"* ]]
	[ "$(grep -c 'a packet of' <<<"$output")" = 1 ]
	wait_for grep -q 'still there' "$output_file"
}

@test "tun: a tunnel over UDP goes on after datagrams that are no packets" {
	start anysock relay --json udp-listen:127.0.0.1:0 "tun:x1,netns=$space-a,address=10.8.0.1/24"
	wait_for grep -q '"listening"' "$error_file"
	local port
	port=$(jq -r 'select(.type == "listening") | .local' "$error_file" | sed 's/.*://')
	start in_a /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('0.0.0.0', 4242)); print(s.recvfrom(100), flush=True)"
	local heard=$output_file
	wait_for in_a grep -q :1092 /proc/net/udp
	python -c "
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', int(sys.argv[1])))
for _ in range(40): s.send(b'garbage')
for _ in range(100):
    s.send(bytes.fromhex(sys.argv[2])); time.sleep(0.02)" "$port" "$(injected 'after garbage')"
	wait_for grep -q 'after garbage' "$heard"
}

@test "tap: a capture of it is Ethernet, which tcpdump reads" {
	needs command tcpdump
	start anysock recv "tap:x2,netns=$space-a,address=10.7.0.1/24" --format pcap
	wait_for has_interface a x2
	in_a ping -c 1 -W 1 10.7.0.2 || true
	wait_for grep -q . "$output_file"
	stop "$pid"
	run -0 tcpdump -nr "$output_file" arp
	[[ $output == *"who-has 10.7.0.2 tell 10.7.0.1"* ]]
}

@test "tun: an interface goes away with us, and with persist it stays" {
	start anysock recv "tun:x3,netns=$space-a"
	wait_for has_interface a x3
	stop "$pid"
	run -1 ip -n "$space-a" link show x3
	start anysock recv "tun:x4,netns=$space-a,persist"
	wait_for has_interface a x4
	stop "$pid"
	run -0 ip -n "$space-a" link show x4
}

@test "tun: several queues of one interface, and what is taken already is told" {
	start anysock recv "tun:x5,netns=$space-a,multi-queue"
	wait_for has_interface a x5
	start anysock recv "tun:x5,netns=$space-a,multi-queue"
	queues() { [ "$(ip -n "$space-a" -d -j link show x5 | jq '.[0].linkinfo.info_data.numqueues')" = 2 ]; }
	wait_for queues
	run -1 anysock recv "tun:x5,netns=$space-a"
	[[ $output == *hint* ]]
}

@test "tun: the kernel chooses the number of a name with %d, or the whole name" {
	start anysock recv "tun:vpn%d,netns=$space-a"
	wait_for has_interface a vpn0
	start anysock recv "tun:,netns=$space-a"
	wait_for has_interface a tun0
}

@test "tun: a name that is too long and an address that is none point at the place" {
	run -2 anysock recv tun:sixteen-bytes-xx
	[[ $output == *"at most 15 bytes"*"^~~"* ]]
	run -2 anysock recv tun:x,address=10.0.0.300/24
	[[ $output == *"10.0.0.1/24"*"^~~"* ]]
	run -2 anysock recv tun:x,address=10.0.0.3/33
}
