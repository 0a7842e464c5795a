# SPDX-License-Identifier: GPL-2.0-or-later
# ip-options.bats: options that decide from where, by whom and how early one may talk over IP; the kernel's own counters,
# ss, tcpdump and python3 are the judges.
# shellcheck disable=SC2154,SC2016
load ../helpers
load hosts

setup() {
	needs root
}

@test "tcp: fastopen-connect puts data into the SYN, fastopen= lets a listener take it" {
	run -0 two_hosts '
		sysctl -qw net.ipv4.tcp_fastopen=3 && inside sysctl -qw net.ipv4.tcp_fastopen=3
		nsenter -t $there -n anysock listen --keep tcp::7000,bind=any,fastopen=16 -- sed "s/^/got /" 2>errors & listener=$!
		seen errors "listening on"
		for i in 1 2 3; do echo "early $i" | anysock tcp:10.1.0.2:7000,fastopen-connect; done
		# TcpExt of both: the names in one line, the values in the next
		counters() { awk "/^TcpExt/ { if (split(names, name)) { for (i in name) if (name[i] == \"$1\") print \$i } names = \$0 }" "$2"; }
		echo "active $(counters TCPFastOpenActive /proc/net/netstat)"
		inside cat /proc/net/netstat >there; echo "passive $(counters TCPFastOpenPassive there)"
		kill $listener'
	[[ $output == $'got early 1\ngot early 2\ngot early 3\n'* ]]
	# the first one brings the cookie
	[[ $output == *$'active 2\npassive 2'* ]]
}

@test "tcp: listeners with reuseport share a port, and each gets its connections" {
	ready_address listen --keep tcp:127.0.0.1:0,reuseport -- echo one
	port=${address##*:}
	run -1 anysock listen tcp:127.0.0.1:"$port" </dev/null
	[[ $output == *"in use"* ]]
	ready_address listen --keep tcp:127.0.0.1:"$port",reuseport -- echo two
	[ "$(ss -Htln "sport = :$port" | wc -l)" = 2 ]
	run -0 python -c "
import socket
print(*sorted({socket.create_connection(('127.0.0.1', $port)).recv(10).decode().strip() for _ in range(60)}))"
	[ "$output" = "one two" ]
}

@test "udp: sockets with reuseport share a port, each peer keeps to one of them" {
	ready_address listen --keep udp:127.0.0.1:0,reuseport -- sed -u 's/^/one /'
	port=${address##*:}
	ready_address listen --keep udp:127.0.0.1:"$port",reuseport -- sed -u 's/^/two /'
	run -0 python -c "
import socket
seen = set()
for _ in range(60):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(30)
        s.connect(('127.0.0.1', $port))
        answers = []
        for _ in range(2):
            s.send(b'x\n')
            answers.append(s.recv(100).decode().split()[0])
        assert answers[0] == answers[1], answers
        seen.add(answers[0])
        if len(seen) == 2:
            break
print(*sorted(seen))"
	[ "$output" = "one two" ]
}

@test "tcp: netns= is where a socket is made, at either end and in a relay of both" {
	space=anysock-$$
	ip netns add "$space" || skip "needs network namespaces"
	ip -n "$space" link set lo up
	ready_address listen --keep "tcp:127.0.0.1:0,netns=$space" -- echo inside
	port=${address##*:}
	run -1 anysock tcp:127.0.0.1:"$port" </dev/null
	run -0 --separate-stderr anysock tcp:127.0.0.1:"$port",netns="$space" </dev/null
	[ "$output" = inside ]
	[ "$(ip netns exec "$space" ss -Htln "sport = :$port" | wc -l)" = 1 ]
	ready_address relay tcp-listen:127.0.0.1:0 tcp:127.0.0.1:"$port",netns="$space"
	run -0 python -c "import socket; print(socket.create_connection(('127.0.0.1', ${address##*:})).recv(10).decode(), end='')"
	[ "$output" = inside ]
	stop_all
	ip netns del "$space"
	run -1 anysock tcp:127.0.0.1:1,netns="$space-none"
	[[ $output == *"$space-none"* ]]
}

@test "ip: freebind listens at an address that is not there yet" {
	run -0 two_hosts '
		anysock listen tcp:10.1.0.77:7000 </dev/null; echo "status $?"
		anysock listen --keep tcp:10.1.0.77:7000,freebind -- echo hello 2>errors & listener=$!
		seen errors "listening on"
		ss -Htln "sport = :7000"
		ip addr add 10.1.0.77/32 dev a0
		inside /usr/bin/python3 -c "import socket; print(socket.create_connection((\"10.1.0.77\", 7000)).recv(10).decode(), end=\"\")"
		anysock listen --keep "tcp:[fd00::77]:7001,freebind" -- cat 2>errors & seen errors "listening on"
		ss -Htln "sport = :7001"
		kill $listener $!'
	[[ $output == *"Cannot assign requested address"*"status 1"*"10.1.0.77:7000"*hello*"[fd00::77]:7001"* ]]
}

@test "ip: transparent speaks from an address that is not ours" {
	run -0 two_hosts '
		inside ip route add 192.0.2.0/24 dev b0
		nsenter -t $there -n /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((\"10.1.0.2\", 7000))
print(\"ready\", flush=True)
print(*s.recvfrom(100), flush=True)" >out & receiver=$!
		seen out ready
		anysock send udp:10.1.0.2:7000,bind=192.0.2.77:999 no; echo "status $?"
		anysock send udp:10.1.0.2:7000,bind=192.0.2.77:999,transparent hello
		wait $receiver; cat out'
	[[ $output == *"status 1"*"b'hello' ('192.0.2.77', 999)"* ]]
}

@test "ip: -v tells what came with a datagram: address, interface, hops, class, time and its clock" {
	ready_address recv -v --count 1 udp-bind:127.0.0.1:0,pktinfo,recvttl,recvtos,timestamping=software+rx-software
	run -0 python -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 33)
s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x20)
s.sendto(b'four', ('127.0.0.1', ${address##*:}))"
	status_of "$pid"
	grep -q '#1 4 bytes came with level=ip type=pktinfo interface=lo source=127.0.0.1 destination=127.0.0.1$' "$error_file"
	grep -q 'level=ip type=ttl value=33$' "$error_file"
	grep -q 'level=ip type=tos value=32$' "$error_file"
	grep -q "type=timestamping software=$(date +%s | cut -c1-7).* software_clock=realtime" "$error_file"
}

@test "ip: -v of a relay and of a listener tells it too, and nothing that was not asked for" {
	for spec in udp-bind:127.0.0.1:0,recvttl udp-listen:127.0.0.1:0,recvttl udp-listen:127.0.0.1:0; do
		ready_address relay -v "$spec" udp:127.0.0.1:9
		printf x | socat - UDP4-SENDTO:127.0.0.1:"${address##*:}",ttl=44
		wait_for grep -q "closed #1\|refused" "$error_file"
		case $spec in
		*recvttl) grep -q 'came with level=ip type=ttl value=44$' "$error_file" ;;
		*) run ! grep 'came with' "$error_file" ;;
		esac
		stop "$pid"
	done
}
