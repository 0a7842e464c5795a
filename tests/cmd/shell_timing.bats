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
