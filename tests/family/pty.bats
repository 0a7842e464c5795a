# SPDX-License-Identifier: GPL-2.0-or-later
# pty.bats: a terminal under a name of our choice, opened by python3 and by a shell's redirections.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "pty: a program answers what another writes to the terminal" {
	start anysock relay pty:./line exec:'sed -u y/abc/ABC/'
	wait_for test -e line
	run -0 python -c "
import os
f = os.open('line', os.O_RDWR | os.O_NOCTTY)
os.write(f, b'abcdef\\n')
print(os.read(f, 100))"
	# the terminal is raw: nothing is echoed, and the line ends as it was written
	[ "$output" = "b'ABCdef\\n'" ]
}

@test "pty: bytes pass as they are, both ways" {
	start anysock relay pty:./line PIPE
	wait_for test -e line
	run -0 python -c "
import os
f = os.open('line', os.O_RDWR | os.O_NOCTTY)
sent = bytes(range(256))
os.write(f, sent)
got = b''
while len(got) < 256: got += os.read(f, 256)
print(got == sent)"
	[ "$output" = True ]
}

@test "pty: the link leads to a terminal and is removed at the end" {
	start anysock relay pty:./line PIPE
	wait_for test -L line
	[[ $(readlink line) == /dev/pts/* ]]
	stop "$pid"
	[ ! -L line ]
}

@test "pty: the end is when the last program closes it" {
	start anysock relay pty:./line ./got
	wait_for test -e line
	printf 'through' >line
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(cat got)" = through ]
}

@test "pty: hold goes on for the next program" {
	start anysock relay pty:./line,hold ./got
	wait_for test -e line
	printf 'one ' >line
	wait_for grep -q one got
	printf 'two' >line
	wait_for grep -q 'one two' got
}

@test "pty: a link that leads nowhere is replaced, a file is not" {
	ln -s /dev/pts/nothing line
	start anysock relay pty:./line PIPE
	wait_for test -e line
	stop "$pid"
	echo precious >line
	run -1 anysock relay pty:./line PIPE
	[[ $output == *"exists"* ]]
	[ "$(cat line)" = precious ]
}

@test "pty: mode= and user= are the terminal's" {
	needs root
	start anysock relay pty:./line,mode=666,user=nobody PIPE
	wait_for test -e line
	wait_for bash -c '[ "$(stat -L -c "%a %U" line)" = "666 nobody" ]'
}
