# SPDX-License-Identifier: GPL-2.0-or-later
# ends.bats: how a direction ends, and that what was read is delivered or the status says that it was not.
load ../helpers

# serve ADDRESS-FILE SCRIPT: a python server with `connection` accepted; the script sees socket, time, sys.
serve() {
	start python -c "
import socket, sys, time, struct, os
listener = socket.socket(); listener.bind(('127.0.0.1', 0)); listener.listen(8)
open('$BATS_TEST_TMPDIR/port.new', 'w').write(str(listener.getsockname()[1]))
os.rename('$BATS_TEST_TMPDIR/port.new', '$BATS_TEST_TMPDIR/port')
connection, peer = listener.accept()
def all():
    data = b''
    while True:
        part = connection.recv(65536)
        if not part: return data
        data += part
$1"
	wait_for test -s "$BATS_TEST_TMPDIR/port"
	port=$(cat "$BATS_TEST_TMPDIR/port")
}

@test "connect: an answer that comes three seconds after the end of input arrives whole" {
	serve 'all(); time.sleep(3); connection.sendall(b"late answer"); connection.close()'
	run -0 "$ANYSOCK" connect "tcp:127.0.0.1:$port" <<<"question"
	[ "$output" = "late answer" ]
}

@test "connect: the peer's half-close does not stop our input" {
	serve 'connection.shutdown(socket.SHUT_WR); print(len(all()))'
	run -0 bash -c "head -c 3000000 /dev/zero | '$ANYSOCK' connect tcp:127.0.0.1:$port"
	wait_for grep -qx 3000000 "$output_file"
}

@test "connect: a reset is status 1 and one message" {
	serve 'connection.recv(1); connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); connection.close()'
	run -1 bash -c "(printf x; cat /dev/zero) 2>/dev/null | '$ANYSOCK' connect tcp:127.0.0.1:$port"
	[ "${#lines[@]}" = 1 ]
	[[ "$output" == "anysock: tcp:127.0.0.1:$port: "*[Rr]eset* || "$output" == "anysock: tcp:127.0.0.1:$port: "*"Broken pipe"* ]]
}

@test "connect: bytes that a full disk refuses are not a success" {
	serve 'connection.sendall(b"data"); connection.close()'
	run -1 bash -c "'$ANYSOCK' connect tcp:127.0.0.1:$port </dev/null >/dev/full"
	[[ "$output" == *"No space left on device"* ]]
	[ "${#lines[@]}" = 1 ]
}

@test "connect: a reader that has gone ends it by SIGPIPE, quietly" {
	serve '
try:
    while True: connection.sendall(b"line\n" * 1000)
except OSError: pass'
	run bash -c "set -o pipefail; '$ANYSOCK' connect tcp:127.0.0.1:$port </dev/null | head -n 1; exit \${PIPESTATUS[0]}"
	[ "$status" = 141 ]
	[ "$output" = line ]
}

@test "connect --eof=close: the first end is the last" {
	serve 'all(); time.sleep(30)'
	run -0 timeout "$patience" "$ANYSOCK" connect --eof=close "tcp:127.0.0.1:$port" <<<"bye"
}

@test "send: ends once the peer has acknowledged everything" {
	serve 'print(len(all()))'
	head -c 5000000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
	run -0 "$ANYSOCK" send "tcp:127.0.0.1:$port" <"$BATS_TEST_TMPDIR/data"
	wait_for grep -qx 5000000 "$output_file"
}

@test "relay: both orders of ending lose nothing, 200 of 200 on tcp and unix" {
	cat >"$BATS_TEST_TMPDIR/peer.py" <<'END'
import socket, sys, threading
listener = socket.socket(socket.AF_UNIX); listener.bind(sys.argv[1]); listener.listen(64)
def serve(c):
    first = c.recv(1)
    if first == b"a":                       # the peer ends first
        data = b""
        while part := c.recv(65536): data += part
        c.sendall(data)
    else:                                   # we end first
        c.sendall(b"x" * 70000); c.shutdown(1)
        data = b""
        while part := c.recv(65536): data += part
        assert len(data) == 70000, len(data)
    c.close()
while True:
    c, _ = listener.accept(); threading.Thread(target=serve, args=(c,), daemon=True).start()
END
	start python "$BATS_TEST_TMPDIR/peer.py" "$BATS_TEST_TMPDIR/far"
	wait_for serves "$BATS_TEST_TMPDIR/far"
	ready_address relay tcp-listen:127.0.0.1:0 "unix:$BATS_TEST_TMPDIR/far"
	run -0 python - "${address##*:}" <<'END'
import socket, sys
good = 0
for i in range(200):
    c = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
    c.sendall(b"a" if i % 2 else b"b")
    c.sendall(b"y" * 70000); c.shutdown(1)
    data = b""
    while part := c.recv(65536): data += part
    good += len(data) == 70000
    c.close()
print(good)
END
	[ "$output" = 200 ]
}

@test "relay: seqpacket keeps boundaries, empty messages and half-close, 200 of 200" {
	cat >"$BATS_TEST_TMPDIR/peer.py" <<'END'
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); listener.bind(sys.argv[1]); listener.listen(64)
while True:
    c, _ = listener.accept()
    got = [c.recv(100) for _ in range(3)]
    for m in got: c.send(m)
    c.close()
END
	start python "$BATS_TEST_TMPDIR/peer.py" "$BATS_TEST_TMPDIR/far"
	wait_for serves "$BATS_TEST_TMPDIR/far"
	ready_address relay "unix-listen:$BATS_TEST_TMPDIR/near,type=seqpacket" "unix:$BATS_TEST_TMPDIR/far,type=seqpacket"
	run -0 python - "$BATS_TEST_TMPDIR/near" <<'END'
import socket, sys
good = 0
for i in range(200):
    c = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); c.settimeout(20); c.connect(sys.argv[1])
    c.send(b"one"); c.send(b""); c.send(b"three"); c.shutdown(1)
    good += [c.recv(100) for _ in range(3)] == [b"one", b"", b"three"]
    c.close()
print(good)
END
	[ "$output" = 200 ]
}

@test "relay: a reset is passed on as a reset" {
	serve 'connection.recv(1); connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); connection.close()'
	ready_address relay --once tcp-listen:127.0.0.1:0 "tcp:127.0.0.1:$port"
	run -0 python - "${address##*:}" <<'END'
import socket, sys
c = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
c.sendall(b"x")
try: print("end" if c.recv(1) == b"" else "data")
except ConnectionResetError: print("reset")
END
	[ "$output" = reset ]
}

@test "datagrams: 60,000 bytes arrive whole, an empty one is a message" {
	ready_address recv udp-listen:127.0.0.1:0 --format json --count 3 || {
		skip "recv tells no address yet"
	}
	python - "${address##*:}" <<'END'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for data in (b"", b"x", b"y" * 60000): s.sendto(data, ("127.0.0.1", int(sys.argv[1])))
END
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(jq -c .len "$output_file" | paste -sd' ')" = "0 1 60000" ]
}

@test "listen: an input of /dev/null does not cut the answer" {
	ready_address listen tcp:127.0.0.1:0
	run -0 socat -t 5 -u - "TCP:127.0.0.1:${address##*:}" < <(head -c 1000000 /dev/zero)
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(stat -c %s "$output_file")" = 1000000 ]
}

@test "relay: a listener on the right keeps the directions that were asked for" {
	local file=$BATS_TEST_TMPDIR/got
	ready_address relay --once -U file:"$file",create tcp-listen:127.0.0.1:0
	printf hello | socat -u - "tcp:127.0.0.1:${address##*:}"
	status_of "$pid"
	[ "$(cat "$file")" = hello ]
	ready_address relay --once -u text:hello tcp-listen:127.0.0.1:0
	run -0 timeout 20 socat -u "tcp:127.0.0.1:${address##*:}" -
	[ "$output" = hello ]
}

@test "connect: a reader of our standard output learns of the end while our input goes on" {
	local hold
	mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
	serve 'connection.sendall(b"that is all"); connection.shutdown(socket.SHUT_WR); print(all().decode())'
	peer=$pid said=$output_file
	exec {hold}<>"$BATS_TEST_TMPDIR/in"
	start bash -c "exec '$ANYSOCK' connect tcp:127.0.0.1:$port <'$BATS_TEST_TMPDIR/in' >'$BATS_TEST_TMPDIR/out' $hold>&-"
	run -0 timeout "$patience" cat "$BATS_TEST_TMPDIR/out"
	[ "$output" = "that is all" ]
	is_gone "$pid" && false
	echo more >&"$hold"
	exec {hold}>&-
	status_of "$pid"
	[ "$status" = 0 ]
	status_of "$peer"
	[ "$(cat "$said")" = more ]
}

@test "listen --keep: standard output serves those that come after" {
	ready_address listen --keep tcp:127.0.0.1:0
	for word in one two three; do
		printf '%s\n' "$word" | socat -u - "tcp:${address#tcp:}"
		wait_for grep -qx "$word" "$output_file"
	done
}

@test "listen --keep: standard output that is a socket, as services have it, serves those that come after" {
	run -0 python - "$ANYSOCK" <<'END'
import socket, subprocess, sys
reader, output = socket.socketpair()
server = subprocess.Popen([sys.argv[1], "listen", "-u", "--keep", "--ready-fd", "2", "tcp:127.0.0.1:0"],
                          stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE)
output.close()
port = int(server.stderr.readline().rsplit(b":", 1)[1])
# so much that the output is full in between: who waited for it is gone by the time it can be written to again
for _ in range(20):
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(10)
        client.sendall(b"x" * 400000)
        client.shutdown(socket.SHUT_WR)
        left = 400000
        while left: left -= len(reader.recv(min(left, 4096)))
        assert client.recv(1) == b""
assert server.poll() is None, server.poll()
server.terminate()
print(server.wait(10))
END
	[ "$output" = -15 ]
}

# interrupted DOMAIN SPEC: a peer whose data the kernel hands out in two parts, though it came at once; how much of the second arrived
interrupted() {
	python - "$ANYSOCK" "$1" "$2" <<'END'
import array, os, signal, socket, subprocess, sys, time
_, program, domain, spec = sys.argv
listener = socket.socket(getattr(socket, domain))
listener.bind(spec[5:] if domain == "AF_UNIX" else ("127.0.0.1", 0))
listener.listen()
if domain == "AF_INET": spec += str(listener.getsockname()[1])
child = subprocess.Popen([program, "connect", "--pump", "copy", spec], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
peer, _ = listener.accept()
peer.sendall(b"0"); assert child.stdout.read(1) == b"0"
child.stdin.write(b"1"); child.stdin.flush(); assert peer.recv(1) == b"1"
def state(): return open(f"/proc/{child.pid}/stat").read().rsplit(")", 1)[1].split()[0]
while state() != "S": time.sleep(0.001)
child.send_signal(signal.SIGSTOP)
while state() != "T": time.sleep(0.001)
if domain == "AF_UNIX":
    peer.sendmsg([b"a" * 100], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
else:
    peer.sendall(b"a" * 100); peer.send(b"!", socket.MSG_OOB)
peer.sendall(b"b" * 100)
child.send_signal(signal.SIGCONT)
signal.alarm(10)
print(child.stdout.read(200).count(b"b"))
peer.close(); child.stdin.close(); child.wait()
END
}

@test "connect: what stands behind urgent data or passed descriptors comes as well" {
	run -0 interrupted AF_INET tcp:127.0.0.1:
	[ "$output" = 100 ]
	run -0 interrupted AF_UNIX "unix:$BATS_TEST_TMPDIR/s"
	[ "$output" = 100 ]
}
