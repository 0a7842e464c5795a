# SPDX-License-Identifier: GPL-2.0-or-later
# fd.bats: descriptors that python3 and the shell hand over: what they are is found out.
# shellcheck disable=SC2154
load ../helpers

@test "fd: a file that the shell opened is read from where it stands" {
	printf 'onetwo' >"$BATS_TEST_TMPDIR/file"
	exec {file}<"$BATS_TEST_TMPDIR/file"
	head -c 3 <&"$file" >/dev/null
	run -0 --separate-stderr anysock relay -u fd:"$file" -
	[ "$output" = two ]
	exec {file}<&-
}

@test "fd: one that is open for reading is not written" {
	exec {file}</dev/null
	run -1 anysock relay -u - fd:"$file" <<<x
	[[ $output == *"reading only"* ]]
	exec {file}<&-
}

@test "fd: one that is not open is told" {
	run -1 anysock relay -u fd:99 -
	[[ $output == *"Bad file descriptor"*"hint"* ]]
}

@test "fd: stdin is a name for 0" {
	run -0 --separate-stderr anysock relay -u fd:stdin - <<<named
	[ "$output" = named ]
}

@test "fd: a connected socket passes both ways and is half-closed" {
	run -0 python -c "
import socket, subprocess, os
ours, theirs = socket.socketpair()
p = subprocess.Popen(['anysock', 'connect', f'fd:{theirs.fileno()}'], pass_fds=[theirs.fileno()],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
theirs.close()
p.stdin.write(b'question'); p.stdin.close()
got = b''
while piece := ours.recv(100): got += piece
ours.sendall(b'answer'); ours.close()
print(got, p.stdout.read(), p.wait())"
	[ "$output" = "b'question' b'answer' 0" ]
}

@test "fd: boundaries of a datagram socket are kept" {
	run -0 python -c "
import socket, subprocess
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
p = subprocess.Popen(['anysock', 'recv', '--format', 'hex', '--count', '2', f'fd:{theirs.fileno()}'],
    pass_fds=[theirs.fileno()], stdout=subprocess.PIPE)
ours.send(b'ab'); ours.send(b'c')
print(p.stdout.read(), p.wait())"
	[ "$output" = "b'6162\\n63\\n' 0" ]
}

@test "fd: a listening socket is accepted from, and its address is told" {
	run -0 python -c "
import socket, subprocess
s = socket.create_server(('127.0.0.1', 0))
r, w = __import__('os').pipe()
p = subprocess.Popen(['anysock', 'listen', '--ready-fd', str(w), f'fd:{s.fileno()}'],
    pass_fds=[s.fileno(), w], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
__import__('os').close(w)
print(open(r).read() == 'tcp:127.0.0.1:%d\n' % s.getsockname()[1])
c = socket.create_connection(s.getsockname()); c.sendall(b'hello'); c.close()
print(p.stdout.read(), p.wait())"
	[ "$output" = $'True\nb\'hello\' 0' ]
}

@test "fd: a bound datagram socket listens for peers" {
	run -0 python -c "
import socket, subprocess
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0))
p = subprocess.Popen(['anysock', 'listen', '--keep', f'fd:{s.fileno()}', '--', 'tr', 'a-z', 'A-Z'],
    pass_fds=[s.fileno()], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.connect(s.getsockname()); c.settimeout(10)
c.send(b'x' * 5000)
p.terminate(); p.wait(); print('served')"
	[ "$output" = served ]
}

@test "fd: connect accepts one connection where the socket listens, fd-connect does not" {
	run -0 python -c "
import socket, subprocess
s = socket.create_server(('127.0.0.1', 0)); c = socket.create_connection(s.getsockname())
c.sendall(b'came in'); c.shutdown(socket.SHUT_WR)
for spec in 'fd-connect', 'fd':
    p = subprocess.run(['anysock', 'connect', f'{spec}:{s.fileno()}'], pass_fds=[s.fileno()], stdin=subprocess.DEVNULL,
        capture_output=True, text=True)
    print(p.returncode, p.stdout or p.stderr.splitlines()[0].split(': ')[-1])"
	[[ ${lines[0]} == "1 "*"is a listening socket" ]]
	[ "${lines[1]}" = "0 came in" ]
}

@test "fd: a connection that was accepted already is served where one would listen, fd-listen insists" {
	run -0 python -c "
import socket, subprocess
ours, theirs = socket.socketpair()
def run(spec, *program):
    return subprocess.Popen(['anysock', 'listen', spec, *program], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
print(run(f'fd-listen:{theirs.fileno()}').wait())
p = run(f'fd:{theirs.fileno()}', '--', 'tr', 'a-z', 'A-Z')
theirs.close(); ours.sendall(b'served'); ours.shutdown(socket.SHUT_WR); print(ours.recv(100), p.wait())"
	[ "$output" = $'1\nb\'SERVED\' 0' ]
}

@test "fd: a program that is started gets only what is meant for it" {
	needs bare "it has descriptors of its own"
	run -0 python -c "
import socket, subprocess
for option in '', ',inherit':
    ours, theirs = socket.socketpair()
    p = subprocess.Popen(['anysock', 'connect', f'fd:{theirs.fileno()}{option}', '--', 'sh', '-c',
        'ls /proc/self/fd | tr \\\\n \\\\ '], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    print(len(ours.recv(100).split()), theirs.fileno() > 2)
    ours.close(); p.terminate(); p.wait()"
	[ "$output" = $'4 True\n5 True' ]
}

@test "fd: options of a socket are set on it" {
	run -0 python -c "
import socket, subprocess
ours, theirs = socket.socketpair()
subprocess.run(['anysock', 'connect', f'fd:{theirs.fileno()},keepalive'], pass_fds=[theirs.fileno()],
    stdin=subprocess.DEVNULL, timeout=10) if ours.shutdown(socket.SHUT_RDWR) is None else 0
print(theirs.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))"
	[ "$output" = 1 ]
}

@test "fd: the descriptor's own flags stay as they were" {
	run -0 python -c "
import fcntl, os, subprocess
r, w = os.pipe()
os.write(w, b'data'); os.close(w)
before = fcntl.fcntl(r, fcntl.F_GETFL)
print(subprocess.run(['anysock', 'relay', '-u', f'fd:{r}', '-'], pass_fds=[r], capture_output=True).stdout)
print(before == fcntl.fcntl(r, fcntl.F_GETFL))"
	[ "$output" = $'b\'data\'\nTrue' ]
}

@test "fd: a socket that blocks for others does not hold up what is to be sent" {
	run -0 python - "$ANYSOCK" <<'END'
import select, socket, subprocess, sys, time
listener = socket.create_server(("127.0.0.1", 0))
ours = socket.create_connection(listener.getsockname()); theirs = listener.accept()[0]
child = subprocess.Popen([sys.argv[1], "connect", f"fd:{ours.fileno()}"], pass_fds=[ours.fileno()],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def state(): return open(f"/proc/{child.pid}/stat").read().rsplit(")", 1)[1].split()[0]
while state() != "S": time.sleep(0.001)
time.sleep(0.1)  # it waits: by poll, and not for what the peer says first
child.stdin.write(b"question"); child.stdin.flush()
theirs.settimeout(5)
try:
    print(theirs.recv(99))
except TimeoutError:
    print("nothing")
theirs.sendall(b"answer"); theirs.close()
child.stdin.close()
print(child.stdout.read(), child.wait())
END
	[ "$output" = "b'question'"$'\n'"b'answer' 0" ]
}
