# SPDX-License-Identifier: GPL-2.0-or-later
# multicast.bats: groups of IPv4 and IPv6 between two hosts, of any source and of one, against python3 and tcpdump.
# shellcheck disable=SC2154,SC2016
load ../helpers
load hosts

setup() {
	needs root
}

# to_group GROUP PORT SOURCE...: sends "SOURCE to GROUP" from the other host.
readonly SENDER='
to_group() {
	inside /usr/bin/python3 -c "
import socket, sys
for host, port, source in zip(*[iter(sys.argv[1:])] * 3):
    six = \":\" in host
    s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
    if six:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex(\"b0\"))
    s.bind((source, 0))
    if not six:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(\"10.1.0.2\"))
    s.sendto((source + \" to \" + host).encode(), (host, int(port)))
" "$@"
}
# hears COMMAND...: starts it in the background, waits until it listens; its output goes to out
hears() {
	"$@" >out 2>errors & listener=$!
	seen errors "listening on"
}
'

@test "multicast: a group that is bound is joined, of IPv4 and of IPv6" {
	run -0 --separate-stderr two_hosts "$SENDER"'
		hears anysock recv --count 1 udp-bind:239.1.2.3:5000,interface=a0
		to_group 239.1.2.3 5000 10.1.0.2; wait $listener; cat out; echo
		hears anysock recv --count 1 "udp-bind:[ff02::1234%a0]:5000"
		to_group ff02::1234 5000 fd00::2; wait $listener; cat out'
	[ "$output" = $'10.1.0.2 to 239.1.2.3\nfd00::2 to ff02::1234' ]
}

@test "multicast: join= adds groups to a socket of any address, several of both versions" {
	run -0 --separate-stderr two_hosts "$SENDER"'
		hears anysock recv --count 3 --format text "udp-bind::5000,join=239.1.2.3:a0,join=[ff02::1234%a0],join=[ff02::5678]:a0"
		to_group 239.9.9.9 5000 10.1.0.2 ff02::9999 5000 fd00::2
		to_group 239.1.2.3 5000 10.1.0.2 ff02::1234 5000 fd00::2 ff02::5678 5000 fd00::2; wait $listener; cat out'
	[ "$output" = $'10.1.0.2 to 239.1.2.3\nfd00::2 to ff02::1234\nfd00::2 to ff02::5678' ]
}

@test "multicast: a group may be joined for one source alone" {
	run -0 --separate-stderr two_hosts "$SENDER"'
		inside ip addr add 10.1.0.9/24 dev b0
		inside ip addr add fd00::9/64 dev b0 nodad
		hears anysock recv --count 2 --format text "udp-bind::5000,join=232.1.2.3:a0:10.1.0.9,join=[ff3e::1234]:a0:[fd00::9]"
		to_group 232.1.2.3 5000 10.1.0.2 ff3e::1234 5000 fd00::2 232.1.2.3 5000 10.1.0.9 ff3e::1234 5000 fd00::9
		wait $listener; cat out'
	[ "$output" = $'10.1.0.9 to 232.1.2.3\nfd00::9 to ff3e::1234' ]
}

@test "multicast: the interface, the hops and the loop of what is sent" {
	run -0 --separate-stderr two_hosts '
		tcpdump --immediate-mode -v -n -l -c 2 -i a0 udp port 5000 >seen 2>errors & dump=$!
		seen errors "listening on"
		anysock recv --count 1 --timeout 2 udp-bind::5000,join=239.1.2.3:a0 2>ours >heard & listener=$!
		seen ours "listening on"
		anysock send udp:239.1.2.3:5000,multicast-if=a0,multicast-ttl=9,multicast-loop=off four
		anysock send "udp:[ff05::99]:5000,multicast-if=a0,multicast-ttl=7" six
		wait $dump; cat seen
		wait $listener; echo "heard $? $(cat heard)"
		hears() { "$@" >out 2>err & listener=$!; seen err "listening on"; }
		hears anysock recv --count 1 udp-bind::5000,join=239.1.2.3:a0
		anysock send udp:239.1.2.3:5000,multicast-if=a0 loop; wait $listener; cat out'
	[[ $output == *"ttl 9,"*"> 239.1.2.3.5000: "* ]]
	[[ $output == *"hlim 7,"*"> ff05::99.5000: "* ]]
	[[ $output == *"heard 4 "* ]]
	[[ $output == *loop ]]
}

@test "multicast: members of a group talk to each other" {
	run -0 --separate-stderr two_hosts '
		inside anysock recv --count 1 udp-bind:239.1.2.3:5000,interface=b0 >there 2>errors & listener=$!
		seen errors "listening on"
		anysock send udp-bind::5000,join=239.1.2.3:a0,to=239.1.2.3:5000,multicast-if=a0 hello
		wait $listener; cat there'
	[ "$output" = hello ]
}

@test "multicast: what is no group is a usage error" {
	run -2 anysock explain udp-bind::5000,join=10.0.0.1
	[[ $output == *"no multicast group"* ]]
	run -2 anysock explain udp-bind::5000,join=ff02::1
	[[ $output == *"[ff02::1]"* ]]
	run -2 anysock explain 'udp-bind::5000,join=232.1.1.1::[fd00::1]'
	[[ $output == *"same version"* ]]
	run -1 anysock recv udp-bind::5000,join=239.1.1.1:none0
	[[ $output == *"none0"* ]]
}
