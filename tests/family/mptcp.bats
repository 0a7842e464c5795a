# SPDX-License-Identifier: GPL-2.0-or-later
# mptcp.bats: Multipath TCP against python3: who spoke it, subflows over two links, the end of input.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	needs family mptcp
}

# python_server PROTOCOL: answers one connection's input, upper case, once it has come to its end; sets port.
python_server() {
	start python -c "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, int(sys.argv[1]))
s.bind(('127.0.0.1', 0))
s.listen()
print(s.getsockname()[1], flush=True)
c = s.accept()[0]
data = b''
while piece := c.recv(65536):
    data += piece
c.sendall(data.upper())" "$1"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}

@test "mptcp: a peer that speaks it is told, and the end of input reaches it before the answer" {
	python_server 262
	run -0 --separate-stderr anysock -v mptcp:127.0.0.1:"$port" <<<question
	[ "$output" = QUESTION ]
	[[ $stderr == *"opened #1 mptcp:127.0.0.1:$port from "*"(MPTCP, 1 subflow)"* ]]
}

@test "mptcp: a peer that speaks TCP alone is told" {
	python_server 0
	run -0 --separate-stderr anysock -v mptcp:127.0.0.1:"$port" <<<question
	[ "$output" = QUESTION ]
	[[ $stderr == *"(plain TCP: the peer does not speak MPTCP)"* ]]
}

@test "mptcp: JSON events say it too" {
	python_server 262
	run -0 --separate-stderr anysock --json mptcp:127.0.0.1:"$port" <<<question
	jq -es 'any(.type == "opened" and .note == "MPTCP, 1 subflow")' <<<"$stderr"
	jq -es 'any(.type == "closed" and .other_note == "MPTCP, 1 subflow")' <<<"$stderr"
}

@test "mptcp: a listener tells those that speak it from those that do not" {
	ready_address listen -v --keep mptcp:127.0.0.1:0 -- cat
	port=${address##*:}
	[ "$(python -c "
import socket
for protocol in (262, 0):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    s.connect(('127.0.0.1', $port))
    s.sendall(b'echo')
    s.shutdown(socket.SHUT_WR)
    print(s.recv(10).decode())
    s.close()")" = $'echo\necho' ]
	wait_for grep -q 'accepted #1 .*(MPTCP, 1 subflow)' "$error_file"
	wait_for grep -q 'accepted #2 .*(plain TCP: ' "$error_file"
}

@test "mptcp: 64 MiB arrive whole" {
	ready_address listen mptcp:127.0.0.1:0
	head -c 64M /dev/zero | anysock "$address"
	status_of "$pid"
	[ "$(wc -c <"$output_file")" = $((64 << 20)) ]
}

@test "mptcp: two links between two hosts make two subflows" {
	needs root
	run -0 timeout 60 unshare -n bash -c '
		set -e
		unshare -n sleep 60 & there=$!
		until [ "$(readlink /proc/$there/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.02; done
		inside() { nsenter -t $there -n "$@"; }
		inside ip link set lo up
		for i in 1 2; do
			ip link add a$i type veth peer name b$i netns $there
			ip addr add 10.0.$i.1/24 dev a$i && ip link set a$i up
			inside ip addr add 10.0.$i.2/24 dev b$i && inside ip link set b$i up
		done
		ip mptcp limits set subflow 4
		inside ip mptcp limits set subflow 4
		ip mptcp endpoint add 10.0.2.1 dev a2 subflow
		nsenter -t $there -n /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
s.bind((\"10.0.1.2\", 7000))
s.listen()
print(\"ready\", flush=True)
c = s.accept()[0]
while c.recv(65536):
    pass
c.sendall(b\"thanks\")" >"$BATS_TEST_TMPDIR/server" & server=$!
		until grep -q ready "$BATS_TEST_TMPDIR/server"; do sleep 0.02; done
		mkfifo "$BATS_TEST_TMPDIR/in"
		anysock -v mptcp:10.0.1.2:7000 <"$BATS_TEST_TMPDIR/in" 2>&1 & client=$!
		exec 5>"$BATS_TEST_TMPDIR/in"
		head -c 100000 /dev/zero >&5
		until inside ss -Mi | grep -q subflows:1; do sleep 0.02; done
		exec 5>&-
		wait $client
		kill $there'
	[[ $output == *"thanks"* ]]
	[[ $output == *"closed #1"*"(MPTCP, 2 subflows)"* ]]
}

@test "mptcp: its options are known" {
	python_server 262
	run -0 anysock explain mptcp:127.0.0.1:"$port",nodelay,congestion=cubic
	run -0 --separate-stderr anysock mptcp:127.0.0.1:"$port",nodelay <<<x
	[ "$output" = X ]
}
