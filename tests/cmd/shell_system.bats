# SPDX-License-Identifier: GPL-2.0-or-later
# shell_system.bats: commands of the system's shell on a line, and what a line prints going into one.
# shellcheck disable=SC2154,SC2016
load ../helpers
load shell

@test "shell system: a line is run by sh, with its own quotes, and others follow" {
	lines '!echo "a;b" {} \; c; repeat 2 { !echo "of } it" }; log "next"'
	[ "$status" = 0 ]
	[ "$output" = $'a;b {} ; c\nof } it\nof } it\nnext' ]
}

@test "shell system: what a line prints goes into a command, and its status counts" {
	lines 'socketpair a b; ls | grep -c ^; log "here"; socketpair c d; send c "x"; recv d | tr d D'
	[ "$status" = 0 ]
	[ "$output" = $'2\nhere\nD< x' ]
	lines 'ls | grep -q zzz'
	[ "$status" = 1 ]
	[[ $output = *"grep -q zzz: it ended with status 1"* ]]
	lines 'ls = status 1 | grep -q zzz; !exit 7'
	[ "$status" = 7 ]
	lines 'watch 10ms { log "w" } within 25ms | cat -n | tail -n 1'
	[[ $output = *"3"*"w" ]]
	lines 'resolve 127.0.0.1 | sed "s/^/it is /"'
	[ "$output" = "it is 127.0.0.1" ]
}

@test "shell system: a command that reads no more costs the line nothing" {
	lines 'repeat 50 { help | true }; help | head -n 1; log "alive"'
	[ "$status" = 0 ]
	[ "$output" = $'endpoint\nalive' ]
}

@test "shell system: a bar in a pattern or in quotes is none" {
	lines 'socketpair a b; send a "x|y"; recv b /z|x/; recv b "|"; recv b /\|?y/; log "|" | cat'
	[ "$status" = 0 ] && [ "${lines[-1]}" = "|" ]
}

@test "shell system: lines that come from a pipe are not read by a command" {
	run -0 timeout "$patience" "$ANYSOCK" shell <<-'E'
		!cat
		log "mine"
	E
	[ "$output" = mine ]
}

@test "shell system: results of tests stay by themselves, and a command is given no longer than a line" {
	cat >"$BATS_TEST_TMPDIR/s.as" <<-'E'
		test "one"
		!echo not ok 7
		log "remark" | sed "s/^# //"
		test "two"
		timeout 100ms
		!sleep 100
	E
	run --separate-stderr timeout "$patience" "$ANYSOCK" shell "$BATS_TEST_TMPDIR/s.as"
	[ "$status" = 1 ]
	[ "$stderr" = $'not ok 7\nremark' ]
	[[ $output = *$'\nok 1 - one\nnot ok 2 - two\n'*"sleep 100: it has not ended in time"* ]]
}

@test "shell system: checked before anything runs: a bar or a mark with nothing behind" {
	for wrong in 'ls |' '!' 'log "x" | ; ls'; do
		lines "log \"ran\"; $wrong"
		[ "$status" = 2 ]
		[[ $output != *$'ran\n'* ]]
	done
}

@test "shell system: a task's lines go into no command" {
	lines 'task t { log "x" | cat }; join t'
	[ "$status" = 2 ]
	[[ $output = *"goes into no command"* ]]
}
