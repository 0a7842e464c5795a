# SPDX-License-Identifier: GPL-2.0-or-later
# shell.bats: lines with named endpoints: verbs, patterns, results and tests, against programs of others.
# shellcheck disable=SC2154,SC2016
load ../helpers
load shell

# script: standard input as a script file, in $script.
script() {
	script=$BATS_TEST_TMPDIR/script.as
	cat >"$script"
}

@test "shell: a python3 server is asked, and answers" {
	python_server 'c, a = s.accept(); c.sendall(c.recv(99).upper())'
	lines "open c tcp:127.0.0.1:$port; ask c \"ping\\n\" /^P(\\w+)\\n/ as q; log \"group \$q.1\"; recv c eof"
	[ "$status" = 0 ]
	[[ $output = *"group ING"* ]]
}

@test "shell: socat is a server's client, and the end comes through" {
	needs command socat
	script <<-'E'
		test "accept"
		listen s tcp:127.0.0.1:0
		run x socat - TCP4:127.0.0.1:$s.port
		accept s as p
		send x "from socat\n"
		shut x
		recv p "from socat\n" eof
		send p "to socat\n"
		close p
		recv x.out "to socat\n" eof
		exit x
	E
	run timeout "$patience" "$ANYSOCK" shell "$script"
	[ "$status" = 0 ]
	[ "${lines[1]}" = "ok 1 - accept" ]
	[ "${lines[2]}" = 1..1 ]
}

@test "shell: lines from a pipe run as they come, and the first that fails gives the status" {
	run timeout "$patience" "$ANYSOCK" shell <<-'E'
		socketpair a b
		send a "hello"
		recv b
		open c tcp:127.0.0.1:1
		log "never"
	E
	[ "$status" = 1 ]
	[[ $output = *"b< hello"*"Connection refused"* ]]
	[[ $output != *never* ]]
}

@test "shell: a block of a pipe may have so many lines as one likes" {
	run timeout "$patience" "$ANYSOCK" shell < <(echo "repeat 1 {" && seq -f 'log "%.0f"' 20000 && echo "}")
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 20000 ]
}

@test "shell: what a pipe does not end is an error, and what only looks open is run" {
	run timeout "$patience" "$ANYSOCK" shell <<<$'log "first"\nrepeat 2 {\nlog "never"'
	[ "$status" = 2 ]
	[[ $output = first*"the closing } of this { is missing"* ]]
	for line in 'log "here" # an open {' '!echo {' 'socketpair c d; send c "{"; expect d /\{/'; do
		run timeout "$patience" "$ANYSOCK" shell <<<$'socketpair a b\n'"$line"$'\nfail "reached"\nlog "never"'
		[ "$status" = 1 ] || { echo "$line: $output"; false; }
		[[ $output = *reached* && $output != *never* ]]
	done
	run timeout "$patience" "$ANYSOCK" shell <<-'E'
		socketpair a b
		repeat 2 {
		  send a json{
		    "x": {}
		  }
		  case b {
		    /"/ {
		      log "came"
		    }
		  }
		}
		send a hex{01
		02}
		fail "reached"
	E
	[ "$status" = 1 ]
	[[ $output = *came*came*reached* ]]
}

@test "shell: try goes on, and a result that was said is no failure" {
	lines 'try open c tcp:127.0.0.1:1; open c tcp:127.0.0.1:1 = refused; open c tcp:127.0.0.1:1 = ECONNREFUSED; log "went on"'
	[ "$status" = 0 ]
	[[ $output = *"went on"* ]]
	lines 'socketpair a b; send a "x" = refused'
	[ "$status" = 1 ]
	[[ $output = *"send worked, but was to end as refused"* ]]
}

@test "shell: all of a script is checked before its first line runs" {
	script <<-'E'
		run - touch $ENV.WITNESS
		socketpair a b
		recv c "x"
	E
	WITNESS=$BATS_TEST_TMPDIR/witness run "$ANYSOCK" shell "$script"
	[ "$status" = 2 ]
	[[ $output = *"script.as:3: there is no endpoint \"c\" by then"*"recv c"*"     ^"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/witness" ]
	for wrong in 'opn c x|did you mean "open"' 'open c tcp::99999|65535' \
		'socketpair a b; recv a /(/|missing closing parenthesis' 'socketpair a b; send a "x|closing " is missing' \
		'socketpair a b; send a "x" = nonsense|there is no result' 'repeat 3 {|closing } of this' \
		'socketpair a b; recv a hex{0|two hex digits' 'log $nothing|there is no variable' 'shut|ENDPOINT was expected' \
		'socketpair a b; send a "x" flags=nonsense|nonsense' 'open c tcpp:localhost:80|did you mean'; do
		lines "${wrong%|*}" --check
		[ "$status" = 2 ] || { echo "$wrong: $output"; false; }
		[[ $output = *"${wrong##*|}"* ]] || { echo "$wrong: $output"; false; }
	done
}

@test "shell: recv is strict and says where the first difference is" {
	lines 'socketpair a b; send a "hello world, and so on"; recv b "hello worle, and"'
	[ "$status" = 1 ]
	[[ $output = *"something else came"*"expected  0000"*"received  0000"*"differs from byte 10 on"*"a > 22 bytes"* ]]
}

@test "shell: expect skips, says what it skipped, and leaves what follows" {
	lines 'socketpair a b; send a "one two three"; expect b "two"; recv b " three"'
	[ "$status" = 0 ]
	lines 'socketpair a b; send a "one two three"; expect b "four" within 50ms'
	[ "$status" = 4 ]
	[[ $output = *"not in 0.05 s"*"skipped   10 bytes, the last: \"one two th\""* ]]
}

@test "shell: a match that could grow waits for what may follow, and one that is whole does not" {
	lines 'socketpair a b; send a "12" pace 20ms split 1; recv b /\d+/ as n; if $n != 12 fail "$n"'
	[ "$status" = 0 ]
	python_server 'import time
c, a = s.accept()
for x in (b"12", b"34", b"5\n"): c.sendall(x); time.sleep(0.02)'
	lines "open c tcp:127.0.0.1:$port; recv c /\\d+/ as n; log \"\$n\""
	[[ $output = *12345* ]]
}

@test "shell: patterns cross the pieces in which bytes come" {
	lines 'socketpair a b; send a "xxfoo-123\r\nrest" split 1; expect b /foo-(\d+)\r\n/ as m; recv b "rest"; if $m.1 != 123 fail "$m.1"'
	[ "$status" = 0 ]
}

@test "shell: the numbers of patterns: wildcards, integers, slices, lengths" {
	lines 'socketpair a b; send a hex{7f 22 78 00} u16be(258) "z" * 3; recv b hex{7f ?? 78 ??} as x; recv b u16be(258) "zzz"; if len($x) != 4, $x[1..2] != hex{22} fail "no"; set n = $x[2..]; if $n != hex{7800} fail "slice"'
	[ "$status" = 0 ]
}

@test "shell: wildcards of a pattern take a whole message, however often what follows them is in it" {
	start python -u -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
peer = s.recvfrom(99)[1]
for each in b"\1\2\5\2\1", b"\1\2\5\2": s.sendto(each, peer)'
	wait_for [ -s "$output_file" ]
	lines "open c udp:127.0.0.1:$(<"$output_file"); send c \"?\"; recv c hex{01 ** 02 **}; recv c hex{01 ** 02} as m; if len(\$m) != 4 fail \"short\""
	[ "$status" = 0 ] || { echo "$output"; false; }
}

@test "shell: as many notations as one likes make one piece of data, but not in each other" {
	lines "set x = $(printf 'u8(%d) ' {1..99}); if len(\$x) != 99 fail no"
	[ "$status" = 0 ]
	lines "set x = $(printf 'len(%.0s' {1..99})\"\"$(printf ')%.0s' {1..99})"
	[ "$status" = 2 ]
	[[ $output = *"too many brackets"* ]]
}

@test "shell: what has a NUL in it is no number, and numbers of 64 bits are compared as such" {
	lines 'socketpair a b; send a "5\0x"; recv b any as m; if $m == 5 fail "equal"; if $m.data == "5s" fail "alike"'
	[ "$status" = 0 ]
	lines 'set x = "5\0x"; set y = u8($x)'
	[ "$status" = 2 ]
	lines 'if 18446744073709551615 < 2 fail a; if 18446744073709551615 != 0xffffffffffffffff fail b; if -2 > -1 fail c; if -1 >= 18446744073709551615 fail d; if 0 != -0 fail e; if 3 <= -4 fail f'
	[ "$status" = 0 ]
}

@test "shell: so many bytes, and parts counted from the end" {
	lines 'socketpair a b; run z head -c 3000000 /dev/zero; recv z.out any(2999999) as most; recv z.out any(1) eof; set x = "abcdef"; log $x[0] $x[-2..] $x[1..-3] "."; if len($most) != 2999999 fail "short"'
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $output = *"aefbc." ]]
	lines 'listen u udp:127.0.0.1:0; open v $u; send v "12345"; recv u any(4)'
	[ "$status" = 1 ]
}

@test "shell: as many descriptors go along as were named, up to what the kernel takes" {
	names=$(printf 'a,%.0s' {1..40})
	lines "listen s unix:\$TMP/s,type=seqpacket; open a \$s; accept s as p; send a \"x\" fds=${names%,}; recv p cmsg.fds == 40"
	[ "$status" = 0 ] || { echo "$output"; false; }
	names=$(printf 'a,%.0s' {1..254})
	lines "socketpair a b; send a \"x\" fds=${names%,}"
	[ "$status" = 2 ]
	[[ $output = *"more than the 253 descriptors"* ]]
}

@test "shell: a name means what it was given last" {
	lines 'set _u = 5; if "$_u" != 5 fail "$_u"; set u = "text"; listen u tcp:127.0.0.1:0; open c $u; set c = "text"; log "$c"'
	[ "$status" = 0 ]
	[[ $output = *$'\ntext' ]]
}

@test "shell: a test that is interrupted has not passed" {
	script <<-'E'
		test "goes on and on"
		log "ready"
		socketpair a b
		recv b "x" within 100s
	E
	start "$ANYSOCK" shell "$script"
	wait_for grep -q ready "$output_file"
	kill -TERM "$pid"
	status_of "$pid"
	[ "$status" = 143 ]
	grep -q "^not ok 1 - goes on and on" "$output_file"
}

@test "shell: datagrams and their senders, with python3 as the other side" {
	start python -u -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
for i in range(2):
    d, a = s.recvfrom(999); s.sendto(b"got " + d, a)'
	wait_for [ -s "$output_file" ]
	lines "open u udp:127.0.0.1:$(cat "$output_file"); send u \"one\"; recv u data == \"got one\", len == 7 as m; log \"\$m.from\"; listen d udp:127.0.0.1:0; send d \"two\" to udp:127.0.0.1:$(cat "$output_file"); recv d \"got two\"; silent d 30ms"
	[ "$status" = 0 ]
	[[ $output = *"udp:127.0.0.1:$(cat "$output_file")"* ]]
}

@test "shell: descriptors go along and are endpoints at the other side" {
	echo content >"$BATS_TEST_TMPDIR/file"
	lines "listen s unix:\$TMP/s,type=seqpacket,so-passcred; open c \$s; accept s as p; open f file:$BATS_TEST_TMPDIR/file; send c \"take\" fds=f; recv p data == \"take\", cmsg.fds == 1, cmsg.uid == \$UID as m; recv \$m.fd \"content\\n\" eof"
	[ "$status" = 0 ]
}

@test "shell: case takes the pattern that comes first, and again waits once more" {
	lines 'socketpair a b; send a "wait\nwait\nyes 7\n"; case b 1s { "wait\n" again 1s; /yes (\d)\n/ as y log "is $y.1"; timeout fail "silence" }'
	[ "$status" = 0 ]
	[[ $output = *"is 7"* ]]
	lines 'socketpair a b; case b 30ms { "x" pass; timeout fail "silence" }'
	[ "$status" = 1 ]
	[[ $output = *silence* ]]
	lines 'socketpair a b; close a; case b 1s { "x" fail "x"; eof log "ended" }'
	[ "$status" = 0 ]
	[[ $output = *ended* ]]
}

@test "shell: a reset is told from an end" {
	python_server 'import struct
for how in (1, 0):
    c, a = s.accept()
    c.recv(1)
    if how: c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()'
	lines "open c tcp:127.0.0.1:$port; send c \"x\"; recv c reset; open d tcp:127.0.0.1:$port; send d \"x\"; recv d eof"
	[ "$status" = 0 ]
	start python -u -c '
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1])
c, a = s.accept()
try: print(c.recv(1))
except ConnectionResetError: print("reset")'
	wait_for [ -s "$output_file" ]
	lines "open c tcp:127.0.0.1:$(head -n 1 "$output_file"); reset c"
	wait_for grep -q reset "$output_file"
}

@test "shell: options, requests and the program's own commands answer as they do elsewhere" {
	lines 'socketpair a b; send a "abc"; sockopt b so-type; ioctl b FIONREAD; sockopt b so-type as t; if $t != stream fail "$t"; resolve 127.0.0.1; anysock explain tcp:127.0.0.1:80 as e; resolve nobody.invalid = 1'
	[ "$status" = 0 ]
	[[ $output = *"so-type=stream"*3*127.0.0.1* ]]
	lines 'open c udp:127.0.0.1:9; sockopt c so-rcvbuf=9000; fileno c; getpeername c'
	[[ $output = *so-rcvbuf=18000*"udp:127.0.0.1:9"* ]]
}

@test "shell: JUnit's XML is well-formed whatever a test is called" {
	printf 'test "a \xff b \xef\xbf\xbf c \xef\xbf\xbe d \x01 <&> \xc3\xbc"\nlog "x"\n' >"$BATS_TEST_TMPDIR/script"
	run -0 anysock shell --junit "$BATS_TEST_TMPDIR/junit.xml" "$BATS_TEST_TMPDIR/script"
	python -c '
import sys, xml.dom.minidom as m
name = m.parse(sys.argv[1]).getElementsByTagName("testcase")[0].getAttribute("name")
assert name == "a \\xff b ? c ? d \\x01 <&> \u00fc", name' "$BATS_TEST_TMPDIR/junit.xml"
}

@test "shell: tests are told as TAP 14, as JSON and as JUnit's XML" {
	script <<-'E'
		test "first # one"
		socketpair a b
		test "second"
		fail "on purpose"
		log "never"
		test "third"
		need cmd no-such-command
		log "never"
		test "fourth"
		log "a remark"
	E
	run "$ANYSOCK" shell --junit "$BATS_TEST_TMPDIR/junit.xml" "$script"
	[ "$status" = 1 ]
	[ "${lines[0]}" = "TAP version 14" ]
	[[ $output = *'ok 1 - first \# one'*"not ok 2 - second"*"message: \""*"on purpose"*"ok 3 - third # SKIP there is no command no-such-command"*"# a remark"*"ok 4 - fourth"*"1..4"* ]]
	[[ $output != *never* ]]
	python -c '
import sys, xml.dom.minidom as m
d = m.parse(sys.argv[1]); s = d.getElementsByTagName("testsuite")[0]
assert [s.getAttribute(a) for a in ("tests", "failures", "skipped")] == ["4", "1", "1"]' "$BATS_TEST_TMPDIR/junit.xml"
	run "$ANYSOCK" shell --json "$script"
	python -c '
import json, sys
r = [json.loads(l) for l in sys.argv[1].splitlines()]
assert [t["outcome"] for t in r] == ["passed", "failed", "skipped", "passed"], r' "$output"
}

@test "shell: a program on a terminal of its own is an endpoint like any other" {
	script <<-'E'
		test "it asks"
		open t exec:'sh -c "stty -echo; tty; read answer; test -t 0 && echo thanks"',pty
		expect t /\/dev\/pts\/\d+/
		send t "42\n"
		expect t "thanks"
	E
	run -0 "$ANYSOCK" shell "$script"
	[ "${lines[1]}" = "ok 1 - it asks" ]
}

@test "shell: programs that a test started end with it, and what they started too" {
	script <<-'E'
		test "leaves programs"
		run p sh -c "sleep 1000 & echo $! ; wait"
		expect p.out /(\d+)\n/ as pid
		run - sh -c "echo $pid.1 >$ENV.WHERE"
		test "next"
	E
	sed -i 's/\$! ;/\\$! ;/' "$script"
	WHERE=$BATS_TEST_TMPDIR/pid run timeout "$patience" "$ANYSOCK" shell "$script"
	[ "$status" = 0 ]
	[ -s "$BATS_TEST_TMPDIR/pid" ]
	wait_for is_gone "$(cat "$BATS_TEST_TMPDIR/pid")"
}

@test "shell: strict fails a test that leaves something behind" {
	script <<-'E'
		test "leaves bytes"
		socketpair a b
		send a "unread"
	E
	run "$ANYSOCK" shell "$script"
	[ "$status" = 0 ]
	run "$ANYSOCK" shell --strict "$script"
	[ "$status" = 1 ]
	[[ $output = *"b: something came that nobody read"* ]]
}

@test "shell: each, repeat, set and variables from the command line and the environment" {
	export X='env'
	lines 'each F in a b c { repeat 2 log "$F$ENV.X$W" }' -D W=word
	[ "$output" = $'aenvword\naenvword\nbenvword\nbenvword\ncenvword\ncenvword' ]
}

@test "shell: an interrupt ends the run at once, and it dies by the signal" {
	start "$ANYSOCK" shell -c 'socketpair a b; log "ready"; recv b "x" within 100s'
	wait_for grep -q ready "$output_file"
	kill -INT "$pid"
	status_of "$pid"
	[ "$status" = 130 ]
}

# peak_after BYTES: the most memory, in KiB, that the shell had once it skipped so many, which it reads of itself.
peak_after() {
	timeout "$((6 * patience))" "$ANYSOCK" shell -c "run z head -c $1 /dev/zero; expect z.out /needle(\\d+)/ within 100s = failed; if \$z.out.received != $1 fail \"\$z.out.received\"; run p grep VmHWM /proc/\$PID/status; expect p.out /(\\d+) kB/ as kb; log \"\$kb.1\"" --timeout 200s -q
}

@test "shell: 64 MiB without a match take no more than a mebibyte, and all of it is read (in full: 1 GiB)" {
	needs plain "it measures memory"
	base=$(peak_after 1000000)
	most=$(peak_after "$((${ANYSOCK_FULL:-0} ? 1 << 30 : 1 << 26))")
	echo "$base KiB, then $most KiB"
	[ "$base" -gt 1000 ] && [ $((most - base)) -le 1024 ]
}

# What counts waits until the shell has let go of the one before it.
@test "shell: 10,000 opens leak neither a descriptor nor memory" {
	needs plain "it measures memory"
	script <<-'E'
		listen s tcp:127.0.0.1:0
		repeat 500 { open c $s; accept s as p; socketpair a b }
		run m grep VmRSS /proc/$PID/status
		recv m.out /\D*(\d+) kB\n/ as before
		exit m
		close m.out
		run f sh -c "read go; ls /proc/$PID/fd | wc -l"
		send f "go\n"
		recv f.out /(\d+)\n/ as few
		repeat 5000 { open c $s; accept s as p; reset c; socketpair a b }
		run m grep VmRSS /proc/$PID/status
		recv m.out /\D*(\d+) kB\n/ as after
		exit m
		close m.out
		run f sh -c "read go; ls /proc/$PID/fd | wc -l"
		send f "go\n"
		recv f.out /(\d+)\n/ as many
		log "$before.1 $after.1 $few.1 $many.1"
	E
	run -0 timeout "$((6 * patience))" "$ANYSOCK" shell "$script" --timeout 200s
	echo "$output"
	read -r before after few many <<<"$output"
	[ "$many" -le "$few" ]
	[ "$few" -gt 9 ] && [ $((after - before)) -le 256 ]
}

@test "shell: a tunnel lets pass what it is told to, and cuts in the middle" {
	script <<-'E'
		each F in tcp:127.0.0.1:0 unix:$TMP/u {
		  test "over $F"
		  listen s $F
		  tunnel t tcp:127.0.0.1:0 $s paused
		  run cl python3 -c "import socket; c = socket.create_connection(('127.0.0.1', $t.port)); c.sendall(b'0123456789'); print(c.recv(9))"
		  accept s as p
		  silent p 50ms
		  let t >5
		  recv p "01234"
		  silent p 20ms
		  +10ms reset t
		  expect cl.err "ConnectionResetError"
		  exit cl 1
		}
	E
	run timeout "$patience" "$ANYSOCK" shell "$script"
	[ "$status" = 0 ]
}

@test "shell: a tunnel delays, damages and drops" {
	script <<-'E'
		test "delay and flip"
		listen s tcp:127.0.0.1:0
		tunnel t tcp:127.0.0.1:0 $s
		delay t 100ms
		flip t @1
		open c $t
		accept s as p
		send c "abc"
		recv p "a" hex{9d} "c" within 80ms..4s
		send p "back"
		recv c "back" within 80ms..4s
		close c
		recv p eof
		test "drop half of the datagrams, and answers come back"
		listen s udp:127.0.0.1:0
		tunnel t udp:127.0.0.1:0 $s
		drop t 50%
		open c $t
		repeat 4 { send c "x" }
		recv s "x"
		recv s "x"
		silent s 50ms
		drop t 0
		send s "answer"
		recv c "answer"
		test "a server may come after the first of them"
		listen s udp:127.0.0.1:0
		tunnel t udp:127.0.0.1:0 $s
		set where = $s
		close s
		open u $t
		send u "to nobody"
		+50ms send u "again"
		listen s $where
		+50ms send u "comes"
		expect s "comes"
		send s "answer"
		recv u "answer"
		test "cut off, what is held of them is lost, and what follows is not"
		listen s udp:127.0.0.1:0
		tunnel t udp:127.0.0.1:0 $s paused
		open c $t
		send c "lost"
		silent s 50ms
		cut t
		resume t
		send c "comes"
		recv s "comes"
	E
	run timeout "$patience" "$ANYSOCK" shell "$script"
	[ "$status" = 0 ]
}

@test "shell: a task is a server beside its client, and a barrier orders them" {
	script <<-'E'
		test "two flows"
		listen s tcp:127.0.0.1:0
		task server {
		  accept s as p
		  repeat 3 { expect p /(\w+)\n/ as q; send p "answer $q.1\n" }
		  sync done 2
		  send p "bye\n"
		  close p
		}
		open c $s
		each W in one two three { ask c "$W\n" /answer (.*)\n/ as r; if $r.1 != $W fail "$r.1" }
		silent c 30ms
		sync done 2
		recv c "bye\n" eof
		join server
		test "timers of several"
		task x { repeat 4 { +10ms log "x" } }
		task y { repeat 4 { +10ms log "y" } }
		join x; join y
		test "a barrier that is not reached"
		task x { sync here 3 within 30ms = timeout }
		sync here 3 within 30ms = timeout
	E
	run timeout "$patience" "$ANYSOCK" shell "$script"
	[ "$status" = 0 ] || { echo "$output"; false; }
	[ "$(grep -c '^# [xy]' <<<"$output")" = 8 ]
	[ "$(grep -A1 '^# x' <<<"$output" | grep -c '^# y')" -ge 2 ]
}

@test "shell: a task that fails ends what waits at once, and is the failure of its test alone" {
	script <<-'E'
		test "at once"
		socketpair a b
		task t { recv a "right" within 1s }
		send b "wrong"
		try recv b "x" within 300s = timeout
		test "not joined"
		socketpair a b
		task t { +20ms recv a "right" }
		send b "wrong"
		test "next"
		socketpair a b
		task t { recv a "never" within 100s }
		task u { try recv a "never" within 100s; recv a "never" }
		fail "ends both"
		test "closed under a task"
		socketpair a b
		task t { recv a "x" = failed; log "told" }
		+20ms close a
		join t
	E
	run timeout "$patience" "$ANYSOCK" shell "$script"
	[ "$status" = 1 ]
	[ "$(grep -c '^not ok' <<<"$output")" = 3 ]
	[[ $output = *"not ok 1 - at once"*"task t: "*"script.as:3: a: something else came"*"differs from byte 0"*"not ok 2 - not joined"*"script.as:8"*"not ok 3 - next"*"ends both"*"# told"*"ok 4"* ]] || { echo "$output"; false; }
}

@test "shell: what a test left behind does not cost the next one" {
	script <<-'E'
		test "leaves bytes"
		socketpair a b
		send a "unread"
		test "next"
		log "runs"
	E
	run "$ANYSOCK" shell --strict "$script"
	[ "$status" = 1 ]
	[[ $output = *"not ok 1 - leaves bytes"*"# runs"*"ok 2 - next"*"1..2" ]]
}

@test "shell: several scripts at once are subtests, in their order" {
	for i in 1 2 3; do printf 'test "of %s"\nsocketpair a b\nsend a "x"\nrecv b "%s"\n' "$i" "$([ $i = 2 ] && echo y || echo x)" >"$BATS_TEST_TMPDIR/$i.as"; done
	cd "$BATS_TEST_TMPDIR" || return
	run "$ANYSOCK" shell -j 3 --junit j.xml 1.as 2.as 3.as
	[ "$status" = 1 ]
	[[ $output = "TAP version 14"*"# Subtest: 1.as"*"    ok 1 - of 1"*"    1..1"*"ok 1 - 1.as"*"    not ok 1 - of 2"*"not ok 2 - 2.as"*"ok 3 - 3.as"*"1..3" ]]
	[ "$(python -c 'import xml.dom.minidom as m; print(len(m.parse("j.xml").getElementsByTagName("testcase")))')" = 3 ]
}

@test "shell: a script is a program by its first line" {
	printf '#!%s shell\nlog "it runs"\n' "$ANYSOCK" >"$BATS_TEST_TMPDIR/program"
	chmod +x "$BATS_TEST_TMPDIR/program"
	run "$BATS_TEST_TMPDIR/program"
	[ "$output" = "it runs" ]
}

@test "shell: times can be multiplied, and a failure says so" {
	ANYSOCK_TIME_SCALE=3 lines 'socketpair a b; recv b "x" within 100ms'
	[ "$status" = 4 ]
	[[ $output = *"with times multiplied by 3"* ]]
	ANYSOCK_TIME_SCALE=nonsense lines 'log "x"'
	[ "$status" = 2 ]
}

@test "shell: the whole script has a limit" {
	lines 'repeat 1000000 { socketpair a b; try recv b "x" within 20ms }' --timeout 300ms
	[ "$status" = 4 ]
	[[ $output = *"the time for the whole script is over"* ]]
}

@test "shell: another file's lines, and lines again and again" {
	printf 'set y = "included"\nlog "here"\n' >"$BATS_TEST_TMPDIR/inc.as"
	lines "include $BATS_TEST_TMPDIR/inc.as; log \"\$y\"; watch 20ms { log \"w\" } within 50ms; hexdump \"hi\""
	[ "$status" = 0 ]
	[[ $output = here$'\n'included$'\nw\nw\nw\n'*"68 69"* ]]
	printf 'log "x"\nnonsense\n' >"$BATS_TEST_TMPDIR/inc.as"
	lines "include $BATS_TEST_TMPDIR/inc.as"
	[ "$status" = 2 ]
	[[ $output = *"inc.as:2: there is no verb"* ]]
	printf 'include %s\n' "$BATS_TEST_TMPDIR/inc.as" >"$BATS_TEST_TMPDIR/inc.as"
	lines "include $BATS_TEST_TMPDIR/inc.as"
	[ "$status" = 2 ]
}

@test "shell: save writes what was done and worked, which runs again" {
	run timeout "$patience" "$ANYSOCK" shell <<-E
		socketpair a b
		try open c tcp:127.0.0.1:1
		send a "again"
		recv b "again"
		save "$BATS_TEST_TMPDIR/done.as"
	E
	[ "$status" = 0 ]
	[ "$(head -n 1 "$BATS_TEST_TMPDIR/done.as")" = "#!/usr/bin/anysock shell" ]
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/done.as")" = 'recv b "again"' ]
	[ -x "$BATS_TEST_TMPDIR/done.as" ]
	run -0 timeout "$patience" "$ANYSOCK" shell "$BATS_TEST_TMPDIR/done.as"
	lines "save \"$BATS_TEST_TMPDIR/done.as\""
	[ "$status" = 1 ]
	[[ $output == *"File exists"* ]]
}
