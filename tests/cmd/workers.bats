# SPDX-License-Identifier: GPL-2.0-or-later
# workers.bats: relay --workers, several processes behind one address; the clients are python3's and socat's.
# shellcheck disable=SC2154,SC2016
load ../helpers

# Each connection is told which process serves it, and then echoed.
serve() {
	printf '#!/bin/sh\necho $PPID\nexec cat\n' >"$BATS_TEST_TMPDIR/program"
	chmod +x "$BATS_TEST_TMPDIR/program"
	ready_address relay --workers 2 "$1" "exec:$BATS_TEST_TMPDIR/program"
	wait_for all_run
}

# The processes that serve, a line each.
workers() {
	pgrep -P "$pid"
}

all_run() {
	[ "$(workers | wc -l)" = 2 ]
}

@test "relay --workers: connections are divided among the processes, and each is answered" {
	serve tcp-listen:127.0.0.1:0
	for _ in {1..40}; do socat -t 20 - "TCP:127.0.0.1:${address##*:}" </dev/null; done >"$BATS_TEST_TMPDIR/served"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/served")" = 40 ]
	diff <(sort -u "$BATS_TEST_TMPDIR/served") <(workers | sort)
}

@test "relay --workers: one's death loses its own connections alone, is told, and another takes its place" {
	serve tcp-listen:127.0.0.1:0
	run -0 python - "${address##*:}" <<'END'
import os, signal, socket, sys
def client():
    c = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
    return c.makefile("rwb", buffering=0)
def answers(c):
    try: return c.write(b"word\n") == 5 and c.readline() == b"word\n"
    except OSError: return False
before = [(c, int(c.readline())) for c in (client() for _ in range(40))]
dead = before[0][1]
os.kill(dead, signal.SIGKILL)
assert all(answers(c) == (worker != dead) for c, worker in before)
after = [(c, int(c.readline())) for c in (client() for _ in range(40))]
assert all(answers(c) for c, _ in after)
survivor = {worker for _, worker in before} - {dead}
print(len({worker for _, worker in after}), survivor < {worker for _, worker in after}, dead in {worker for _, worker in after})
END
	[ "$output" = "2 True False" ]
	grep -q 'worker [12], process [0-9]*, died with its connections, by signal 9 (Killed); another takes its place' "$error_file"
}

@test "relay --workers: one that has no memory left is replaced as well, so that nobody waits for it" {
	needs plain "they take memory of their own"
	start socat -u TCP-LISTEN:0,bind=127.0.0.1,fork PIPE
	local port
	port_is_there() { port=$(ss -Htlnp | sed -n "s/.*127.0.0.1:\([0-9]*\) .*pid=$pid,.*/\1/p"); [ -n "$port" ]; }
	wait_for port_is_there
	ready_address relay --workers 2 tcp-listen:127.0.0.1:0 "tcp:127.0.0.1:$port"
	wait_for all_run
	before=$(workers)
	for one in $before; do prlimit --pid "$one" --as=1000000; done
	changed() {
		socat -u - "TCP:127.0.0.1:${address##*:}" <<<word || true
		[ "$(grep -c 'died with its connections, with status 1; another takes its place' "$error_file")" = 2 ] && all_run
	}
	wait_for changed
	run -1 grep -xF "$before" <(workers)
	kill "$pid"
	status_of "$pid"
	[ "$status" -eq 143 ]
}

@test "relay --workers: a unix socket has one queue for all, and its file goes with the last" {
	serve "unix-listen:$BATS_TEST_TMPDIR/s"
	run -0 python - "$BATS_TEST_TMPDIR/s" <<'END'
import socket, sys
many = []
for _ in range(40):
    c = socket.socket(socket.AF_UNIX); c.settimeout(20); c.connect(sys.argv[1]); many.append(c.makefile("rwb", buffering=0))
served = {int(c.readline()) for c in many}
for c in many: c.write(b"word\n")
print(len(served) <= 2, sum(c.readline() == b"word\n" for c in many))
END
	[ "$output" = "True 40" ]
	kill -TERM "$pid"
	status_of "$pid"
	[ "$status" = 143 ]
	[ ! -e "$BATS_TEST_TMPDIR/s" ]
}

@test "relay --workers: a UDP peer stays with the process that has its session" {
	ready_address relay --workers 3 udp-listen:127.0.0.1:0 exec:cat
	run -0 python - "${address##*:}" <<'END'
import socket, sys
peers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(30)]
for s in peers: s.settimeout(20); s.connect(("127.0.0.1", int(sys.argv[1])))
good = 0
for turn in range(3):
    for s in peers: s.send(b"%d" % turn)
    good += sum(s.recv(9) == b"%d" % turn for s in peers)
print(good)
END
	[ "$output" = 90 ]
	kill -TERM "$pid"
	status_of "$pid"
}

@test "relay --workers: SIGUSR1 has the counts of each, SIGTERM ends all by the signal" {
	serve tcp-listen:127.0.0.1:0
	mapfile -t served < <(workers)
	# one that has only just begun does not listen to signals yet
	both_tell() {
		kill -USR1 "$pid"
		[ "$(grep -c '0 sessions, 0 bytes forward' "$error_file")" -ge 2 ]
	}
	wait_for both_tell
	[ "$(grep -c 'listening on' "$error_file")" = 1 ]
	kill -TERM "$pid"
	status_of "$pid"
	[ "$status" = 143 ]
	for worker in "${served[@]}"; do is_gone "$worker"; done
	grep -q 'takes its place' "$error_file" && false
	run -1 socat -u "TCP:127.0.0.1:${address##*:}" -
}

@test "relay --workers: where the process that started them is killed none stays behind" {
	serve tcp-listen:127.0.0.1:0
	mapfile -t served < <(workers)
	kill -KILL "$pid"
	for worker in "${served[@]}"; do wait_for is_gone "$worker"; done
}

@test "relay --workers: --max is divided among them, --deadline ends all in order" {
	ready_address relay --workers 2 --max 2 --deadline 2s tcp-listen:127.0.0.1:0 exec:cat
	run -0 python - "${address##*:}" <<'END'
import socket, sys
many = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) for _ in range(20)]
for c in many: c.sendall(b"x")
def served(c):
    try: return c.recv(1) == b"x"
    except ConnectionResetError: return False
print(sum(map(served, many)))
END
	[ "$output" = 2 ]
	status_of "$pid"
	[ "$status" = 0 ]
}

@test "relay --workers: --timeout ends all, and is told once" {
	ready_address relay --workers 3 --timeout 2s tcp-listen:127.0.0.1:0 exec:cat
	run -0 socat -u "TCP:127.0.0.1:${address##*:}" -
	status_of "$pid"
	[ "$status" = 4 ]
	[ "$(grep -c 'the time of --timeout is over' "$error_file")" = 1 ]
	run -4 --separate-stderr "$ANYSOCK" relay --json --workers 3 --timeout 200ms tcp-listen:127.0.0.1:0 exec:cat
	[ "$(jq -r '[.type, .error.kind] | join(" ")' <<<"$stderr")" = $'listening \nerror timeout' ]
}

@test "relay --workers: --accept-timeout ends them where none of them had a client" {
	run -4 --separate-stderr "$ANYSOCK" relay --workers 3 --accept-timeout 300ms tcp-listen:127.0.0.1:0 exec:cat
	[ "$(grep -c 'nobody connected in the time of --accept-timeout' <<<"$stderr")" = 1 ]
	for spec in tcp-listen:127.0.0.1:0,accept-timeout=2s "unix-listen:$BATS_TEST_TMPDIR/s,accept-timeout=2s"; do
		ready_address relay --workers 3 "$spec" exec:cat
		mapfile -t served < <(workers)
		peer=${address/#tcp:/TCP:}
		[ "$(socat - "${peer/#unix:/UNIX:}" <<<word)" = word ]
		sleep 2.5
		for worker in "${served[@]}"; do kill -0 "$worker"; done
		[ "$(socat - "${peer/#unix:/UNIX:}" <<<more)" = more ]
		[ "$(grep -c accept-timeout "$error_file" || true)" = 0 ]
		kill -TERM "$pid"
		status_of "$pid"
	done
}

@test "relay --workers: one that takes another's place ends at the same time by --deadline" {
	local begun=$EPOCHREALTIME
	ready_address relay --workers 2 --deadline 4s tcp-listen:127.0.0.1:0 exec:cat
	wait_for all_run
	mapfile -t served < <(workers)
	sleep 2.5
	kill -KILL "${served[0]}"
	status_of "$pid"
	[ "$status" = 0 ]
	grep -q 'takes its place' "$error_file"
	awk -v from="$begun" -v to="$EPOCHREALTIME" 'BEGIN { exit !(to - from > 3.9 && to - from < 6) }'
}

@test "relay --workers: what processes apart cannot do is said" {
	for other in --once --hub --handover=x --record=x --tee=x --max-per-source=3 --max=1; do
		run -2 "$ANYSOCK" relay --workers 2 "$other" tcp-listen:127.0.0.1:0 exec:cat
		[[ $output == *--workers* ]]
	done
	run -2 "$ANYSOCK" relay --workers 2 tcp:127.0.0.1:1 exec:cat
	[[ $output == *"one spec must listen"* ]]
	run -2 "$ANYSOCK" relay --workers 2 "unix-listen:$BATS_TEST_TMPDIR/s,type=dgram" exec:cat
	[[ $output == *datagrams* ]]
	run -1 "$ANYSOCK" relay --workers 2 "unix-listen:$BATS_TEST_TMPDIR/absent/s" exec:cat
	[[ $output == *absent* ]]
}
