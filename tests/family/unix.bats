# SPDX-License-Identifier: GPL-2.0-or-later
# unix.bats: UNIX sockets of all types and names against socat, nc and python3, and what becomes of their files.
# shellcheck disable=SC2154
load ../helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# dead_socket PATH [TYPE]: a socket file as a crash leaves it.
dead_socket() {
	python -c "import socket, sys; socket.socket(socket.AF_UNIX, socket.${2:-SOCK_STREAM}).bind(sys.argv[1])" "$1"
}

mode_of() {
	stat -c %a "$1"
}

@test "unix: a stream passes both ways, with a half-close" {
	ready_address listen unix:./s -- sh -c 'cat; echo end'
	[ "$address" = unix:./s ]
	[ "$(printf 'through\n' | socat -t 5 - UNIX-CONNECT:s)" = $'through\nend' ]
}

@test "unix: connects to what socat listens on" {
	start socat UNIX-LISTEN:s SYSTEM:'cat; echo end'
	wait_for serves s
	[ "$(printf 'through\n' | anysock connect unix:s)" = $'through\nend' ]
}

@test "unix: a bare path that is a socket is connected to" {
	start socat UNIX-LISTEN:s SYSTEM:'cat; echo end'
	wait_for serves s
	[ "$(printf 'through\n' | anysock ./s)" = $'through\nend' ]
}

@test "unix: the file has the mode asked for whatever the umask" {
	umask 077
	ready_address listen unix:s,mode=666
	[ "$(mode_of s)" = 666 ]
	stop "$pid"
	umask 000
	ready_address listen unix:s,mode=640
	[ "$(mode_of s)" = 640 ]
}

@test "unix: the file is never open to more than mode= allows, not even before it is changed" {
	needs command strace
	umask 000
	run timeout 5 strace -f -e trace=fchmod,bind,chmod,fchownat -o trace anysock listen --accept-timeout 100ms unix:s,mode=600
	# the mode is on the socket before it has a name
	awk '/fchmod\(.*0600/ { set = 1 } /bind\(.*"s"/ { exit !set } END { if (!set) exit 1 }' trace
	grep -q 'bind(.*"s"' trace
}

@test "unix: user= and group= own the file" {
	needs root
	ready_address listen unix:s,user=nobody,group=0,mode=660
	[ "$(stat -c '%U %g %a' s)" = "nobody 0 660" ]
}

@test "unix: a user that this host does not have is an error, and nothing is created" {
	run -2 anysock listen unix:s,user=no-such-user </dev/null
	[[ $output == *"no-such-user"* ]]
	[ ! -e s ]
}

@test "unix: the file is gone when the listener ends, by itself or by a signal" {
	ready_address listen unix:s
	printf x | socat - UNIX-CONNECT:s
	status_of "$pid"
	[ ! -e s ]
	ready_address listen --keep unix:s -- cat
	[ -S s ]
	kill -TERM "$pid"
	status_of "$pid"
	[ ! -e s ]
}

@test "unix: a file that somebody put in its place stays" {
	ready_address listen unix:s
	rm s
	echo mine >s
	stop "$pid"
	[ "$(cat s)" = mine ]
}

@test "unix: a socket that a crash left behind is reclaimed" {
	dead_socket s
	ready_address listen unix:s -- cat
	[ "$(printf alive | socat -t 5 - UNIX-CONNECT:s)" = alive ]
	[ -z "$(ls s.* 2>/dev/null)" ]
}

@test "unix: a dead datagram socket is reclaimed too" {
	dead_socket s SOCK_DGRAM
	ready_address listen unix-dgram:s
	[ -S s ]
}

@test "unix: the socket of a program that lives is never taken, of whatever type" {
	for kind in SOCK_STREAM SOCK_DGRAM SOCK_SEQPACKET; do
		start python -c "
import socket, time
s = socket.socket(socket.AF_UNIX, socket.$kind)
s.bind('live.$kind')
print('bound', flush=True)
time.sleep(60)"
		wait_for grep -q bound "$output_file"
		before=$(stat -c %i "live.$kind")
		run -1 anysock listen "unix:live.$kind" </dev/null
		[[ $output == *"another program has this socket"* ]]
		[ "$(stat -c %i "live.$kind")" = "$before" ]
	done
}

@test "unix: probing a live listener does not give it a connection" {
	start python -c "
import socket, select
s = socket.socket(socket.AF_UNIX)
s.bind('live')
s.listen()
print('bound', flush=True)
print('connected' if select.select([s], [], [], 1)[0] else 'undisturbed', flush=True)"
	wait_for grep -q bound "$output_file"
	run -1 anysock listen unix:live </dev/null
	status_of "$pid"
	grep -qx undisturbed "$output_file"
}

@test "unix: a file that is no socket is never taken, unless unlink-early says so" {
	echo precious >s
	run -1 anysock listen unix:s </dev/null
	[[ $output == *"unlink-early"* ]]
	[ "$(cat s)" = precious ]
	ready_address listen unix:s,unlink-early
	[ -S s ]
}

@test "unix: somebody else's dead socket is not taken" {
	needs root
	dead_socket s
	chown nobody s
	run -1 anysock listen unix:s </dev/null
	[[ $output == *"somebody else's"* ]]
	[ -S s ]
}

@test "unix: nobody behind a socket file is told with what it means" {
	dead_socket s
	run -1 anysock connect unix:s </dev/null
	[[ $output == *"refused"*"left over"* ]]
}

@test "unix: a socket of another type gets the option that was meant" {
	start socat -u UNIX-RECV:s STDOUT
	wait_for serves s
	run -1 anysock connect unix:s </dev/null
	[[ $output == *"type=dgram"* ]]
}

@test "unix: seqpacket keeps boundaries, and an empty message is none's end" {
	start python -c "
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.bind('s'); s.listen(); c, _ = s.accept()
print(repr(c.recv(100)), flush=True)
c.sendall(b''); c.sendall(b'two'); c.sendall(b'three')"
	wait_for serves s
	run -0 --separate-stderr anysock send --format hex unix-seqpacket:s 6f6e65 --replies 3
	[ "$output" = $'\n74776f\n7468726565' ]
	status_of "$pid"
	grep -qx "b'one'" "$output_file"
}

@test "unix: a datagram client has a name of its own and is answered" {
	start python -c "
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('s')
data, peer = s.recvfrom(100)
s.sendto(b'answer to ' + data, peer)"
	wait_for serves s
	run -0 --separate-stderr anysock send unix-dgram:s question --replies 1
	[ "$output" = "answer to question" ]
}

@test "unix: bind= names the client, and its file is removed" {
	start python -c "
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('s')
data, peer = s.recvfrom(100)
s.sendto(peer.encode(), peer)"
	wait_for serves s
	run -0 --separate-stderr anysock send unix-dgram:s,bind=./client question --replies 1
	[ "$output" = ./client ]
	[ ! -e client ]
}

@test "unix: datagrams go to socat and come from it" {
	ready_address recv --count 1 unix-bind:s
	[ "$address" = unix:s,type=dgram ]
	printf 'from socat\n' | socat - UNIX-SENDTO:s
	status_of "$pid"
	[ "$(cat "$output_file")" = "from socat" ]
	start socat -u UNIX-RECV:t STDOUT
	wait_for serves t
	anysock send unix-dgram:t 'to socat'
	wait_for grep -q 'to socat' "$output_file"
}

# has_wait: whoever sends to ./front waits while nobody reads from ./back, which gets all of it in the end.
has_wait() {
	run -0 python - <<-'E'
		import socket, threading, time
		COUNT = 3000
		back = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		back.bind("back")
		front = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		front.bind("sender")
		front.connect("front")
		sent = 0
		def send():
		    global sent
		    for number in range(COUNT):
		        front.send(number.to_bytes(1400, "big"))
		        sent += 1
		threading.Thread(target=send, daemon=True).start()
		before = -1
		while sent != before:
		    before = sent
		    time.sleep(0.5)
		print("it waits" if sent < COUNT else "it went on")
		back.settimeout(30)
		came = [int.from_bytes(back.recv(2000), "big") for _ in range(COUNT)]
		print("all" if came == list(range(COUNT)) else "others")
	E
	[ "$output" = $'it waits\nall' ]
}

@test "unix: a relay of datagrams has who sends wait for who does not read, and loses none" {
	ready_address relay unix-listen:front,type=dgram unix:back,type=dgram
	has_wait
}

@test "unix: so does one that was given the socket" {
	start python -c '
import os, socket, sys
front = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); front.bind("front"); os.dup2(front.fileno(), 9)
os.execv(sys.argv[1], sys.argv[1:] + ["fd-listen:9", "unix:back,type=dgram"])' "$ANYSOCK" relay
	wait_for test -S front
	has_wait
}

@test "unix: a relay of datagrams outlives that nobody takes them, and that who took them is gone" {
	ready_address relay unix-listen:front,type=dgram unix:back,type=dgram
	run -0 python - <<-'E'
		import socket
		def take():
		    back = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		    back.bind("back")
		    back.settimeout(30)
		    return back
		def send(name, count):
		    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		    sender.bind(name)
		    for _ in range(count):
		        sender.sendto(name.encode(), "front")
		send("nobody", 300)
		back = take()
		send("first", 1)
		while back.recv(99) != b"first": pass
		back.close()
		send("gone", 300)
		import os; os.unlink("back")
		back = take()
		send("second", 1)
		while back.recv(99) != b"second": pass
		print("both")
	E
	[ "$output" = both ]
	kill "$pid"
	status_of "$pid"
	[ "$status" = 143 ]
}

@test "unix: a datagram of 60,000 bytes arrives whole" {
	head -c 60000 /dev/urandom >large
	start python -c "
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('s')
open('got', 'wb').write(s.recv(200000))"
	wait_for serves s
	anysock send --format raw unix-dgram:s <large
	status_of "$pid"
	cmp large got
}

@test "unix: abstract names may hold any byte" {
	ready_address listen 'unix:@anysock\x00test:'"$BASHPID" -- cat
	[ "$address" = 'unix:@anysock\x00test:'"$BASHPID" ]
	run -0 python -c "
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(b'\0anysock\0test:' + sys.argv[1].encode())
s.sendall(b'hi'); s.shutdown(socket.SHUT_WR)
print(s.recv(10).decode())" "$BASHPID"
	[ "$output" = hi ]
}

@test "unix: socat's abstract names are ours" {
	name=anysock-test-$BASHPID
	start socat ABSTRACT-LISTEN:"$name" SYSTEM:'cat; echo end'
	# the flag of a socket that listens: before that a connect is refused
	wait_for grep -q "00010000 .*@$name" /proc/net/unix
	[ "$(printf 'hi\n' | anysock connect unix:@"$name")" = $'hi\nend' ]
}

@test "unix: @ alone lets the kernel choose a name, which is told" {
	ready_address listen unix:@ -- cat
	[[ $address =~ ^unix:@[0-9a-f]{5}$ ]]
	[ "$(printf hi | socat -t 5 - ABSTRACT-CONNECT:"${address#unix:@}")" = hi ]
}

@test "unix: a quoted @ is a path" {
	ready_address listen 'unix:"@file"' -- cat
	[ -S @file ]
	[ "$(printf hi | anysock connect "$address")" = hi ]
}

@test "unix: a path of 107 bytes works, one of 108 is refused with both figures" {
	path=$(printf 'p%.0s' {1..107})
	ready_address listen "unix:$path" -- cat
	[ "$(printf hi | socat -t 5 - UNIX-CONNECT:"$path")" = hi ]
	run -2 anysock listen "unix:p$path" </dev/null
	[[ $output == *108*107* ]]
	[ ! -e "p$path" ]
}

@test "unix: an abstract name of 107 bytes works, one of 108 is refused" {
	name=$(printf 'n%.0s' {1..107})
	ready_address listen "unix:@$name" -- cat
	[ "$(printf hi | anysock connect "unix:@$name")" = hi ]
	run -2 anysock listen "unix:@n$name" </dev/null
}

@test "unix: a colon, a blank and a comma stand in a path" {
	ready_address listen 'unix:a:b c,,d' -- cat
	[ -S 'a:b c,d' ]
	[ "$(printf hi | anysock connect 'unix:a:b c,,d')" = hi ]
}
