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
		tcpdump --immediate-mode -n -l -c 1 -i a0 udp 2>"$BATS_TEST_TMPDIR/errors" >"$BATS_TEST_TMPDIR/seen" & dump=$!
		until grep -q listening "$BATS_TEST_TMPDIR/errors"; do sleep 0.02; done
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

@test "udp: a bound socket answers who was heard last" {
	mkfifo "$BATS_TEST_TMPDIR/in"
	start sh -c 'exec anysock -v connect udp-bind:127.0.0.1:0 <>"$1"' sh "$BATS_TEST_TMPDIR/in"
	answering=$output_file
	wait_for grep -q 'opened #1 udp' "$error_file"
	address=$(sed -n 's/.*opened #1 udp.* from //p' "$error_file")
	start python -c "
import socket, sys
for word in (b'one', b'two'):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(word, ('127.0.0.1', int(sys.argv[1])))
    print(s.recv(100).decode(), flush=True)" "${address##*:}"
	for word in one two; do
		wait_for grep -q "$word" "$answering"
		echo "answer to $word" >"$BATS_TEST_TMPDIR/in"
		wait_for grep -q "answer to $word" "$output_file"
	done
}

@test "udp: to= and JSON's \"to\" say where a bound socket sends" {
	python_echo
	run -0 --separate-stderr anysock send udp-bind:127.0.0.1:0,to=127.0.0.1:"$port" by-option --replies 1
	[ "$output" = BY-OPTION ]
	run -0 --separate-stderr anysock send --format json udp-bind::0 --replies 1 <<<'{"text":"by name","to":"udp:127.0.0.1:'"$port"'"}'
	[ "$(jq -r '.text + " " + .from' <<<"$output")" = "BY NAME udp:127.0.0.1:$port" ]
	run -1 anysock send udp-bind:127.0.0.1:0 x
	[[ $output == *"to=HOST:PORT"* ]]
	run -1 anysock send --format json udp-bind:127.0.0.1:0 <<<'{"text":"x","to":"udp:localhost:7"}'
	[[ $output == *"an address was expected"* ]]
}

@test "udp: a bound socket goes on when a peer is not there, and tells" {
	python_echo
	gone=$(python -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	mkfifo "$BATS_TEST_TMPDIR/in"
	exec 9<>"$BATS_TEST_TMPDIR/in"
	# shellcheck disable=SC2016 # for the inner shell
	start bash -c 'exec "$@" <&9' - "$ANYSOCK" send --format json udp-bind::0 --replies 1
	sender=$pid told=$error_file answer=$output_file
	printf '{"text":"nobody","to":"udp:127.0.0.1:%s"}\n' "$gone" >&9
	wait_for grep -q "udp:127.0.0.1:$gone: Connection refused" "$told"
	printf '{"text":"somebody","to":"udp:127.0.0.1:%s"}\n' "$port" >&9
	status_of "$sender" && [ "$status" = 0 ]
	[ "$(jq -r .text "$answer")" = SOMEBODY ]
}

@test "udp: who told that a host cannot be reached is said, and the MTU of a way that takes less" {
	needs root
	run timeout 60 unshare -n bash -c '
		set -e
		unshare -n sleep 60 & there=$!
		until [ "$(readlink /proc/$there/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.02; done
		inside() { nsenter -t $there -n "$@"; }
		ip link set lo up && inside ip link set lo up
		ip link add a0 type veth peer name b0 netns $there
		ip addr add 10.1.0.1/24 dev a0 && ip link set a0 up && inside ip addr add 10.1.0.2/24 dev b0 && inside ip link set b0 up
		ip route add default via 10.1.0.2
		inside ip link add c0 type veth peer name c1 && inside ip addr add 10.2.0.1/24 dev c0
		inside ip link set c0 mtu 1300 && inside ip link set c0 up && inside ip link set c1 up
		inside sysctl -qw net.ipv4.ip_forward=1
		inside ip route add unreachable 10.3.0.0/24
		inside ip neigh add 10.2.0.9 lladdr 02:00:00:00:00:09 dev c0
		set +e
		anysock send udp:10.3.0.1:9 x --replies 1
		echo "status $?"
		head -c 1400 /dev/zero | tr "\0" x | anysock send udp:10.2.0.9:9,mtu-discover=do --replies 1 --timeout 1s
		head -c 1400 /dev/zero | tr "\0" x | anysock send udp:10.2.0.9:9,mtu-discover=do
		echo "status $?"
		kill $there'
	[[ $output == *"No route to host"*"10.1.0.2 said so"*"status 1"* ]]
	[[ $output == *"packets of 1300 bytes at most, says 10.1.0.2"* ]]
	[[ $output == *"Message too long"*"packets of 1300 bytes at most"*"status 1" ]]
}

@test "udp: 65,507 bytes over IPv4 and 65,527 over IPv6 pass whole" {
	for case in udp4-bind:127.0.0.1:65507 'udp6-bind:[::1]:65527'; do
		size=${case##*:}
		ready_address recv --count 1 --format raw "${case%:*}:0"
		head -c "$size" /dev/zero >"$BATS_TEST_TMPDIR/large"
		python -c "
import socket, sys
s = socket.socket(socket.AF_INET6 if sys.argv[1] == '::1' else socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(bytes(int(sys.argv[3])), (sys.argv[1], int(sys.argv[2])))" "$([[ $case == udp6* ]] && echo ::1 || echo 127.0.0.1)" "${address##*:}" "$size"
		status_of "$pid"
		[ "$(wc -c <"$output_file")" = "$size" ]
		head -c $((size + 1)) /dev/zero >"$BATS_TEST_TMPDIR/large"
		case=${case/-bind/}
		run -1 anysock send --format raw "${case%:*}:9" <"$BATS_TEST_TMPDIR/large"
		[[ $output == *"$size"* ]]
	done
}

@test "udp: who asks a second address of a wildcard listener is answered from there" {
	for any in :: 0.0.0.0; do
		ready_address listen --keep "udp:[$any]:0" -- cat
		run -0 python -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(20)
for host in ('127.0.0.1', '127.0.0.2', '127.0.0.3'):
    s.sendto(host.encode(), (host, ${address##*:}))
    data, peer = s.recvfrom(100)
    print(data.decode(), peer[0])"
		[ "$output" = $'127.0.0.1 127.0.0.1\n127.0.0.2 127.0.0.2\n127.0.0.3 127.0.0.3' ]
		stop "$pid"
	done
}
