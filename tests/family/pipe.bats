# SPDX-License-Identifier: GPL-2.0-or-later
# pipe.bats: named pipes shared with cat and socat, and the pipe without a name.
# shellcheck disable=SC2154
load ../helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "pipe: without a name it gives back what it gets" {
	run -0 --separate-stderr anysock relay - PIPE <<<echoed
	[ "$output" = echoed ]
}

has_mode() {
	[ "$(stat -c %a "$2")" = "$1" ]
}

@test "pipe: a named one is made, read until its writer ends, and removed" {
	start anysock relay -u pipe:p,mode=622 -
	wait_for test -p p
	# its mode is set once it is there
	wait_for has_mode 622 p
	echo through >p
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(cat "$output_file")" = through ]
	[ ! -e p ]
}

@test "pipe: one that was there stays" {
	mkfifo p
	start anysock relay -u pipe:p -
	echo through >p
	status_of "$pid"
	[ "$(cat "$output_file")" = through ]
	[ -p p ]
}

@test "pipe: it is written for whoever reads" {
	mkfifo p
	start cat p
	echo through | anysock relay -u - pipe:p,forever,interval=20ms
	status_of "$pid"
	[ "$(cat "$output_file")" = through ]
}

@test "pipe: nobody who reads is an error with a way to wait" {
	mkfifo p
	run -1 anysock relay -u - pipe:p <<<lost
	[[ $output == *"nobody reads"*"forever"* ]]
}

@test "pipe: a file in its place is left alone" {
	echo precious >p
	run -1 anysock relay -u pipe:p -
	[[ $output == *"no pipe"* ]]
	[ "$(cat p)" = precious ]
}
