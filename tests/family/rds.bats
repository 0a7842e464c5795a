# SPDX-License-Identifier: GPL-2.0-or-later
# rds.bats: reliable datagrams between two addresses of the loopback interface, against python3.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	needs family rds
	export PYTHONPATH=$tree/tests/lab
}

# server HOST PORT SCRIPT: python3 with a `bound` socket, receive() and send(data, where).
server() {
	start /usr/bin/python3 -u -c "
import socket, struct
import rawsock
where = lambda host, port: struct.pack('=HH4s8x', socket.AF_INET, socket.htons(port), socket.inet_aton(host))
bound = rawsock.create(socket.AF_RDS, socket.SOCK_SEQPACKET, limit=60)
rawsock.bind(bound, where('$1', $2)); print('ready')
$3"
	wait_for test -s "$output_file"
}

@test "rds: a datagram reaches the other address, and is answered" {
	server 127.0.0.2 4001 'data, peer = rawsock.recvfrom(bound); rawsock.sendto(bound, data.upper(), peer)'
	run -0 --separate-stderr anysock send --replies 1 --format text rds:127.0.0.2:4001,bind=127.0.0.1:4100 word
	[ "$output" = WORD ]
}

@test "rds: without bind= our end has the address that leads there" {
	server 127.0.0.1 4002 'data, peer = rawsock.recvfrom(bound); print(socket.inet_ntoa(peer[4:8])); rawsock.sendto(bound, data, peer)'
	run -0 --separate-stderr anysock send --replies 1 --format text rds:127.0.0.1:4002 word
	[ "$output" = word ]
	grep -q 127.0.0.1 "$output_file"
}

@test "rds: a bound port receives what python3 sends, boundaries and all" {
	ready_address recv --count 3 --format text rds-bind:127.0.0.2:4003
	[ "$address" = rds:127.0.0.2:4003 ]
	server 127.0.0.1 4103 '
for word in b"one", b"two and", b"three": rawsock.sendto(bound, word, where("127.0.0.2", 4003))
import time; time.sleep(30)'
	status_of "$(head -n 1 "$BATS_TEST_TMPDIR/started")" && [ "$status" = 0 ]
	[ "$(cat "$BATS_TEST_TMPDIR/1.output")" = $'one\ntwo and\nthree' ]
}

@test "rds: what send has sent arrives although it ends at once" {
	ready_address recv --count 50 --format text rds-bind:127.0.0.2:4004
	# shellcheck disable=SC2046
	run -0 anysock send rds:127.0.0.2:4004,bind=127.0.0.1 $(seq 50)
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = "$(seq 50)" ]
}

@test "rds: each peer of a listener has a session" {
	ready_address listen --keep rds:127.0.0.2:4005 -- cat
	for port in 4105 4106; do
		run -0 --separate-stderr anysock send --replies 1 --format text "$address,bind=127.0.0.1:$port" "from $port"
		[ "$output" = "from $port" ]
	done
}

@test "rds: relays to TCP and to a UNIX socket" {
	server 127.0.0.2 4006 '
for _ in range(2): data, peer = rawsock.recvfrom(bound); rawsock.sendto(bound, data.upper(), peer)'
	ready_address relay tcp-listen:127.0.0.1:0 rds:127.0.0.2:4006,bind=127.0.0.1
	run -0 python -c "
import socket
one = socket.create_connection(('127.0.0.1', ${address##*:})); one.settimeout(60); one.sendall(b'tcp'); print(one.recv(9))"
	[ "$output" = "b'TCP'" ]
	ready_address relay "unix-listen:$BATS_TEST_TMPDIR/s" rds:127.0.0.2:4006,bind=127.0.0.1
	run -0 python -c "
import socket, sys
one = socket.socket(socket.AF_UNIX); one.settimeout(60); one.connect(sys.argv[1]); one.sendall(b'unix'); print(one.recv(9))" "$BATS_TEST_TMPDIR/s"
	[ "$output" = "b'UNIX'" ]
}

@test "rds: options of its level are known" {
	needs command strace
	server 127.0.0.2 4007 'rawsock.recvfrom(bound)'
	run -0 strace -f -e trace=setsockopt anysock send rds:127.0.0.2:4007,bind=127.0.0.1,cong-monitor=on x
	[[ $output == *"SOL_RDS"* || $output == *"0x114"* ]]
	run -0 anysock sockopt rds:127.0.0.2:4007 rds-info-counters
	[[ $output == *"send_queued"* ]]
	run -0 anysock sockopt rds:127.0.0.2:4007 rds-cancel-sent-to=127.0.0.2:4007
}

@test "rds: wildcards and addresses of others are refused with a hint" {
	run -1 anysock listen rds:0.0.0.0:4008
	[[ $output == *"neither a wildcard nor multicast"* ]]
	run -1 anysock listen rds:192.0.2.1:4008
	[[ $output == *"rds_tcp"* ]]
	run -2 anysock send rds:127.0.0.1:x,bind=1 y
}
