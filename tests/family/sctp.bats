# SPDX-License-Identifier: GPL-2.0-or-later
# sctp.bats: SCTP against python3, socat and sctp_test: streams, payload protocols, notifications, several addresses.
# shellcheck disable=SC2154,SC2016
load ../helpers
load sctp

setup() {
	needs family sctp
}

@test "sctp: a message has its answer" {
	python_peer '
c = s.accept()[0]
c.sendall(c.recv(1000).upper())
c.recv(10)'
	run -0 --separate-stderr anysock send sctp:127.0.0.1:"$port" question --replies 1
	[ "$output" = QUESTION ]
}

@test "sctp: -v tells the streams and the addresses of an association" {
	python_peer '
c = s.accept()[0]
c.sendall(c.recv(1000).upper())
c.recv(10)'
	run -0 --separate-stderr anysock -v send sctp4:127.0.0.1:"$port",sctp-initmsg=7:5 x --replies 1
	[[ $stderr == *"(7 streams out, 5 in, 1 address of the peer)"* ]]
}

@test "sctp: stream=, ppid= and unordered= are what the peer sees" {
	python_peer '
c = s.accept()[0]
data, control, flags, peer = c.recvmsg(1000, 1000)
sid, ssn, how, ppid = info(control)
print(data.decode(), sid, socket.ntohl(ppid), how & 1, flush=True)'
	anysock send sctp:127.0.0.1:"$port",stream=3,ppid=46,unordered hello
	wait_for grep -qx 'hello 3 46 1' "$output_file"
}

@test "sctp: the format sctp shows and takes streams and payload protocols" {
	python_peer '
c = s.accept()[0]
for i in range(3):
    data, control, flags, peer = c.recvmsg(1000, 1000)
    sid, ssn, how, ppid = info(control)
    c.sendmsg([data.upper()], [(SCTP, 2, struct.pack("=HHIIi", sid + 1, 0, ppid, 0, 0))])
c.recv(10)'
	printf '%s\n' 'one' '[2] two' '[3:46] three' >"$BATS_TEST_TMPDIR/in"
	run -0 --separate-stderr anysock send --format sctp sctp:127.0.0.1:"$port" --replies 3 <"$BATS_TEST_TMPDIR/in"
	[ "$(sort <<<"$output")" = $'[1:0] ONE\n[3:0] TWO\n[4:46] THREE' ]
}

@test "sctp: JSON shows and takes them too" {
	python_peer '
c = s.accept()[0]
data, control, flags, peer = c.recvmsg(1000, 1000)
sid, ssn, how, ppid = info(control)
c.sendmsg([data.upper()], [(SCTP, 2, struct.pack("=HHIIi", sid + 1, 0, ppid, 0, 0))])
c.recv(10)'
	run -0 --separate-stderr anysock send --format json sctp:127.0.0.1:"$port" --replies 1 \
		<<<'{"text":"hi","control":[{"level":"sctp","type":"sndinfo","stream":4,"ppid":9}]}'
	[ "$(jq -c '[.text, .sctp.stream, .sctp.ppid]' <<<"$output")" = '["HI",5,9]' ]
}

@test "sctp: notifications are lines of their own, and messages of their own in JSON" {
	python_peer '
for i in range(2):
    c = s.accept()[0]
    c.sendall(b"hello")
    c.close()'
	run -0 --separate-stderr anysock recv sctp:127.0.0.1:"$port",notify=association+shutdown
	[[ ${lines[0]} == "* association up, "*" streams out, "*" in" ]]
	[ "${lines[1]}" = '[0:0] hello' ]
	[[ $output == *"* shutdown"* ]]
	run -0 --separate-stderr anysock recv --format json sctp:127.0.0.1:"$port",notify=all
	jq -es 'any(.sctp.notification == "association" and .sctp.state == "up")' <<<"$output"
	jq -es 'any(.text == "hello" and .sctp.stream == 0)' <<<"$output"
}

@test "sctp: a message of 300,000 bytes is one message, both ways" {
	python_peer '
c = s.accept()[0]
c.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2000000)
data = b""
while True:
    piece, control, flags, peer = c.recvmsg(1000000, 1000)
    data += piece
    if flags & socket.MSG_EOR:
        break
c.send(data.upper())
c.recv(10)'
	head -c 300000 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/large"
	{ cat "$BATS_TEST_TMPDIR/large"; echo; } >"$BATS_TEST_TMPDIR/line"
	anysock send --format text sctp:127.0.0.1:"$port",so-sndbuf=2M --replies 1 <"$BATS_TEST_TMPDIR/line" >"$BATS_TEST_TMPDIR/answer"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/answer")" = 1 ]
	[ "$(tr -cd X <"$BATS_TEST_TMPDIR/answer" | wc -c)" = 300000 ]
}

@test "sctp: a listener serves socat" {
	ready_address listen --keep sctp:127.0.0.1:0 -- cat
	for word in hello again; do
		printf %s "$word" >"$BATS_TEST_TMPDIR/$word"
		start socat -t 60 "OPEN:$BATS_TEST_TMPDIR/$word,rdonly!!STDOUT" SCTP4:127.0.0.1:"${address##*:}",shut-none
		wait_for grep -qx "$word" "$output_file"
	done
}

@test "sctp: socat listens, and the peer's end is ours" {
	start socat -u -d -d SCTP4-LISTEN:0,bind=127.0.0.1 STDOUT
	wait_for grep -q 'listening on' "$error_file"
	port=$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' "$error_file")
	printf 'from here' | anysock send sctp:127.0.0.1:"$port"
	wait_for grep -q 'from here' "$output_file"
}

@test "sctp: nobody there is told, by both types" {
	run -1 anysock send sctp:127.0.0.1:9 x
	[[ $output == *"refused"* ]]
	run -1 anysock send sctp:127.0.0.1:9,type=seqpacket x --replies 1
	[[ $output == *"refused"* ]]
}

@test "sctp: one-to-many, a message and its answer" {
	start python -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_SEQPACKET, socket.IPPROTO_SCTP)
s.bind(('127.0.0.1', 0))
s.listen()
print(s.getsockname()[1], flush=True)
while True:
    data, peer = s.recvfrom(1000)
    if data:
        s.sendto(data.upper(), peer)"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
	run -0 --separate-stderr anysock send sctp:127.0.0.1:"$port",type=seqpacket question --replies 1
	[ "$output" = QUESTION ]
}

@test "sctp: one socket serves many associations" {
	ready_address listen --keep sctp:127.0.0.1:0,type=seqpacket -- sed -u 's/^/to /'
	port=${address#*:*:}
	port=${port%%,*}
	run -0 python -c "
import socket
peers = [socket.socket(socket.AF_INET, kind, socket.IPPROTO_SCTP) for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET)]
for i, s in enumerate(peers):
    s.connect(('127.0.0.1', $port))
    s.sendto(b'%d\n' % i, ('127.0.0.1', $port)) if i else s.send(b'%d\n' % i)
for s in peers:
    print(s.recv(100).decode(), end='')"
	[ "$output" = $'to 0\nto 1' ]
}

@test "sctp: sctp-bind hears all associations" {
	ready_address recv --count 2 --format json sctp-bind:127.0.0.1:0,type=seqpacket
	port=${address#*:*:}
	port=${port%%,*}
	for word in one two; do
		python -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_SCTP)
s.connect(('127.0.0.1', $port))
s.send(b'$word')"
	done
	status_of "$pid"
	[ "$(jq -c .text "$output_file")" = $'"one"\n"two"' ]
	[ "$(jq -r .from "$output_file" | sort -u | wc -l)" = 2 ]
}

@test "sctp: both ends may have several addresses" {
	needs root
	run -0 timeout 60 unshare -n bash -c '
		ip link set lo up
		mkfifo "$BATS_TEST_TMPDIR/ready"
		anysock listen -v --keep --ready-fd 5 sctp:127.0.0.2+127.0.0.3:0 -- cat 5>"$BATS_TEST_TMPDIR/ready" 2>"$BATS_TEST_TMPDIR/errors" & listener=$!
		read -r address <"$BATS_TEST_TMPDIR/ready"
		port=${address##*:}
		anysock -v send "sctp:127.0.0.2+127.0.0.3:$port,bind=127.0.0.4+127.0.0.5" hello --replies 1
		# the first address is dead, the other is not
		anysock -v send "sctp:127.0.0.9+127.0.0.3:$port" again --replies 1 --connect-timeout 20
		kill $listener; cat "$BATS_TEST_TMPDIR/errors"'
	[[ $output == *hello* ]]
	[[ $output == *again* ]]
	[[ $output == *"2 addresses of the peer"*"accepted #1 "*"2 addresses of the peer"* ]]
}

@test "sctp: what a spec says of its stream is not overridden by a relay" {
	python_peer '
c = s.accept()[0]
data, control, flags, peer = c.recvmsg(1000, 1000)
sid, ssn, how, ppid = info(control)
print(data.decode(), sid, socket.ntohl(ppid), flush=True)'
	sink=$output_file
	ready_address relay sctp-listen:127.0.0.1:0 sctp:127.0.0.1:"$port",stream=2
	anysock send "$address",stream=4,ppid=9 hello
	wait_for grep -qx 'hello 2 0' "$sink"
}

@test "sctp: sctp_test sends to us and takes from us, messages of all its sizes" {
	needs command sctp_test
	ready_address recv --count 10 --format json sctp-bind:127.0.0.1:0,type=seqpacket
	receiver=$pid receiver_output=$output_file
	port=${address#*:*:}
	port=${port%%,*}
	start sctp_test -H 127.0.0.1 -P 0 -h 127.0.0.1 -p "$port" -s -c 4 -x 1 -o 1 -M 3
	status_of "$receiver"
	[ "$(jq -r '.data | length / 2' "$receiver_output" | sort -n | tr '\n' ' ')" = "1 1000 2000 3000 5000 10000 15000 20000 25000 32768 " ]
	stop_all
	start sctp_test -H 127.0.0.1 -P 7117 -l
	wait_for eval 'ss -Sanl | grep -q :7117 || grep -q 7117 /proc/net/sctp/eps'
	run -0 anysock send sctp:127.0.0.1:7117,type=seqpacket hello
	wait_for grep -q 'datalen=5\|DATA.*5\| 5 ' "$output_file"
}

@test "sctp: IPv6" {
	ready_address listen --keep 'sctp6:[::1]:0' -- cat
	run -0 python -c "
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_SCTP)
s.connect(('::1', ${address##*:}))
s.send(b'six')
print(s.recv(100).decode())"
	[ "$output" = six ]
}

@test "sctp: what cannot be is a usage error" {
	run -2 anysock explain sctp-bind:127.0.0.1:9
	[[ $output == *"type=seqpacket"* ]]
	run -2 anysock explain sctp:127.0.0.1:9,notify=asociation
	run -2 anysock explain sctp:127.0.0.1:9,stream=70000
}
