# SPDX-License-Identifier: GPL-2.0-or-later
# crlf.bats: ends of lines, and telnet's negotiation refused; the other sides are busybox, socat and python3.
# shellcheck disable=SC2154,SC2016
load ../helpers

# serve COMMAND: a socat that gives each client that shell command, on $port.
serve() {
	start socat TCP-LISTEN:0,bind=127.0.0.1,fork,reuseaddr "SYSTEM:$1"
	wait_for eval 'ss -Hltnp | grep -q "pid=$pid,"'
	port=$(ss -Hltnp | sed -n "/pid=$pid,/s/.*127.0.0.1:\([0-9]*\) .*/\1/p")
}

hex() {
	xxd -p | tr -d '\n'
}

@test "--crlf: lines are sent with CR LF, one that has it stays, and the answer is untouched" {
	serve 'cat'
	run -0 bash -c 'printf "one\ntwo\r\n\n" | "$1" connect -C "tcp:127.0.0.1:$2" | xxd -p' - "$ANYSOCK" "$port"
	[ "$output" = "$(printf 'one\r\ntwo\r\n\r\n' | hex)" ]
	run -0 bash -c 'printf "one\ntwo\r\n\n" | "$1" connect --crlf=both "tcp:127.0.0.1:$2" | xxd -p' - "$ANYSOCK" "$port"
	[ "$output" = "$(printf 'one\ntwo\n\n' | hex)" ]
}

@test "crlf: in a spec, for both sides of a relay, and for what listens" {
	serve 'cat'
	ready_address relay tcp-listen:127.0.0.1:0 "tcp:127.0.0.1:$port,crlf"
	run -0 bash -c 'printf "a\nb" | socat -t5 - "TCP:127.0.0.1:$1" | xxd -p' - "${address##*:}"
	[ "$output" = "$(printf 'a\r\nb' | hex)" ]
	ready_address listen --keep --crlf tcp:127.0.0.1:0 -- sh -c 'echo hello; cat'
	run -0 bash -c 'printf "x\n" | socat -t5 - "TCP:127.0.0.1:$1" | xxd -p' - "${address##*:}"
	[ "$output" = "$(printf 'hello\r\nx\r\n' | hex)" ]
	run -2 "$ANYSOCK" connect --crlf udp:127.0.0.1:9
	[[ $output == *"--crlf is for streams"* ]]
	run -2 "$ANYSOCK" connect udp:127.0.0.1:9,crlf
	[[ $output == *"crlf is for streams"*'^'* ]]
}

@test "crlf: a long text comes whole both ways, wherever they are cut" {
	ready_address listen --keep tcp:127.0.0.1:0,crlf=both -- cat
	/usr/bin/python3 -c 'import random; random.seed(1); print("".join(random.choices("ab\n", k=400000)))' >"$BATS_TEST_TMPDIR/text"
	cp "$BATS_TEST_TMPDIR/text" "$BATS_TEST_TMPDIR/same"
	sed 's/$/\r/' "$BATS_TEST_TMPDIR/text" | socat -t9 - "TCP:127.0.0.1:${address##*:}" | tr -d '\r' | cmp - "$BATS_TEST_TMPDIR/same"
	"$ANYSOCK" connect --crlf=both "$address" <"$BATS_TEST_TMPDIR/text" | cmp - "$BATS_TEST_TMPDIR/same"
	# small pieces and a peer that takes little
	start python -u -c 'import socket, sys, time
l = socket.create_server(("127.0.0.1", 0)); l.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
print(l.getsockname()[1]); c = l.accept()[0]; got = b""
while True:
    piece = c.recv(777)
    if not piece: break
    got += piece
print(got == open(sys.argv[1], "rb").read().replace(b"\n", b"\r\n"))' "$BATS_TEST_TMPDIR/text"
	wait_for test -s "$output_file"
	"$ANYSOCK" connect -C "tcp:127.0.0.1:$(head -n 1 "$output_file")" <"$BATS_TEST_TMPDIR/text"
	status_of "$pid"
	[ "$(tail -n 1 "$output_file")" = True ]
}

@test "--telnet: every option is refused once, all else is data" {
	start python -u -c 'import socket
l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1]); c = l.accept()[0]
for piece in (b"\xff\xfd\x18\xff", b"\xfb\x01\xff\xfd\x18", b"log\xff\xffin\r\0:\xff\xf1", b"\xff\xfa\x18\x01\xff\xff\xff", b"\xf0 ok\r\n\xff\xfe\x03\xff\xfc\x05"):
    c.sendall(piece)
got = b""
while len(got) < 14: got += c.recv(99)
print(got.hex()); c.close()'
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
	run -0 bash -c '{ printf "a\377b yes"; sleep 1; } | "$1" connect -t "tcp:127.0.0.1:$2" | xxd -p' - "$ANYSOCK" "$port"
	[ "$output" = "$(printf 'log\377in\r: ok\r\n' | hex)" ]
	status_of "$pid"
	got=$(tail -n 1 "$output_file")
	# wont terminal-type, dont echo: once each; a byte of 255 is doubled
	[ "$(grep -o fffc18 <<<"$got" | wc -l)" = 1 ]
	[ "$(grep -o fffe01 <<<"$got" | wc -l)" = 1 ]
	[ "$(sed 's/fffc18//; s/fffe01//' <<<"$got")" = "$(printf 'a\377\377b yes' | hex)" ]
}

@test "--telnet: a session with busybox's telnetd, in a script" {
	needs command busybox
	busybox --list | grep -qx telnetd || skip "needs busybox with telnetd"
	[ -c /dev/ptmx ] || skip "needs /dev/ptmx"
	printf '#!/bin/sh\nprintf "name: "; read -r name; printf "hello %%s\\n" "$name"\n' >"$BATS_TEST_TMPDIR/login"
	chmod +x "$BATS_TEST_TMPDIR/login"
	ready_address listen --keep tcp:127.0.0.1:0 -- sh -c 'exit'
	free=${address##*:}
	stop "$pid"
	start busybox telnetd -F -b 127.0.0.1 -p "$free" -l "$BATS_TEST_TMPDIR/login"
	wait_for "$ANYSOCK" wait --timeout 1s "tcp:127.0.0.1:$free"
	run -0 timeout "$patience" bash -c 'printf "world\n" | "$1" connect -t -C --eof=wait "tcp:127.0.0.1:$2" --until "hello world"' - "$ANYSOCK" "$free"
	[[ $output == *"name: "*"hello world"* ]]
	[[ $output != *$'\377'* ]]
}
