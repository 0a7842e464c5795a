# SPDX-License-Identifier: GPL-2.0-or-later
# examples.bats: the scripts of examples/ run against programs of others.
# shellcheck disable=SC2154,SC2016
load ../helpers

# example NAME [OPTION...]
example() {
	run timeout "$((3 * patience))" "$ANYSOCK" shell "$tree/examples/$1.as" "${@:2}"
	[ "$status" = 0 ] || { echo "$output"; return 1; }
	[[ $output = "TAP version 14"* ]]
	[[ $output != *SKIP* ]] || { echo "$output"; return 1; }
}

# serve CODE: a python3 program that prints the port it listens at; sets port.
serve() {
	start python -u -c "$1"
	wait_for [ -s "$output_file" ]
	port=$(head -n 1 "$output_file")
}

@test "examples: all of them are valid" {
	for file in "$tree"/examples/*.as; do
		run "$ANYSOCK" shell --check "$file" -D MX=x -D SERVER=x -D ECU=x -D MODEM=x -D AGENT=x -D RESOLVER=x -D CLIENT=x -D SUCCESSOR=x -D TCP=x -D UNIX=x
		[ "$status" = 0 ] || { echo "$output"; false; }
	done
}

@test "examples: relay, with the program itself in the middle" {
	example relay
}

@test "examples: smtp, with a mail server of python3" {
	serve '
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1])
c, a = s.accept(); f = c.makefile("rw", newline="")
def say(x): f.write(x + "\r\n"); f.flush()
say("220 mx.example ESMTP"); f.readline(); say("250-mx.example"); say("250-PIPELINING"); say("250 8BITMIME")
assert f.readline() == "QUIT\r\n"; say("221 bye")'
	example smtp -D "MX=tcp:127.0.0.1:$port"
	[[ $output = *"# the last extension is 250 8BITMIME"* ]]
}

@test "examples: mail, with python3's smtpd" {
	python -W ignore -c "import smtpd" || skip "needs the smtpd of python3 before 3.12"
	start python -u -W ignore -c '
import smtpd, asyncore
class S(smtpd.SMTPServer):
    def process_message(self, peer, sender, recipients, data, **more): print(sender, recipients, data)
s = S(("127.0.0.1", 0), None); print(s.socket.getsockname()[1]); asyncore.loop()'
	wait_for [ -s "$output_file" ]
	example mail -D "MX=tcp:127.0.0.1:$(head -n 1 "$output_file")"
	grep -qF "me@me.example ['you@you.example'] b'Subject: test\n\nhello\n.dot'" "$output_file"
	[[ $output = *"# NONSENSE: 500 "* ]]
}

@test "examples: http, with nginx" {
	needs command nginx
	cd "$BATS_TEST_TMPDIR" || return
	mkdir www
	seq 100000 >www/index.html
	free=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	printf 'daemon off; pid %s/pid; error_log stderr; events {} http { access_log off; server { listen 127.0.0.1:%s; root %s/www; } }' "$PWD" "$free" "$PWD" >nginx.conf
	[ "$(id -u)" != 0 ] || sed -i '1s/^/user root; /' nginx.conf
	start nginx -p "$PWD" -c "$PWD/nginx.conf"
	"$ANYSOCK" wait "tcp:127.0.0.1:$free"
	example http -D "SERVER=tcp:127.0.0.1:$free"
}

@test "examples: dns, with a name server of python3" {
	serve '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
while True:
    d, a = s.recvfrom(999)
    s.sendto(d[:2] + b"\x81\x80" + d[4:6] + b"\0\1\0\0\0\0" + d[12:] + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1", a)'
	example dns -D "SERVER=udp:127.0.0.1:$port"
	[[ $output = *"# asks again"*"# the address is 7f000001"* ]]
}

@test "examples: takeover, with python3 as the successor" {
	cat >"$BATS_TEST_TMPDIR/successor" <<-'E'
		#!/usr/bin/python3
		import socket, sys
		s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
		data, fds, flags, address = socket.recv_fds(s, 1, 1)
		l = socket.socket(fileno=fds[0])
		s.sendall(b"mine")
		while True: c, a = l.accept(); c.sendall(b"served by the successor"); c.close()
	E
	chmod +x "$BATS_TEST_TMPDIR/successor"
	example takeover -D "SUCCESSOR=$BATS_TEST_TMPDIR/successor"
}

@test "examples: frames, with a server of python3 on TCP and on a UNIX socket" {
	serve "
import socket, threading
def serve(c):
    f = c.makefile('rb')
    try:
        while len(h := f.read(2)) == 2:
            n = int.from_bytes(h, 'big'); d = f.read(n)
            if len(d) < n: break
            c.sendall(h + d.upper())
    except OSError: pass
    f.close(); c.close()
def listen(s):
    s.listen()
    while True: threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
t = socket.socket(); t.bind(('127.0.0.1', 0)); u = socket.socket(socket.AF_UNIX); u.bind('$BATS_TEST_TMPDIR/u')
threading.Thread(target=listen, args=(t,), daemon=True).start(); u.listen(); print(t.getsockname()[1]); listen(u)"
	example frames -D "TCP=tcp:127.0.0.1:$port" -D "UNIX=unix:$BATS_TEST_TMPDIR/u"
	[ "$(grep -c '^ok' <<<"$output")" = 6 ]
}

@test "examples: descriptor" {
	example descriptor
}

@test "examples: modem, with python3 as the modem on a pseudo-terminal" {
	serve '
import os, tty, sys
m, s = os.openpty(); tty.setraw(s); print(os.ttyname(s))
def line():
    b = b""
    while not b.endswith(b"\r"): b += os.read(m, 1)
    return b
line(); os.write(m, b"\r\nOK\r\n")
line(); os.write(m, b"\r\n+CSQ: 23,99\r\n\r\n"); os.write(m, b"OK\r\n")
line(); os.write(m, b"\r\nExample\r\n\r\nOK\r\n"); os.read(m, 1)'
	example modem -D "MODEM=file:$port,rdwr"
}

@test "examples: resolver, with a resolver of python3 that asks again" {
	cat >"$BATS_TEST_TMPDIR/resolver" <<-'E'
		#!/usr/bin/python3
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect((sys.argv[1], int(sys.argv[2]))); s.settimeout(0.5)
		q = b"\x12\x34\x01\0\0\1\0\0\0\0\0\0" + b"".join(bytes([len(l)]) + l.encode() for l in sys.argv[3].split(".")) + b"\0\0\1\0\1"
		for i in range(3):
		    s.send(q)
		    try: d = s.recv(512)
		    except TimeoutError: continue
		    assert d[:2] == q[:2] and d[7] == 1
		    print(socket.inet_ntoa(d[-4:])); sys.exit(0)
		sys.exit(1)
	E
	chmod +x "$BATS_TEST_TMPDIR/resolver"
	example resolver -D "RESOLVER=$BATS_TEST_TMPDIR/resolver"
}

@test "examples: cut, with a client of python3" {
	cat >"$BATS_TEST_TMPDIR/client" <<-'E'
		#!/usr/bin/python3
		import socket, sys
		family, rest = sys.argv[1].split(":", 1)
		if family == "unix": c = socket.socket(socket.AF_UNIX); c.connect(rest)
		else: host, port = rest.rsplit(":", 1); c = socket.create_connection((host, int(port)))
		try:
		    got = b""
		    while len(got) < 10:
		        d = c.recv(10)
		        if not d: sys.exit("unexpected end after %d bytes" % len(got))
		        got += d
		except ConnectionResetError: sys.exit("reset after %d bytes" % len(got))
	E
	chmod +x "$BATS_TEST_TMPDIR/client"
	example cut -D "CLIENT=$BATS_TEST_TMPDIR/client"
}

@test "examples: netlink, with ip" {
	needs family netlink
	needs root
	run unshare -n "$ANYSOCK" shell "$tree/examples/netlink.as"
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $output = *"ok 1 - a link's life is announced"$'\n'* ]]
}

@test "examples: alg" {
	needs family alg
	example alg
}

@test "examples: uds, with an ECU of python3 that says first that it needs time" {
	needs lab
	needs family can-isotp
	start python -u -c '
import socket
s = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_ISOTP); s.bind(("vcan0", 0x7E0, 0x7E8)); print("ready")
s.recv(99); s.send(b"\x7f\x22\x78"); s.send(b"\x62\xf1\x90" + b"W0L000051T2123456")'
	wait_for [ -s "$output_file" ]
	ANYSOCK_TIME_SCALE=20 example uds -D ECU=can-isotp:vcan0:7E8:7E0
}

@test "examples: agent, with python3 over vsock's loopback" {
	needs lab
	needs family vsock
	serve '
import socket
s = socket.socket(socket.AF_VSOCK); s.bind((1, socket.VMADDR_PORT_ANY)); s.listen(); print(s.getsockname()[1])
while True:
    c, a = s.accept()
    try:
        for l in c.makefile("rb"): c.sendall(b"pong\n")
    except ConnectionError: pass'
	ANYSOCK_TIME_SCALE=20 example agent -D "AGENT=vsock:1:$port"
}

@test "examples: agent, with python3 over TCP" {
	serve '
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1])
while True:
    c, a = s.accept()
    try:
        for l in c.makefile("rb"): c.sendall(b"pong\n")
    except ConnectionError: pass'
	example agent -D "AGENT=tcp:127.0.0.1:$port"
}
