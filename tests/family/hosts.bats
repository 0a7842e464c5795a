# SPDX-License-Identifier: GPL-2.0-or-later
# hosts.bats: what IP says on the wire and with each packet, between two hosts: flow labels, scopes, classes, hops, ICMP.
# shellcheck disable=SC2154,SC2016
load ../helpers
load hosts

setup() {
	needs root
}

@test "ip6: flowinfo is the flow label and the traffic class on the wire, of tcp and udp" {
	run -0 two_hosts '
		tcpdump --immediate-mode -v -n -l -c 3 -i a0 "ip6 dst fd00::2 and (udp or ip6 proto 6)" >seen 2>errors & dump=$!
		seen errors "listening on"
		anysock send "udp:[fd00::2]:9:0x12345" x
		anysock send "udp:[fd00::2]:9,flowinfo=0x0b812346" x
		anysock connect "tcp:[fd00::2]:9,flowinfo=0x12347" </dev/null
		wait $dump; cat seen'
	[[ $output == *"flowlabel 0x12345, "*"UDP"* ]]
	[[ $output == *"class 0xb8, flowlabel 0x12346, "*"UDP"* ]]
	[[ $output == *"flowlabel 0x12347, "*"TCP"* ]]
}

@test "ip6: link-local addresses, the interface by name, by number, as field and as option" {
	run -0 two_hosts '
		far=$(inside ip -6 -o addr show dev b0 scope link | sed -n "s/.*inet6 \([^/]*\).*/\1/p")
		inside anysock listen --keep "tcp:[$far%b0]:7000" -- cat 2>errors & listener=$!
		seen errors "listening on"
		index=$(ip -o link show a0 | cut -d: -f1)
		for spec in "tcp:[$far%a0]:7000" "tcp:[$far%$index]:7000" "tcp:[$far]:7000:0:a0" "tcp:[$far]:7000::$index" "tcp:[$far]:7000,scope=a0"; do
			echo over "${spec#*7000}" | anysock "$spec"
		done
		anysock "tcp:[$far]:7000" </dev/null; echo "status $?"
		kill $listener'
	[[ $output == $'over \nover \nover :0:a0\nover ::'*$'\nover ,scope=a0\n'*"interface"*"status 1" ]]
}

@test "ip: tos, ttl and mtu-discover are those of either version" {
	run -0 two_hosts '
		tcpdump --immediate-mode -v -n -l -c 4 -i a0 "udp or (tcp and src port 7777)" >seen 2>errors & dump=$!
		seen errors "listening on"
		anysock send udp:10.1.0.2:9,tos=ef,ttl=7 x
		anysock send "udp:[fd00::2]:9,tos=af21,ttl=8" x
		anysock connect tcp:10.1.0.2:9,bind=:7777,tos=0x10,ttl=9 </dev/null
		anysock connect "tcp:[fd00::2]:9,bind=[::]:7777,dscp=0x20,hoplimit=10" </dev/null
		wait $dump; cat seen'
	[[ $output == *"tos 0xb8, ttl 7,"*"proto UDP"* ]]
	[[ $output == *"class 0x48, "*"hlim 8, "*"UDP"* ]]
	[[ $output == *"tos 0x10, ttl 9,"*"proto TCP"* ]]
	[[ $output == *"class 0x20, "*"hlim 10, "*"TCP"* ]]
}

@test "ip: JSON has the address, the interface, the hops and the class a datagram came with" {
	run -0 two_hosts '
		anysock recv --count 2 --format json udp-bind::5000,pktinfo,recvttl,recvtos,so-timestampns >out 2>errors & listener=$!
		seen errors "listening on"
		inside /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 33)
s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x20)
s.sendto(b\"four\", (\"10.1.0.1\", 5000))
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 44)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, 0x28)
s.sendto(b\"six\", (\"fd00::1\", 5000))"
		wait $listener; cat out'
	jq -es '[.[] | select(.text == "six").control[] | {(.type): .}] | add | .pktinfo.interface == "a0" and .hoplimit.value == 44 and .tclass.value == 40' <<<"$output"
	jq -es '[.[] | select(.text == "six").control[] | {(.type): .}] | add | [.pktinfo[]] | any(. == "fd00::1")' <<<"$output"
	jq -es '[.[] | select(.text == "four").control[] | {(.type): .}] | add | .ttl.value == 33 and .tos.value == 32' <<<"$output"
	jq -es 'all(.[]; .interface == "a0" and any(.control[]; .type == "timestampns"))' <<<"$output"
}

@test "ip: a dual-stack listener takes both, v6only takes IPv6 alone, tcp4 IPv4 alone" {
	run -0 two_hosts '
		try() {
			: >errors
			nsenter -t $there -n anysock listen --keep "$1" -- echo hello 2>errors & listener=$!
			seen errors "listening on"
			for host in 10.1.0.2 "[fd00::2]"; do anysock "tcp:$host:7000" </dev/null 2>/dev/null || echo "$host refused"; done
			kill $listener; wait $listener 2>/dev/null; true
		}
		try tcp::7000,bind=any; try "tcp:[::]:7000,v6only"; try tcp4:0.0.0.0:7000'
	[ "$output" = $'hello\nhello\n10.1.0.2 refused\nhello\nhello\n[fd00::2] refused' ]
}

@test "tcp: where IPv6 leads into nothing, IPv4 answers after a quarter of a second, within one deadline" {
	run -0 two_hosts '
		printf "%s\n" "10.1.0.2 both" "fd00::2 both" >hosts
		mount --bind hosts /etc/hosts 2>/dev/null || { echo "cannot bind /etc/hosts"; exit 1; }
		ip -6 neigh add fd00::2 lladdr 02:00:00:00:00:99 dev a0 nud permanent
		inside anysock listen --keep tcp::7000,bind=any -- echo hello 2>errors & listener=$!
		seen errors "listening on"
		start=$(date +%s%N)
		anysock -v tcp:both:7000 --timeout 20s </dev/null
		echo "after $((($(date +%s%N) - start) / 1000000)) ms"
		ip neigh replace 10.1.0.2 lladdr 02:00:00:00:00:99 dev a0 nud permanent
		start=$(date +%s%N)
		anysock tcp:both:7000,connect-timeout=1s </dev/null; echo "status $?"
		echo "gave up after $((($(date +%s%N) - start) / 1000000)) ms"
		kill $listener'
	[[ $output == *"opened #1 tcp:10.1.0.2:7000"*hello* ]]
	after=$(sed -n 's/^after \([0-9]*\) ms$/\1/p' <<<"$output")
	[ "$after" -ge 240 ]
	[[ $output == *"status 4"* ]]
	gave_up=$(sed -n 's/^gave up after \([0-9]*\) ms$/\1/p' <<<"$output")
	[ "$gave_up" -ge 990 ] && [ "$gave_up" -lt $((1000 + patience * 500)) ]
}

@test "tcp: bind= takes the first free port of a range" {
	run -0 two_hosts '
		nsenter -t $there -n anysock listen --keep tcp::7000,bind=any -- sh -c "echo \$NCAT_REMOTE_ADDR \$NCAT_REMOTE_PORT" 2>errors & seen errors "listening on"
		/usr/bin/python3 -c "
import socket, time
s = socket.socket(); s.bind((\"10.1.0.1\", 4000)); s.listen(); print(\"ready\", flush=True); time.sleep(60)" >ready &
		seen ready ready
		anysock tcp:10.1.0.2:7000,bind=10.1.0.1:4000-4002 </dev/null
		anysock tcp:10.1.0.2:7000,bind=:4000-4002 </dev/null
		anysock "tcp:[fd00::2]:7000,bind=[fd00::1]:4000-4002" </dev/null
		anysock tcp:10.1.0.2:7000,bind=10.1.0.1:4000-4000 </dev/null; echo "status $?"'
	[[ $output == $'10.1.0.1 4001\n10.1.0.1 '400[12]$'\nfd00::1 4000\n'*"Address already in use"*"status 1" ]]
	run -2 anysock explain tcp:127.0.0.1:80,bind=:4002-4000
	[[ $output == *"less than the first"* ]]
	run -2 anysock explain tcp-listen:80,bind=:4000-4002
}

@test "tcp: keepalive times, user timeout, congestion control and mark are what the kernel has" {
	run -0 two_hosts '
		nsenter -t $there -n anysock listen tcp::7000,bind=any >/dev/null 2>errors & seen errors "listening on"
		mkfifo in
		anysock tcp:10.1.0.2:7000,keepalive,keepidle=100s,user-timeout=30s,congestion=reno,mark=0x2a,interface=a0 <in & client=$!
		exec 5>in
		for ((i = 0; i < 500; i++)); do ss -tneo dport = :7000 | grep -q ESTAB && break; sleep 0.02; done
		ss -tneoi dport = :7000
		exec 5>&-
		wait $client'
	[[ $output == *"timer:(keepalive,"*"fwmark:0x2a"*" reno "* ]]
	[[ $output == *"%a0:"* ]]
}

@test "tcp: segments are signed with a shared secret" {
	run -0 two_hosts '
		tcpdump --immediate-mode -v -n -l -c 1 -i a0 "tcp and src port 7000" >seen 2>dump & dump=$!
		seen dump "listening on"
		nsenter -t $there -n /usr/bin/python3 -c "
import socket, struct
s = socket.socket()
s.bind((\"10.1.0.2\", 7000))
key = b\"secret\"
address = struct.pack(\"=HH4s8x\", socket.AF_INET, 0, socket.inet_aton(\"10.1.0.1\")).ljust(128, b\"\0\")
s.setsockopt(socket.IPPROTO_TCP, 14, address + struct.pack(\"=BBHi80s\", 0, 0, len(key), 0, key))
s.listen()
print(\"ready\", flush=True)
s.accept()[0].sendall(b\"signed\")" >ready &
		seen ready ready
		anysock tcp:10.1.0.2:7000,tcp-md5sig=10.1.0.2:secret </dev/null
		wait $dump; cat seen'
	[[ $output == signed*"md5 shared secret"* ]]
}
