# SPDX-License-Identifier: GPL-2.0-or-later
# splice.bats: bulk through the splice pump, and the traps of splice(2).
load ../helpers

setup() {
	head -c 20M /dev/urandom >"$BATS_TEST_TMPDIR/data"
}

@test "relay: bulk through two relays in a row, tcp to unix and unix to tcp, both ways" {
	ready_address relay tcp-listen:127.0.0.1:0 exec:cat
	far=$address
	ready_address relay "unix-listen:$BATS_TEST_TMPDIR/s" "$far"
	ready_address relay tcp-listen:127.0.0.1:0 "unix:$BATS_TEST_TMPDIR/s"
	run -0 bash -c "socat -t 30 - TCP:127.0.0.1:${address##*:} <'$BATS_TEST_TMPDIR/data' | cmp - '$BATS_TEST_TMPDIR/data'"
}

@test "connect: a pipe full of single bytes neither spins nor hangs" {
	ready_address listen tcp:127.0.0.1:0
	run -0 bash -c "
		python3 -c 'import os
for i in range(20000): os.write(1, b\"x\")' | '$ANYSOCK' connect -u $address"
	status_of "$pid"
	[ "$(stat -c %s "$output_file")" = 20000 ]
}

@test "connect: a file that is appended to is written by copying" {
	ready_address listen tcp:127.0.0.1:0
	printf 'before\n' >"$BATS_TEST_TMPDIR/log"
	nc -N 127.0.0.1 "${address##*:}" <"$BATS_TEST_TMPDIR/data" >>"$BATS_TEST_TMPDIR/log"
	status_of "$pid"
	cmp "$output_file" "$BATS_TEST_TMPDIR/data"
	ready_address listen tcp:127.0.0.1:0 -- cat "$BATS_TEST_TMPDIR/data"
	"$ANYSOCK" connect "$address" </dev/null >>"$BATS_TEST_TMPDIR/log"
	[ "$(stat -c %s "$BATS_TEST_TMPDIR/log")" = $((7 + 20 * 1024 * 1024)) ]
}

@test "relay: a slow reader and a large pipe end with everything delivered" {
	ready_address relay --once tcp-listen:127.0.0.1:0 "exec:cat $BATS_TEST_TMPDIR/data"
	run -0 python - "${address##*:}" "$BATS_TEST_TMPDIR/data" <<'END'
import socket, sys, time
c = socket.socket(); c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096); c.connect(("127.0.0.1", int(sys.argv[1])))
c.shutdown(1); data = bytearray()
while part := c.recv(65536):
    data += part
    if len(data) % 7 == 0: time.sleep(0.001)
print(bytes(data) == open(sys.argv[2], "rb").read())
END
	[ "$output" = True ]
}

@test "--pump: the same bytes whichever way they are moved" {
	for pump in copy splice; do
		ready_address listen tcp:127.0.0.1:0 --pump "$pump"
		"$ANYSOCK" connect -u --pump "$pump" "$address" <"$BATS_TEST_TMPDIR/data"
		status_of "$pid"
		cmp "$output_file" "$BATS_TEST_TMPDIR/data"
	done
	run -2 "$ANYSOCK" connect --pump magic tcp:127.0.0.1:1
}

@test "connect: a file on standard input is spliced from where its offset stands" {
	needs command strace
	ready_address listen tcp:127.0.0.1:0
	run -0 bash -c "{ dd bs=1 count=3 status=none of=/dev/null; strace -f -o '$BATS_TEST_TMPDIR/trace' '$ANYSOCK' connect -u $address; } <'$BATS_TEST_TMPDIR/data'"
	status_of "$pid"
	cmp "$output_file" <(tail -c +4 "$BATS_TEST_TMPDIR/data")
	grep -q 'splice(.*) = 1048576' "$BATS_TEST_TMPDIR/trace"
}

@test "relay: what a connection that was reset left in a pipe does not come to the next" {
	run -0 --separate-stderr python - "$ANYSOCK" <<'END'
import socket, struct, subprocess, sys, threading
listener = socket.socket(); listener.bind(("127.0.0.1", 0)); listener.listen()
relay = subprocess.Popen([sys.argv[1], "relay", "-q", "--ready-fd", "1", "tcp-listen:127.0.0.1:0",
                          "tcp:127.0.0.1:%d" % listener.getsockname()[1]], stdout=subprocess.PIPE)
port = int(relay.stdout.readline().rsplit(b":", 1)[1])
def send(c, data):
    try: c.sendall(data); c.shutdown(socket.SHUT_WR)
    except OSError: pass
def begin(byte):
    c = socket.create_connection(("127.0.0.1", port), 20)
    thread = threading.Thread(target=send, args=(c, byte * (8 << 20))); thread.start()
    sink = listener.accept()[0]; sink.settimeout(20)
    return c, thread, sink
clean = 0
for turn in range(20):
    c, thread, sink = begin(b"A")
    for _ in range(turn + 1): sink.recv(100000)
    sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); sink.close()
    thread.join(); c.close()
    c, thread, sink = begin(b"B")
    counts = [0, 0]
    while part := sink.recv(1 << 20): counts[0] += len(part); counts[1] += part.count(b"B")
    clean += counts == [8 << 20, 8 << 20]
    thread.join(); c.close(); sink.close()
relay.terminate(); relay.wait()
print(clean)
END
	[ "$output" = 20 ]
}

@test "relay: where the user's share of pipes is used up, one of a page serves as well" {
	needs root
	# of a user that nobody else is; the memory of its pipes counts for all its processes
	cat >"$BATS_TEST_TMPDIR/user.py" <<'END'
import fcntl, os, subprocess, sys
program = os.open(sys.argv[1], os.O_RDONLY)
os.setgroups([]); os.setgid(54321); os.setuid(54321)
pipes = []
while True:
    pipes.append(os.pipe())
    try: fcntl.fcntl(pipes[-1][0], fcntl.F_SETPIPE_SZ, 1 << 20)
    except OSError: break
while fcntl.fcntl(pipes[-1][0], fcntl.F_GETPIPE_SZ) > 8192: pipes.append(os.pipe())
os.execve(program, sys.argv[1:], os.environ) if os.fork() == 0 else os.wait()
END
	start socat -u "ABSTRACT-LISTEN:pipes.$$" -
	sink=$pid
	received=$output_file
	wait_for grep -q "@pipes.$$" /proc/net/unix
	start python "$BATS_TEST_TMPDIR/user.py" "$ANYSOCK" relay --once --ready-fd 1 tcp-listen:127.0.0.1:0 "unix:@pipes.$$"
	wait_for test -s "$output_file"
	timeout "$patience" socat -u -b 4194304 - "$(tr '[:lower:]' '[:upper:]' <"$output_file")" <"$BATS_TEST_TMPDIR/data"
	status_of "$sink"
	cmp "$received" "$BATS_TEST_TMPDIR/data"
}

@test "relay: single bytes that fill a pipe, one in each of its slots, neither spin nor hang nor get lost" {
	run -0 --separate-stderr python - "$ANYSOCK" "$BATS_TEST_TMPDIR" <<'END'
import os, socket, subprocess, sys, threading
program, folder = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX); listener.bind(folder + "/out"); listener.listen()
relay = subprocess.Popen([program, "relay", "-q", "--once", "--ready-fd", "1", f"unix-listen:{folder}/in", f"unix:{folder}/out"],
                         stdout=subprocess.PIPE)
relay.stdout.readline()
source = socket.socket(socket.AF_UNIX); source.connect(folder + "/in")
sink = listener.accept()[0]
# more than the sink's queue takes: the rest stays in the pipe, and the single bytes come behind it, each a buffer of its own
bulk, many, sent = b"b" * 400000, 3000, 0
source.sendall(bulk)
def dribble():
    global sent
    for _ in range(many): source.sendall(b"x"); sent += 1
    source.shutdown(socket.SHUT_WR)
thread = threading.Thread(target=dribble); thread.start()
def state():
    words = open(f"/proc/{relay.pid}/stat").read().rpartition(")")[2].split()
    return sent, words[11], words[12]
def is_still():
    before = state()
    thread.join(0.3)
    return before == state()
while not is_still(): assert relay.poll() is None
print("stuck at", "slots" if 0 < sent < many else sent)
got = b""
while part := sink.recv(65536): got += part
thread.join(); sink.close()
print(got == bulk + b"x" * many, relay.wait())
END
	[ "$output" = $'stuck at slots\nTrue 0' ]
}

@test "relay: a file that is rewritten while it is sent: copied, what was read stays; spliced, its reader sees the new" {
	for pump in copy splice; do
		run -0 --separate-stderr python - "$ANYSOCK" "$BATS_TEST_TMPDIR/$pump" "$pump" <<'END'
import os, re, select, socket, subprocess, sys
program, path, pump = sys.argv[1:]
size = 32 << 20
with open(path, "wb") as file: file.write(b"o" * size)
listener = socket.socket(socket.AF_UNIX); listener.bind(path + ".socket"); listener.listen()
relay = subprocess.Popen([program, "relay", "-q", "-u", "--pump", pump, "-", f"unix:{path}.socket"], stdin=open(path, "rb"))
sink = listener.accept()[0]
# enough for it to begin to splice
got = sink.recv(2 << 20, socket.MSG_WAITALL)
def place():
    with open(f"/proc/{relay.pid}/fdinfo/0") as file: return int(file.readline().split()[1])
before = -1
while before != place():
    before = place()
    select.select([], [], [], 0.2)
with open(path, "r+b") as file: file.write(b"n" * size)
while part := sink.recv(1 << 20): got += part
old = got.count(b"o")
print(len(got) == size, got == b"o" * old + b"n" * (size - old), "as read" if old == before else "newer" if old < before else "older", relay.wait())
END
		[ "$output" = "True True $([ "$pump" = copy ] && echo as read || echo newer) 0" ]
	done
}

@test "relay: a file that is cut short while it is sent ends where it is cut" {
	for pump in copy splice; do
		run -0 --separate-stderr python - "$ANYSOCK" "$BATS_TEST_TMPDIR/$pump" "$pump" <<'END'
import os, socket, subprocess, sys
program, path, pump = sys.argv[1:]
with open(path, "wb") as file: file.write(b"o" * (64 << 20))
listener = socket.socket(socket.AF_UNIX); listener.bind(path + ".socket"); listener.listen()
relay = subprocess.Popen([program, "relay", "-q", "-u", "--pump", pump, "-", f"unix:{path}.socket"], stdin=open(path, "rb"))
sink = listener.accept()[0]; sink.settimeout(20)
got = len(sink.recv(4096))
os.truncate(path, 10 << 20)
while part := sink.recv(1 << 20): got += len(part)
print(10 << 20 <= got < 64 << 20, relay.wait())
END
		[ "$output" = "True 0" ]
	done
}
