# SPDX-License-Identifier: GPL-2.0-or-later
# dccp.bats: DCCP against python3: service codes, packets, both roles.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	needs family dccp
}

# python_server CODE PROGRAM: s listens with that service code; sets port.
python_server() {
	start python -c "
import socket, struct
s = socket.socket(socket.AF_INET, 6, 33)
s.setsockopt(269, 2, struct.pack('!I', $1))
s.bind(('127.0.0.1', 0))
s.listen()
print(s.getsockname()[1], flush=True)
c = s.accept()[0]
$2"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}

@test "dccp: a message has its answer" {
	python_server 0 'c.send(c.recv(1000).upper()); c.recv(1)'
	run -0 --separate-stderr anysock -v send dccp:127.0.0.1:"$port" question --replies 1
	[ "$output" = QUESTION ]
	[[ $stderr =~ \(packets\ of\ [0-9]+\ bytes\ at\ most\) ]]
}

@test "dccp: service codes are numbers or characters, and must be the same" {
	python_server 0x6d757379 'c.send(b"music"); c.recv(1)' # musy
	run -1 anysock send dccp:127.0.0.1:"$port",service=42 x --replies 1
	[[ $output == *"service=CODE"* ]]
	run -0 --separate-stderr anysock send dccp:127.0.0.1:"$port",service=musy x --replies 1
	[ "$output" = music ]
	run -2 anysock explain dccp:127.0.0.1:9,service=music
	[[ $output == *"four characters"* ]]
}

@test "dccp: a listener serves a program, and the peer's end is ours" {
	ready_address listen dccp:127.0.0.1:0,service=0x2a -- sed -u 's/^/to /'
	run -0 python -c "
import socket, struct
s = socket.socket(socket.AF_INET, 6, 33)
s.setsockopt(269, 2, struct.pack('!I', 42))
s.connect(('127.0.0.1', ${address##*:}))
s.send(b'hello\n')
print(s.recv(100).decode(), end='')
s.close()"
	[ "$output" = 'to hello' ]
	status_of "$pid"
}

@test "dccp: nobody there is told" {
	run -1 anysock send dccp:127.0.0.1:9 x
	[[ $output == *"refused"* ]]
}

@test "dccp: a message that does not fit into a packet is an error that names the limit" {
	python_server 0 'c.recv(1000)'
	head -c 70000 /dev/zero >"$BATS_TEST_TMPDIR/large"
	run -1 anysock send --format raw dccp:127.0.0.1:"$port" <"$BATS_TEST_TMPDIR/large"
	[[ $output =~ at\ most\ [0-9]+\ bytes ]]
}

@test "dccp: IPv6" {
	ready_address listen 'dccp6:[::1]:0' -- cat
	run -0 python -c "
import socket, struct
s = socket.socket(socket.AF_INET6, 6, 33)
s.setsockopt(269, 2, struct.pack('!I', 0))
s.connect(('::1', ${address##*:}))
s.send(b'six')
print(s.recv(100).decode())"
	[ "$output" = six ]
}
