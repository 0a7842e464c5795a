# SPDX-License-Identifier: GPL-2.0-or-later
# interactive.bats: the shell as a person uses it, on a pseudo-terminal and in tmux.
# shellcheck disable=SC2154,SC2016
load ../helpers

teardown() {
	[ -z "${tmux_socket:-}" ] || tmux -S "$tmux_socket" kill-server 2>/dev/null || true
	stop_all
}

editing() {
	"$ANYSOCK" --version | grep -q ' +edit' || skip "needs a build with libedit"
}

# shell_in_tmux COLUMNS ROWS [COMMAND]: the shell, started by that command, on a screen of its own, at its prompt.
shell_in_tmux() {
	needs command tmux
	editing
	tmux_socket=$BATS_TEST_TMPDIR/tmux
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state LC_ALL=C.UTF-8
	tmux -u -S "$tmux_socket" -f /dev/null new-session -d -x "$1" -y "$2" "${3:-$ANYSOCK shell}"
	wait_for screen_shows 'anysock>'
}

# screen_shows TEXT: whether the pane has it now.
screen_shows() {
	tmux -S "$tmux_socket" capture-pane -p | grep -qF -- "$1"
}

keys() {
	tmux -S "$tmux_socket" send-keys "$@"
}

@test "interactive: keys, completion, interrupts, a flood while one types, history" {
	editing
	# for a build with sanitizers: only a walk of the whole stack finds libedit there
	export ASAN_OPTIONS="${ASAN_OPTIONS:-}:fast_unwind_on_malloc=0"
	export LSAN_OPTIONS="suppressions=$tree/tests/data/libedit.lsan:print_suppressions=0"
	run timeout "$((6 * patience))" /usr/bin/python3 "$tree/tests/cmd/typing.py" "$ANYSOCK" "$BATS_TEST_TMPDIR/state"
	[ "$status" = 0 ] || { echo "$output"; false; }
}

# no_leak LOG: valgrind has found nothing lost, and no descriptor open but those that were inherited.
no_leak() {
	run -0 awk '/Open (file|AF_)/ { open = $0 } /inherited/ { open = "" } /lost|Invalid|uninit/ || (/^$/ && open != "") { print } END { print open }' "$1"
	[ -z "$output" ] || { cat "$1"; false; }
}

@test "interactive: the same session leaks neither memory nor descriptors, by valgrind" {
	needs command valgrind
	needs plain "valgrind cannot run it"
	editing
	log=$BATS_TEST_TMPDIR/valgrind
	run timeout "$((20 * patience))" /usr/bin/python3 "$tree/tests/cmd/typing.py" "$ANYSOCK" "$BATS_TEST_TMPDIR/state" \
		valgrind --quiet --track-fds=yes --leak-check=full --suppressions="$tree/tests/data/libedit.supp" --error-exitcode=9 --log-file="$log"
	[ "$status" = 0 ] || { echo "$output"; cat "$log"; false; }
	no_leak "$log"
}

@test "interactive: a script of tests, programs and tunnels leaks neither memory nor descriptors, by valgrind" {
	needs command valgrind
	needs plain "valgrind cannot run it"
	log=$BATS_TEST_TMPDIR/valgrind
	cat >"$BATS_TEST_TMPDIR/script.as" <<-'E'
		set x = "abc" hex{00 ff} * 3
		test "relay"
		listen s tcp:127.0.0.1:0
		tunnel t tcp:127.0.0.1:0 $s
		open c $t
		accept s as p
		record c $TMP/r.pcapng
		ask c "question" /never/ within 50ms = timeout
		expect p /(?<q>quest)ion/ as m
		send p "answer $m.q" cmsg=socket:mark=0
		recv c any(6) as a
		case c 1s { / (.*)/ as r { log "$r.1" }; timeout fail "silence" }
		recvmsg c 4 flags=dontwait = EAGAIN
		run cat cat
		send cat $x
		shut cat
		recv cat.out $x eof
		exit cat
		test "a failure"
		socketpair a b
		send a "wrong" fds=a
		recv b "right"
		test "messages"
		listen u udp:127.0.0.1:0
		open v $u
		send v "one"
		recv u len == 3, data ~ "n" as m
		send u "two" to $m.from
		recv v hex{74 ?? 6f} as n
		each F in a b { if "$F" == "b" log "$n $m.from" }
		try open w tcp:127.0.0.1:1
		connect-ex w tcp:127.0.0.1:1
		test "several as one, and the system"
		socketpair a b
		socketpair c d
		group g b d
		view b changes
		each X in 1 2 { send a "x$X"; send c "y$X"; recv g any(2) as m }
		ls | cat
		timing on
		sockopt a so-type == stream, so-rcvbuf > 1k as t
		try sockopt a so-type == dgram within 10ms
		task l { repeat 3 { expect b "q"; send b "r" } }
		latency a "q" "r" count 3 spectrum as k
		join l
		latency a --json spectrum
		stat a g every 5ms count 2
		mode a line
		interact a
		!true
		try !false
		fail "kept"
	E
	run timeout "$((6 * patience))" valgrind --quiet --track-fds=yes --leak-check=full --error-exitcode=9 --log-file="$log" "$ANYSOCK" shell --artifacts "$BATS_TEST_TMPDIR/kept" "$BATS_TEST_TMPDIR/script.as"
	[ "$status" = 1 ] || { echo "$output"; cat "$log"; false; }
	local kept=("$BATS_TEST_TMPDIR/kept/"*script-4/d.pcapng)
	[ -s "${kept[0]}" ]
	[ "$(grep -c '^ok' <<<"$output")" = 2 ] || { echo "$output"; false; }
	no_leak "$log"
}

@test "interactive: a screen of tmux has the line under what arrived, also after a resize" {
	shell_in_tmux 60 20
	keys 'socketpair a b; fileno a as n; log "joined"' Enter
	wait_for screen_shows 'joined'
	keys '+300ms send a "it came"; +300ms log "typed'
	tmux -S "$tmux_socket" resize-window -x 70 -y 20
	keys ' on"' Enter
	wait_for screen_shows 'b< it came'
	wait_for screen_shows 'typed on'
	keys 'ls' Enter
	wait_for screen_shows '7 sent'
	keys C-d
	wait_for is_gone "$(tmux -S "$tmux_socket" display -p '#{pane_pid}' 2>/dev/null || echo 0)"
}

# completes_ports [WORDS]: Tab finishes the ports at which socat listens, or is bound, of a shell in a network of its own,
# traced by strace with these words.
completes_ports() {
	local begun
	cat >"$BATS_TEST_TMPDIR/network" <<-E
		trap 'kill \$(jobs -p)' EXIT
		ip link set lo up
		for way in TCP4-LISTEN:54310 TCP6-LISTEN:54321 UDP4-RECV:54332 UDP6-RECV:54343; do socat -u \$way - & done
		until [ "\$(ss -Hltun | wc -l)" = 4 ]; do sleep 0.01; done
		strace -f -o "$BATS_TEST_TMPDIR/trace" $* "$ANYSOCK" shell
	E
	shell_in_tmux 80 20 "unshare -rn bash '$BATS_TEST_TMPDIR/network'"
	for begun in tcp:127.0.0.1:5431 mptcp:127.0.0.1:5432 udp:127.0.0.1:5433 udp:127.0.0.1:5434; do
		keys -l "open a $begun"
		keys Tab
		wait_for screen_shows "$begun$((${begun: -1} - 1))"
		keys C-u
	done
	keys -l 'open a tcp:127.0.0.1:5433'
	keys Tab
	keys -l ' udp'
	wait_for screen_shows '5433 udp'
	keys C-u C-d
	wait_for grep -q '+++ exited with' "$BATS_TEST_TMPDIR/trace"
}

@test "interactive: ports that are taken are completed without the kernel's walk of all connections" {
	needs command strace
	completes_ports -e trace=openat
	run ! grep -q /proc/net "$BATS_TEST_TMPDIR/trace"
}

@test "interactive: ports that are taken are completed where the kernel has no sock_diag" {
	needs command strace
	completes_ports -e inject=socket:error=EPROTONOSUPPORT -e trace=openat,socket
	grep -q 'NETLINK_SOCK_DIAG.*INJECTED' "$BATS_TEST_TMPDIR/trace"
	grep -q /proc/net/udp6 "$BATS_TEST_TMPDIR/trace"
}

@test "interactive: a command of the system has the keyboard, an interrupt ends it and not the shell" {
	shell_in_tmux 60 30
	keys '!tr a-z A-Z' Enter
	keys 'typed' Enter C-d
	wait_for screen_shows 'TYPED'
	keys '!echo begun | tr a-z A-Z && sleep 1000' Enter
	wait_for screen_shows 'BEGUN'
	keys C-c
	wait_for screen_shows 'interrupted'
	keys 'watch 10ms { log "turn" } | tr a-z A-Z' Enter
	wait_for screen_shows 'TURN'
	keys C-c
	keys 'log "al" "ive"' Enter
	wait_for screen_shows 'alive'
	keys C-d
}

# screen_counts NUMBER TEXT: whether the pane has it on so many lines, rows that were wrapped joined.
screen_counts() {
	[ "$(tmux -S "$tmux_socket" capture-pane -p -J | grep -cF -- "$2")" = "$1" ]
}

@test "interactive: characters of two columns over several rows stay as typed under what comes, and after resizes" {
	mkfifo "$BATS_TEST_TMPDIR/go"
	shell_in_tmux 50 20
	keys -l "run s sh -c 'cat $BATS_TEST_TMPDIR/go; echo \"comes\"'"
	keys Enter
	wide=$(printf '漢字%.0s' {1..30})
	keys -l "log \"begin ${wide}end"
	wait_for screen_shows 'end'
	: >"$BATS_TEST_TMPDIR/go"
	wait_for screen_shows 's.out< comes'
	wait_for screen_counts 1 'anysock> log "begin 漢'
	for columns in 70 41 80; do
		tmux -S "$tmux_socket" resize-window -x "$columns" -y 20
		keys -l " $columns"
		wait_for screen_shows "$columns"
		wait_for screen_counts 1 'anysock> log "begin 漢'
	done
	keys '"' Enter
	wait_for eval 'tmux -S "$tmux_socket" capture-pane -p | tr -d "\n" | grep -qF "anysock> log \"begin ${wide}end 70 41 80\"begin ${wide}end 70 41 80anysock>"'
	keys C-d
}

@test "interactive: a dumb terminal is prompted and not drawn on, and the shell outlives errors" {
	run timeout "$patience" env TERM=dumb /usr/bin/python3 -c '
import os, pty, sys
child, terminal = pty.fork()
if child == 0: os.execv(sys.argv[1], [sys.argv[1], "shell"])
os.write(terminal, b"nonsense\nlog \"alive\"\nquit 3\n")
out = b""
try:
    while True: out += os.read(terminal, 4096)
except OSError: pass
assert b"there is no verb" in out and b"> alive\r\n" in out and b"anysock> " in out, out
assert b"\x1b[" not in out.replace(b"\x1b[1;31m", b"").replace(b"\x1b[m", b""), out
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))' "$ANYSOCK"
	[ "$status" = 3 ]
}

@test "interactive: other commands do not load the line editor, nor does a script" {
	needs command strace
	run strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=openat "$ANYSOCK" shell -c 'log "x"'
	[ "$status" = 0 ]
	run ! grep -q libedit "$BATS_TEST_TMPDIR/trace"
}
