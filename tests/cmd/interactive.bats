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

# screen_shows TEXT: whether the pane has it now.
screen_shows() {
	tmux -S "$tmux_socket" capture-pane -p | grep -qF -- "$1"
}

keys() {
	tmux -S "$tmux_socket" send-keys "$@"
}

@test "interactive: keys, completion, interrupts, a flood while one types, history" {
	editing
	run timeout "$((6 * patience))" /usr/bin/python3 "$tree/tests/cmd/typing.py" "$ANYSOCK" "$BATS_TEST_TMPDIR/state"
	[ "$status" = 0 ] || { echo "$output"; false; }
}

@test "interactive: a screen of tmux has the line under what arrived, also after a resize" {
	needs command tmux
	editing
	tmux_socket=$BATS_TEST_TMPDIR/tmux
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
	tmux -S "$tmux_socket" -f /dev/null new-session -d -x 60 -y 20 "$ANYSOCK shell"
	wait_for screen_shows 'anysock>'
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

# screen_counts NUMBER TEXT: whether the pane has it on so many lines, rows that were wrapped joined.
screen_counts() {
	[ "$(tmux -S "$tmux_socket" capture-pane -p -J | grep -cF -- "$2")" = "$1" ]
}

@test "interactive: characters of two columns over several rows stay as typed under what comes, and after resizes" {
	needs command tmux
	editing
	tmux_socket=$BATS_TEST_TMPDIR/tmux
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state LC_ALL=C.UTF-8
	mkfifo "$BATS_TEST_TMPDIR/go"
	tmux -u -S "$tmux_socket" -f /dev/null new-session -d -x 50 -y 20 "$ANYSOCK shell"
	wait_for screen_shows 'anysock>'
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
