# SPDX-License-Identifier: GPL-2.0-or-later
# framing.bats: messages over a stream, framed; python3 judges the bytes and writes frames by itself.
# shellcheck disable=SC2030,SC2031,SC2154
load ../helpers

# python_collector: accepts one connection and prints all that comes, in hex; sets port.
python_collector() {
	start python -c "
import socket
s = socket.socket()
s.bind(('127.0.0.1', 0))
s.listen()
print(s.getsockname()[1], flush=True)
c = s.accept()[0]
all = b''
while True:
    piece = c.recv(65536)
    if not piece:
        break
    all += piece
print(all.hex(), flush=True)"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}

# on_the_wire FRAMING HEX: the three messages "AB", "\xc0\xdb\0" and "C" become these bytes
on_the_wire() {
	python_collector
	printf '4142\nc0db00\n43\n' | anysock connect tcp:127.0.0.1:"$port",frame="$1" --format hex
	status_of "$pid"
	[ "$(tail -n 1 "$output_file")" = "$2" ]
}

# read_frames FRAMING HEX...: the bytes, sent one by one, are printed as three messages
read_frames() {
	ready_address listen tcp:127.0.0.1:0,frame="$1" --format hex
	python -c "
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for byte in bytes.fromhex(sys.argv[2]):
    s.send(bytes([byte]))" "${address##*:}" "$2"
	status_of "$pid"
	[ "$(cat "$output_file")" = "$3" ]
}

@test "len16: length in two bytes before each message" {
	on_the_wire len16 000241420003c0db00000143
	read_frames len16 000241420003c0db00000143 $'4142\nc0db00\n43'
}

@test "len32: length in four bytes before each message" {
	on_the_wire len32 0000000241420000'0003c0db000000000143'
	read_frames len32 000000024142000000000000000143 $'4142\n\n43'
}

@test "slip: RFC 1055's escapes" {
	on_the_wire slip c04142c0c0dbdcdbdd00c0c043c0
	read_frames slip 4142c0c0c0dbdcdbdd00c043c0 $'4142\nc0db00\n43'
}

@test "cobs: no zero but behind each message" {
	on_the_wire cobs 0341420003c0db0100024300
	read_frames cobs 0341420003c0db0100024300 $'4142\nc0db00\n43'
}

@test "line: a message a line" {
	on_the_wire line 41420ac0db000a430a
	read_frames line 41420ac0db000a430a $'4142\nc0db00\n43'
}

@test "line: a message with a line end in it is refused with a way out" {
	python_collector
	run -1 --separate-stderr anysock send tcp:127.0.0.1:"$port",frame=line --format hex <<<410a42
	[[ $stderr = *"a message with a line end in it cannot be a line"* ]]
	[[ $stderr = *"frame=len32"* ]]
}

@test "len32: a stream that ends within a frame is an error that says where" {
	ready_address listen tcp:127.0.0.1:0,frame=len32 --format hex
	printf '\0\0\0\1A\0\0\0\5B' | socat -u - tcp:"${address#tcp:}"
	status_of "$pid"
	[ "$status" = 1 ]
	[ "$(cat "$output_file")" = 41 ]
	grep -q 'frame 2: the input ends 5 bytes into it' "$error_file"
}

@test "len32: a length that cannot be is refused, not waited for" {
	ready_address listen tcp:127.0.0.1:0,frame=len32 --format hex
	printf 'GET / HTTP/1.0\r\n\r\n' | socat -u - tcp:"${address#tcp:}"
	status_of "$pid"
	[ "$status" = 1 ]
	grep -q 'frame 1: it claims to have 1195725856 bytes' "$error_file"
}

@test "framing: a format that is none is refused by name" {
	run -2 --separate-stderr anysock connect tcp:127.0.0.1:1,frame=raw
	[[ $stderr = *"len32"* ]]
}
