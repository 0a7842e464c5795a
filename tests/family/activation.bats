# SPDX-License-Identifier: GPL-2.0-or-later
# activation.bats: sockets that systemd-socket-activate hands to us, and those that we hand to python3.
# shellcheck disable=SC2154,SC2016
load ../helpers

# activated [OPTION...] -- WORD...: our program behind systemd-socket-activate, at the abstract sockets @$name-1 and @$name-2.
activated() {
	needs command systemd-socket-activate
	name=activation-$BATS_TEST_NUMBER-$$
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	start systemd-socket-activate -l "@$name-1" "${options[@]}" "$ANYSOCK" "$@"
	wait_for grep -q "@$name-1" /proc/net/unix
}

@test "activation: a listening socket is listened on, by its name" {
	activated --fdname=web -- listen activation:web -- tr a-z A-Z
	run -0 socat -t 20 - "ABSTRACT-CONNECT:$name-1" <<<hello
	[ "$output" = HELLO ]
	status_of "$pid"
	[ "$status" -eq 0 ]
	[[ $(cat "$error_file") == *"listening on unix:@$name-1"* ]]
}

@test "activation: by its number; relay knows that it listens" {
	activated -- relay --once activation:0 exec:rev
	run -0 socat -t 20 - "ABSTRACT-CONNECT:$name-1" <<<hello
	[ "$output" = olleh ]
}

@test "activation: an accepted connection is served, as under inetd" {
	activated --accept --inetd -- listen fd:0 -- tr a-z A-Z
	run -0 socat -t 20 - "ABSTRACT-CONNECT:$name-1" <<<hello
	[ "$output" = HELLO ]
	run -0 socat -t 20 - "ABSTRACT-CONNECT:$name-1" <<<again
	[ "$output" = AGAIN ]
}

@test "activation: an accepted connection is handed over by LISTEN_FDS as well" {
	activated --accept -- relay activation: exec:rev
	run -0 socat -t 20 - "ABSTRACT-CONNECT:$name-1" <<<hello
	[ "$output" = olleh ]
}

@test "activation: several sockets are all listened on" {
	needs command systemd-socket-activate
	name=activation-$BATS_TEST_NUMBER-$$
	start systemd-socket-activate -l "@$name-1" -l "@$name-2" "$ANYSOCK" listen --keep activation: -- tr a-z A-Z
	wait_for grep -q "@$name-2" /proc/net/unix
	run -0 socat -t 20 - "ABSTRACT-CONNECT:$name-2" <<<two
	[ "$output" = TWO ]
	run -0 socat -t 20 - "ABSTRACT-CONNECT:$name-1" <<<one
	[ "$output" = ONE ]
}

@test "activation: LISTEN_PID that is not ours is refused" {
	LISTEN_PID=1 LISTEN_FDS=1 run -3 anysock listen activation:
	[[ $output == *"handed to process 1"* ]]
}

@test "activation: without LISTEN_FDS it is not available; a name that is not there is told, with those that are" {
	run -3 anysock listen activation:web
	[[ $output == *"LISTEN_FDS is not set"* ]]
	activated --fdname=web -- listen activation:db
	socat -u - "ABSTRACT-CONNECT:$name-1" <<<x || true
	status_of "$pid"
	[ "$status" -eq 1 ]
	[[ $(cat "$error_file") == *'called "db"'*"0 web"* ]]
}

@test "activation: a program that we start gets neither the descriptors nor the variables" {
	activated -- listen activation: -- sh -c 'ls /proc/self/fd; env | grep -c LISTEN_'
	run -0 socat -t 20 -u "ABSTRACT-CONNECT:$name-1" -
	[ "$output" = $'0\n1\n2\n3\n0' ]
}

# manager: what a service manager listens on for sd_notify(3); what it is told in $output_file, a line each.
manager() {
	NOTIFY_SOCKET=$BATS_TEST_TMPDIR/notify
	start python -u -c "
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('$NOTIFY_SOCKET')
while True: print(s.recv(4096).decode())"
	told=$output_file
	wait_for serves "$NOTIFY_SOCKET"
	export NOTIFY_SOCKET
}

@test "activation: NOTIFY_SOCKET is told when we are ready, what we do, and that we end" {
	manager
	ready_address listen --keep tcp:127.0.0.1:0 -- cat
	wait_for grep -qx READY=1 "$told"
	run -0 socat -t 20 - "TCP:${address#tcp:}" <<<x
	kill -TERM "$pid"
	status_of "$pid"
	wait_for grep -qx STOPPING=1 "$told"
	grep -qx "STATUS=listening on $address, 0 open of 0 connections" "$told"
}

@test "activation: programs that we start do not see NOTIFY_SOCKET" {
	manager
	run -0 --separate-stderr anysock connect exec:'sh -c "echo ${NOTIFY_SOCKET-unset}"' </dev/null
	[ "$output" = unset ]
}

server='import os, socket
print(os.environ["LISTEN_FDS"], os.environ["LISTEN_PID"] == str(os.getpid()), sorted(map(int, os.listdir("/proc/self/fd")))[:4], flush=True)
s = socket.socket(fileno=3); c, _ = s.accept(); c.sendall(c.recv(100)[::-1]); c.close(); raise SystemExit(6)'

@test "activation: --activate binds at once and hands the socket to a program" {
	ready_address listen --activate tcp:127.0.0.1:0 -- /usr/bin/python3 -c "$server"
	run -0 socat -t 20 - "TCP:${address#tcp:}" <<<abc
	[ "$output" = $'\ncba' ]
	status_of "$pid"
	[ "$status" -eq 6 ]
	[ "$(cat "$output_file")" = "1 True [0, 1, 2, 3]" ]
}

@test "activation: --activate=first starts it once somebody is there" {
	ready_address listen --activate=first "unix:$BATS_TEST_TMPDIR/s" -- /usr/bin/python3 -c "$server"
	[ ! -s "$output_file" ]
	[ -z "$(ps -o pid= --ppid "$pid")" ]
	run -0 socat -t 20 - "UNIX:$BATS_TEST_TMPDIR/s" <<<abc
	[ "$output" = $'\ncba' ]
	status_of "$pid"
	[ "$status" -eq 6 ]
	[ ! -e "$BATS_TEST_TMPDIR/s" ]
}

@test "activation: --activate=first ends by SIGTERM while it waits, and needs a program" {
	ready_address listen --activate=first "unix:$BATS_TEST_TMPDIR/s" -- true
	kill -TERM "$pid"
	status_of "$pid"
	[ "$status" -eq 143 ]
	[ ! -e "$BATS_TEST_TMPDIR/s" ]
	run -2 anysock listen --activate "unix:$BATS_TEST_TMPDIR/s"
}
