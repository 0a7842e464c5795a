# SPDX-License-Identifier: GPL-2.0-or-later
# reconnect.bats: servers that die and come back, and what is kept meanwhile.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	port=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	mkfifo "$BATS_TEST_TMPDIR/in"
	exec {in}<>"$BATS_TEST_TMPDIR/in"
}

teardown() {
	exec {in}>&-
	stop_all
}

# serve PORT: a python3 server for one client that greets it, and prints what it says; sets server and served.
serve() {
	start python -c '
import socket, sys
l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind(("127.0.0.1", int(sys.argv[1]))); l.listen()
c = l.accept()[0]; c.sendall(b"hello\n")
while part := c.recv(4096): sys.stdout.buffer.write(part); sys.stdout.buffer.flush()' "$1"
	server=$pid served=$output_file
}

# start_typing WORD...: an anysock command that reads what is written to descriptor $in; in the background a shell gives none.
start_typing() {
	start bash -c 'exec "${@:2}" <"$1"' - "$BATS_TEST_TMPDIR/in" "$ANYSOCK" "$@"
}

# lines FILE N: whether it has as many.
lines() {
	[ "$(wc -l <"$1")" = "$2" ]
}

@test "connect --reconnect: a server that dies 20 times has its client back each time" {
	start python -c '
import socket, sys, time
def up():
    l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    l.bind(("127.0.0.1", int(sys.argv[1]))); l.listen(); return l
l = up()
for life in range(20):
    c = l.accept()[0]; c.sendall(b"life %d\n" % life)
    if life % 3 == 0:
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        time.sleep(0.1)
    if life % 4 == 0: l.close()
    c.close()
    if life % 4 == 0: time.sleep(0.1); l = up()
time.sleep(99)' "$port"
	start_typing connect --reconnect "tcp:127.0.0.1:$port,interval=30ms"
	wait_for lines "$output_file" 20
	[ "$(cat "$output_file")" = "$(seq -f 'life %.0f' 0 19)" ]
}

@test "connect --reconnect: what is typed while the server is away is delivered when it is back" {
	serve "$port"
	start_typing connect --reconnect "tcp:127.0.0.1:$port,interval=50ms"
	client=$pid out=$output_file errors=$error_file
	wait_for lines "$out" 1
	echo one >&"$in"
	wait_for lines "$served" 1
	stop "$server"
	wait_for grep -q "trying again" "$errors"
	printf 'two\nthree\n' >&"$in"
	serve "$port"
	wait_for lines "$served" 2
	[ "$(cat "$served")" = $'two\nthree' ]
	[ "$(cat "$out")" = $'hello\nhello' ]
	run ! is_gone "$client"
}

@test "connect --reconnect: ends in order once our input has ended and the server with it" {
	serve "$port"
	run -0 --separate-stderr bash -c 'echo bye | "$1" connect --reconnect "tcp:127.0.0.1:$2,interval=20ms"' - "$ANYSOCK" "$port"
	[ "$output" = hello ]
	[ "$(cat "$served")" = bye ]
}

@test "--reconnect: delays grow, and every try is an event" {
	run -4 "$ANYSOCK" connect --reconnect --json "tcp:127.0.0.1:$port" --timeout 3s </dev/null
	tries=$(jq -s 'map(select(.type == "retry")) | length' <<<"$output")
	[ "$tries" -ge 4 ]
	[ "$tries" -le 9 ]
	[ "$(jq -s 'map(select(.type == "retry") | .mono) | . as $t | ($t[3] - $t[2]) > ($t[1] - $t[0])' <<<"$output")" = true ]
	[ "$(jq -s 'map(select(.type == "retry")) | .[1] | .count, .error.errno' <<<"$output")" = $'2\n"ECONNREFUSED"' ]
	# people are not told of each one
	run -4 "$ANYSOCK" connect --reconnect "tcp:127.0.0.1:$port,interval=10ms" --timeout 1s </dev/null
	[ "${#lines[@]}" -le 10 ]
}

@test "retry=: so many further tries, with --reconnect too" {
	for option in "" --reconnect; do
		# shellcheck disable=SC2086 # none is no word
		run -1 "$ANYSOCK" connect $option --json "tcp:127.0.0.1:$port,retry=3,interval=10ms" </dev/null
		[ "$(jq -s 'map(select(.type == "retry")) | length' <<<"$output")" = 3 ]
		[ "$(jq -s 'map(select(.type == "error")) | length' <<<"$output")" = 1 ]
	done
}

@test "relay --reconnect: either side comes back, the other stays" {
	other=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	serve "$port"
	left=$server left_served=$served
	start "$ANYSOCK" relay --reconnect "tcp:127.0.0.1:$port,interval=50ms" "tcp:127.0.0.1:$other,interval=50ms"
	relay=$pid
	# each greets, and the relay takes the greeting to the other
	serve "$other"
	wait_for grep -q hello "$served"
	wait_for grep -q hello "$left_served"
	stop "$server"
	serve "$other"
	right_served=$served
	wait_for lines "$left_served" 2
	stop "$left"
	serve "$port"
	wait_for lines "$right_served" 1
	run ! is_gone "$relay"
	[ "$(cat "$left_served")" = $'hello\nhello' ]
}

@test "recv --reconnect: one that closes after each line is read on" {
	start socat "TCP-LISTEN:$port,reuseaddr,fork" 'SYSTEM:echo line'
	start "$ANYSOCK" recv --reconnect "tcp:127.0.0.1:$port,interval=20ms" --read-bytes 10 --timeout "$patience"
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(head -n 2 "$output_file")" = $'line\nline' ]
}

@test "recv --reconnect: a line that a reset cut off is no part of the next one" {
	start python -c '
import socket, struct, sys
def is_read(port): # by the client, which has that port
    rows = [row.split() for row in open("/proc/net/tcp").readlines()[1:]]
    return all(row[4].endswith(":00000000") for row in rows if row[1].endswith(":%04X" % port))
l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind(("127.0.0.1", int(sys.argv[1]))); l.listen()
c = l.accept()[0]; c.sendall(b"cut off in the middle")
while not is_read(c.getpeername()[1]): pass
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); c.close()
c = l.accept()[0]; c.sendall(b"a\nb\n"); c.recv(1)' "$port"
	start "$ANYSOCK" recv --reconnect "tcp:127.0.0.1:$port,interval=20ms,frame=line" --count 2 --format hex --timeout "$patience"
	status_of "$pid"
	[ "$(<"$output_file")" = $'61\n62' ]
}

@test "connect --reconnect: what a lost connection had taken is counted, the rest is kept, and memory is bounded" {
	head -c 4000000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
	start python -u -c 'import os, socket, sys, time
l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind(("127.0.0.1", int(sys.argv[1]))); l.listen()
first = l.accept()[0]; got = b""
while len(got) < 300000: got += first.recv(65536)
while not os.path.exists(sys.argv[3]): time.sleep(0.02)
first.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"); first.close()
second = l.accept()[0]; rest = b""
while True:
    piece = second.recv(65536)
    if not piece: break
    rest += piece
data = open(sys.argv[2], "rb").read()
print(len(got), len(rest), data.startswith(got) and data.endswith(rest))' "$port" "$BATS_TEST_TMPDIR/data" "$BATS_TEST_TMPDIR/go"
	server=$pid served=$output_file
	start bash -c '"$1" connect --json --reconnect "tcp:127.0.0.1:$2,interval=20ms" <"$3"' - "$ANYSOCK" "$port" "$BATS_TEST_TMPDIR/data"
	client=$pid events=$error_file
	# the first server takes no more: what the client has read stands still
	wait_for eval '[ -n "$(ss -Hnto state established dport = :$port | awk "\$2 > 0")" ]'
	touch "$BATS_TEST_TMPDIR/go"
	status_of "$server"
	read -r got rest matches <"$served"
	[ "$matches" = True ]
	status_of "$client"
	lost=$(jq -s 'map(select(.type == "closed"))[0].forward.lost' "$events")
	[ "$lost" -gt 0 ]
	jq -r 'select(.type == "retry").error.text' "$events" | grep -q "$lost bytes that were sent are lost"
	# nothing else is missing but what the dead server's kernel had taken and the server had not read
	[ $((got + rest + lost)) -le 4000000 ]
	[ $((got + rest + lost)) -ge $((4000000 - 65536)) ]
}
