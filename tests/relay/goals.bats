# SPDX-License-Identifier: GPL-2.0-or-later
# goals.bats: asking and having the answer: a transfer ends when enough came, whatever the peer does afterwards.
# shellcheck disable=SC2154,SC2016
load ../helpers

# talk SCRIPT: a python3 TCP server; the script has the connection as `c`, and then keeps it open for ever.
talk() {
	start python -c "
import socket, time
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); print(s.getsockname()[1], flush=True)
c = s.accept()[0]
$1
time.sleep(999)"
	wait_for test -s "$output_file"
	port=$(cat "$output_file")
}

# answer_udp COUNT: a python3 UDP server that answers each datagram with so many, in $port; its own address is printed by it.
answer_udp() {
	start python -c '
import socket, sys
s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)
while True:
    data, peer = s.recvfrom(999)
    for n in range(int(sys.argv[1])): s.sendto(b"%d: " % n + data + b"\n", peer)' "$1"
	wait_for test -s "$output_file"
	port=$(cat "$output_file")
}

@test "--replies: a UDP question ends with its answer, at once" {
	answer_udp 3
	run -0 bash -c 'printf question | "$1" connect "udp:127.0.0.1:$2" --replies 1' - "$ANYSOCK" "$port"
	[ "$output" = "0: question" ]
	run -0 "$ANYSOCK" send "udp:127.0.0.1:$port" question --replies 2
	[ "$output" = $'0: question\n1: question' ]
	# the time it takes beyond that of one that sends without waiting
	run -0 bash -c 'start=${EPOCHREALTIME/./}; for i in 1 2 3 4 5 6 7 8 9 10; do "$1" send "udp:127.0.0.1:$2" q --replies 1 >/dev/null; done; echo $(((${EPOCHREALTIME/./} - start) / 10000))' - "$ANYSOCK" "$port"
	[ "$output" -lt $((20 * patience)) ]
}

@test "--replies: fewer in time are status 4, and said" {
	answer_udp 2
	run -4 --separate-stderr "$ANYSOCK" send "udp:127.0.0.1:$port" q --replies 3 --deadline 300ms
	[ "$output" = $'0: q\n1: q' ]
	[ "$stderr" = "anysock: 2 of 3 messages came" ]
	run -4 --separate-stderr "$ANYSOCK" send "udp:127.0.0.1:$port" q --replies 3 --quiet-for 200ms
	[ "$stderr" = "anysock: 2 of 3 messages came" ]
	run -0 "$ANYSOCK" send "udp:127.0.0.1:$port" q --quiet-for 200ms
	[ "$output" = $'0: q\n1: q' ]
}

@test "--replies: what a stream is made of cannot be counted, but the lines of one can" {
	talk 'c.recv(99); c.sendall(b"one\ntw"); time.sleep(0.1); c.sendall(b"o\nthree\n")'
	run -2 "$ANYSOCK" connect "tcp:127.0.0.1:$port" --replies 1
	[[ $output == *"frame=line"* ]]
	run -0 bash -c 'echo q | "$1" connect "tcp:127.0.0.1:$2,frame=line" --replies 2 --format text' - "$ANYSOCK" "$port"
	[ "$output" = $'one\ntwo' ]
}

@test "--until: a prompt ends it, though the server waits for more" {
	talk '
for part in b"220 mail", b".example re", b"ady\r\n": c.sendall(part); time.sleep(0.1)'
	mkfifo "$BATS_TEST_TMPDIR/open"
	exec {channel}<>"$BATS_TEST_TMPDIR/open"
	run -0 "$ANYSOCK" connect "tcp:127.0.0.1:$port" --until '^220 .*ready' <&"$channel"
	exec {channel}>&-
	[ "$output" = $'220 mail.example ready\r' ]
}

@test "--until: an end before the match is status 1, a time limit status 4" {
	talk 'c.sendall(b"nothing of the kind\n"); c.close()'
	run -1 --separate-stderr "$ANYSOCK" connect "tcp:127.0.0.1:$port" --until ready </dev/null
	[ "$output" = "nothing of the kind" ]
	[ "$stderr" = "anysock: nothing that matches --until came" ]
	talk 'c.sendall(b"nothing of the kind\n")'
	run -4 --separate-stderr "$ANYSOCK" connect "tcp:127.0.0.1:$port" --until ready --deadline 300ms </dev/null
	[ "$output" = "nothing of the kind" ]
	[ "$stderr" = "anysock: nothing that matches --until came" ]
}

@test "--until: an answer of a datagram among others" {
	answer_udp 5
	run -0 "$ANYSOCK" send "udp:127.0.0.1:$port" q --until '^3:'
	[ "${lines[-1]}" = "3: q" ]
	[ "${#lines[@]}" = 4 ]
}

@test "--quiet-for: a server that never ends has said all" {
	talk '
for n in range(5): c.sendall(b"line %d\n" % n); time.sleep(0.05)'
	run -0 "$ANYSOCK" connect "tcp:127.0.0.1:$port" --quiet-for 500ms </dev/null
	[ "${#lines[@]}" = 5 ]
}

@test "--quiet-for: waits for the first answer however long it takes" {
	talk 'c.recv(9); time.sleep(0.7); c.sendall(b"late\n")'
	run -0 bash -c 'echo q | "$1" connect "tcp:127.0.0.1:$2" --quiet-for 100ms' - "$ANYSOCK" "$port"
	[ "$output" = late ]
}

@test "--deadline: ends in order with what came, also before anything is open" {
	talk 'c.sendall(b"some\n")'
	run -0 "$ANYSOCK" connect "tcp:127.0.0.1:$port" --deadline 300ms </dev/null
	[ "$output" = some ]
	run -4 "$ANYSOCK" connect "tcp:127.0.0.1:1,forever,interval=50ms" --deadline 200ms </dev/null
	[[ $output == *"before it was open"* ]]
	run -0 "$ANYSOCK" listen tcp:127.0.0.1:0 --deadline 200ms -q
	run -0 "$ANYSOCK" relay tcp-listen:127.0.0.1:0 tcp:127.0.0.1:1 --deadline 200ms -q
}

@test "listen --keep --deadline: whoever sends a datagram when the time is over is not served any more" {
	ready_address listen --keep --deadline 500ms udp:127.0.0.1:0 -- sleep 1.5
	python - "$pid" "${address##*:}" <<'END'
import socket, sys, time
def runs():
    try: return open(f"/proc/{sys.argv[1]}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError: return False
others = []
while runs() and len(others) < 100:
    others.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    others[-1].sendto(b"late", ("127.0.0.1", int(sys.argv[2])))
    time.sleep(0.05)
assert len(others) < 100, "it does not end"
END
	status_of "$pid"
	[ "$status" -eq 0 ]
}

@test "--eof: wait, half and close, alike on tcp and unix" {
	for family in tcp unix; do
		start python -c '
import os, socket, sys
path = sys.argv[2] + "/eof"
if sys.argv[1] == "unix":
    s = socket.socket(socket.AF_UNIX)
    if os.path.exists(path): os.unlink(path)
    s.bind(path)
else:
    s = socket.socket(); s.bind(("127.0.0.1", 0))
s.listen(); print("unix:" + path if sys.argv[1] == "unix" else "tcp:127.0.0.1:%d" % s.getsockname()[1], flush=True)
while True:
    c = s.accept()[0]; data = b""
    while part := c.recv(99): data += part
    try: c.sendall(b"whole: " + data)
    except OSError: pass
    c.close()' "$family" "$BATS_TEST_TMPDIR"
		wait_for test -s "$output_file"
		spec=$(cat "$output_file")
		run -0 bash -c 'printf data | "$1" connect "$2" --eof=half' - "$ANYSOCK" "$spec"
		[ "$output" = "whole: data" ]
		run -0 bash -c 'printf data | timeout 20 "$1" connect "$2" --eof=close' - "$ANYSOCK" "$spec"
		[ -z "$output" ]
		# wait does not show the end, so this server says nothing
		run -0 bash -c 'printf data | "$1" connect "$2" --eof=wait --deadline 300ms' - "$ANYSOCK" "$spec"
		[ -z "$output" ]
	done
}

@test "recv --until: ends with the message that matches, of those that came" {
	ready_address recv udp-listen:127.0.0.1:0 --until stop
	for word in one two stop; do socat -u "SYSTEM:echo $word" "UDP-SENDTO:${address#udp*:}"; done
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'one\ntwo\nstop' ]
}

@test "listen --until: the client's word ends it" {
	ready_address listen tcp:127.0.0.1:0 --until '^quit'
	exec {channel}<>"/dev/tcp/127.0.0.1/${address##*:}"
	printf 'hello\nquit\n' >&"$channel"
	status_of "$pid"
	exec {channel}>&-
	[ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'hello\nquit' ]
}

@test "one-shot questions of busybox ash scripts" {
	needs command busybox
	answer_udp 1
	run -0 busybox ash -euc '
		answer=$(anysock send udp:127.0.0.1:$1 time --replies 1 --deadline 5s)
		echo "<$answer>"
		status=0; anysock send udp:127.0.0.1:9 q --replies 1 --deadline 100ms 2>/dev/null || status=$?
		[ $status = 1 ] || [ $status = 4 ]' - "$port"
	[ "$output" = "<0: time>" ]
}
