# SPDX-License-Identifier: GPL-2.0-or-later
# host.bats: the lab itself, from outside: what passes through, and how it says that a guest or a test in it went wrong.
# shellcheck disable=SC2034,SC2154
load ../helpers

setup() {
	needs command qemu-system-x86_64
	patience=120
	export TMPDIR=$BATS_TEST_TMPDIR
	cd "$tree/tests" || return
}

# Sets qemu, its pid.
wait_for_guest() {
	wait_for [ -e "$BATS_TEST_TMPDIR/share/started" ]
	qemu=$(cat "$BATS_TEST_TMPDIR/share/qemu.pid")
}

@test "run: output, errors, arguments, folder and status pass through" {
	# shellcheck disable=SC2016 # for the guest's shell
	run --separate-stderr lab/run -t 120 sh -c 'echo "$1"; pwd; echo wrong >&2; exit 7' sh "two  words"
	[ "$status" = 7 ]
	[ "$output" = "two  words"$'\n'"$tree/tests" ]
	[ "$stderr" = wrong ]
}

@test "run: every byte of input and output arrives, and results stay" {
	head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/bytes"
	# shellcheck disable=SC2016
	lab/run -t 120 -s -o "$BATS_TEST_TMPDIR/share" bash -c 'echo kept >/run/lab/kept; sleep 1000 & cat' \
		<"$BATS_TEST_TMPDIR/bytes" >"$BATS_TEST_TMPDIR/copy"
	cmp "$BATS_TEST_TMPDIR/bytes" "$BATS_TEST_TMPDIR/copy"
	[ "$(cat "$BATS_TEST_TMPDIR/share/kept")" = kept ]
}

@test "run: counted, the same work takes the same time" {
	ANYSOCK_LAB_ACCEL=count run --separate-stderr lab/run -t 240 /usr/bin/python3 -c '
import time
def work():
	before = time.process_time()
	sum(range(1000000))
	return time.process_time() - before
times = [work() for _ in range(5)][1:]
print(max(times) / min(times) < 1.05, times)'
	[ "$status" = 0 ]
	[[ $output == True* ]]
}

@test "run: a command that takes too long is status 124" {
	run lab/run -t 8 sleep 1000
	[ "$status" = 124 ]
	[[ $output == *"timed out after 8 seconds"* ]]
}

@test "run: a kernel panic is status 125, with the kernel's last words" {
	run lab/run -t 120 sh -c 'echo c >/proc/sysrq-trigger; sleep 1000'
	[ "$status" = 125 ]
	[[ $output == *"the guest died"*"Kernel panic - not syncing: sysrq triggered crash"* ]]
}

@test "run: killing QEMU half-way is reported, with status 125" {
	start lab/run -t 120 -o "$BATS_TEST_TMPDIR/share" sleep 1000
	wait_for_guest
	kill -KILL "$(cat "$BATS_TEST_TMPDIR/share/qemu.pid")"
	status_of "$pid"
	[ "$status" = 125 ]
	grep -q "the guest died while it ran the command" "$error_file"
}

@test "run: ended by SIGTERM it takes QEMU along and leaves no files" {
	mkdir "$BATS_TEST_TMPDIR/temporary"
	TMPDIR=$BATS_TEST_TMPDIR/temporary start lab/run -t 120 -o "$BATS_TEST_TMPDIR/share" sleep 1000
	wait_for_guest
	kill -TERM "$pid"
	status_of "$pid"
	[ "$status" = 143 ]
	wait_for is_gone "$qemu"
	[ -z "$(ls "$BATS_TEST_TMPDIR/temporary")" ]
}

@test "run: killed outright, it still takes QEMU along" {
	start lab/run -t 120 -o "$BATS_TEST_TMPDIR/share" sleep 1000
	wait_for_guest
	kill -KILL "$pid"
	wait_for is_gone "$qemu"
}

@test "check: a test that fails inside and a kernel warning are failures, and are shown" {
	mkdir "$BATS_TEST_TMPDIR/build"
	# bats would take lines that begin with @test for tests of this file
	sed 's/^TEST/@test/' >"$BATS_TEST_TMPDIR/deliberate.bats" <<-'END'
		TEST "deliberate: passes" { true; }
		TEST "deliberate: fails" { echo "this is why"; false; }
		TEST "deliberate: has the kernel warn" { echo "<4>WARNING: on purpose" >/dev/kmsg; }
		TEST "deliberate: is skipped" { skip "on purpose"; }
	END
	run env ANYSOCK_RETRIES=0 lab/check "$BATS_TEST_TMPDIR/build" "$BATS_TEST_TMPDIR/deliberate.bats"
	[ "$status" = 1 ]
	[[ $output == *"not ok 2 deliberate: fails"*"this is why"*"WARNING: on purpose"* ]]
	# the two others that pass: the families, and that the guest lived
	[ "${lines[-1]}" = "4 passed, 2 failed, 1 skipped" ]
}
