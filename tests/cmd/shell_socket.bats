# SPDX-License-Identifier: GPL-2.0-or-later
# shell_socket.bats: the methods of a socket as verbs of the shell, with python3's socket at the other end.
# shellcheck disable=SC2154,SC2016
load ../helpers
load shell

@test "shell: every method of python's socket objects is a verb or an alias" {
	python -c '
import socket, subprocess, sys
names = {w for l in subprocess.run([sys.argv[1], "help", "--table"], capture_output=True, text=True, check=True).stdout.splitlines()
	 for f in [l.split("\t")] if f[0] == "verb" for w in [f[2]] + f[3].split()}
wanted = {n for n in dir(socket.socket) if not n.startswith("_")} - {"timeout"}
folded = {n.replace("-", "").replace("_", "") for n in names}
missing = sorted(n for n in wanted if n.replace("_", "") not in folded)
assert len(wanted) > 25 and missing == [], missing' "$ANYSOCK"
}

@test "shell: recvmsg peeks, cuts where it is told to, and tells what was cut" {
	start python -u -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
while True:
    d, a = s.recvfrom(99); s.sendto(b"0123456789", a)'
	wait_for [ -s "$output_file" ]
	lines "open u udp:127.0.0.1:$(cat "$output_file"); send u \"x\"; recvmsg u 4 flags=peek as p; recvmsg u 4 flags=trunc as t; log \"\$p \$t \$t.total \$t.flags\"; recvmsg u flags=dontwait = EAGAIN; recvmsg u flags=MSG_PEEK within 50ms = timeout"
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "0123 0123 10 trunc" ]
}

@test "shell: urgent bytes come and go, and waitall waits for all" {
	python_server 'c, a = s.accept(); c.sendall(b"one"); c.send(b"!", socket.MSG_OOB)
import select
select.select([], [], [c]); print("urgent", c.recv(1, socket.MSG_OOB)); c.recv(1); c.sendall(b"two")'
	lines "open c tcp:127.0.0.1:$port; recvmsg c flags=oob as u; recvmsg c 3 as o; send c \"?\" flags=oob; send c \"g\"; recvmsg c 3 flags=waitall as w; log \"\$u \$u.flags \$o \$w\""
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "! oob one two" ]
	wait_for grep -qF "urgent b'?'" "$output_file"
}

@test "shell: what waitall got in vain is there for the next line" {
	lines 'socketpair a b; send a "abc"; recvmsg b 9 flags=waitall within 30ms = timeout; recv b "abc"'
	[ "$status" = 0 ]
	lines 'socketpair a b; send a "abcdef"; expect b "b"; recvmsg b 2'
	[ "$status" = 2 ]
	[[ $output = *"something was read already"*"drain b"* ]]
}

@test "shell: control messages go by name, and come with their fields" {
	start python -u -c '
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
s.setsockopt(socket.IPPROTO_IP, 12, 1); s.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
d, c, f, a = s.recvmsg(99, 999)
print(sorted((l, t, v[0]) for l, t, v in c))
s.sendmsg([b"answer"], [(socket.IPPROTO_IP, socket.IP_TTL, struct.pack("i", 9))], 0, a)'
	wait_for [ -s "$output_file" ]
	lines "open u udp:127.0.0.1:$(cat "$output_file"); sockopt u ip-recvttl=1 ip-pktinfo=1; send u \"x\" cmsg=ip:ttl=7 cmsg=ip:tos,value=16; recvmsg u as m; log \"\$m.cmsg.ttl \$m.cmsg.pktinfo.interface\"; if \$m.cmsg.ttl != 9 fail \"\$m.cmsg.ttl\""
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "9 lo" ]
	grep -qF "[(0, 1, 16), (0, 2, 7)]" "$output_file"
	lines 'open u udp:127.0.0.1:9; send u "x" cmsg=ip:tlt=1' --check
	[ "$status" = 2 ]
	[[ $output = *'did you mean "ttl"'* ]]
	lines 'open u udp:127.0.0.1:9; send u "x" cmsg=nonsense' --check
	[ "$status" = 2 ]
	[[ $output = *"LEVEL:TYPE=VALUE was expected"*"    ^~~~~~~~"* ]]
}

@test "shell: sendmsg_afalg is send with the control messages of AF_ALG, and openssl agrees" {
	needs family alg
	want=$(printf '0123456789abcdef' | openssl enc -aes-128-cbc -K 000102030405060708090a0b0c0d0e0f -iv 101112131415161718191a1b1c1d1e1f -nopad | od -An -tx1 | tr -d ' \n')
	lines 'open h alg:skcipher:cbc(aes),op=decrypt,iv=hex:00000000000000000000000000000000,key=hex:000102030405060708090a0b0c0d0e0f; sendmsg_afalg h "0123456789abcdef" cmsg=alg:op=encrypt cmsg=alg:iv,data=101112131415161718191a1b1c1d1e1f; recvmsg h 16 as x; log "${tohex($x)}"'
	[ "$status" = 0 ] || { echo "$output"; false; }
	[ "${lines[-1]}" = "$want" ]
}

@test "shell: ancillary data that has no room is said to be cut" {
	lines 'open u udp-bind:127.0.0.1:0; open v $u; sockopt u ip-recvttl=1 so-timestampns=1; send v "x"; recvmsg u control=16 as m; if $m.flags != ctrunc fail "$m.flags"; if $m != x fail "$m"'
	[ "$status" = 0 ]
}

@test "shell: datagrams that nobody took keep no answer from being received" {
	lines 'open s udp-bind:127.0.0.1:0; open u $s; close s; send u "one"; expect u /x/ = refused; open t udp-bind:127.0.0.1:$u.peer.port; send u "two"; expect t /two/; send t "back"; expect u /back/; log "heard"'
	[ "$status" = 0 ] || { echo "$output"; false; }
	[ "${lines[-1]}" = heard ]
}

@test "shell: the error queue of a socket is read, with who refused" {
	lines 'open u udp:127.0.0.1:9; sockopt u ip-recverr=1; send u "x"; recvmsg u flags=errqueue as e; log "$e.cmsg.errno $e.flags $e"'
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "111 errqueue x" ]
}

@test "shell: family, type and proto are told by the names of the sockets API" {
	lines 'open u udp:127.0.0.1:9; family u; type u; proto u; socketpair a b; family a; proto a; log "$a.type"'
	[ "$status" = 0 ]
	[ "$(tail -n 6 <<<"$output")" = $'AF_INET\nSOCK_DGRAM\nIPPROTO_UDP\nAF_UNIX\n0\nSOCK_STREAM' ]
	lines 'open f file:/etc/hostname; family f'
	[ "$status" = 2 ]
}

@test "shell: an endpoint has a patience of its own, or none" {
	lines 'socketpair a b; setblocking b off; getblocking b; recv b "x" = EAGAIN; settimeout b 20ms; recv b "x" = timeout; gettimeout b; settimeout b none; gettimeout b; +1ms send a "x"; recv b "x"; settimeout b default; gettimeout b; listen s tcp:127.0.0.1:0; setblocking s off; accept s as p = EAGAIN'
	[ "$status" = 0 ]
	[[ $output = *"off"*"0.02s"*"none"*"5s"* ]]
	lines 'socketpair a b; setblocking b perhaps'
	[ "$status" = 2 ]
}

@test "shell: a program inherits the descriptor that is inheritable, and no other" {
	lines 'socketpair a b; fileno a as n; setinheritable a on; getinheritable a; getinheritable b; run p python3 -c "import os; os.write($n, b\"inherited\")"; recv b "inherited"; exit p; setinheritable a off; run q python3 -c "import os; os.write($n, b\"no\")"; exit q 1'
	[ "$status" = 0 ]
	[[ $output = *$'on\noff\n'* ]]
}

@test "shell: connect-ex gives errno's symbol, and detach leaves the descriptor" {
	python_server 'c, a = s.accept(); print(c.recv(9))'
	lines "connect_ex c tcp:127.0.0.1:1 as r; connect-ex d tcp:127.0.0.1:$port as q; log \"\$r \$q\"; detach d as n; send d \"x\""
	[ "$status" = 2 ]
	[[ $output = *"ECONNREFUSED 0"*"there is no open endpoint \"d\""* ]]
	python_server 'c, a = s.accept(); print(c.recv(9))'
	lines "open d tcp:127.0.0.1:$port; detach d as n; adopt e \$PID \$n; send e \"adopted\""
	[ "$status" = 0 ]
	wait_for grep -q adopted "$output_file"
}

@test "shell: a descriptor is shared over a UNIX socket, and python3 uses it" {
	python_server 'c, a = s.accept(); print(c.recv(9))'
	tcp=$port tcp_output=$output_file
	start python -u -c '
import os, socket, sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); print("ready")
c, a = s.accept()
d, f, g, h = socket.recv_fds(c, 9, 1); os.write(f[0], b"by hand")' "$BATS_TEST_TMPDIR/u"
	wait_for [ -s "$output_file" ]
	lines "open c tcp:127.0.0.1:$tcp; open u unix:$BATS_TEST_TMPDIR/u; share c over u; close c; recv u eof"
	[ "$status" = 0 ]
	wait_for grep -q "by hand" "$tcp_output"
}

@test "shell: sendfile sends a file, or a part of it" {
	seq 100000 >"$BATS_TEST_TMPDIR/numbers"
	start_sink() { python_server 'import hashlib
c, a = s.accept(); h = hashlib.sha256()
while d := c.recv(65536): h.update(d)
print(h.hexdigest())'; }
	start_sink
	lines "open c tcp:127.0.0.1:$port; sendfile c $BATS_TEST_TMPDIR/numbers; if \$c.sent != $(stat -c %s "$BATS_TEST_TMPDIR/numbers") fail \"\$c.sent\""
	[ "$status" = 0 ]
	wait_for grep -q "$(sha256sum <"$BATS_TEST_TMPDIR/numbers" | cut -c 1-64)" "$output_file"
	start_sink
	lines "open c tcp:127.0.0.1:$port; sendfile c $BATS_TEST_TMPDIR/numbers from 1000 count 5000"
	wait_for grep -q "$(tail -c +1001 "$BATS_TEST_TMPDIR/numbers" | head -c 5000 | sha256sum | cut -c 1-64)" "$output_file"
	lines "socketpair a b; sendfile a $BATS_TEST_TMPDIR/numbers from 600000 count 5"
	[ "$status" = 1 ]
	[[ $output = *"ended 5 bytes too early"* ]]
}

@test "shell: options are read and set as bytes, with a length, and by number" {
	lines 'open c tcp-listen:127.0.0.1:0; sockopt c SOL_SOCKET:SO_RCVBUF --length 4 --hex; sockopt c SOL_SOCKET:SO_LINGER=hex:0100000007000000; sockopt c so-linger as l; log "$l"'
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $output = *"7"* ]]
}

@test "shell: descriptors that came along and nobody took are closed" {
	lines 'repeat 5 { listen s unix:$TMP/s,type=seqpacket,unlink-early; open c $s; accept s as p; send c "skipped" fds=c; send c "x" fds=c; expect p "x"; send c "left" fds=c; sockopt p so-rcvbuf > 0; silent p 0ms = failed; close p; close c; close s }; !ls /proc/$PPID/fd; log "fds"'
	[ "$status" = 0 ] || { echo "$output"; false; }
	[ "$(grep -c '^[0-9]*$' <<<"$output")" -le 12 ]
}

@test "shell: what options are is made sure of, by name, field and number" {
	lines 'listen s tcp:127.0.0.1:0; open c $s,nodelay; sockopt c nodelay == on, nodelay == 1, nodelay != off, so-rcvbuf >= 1k, so-type == stream, so-type == SOCK_STREAM; sockopt c tcp-info.state == established, tcp-info.rtt < 100s, tcp-info.rtt > 1us, tcp-info.retrans == 0 as x; log "kept $x"'
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $output = *"kept 0"* ]]
	lines 'listen s tcp:127.0.0.1:0; open c $s; sockopt c ip-tos=0x10 ip-tos == 16 ip-tos'
	[ "$status" = 2 ]
	lines 'socketpair a b; sockopt a so-rcvbuf=8192 so-rcvbuf == 16k, so-sndtimeo < 1ms; set least = "1M"; sockopt a so-rcvbuf >= $least'
	[ "$status" = 1 ]
	[[ $output = *"a: so-rcvbuf is 16384"*'^~~~~~~~~~~~~~~~~~'*"expected  so-rcvbuf >= \$least"*"is        16384"*"a: fd:"* ]]
	lines 'socketpair a b; sockopt a so-rcvbuf < 1 = failed; group g a b; sockopt g passcred=1; sockopt g passcred == yes; sockopt b passcred=0; sockopt g passcred == on'
	[ "$status" = 1 ]
	[[ $output = *"b: passcred is off"* ]]
	lines 'socketpair a b; sockopt a tcp-info.rtt == 0 = EOPNOTSUPP'
	[ "$status" = 0 ]
	lines 'listen u udp:127.0.0.1:0; sockopt u multicast-if == 0.0.0.0; sockopt u ip-multicast-if == not-there = ENODEV; set l = lo; try sockopt u so-bindtodevice == $l'
	[ "$status" = 0 ] || { echo "$output"; false; }
}

@test "shell: an option has so long to become what it is to be" {
	lines 'listen s tcp:127.0.0.1:0; open c $s; accept s as p; send c "x"; sockopt p tcp-info.bytes-received == 1 within 5s; recv p "x"; task t { +50ms sockopt p so-priority=3 }; sockopt p so-priority == 3 within 5s; sockopt p so-priority == 4 within 20ms'
	[ "$status" = 4 ]
	[[ $output = *"p: so-priority is 3"*"expected  so-priority == 4"* ]]
}

@test "shell: options that are not, and values that they cannot have, are known before anything runs" {
	for wrong in 'so-rcvbfu == 1|did you mean "so-rcvbuf"' 'so-rcvbuf == many|is not a size' 'tcp-info.rttt < 1s|did you mean "tcp-info.rtt"' \
		'tcp-nodelay == perhaps|neither on nor off' 'so-rcvbuf.size == 1|has no fields' 'alg-set-key == 0011|cannot be read' \
		'so-rcvbuf ==|a value was expected' 'so-rcvbuf > $nothing|no variable or endpoint'; do
		lines "socketpair a b; sockopt a ${wrong%|*}" --check
		[ "$status" = 2 ] && [[ $output = *"${wrong##*|}"* && $output = *"^"* ]] || { echo "$wrong: $output"; false; }
	done
}

@test "shell: a paused endpoint is not read, and its peer is held up" {
	lines 'socketpair a b; pause b; send a "x" * 10M within 50ms = timeout; if $b.received != 0 fail "$b.received"; resume b; expect b "xx"'
	[ "$status" = 0 ]
}

@test "shell: expect skips no more than it may" {
	lines 'socketpair a b; send a "abcdefgh-end"; expect b "-end" skip 8; send a "abcdefgh-end"; expect b "-end" skip 7'
	[ "$status" = 1 ]
	[[ $output = *"more than 7 bytes had to be skipped"* ]]
}

@test "shell: what is recorded, tshark reads, and replay sends it again" {
	needs command tshark
	python_server 'for i in range(2):
    c, a = s.accept()
    while d := c.recv(99): print(d); c.sendall(d.upper())'
	lines "open c tcp:127.0.0.1:$port; record c $BATS_TEST_TMPDIR/r.pcapng; ask c \"first\" \"FIRST\"; ask c \"second\" \"SECOND\"; close c"
	[ "$status" = 0 ]
	run -0 tshark -r "$BATS_TEST_TMPDIR/r.pcapng" -q -z follow,tcp,raw,0
	hex() { printf %s "$1" | od -An -tx1 | tr -d ' \n'; }
	[[ $output = *"$(hex first)"*"$(hex FIRST)"*"$(hex second)"* ]]
	start python -u -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
while True: print(s.recv(99))'
	wait_for [ -s "$output_file" ]
	lines "open u udp:127.0.0.1:$(cat "$output_file"); record u $BATS_TEST_TMPDIR/u.pcapng; send u \"again\"; +20ms send u \"and again\"; record u off; replay $BATS_TEST_TMPDIR/u.pcapng to u speed 0"
	[ "$status" = 0 ] || { echo "$output"; false; }
	wait_for result = 2 grep -c "b'again'" "$output_file"
	wait_for result = 2 grep -c "b'and again'" "$output_file"
}

@test "shell: the example of every verb does what is said of it" {
	python_server 'for b in (b"", b"", b"13 o clock"):
    c, a = s.accept(); c.sendall(b); c.close()'
	cd "$BATS_TEST_TMPDIR" || return
	"$ANYSOCK" help --table | awk -F'\t' '$1 == "line" { print $2 "\t" $3 }' | LC_ALL=C sort >examples
	grep -v '^#' "$tree/tests/data/verbs.tsv" | LC_ALL=C sort >rows
	diff <(cut -f 1 examples) <(cut -f 1 rows)
	while IFS= read -r row <&3; do
		IFS=$'\x1f' read -r verb before behind want <<<"${row//$'\t'/$'\x1f'}"
		line=$(awk -F'\t' -v verb="$verb" '$1 == verb { print $2 }' examples)
		line=${line//tcp:localhost:80/tcp:127.0.0.1:$port}
		rm -f what-i-did.as
		run timeout "$patience" "$ANYSOCK" shell -c "$before${line//tcp:localhost:13/tcp:127.0.0.1:$port}$behind" </dev/null
		[ "$status" = "${want:-0}" ] || { echo "$before$line$behind: $status"; echo "$output"; false; }
	done 3<rows
}

@test "shell: the control messages of the manual are sent, and come" {
	before='listen s udp:127.0.0.1:0; open u $s; sockopt s ip-recvttl=1; socketpair a b; sockopt b so-passcred=1; '
	said=$(awk '/^.Ss Control messages/ { inside = 1 } inside && /^.Ed/ { exit } lines { print } inside && /^.Bd/ { lines = 1 }' "$tree/man/anysock-script.5")
	[ "$(wc -l <<<"$said")" = 2 ]
	lines "$before$said
recv s cmsg.ttl == 5, cmsg.pktinfo.interface == lo
recvmsg b as m
if \$m.cmsg.credentials.pid != \$PID fail \"\$m.cmsg.credentials.pid\""
	[ "$status" = 0 ] || { echo "$output"; false; }
}
