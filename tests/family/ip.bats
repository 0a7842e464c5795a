# SPDX-License-Identifier: GPL-2.0-or-later
# ip.bats: packets of any protocol against python3 and socat: headers, checksums, bound sockets.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	needs root
	needs family ip
}

# python_peer FAMILY PROGRAM: s receives packets of protocol 253 on loopback.
python_peer() {
	start python -c "
import socket
host = '::1' if '$1' == 'AF_INET6' else '127.0.0.1'
s = socket.socket(socket.$1, socket.SOCK_RAW, 253)
s.bind((host, 0))
print('ready', flush=True)
$2"
	wait_for test -s "$output_file"
}

@test "ip: a packet arrives, and its answer comes without the IP header" {
	python_peer AF_INET '
data, peer = s.recvfrom(1000)
s.sendto(data[20:].upper(), peer)'
	# who sent to itself hears itself
	run -0 --separate-stderr anysock send ip:127.0.0.1:253,bind=127.0.0.5 question --replies 1
	[ "$output" = QUESTION ]
}

@test "ip: socat hears what we send, and we hear socat" {
	start socat -u IP4-RECV:254,bind=127.0.0.1 STDOUT
	other=$output_file
	heard() {
		anysock send ip:127.0.0.1:254 hello
		grep -q hello "$other"
	}
	wait_for heard
	ready_address recv ip-bind:127.0.0.1:252 --count 1
	[ "$address" = ip:127.0.0.1:252 ]
	printf 'from socat' | socat -u STDIN IP4-SENDTO:127.0.0.1:252
	status_of "$pid"
	[ "$(cat "$output_file")" = 'from socat' ]
}

@test "ip: with header the IP header is there, received and sent" {
	ready_address recv --format hex ip-bind:127.0.0.1:251,header --count 1
	# version 4, 5 words; length, id and checksum are the kernel's; ttl 7, protocol 251
	anysock send --format hex ip:127.0.0.1:raw,header <<<"450000170000000007fb00007f0000097f000001616263"
	status_of "$pid"
	[[ $(cat "$output_file") =~ ^45000017[0-9a-f]{4}000007fb[0-9a-f]{4}7f0000097f000001616263$ ]]
}

@test "ip: over IPv6 the kernel fills a checksum in and checks it" {
	python_peer AF_INET6 '
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_CHECKSUM, 2)
for i in range(2):
    print(s.recv(100).hex(), flush=True)'
	anysock send --format hex 'ip:[::1]:253' <<<'0102000005060708'
	anysock send --format hex 'ip:[::1]:253,ipv6-checksum=2' <<<'0102000005060708'
	wait_for grep -q 05060708 "$output_file"
	# the one without a checksum was dropped
	[[ $(sed -n 2p "$output_file") =~ ^0102[0-9a-f]{4}05060708$ ]]
	[ "$(sed -n 2p "$output_file")" != 0102000005060708 ]
}

@test "ip: protocols have names, and a wrong one is a usage error" {
	run -0 anysock explain ip:127.0.0.1:gre
	[[ $output == *"SOCK_RAW"*", IPPROTO_GRE)"* ]]
	run -2 anysock explain ip:127.0.0.1:256
	[[ $output == *"from 0 to 255"* ]]
}

@test "ip: without privilege the hint says which is missing" {
	needs command setpriv
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$ANYSOCK" send ip:127.0.0.1:253 x
	[ "$status" != 0 ]
	[[ $output == *"CAP_NET_RAW"* ]]
}
