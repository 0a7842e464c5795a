# SPDX-License-Identifier: GPL-2.0-or-later
# shell_typed.bats: what becomes of what somebody types to an endpoint: mode and eol. The line editor's part is in typing.py.
# shellcheck disable=SC2154,SC2016
load ../helpers
load shell

# typed LINES TEXT: what python3 gets of the text, typed to c behind the lines, as it prints it.
typed() {
	printf %b "$2" >"$BATS_TEST_TMPDIR/keys"
	run timeout "$patience" "$ANYSOCK" shell -c "open c tcp:127.0.0.1:$port; $1; interact c" <"$BATS_TEST_TMPDIR/keys"
	count=$((${count:-1} + 1))
	wait_for result = "$count" grep -c . "$output_file"
	got=$(tail -n 1 "$output_file")
}

collector() {
	python_server 'while True:
    c, a = s.accept(); d = b""
    while x := c.recv(999): d += x
    print(d)'
}

@test "shell typed: keys are sent as they are, or with something else for Enter" {
	collector
	typed 'log "x"' 'de ad\nbe\r\tlast'
	[ "$got" = "b'de ad\\nbe\\r\\tlast'" ]
	typed 'eol c crlf' 'de ad\nbe\n'
	[ "$got" = "b'de ad\\r\\nbe\\r\\n'" ]
	typed 'mode c char; eol c none' 'de ad\nbe\n'
	[ "$got" = "b'de adbe'" ]
}

@test "shell typed: lines end as they are to, also the last one" {
	collector
	typed 'mode c line' 'one\n\ntwo'
	[ "$got" = "b'one\\n\\ntwo\\n'" ]
	typed 'mode c line; eol c crlf' 'one\n\ntwo'
	[ "$got" = "b'one\\r\\n\\r\\ntwo\\r\\n'" ]
	typed 'eol c none; mode c line' 'one\ntwo\n'
	[ "$got" = "b'onetwo'" ]
}

@test "shell typed: hex digits and JSON are bytes, and a line that is neither is told" {
	collector
	typed 'mode c hex' 'de ad\nbee\n00FF\n'
	[ "$got" = "b'\\xde\\xad\\x00\\xff'" ]
	[ "$status" = 0 ]
	[[ $output = *"anysock: a second hex digit expected"*"bee"*"  ^"*"back from c"* ]]
	typed 'mode c json' '{"text":"one"}\n{"data":"00ff"}\nnonsense\n{"text":"two"}\n'
	[ "$got" = "b'one\\x00\\xfftwo'" ]
	[[ $output = *"anysock: c: "*nonsense* || $output = *"anysock: c: "*"invalid token"* ]]
}

@test "shell typed: a line is a message, and each in JSON can say more" {
	start python -u -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
while True: print(s.recv(99))'
	wait_for [ -s "$output_file" ]
	printf 'one\ntwo\n' | timeout "$patience" "$ANYSOCK" shell -c "open c udp:127.0.0.1:$(head -n 1 "$output_file"); mode c line; eol c none; interact c"
	wait_for grep -q "b'two'" "$output_file"
	[ "$(sed -n 2,3p "$output_file")" = "$(printf "b'one'\nb'two'")" ]
	printf '{"data":"0102"}\n' | timeout "$patience" "$ANYSOCK" shell -c "open c udp:127.0.0.1:$(head -n 1 "$output_file"); mode c json; interact c"
	wait_for grep -q "b'.x01.x02'" "$output_file"
}

@test "shell typed: the key comes back, and what was typed is in no report" {
	collector
	typed 'mode c line' 'kept\nhalf\x1dmore\n'
	[ "$got" = "b'kept\\n'" ]
	printf 'sesame\n' >"$BATS_TEST_TMPDIR/keys"
	run timeout "$patience" "$ANYSOCK" shell -c "open c tcp:127.0.0.1:$port; interact c; recv c \"never\" within 10ms" <"$BATS_TEST_TMPDIR/keys"
	[ "$status" = 4 ]
	[[ $output = *"what happened last"* && $output != *sesame* ]]
}
