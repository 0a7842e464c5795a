# SPDX-License-Identifier: GPL-2.0-or-later
# script.bats: what scripts' notations give, how their waits and checks fail, what they need, what the shell offers to type.
# shellcheck disable=SC2154,SC2016
load ../helpers
load shell

# refuses STATUS TEXT LINES [OPTION...]
refuses() {
	lines "${@:3}"
	[[ $status = "$1" && $output == *"$2"* ]] || { printf "%s\n%s\n%s\n" "$3" "$status" "$output" && return 1; }
}

@test "script: file{} is what a file holds, byte by byte; what is no file, or too long, sends nothing" {
	head -c 70000 /dev/urandom >"$BATS_TEST_TMPDIR/bytes"
	truncate -s 65M "$BATS_TEST_TMPDIR/big"
	python_server 'import hashlib
c, a = s.accept(); h = hashlib.sha256()
while d := c.recv(9999): h.update(d)
print(h.hexdigest())'
	lines "open c tcp:127.0.0.1:$port; send c file{$BATS_TEST_TMPDIR/bytes}; shut c; recv c eof"
	[ "$status" = 0 ]
	wait_for result = 2 grep -c . "$output_file"
	[ "$(tail -n 1 "$output_file")" = "$(sha256sum <"$BATS_TEST_TMPDIR/bytes" | cut -d ' ' -f 1)" ]
	refuses 1 "/none: No such file" "socketpair a b; send a file{$BATS_TEST_TMPDIR/none}"
	refuses 1 "Is a directory" "socketpair a b; send a file{$BATS_TEST_TMPDIR}"
	refuses 1 "longer than 64 MiB" "socketpair a b; try send a file{$BATS_TEST_TMPDIR/big}; silent b 0.02s; send a file{$BATS_TEST_TMPDIR/big}"
}

@test "script: text{} and json{} are messages: of udp a line with escapes, and what the json format reads" {
	start python -u -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
while True: print(s.recv(99))'
	wait_for [ -s "$output_file" ]
	lines "open u udp:127.0.0.1:$(cat "$output_file"); send u text{one \\x41{}}; send u json{\"text\": \"two\"}; send u json{\"data\": \"ff00\"}"
	[ "$status" = 0 ] || { echo "$output"; false; }
	wait_for result = 4 grep -c . "$output_file"
	[ "$(tail -n 3 "$output_file")" = $'b\'one A{}\'\nb\'two\'\nb\'\\xff\\x00\'' ]
	refuses 1 "line 1" 'open u udp:127.0.0.1:9; send u json{"text": 1}'
	refuses 1 '"data" with hex digits' 'open u udp:127.0.0.1:9; send u json{"nonsense": 1}'
	lines 'socketpair a b; send a json{"k": {"n": 1}}; recv b "{\"k\": {\"n\": 1}}"'
	[ "$status" = 0 ]
}

@test "script: numbers are bytes as python3's struct has them, and back" {
	lines 'socketpair a b; send a u8(255) u16be(0x102) u16le(0x102) u32be(70000) u32le(70000) u64be(18446744073709551615) u64le(1); recv b any(29) as x; log tohex($x); log number($x[1..3]) len($x)'
	[ "$status" = 0 ]
	[ "${lines[-2]}" = "$(python -c 'import struct; print((struct.pack(">BH", 255, 0x102) + struct.pack("<H", 0x102) + struct.pack(">I", 70000) +
	struct.pack("<I", 70000) + struct.pack(">Q", 2**64 - 1) + struct.pack("<Q", 1)).hex())')" ]
	[ "${lines[-1]}" = 25829 ]
}

@test "script: a part of a value that is not there is empty, and a variable stands in text in braces" {
	lines 'set x = "abcdef"; log "<" $x[9] ">"; log "<" $x[2..1] ">"; log "<" $x[-2..] ">"; set _y = "q"; log "${x}${_y}${len($x)}"'
	[ "$status" = 0 ]
	[ "$output" = $'<>\n<>\n<ef>\nabcdefq6' ]
}

@test "script: need goes on where all of it is here, and says what is not" {
	lines 'need interface lo cmd sh kernel 2.6.32 tcp spec udp:127.0.0.1:9; log "all"'
	[ "$status" = 0 ]
	[ "$output" = all ]
	lines "need kernel $(uname -r | grep -Eo '^[0-9]+\.[0-9]+'); log \"this one\""
	[ "$output" = "this one" ]
	local what
	while IFS='|' read -r what why; do
		lines "need $what; log \"went on\""
		[ "$status" = 0 ]
		[ "$output" = "anysock: left out: $why" ] || { echo "$what: $output" && false; }
	done <<-END
		cmd no-such-command|there is no command no-such-command
		interface none0|there is no interface none0
		kernel 99.1|the kernel is $(uname -r), older than 99.1
		kernel $(uname -r | cut -d. -f 1).9999|the kernel is $(uname -r), older than $(uname -r | cut -d. -f 1).9999
		spec tcp:127.0.0.1:1|tcp:127.0.0.1:1: connect: Connection refused
	END
	for what in "kernel six" "kernel 6.1-rc" "spec tcp:localhost" "spec nofamily:1" nofeature interface; do
		refuses 2 "need $what" "need $what"
	done
}

@test "script: a wait says how long it was, whoever set the time" {
	refuses 4 "a: not in 0.03 s" 'socketpair a b; recv a "x" within 30ms'
	refuses 4 "a: not in 0.03 s" 'socketpair a b; case a 30ms { "x" log "came" }'
	refuses 4 "a: not in 0.04 s" 'socketpair a b; settimeout a 40ms; case a { "x" log "came" }'
	refuses 4 "a: not in 0.04 s" 'socketpair a b; settimeout a 40ms; expect a "x"'
	refuses 4 "not in 0.02 s, the time a line has by default" 'timeout 20ms; socketpair a b; recv a'
	refuses 4 "nobody connected: not in 0.03 s" 'listen s tcp:127.0.0.1:0; accept s as p within 30ms'
	lines 'socketpair a b; case a 0s { timeout log "looked once" }'
	[ "$output" = "looked once" ]
}

@test "script: silence is broken by what comes and by the end, which are told" {
	lines 'socketpair a b; silent a 20ms'
	[ "$status" = 0 ]
	refuses 1 "a is not silent: something came" 'socketpair a b; send b "noise"; silent a 20ms'
	[[ $output == *"expected  nothing"*'received  5 bytes: "noise"'* ]]
	refuses 1 "a is not silent: it ended" 'socketpair a b; close b; silent a 20ms'
}

@test "script: a program's status is asked for, and what it said is shown where it fails" {
	refuses 1 "p ended with status 3, not 0" 'run p sh -c "exit 3"; exit p'
	refuses 1 "p ended with status 0, not 4" 'run p true; exit p 4'
	refuses 1 "it ended with status 5" 'run - sh -c "echo out; echo errors >&2; exit 5"'
	[[ $output == *'-.out< out'*'-.err< errors'* ]]
	refuses 1 "no folder of PATH has" 'run - no-such-program'
	lines 'run p sleep 100; signal p TERM; exit p 143'
	[ "$status" = 0 ]
}

@test "script: both ends of a direction are shut, and a reset is one" {
	lines 'socketpair a b; shut a read; send b "x" = EPIPE; shut a both; recv b eof; send a "x" = EPIPE'
	[ "$status" = 0 ] || { echo "$output"; false; }
	python_server 'c, a = s.accept()
try: print(c.recv(9))
except ConnectionResetError: print("reset")'
	lines "open c tcp:127.0.0.1:$port; reset c"
	[ "$status" = 0 ]
	wait_for grep -qx reset "$output_file"
	refuses 2 "p is no socket that could be reset" 'run p cat; reset p'
}

@test "script: help lists every verb and the program's commands, and says of each what it takes" {
	lines help
	[ "$status" = 0 ]
	local name count=0
	while read -r name; do
		grep -qE "^  $name +[a-z]" <<<"$output" || { echo "no $name" && false; }
		count=$((count + 1))
	done < <(awk -F'\t' '!/^#/ { print $1 }' "$tree/tests/data/verbs.tsv" | sort -u; printf '%s\n' families interfaces resolve scan)
	[ "$count" -ge 50 ]
	lines 'help sendall; help tcp'
	[ "${lines[0]}" = "$(lines 'help send'; printf '%s' "${lines[0]}")" ]
	[[ $output == *"(also: sendall sendto"*"example: send c"*"tcp"* ]]
}

@test "script: a variable of the command line has a name, and a value that may be anything" {
	lines 'log "$a-b <$e>"' -D 'a-b=1=2' -D e=
	[ "$output" = "1=2 <>" ]
	local wrong
	for wrong in x =x 1=x 'a b=x' ''; do
		refuses 2 "--define: NAME=VALUE was expected, not \"$wrong\"" 'log "never"' -D "$wrong"
	done
}
