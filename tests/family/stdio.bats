# SPDX-License-Identifier: GPL-2.0-or-later
# stdio.bats: our own standard input and output: shared with others, closed, full, and on a terminal.
# shellcheck disable=SC2154,SC2016
load ../helpers

# on_terminal COMMAND: runs it on a terminal of its own and prints what that shows.
on_terminal() {
	python -c "
import os, pty, sys
pid, master = pty.fork()
if pid == 0:
    os.execvp('sh', ['sh', '-c', sys.argv[1]])
try:
    while data := os.read(master, 1000): sys.stdout.buffer.write(data)
except OSError: pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))" "$1"
}

@test "stdio: the flags of descriptors that others share stay as they were" {
	run -0 python -c "
import fcntl, os, subprocess
r, w = os.pipe(); a, b = os.pipe()
flags = lambda: [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (r, b)]
before = flags()
p = subprocess.Popen(['anysock', 'relay', '-', 'PIPE'], stdin=r, stdout=b)
os.write(w, b'through')
print(os.read(a, 100), flags() == before)
os.close(w); p.wait()
print(flags() == before)"
	[ "$output" = $'b\'through\' True\nTrue' ]
}

@test "stdio: what follows us reads on from where we stopped" {
	printf 'onetwo' >"$BATS_TEST_TMPDIR/file"
	run -0 --separate-stderr sh -c '{ anysock relay -u -,read-bytes=3 -; echo; cat; }' <"$BATS_TEST_TMPDIR/file"
	[ "$output" = $'one\ntwo' ]
}

@test "stdio: output to a file goes on behind what is there" {
	{ echo before && anysock relay -u text:ours - && echo after; } >"$BATS_TEST_TMPDIR/file" </dev/null
	[ "$(cat "$BATS_TEST_TMPDIR/file")" = $'before\noursafter' ]
}

@test "stdio: sockets as both are used as they are, and half-closed" {
	run -0 python -c "
import socket, subprocess
ours, theirs = socket.socketpair()
p = subprocess.Popen(['anysock', 'relay', '-', 'exec:tr a-z A-Z'], stdin=theirs, stdout=theirs)
theirs.close()
ours.sendall(b'through'); ours.shutdown(socket.SHUT_WR)
got = b''
while piece := ours.recv(100): got += piece
print(got, p.wait())"
	[ "$output" = "b'THROUGH' 0" ]
}

@test "stdio: a closed standard input is an empty one, a closed output no crash" {
	run -0 --separate-stderr sh -c 'anysock relay - PIPE <&-'
	[ "$output" = "" ]
	run sh -c 'echo x | anysock relay - PIPE >&-'
	[ "$status" -lt 128 ]
}

@test "stdio: a full device is one error" {
	run -1 sh -c 'head -c 100000 /dev/zero | anysock relay - PIPE >/dev/full'
	[[ $output == *"No space left"* ]]
	[ "${#lines[@]}" = 1 ]
}

@test "stdio: a reader that leaves ends us quietly" {
	run -0 --separate-stderr timeout 10 sh -c 'anysock relay -u exec:yes - | head -n 1'
	[ "$output" = y ]
	[ -z "$stderr" ]
}

@test "stdio: the terminal's settings are put back" {
	run -0 on_terminal 'before=$(stty -g); echo | anysock relay -u text:x -,raw,echo=0 </dev/tty; [ "$before" = "$(stty -g)" ] && echo same'
	[[ $output == *same* ]]
}

@test "stdio: raw holds while we run" {
	# the left side is there before the right one's program starts
	run -0 on_terminal 'anysock relay -,raw,echo=0 exec:"sh -c \"stty -a </dev/tty\""'
	[[ $output == *-icanon* ]]
	[[ $output == *-echo\ * ]]
}

@test "text: the words are sent, and the answer is left alone" {
	run -0 --separate-stderr anysock relay -u 'text:hello,, world:x' -
	[ "$output" = "hello, world:x" ]
}
