# SPDX-License-Identifier: GPL-2.0-or-later
# shell_failure.bats: what a failing script says and leaves: reports, results for others to read, recordings.
# shellcheck disable=SC2154,SC2016
load ../helpers
load shell

# of NAME: standard input as a script file of that name.
of() {
	cat >"$BATS_TEST_TMPDIR/$1"
}

@test "shell failure: a message's report names the field that is not as it should be" {
	lines 'listen u udp:127.0.0.1:0; open v $u; send v "hello"; recv u len == 5, data == "hellp"'
	[ "$status" = 1 ]
	[[ $output = *'but       data is "hello", not data == "hellp"'* ]]
	lines 'listen u udp:127.0.0.1:0; open v $u; send v "hello"; recv u lenn == 5'
	[ "$status" = 1 ]
	[[ $output = *'but       it has no field lenn'* ]]
}

@test "shell failure: bytes that may be any are none that differ" {
	lines 'socketpair a b; send a "hello"; recv b hex{68 ?? 6c 6d **}'
	[ "$status" = 1 ]
	[[ $output = *"expected  0000  68 ?? 6c 6d "*"h?lm"*"received  0000  68 65 6c 6c 6f"*"differs from byte 3 on"* ]]
	lines 'socketpair a b; send a "hello"; recv b hex{68 ?? 6c 6c ??}'
	[ "$status" = 0 ]
}

@test "shell failure: silence and anything are expected by name" {
	lines 'socketpair a b; send a "hello"; silent b 20ms'
	[ "$status" = 1 ]
	[[ $output = *"expected  nothing"*'received  5 bytes: "hello"'* ]]
	lines 'socketpair a b; recv b within 20ms'
	[ "$status" = 4 ]
	[[ $output = *"expected  anything"*"received  nothing"* ]]
}

@test "shell failure: what a program said before it ended in the wrong way is told, safe for the eye" {
	lines 'run x sh -c "printf \"out\\n\"; printf \"oops\\033[31m\\n\" >&2; exit 3"; exit x'
	[ "$status" = 1 ]
	[[ $output = *"x ended with status 3, not 0"*"x.out< out"*'x.err< oops\x1b[31m'* ]]
	lines 'run - sh -c "echo oops >&2; exit 3"'
	[ "$status" = 1 ]
	[[ $output = *"-.err< oops"* ]]
}

@test "shell failure: a line that cannot be parsed has no report of the line before it" {
	run timeout "$patience" script -qec "TERM=dumb $ANYSOCK shell" /dev/null <<-'E'
		socketpair a b
		send a "x"
		recv b "y"
		nonsense
		quit
	E
	[ "$(grep -c 'differs from byte' <<<"$output")" = 1 ] || { echo "$output"; false; }
}

@test "shell failure: why a test was left out stays on its line" {
	of s.as <<-'E'
		test "one"
		skip "no\nnot ok 2 - # forged"
	E
	run -0 "$ANYSOCK" shell "$BATS_TEST_TMPDIR/s.as"
	[ "${#lines[@]}" = 3 ]
	[ "${lines[1]}" = 'ok 1 - one # SKIP no\\nnot ok 2 - \# forged' ]
	run -0 "$ANYSOCK" shell --json "$BATS_TEST_TMPDIR/s.as"
	python -c 'import json, sys; assert json.loads(sys.argv[1])["outcome"] == "skipped"' "$output"
}

@test "shell failure: a script that fails outside of its tests has failed for JUnit and JSON too" {
	cd "$BATS_TEST_TMPDIR" || return
	of good.as <<-'E'
		test "fine"
		socketpair a b
	E
	of typo.as <<-'E'
		test "never"
		opn c x
	E
	of early.as <<-'E'
		open c tcp:127.0.0.1:1
		test "never"
	E
	run "$ANYSOCK" shell --junit j.xml good.as typo.as early.as
	[ "$status" = 2 ]
	python -c '
import xml.etree.ElementTree as e
r = [(s.get("name"), s.get("failures"), len(s.findall("testcase/failure"))) for s in e.parse("j.xml").getroot()]
assert r == [("good.as", "0", 0), ("typo.as", "1", 1), ("early.as", "1", 1)], r
assert "did you mean" in "".join(e.parse("j.xml").getroot()[1].itertext())'
	run --separate-stderr "$ANYSOCK" shell --json good.as typo.as early.as
	python -c '
import json, sys
r = [json.loads(l) for l in sys.argv[1].splitlines()]
assert [(t["file"], t["outcome"]) for t in r] == [("good.as", "passed"), ("typo.as", "failed"), ("early.as", "failed")], r' "$output"
	run --separate-stderr "$ANYSOCK" shell early.as
	[ "$status" = 1 ] && [ -z "$output" ]
}

@test "shell failure: a test that fails leaves its log and what passed its endpoints, one that passes nothing" {
	needs command tshark
	cd "$BATS_TEST_TMPDIR" || return
	of mail.as <<-'E'
		test "passes"
		socketpair a b
		send a "x"
		test "fails"
		listen s tcp:127.0.0.1:0
		open c $s
		accept s as p
		send c "question"
		recv p "question"
		send p "answer"
		recv c "another"
		test "again"
		socketpair a b
		close a
		socketpair a d
		send a "second"
		fail "on purpose"
	E
	mkdir -p kept/mail-1
	echo mine >kept/mail-1/notes
	echo stale >kept/mail-1/x.pcapng
	run "$ANYSOCK" shell --artifacts kept mail.as
	[ "$status" = 1 ]
	[[ $output = *"kept in   kept/mail-2"*"kept in   kept/mail-3"* ]]
	[ "$(cd kept && find . -type f | sort | xargs)" = "./mail-1/notes ./mail-2/c.pcapng ./mail-2/log ./mail-2/p.pcapng ./mail-3/a.2.pcapng ./mail-3/a.pcapng ./mail-3/b.pcapng ./mail-3/d.pcapng ./mail-3/log" ]
	grep -q 'c > 8 bytes: question' kept/mail-2/log
	grep -q 'differs from byte 2' kept/mail-2/log
	[ "$(tshark -r kept/mail-2/c.pcapng -Y 'tcp.len > 0' -T fields -e tcp.payload | xargs)" = "$(printf question | xxd -p) $(printf answer | xxd -p)" ]
	run ! "$ANYSOCK" shell -c 'socketpair a b; send a "x"; fail "outside"' --artifacts kept
	[ -s kept/lines/log ] && [ -s kept/lines/a.pcapng ]
	run "$ANYSOCK" shell --artifacts none/there mail.as
	[[ $output = *"none/there: No such file or directory"* ]]
}
