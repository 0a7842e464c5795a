# SPDX-License-Identifier: GPL-2.0-or-later
# clients.bats: who may be a client, and how many may be there; the clients are other people's programs.
# shellcheck disable=SC2154,SC2016
load ../helpers

# from ADDRESS TEXT: what the server at $port answers to a client with that address.
from() {
	printf %s "$2" | timeout "$patience" socat -t5 - "TCP:$1:$port,bind=$1" 2>/dev/null
}

serve() {
	ready_address listen --keep "tcp:$1" -- cat
	port=${address##*:}
}

@test "peer-ip: networks and hosts that may come, and those that may not" {
	serve 127.0.0.1:0,peer-ip=127.0.0.0/30+not-127.0.0.2
	[ "$(from 127.0.0.1 hello)" = hello ]
	[ -z "$(printf hello | socat -t5 - "TCP:127.0.0.1:$port,bind=127.0.0.2" 2>/dev/null)" ]
	[ -z "$(printf hello | socat -t5 - "TCP:127.0.0.1:$port,bind=127.0.0.9" 2>/dev/null)" ]
	[ "$(from 127.0.0.1 again)" = again ]
	grep -q '127.0.0.2 is kept out by peer-ip=127.0.0.0/30+not-127.0.0.2' "$error_file"
	serve 127.0.0.1:0,peer-ip=not-127.0.0.2
	[ "$(from 127.0.0.1 hello)" = hello ]
	[ -z "$(printf hello | socat -t5 - "TCP:127.0.0.1:$port,bind=127.0.0.2" 2>/dev/null)" ]
}

@test "peer-ip: IPv6, and IPv4 that comes to a listener of both" {
	serve "[::1]:0,range=fd00::/8+::1"
	run -0 --separate-stderr bash -c 'printf hi | socat -t5 - "TCP6:[::1]:$1"' - "$port"
	[ "$output" = hi ]
	serve "[::]:0,peer-ip=127.0.0.0/8"
	[ "$(from 127.0.0.1 hello)" = hello ]
	run --separate-stderr bash -c 'printf hi | socat -t5 - "TCP6:[::1]:$1"' - "$port"
	[ -z "$output" ]
	for rule in not-::ffff:127.0.0.2 ::ffff:127.0.0.0/127; do
		serve "127.0.0.1:0,peer-ip=$rule"
		[ "$(from 127.0.0.1 hello)" = hello ]
		[ -z "$(printf hello | socat -t5 - "TCP:127.0.0.1:$port,bind=127.0.0.2" 2>/dev/null)" ]
	done
}

@test "peer-ip: of UDP nothing of others arrives, at a server and at recv, and it is said once a second" {
	ready_address recv --count 2 --format text udp-listen:127.0.0.1:0,peer-ip=not-127.0.0.2
	port=${address##*:}
	printf one | socat -u - "UDP-SENDTO:127.0.0.1:$port,bind=127.0.0.1"
	for _ in {1..30}; do printf bad | socat -u - "UDP-SENDTO:127.0.0.1:$port,bind=127.0.0.2"; done
	printf two | socat -u - "UDP-SENDTO:127.0.0.1:$port,bind=127.0.0.1"
	status_of "$pid"
	[ "$(cat "$output_file")" = $'one\ntwo' ]
	[ "$(grep -c '127.0.0.2 is kept out by' "$error_file")" -ge 1 ]
	[ "$(grep -c '127.0.0.2 is kept out by' "$error_file")" -lt 10 ]
	ready_address listen --keep udp:127.0.0.1:0,peer-ip=127.0.0.1 -- cat
	port=${address##*:}
	run -0 --separate-stderr bash -c 'printf x | socat -T 0.5 - "UDP:127.0.0.1:$1,bind=127.0.0.2"' - "$port"
	[ -z "$output" ]
	run -0 --separate-stderr bash -c 'printf x | socat -T 0.5 - "UDP:127.0.0.1:$1,bind=127.0.0.1"' - "$port"
	[ "$output" = x ]
}

@test "peer-uid, peer-cid: all but some" {
	ready_address listen --keep "unix:@clients-$$,peer-uid=not-$(id -un)" -- cat
	run --separate-stderr bash -c 'printf hello | socat -t5 - "ABSTRACT-CONNECT:clients-$1"' - $$
	[ -z "$output" ]
	grep -q 'kept out by peer-uid=not-' "$error_file"
	ready_address listen --keep "unix:@clients2-$$,peer-uid=not-77777" -- cat
	run -0 --separate-stderr bash -c 'printf hello | socat -t5 - "ABSTRACT-CONNECT:clients2-$1"' - $$
	[ "$output" = hello ]
	run -2 "$ANYSOCK" listen vsock:5000,peer-cid=not-here
	[[ $output == *"CID"* ]]
}

@test "peer-ip: what cannot be read, or would not be looked at, is a usage error" {
	for rule in 10.0.0.0/33 10.0.0 example.org 10.0.0.0/ ::1/129 not- ''; do
		run -2 "$ANYSOCK" listen "tcp:127.0.0.1:0,peer-ip=$rule"
		[[ $output == *peer-ip* ]]
	done
	run -2 "$ANYSOCK" connect tcp:127.0.0.1:9,peer-ip=127.0.0.1
	[[ $output == *"goes to one peer"* ]]
	run -2 "$ANYSOCK" listen cannelloni:127.0.0.1:0,peer-ip=127.0.0.1
	run -2 "$ANYSOCK" listen --activate tcp:127.0.0.1:0,peer-ip=127.0.0.1 -- true
	[[ $output == *"the program itself accepts"* ]]
}

@test "--max-per-source: one host has so many connections, others theirs, and it gets them back" {
	ready_address listen --keep -v --max-per-source 2 tcp:127.0.0.1:0 -- cat
	port=${address##*:}
	start python -u -c 'import socket, sys
port = int(sys.argv[1])
def client(host):
    s = socket.create_connection(("127.0.0.1", port), source_address=(host, 0))
    s.settimeout(9)
    try:
        s.sendall(b"x")
        return s, s.recv(9)
    except OSError:
        return s, b""
held = [client("127.0.0.1") for _ in range(3)]
print([got for _, got in held])
print(client("127.0.0.2")[1])
held[0][0].close()
while True:
    s, got = client("127.0.0.1")
    if got: break
print(got)' "$port"
	status_of "$pid"
	[ "$(cat "$output_file")" = "[b'x', b'x', b'']
b'x'
b'x'" ]
	grep -rq 'has 2 connections, as many as max-per-source= allows' "$BATS_TEST_TMPDIR"
}

@test "max-per-source: users of a UNIX socket are told apart by their number" {
	ready_address listen --keep "unix:@limit-$$,max-per-source=1" -- cat
	start python -u -c 'import socket, sys
a, b = [socket.socket(socket.AF_UNIX) for _ in "ab"]
a.connect("\0limit-" + sys.argv[1]); a.send(b"x"); print(a.recv(9))
try:
    b.connect("\0limit-" + sys.argv[1]); b.send(b"x"); print(b.recv(9))
except OSError:
    print("refused")' $$
	status_of "$pid"
	[[ $(cat "$output_file") == "b'x'"$'\n'@("b''"|refused) ]]
}

@test "--max: so many at once, the others wait their turn, and programs are bounded by it" {
	ready_address listen --keep --max 2 tcp:127.0.0.1:0 -- sh -c 'echo started; cat'
	port=${address##*:}
	start python -u -c 'import socket, sys
made = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(4)]
for s in made: s.settimeout(0.7)
def answer(s):
    try: return s.recv(99)
    except TimeoutError: return b"waits"
print([answer(s) for s in made])
made[0].close(); made[1].close()
made[2].settimeout(9); made[3].settimeout(9)
print([answer(s) for s in made[2:]])' "$port"
	status_of "$pid"
	[ "$(cat "$output_file")" = "[b'started\n', b'started\n', b'waits', b'waits']
[b'started\n', b'started\n']" ]
}

# gone NAME: whether the process that wrote its number to that file has gone.
gone() {
	[ -s "$1" ] && is_gone "$(cat "$1")"
}

@test "--kill-after: a program that outlives its connection gets SIGTERM, then SIGKILL, with what it started" {
	cd "$BATS_TEST_TMPDIR" || return
	ready_address listen --keep --max 1 --eof=close --kill-after 300ms tcp:127.0.0.1:0 -- \
		sh -c 'trap "" TERM; echo $$ >stubborn; sleep 99 & echo $! >child; wait; sleep 99'
	port=${address##*:}
	# who is asked to end has to be ready for it
	wait_for test -s child | socat -u - "TCP:127.0.0.1:$port"
	wait_for gone stubborn
	wait_for gone child
	# its place is free again
	rm stubborn child
	wait_for test -s child | socat -u - "TCP:127.0.0.1:$port"
	wait_for gone stubborn
	# a reset says that the client is gone altogether
	ready_address listen --keep --kill-after 200ms tcp:127.0.0.1:0 -- sh -c 'echo $$ >program; exec sleep 99'
	/usr/bin/python3 -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"); s.close()' "${address##*:}"
	wait_for gone program
	ready_address relay tcp-listen:127.0.0.1:0,eof=close 'exec:sh -c "trap \"echo asked >asked; exit\" TERM; >armed; while :; do sleep 0.1; done",kill-after=200ms'
	wait_for test -e armed | socat -u - "TCP:127.0.0.1:${address##*:}"
	wait_for test -s asked
}

@test "--kill-after: a program that ends by itself is left to do so" {
	cd "$BATS_TEST_TMPDIR" || return
	ready_address listen --keep --kill-after 5s tcp:127.0.0.1:0 -- sh -c 'cat >got; sleep 0.3; echo done >>got'
	printf 'all\n' | socat -u - "TCP:127.0.0.1:${address##*:}"
	wait_for grep -qx 'done' got
}
