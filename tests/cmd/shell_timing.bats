# SPDX-License-Identifier: GPL-2.0-or-later
# shell_timing.bats: how long lines and answers take, as the shell tells it.
# shellcheck disable=SC2154,SC2016
load ../helpers
load shell

@test "shell timing: each line that waits for an endpoint tells its time and its bytes, and no other does" {
	python_server 'import time
c, a = s.accept()
while d := c.recv(99): time.sleep(0.2); c.sendall(b"skipped " + d.upper() + b"rest")'
	lines "timing on; open c tcp:127.0.0.1:$port; set x = 1; ask c \"ping\" \"PING\"; recv c \"rest\"; timing off; ask c \"ping\" \"PING\""
	[ "$status" = 0 ] || { echo "$output"; false; }
	[ "$(grep -c ' ms' <<<"$output")" = 3 ]
	[[ $output =~ "open c: "[0-9.]+" ms"$'\n' ]]
	[[ $output =~ "ask c: "([0-9]+)\.[0-9]{3}" ms, 4 bytes sent, 12 bytes received" ]]
	[ "${BASH_REMATCH[1]}" -ge 200 ]
	[[ $output =~ "recv c: "([0-9]+)\.[0-9]{3}" ms, 4 bytes received" ]]
	[ "${BASH_REMATCH[1]}" -lt 200 ]
}

@test "shell timing: several endpoints are counted together, messages as well, a failure has taken its time" {
	lines 'listen u udp:127.0.0.1:0; open a $u; open b $u; group g a b; timing on; send g "x"; recv u "x"; drain u; recv a "x" within 30ms = timeout'
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $output = *"send g: "*" ms, 2 bytes sent"*"recv u: "*" ms, 1 byte received"*"drain u: "*", 1 byte received"* ]]
	[[ $output =~ "recv a: "([0-9]+)"." ]]
	[ "${BASH_REMATCH[1]}" -ge 30 ]
}

@test "shell timing: between the results of tests it is a remark" {
	printf '%s\n' 'timing on' 'test "sends"' 'socketpair a b' 'send a "x"' 'recv b "x"' >"$BATS_TEST_TMPDIR/t.as"
	run -0 "$ANYSOCK" shell "$BATS_TEST_TMPDIR/t.as"
	[[ ${lines[1]} = "# send a: "*"1 byte sent" && ${lines[2]} = "# recv b: "* && ${lines[3]} = "ok 1 - sends" ]]
}

@test "shell latency: percentiles of answers, of which one in ten takes its time" {
	python_server 'import time
c, a = s.accept(); n = 0
while d := c.recv(99):
    n += 1
    if n % 10 == 0: time.sleep(0.1)
    c.sendall(b"PONG\n")'
	lines "open c tcp:127.0.0.1:$port; latency c \"PING\n\" /PONG.*/ count 20 as l; if \$l.count != 20 fail \"\$l\"; if \$l.p50 > 50ms fail \"\$l\"; if \$l.p99 < 100ms fail \"\$l\"; log \"\$l\"; latency c --json spectrum"
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ ${lines[1]} =~ ^"c: 20 answers, min "[0-9.]+" ms, p50 "[0-9.]+" ms, p90 "[0-9.]+" ms, p99 1"[0-9]{2}\.[0-9]{3}" ms, max 1"[0-9]{2} ]]
	jq -e '.type == "latency" and .endpoint == "c" and .count == 20 and .min > 0 and .min <= .p50 and .p50 <= .p90 and
		.p90 < 0.1 and .p99 >= 0.1 and .max >= .p99 and ([.spectrum[].count] | add) == 20 and
		([.spectrum[] | select(.to > 0.1).count] | add) == 2 and (.spectrum | map(.to) | . == sort)' <<<"${lines[2]}"
}

@test "shell latency: of the answers so far, in which waiting for more is not counted" {
	lines 'listen s tcp:127.0.0.1:0; open c $s; accept s as p; latency c; send p "abc"; ask c "x" /b.*/; latency c; if $c.rtt.p99 > 80ms fail "$c.rtt.p99"; latency c spectrum'
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $output = *"c: 0 answers"*"c: 1 answer, min "*"  <= "*" 1  ########################################"* ]]
}

@test "shell latency: an answer that does not come fails, unless it is the time that was to pass" {
	lines 'socketpair a b; task t { repeat 5 { expect b "q"; send b "r" } }; try latency a "q" "r" count 6 within 60ms; log "so"; task u { repeat 5 { expect b "q"; send b "r" } }; latency a "q" "r" within 60ms; latency a "q" "r" count 0'
	[ "$status" = 2 ] || { echo "$output"; false; }
	[[ $output = *"a: 5 answers"*"so"*"a: "[45]" answers"*"\"0\" is not a number from 1"* ]]
	lines 'socketpair a b; latency a "q" "r" count 6 within 60ms'
	[ "$status" = 4 ]
	[[ $output = *"a: 0 answers"*'expected  "r"'* ]]
	lines 'socketpair a b; task t { repeat 3 { expect b "q"; send b "r" } }; latency a "q" count 3 every 30ms within 5s as l; join t; +0ms log "$l.count"; if $l.max > 30ms fail "$l"'
	[ "$status" = 0 ] || { echo "$output"; false; }
}

@test "shell stat: a row each time, whose rates are the differences of its counts" {
	lines 'socketpair a b; task t { repeat 40 { send a "x" * 1000; recv b any(1000) as got; +10ms set y = 1 } }; stat every 100ms count 3 --json; join t'
	[ "$status" = 0 ] || { echo "$output"; false; }
	jq -es 'length == 6 and (map(.type == "stat") | all) and ([.[].endpoint] == ["a", "b", "a", "b", "a", "b"]) and
		(.[4] as $now | .[2] as $was | ($now.sent - $was.sent) / ($now.mono - $was.mono) / $now.sent_rate | . > 0.9 and . < 1.1) and
		(.[5] as $now | .[3] as $was | ($now.received - $was.received) / ($now.mono - $was.mono) / $now.received_rate | . > 0.9 and . < 1.1) and
		.[4].sent_rate > 20000 and .[4].received == 0 and .[4].state == "open"' <<<"$output"
}

@test "shell stat: endpoints, groups, tunnels and their queues, under one header" {
	lines 'listen s tcp:127.0.0.1:0; tunnel t tcp:127.0.0.1:0 $s; open c $t; accept s as p; group g c p; send c "x" * 3000; recv p any(1000) as got; close s; stat t g every 20ms count 2; stat c every 50ms within 20ms; log "end"'
	[ "$status" = 0 ] || { echo "$output"; false; }
	[ "$(grep -c '^endpoint .*sent .*received .*unread .*unsent state$' <<<"$output")" = 1 ]
	[ "$(grep -cE '^t +2.9 KiB +[0-9.]+ [KMi]*B?(bytes)?/s +0 bytes ' <<<"$output")" = 2 ]
	[ "$(grep -cE '^c +2.9 KiB +0 bytes/s +0 bytes +0 bytes/s +0 bytes +0 bytes open$' <<<"$output")" = 2 ]
	[ "$(grep -cE '^p +0 bytes +0 bytes/s +2.9 KiB ' <<<"$output")" = 2 ]
	lines 'stat nobody'
	[ "$status" = 2 ]
	lines 'socketpair a b; stat a every 0s'
	[ "$status" = 2 ]
	[[ $output = *"every: more than 0"* ]]
}
