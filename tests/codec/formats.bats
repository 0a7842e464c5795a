# SPDX-License-Identifier: GPL-2.0-or-later
# formats.bats: raw, hex, text and json between messages and bytes, with python3 as the other side.
# shellcheck disable=SC2030,SC2031,SC2154
load ../helpers

# python_receiver: prints each datagram as Python writes bytes; sets port.
python_receiver() {
	start python -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
while True:
    print(s.recvfrom(70000)[0], flush=True)"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}

# receives LINE...: what python received is exactly these lines, in this order
receives() {
	wait_for has_lines $(($# + 1))
	diff <(printf '%s\n' "$@") <(tail -n +2 "$output_file")
}

has_lines() {
	[ "$(wc -l <"$output_file")" -ge "$1" ]
}

# python_sender BYTES...: sends each Python expression as a datagram to $address
python_sender() {
	local port=${address##*:}
	python -c "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for word in sys.argv[2:]:
    s.sendto(eval(word), ('127.0.0.1', int(sys.argv[1])))" "$port" "$@"
}

@test "hex: each line of digits is a datagram, an empty one too" {
	python_receiver
	printf '41 42:43\n\n# a comment\n0xff00\n' | anysock send udp:127.0.0.1:"$port" --format hex
	receives "b'ABC'" "b''" "b'\\xff\\x00'"
}

@test "hex: a malformed line is named with its number, what stood before is sent, nothing of it and after it" {
	python_receiver
	run -1 --separate-stderr anysock send udp:127.0.0.1:"$port" --format hex < <(printf '41\n42\n4x\n43\n')
	[[ $stderr = *"line 3, column 2"* ]]
	anysock send udp:127.0.0.1:"$port" end
	receives "b'A'" "b'B'" "b'end'"
}

@test "hex: datagrams are printed a line each" {
	ready_address recv udp-listen:127.0.0.1:0 --count 3 --format hex
	python_sender "b'ABC'" "b''" 'bytes([255, 0])'
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(cat "$output_file")" = $'414243\n\nff00' ]
}

@test "text: what a line or a terminal cannot show is escaped, and read back" {
	ready_address recv udp-listen:127.0.0.1:0 --count 2 --format text
	python_sender 'b"a\n\\\x1b[31m\xff\x00"' '"gr\u00fcn \u202e".encode()'
	status_of "$pid"
	[ "$(cat "$output_file")" = 'a\n\\\x1b[31m\xff\x00
grün \xe2\x80\xae' ]
	cp "$output_file" "$BATS_TEST_TMPDIR/text"
	python_receiver
	anysock send udp:127.0.0.1:"$port" --format text <"$BATS_TEST_TMPDIR/text"
	receives "b'a\\n\\\\\\x1b[31m\\xff\\x00'" "b'gr\\xc3\\xbcn \\xe2\\x80\\xae'"
}

@test "json: a message a line, with its time, sender, bytes and text" {
	ready_address recv udp-listen:127.0.0.1:0 --count 2 --format json
	python_sender "'h\\u00e9'.encode()" 'bytes([255, 0])'
	status_of "$pid"
	python - "$output_file" <<-'END'
		import datetime, json, sys
		first, second = [json.loads(line) for line in open(sys.argv[1])]
		assert first['data'] == '68c3a9' and first['text'] == 'h\u00e9' and first['len'] == 3, first
		assert second['data'] == 'ff00' and 'text' not in second, second
		assert first['from'].startswith('udp:127.0.0.1:') and first['from'] == second['from']
		assert first['time'] < second['time'] and first['time'].endswith('Z')
		when = datetime.datetime.fromisoformat(first['time'][:26] + '+00:00')
		assert abs((datetime.datetime.now(datetime.timezone.utc) - when).total_seconds()) < 300
	END
}

@test "json: lines that python writes are sent" {
	python_receiver
	python -c '
import json
print(json.dumps({"data": "00ff"}))
print(json.dumps({"text": "gr\u00fcn"}))' | anysock send udp:127.0.0.1:"$port" --format json
	receives "b'\\x00\\xff'" "b'gr\\xc3\\xbcn'"
}

@test "json: control data is sent as its fields say" {
	start python -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, 12, 1)
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
print(s.recvmsg(100, 100)[1], flush=True)"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
	anysock send udp:127.0.0.1:"$port" --format json \
		<<<'{"text":"x","control":[{"level":"ip","type":"ttl","value":7}]}'
	wait_for has_lines 2
	[ "$(tail -n 1 "$output_file")" = "[(0, 2, b'\\x07\\x00\\x00\\x00')]" ]
}

@test "json: a malformed line is named and so is what was expected" {
	python_receiver
	run -1 --separate-stderr anysock send udp:127.0.0.1:"$port" --format json <<<'{"text":1}'
	[[ $stderr = *'line 1: "data" with hex digits, or "text", was expected'* ]]
	run -1 --separate-stderr anysock send udp:127.0.0.1:"$port" --format json <<<'{"text":"x",}'
	[[ $stderr = *'line 1: column '* ]]
}

@test "formats: a message of the command line is marked where it is wrong, and nothing is sent" {
	python_receiver
	run -2 --separate-stderr anysock send udp:127.0.0.1:"$port" --format hex 1234 '12 zz'
	[ "$stderr" = $'anysock: a hex digit expected\n  12 zz\n     ^' ]
	run -2 --separate-stderr anysock send udp:127.0.0.1:"$port" --format candump 123#ZZ
	[[ $stderr = *$'\n  123#ZZ\n  ^~~~~~' ]]
	run -1 --separate-stderr anysock send udp:127.0.0.1:"$port" --format hex <<<'12 zz'
	[[ $stderr = *"line 1, column 4: a hex digit expected" ]]
	anysock send udp:127.0.0.1:"$port" --format hex ff
	wait_for has_lines 1
	grep -q xff "$output_file"
}

@test "formats: an unknown one gets the nearest name" {
	run -2 --separate-stderr anysock recv udp-listen:127.0.0.1:0 --format jsom
	[[ $stderr = *'did you mean "json"?'* ]]
}
