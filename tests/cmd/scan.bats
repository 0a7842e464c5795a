# SPDX-License-Identifier: GPL-2.0-or-later
# scan.bats: what answers among what others serve.
# shellcheck disable=SC2154,SC2016
load ../helpers

# serve COUNT TYPE: python3 sockets of that type on ports of its own, in the array ports; a line "close" ends nothing.
serve() {
	start python -c '
import socket, sys, time
kept = []
for n in range(int(sys.argv[1])):
    s = socket.socket(type=getattr(socket, sys.argv[2])); s.bind(("127.0.0.1", 0))
    if sys.argv[2] == "SOCK_STREAM": s.listen()
    kept.append(s)
print(*(s.getsockname()[1] for s in kept), flush=True)
time.sleep(999)' "$1" "$2"
	wait_for test -s "$output_file"
	read -ra ports <"$output_file"
}

@test "scan: open and closed ports are told apart, lines come in the order that was asked" {
	serve 4 SOCK_STREAM
	# two of them are bound by a socket that does not listen
	start python -c '
import socket, time
kept = [socket.socket(), socket.socket()]
for s in kept: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in kept), flush=True); time.sleep(999)'
	wait_for test -s "$output_file"
	read -ra closed <"$output_file"
	run -0 --separate-stderr "$ANYSOCK" scan --all "tcp:127.0.0.1:${ports[3]}+${closed[0]}+${ports[0]}+${closed[1]}+${ports[1]}"
	[ "$(awk '{ print $1, $2 }' <<<"$output")" = "tcp:127.0.0.1:${ports[3]} open
tcp:127.0.0.1:${closed[0]} closed
tcp:127.0.0.1:${ports[0]} open
tcp:127.0.0.1:${closed[1]} closed
tcp:127.0.0.1:${ports[1]} open" ]
	[[ $stderr =~ ^"anysock: 3 open, 2 closed, 0 without an answer, after " ]]
	run -0 --separate-stderr "$ANYSOCK" scan -q "tcp:127.0.0.1:${closed[0]}+${ports[2]}"
	[ "${#lines[@]}" = 1 ]
	[ -z "$stderr" ]
}

@test "scan: nothing open is status 1" {
	start python -c '
import socket, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True); time.sleep(999)'
	wait_for test -s "$output_file"
	run -1 "$ANYSOCK" scan -q "tcp:127.0.0.1:$(cat "$output_file")"
	[ -z "$output" ]
}

@test "scan: of UDP ports those that answer, those that are closed, and those that say nothing" {
	serve 1 SOCK_DGRAM
	silent=${ports[0]}
	start python -c '
import socket
s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)
while True:
    data, peer = s.recvfrom(99); s.sendto(b"pong" if data == b"ping\n" else b"eh?", peer)'
	wait_for test -s "$output_file"
	echoing=$(cat "$output_file")
	shut=$(python -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	run -0 --separate-stderr "$ANYSOCK" scan -a "udp:127.0.0.1:$silent+$echoing+$shut" --connect-timeout 500ms
	[ "$(awk '{ print $1, $2 }' <<<"$output")" = "udp:127.0.0.1:$silent no-answer
udp:127.0.0.1:$echoing open
udp:127.0.0.1:$shut closed" ]
	run -0 --separate-stderr "$ANYSOCK" scan "udp:127.0.0.1:$echoing" --send 'ping\n' --until '^pong$'
	run -1 "$ANYSOCK" scan -q "udp:127.0.0.1:$echoing" --send 'other' --until '^pong$' --connect-timeout 300ms
}

@test "scan --json: an object for each, with the service's name" {
	needs root
	run -0 unshare -n sh -c '
		ip link set lo up
		/usr/bin/python3 -c "
import socket, time
a = socket.socket(); a.bind((\"127.0.0.1\", 22)); a.listen()
b = socket.socket(); b.bind((\"127.0.0.1\", 80)); b.listen()
open(\"'"$BATS_TEST_TMPDIR"'/ready\", \"w\"); time.sleep(99)" &
		"$1" wait "$2/ready" --timeout 10s
		"$1" scan --json tcp:127.0.0.1:20-80
		kill $!' - "$ANYSOCK" "$BATS_TEST_TMPDIR"
	[ "$(jq -r 'select(.state == "open") | .spec + " " + .service' <<<"$output")" = "tcp:127.0.0.1:22 ssh
tcp:127.0.0.1:80 http" ]
	[ "$(jq -s 'length, (map(select(.state == "closed" and .reason == "connect: Connection refused")) | length)' <<<"$output")" = $'61\n59' ]
}

@test "scan: hosts and ports multiply; ranges backwards, and too many, are usage errors" {
	needs root
	run -1 unshare -n sh -c 'ip link set lo up; "$1" scan -a -q "tcp:[::1]:1-3+7"' - "$ANYSOCK"
	[ "$(awk '{ print $1 }' <<<"$output")" = $'tcp:[::1]:1\ntcp:[::1]:2\ntcp:[::1]:3\ntcp:[::1]:7' ]
	run -2 "$ANYSOCK" scan tcp:127.0.0.1:90-80
	[[ $output == *"ends before it begins"*$'\n'*'^~~~~'* ]]
	run -2 "$ANYSOCK" scan tcp:127.0.0.1:0-9999999
	run -2 "$ANYSOCK" scan tcp:127.0.0.1:65000-65536
	[[ $output == *"65536: tcp: port:"*"from 0 to 65535"* ]]
}

@test "scan: what is no range is said to be none, and how one is written" {
	for range in 80-x 80-http 80- 80+ 80-90-100; do
		run -2 "$ANYSOCK" scan "tcp:localhost:$range"
		[[ $output == *"\"${range//80+/}\" is no range"*$'\n'*'^~'*"hint: a range has a number on both sides"*"8000-8100"* ]]
	done
	run -2 "$ANYSOCK" scan can-isotp:vcan0:7E8-7EG:7E0
	[[ $output == *"hex number"*"7E8-7EF"* ]]
}

@test "scan: ends while names are looked up, and nothing breaks" {
	for _ in {1..8}; do
		run -4 --separate-stderr "$ANYSOCK" scan -q --max 512 --timeout 0.05 tcp:localhost:1-60000
	done
}

@test "scan: no faster than --probe-rate says" {
	serve 1 SOCK_STREAM
	many=$(for _ in {1..40}; do printf "%s+" "${ports[0]}"; done)
	run -0 --separate-stderr bash -c 'start=${EPOCHREALTIME/./}; "$1" scan -q --probe-rate 100 "$2" | wc -l; echo $(((${EPOCHREALTIME/./} - start) / 1000))' - "$ANYSOCK" "tcp:127.0.0.1:${many%+}"
	[ "${lines[0]}" = 40 ]
	[ "${lines[1]}" -ge 350 ]
}

@test "scan: few descriptors make it slower, not wrong" {
	serve 30 SOCK_STREAM
	list=$(IFS=+; echo "${ports[*]}")
	run -0 --separate-stderr bash -c 'ulimit -n 12; exec "$1" scan -q "tcp:127.0.0.1:$2"' - "$ANYSOCK" "$list"
	[ "${#lines[@]}" = 30 ]
}

@test "scan: the sockets of a folder, whoever serves them" {
	mkdir "$BATS_TEST_TMPDIR/run"
	start socat "UNIX-LISTEN:$BATS_TEST_TMPDIR/run/live,fork" SYSTEM:cat
	start socat -u "UNIX-RECV:$BATS_TEST_TMPDIR/run/datagrams" -
	python -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])' "$BATS_TEST_TMPDIR/run/a stale, one"
	: >"$BATS_TEST_TMPDIR/run/file"
	wait_for serves "$BATS_TEST_TMPDIR/run/live"
	wait_for serves "$BATS_TEST_TMPDIR/run/datagrams"
	for spec in "unix:$BATS_TEST_TMPDIR/run" "$BATS_TEST_TMPDIR/run/"; do
		run -0 --separate-stderr "$ANYSOCK" scan --json "$spec"
		[ "$(jq -r '.spec + " " + .state' <<<"$output")" = "unix:$BATS_TEST_TMPDIR/run/a stale,, one closed
unix:$BATS_TEST_TMPDIR/run/datagrams open
unix:$BATS_TEST_TMPDIR/run/live open" ]
	done
}

@test "scan: a bus has to be asked something" {
	run -2 "$ANYSOCK" scan can-isotp:vcan0:7E8-7EF:7E0-7E7
	[[ $output == *--send* ]]
	run -2 "$ANYSOCK" scan can-isotp:vcan0:7E8-7EF:7E0-7E1 --send hex:3E00
	[[ $output == *"8 and 2"* ]]
}

@test "scan: ISO-TP responders on a bus" {
	needs family can-isotp
	needs lab
	start python -c '
import socket
a = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_ISOTP); a.bind(("vcan0", 0x7E1, 0x7E9))
b = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_ISOTP); b.bind(("vcan0", 0x18DA05F1 | 0x80000000, 0x18DAF105 | 0x80000000))
print("ready", flush=True)
import select
while True:
    for s in select.select([a, b], [], [])[0]:
        s.recv(99); s.send(bytes.fromhex("7E00"))'
	wait_for test -s "$output_file"
	run -0 --separate-stderr "$ANYSOCK" scan -a can-isotp:vcan0:7E8-7EB:7E0-7E3 --send hex:3E00 --connect-timeout 3s
	[ "$(awk '{ print $1, $2 }' <<<"$output")" = "can-isotp:vcan0:7E8:7E0 no-answer
can-isotp:vcan0:7E9:7E1 open
can-isotp:vcan0:7EA:7E2 no-answer
can-isotp:vcan0:7EB:7E3 no-answer" ]
}

@test "scan: ports of vsock" {
	needs lab
	needs family vsock
	start python -c '
import socket, time
a = socket.socket(socket.AF_VSOCK); a.bind((1, 7001)); a.listen(); print("ready", flush=True); time.sleep(999)'
	wait_for test -s "$output_file"
	run -0 --separate-stderr "$ANYSOCK" scan -a vsock:1:7000-7002
	[ "$(awk '{ print $2 }' <<<"$output")" = $'closed\nopen\nclosed' ]
}

@test "scan: services of TIPC" {
	needs lab
	needs family tipc
	start python -c '
import socket, time
a = socket.socket(socket.AF_TIPC, socket.SOCK_STREAM); a.bind((socket.TIPC_ADDR_NAMESEQ, 18888, 5, 5)); a.listen(); print("ready", flush=True)
while True: a.accept()'
	wait_for test -s "$output_file"
	run -0 --separate-stderr "$ANYSOCK" scan tipc:service:18888:3-7
	[ "$(awk '{ print $1, $2 }' <<<"$output")" = "tipc:service:18888:5 open" ]
}

@test "scan: on a terminal a line tells how far it is" {
	run -1 python -c '
import os, pty, sys
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[1], [sys.argv[1], "scan", "--probe-rate", "20", "udp:127.0.0.1:" + "+".join(["9"] * 20)])
text = b""
try:
    while part := os.read(fd, 4096): text += part
except OSError: pass
assert b" of 20, 0 open" in text, text
assert text.count(b"\n") == 1 and b"20 closed" in text, text
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))' "$ANYSOCK"
}

@test "scan: what ails all of them is told with one that it was about" {
	run -1 --separate-stderr anysock scan tcp:nowhere.invalid:80-82
	[[ $stderr =~ ^"anysock: tcp:nowhere.invalid:8"[012]": nowhere.invalid: " ]]
	run -2 --separate-stderr anysock scan tcp:127.0.0.1:80-82,bind=:70000
	[[ $stderr =~ ^"anysock: tcp:127.0.0.1:8"[012]",bind=:70000: bind: " ]]
}
