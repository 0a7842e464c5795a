# SPDX-License-Identifier: GPL-2.0-or-later
# tcp.bats: TCP against socat, ncat, nc and python3: ends of input, addresses, ports, both versions of IP.
# shellcheck disable=SC2154,SC2016
load ../helpers

# A port that was free a moment ago, for servers that cannot choose one.
free_port() {
	python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# python_server BODY: `c` is the first connection to a server on 127.0.0.1; sets port.
python_server() {
	start python -c "
import socket, sys, time
s = socket.create_server(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
c, peer = s.accept()
$1"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}

@test "tcp: a server that answers after our end of input is heard to its end" {
	python_server '
asked = b""
while piece := c.recv(100): asked += piece
time.sleep(1)
c.sendall(b"late answer to " + asked)'
	run -0 --separate-stderr anysock connect tcp:127.0.0.1:"$port" <<<question
	[ "$output" = "late answer to question" ]
	[ -z "$stderr" ]
}

@test "tcp: input goes on after the peer has ended" {
	python_server '
c.shutdown(socket.SHUT_WR)
got = b""
while piece := c.recv(100): got += piece
print("got", got.decode(), flush=True)'
	{ sleep 0.3 && printf later; } | anysock connect tcp:127.0.0.1:"$port"
	status_of "$pid"
	grep -qx "got later" "$output_file"
}

@test "tcp: a listener takes what nc sends" {
	ready_address listen tcp:127.0.0.1:0
	printf 'from nc' | nc -N 127.0.0.1 "${address##*:}"
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(cat "$output_file")" = "from nc" ]
}

@test "tcp: one listener on [::] serves IPv4 and IPv6" {
	ready_address listen --keep 'tcp:[::]:0' -- cat
	[ "$(printf four | socat -t 5 - TCP4:127.0.0.1:"${address##*:}")" = four ]
	[ "$(printf six | socat -t 5 - "TCP6:[::1]:${address##*:}")" = six ]
}

@test "tcp: without a host a listener without a program is open to every address" {
	ready_address listen tcp::0
	[[ $address == "tcp:[::]:"* ]]
	printf four | socat - TCP4:127.0.0.1:"${address##*:}"
	status_of "$pid"
	[ "$(cat "$output_file")" = four ]
}

@test "tcp: without a host a served program is reached from this host alone" {
	ready_address listen --keep tcp::0 -- cat
	[[ $address == tcp:127.0.0.1:* ]]
}

@test "tcp4: without a host the listener is IPv4 alone" {
	ready_address listen tcp4::0
	[[ $address == tcp4:0.0.0.0:* ]]
}

@test "tcp6: a listener does not take IPv4" {
	ready_address listen --keep 'tcp6:[::]:0' -- cat
	[ "$(printf six | socat -t 5 - "TCP6:[::1]:${address##*:}")" = six ]
	run -1 socat - TCP4:127.0.0.1:"${address##*:}" </dev/null
}

@test "tcp: v6only keeps IPv4 out" {
	ready_address listen --keep 'tcp:[::]:0,v6only' -- cat
	[ "$(printf six | socat -t 5 - "TCP6:[::1]:${address##*:}")" = six ]
	run -1 socat - TCP4:127.0.0.1:"${address##*:}" </dev/null
}

@test "tcp: every address of a name is tried" {
	ready_address listen --keep 'tcp6:[::1]:0' -- cat
	[ "$(printf six | anysock connect tcp::"${address##*:}")" = six ]
	stop "$pid"
	ready_address listen --keep tcp4:127.0.0.1:0 -- cat
	[ "$(printf four | anysock connect tcp::"${address##*:}")" = four ]
}

@test "tcp: when all addresses fail each one's failure is told" {
	closed=$(free_port)
	run -1 anysock connect tcp::"$closed" </dev/null
	[[ $output == *"[::1]:$closed"*"refused"*"127.0.0.1:$closed"*"refused"* ]]
}

@test "tcp: a port may be the name of a service" {
	needs root
	run unshare -n sh -c 'ip link set lo up && ip route list table local >/dev/null &&
		socat TCP4-LISTEN:discard,bind=127.0.0.1 STDOUT & until ss -ltn | grep -q 127.0.0.1:9; do sleep 0.02; done
		printf served | anysock connect tcp:127.0.0.1:discard; wait'
	[ "$status" = 0 ]
	[ "$output" = served ]
}

@test "tcp: a port that is no number and no service has its own message" {
	run -1 anysock connect tcp:127.0.0.1:nosuchservice </dev/null
	[[ $output == *'"nosuchservice" is no tcp service'* ]]
}

@test "tcp: a port out of range is a usage error at its place" {
	run -2 anysock connect tcp:127.0.0.1:65536 </dev/null
	[[ $output == *"65535"* ]]
	[ "${lines[2]}" = "                ^~~~~" ]
}

@test "tcp: several ports are for scan" {
	run -2 anysock connect tcp:127.0.0.1:22+80-90 </dev/null
	[[ $output == *"anysock scan"* ]]
}

@test "tcp: a host without an address ends with status 1" {
	run -1 anysock connect tcp:nosuchhost.invalid:80 </dev/null
	[[ $output == *"nosuchhost.invalid"* ]]
}

@test "tcp: bind= sets the local address and port" {
	local=$(free_port)
	python_server 'print("peer %s %d" % peer, flush=True)'
	anysock connect tcp:127.0.0.1:"$port",bind=127.0.0.2:"$local" </dev/null
	status_of "$pid"
	grep -qx "peer 127.0.0.2 $local" "$output_file"
}

@test "tcp: bind= may have the port alone" {
	local=$(free_port)
	python_server 'print("peer %s %d" % peer, flush=True)'
	anysock connect tcp:127.0.0.1:"$port",bind=:"$local" </dev/null
	status_of "$pid"
	grep -qx "peer 127.0.0.1 $local" "$output_file"
}

@test "tcp: bind= of a bare port is a usage error with the right spelling" {
	run -2 anysock connect tcp:127.0.0.1:80,bind=5000 </dev/null
	[[ $output == *":5000"* ]]
}

@test "tcp: bind= of a listener is where it listens, as socat has it" {
	ready_address listen --keep TCP4-LISTEN:0,bind=127.0.0.3 -- cat
	[[ $address == tcp4:127.0.0.3:* ]]
	[ "$(printf hi | socat -t 5 - TCP4:127.0.0.3:"${address##*:}")" = hi ]
}

@test "tcp: a busy port says so, with a hint" {
	ready_address listen tcp:127.0.0.1:0
	run -1 anysock listen "$address" </dev/null
	[[ $output == *"Address already in use"*"hint"* ]]
}

@test "tcp: a listener's port is free again at once" {
	ready_address listen tcp:127.0.0.1:0 -- cat
	[ "$(printf one | socat -t 5 - TCP4:127.0.0.1:"${address##*:}")" = one ]
	status_of "$pid"
	ready_address listen "$address" -- cat
	[ "$(printf two | socat -t 5 - TCP4:127.0.0.1:"${address##*:}")" = two ]
}

@test "tcp: an IPv6 literal may stand without brackets" {
	ready_address listen --keep 'tcp:[::1]:0' -- cat
	[ "$(printf hi | anysock connect tcp:::1:"${address##*:}")" = hi ]
}

@test "tcp: the scope of a link-local address is a zone, a field or an option" {
	needs root
	run unshare -n bash -c '
		ip link set lo up && ip link add a0 type veth peer name a1 && ip link set a1 up && ip -6 addr add fe80::1/64 dev a0 nodad && ip link set a0 up
		mkfifo "$BATS_TEST_TMPDIR/ready" && exec 9<>"$BATS_TEST_TMPDIR/ready"
		anysock listen --keep --ready-fd 9 "tcp:[fe80::1%a0]:0" -- cat & read -r address <&9
		port=${address##*:} index=$(ip -o link show a0 | cut -d: -f1)
		echo "$address"
		for spec in "[fe80::1%a0]:$port" "[fe80::1%$index]:$port" "[fe80::1]:$port:0:a0" "[fe80::1]:$port,scope=a0"; do
			printf "ok " | anysock connect "tcp:$spec"
		done
		kill $!'
	# the listener's own line may come first or second
	[[ $output == *$'\n'"tcp:[fe80::1%a0]:"* || $output == "tcp:[fe80::1%a0]:"* ]]
	[[ $output == *"ok ok ok ok "* ]]
}

@test "tcp: interface= keeps the connection on one interface" {
	needs root
	ready_address listen --keep tcp:127.0.0.1:0 -- cat
	[ "$(printf hi | anysock connect "$address",interface=lo)" = hi ]
	run -1 anysock connect "$address",interface=nosuch0 </dev/null
	[[ $output == *"nosuch0"* ]]
}

@test "tcp: -4 and -6 choose the version" {
	ready_address listen --keep tcp4:127.0.0.1:0 -- cat
	[ "$(printf hi | anysock -4 connect tcp:localhost:"${address##*:}")" = hi ]
	run -1 anysock -6 connect tcp:127.0.0.1:"${address##*:}" </dev/null
	[[ $output == *"IPv6"* ]]
}
