# SPDX-License-Identifier: GPL-2.0-or-later
# udp.bats: UDP against socat and python3: boundaries, empty and large datagrams, both roles.
# shellcheck disable=SC2154,SC2016
load ../helpers

# python_echo: answers each datagram with itself, upper case; sets port.
python_echo() {
	start python -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
while True:
    data, peer = s.recvfrom(70000)
    print(len(data), flush=True)
    s.sendto(data.upper(), peer)"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}

@test "udp: a request has its answer, and send ends with it" {
	python_echo
	run -0 --separate-stderr anysock send udp:127.0.0.1:"$port" question --replies 1
	[ "$output" = QUESTION ]
}

@test "udp: a datagram of 60,000 bytes arrives whole" {
	python_echo
	head -c 60000 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/large"
	anysock send --format raw udp:127.0.0.1:"$port" --replies 1 <"$BATS_TEST_TMPDIR/large" >"$BATS_TEST_TMPDIR/answer"
	wait_for grep -qx 60000 "$output_file"
	[ "$(tr -d X <"$BATS_TEST_TMPDIR/answer" | wc -c)" = 0 ]
	[ "$(wc -c <"$BATS_TEST_TMPDIR/answer")" = 60000 ]
}

@test "udp: an empty message is a datagram" {
	python_echo
	anysock send udp:127.0.0.1:"$port" ''
	wait_for grep -qx 0 "$output_file"
}

@test "udp: a listener prints what socat sends" {
	ready_address listen udp:127.0.0.1:0
	printf 'a datagram\n' | socat - UDP4-SENDTO:127.0.0.1:"${address##*:}"
	wait_for grep -qx "a datagram" "$output_file"
}

@test "udp: a program is served to each peer" {
	ready_address listen --keep udp:127.0.0.1:0 -- cat
	[ "$(printf one | socat -t 1 - UDP4:127.0.0.1:"${address##*:}")" = one ]
	[ "$(printf two | socat -t 1 - UDP4:127.0.0.1:"${address##*:}")" = two ]
}

@test "udp: recv counts the messages of several peers" {
	ready_address recv --count 2 udp-bind:127.0.0.1:0
	printf 'one\n' | socat - UDP4-SENDTO:127.0.0.1:"${address##*:}"
	wait_for grep -qx one "$output_file"
	printf 'two\n' | socat - UDP4-SENDTO:127.0.0.1:"${address##*:}"
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'one\ntwo' ]
}

@test "udp: a port is not taken from the program that has it" {
	ready_address listen udp:127.0.0.1:0
	run -1 anysock listen "$address" </dev/null
	[[ $output == *"Address already in use"* ]]
}

@test "udp: reuseaddr shares a port on purpose" {
	ready_address listen udp:127.0.0.1:0,reuseaddr
	first=$address
	ready_address listen "$first",reuseaddr
	[ "$address" = "$first" ]
}

@test "udp6: datagrams go over IPv6" {
	ready_address listen 'udp6:[::1]:0'
	[[ $address == "udp6:[::1]:"* ]]
	printf 'six\n' | socat - "UDP6-SENDTO:[::1]:${address##*:}"
	wait_for grep -qx six "$output_file"
}

@test "udp: nobody there is told" {
	port=$(python -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	run -1 anysock send udp:127.0.0.1:"$port" hello --replies 1
	[[ $output == *"refused"* ]]
}

@test "udp: one byte too many is an error that names the limit" {
	# from a file, which one read takes in whole
	head -c 65508 /dev/zero >"$BATS_TEST_TMPDIR/large"
	run -1 anysock send --format raw udp:127.0.0.1:9 <"$BATS_TEST_TMPDIR/large"
	[[ $output == *"65507"* ]]
}

@test "udp: broadcast is a host" {
	needs root
	run unshare -n bash -c '
		ip link set lo up && ip link add a0 type veth peer name a1 && ip link set a1 up && ip addr add 10.9.8.7/24 dev a0 && ip link set a0 up && ip route add default dev a0
		socat -u UDP4-RECV:9000,so-bindtodevice=lo STDOUT & other=$!
		tcpdump -n -l -c 1 -i a0 udp 2>/dev/null >"$BATS_TEST_TMPDIR/seen" & dump=$!
		until ip -d link show a0 | grep -q "promiscuity 1"; do sleep 0.02; done
		anysock send udp:broadcast:9000 hello; echo "status $?"
		wait $dump; kill $other; cat "$BATS_TEST_TMPDIR/seen"'
	[[ $output == *"status 0"* ]]
	[[ $output == *"> 255.255.255.255.9000: UDP, length 5"* ]]
}

@test "udp: bind= sets the local end" {
	ready_address listen --keep udp:127.0.0.1:0 -- sh -c 'echo "$NCAT_REMOTE_ADDR"'
	run -0 anysock send "$address",bind=127.0.0.5 x --replies 1
	[ "$output" = 127.0.0.5 ]
}
