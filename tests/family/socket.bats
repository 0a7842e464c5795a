# SPDX-License-Identifier: GPL-2.0-or-later
# socket.bats: any socket by numbers and bytes, against socat and python3; and the families of other kernels.
# shellcheck disable=SC2154
load ../helpers

# The bytes of a port as hex digits.
port_bytes() {
	printf '%04x' "$1"
}

@test "socket: TCP by numbers reaches a server" {
	ready_address listen --keep tcp4:127.0.0.1:0 -- cat
	run -0 --separate-stderr anysock connect "socket:2:1:6:hex:$(port_bytes "${address##*:}")7f0000010000000000000000" <<<through
	[ "$output" = through ]
}

@test "socket: names stand for the numbers, and hex: may be left out" {
	ready_address listen --keep tcp4:127.0.0.1:0 -- cat
	run -0 --separate-stderr anysock connect "socket:inet:stream:tcp:$(port_bytes "${address##*:}")7f0000010000000000000000" <<<through
	[ "$output" = through ]
}

@test "socket: a UNIX datagram goes to socat" {
	cd "$BATS_TEST_TMPDIR"
	start socat -u UNIX-RECV:s STDOUT
	wait_for serves s
	anysock send socket:unix:dgram:0:7300 hello
	wait_for grep -q hello "$output_file"
}

@test "socket: it listens" {
	ready_address listen socket:inet:stream:0:00007f0000010000000000000000
	[[ $address =~ ^socket:inet:stream:0:hex:([0-9a-f]{4})7f0000010000000000000000$ ]]
	printf hello | socat - TCP4:127.0.0.1:$((16#${BASH_REMATCH[1]}))
	status_of "$pid"
	[ "$(cat "$output_file")" = hello ]
}

@test "socket: bytes that are no hex digits are pointed at" {
	run -2 anysock connect socket:2:1:6:xyz </dev/null
	[[ $output == *"socket: address"* ]]
}

@test "socket: a domain that the kernel lacks has status 3" {
	run -3 anysock connect socket:x25:seqpacket:0:00 </dev/null
}

@test "socket: too many bytes are refused" {
	run -2 anysock connect "socket:2:1:6:$(printf '00%.0s' {1..127})" </dev/null
	[[ $output == *126* ]]
}

@test "socket: socat's SOCKET-CONNECT gets the spec that is meant" {
	run -2 anysock connect SOCKET-CONNECT:2:6:x1f907f000001 </dev/null
	[[ $output == *"socket:2:stream:6:hex:1f907f000001"* ]]
}

# python_bound DOMAIN ADDRESS: python3 answers one datagram, with what came in capitals
python_bound() {
	PYTHONPATH=$tree/tests/lab start /usr/bin/python3 -u -c "
import socket, rawsock
bound = rawsock.create($1, socket.SOCK_DGRAM, limit=60)
rawsock.bind(bound, ($1).to_bytes(2, 'little') + bytes.fromhex('$2')); print('ready')
data, peer = rawsock.recvfrom(bound); rawsock.sendto(bound, data.upper(), peer)"
	wait_for test -s "$output_file"
}

@test "socket: a Phonet object answers a datagram, and explain says how it is sent" {
	needs lab
	python_bound 35 306c000000000000000000000000
	run -0 --separate-stderr anysock send --replies 1 --format text socket:phonet:dgram:0:306c000000000000000000000000,bind=316c000000000000000000000000 phonet
	[ "$output" = PHONET ]
	run -0 anysock explain socket:phonet:dgram:0:306c000000000000000000000000
	[[ $output == *"sendmsg(fd, "* && $output != *"connect(fd"* ]]
}

@test "socket: an LLC datagram passes from one Ethernet device to another" {
	needs lab
	llc_address() {
		printf '0100000000%s%s0000' "$2" "$(tr -d :'\n' <"/sys/class/net/$1/address")"
	}
	python_bound 26 "$(llc_address llc1 44)"
	run -0 --separate-stderr anysock send --replies 1 --format text "socket:llc:dgram:0:$(llc_address llc1 44),bind=$(llc_address llc0 42)" llc
	[ "$output" = LLC ]
	ready_address recv --count 1 --format text "socket-bind:llc:dgram:0:$(llc_address llc1 46)"
	PYTHONPATH=$tree/tests/lab python -c "
import socket, rawsock
one = rawsock.create(26, socket.SOCK_DGRAM)
rawsock.bind(one, (26).to_bytes(2, 'little') + bytes.fromhex('$(llc_address llc0 48)'))
rawsock.sendto(one, b'from python3', (26).to_bytes(2, 'little') + bytes.fromhex('$(llc_address llc1 46)'))"
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = "from python3" ]
}

@test "kernel-control, divert, link: refused with where they exist" {
	run -3 anysock connect kernel-control:com.apple.net.utun_control:0 </dev/null
	[[ $output == *macOS* ]]
	run -3 anysock recv divert:5000
	[[ $output == *FreeBSD* ]]
	run -3 anysock connect link:eth0 </dev/null
	[[ $output == *BSD* ]]
}
