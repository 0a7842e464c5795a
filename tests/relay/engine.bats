# SPDX-License-Identifier: GPL-2.0-or-later
# engine.bats: one process, thousands of connections, bounded memory; what goes wrong with one is not the others' fault.
# shellcheck disable=SC2016
load ../helpers

echo_server() {
	cat >"$BATS_TEST_TMPDIR/peer.py" <<'END'
import asyncio, os, sys
async def echo(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data); await writer.drain()
    except OSError: pass
    writer.close()
async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=4096)
    open(sys.argv[1] + ".new", "w").write(str(server.sockets[0].getsockname()[1]))
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    await server.serve_forever()
asyncio.run(main())
END
	start python "$BATS_TEST_TMPDIR/peer.py" "$BATS_TEST_TMPDIR/port"
	wait_for test -s "$BATS_TEST_TMPDIR/port"
	port=$(cat "$BATS_TEST_TMPDIR/port")
}

descriptors() {
	find "/proc/$1/fd" -mindepth 1 | wc -l
}

@test "relay: a thousand connections, in full nine, at once in one process, nothing lost, all descriptors given back" {
	local many=${ANYSOCK_FULL:+9000}
	ulimit -n "$(ulimit -H -n)"
	echo_server
	ready_address relay tcp-listen:127.0.0.1:0 "tcp:127.0.0.1:$port"
	before=$(descriptors "$pid")
	run -0 python - "${address##*:}" "${many:-1000}" <<'END'
import socket, sys
many = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30) for _ in range(int(sys.argv[2]))]
for c in many: c.sendall(b"z" * 1024)
good = 0
for c in many:
    c.shutdown(1); data = b""
    while part := c.recv(4096): data += part
    good += data == b"z" * 1024
print(good)
END
	[ "$output" = "${many:-1000}" ]
	descriptors_are() { [ "$(descriptors "$pid")" -le "$before" ]; }
	wait_for descriptors_are
	[ -z "$(ps -o pid= --ppid "$pid")" ]
}

@test "listen --keep: at a limit of 32 descriptors 200 clients are all served, and it goes on" {
	ready_address listen --keep tcp:127.0.0.1:0 -- cat
	prlimit --pid "$pid" --nofile=32:32
	run -0 python - "${address##*:}" <<'END'
import socket, sys, threading
good = []
def client(i):
    c = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
    c.sendall(b"%d" % i); c.shutdown(1)
    data = b""
    while part := c.recv(4096): data += part
    good.append(data == b"%d" % i)
threads = [threading.Thread(target=client, args=(i,)) for i in range(200)]
for t in threads: t.start()
for t in threads: t.join()
print(sum(good))
END
	[ "$output" = 200 ]
	[ "$(printf again | "$ANYSOCK" "$address")" = again ]
}

@test "relay: 10 MB to a reader that stops stay outside our memory" {
	needs plain "they take memory of their own"
	cat >"$BATS_TEST_TMPDIR/peer.py" <<'END'
import os, socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
open(sys.argv[1] + ".new", "w").write(str(s.getsockname()[1])); os.rename(sys.argv[1] + ".new", sys.argv[1])
c, _ = s.accept(); c.recv(1); time.sleep(60)
END
	start python "$BATS_TEST_TMPDIR/peer.py" "$BATS_TEST_TMPDIR/port"
	wait_for test -s "$BATS_TEST_TMPDIR/port"
	ready_address relay tcp-listen:127.0.0.1:0 "tcp:127.0.0.1:$(cat "$BATS_TEST_TMPDIR/port")"
	relay=$pid
	start bash -c "head -c 100M /dev/zero | nc 127.0.0.1 ${address##*:}"
	is_stuck() {
		local queued
		queued=$(ss -Htn state established "( dport = :$(cat "$BATS_TEST_TMPDIR/port") )" | awk '{n += $2} END {print n + 0}')
		[ "$queued" -gt 100000 ]
	}
	wait_for is_stuck
	[ "$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$relay/status")" -lt 8192 ]
}

@test "listen --keep: a program that cannot be started ends its own connection only" {
	printf '#!/bin/sh\necho here' >"$BATS_TEST_TMPDIR/program"
	chmod +x "$BATS_TEST_TMPDIR/program"
	ready_address listen --keep tcp:127.0.0.1:0 -- "$BATS_TEST_TMPDIR/program"
	mv "$BATS_TEST_TMPDIR/program" "$BATS_TEST_TMPDIR/elsewhere"
	run "$ANYSOCK" "$address" </dev/null
	is_gone "$pid" && false
	mv "$BATS_TEST_TMPDIR/elsewhere" "$BATS_TEST_TMPDIR/program"
	[ "$("$ANYSOCK" "$address" </dev/null)" = here ]
}

@test "listen: SIGTERM removes the socket file and ends by the signal" {
	start "$ANYSOCK" listen "unix:$BATS_TEST_TMPDIR/s"
	wait_for serves "$BATS_TEST_TMPDIR/s"
	kill -TERM "$pid"
	status_of "$pid"
	[ "$status" = 143 ]
	[ ! -e "$BATS_TEST_TMPDIR/s" ]
}

# told FLAGS: a listener that tells all in JSON to a pipe of 4 KiB with these flags, which is read only later. Prints how many of 30
# connections came whole, and what SIGTERM does while nobody reads at all.
told() {
	run -0 python - "$ANYSOCK" "$BATS_TEST_TMPDIR/socket" "$@" <<'END'
import fcntl, json, os, signal, socket, subprocess, sys, threading, time
signal.alarm(30)
program, path, flags = sys.argv[1], sys.argv[2], getattr(os, sys.argv[3], 0)
reader, into = os.pipe(); fcntl.fcntl(into, 1031, 4096)  # F_SETPIPE_SZ
fcntl.fcntl(into, fcntl.F_SETFL, flags)
server = subprocess.Popen([program, "listen", "--keep", "--json", "-vv", "unix:" + path, "--", "cat"], stdin=subprocess.DEVNULL, stderr=into)
os.close(into)
lines = os.fdopen(reader, "rb")
json.loads(lines.readline())
def ask(count):
    for _ in range(count):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20); client.connect(path); client.sendall(b"x" * 5000); client.shutdown(socket.SHUT_WR)
            while client.recv(10000): pass
asking = threading.Thread(target=ask, args=(30,)); asking.start()
time.sleep(0.5)
whole = {"closed": 0, "message": 0}
while whole["closed"] < 30:
    event = json.loads(lines.readline())
    whole[event["type"]] = whole.get(event["type"], 0) + 1
asking.join()
print(whole["accepted"], whole["message"] >= 60)
def quietly():
    try: ask(30)
    except OSError: pass
asking = threading.Thread(target=quietly, daemon=True); asking.start()
time.sleep(0.5)
server.terminate()
print(server.wait(5), os.path.exists(path))
END
	[ "$output" = $'30 True\n-15 False' ]
}

@test "listen: where nobody reads what it tells it waits, cuts no line, and SIGTERM ends it as ever" {
	told 0
	told O_NONBLOCK
}

@test "connect --tee, --record: a pipe that nobody reads holds the transfer up, and signals end it" {
	start socat -u TCP-LISTEN:0,bind=127.0.0.1,fork OPEN:/dev/null
	local port option
	port_is_there() { port=$(ss -Htlnp | sed -n "s/.*127.0.0.1:\([0-9]*\) .*pid=$pid,.*/\1/p"); [ -n "$port" ]; }
	wait_for port_is_there
	mkfifo "$BATS_TEST_TMPDIR/full"
	# shellcheck disable=SC2034
	exec {full}<>"$BATS_TEST_TMPDIR/full"
	for option in tee record; do
		start sh -c 'exec "$@" </dev/zero' - "$ANYSOCK" connect "--$option" "$BATS_TEST_TMPDIR/full" "tcp:127.0.0.1:$port"
		# until the pipe is full
		sleep 0.5
		kill "$pid"
		status_of "$pid"
		[ "$status" -eq 143 ]
	done
}

@test "listen: SIGUSR1 tells the counts and changes nothing" {
	ready_address listen --keep tcp:127.0.0.1:0 -- cat
	[ "$(printf 12345 | "$ANYSOCK" "$address")" = 12345 ]
	# the session ends with its program, which may be after the client
	tells() {
		kill -USR1 "$pid"
		grep -q "1 session, 5 bytes forward (splice), 5 bytes backward (splice)" "$error_file"
	}
	wait_for tells
	[ "$(printf on | "$ANYSOCK" "$address")" = on ]
}

@test "listen --accept-timeout: nobody came, status 4" {
	run -4 "$ANYSOCK" listen tcp:127.0.0.1:0 --accept-timeout 100ms
	[[ "$output" == *"nobody connected"* ]]
}

@test "connect --connect-timeout: an address that never answers, status 4" {
	cat >"$BATS_TEST_TMPDIR/peer.py" <<'END'
import os, socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(0)
full = [socket.socket() for _ in range(4)]
for c in full: c.setblocking(False); c.connect_ex(s.getsockname())
open(sys.argv[1] + ".new", "w").write(str(s.getsockname()[1])); os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(60)
END
	start python "$BATS_TEST_TMPDIR/peer.py" "$BATS_TEST_TMPDIR/port"
	wait_for test -s "$BATS_TEST_TMPDIR/port"
	run -4 "$ANYSOCK" connect --connect-timeout 300ms "tcp:127.0.0.1:$(cat "$BATS_TEST_TMPDIR/port")" </dev/null
	[[ "$output" == *"timed out"* ]]
}

@test "udp: 500 peers have a session each, answers leave from the address that was asked" {
	ready_address relay udp-listen:127.0.0.1:0 exec:cat
	run -0 python - "${address##*:}" <<'END'
import socket, sys
to = ("127.0.0.1", int(sys.argv[1])); many = []
for i in range(500):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(30); s.connect(to); s.send(b"%d" % i); many.append(s)
    if i % 20 == 19: assert many[-1].recv(100) == b"%d" % i
print(sum(s.recv(100) == b"%d" % i for i, s in enumerate(many) if i % 20 != 19))
END
	[ "$output" = 475 ]
}

@test "recv: messages that came together are written together, none is kept back" {
	needs command strace
	# a socket would keep them apart: a pipe
	start bash -c "strace -qq -e trace=write -o '$BATS_TEST_TMPDIR/log' '$ANYSOCK' recv -q --format hex --ready-fd 2 udp-listen:127.0.0.1:0 | cat"
	wait_for grep -q udp: "$error_file"
	tracer=$(pgrep -P "$pid" -x strace)
	receiver=$(pgrep -P "$tracer")
	kill -STOP "$receiver"
	python - "$(sed 's/.*:\([0-9]*\)$/\1/' "$error_file")" <<'END'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(200): s.sendto(b"%03d" % i, ("127.0.0.1", int(sys.argv[1])))
END
	kill -CONT "$receiver"
	has_all() { [ "$(wc -l <"$output_file")" = 200 ]; }
	wait_for has_all
	[ "$(grep -c '^write' "$BATS_TEST_TMPDIR/log")" -lt 30 ]
	kill -TERM "$receiver"
}

@test "relay: between two listeners whoever comes first waits for the other" {
	start "$ANYSOCK" relay "unix-listen:$BATS_TEST_TMPDIR/a" "unix-listen:$BATS_TEST_TMPDIR/b"
	wait_for grep -q "/b$" "$error_file"
	run -0 python - "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b" <<'END'
import socket, sys
for first, second in ((1, 2), (2, 1), (1, 2)):
    pair = []
    for path in (sys.argv[first], sys.argv[second]):
        c = socket.socket(socket.AF_UNIX); c.settimeout(20); c.connect(path); c.sendall(b"from %d" % len(pair)); pair.append(c)
    print(pair[0].recv(9).decode(), pair[1].recv(9).decode())
    for c in pair: c.close()
END
	[ "$output" = $'from 1 from 0\nfrom 1 from 0\nfrom 1 from 0' ]
}

@test "udp: in a full table the peer that was silent longest goes, and every new one is answered" {
	ready_address relay udp-listen:127.0.0.1:0,max-children=50 exec:cat
	run -0 python - "${address##*:}" <<'END'
import socket, sys
good = 0
for i in range(200):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(10); s.connect(("127.0.0.1", int(sys.argv[1])))
    s.send(b"%d" % i); good += s.recv(100) == b"%d" % i
print(good)
END
	[ "$output" = 200 ]
	[ "$(descriptors "$pid")" -lt 200 ]
}

@test "-v, --stats and --json name the pump of each direction, which --pump chooses" {
	run -0 --separate-stderr "$ANYSOCK" -v --stats --pump copy text:hi exec:cat
	[[ $stderr == *"closed #1 after "*": 2 bytes forward (copy), 2 bytes backward (copy)"*"1 session, 2 bytes forward (copy), 2 bytes backward (copy)"* ]]
	run -0 --separate-stderr "$ANYSOCK" --json text:hi exec:'dd of=/dev/null status=none'
	[ "$(jq -c 'select(.type == "closed") | [.forward.pump, .backward]' <<<"$stderr")" = '["splice",{"bytes":0}]' ]
}

# flood_told RELAY-OUTPUT ERROR...: each was told ten times a second at most, and the others as a number; together that is all.
flood_told() {
	local told more sum=0 text
	for text in "${@:2}"; do
		told=$(grep -cE "^anysock: (udp|unix)[^ ]* $text\$" "$1")
		more=$(sed -nE "s/^anysock: ([0-9]+) times? more: .*$text\$/\1/p" "$1")
		[ "$told" -le $((10 * (1 + $(wc -w <<<"$more")))) ] || return 1
		more=$(awk '{ n += $1 } END { print n + 0 }' <<<"$more")
		[ "$more" -gt 100 ] || return 1
		sum=$((sum + told + more))
	done
	[ "$sum" = "$(sed -nE 's/.*, ([0-9]+) errors$/\1/p' "$1")" ]
}

@test "a flood of the same error is told ten times a second, and the others as a number" {
	ready_address relay --stats udp-listen:127.0.0.1:0 udp:127.0.0.1:9
	run -0 python - "${address##*:}" <<'END'
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("127.0.0.1", int(sys.argv[1])))
until = time.monotonic() + 1.5
while time.monotonic() < until: s.send(b"x")
END
	kill "$pid"
	status_of "$pid"
	flood_told "$error_file" 'send: Connection refused' || { tail -n 5 "$error_file" && false; }
}

@test "a flood of two errors that take turns is told as each of them would be" {
	start anysock relay --stats -u unix-dgram-listen:"$BATS_TEST_TMPDIR/here" unix-dgram:"$BATS_TEST_TMPDIR/sink"
	wait_for test -S "$BATS_TEST_TMPDIR/here"
	run -0 python - "$BATS_TEST_TMPDIR" <<'END'
import os, socket, sys, time
os.chdir(sys.argv[1])
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect("here")
open("file", "w")
until = time.monotonic() + 1.5
while time.monotonic() < until:
    s.send(b"x")
    os.rename("file", "sink")
    s.send(b"x")
    os.rename("sink", "file")
END
	kill "$pid"
	status_of "$pid"
	flood_told "$error_file" 'connect: Connection refused' 'connect: No such file or directory' ||
		{ sort "$error_file" | uniq -c | sort -n | tail -n 5 && false; }
}

@test "a flood of errors that all differ is told a hundred times a second, and the others as a number" {
	ready_address relay -u --stats tcp-listen:127.0.0.1:0,frame=candump udp:127.0.0.1:9
	run -0 python - "${address##*:}" <<'END'
import socket, sys, time
until, count = time.monotonic() + 2.2, 0
while time.monotonic() < until:
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20); count += 1
    s.sendall(b"x%08d#00\n" % count)
    try: s.recv(1)
    except ConnectionResetError: pass
    s.close()
print(count)
END
	kill "$pid"
	status_of "$pid"
	local told more
	told=$(grep -c 'line 1: "x[0-9]*" is no CAN identifier$' "$error_file")
	more=$(sed -nE 's/^anysock: ([0-9]+) lines? more, of many kinds$/\1/p' "$error_file" | awk '{ n += $1 } END { print n + 0 }')
	[ "$output" -gt 500 ]
	[ "$told" -ge 200 ]
	[ "$told" -le 400 ]
	[ "$((told + more))" = "$output" ]
	grep -q ", $output errors$" "$error_file"
}

@test "a flood of notices is told as one of errors is" {
	mkfifo "$BATS_TEST_TMPDIR/line"
	run -4 --separate-stderr timeout "$patience" sh -c 'yes text | tr "\n" "\r" | head -c 20000 >"$2/line" & "$1" recv --timeout 2s "slcan:$2/line,channel=off"' - "$ANYSOCK" "$BATS_TEST_TMPDIR"
	[ "$(grep -c 'a line that is no frame is left out$' <<<"$stderr")" -le 30 ]
	grep -qE '^anysock: [0-9]+ times more: .*a line that is no frame is left out$' <<<"$stderr"
}
