# SPDX-License-Identifier: GPL-2.0-or-later
# batch.bats: datagrams that come together leave together and are what they were; python3 is at both ends.
# shellcheck disable=SC2154
load ../helpers

# python_sink UNIX-PATH|HOST [COUNT]: says where it is, waits for the file "go", then prints of each of so many datagrams (100)
# its length and the number it begins with, and sends it back where that can be. Sets sink, its port, and sink_output.
python_sink() {
	rm -f "$BATS_TEST_TMPDIR/go"
	start python -c "
import os, socket, sys, time
path = '/' in sys.argv[1]
s = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_DGRAM)
s.bind(sys.argv[1] if path else (sys.argv[1], 0))
s.settimeout(30)
print(0 if path else s.getsockname()[1], flush=True)
while not os.path.exists(sys.argv[2]):
    time.sleep(0.02)
for _ in range(int(sys.argv[3])):
    data, peer = s.recvfrom(70000)
    print(len(data), int(data[:4]), flush=True)
    path or s.sendto(data, peer)" "$1" "$BATS_TEST_TMPDIR/go" "${2:-100}"
	wait_for test -s "$output_file"
	sink=$(head -n 1 "$output_file") sink_output=$output_file
}

# burst RELAY PORT ANSWERS: 100 datagrams of several lengths wait for the relay at once; so many answers are printed as a
# sink does. Sets sender_output.
burst() {
	kill -STOP "$1"
	start python -c "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(30)
s.connect(('127.0.0.1', int(sys.argv[1])))
for i in range(100):
    s.send(b'%04d' % i + bytes((96, 96, 96, 96, 40, 0, 1200, 1200)[i // 5 % 8]))
print('sent', flush=True)
for _ in range(int(sys.argv[2])):
    data = s.recv(70000)
    print(len(data), int(data[:4]), flush=True)" "$2" "$3"
	sender_output=$output_file
	wait_for grep -qx sent "$sender_output"
	kill -CONT "$1"
}

# whole FILE: it ends with the lines of all 100 datagrams, in their order.
whole() {
	local lengths=(100 100 100 100 44 4 1204 1204)
	for ((i = 0; i < 100; i++)); do echo "${lengths[i / 5 % 8]} $i"; done >"$BATS_TEST_TMPDIR/expected"
	wait_for grep -q ' 99$' "$1"
	tail -n +2 "$1" | diff "$BATS_TEST_TMPDIR/expected" -
}

@test "batch: UDP that comes at once is relayed in a few calls, both ways, each datagram as it was" {
	needs command strace
	python_sink 127.0.0.1
	touch "$BATS_TEST_TMPDIR/go"
	ready_address relay udp-listen:127.0.0.1:0 udp:127.0.0.1:"$sink"
	relay=$pid
	traced "$relay"
	burst "$relay" "${address##*:}" 100
	whole "$sink_output"
	whole "$sender_output"
	stop "$relay"
	grep -q '^recvmmsg(.* = 64$' "$BATS_TEST_TMPDIR/trace"
	grep -q '^sendmmsg(' "$BATS_TEST_TMPDIR/trace"
	# twenty of one length leave as one
	grep '^sendmmsg(' "$BATS_TEST_TMPDIR/trace" | grep -q 'cmsg_level=SOL_UDP, cmsg_type=0x67'
}

@test "batch: --pump message moves them one by one, with the same outcome" {
	python_sink 127.0.0.1
	touch "$BATS_TEST_TMPDIR/go"
	ready_address relay --pump message udp-listen:127.0.0.1:0 udp:127.0.0.1:"$sink"
	burst "$pid" "${address##*:}" 100
	whole "$sink_output"
	whole "$sender_output"
}

@test "batch: datagrams that the kernel joins are apart again" {
	python_sink 127.0.0.1
	touch "$BATS_TEST_TMPDIR/go"
	ready_address relay udp-listen:127.0.0.1:0,udp-gro udp:127.0.0.1:"$sink"
	run -0 python -c "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(30)
s.connect(('127.0.0.1', int(sys.argv[1])))
s.sendmsg([b''.join(b'%04d' % i + bytes(60) for i in range(50))], [(socket.IPPROTO_UDP, 103, (64).to_bytes(2, 'little'))])
print([len(s.recv(70000)) for _ in range(50)] == [64] * 50)" "${address##*:}"
	[ "$output" = True ]
}

@test "batch: what a receiver has no room for waits, and nothing is lost" {
	python_sink "$BATS_TEST_TMPDIR/sink"
	ready_address relay udp-bind:127.0.0.1:0 unix:"$BATS_TEST_TMPDIR/sink",type=dgram
	relay=$pid
	burst "$relay" "${address##*:}" 0
	# the sink's queue holds ten
	touch "$BATS_TEST_TMPDIR/go"
	whole "$sink_output"
}

# send_some PORT FROM TO: those of a burst's datagrams.
send_some() {
	python -c "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(int(sys.argv[2]), int(sys.argv[3])):
    s.sendto(b'%04d' % i + bytes((96, 96, 96, 96, 40, 0, 1200, 1200)[i // 5 % 8]), ('127.0.0.1', int(sys.argv[1])))" "$@"
}

# nothing_waits PORT: all that came there has been received.
nothing_waits() {
	grep -q ":$(printf %04X "$1") 00000000:0000 07 00000000:00000000 " /proc/net/udp
}

@test "batch: what comes while a receiver has no room is not forgotten" {
	python_sink "$BATS_TEST_TMPDIR/sink"
	ready_address relay udp-bind:127.0.0.1:0 unix:"$BATS_TEST_TMPDIR/sink",type=dgram
	kill -STOP "$pid"
	send_some "${address##*:}" 0 60
	kill -CONT "$pid"
	wait_for nothing_waits "${address##*:}"
	# the sink's queue holds ten: the relay has the other fifty
	send_some "${address##*:}" 60 100
	touch "$BATS_TEST_TMPDIR/go"
	whole "$sink_output"
}

@test "batch: --count ends with so many, out of more that came at once" {
	python_sink 127.0.0.1
	touch "$BATS_TEST_TMPDIR/go"
	ready_address recv --count 70 --format hex udp-bind:127.0.0.1:0
	receiver=$pid receiver_output=$output_file
	burst "$receiver" "${address##*:}" 0
	status_of "$receiver"
	[ "$status" = 0 ]
	[ "$(wc -l <"$receiver_output")" = 70 ]
}

# unix_relay: a relay of UNIX datagrams, whose calls are traced. Sets relay.
unix_relay() {
	python_sink "$BATS_TEST_TMPDIR/sink"
	touch "$BATS_TEST_TMPDIR/go"
	start anysock relay -u unix-dgram-listen:"$BATS_TEST_TMPDIR/here" unix-dgram:"$BATS_TEST_TMPDIR/sink"
	relay=$pid
	wait_for test -S "$BATS_TEST_TMPDIR/here"
	traced "$relay"
}

# unix_burst: 100 datagrams wait for the relay at once, or would but for its queue, and it comes to whole.
unix_burst() {
	kill -STOP "$relay"
	start python -c "
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for i in range(100):
    s.sendto(b'%04d' % i + bytes((96, 96, 96, 96, 40, 0, 1200, 1200)[i // 5 % 8]), sys.argv[1])" "$BATS_TEST_TMPDIR/here"
	# the relay's queue holds ten, and the eleventh
	wait_for blocked "$pid"
	kill -CONT "$relay"
	whole "$sink_output"
	stop "$relay"
}

@test "batch: UNIX datagrams that come at once are relayed in a few calls" {
	needs command strace
	unix_relay
	unix_burst
	grep -q '^recvmmsg(.* = 1[01]$' "$BATS_TEST_TMPDIR/trace"
	grep -q '^sendmmsg(.* = 1[01]$' "$BATS_TEST_TMPDIR/trace"
}

@test "batch: where the address space is limited, fewer datagrams are taken at once, and none is lost" {
	needs plain "a sanitizer wants address space without limit"
	needs command strace
	needs command prlimit
	unix_relay
	has=$(awk '/^VmSize:/ { print $2 * 1024 }' "/proc/$relay/status")
	prlimit --pid "$relay" --as=$((has + (12 << 20)))
	unix_burst
	grep -q '^recvmmsg(.* = 8$' "$BATS_TEST_TMPDIR/trace"
}

# blocked PID: it sleeps in a system call.
blocked() {
	grep -q '^State:[[:space:]]*S' "/proc/$1/status" && [ "$(cut -d ' ' -f 1 "/proc/$1/syscall")" = 44 ]
}

# closed_once: every descriptor that came with a datagram was closed, and none twice.
closed_once() {
	local trace=$BATS_TEST_TMPDIR/trace
	! grep '^close(.* EBADF' "$trace" || return 1
	[ "$(grep -o 'cmsg_data=\[[0-9, ]*\]' "$trace" | grep -o '[0-9]\+' | sort -n)" = "$(grep -o '^close([0-9]*' "$trace" | grep -o '[0-9]\+' | sort -n)" ]
}

# descriptors_to PATH NUMBER...: a datagram for each number, with so many descriptors.
descriptors_to() {
	python -c "
import array, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for i, count in enumerate(sys.argv[2:]):
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0] * int(count)))
    s.sendmsg([b'%04d' % i], [rights] if int(count) else [], 0, sys.argv[1])" "$@"
}

@test "batch: descriptors that come along are closed once each, whichever pump moves what they came with" {
	needs command strace
	for pump in batch message; do
		python_sink "$BATS_TEST_TMPDIR/sink-$pump"
		touch "$BATS_TEST_TMPDIR/go"
		start anysock relay -u --pump "$pump" unix-dgram-listen:"$BATS_TEST_TMPDIR/$pump" unix-dgram:"$BATS_TEST_TMPDIR/sink-$pump"
		relay=$pid
		wait_for test -S "$BATS_TEST_TMPDIR/$pump"
		traced "$relay" close,recvmmsg,recvmsg
		kill -STOP "$relay"
		descriptors_to "$BATS_TEST_TMPDIR/$pump" 2 0 3 1
		kill -CONT "$relay"
		wait_for grep -q ' 3$' "$sink_output"
		wait_for closed_once
	done
}

@test "batch: descriptors of which some did not fit are closed once, too" {
	needs command strace
	needs command prlimit
	start anysock relay -u unix-dgram-listen:"$BATS_TEST_TMPDIR/here" file:"$BATS_TEST_TMPDIR/came",create
	relay=$pid relay_errors=$error_file
	wait_for test -S "$BATS_TEST_TMPDIR/here"
	traced "$relay" close,recvmmsg
	prlimit --pid "$relay" --nofile=64
	kill -STOP "$relay"
	descriptors_to "$BATS_TEST_TMPDIR/here" 1 100
	kill -CONT "$relay"
	wait_for grep -q 'ancillary data was longer' "$relay_errors"
	wait_for closed_once
}

@test "batch: what is more than a turn may take is left for the next, and what comes meanwhile as well" {
	start python -c "
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while not os.path.exists(sys.argv[2]):
    time.sleep(0.02)
for _ in range(20):
    data = s.recv(100000)
    print(len(data), int(data[:4]), flush=True)" "$BATS_TEST_TMPDIR/sink" "$BATS_TEST_TMPDIR/go"
	sink_output=$output_file
	wait_for test -S "$BATS_TEST_TMPDIR/sink"
	start anysock relay -u unix-dgram-listen:"$BATS_TEST_TMPDIR/here" unix-dgram:"$BATS_TEST_TMPDIR/sink"
	relay=$pid
	wait_for test -S "$BATS_TEST_TMPDIR/here"
	kill -STOP "$relay"
	# the first ten are received at once, but the sink and the relay hold eight; the others come while two are in the batch
	start python -c "
import fcntl, socket, sys, time
sockets = [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(5)]
def ten(start):
    for i in range(10):
        sockets[i // 2].send(b'%04d' % (start + i) + bytes(89996))
def waits(s):
    return int.from_bytes(fcntl.ioctl(s, 0x5411, bytes(4)), sys.byteorder) > 0
def is_idle(relay):
    return open(f'/proc/{relay}/syscall').read().split()[0] == '232'
for s in sockets:
    s.connect(sys.argv[1])
ten(0)
print('sent', flush=True)
while any(map(waits, sockets)) or not is_idle(sys.argv[2]):
    time.sleep(0.02)
ten(10)
print('all', flush=True)" "$BATS_TEST_TMPDIR/here" "$relay"
	wait_for grep -qx sent "$output_file"
	kill -CONT "$relay"
	wait_for grep -qx all "$output_file"
	touch "$BATS_TEST_TMPDIR/go"
	wait_for grep -q ' 19$' "$sink_output"
	for ((i = 0; i < 20; i++)); do echo "90000 $i"; done | diff - "$sink_output"
}

@test "batch: what the kernel joined leaves joined, without being cut between" {
	needs command strace
	python_sink 127.0.0.1
	touch "$BATS_TEST_TMPDIR/go"
	ready_address relay udp-listen:127.0.0.1:0,udp-gro udp:127.0.0.1:"$sink"
	relay=$pid
	traced "$relay"
	python -c "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(('127.0.0.1', int(sys.argv[1])))
for at in 0, 50:
    s.sendmsg([b''.join(b'%04d' % i + bytes(60) for i in range(at, at + 50))], [(socket.IPPROTO_UDP, 103, (64).to_bytes(2, 'little'))])" "${address##*:}"
	wait_for grep -q ' 99$' "$sink_output"
	for ((i = 0; i < 100; i++)); do echo "64 $i"; done | diff - <(tail -n +2 "$sink_output")
	stop "$relay"
	grep '^sendmmsg(' "$BATS_TEST_TMPDIR/trace" | grep -q 'iov_len=3200}\], msg_iovlen=1, .*cmsg_type=0x67'
}

@test "batch: what is no datagram socket gets them one by one, and who looks on sees each of them" {
	local socket=$BATS_TEST_TMPDIR/socket
	start socat -u UNIX-LISTEN:"$socket",type=5 STDOUT
	local got=$output_file
	wait_for serves "$socket"
	ready_address relay --stats --tee "$BATS_TEST_TMPDIR/tee" --hexdump udp-listen:127.0.0.1:0 "unix:$socket,type=seqpacket"
	python -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', ${address##*:}))
for i in range(100): s.send(b'%04d\n' % i)"
	wait_for grep -q 0099 "$got"
	stop "$pid"
	diff "$got" "$BATS_TEST_TMPDIR/tee"
	[ "$(grep -c '^> .* 5 bytes$' "$error_file")" -eq 100 ]
	grep -q ' 500 bytes in 100 messages forward' "$error_file"
}

# As many as the kernel cuts of one: 128 since Linux 6.9, 64 before, which refuses more.
@test "batch: what the kernel joined leaves with more of its length, as much as the kernel cuts" {
	needs command strace
	python_sink 127.0.0.1 134
	touch "$BATS_TEST_TMPDIR/go"
	ready_address relay udp-listen:127.0.0.1:0,udp-gro udp:127.0.0.1:"$sink"
	relay=$pid
	traced "$relay"
	kill -STOP "$relay"
	python -c "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(('127.0.0.1', int(sys.argv[1])))
at = 0
for count, last in (40, 64), (64, 64), (20, 10), (10, 64):
    pieces = [b'%04d' % i + bytes(60) for i in range(at, at + count)]
    pieces[-1] = pieces[-1][:last]
    s.sendmsg([b''.join(pieces)], [(socket.IPPROTO_UDP, 103, (64).to_bytes(2, 'little'))])
    at += count" "${address##*:}"
	kill -CONT "$relay"
	wait_for grep -q ' 133$' "$sink_output"
	for ((i = 0; i < 134; i++)); do echo "$((i == 123 ? 10 : 64)) $i"; done | diff - <(tail -n +2 "$sink_output")
	stop "$relay"
	if [ "$(printf '%s\n' 6.9 "$(uname -r)" | sort -V | head -n 1)" = 6.9 ]; then
		grep '^sendmmsg(' "$BATS_TEST_TMPDIR/trace" | grep -q 'iov_len=4096}, {[^}]*iov_len=1226}\], msg_iovlen=2, '
	else
		grep '^sendmmsg(' "$BATS_TEST_TMPDIR/trace" | grep -q 'EINVAL'
	fi
}

# In a network namespace of its own, where the way on takes packets of 80 bytes: the kernel cuts nothing for it.
@test "batch: where the kernel cuts nothing, what it had joined leaves one by one, however many they were" {
	needs root
	run -0 unshare -n python3 - "$ANYSOCK" <<'END'
import os, socket, subprocess, sys
os.system("ip link set lo up && ip route replace local 127.0.0.2 dev lo table local mtu lock 80")
sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); sink.bind(("127.0.0.2", 0)); sink.settimeout(20)
sink.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)  # SO_RCVBUFFORCE
ready, into = os.pipe()
relay = subprocess.Popen([sys.argv[1], "relay", "--stats", "--ready-fd", str(into), "udp-listen:127.0.0.1:0,udp-gro",
                          "udp:127.0.0.2:%d" % sink.getsockname()[1]], pass_fds=[into], stderr=subprocess.PIPE)
port = int(os.read(ready, 100).rsplit(b":", 1)[1])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("127.0.0.1", port))
def send(first, count):
    pieces = b"".join(b"%04d" % i + bytes(60) for i in range(first, first + count))
    s.sendmsg([pieces], [(socket.IPPROTO_UDP, 103, (64).to_bytes(2, "little"))])
try:
    send(0, 128)
except OSError:  # Linux before 6.9 joins 64 at most
    send(0, 64); send(64, 64)
print([int(sink.recv(100)[:4]) for _ in range(128)] == list(range(128)))
relay.terminate(); print(b" 8.0 KiB in 128 messages forward" in relay.communicate()[1])
END
	[ "$output" = $'True\nTrue' ]
}

@test "batch: what was received for one peer is for no other" {
	start python -c "
import os, signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
peers = {}
def push(name, peer):
    s.sendmsg([(name + bytes(63 - len(name)) + b'.') * 60], [(socket.IPPROTO_UDP, 103, (64).to_bytes(2, 'little'))], 0, peer)
while True:
    data, peer = s.recvfrom(100)
    if data == b'go':
        # one by one at first, so that the relay has what follows joined
        for name, to in peers.items():
            for _ in range(20):
                s.sendto(name + bytes(63 - len(name)) + b'.', to)
        continue
    if data.isdigit():
        os.kill(int(data), signal.SIGSTOP)
        for _ in range(8):
            for name, to in peers.items():
                push(name, to)
        os.kill(int(data), signal.SIGCONT)
        continue
    peers[data] = peer"
	wait_for test -s "$output_file"
	# a dump is of each, so that they are cut
	ready_address relay -x udp-listen:127.0.0.1:0 udp:127.0.0.1:"$(head -n 1 "$output_file")"
	run -0 python -c "
import socket, sys
clients = {name: socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for name in (b'a', b'b', b'c')}
for name, s in clients.items():
    s.settimeout(0.3)
    s.connect(('127.0.0.1', int(sys.argv[1])))
    s.send(name)
def take(s, name):
    count = 0
    try:
        while True:
            assert s.recv(100)[:1] == name
            count += 1
    except TimeoutError:
        return count
for word in b'go', sys.argv[2].encode(), sys.argv[2].encode():
    clients[b'a'].send(word)
    print([take(s, name) > 0 for name, s in clients.items()])" "${address##*:}" "$pid"
	[ "${lines[2]}" = "[True, True, True]" ]
}
