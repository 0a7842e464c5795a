# SPDX-License-Identifier: GPL-2.0-or-later
# wait.bats: waiting for what others serve, in the shells that scripts are written for.
# shellcheck disable=SC2154,SC2016
load ../helpers

# free_port: one that nobody listens at now, in $port.
free_port() {
	port=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
}

# serve_tcp PORT: a python3 server that answers each line with its upper case.
serve_tcp() {
	start python -c '
import socketserver, sys
class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile: self.wfile.write(line.upper())
socketserver.TCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Upper).serve_forever()' "$1"
}

@test "wait: a server that comes later is noticed, then the program runs in its place" {
	free_port
	start "$ANYSOCK" wait "tcp:127.0.0.1:$port" --timeout "$patience" -- sh -c 'echo "it is $PPID"; exit 7'
	waiter=$pid waited=$output_file
	serve_tcp "$port"
	status_of "$waiter"
	[ "$status" = 7 ]
	grep -q "^it is " "$waited"
}

@test "wait: the program has our process, our standard streams and the usual SIGPIPE" {
	: >"$BATS_TEST_TMPDIR/there"
	run -0 bash -c 'echo input | "$1" wait "$2" -- sh -c "cat; grep -E \"^Sig(Blk|Ign)\" /proc/self/status"' - "$ANYSOCK" "$BATS_TEST_TMPDIR/there"
	[ "${lines[0]}" = input ]
	run -0 bash -c 'trap - PIPE; grep -E "^Sig(Blk|Ign)" /proc/self/status; "$1" wait "$2" -- grep -E "^Sig(Blk|Ign)" /proc/self/status' - "$ANYSOCK" "$BATS_TEST_TMPDIR/there"
	[ "${lines[0]}" = "${lines[2]}" ]
	# what bats ignores stays ignored, but SIGPIPE (bit 12) is as by default
	[ $((0x${lines[3]##*$'\t'} & 0x1000)) = 0 ]
}

@test "wait: a time limit is status 4, and says what it waited for and why it failed last" {
	free_port
	run -4 "$ANYSOCK" wait "tcp:127.0.0.1:$port" "unix:$BATS_TEST_TMPDIR/no" --timeout 300ms -- touch "$BATS_TEST_TMPDIR/ran"
	[ "${#lines[@]}" = 2 ]
	[[ ${lines[0]} == "anysock: tcp:127.0.0.1:$port: not there after "[0-9].[0-9]" s: connect: Connection refused" ]]
	[[ ${lines[1]} == "anysock: unix:$BATS_TEST_TMPDIR/no: not there after "*"No such file or directory" ]]
	[ ! -e "$BATS_TEST_TMPDIR/ran" ]
}

@test "wait: all of several specs are needed, with --any one is enough" {
	free_port
	serve_tcp "$port"
	run -0 "$ANYSOCK" wait --any "unix:$BATS_TEST_TMPDIR/no" "tcp:127.0.0.1:$port" --timeout "$patience"
	run -4 "$ANYSOCK" wait "unix:$BATS_TEST_TMPDIR/no" "tcp:127.0.0.1:$port" --timeout 300ms
	[ "${#lines[@]}" = 1 ]
	[[ $output == *"unix:$BATS_TEST_TMPDIR/no: not there"* ]]
}

@test "wait --gone: returns once the server has ended, and not before" {
	free_port
	serve_tcp "$port"
	server=$pid
	run -0 "$ANYSOCK" wait "tcp:127.0.0.1:$port" --timeout "$patience"
	run -4 "$ANYSOCK" wait --gone "tcp:127.0.0.1:$port" --timeout 300ms
	[[ $output == *"still there after "* ]]
	start "$ANYSOCK" wait --gone "tcp:127.0.0.1:$port" --timeout "$patience"
	stop "$server"
	status_of "$pid"
	[ "$status" = 0 ]
}

@test "wait: a UNIX socket whose file is stale is not there" {
	python -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])' "$BATS_TEST_TMPDIR/stale"
	run -4 "$ANYSOCK" wait "unix:$BATS_TEST_TMPDIR/stale" --timeout 200ms
	[[ $output == *"Connection refused"* ]]
	rm "$BATS_TEST_TMPDIR/stale"
	start socat "UNIX-LISTEN:$BATS_TEST_TMPDIR/stale,fork" SYSTEM:cat
	run -0 "$ANYSOCK" wait "unix:$BATS_TEST_TMPDIR/stale" --timeout "$patience"
}

@test "wait: UDP without an answer proves nothing, so one has to be asked for" {
	run -2 "$ANYSOCK" wait udp:127.0.0.1:9
	[[ $output == *"--send"* ]]
	start python -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
for n in range(99):
    data, peer = s.recvfrom(99)
    s.sendto(b"no" if n < 2 else b"re: " + data, peer)'
	wait_for test -s "$output_file"
	port=$(cat "$output_file")
	run -0 "$ANYSOCK" wait "udp:127.0.0.1:$port" --send ping --until '^re: ping$' --connect-timeout 200ms --timeout "$patience"
	run -0 "$ANYSOCK" wait "udp:127.0.0.1:$port" --send hex:00ff --timeout "$patience"
	free_port
	run -4 "$ANYSOCK" wait "udp:127.0.0.1:$port" --send ping --timeout 300ms
	[[ $output == *refused* ]]
}

@test "wait --until: a server that listens but is not ready yet is waited for" {
	start python -c '
import http.server
class Health(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Health.asked += 1
        self.send_response(503 if Health.asked < 4 else 200); self.end_headers()
    def log_message(self, *a): pass
s = http.server.HTTPServer(("127.0.0.1", 0), Health)
print(s.server_port, flush=True)
s.serve_forever()'
	wait_for test -s "$output_file"
	port=$(cat "$output_file")
	run -4 "$ANYSOCK" wait "tcp:127.0.0.1:$port" --send 'GET / HTTP/1.0\r\n\r\n' --until '^NEVER' --timeout 30ms
	run -0 "$ANYSOCK" wait "tcp:127.0.0.1:$port" --send 'GET / HTTP/1.0\r\n\r\n' --until '^HTTP/1\.. 200' --timeout "$patience"
	run -0 curl -sf "http://127.0.0.1:$port/"
}

@test "wait: a pattern or an escape that cannot be read is a usage error" {
	run -2 "$ANYSOCK" wait tcp:127.0.0.1:1 --until 'a[b'
	[[ $output == *'--until: "a[b" and then: missing terminating ]'* ]]
	run -2 "$ANYSOCK" wait tcp:127.0.0.1:1 --send 'a\q'
	[[ $output == *'\xHH'* ]]
}

@test "wait: a file is there once it exists" {
	start "$ANYSOCK" wait "$BATS_TEST_TMPDIR/file" --timeout "$patience"
	waiter=$pid
	run -0 "$ANYSOCK" wait --gone "$BATS_TEST_TMPDIR/file" --timeout "$patience"
	: >"$BATS_TEST_TMPDIR/file"
	status_of "$waiter"
	[ "$status" = 0 ]
}

@test "wait: a CAN bus is there once it exists and is up" {
	needs family can
	needs root
	ip link add waitcan type vcan
	run -4 "$ANYSOCK" wait can:waitcan --timeout 500ms
	[[ $output == *"Network is down"* ]]
	start "$ANYSOCK" wait can:waitcan --timeout "$patience"
	ip link set waitcan up
	status_of "$pid"
	[ "$status" = 0 ]
	start "$ANYSOCK" wait --gone can:waitcan --timeout "$patience"
	ip link del waitcan
	status_of "$pid"
	[ "$status" = 0 ]
}

@test "wait: vsock, in the guest" {
	needs family vsock
	needs lab
	start "$ANYSOCK" wait vsock:1:7777 --timeout "$patience"
	waiter=$pid
	start python -c '
import socket
s = socket.socket(socket.AF_VSOCK); s.bind((1, 7777)); s.listen(); s.accept()'
	status_of "$waiter"
	[ "$status" = 0 ]
}

@test "wait: without a terminal there is a line every few seconds at most, none with -q" {
	free_port
	run -4 "$ANYSOCK" wait "tcp:127.0.0.1:$port" unix:/nope --timeout 3s
	[ "${#lines[@]}" = 3 ]
	[[ ${lines[0]} =~ ^"anysock: waiting for tcp:127.0.0.1:$port and 1 more, "[23]" s: connect: Connection refused"$ ]]
	run -4 "$ANYSOCK" wait -q "tcp:127.0.0.1:$port" --timeout 2900ms
	[ "${#lines[@]}" = 1 ]
}

@test "wait: on a terminal the line is written over itself and cleared" {
	free_port
	NO_COLOR=1 run -0 python -c '
import os, pty, sys
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[1], [sys.argv[1], "wait", "tcp:127.0.0.1:" + sys.argv[2], "--timeout", "1500ms"])
text = b""
try:
    while part := os.read(fd, 4096): text += part
except OSError: pass
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 4
body = text.split(b"\r\x1b[K")
assert text.count(b"\n") == 1, text
assert len(body) >= 3 and b"waiting for tcp:127.0.0.1:" in body[0], text
assert b"not there after" in body[-1] and b"waiting" not in body[-1], text' "$ANYSOCK" "$port"
}

@test "wait --json: what happens is an object a line" {
	free_port
	: >"$BATS_TEST_TMPDIR/file"
	run -4 "$ANYSOCK" wait --json "$BATS_TEST_TMPDIR/file" "tcp:127.0.0.1:$port" --timeout 200ms
	[ "$(jq -r .type <<<"$output")" = $'opened\nerror' ]
	[ "$(jq -r 'select(.type == "error") | .error.kind, .error.errno, .spec' <<<"$output")" = $'timeout\nECONNREFUSED\ntcp:127.0.0.1:'"$port" ]
}

@test "wait: SIGINT ends it by that signal" {
	free_port
	start env --default-signal=INT "$ANYSOCK" wait "tcp:127.0.0.1:$port" -v
	wait_for grep -q '00000000' "/proc/$pid/status"
	wait_for grep -q anysock "/proc/$pid/comm"
	wait_for grep -qE '^SigBlk:.*[1-9a-f]' "/proc/$pid/status"
	kill -INT "$pid"
	status_of "$pid"
	[ "$status" = 130 ]
}

@test "wait: a flapping server is met in one of its lives" {
	free_port
	start python -c '
import socket, sys, time
for life in range(20):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen()
    time.sleep(0.05); s.close(); time.sleep(0.05)
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen()
c = s.accept()[0]; c.recv(99); c.sendall(b"settled\n"); time.sleep(99)' "$port"
	run -0 "$ANYSOCK" wait "tcp:127.0.0.1:$port" --send 'x' --until settled --timeout 30s
}

@test "wait: scripts of busybox ash and bash use it alike" {
	needs command busybox
	free_port
	serve_tcp "$port"
	for shell in "busybox ash" bash; do
		# shellcheck disable=SC2086 # two words
		run -0 $shell -euc '
			anysock wait tcp:127.0.0.1:$1 --timeout 10s --send "hi\n" --until "^HI\$" -- echo up
			status=0
			anysock wait --gone tcp:127.0.0.1:$1 --timeout 100ms 2>/dev/null || status=$?
			echo $status' - "$port"
		[ "$output" = $'up\n4' ]
	done
}
