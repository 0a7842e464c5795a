# SPDX-License-Identifier: GPL-2.0-or-later
# handover.bats: listening sockets that pass from one process to the next, under the load of a python3 client.
# shellcheck disable=SC2154,SC2016
load ../helpers

# successor COMMAND... : as ready_address, with --handover.
successor() {
	ready_address "$1" -v --handover "$BATS_TEST_TMPDIR/handover" "${@:2}"
}

# load ADDRESS-EXPRESSION: python3 clients that connect and are answered, one after the other, until the file "enough" is there;
# their count of answers and failures in $load_output.
load_with() {
	local server=$pid
	start /usr/bin/python3 -u -c "
import os, socket, threading, time
good = [0]; bad = []
def client():
    while not os.path.exists('$BATS_TEST_TMPDIR/enough'):
        try:
            s = socket.socket($1); s.settimeout(30); s.connect($2); s.sendall(b'question'); s.shutdown(socket.SHUT_WR)
            got = b''
            while piece := s.recv(100): got += piece
            if got != b'question': bad.append(got)
            good[0] += 1; s.close()
        except OSError as e: bad.append(e)
threads = [threading.Thread(target=client) for _ in range(4)]
[t.start() for t in threads]
while not good[0] and not bad: time.sleep(0.02)
print('begun'); [t.join() for t in threads]
print('answers', good[0] > 20, 'failures', bad[:5])"
	load=$pid load_output=$output_file pid=$server
	wait_for [ -s "$load_output" ]
}

# handovers N WORD...: so many successors, each waited for, and its predecessor's end with status 0.
handovers() {
	local old i
	for ((i = 0; i < $1; i++)); do
		old=$pid
		successor "${@:2}"
		status_of "$old"
		[ "$status" -eq 0 ]
	done
}

# loaded: ends the load; its verdict in $output.
loaded() {
	touch "$BATS_TEST_TMPDIR/enough"
	wait_for is_gone "$load"
	output=$(tail -1 "$load_output")
}

@test "handover: 20 of them under load, and no connection is refused, reset or cut off" {
	successor relay tcp-listen:127.0.0.1:0 exec:cat
	local port=${address##*:}
	load_with socket.AF_INET "('127.0.0.1', $port)"
	handovers 20 relay tcp-listen:127.0.0.1:0 exec:cat
	[ "$address" = "tcp:127.0.0.1:$port" ]
	loaded
	[ "$output" = "answers True failures []" ]
}

@test "handover: of a UNIX socket, whose path stays until the last one ends" {
	local path=$BATS_TEST_TMPDIR/served
	successor listen --keep "unix:$path" -- cat
	load_with socket.AF_UNIX "'$path'"
	handovers 5 listen --keep "unix:$path" -- cat
	loaded
	[ "$output" = "answers True failures []" ]
	[ -S "$path" ]
	kill "$pid"
	status_of "$pid"
	[ ! -e "$path" ]
	[ ! -e "$BATS_TEST_TMPDIR/handover" ]
}

@test "handover: a connection that was accepted before stays with the old process to its end" {
	successor listen --keep tcp:127.0.0.1:0 -- sh -c 'echo "from $PPID"; cat'
	local old=$pid
	run -0 python -c "
import socket, subprocess, sys
s = socket.create_connection(('127.0.0.1', ${address##*:})); first = s.recv(100)
new = subprocess.Popen([sys.argv[1], 'listen', '--keep', '--ready-fd', '1', '--handover', sys.argv[2], 'tcp:127.0.0.1:0',
    '--', 'sh', '-c', 'echo \"from \$PPID\"'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
new.stdout.readline()
t = socket.create_connection(s.getpeername()); second = t.recv(100)
s.sendall(b'still here'); print(first, second == b'from %d\n' % new.pid, s.recv(100)); s.close(); new.terminate()" \
		"$ANYSOCK" "$BATS_TEST_TMPDIR/handover"
	[ "$output" = "b'from $old\\n' True b'still here'" ]
	status_of "$old"
	[ "$status" -eq 0 ]
	[[ $(cat "$error_file") == *"handed over to pid "* ]]
}

@test "handover: a successor that serves something else, or that goes away, changes nothing" {
	successor listen --keep tcp:127.0.0.1:0 -- cat
	run -1 anysock listen --keep --handover "$BATS_TEST_TMPDIR/handover" "unix:$BATS_TEST_TMPDIR/other" -- cat
	[[ $output == *"serves tcp-listen:"* ]]
	python -c "import socket; s = socket.socket(socket.AF_UNIX); s.connect('$BATS_TEST_TMPDIR/handover'); s.recv(1)"
	run -0 socat -t 20 - "TCP:${address#tcp:}" <<<served
	[ "$output" = served ]
	run -0 anysock connect "unix:$BATS_TEST_TMPDIR/handover" </dev/null
}

# visited LIMIT: two that come at once and say nothing, one after the other served, then one more; what the second got, whether
# the server was at rest meanwhile, and what the third got. Where LIMIT is given the server has no descriptor left at first.
visited() {
	run -0 python - "$pid" "$BATS_TEST_TMPDIR/handover" "$1" <<'END'
import resource, select, socket, sys, time
pid, path, limit = int(sys.argv[1]), sys.argv[2], sys.argv[3]
def visit():
    visitor = socket.socket(socket.AF_UNIX); visitor.settimeout(10); visitor.connect(path); return visitor
def greeting(visitor): return visitor.recv(20)
def ticks(): return sum(map(int, open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:13]))
before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
if limit: resource.prlimit(pid, resource.RLIMIT_NOFILE, (int(limit), before[1]))
first, second = visit(), visit()
if not limit: greeting(first)
started = ticks(); time.sleep(1); busy = ticks() - started
assert select.select([second], [], [], 0)[0] == []
if limit:
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    greeting(first)
first.close()
got = greeting(second)
second.close()
print(got, "at rest" if busy < 20 else f"busy for {busy} ticks", greeting(visit()))
END
	[ "$output" = "b'anysock handover 1\\nt' at rest b'anysock handover 1\\nt'" ]
}

@test "handover: who comes while another is served waits, and the server rests" {
	successor listen --keep tcp:127.0.0.1:0 -- cat
	visited ''
}

@test "handover: where descriptors have run out who comes waits until there are some, and the server rests" {
	successor listen --keep tcp:127.0.0.1:0 -- cat
	visited 3
}

@test "handover: the socket is its user's alone" {
	successor listen --keep tcp:127.0.0.1:0 -- cat
	[ "$(stat -c %a "$BATS_TEST_TMPDIR/handover")" = 600 ]
}

@test "handover: what ends with its first connection, or has none, is a usage error" {
	run -2 anysock listen --handover "$BATS_TEST_TMPDIR/handover" tcp:127.0.0.1:0
	run -2 anysock listen --keep --handover "$BATS_TEST_TMPDIR/handover" udp:127.0.0.1:0 -- cat
	[[ $output == *"accepts connections"* ]]
}
