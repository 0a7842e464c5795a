# SPDX-License-Identifier: GPL-2.0-or-later
# icmp.bats: echo requests that the kernel answers, as tcpdump sees them, with and without privilege.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	needs root
}

# alone COMMAND: in a network namespace whose loopback is up and in which everybody may ping.
alone() {
	timeout 60 unshare -n bash -c 'ip link set lo up && sysctl -qw net.ipv4.ping_group_range="0 2147483647" && '"$1"
}

@test "icmp: what is sent comes back, over both versions" {
	run -0 --separate-stderr alone 'for host in 127.0.0.1 [::1]; do anysock send icmp:$host "over $host" --replies 1; echo; done'
	[ "$output" = $'over 127.0.0.1\nover [::1]' ]
}

@test "icmp: connect echoes each line that is typed" {
	run -0 --separate-stderr alone 'printf "%s\n" one two three | anysock connect --format text icmp:127.0.0.1 --replies 3'
	[ "$output" = $'one\ntwo\nthree' ]
}

@test "icmp: no privilege is needed where the system allows" {
	needs command setpriv
	run -0 --separate-stderr alone 'setpriv --reuid 65534 --regid 65534 --clear-groups anysock send icmp:127.0.0.1 hello --replies 1'
	[ "$output" = hello ]
	run -3 alone 'sysctl -qw net.ipv4.ping_group_range="1 0" && anysock send icmp:127.0.0.1 hello'
	[[ $output == *"ping_group_range"*"type=raw"* ]]
	run -3 alone 'sysctl -qw net.ipv4.ping_group_range="1 0" && anysock families icmp'
	[[ ${lines[0]} == "icmp  "*"no  icmp dgram sockets: Permission denied (the groups that may are in the sysctl net.ipv4.ping_group_range"* ]]
	run -3 alone 'sysctl -qw net.ipv4.ping_group_range="1 0" && setpriv --bounding-set -net_raw --inh-caps -net_raw anysock families icmp'
	[[ ${lines[1]} == *"no  icmp raw sockets: "*"need CAP_NET_RAW"* ]]
}

@test "icmp: type=raw does without that, and counts its requests" {
	run -0 --separate-stderr alone 'sysctl -qw net.ipv4.ping_group_range="1 0"
		tcpdump --immediate-mode -n -l -c 6 -i lo icmp or icmp6 2>"$BATS_TEST_TMPDIR/errors" >"$BATS_TEST_TMPDIR/seen" & dump=$!
		until grep -q listening "$BATS_TEST_TMPDIR/errors"; do sleep 0.02; done
		printf "%s\n" one two | anysock send --format text icmp:127.0.0.1,type=raw --replies 2
		anysock send icmp6:::1,type=raw three --replies 1
		wait $dump'
	[ "$output" = $'one\ntwo\nthree' ]
	grep -q 'ICMP echo request, .*seq 1, length 11' "$BATS_TEST_TMPDIR/seen"
	grep -q 'ICMP echo reply, .*seq 2, length 11' "$BATS_TEST_TMPDIR/seen"
	grep -q 'ICMP6, echo reply, .*seq 1, length 13' "$BATS_TEST_TMPDIR/seen"
}

@test "icmp: with header, messages are those of ICMP" {
	# type 8, no checksum yet, sequence 0x0102: the kernel fills in the rest
	run -0 --separate-stderr alone 'anysock send --format hex icmp:127.0.0.1,header --replies 1 <<<"0800000000000102616263"'
	[[ $output =~ ^0000[0-9a-f]{8}0102616263$ ]]
}

@test "icmp: all that arrives can be watched" {
	run -0 --separate-stderr alone '
		mkfifo "$BATS_TEST_TMPDIR/ready"
		anysock recv --ready-fd 5 --format json icmp4-bind: --count 1 5>"$BATS_TEST_TMPDIR/ready" & watch=$!
		read -r address <"$BATS_TEST_TMPDIR/ready"
		python3 -c "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b\"x\", (\"127.0.0.1\", 9))"
		wait $watch'
	[[ $(jq -r .data <<<"$output") == 0303* ]] # destination unreachable, port
	[ "$(jq -r .from <<<"$output")" = icmp4:127.0.0.1,type=raw ]
}

@test "icmp: one byte too many is an error that names the limit" {
	head -c 65508 /dev/zero >"$BATS_TEST_TMPDIR/large"
	run -1 alone 'anysock send --format raw icmp:127.0.0.1 <"$BATS_TEST_TMPDIR/large"'
	[[ $output == *"65507"* ]]
}

@test "icmp: each version has its protocol" {
	run -0 anysock explain icmp:127.0.0.1
	[[ $output == *"socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_ICMP)"* ]]
	run -0 anysock explain 'icmp:[::1]'
	[[ $output == *"socket(AF_INET6, SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_ICMPV6)"* ]]
}
