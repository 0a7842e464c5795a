# SPDX-License-Identifier: GPL-2.0-or-later
# udplite.bats: UDP-Lite against python3, and what the checksum covers as tcpdump sees it.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	needs family udplite
}

# python_echo [RECV_COVERAGE]: answers each datagram with itself, upper case; sets port.
python_echo() {
	start python -c "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136)
s.setsockopt(136, 11, int(sys.argv[1]))
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
while True:
    data, peer = s.recvfrom(70000)
    print(data.decode(), flush=True)
    s.sendto(data.upper(), peer)" "${1:-0}"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}

@test "udplite: a request has its answer" {
	python_echo
	run -0 --separate-stderr anysock send udplite:127.0.0.1:"$port" question --replies 1
	[ "$output" = QUESTION ]
}

@test "udplite: a datagram whose checksum covers less than the receiver wants is dropped, the next one is not" {
	python_echo 20
	anysock send udplite:127.0.0.1:"$port",send-cscov=8 'partly covered'
	run -0 --separate-stderr anysock send udplite:127.0.0.1:"$port",send-cscov=20 'covered so far' --replies 1
	[ "$output" = 'COVERED SO FAR' ]
	[ "$(sed 1d "$output_file")" = 'covered so far' ]
}

@test "udplite: recv-cscov is what a listener wants" {
	ready_address recv --count 1 udplite-bind:127.0.0.1:0,recv-cscov=20
	python -c "
import socket
for cover, text in ((8, b'too little'), (0, b'all of it')):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136)
    s.setsockopt(136, 10, cover)
    s.sendto(text, ('127.0.0.1', ${address##*:}))"
	status_of "$pid"
	[ "$(cat "$output_file")" = 'all of it' ]
}

@test "udplite: send-cscov is the coverage in the header on the wire" {
	needs root
	run -0 timeout 30 unshare -n bash -c '
		ip link set lo up
		tcpdump --immediate-mode -n -l -x -c 1 -i lo ip proto 136 2>"$BATS_TEST_TMPDIR/errors" & dump=$!
		until grep -q listening "$BATS_TEST_TMPDIR/errors"; do sleep 0.02; done
		anysock send udplite:127.0.0.1:9000,send-cscov=12 "0123456789"
		wait $dump'
	# behind the IP header: source, destination (9000), coverage, checksum
	[[ $output =~ 0x0010:\ +7f00\ 0001\ [0-9a-f]{4}\ 2328\ 000c ]]
}

@test "udplite: IPv6, and a program served to each peer" {
	ready_address listen --keep 'udplite6:[::1]:0' -- cat
	[ "$(python -c "
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, 136)
s.settimeout(20)
s.sendto(b'six', ('::1', ${address##*:}))
print(s.recv(100).decode())")" = six ]
}

@test "udplite: one byte too many is an error that names the limit" {
	head -c 65508 /dev/zero >"$BATS_TEST_TMPDIR/large"
	run -1 anysock send --format raw udplite:127.0.0.1:9 <"$BATS_TEST_TMPDIR/large"
	[[ $output == *"65507"* ]]
}
