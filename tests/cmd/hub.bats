# SPDX-License-Identifier: GPL-2.0-or-later
# hub.bats: what one client says goes to all others; the clients are other people's programs.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# client NAME [ADDRESS]: a socat in the hub whose input is what is written to $NAME, whose output is NAME.out.
client() {
	local fd
	mkfifo "$1.in"
	exec {fd}<>"$1.in"
	printf -v "$1" %s "$fd"
	start sh -c 'exec socat - "$1" <"$2.in" >"$2.out"' - "${2:-TCP:${address#tcp:}}" "$1"
}

# say NAME TEXT: as that client.
say() {
	printf '%s\n' "$2" >&"${!1}"
}

# heard NAME TEXT: whether that is all it has heard.
heard() {
	[ "$(cat "$1.out" 2>/dev/null)" = "$2" ]
}

members() {
	[ "$(grep -c 'accepted #' "$1")" = "$2" ]
}

@test "--hub: what one says all others hear, and who speaks does not" {
	ready_address listen -v --hub tcp:127.0.0.1:0
	hub=$error_file
	for name in anna bert cleo; do client "$name"; done
	wait_for members "$hub" 3
	say anna "hello from anna"
	wait_for heard bert "hello from anna"
	wait_for heard cleo "hello from anna"
	say cleo "cleo here"
	wait_for heard anna "cleo here"
	wait_for heard bert $'hello from anna\ncleo here'
	heard cleo "hello from anna"
}

@test "--hub=echo: who speaks hears it as well" {
	ready_address listen -v --hub=echo "unix:$BATS_TEST_TMPDIR/hub"
	hub=$error_file
	for name in anna bert; do client "$name" "UNIX-CONNECT:$BATS_TEST_TMPDIR/hub"; done
	wait_for members "$hub" 2
	say anna hello
	wait_for heard anna hello
	wait_for heard bert hello
}

@test "--hub: whoever ends its input leaves, unless eof says otherwise; nobody else is disturbed" {
	ready_address listen -v --hub tcp:127.0.0.1:0
	hub=$error_file
	client anna
	wait_for members "$hub" 1
	run -0 timeout "$patience" bash -c 'printf "and gone\n" | ncat "$1" "$2"' - 127.0.0.1 "${address##*:}"
	wait_for heard anna "and gone"
	run -0 timeout "$patience" bash -c 'printf "once more\n" | "$1" connect "$2"' - "$ANYSOCK" "$address"
	wait_for heard anna $'and gone\nonce more'
	ready_address listen -v --hub --eof=half tcp:127.0.0.1:0
	hub=$error_file
	start bash -c '"$1" recv "$2" >heard' - "$ANYSOCK" "$address"
	start bash -c '"$1" connect "$2" </dev/null >listened' - "$ANYSOCK" "$address"
	wait_for members "$hub" 2
	client bert
	wait_for members "$hub" 3
	say bert news
	wait_for eval '[ "$(cat listened)" = news ]'
}

@test "--hub: with a framing, lines stay whole however they come" {
	ready_address listen -v --hub tcp:127.0.0.1:0,frame=line
	hub=$error_file
	for name in anna bert cleo; do client "$name"; done
	wait_for members "$hub" 3
	printf 'first ' >&"$anna"
	say bert "other"
	wait_for heard cleo other
	printf 'half\n' >&"$anna"
	wait_for heard cleo $'other\nfirst half'
}

@test "--hub: messages stay messages, of seqpacket sockets and of UDP's peers" {
	ready_address listen -v --hub "unix:$BATS_TEST_TMPDIR/hub,type=seqpacket"
	hub=$error_file
	start python -u -c 'import socket, sys
a, b = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in "ab"]
a.connect(sys.argv[1]); b.connect(sys.argv[1])
while open(sys.argv[2]).read().count("accepted") < 2: pass
a.send(b"one"); a.send(b"two"); print(b.recv(99), b.recv(99))' "$BATS_TEST_TMPDIR/hub" "$hub"
	status_of "$pid"
	[ "$(cat "$output_file")" = "b'one' b'two'" ]
	ready_address listen -v --hub udp:127.0.0.1:0
	start python -u -c 'import socket, sys
a, b = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in "ab"]
a.connect(("127.0.0.1", int(sys.argv[1]))); b.connect(a.getpeername())
b.send(b"here"); a.send(b"so am I"); print(b.recv(99)); b.send(b"one"); b.send(b"two"); print(a.recv(99), a.recv(99))' "${address##*:}"
	status_of "$pid"
	[ "$(cat "$output_file")" = "b'so am I'
b'one' b'two'" ]
}

@test "--hub: 8 MiB reach three others whole, at the pace of the slowest" {
	head -c 8388608 /dev/urandom >data
	ready_address listen -v --hub tcp:127.0.0.1:0
	hub=$error_file
	for name in one two; do
		start socat -u "TCP:${address#tcp:}" "CREATE:$name"
	done
	start bash -c 'socat -u "TCP:$1" - | { sleep 1; cat >three; }' - "${address#tcp:}"
	wait_for members "$hub" 3
	socat -u OPEN:data "TCP:${address#tcp:}"
	for name in one two three; do
		wait_for cmp -s data "$name"
	done
}

@test "--hub: who takes nothing while all wait for it is sent away, and said to be" {
	head -c 16777216 /dev/zero >data
	ready_address listen -v --hub tcp:127.0.0.1:0
	hub=$error_file
	start python -u -c 'import socket, sys, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096); s.connect(("127.0.0.1", int(sys.argv[1]))); time.sleep(99)' "${address##*:}"
	start socat -u "TCP:${address#tcp:}" CREATE:copy
	wait_for members "$hub" 2
	socat -u OPEN:data "TCP:${address#tcp:}"
	wait_for cmp -s data copy
	grep -q 'took nothing for 5 s while others waited' "$hub"
}

@test "relay --hub: one program, opened once, for all clients" {
	ready_address relay -v --hub tcp-listen:127.0.0.1:0 'exec:sed -u "s/^/served: /"'
	hub=$error_file
	for name in anna bert; do client "$name"; done
	wait_for members "$hub" 2
	say anna hello
	wait_for heard anna "served: hello"
	wait_for heard bert $'hello\nserved: hello'
	[ "$(grep -c 'opened #.*exec:sed' "$hub")" = 1 ]
}

@test "relay --hub: the frames of a bus for all, and those of each for the bus and the others" {
	needs family can
	needs command candump cansend
	needs lab
	ip link add name vcan7 type vcan
	ip link set vcan7 up
	ready_address relay -v --hub tcp-listen:127.0.0.1:0 can:vcan7
	hub=$error_file
	for name in anna bert; do client "$name"; done
	wait_for members "$hub" 2
	cansend vcan7 123#1122
	wait_for heard anna 123#1122
	wait_for heard bert 123#1122
	start candump -n 1 -L vcan7
	wait_for eval '[ "$(grep -c "vcan7 " /proc/net/can/rcvlist_all)" -ge 2 ]'
	say bert 7FF#AA
	wait_for heard anna $'123#1122\n7FF#AA'
	ip link del vcan7
}

@test "--hub: what makes no sense is a usage error" {
	run -2 "$ANYSOCK" listen --hub tcp:127.0.0.1:0 -- cat
	[[ $output == *"not to a program"*"relay --hub"* ]]
	run -2 "$ANYSOCK" relay --hub tcp:127.0.0.1:1 tcp:127.0.0.1:2
	run -2 "$ANYSOCK" relay --hub tcp-listen:127.0.0.1:0 unix-listen:./x
	[[ $output == *"one spec must listen, and only one"* ]]
}
