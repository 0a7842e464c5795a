# SPDX-License-Identifier: GPL-2.0-or-later
# file.bats: files and devices at either end of a relay, and what is never overwritten.
# shellcheck disable=SC2154
load ../helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "file: on the left of a relay it is read, on the right written" {
	head -c 300000 /dev/urandom >from
	anysock relay ./from ./to
	cmp from to
	[ "$(stat -c %a to)" = "$(printf %o $((0666 & ~$(umask))))" ]
}

@test "file: one that holds data is not overwritten" {
	echo new >from
	echo precious >to
	run -1 anysock relay ./from ./to
	[[ $output == *"holds data"*"append"*"trunc"* ]]
	[ "$(cat to)" = precious ]
}

@test "file: an empty one is written" {
	echo new >from
	: >to
	anysock relay ./from ./to
	[ "$(cat to)" = new ]
}

@test "file: append writes behind what is there, trunc in its place" {
	echo new >from
	echo old >to
	anysock relay ./from ./to,append
	[ "$(cat to)" = $'old\nnew' ]
	anysock relay ./from ./to,trunc
	[ "$(cat to)" = new ]
}

@test "file: socat's names do what they do there" {
	echo new >from
	echo old >to
	anysock relay OPEN:from CREATE:to
	[ "$(cat to)" = new ]
	anysock relay -u OPEN:from OPEN:to,append
	[ "$(cat to)" = $'new\nnew' ]
}

@test "file: create=no and excl refuse" {
	echo new >from
	run -1 anysock relay ./from ./to,create=no
	[[ $output == *"No such file"* ]]
	: >to
	run -1 anysock relay ./from ./to,excl
	[[ $output == *"File exists"* ]]
}

@test "file: mode= holds whatever the umask" {
	echo x >from
	umask 077
	anysock relay ./from ./to,mode=664
	[ "$(stat -c %a to)" = 664 ]
	umask 000
	anysock relay ./from ./other,mode=600
	[ "$(stat -c %a other)" = 600 ]
}

@test "file: user= and group= own what is created" {
	needs root
	echo x >from
	anysock relay ./from ./to,user=nobody,group=0
	[ "$(stat -c '%U %g' to)" = "nobody 0" ]
}

@test "file: seek= begins there" {
	echo 0123456789 >from
	anysock relay ./from,seek=4 ./to
	[ "$(cat to)" = 456789 ]
}

@test "file: what is read goes to a socket, and the answer does not break it" {
	head -c 2000000 /dev/urandom >from
	start socat -u TCP4-LISTEN:0,bind=127.0.0.1 CREATE:unused
	stop "$pid"
	start python -c "
import socket
s = socket.create_server(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
c, _ = s.accept()
c.sendall(b'banner' * 1000)
with open('got', 'wb') as f:
    while piece := c.recv(100000): f.write(piece)
c.sendall(b'thanks')"
	wait_for test -s "$output_file"
	anysock relay ./from tcp:127.0.0.1:"$(cat "$output_file")"
	status_of "$pid"
	[ "$status" = 0 ]
	cmp from got
}

@test "file: a folder is refused" {
	mkdir folder
	run -1 anysock relay ./folder -
	[[ $output == *"Is a directory"* ]]
}

@test "file: an option that contradicts another is pointed at" {
	run -2 anysock relay ./from ./to,append,trunc
	[[ $output == *"append and trunc exclude each other"* ]]
	[ ! -e to ]
}

@test "file: a comma in a path is doubled" {
	echo x >a,b
	run -0 --separate-stderr anysock relay file:a,,b -
	[ "$output" = x ]
	run -2 anysock relay file:a,b -
	[[ $output == *",,"* ]]
}

@test "file: a socket gets the family that opens it" {
	python -c 'import socket; socket.socket(socket.AF_UNIX).bind("s")'
	run -1 anysock relay file:s -
	[[ $output == *"unix:s"* ]]
}

@test "file: a full device is one error, and the status says so" {
	head -c 100000 /dev/zero >from
	run -1 anysock relay ./from /dev/full
	[[ $output == *"No space left"* ]]
	[ "${#lines[@]}" = 1 ]
}

@test "file: a named pipe is read until its writer ends" {
	mkfifo p
	start anysock relay file:p ./to
	printf 'through a pipe' >p
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(cat to)" = "through a pipe" ]
}

@test "file, pipe, pty, fd: what would fail for each client is told before anything listens" {
	local spec
	cd "$BATS_TEST_TMPDIR"
	mkdir folder
	echo text >data
	for spec in file:absent/x pipe:absent/x pty:absent/x file:data/x file:folder file:data pipe:data fd:77 file:new,user=nobody-called-so; do
		run ! --separate-stderr timeout "$patience" "$ANYSOCK" relay tcp-listen:127.0.0.1:0 "$spec"
		[ "$status" != 124 ]
		[[ $stderr != *"listening on"* && ! -e new ]]
		# what is told is what the client would have been told: it is a failure there, too
		run ! "$ANYSOCK" connect -u "$spec" <<<more
	done
	run -1 "$ANYSOCK" relay tcp-listen:127.0.0.1:0 file:absent/x
	[[ $output == *"file:absent/x: the folder absent/: No such file"* ]]
	run -1 "$ANYSOCK" relay tcp-listen:127.0.0.1:0 file:data
	[[ $output == *"file:data: it holds data"*append* ]]
}

@test "file: what may be there once a client comes is left to that" {
	local spec
	cd "$BATS_TEST_TMPDIR"
	echo text >data
	for spec in file:data,append file:data,trunc file:data,excl file:absent/x,rdonly file:/dev/absent/x file:new; do
		ready_address relay tcp-listen:127.0.0.1:0 "$spec"
		kill "$pid"
	done
	ready_address relay -U tcp-listen:127.0.0.1:0 file:data
	[ "$(socat -u "TCP:127.0.0.1:${address##*:}" -)" = text ]
	kill "$pid"
	[ ! -e new ]
}
