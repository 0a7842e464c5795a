# SPDX-License-Identifier: GPL-2.0-or-later
# races.bats: many connections that end at odd moments, many that fail, and somebody else at our paths.
load ../helpers

# full EVERY_DAY IN_FULL: how often
full() {
	[ -n "${ANYSOCK_FULL:-}" ] && echo "$2" || echo "$1"
}

@test "unix: a listener leaves what others put at its path, whenever they do, and is never open to more" {
	run -0 "$tree/tests/fault/paths.py" swap "$(full 80 10000)"
	[[ "$output" == *" 0 lost,"*" 0 too wide" ]]
	# who may not ask for the file that a socket is bound to is told its inode
	[ "$(id -u)" != 0 ] || run -0 setpriv --bounding-set=-net_admin "$tree/tests/fault/paths.py" swap "$(full 80 10000)"
}

@test "unix: of two that find a dead socket file one listens" {
	run -0 "$tree/tests/fault/paths.py" claim "$(full 100 2000)"
}

@test "relay: connections whose ends close at random microseconds lose nothing, and none is stuck" {
	run -0 "$tree/tests/fault/ends.py" "$(full 500 10000)"
}

@test "relay, listen: a server whose clients all fail has open what it had, in the same memory, and no zombies" {
	needs plain "they take memory of their own"
	run -0 "$tree/tests/fault/failures.py" refused "$(full 3000 100000)"
	run -0 "$tree/tests/fault/failures.py" gone "$(full 3000 100000)"
	run -0 "$tree/tests/fault/failures.py" program "$(full 500 10000)"
}

@test "udp: where descriptors run out the peer that was silent longest goes, one that asks stays" {
	run -0 "$tree/tests/fault/peers.py" "$(full 1000 10000)" 64
	run -0 "$tree/tests/fault/peers.py" "$(full 2000 100000)"
}

@test "udp: a peer that was silent for five minutes is forgotten, without a word" {
	needs plain "the clock is another one"
	local library
	library=$(dirname "$ANYSOCK")/tests/fault/faults.so
	export FAULTS_COUNTS=$BATS_TEST_TMPDIR/counts
	descriptors_are() { test "$(find "/proc/$relay/fd" -mindepth 1 | wc -l)" "$@"; }
	FAULTS=hurry=600 LD_PRELOAD=$library ready_address relay udp-listen:127.0.0.1:0 exec:cat
	relay=$pid
	before=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
	printf x | socat -u - "udp:127.0.0.1:${address##*:}"
	wait_for descriptors_are -gt "$before"
	wait_for descriptors_are -le "$before"
	run cat "$error_file"
	[ "${#lines[@]}" = 1 ]
}

@test "record: files are changed after a time, whatever is done to the clock of the day meanwhile" {
	needs plain "the clock is another one"
	local library capture=$BATS_TEST_TMPDIR/capture
	library=$(dirname "$ANYSOCK")/tests/fault/faults.so
	export FAULTS_COUNTS=$BATS_TEST_TMPDIR/counts
	# twenty of its seconds in a fifth of one, of which the clock that people set knows nothing
	FAULTS=hurry=100 LD_PRELOAD=$library ready_address listen --record "$capture" --record-time 20s tcp:127.0.0.1:0
	(for word in one two three; do echo "$word" && sleep 0.4; done) | socat -u - "tcp:${address#tcp:}"
	status_of "$pid"
	[ "$status" -eq 0 ]
	# what makes one too old is still in it
	grep -q one "$capture"-*
	run -1 grep -q three "$capture-00001"
	[ -e "$capture-00003" ]
}

@test "relay: a reader that stands still takes neither memory nor the others' time, and gets all in the end" {
	needs plain "they take memory of their own"
	ulimit -n "$(ulimit -H -n)"
	run -0 "$tree/tests/fault/backpressure.py" "$(full 256 10240)" "$(full 1 60)" "$(full 20 999)"
}
