# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
# helpers.bash: what the bats files share: `load ../helpers`. It brings a teardown that ends what `start` began;
# a file with a teardown of its own calls stop_all in it.

bats_require_minimum_version 1.5.0

# Where programs start slowly, what every test does is done by the shell alone.
tree=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
ANYSOCK=${ANYSOCK:-$tree/build/anysock}
PATH=${ANYSOCK%/*}:$PATH
export ANYSOCK PATH
# Programs are ten times slower in the lab, so limits that only catch what hangs are wider there, and who waits looks less often.
# Most of what is waited for is there at once: the first looks come sooner.
patience=10 beat=0.02 beats=(0.001 0.002 0.004 0.008 0.012)
[ -z "${ANYSOCK_LAB:-}" ] || patience=60 beat=0.06 beats=(0.02 0.04)
patience=${ANYSOCK_PATIENCE:-$patience}

teardown() {
	stop_all
}

# What python3 the machine's own programs use; one built elsewhere may lack families.
python() {
	/usr/bin/python3 "$@"
}

# start COMMAND...: in the background until the test ends. Sets pid, and output_file and error_file, where its output goes.
start() {
	started=$((${started:-0} + 1))
	output_file=$BATS_TEST_TMPDIR/$started.output
	error_file=$BATS_TEST_TMPDIR/$started.errors
	# a function would be a subshell's child, which nobody ends with it
	[ "$1" != python ] || set -- /usr/bin/python3 "${@:2}"
	# descriptor 3 is bats' own: whoever holds it keeps bats from ending
	"$@" >"$output_file" 2>"$error_file" 3>&- &
	pid=$!
	printf '%s\n' "$pid" >>"$BATS_TEST_TMPDIR/started"
}

# stop PID: end it if it still runs, by force where SIGTERM does not do.
stop() {
	kill -TERM "$1" 2>/dev/null || return 0
	wait_for is_gone "$1" || kill -KILL "$1" 2>/dev/null
	wait "$1" 2>/dev/null || true
}

stop_all() {
	local one all
	[ -e "$BATS_TEST_TMPDIR/started" ] || return 0
	mapfile -t all <"$BATS_TEST_TMPDIR/started"
	# all at once, so that only the slowest is waited for
	kill -TERM "${all[@]}" 2>/dev/null || true
	for one in "${all[@]}"; do stop "$one"; done
	rm "$BATS_TEST_TMPDIR/started"
}

# status_of PID: wait for a started command to end by itself; fails after patience, else sets status.
status_of() {
	wait_for is_gone "$1" || return 1
	status=0
	wait "$1" || status=$?
}

# traced PROCESS [CALLS]: its calls (those of the network) go to the file "trace" from now on.
traced() {
	start strace -qq -v -e trace="${2:-network}" -s 0 -p "$1" -o "$BATS_TEST_TMPDIR/trace"
	wait_for grep -q '^TracerPid:[[:space:]]*[1-9]' "/proc/$1/status"
}

# serves PATH: whether a UNIX socket, bound by that path, can be reached; its file is there before it listens.
serves() {
	awk -v path="$1" '$8 == path && ($4 == "00010000" || $5 == "0002") { found = 1 } END { exit !found }' /proc/net/unix
}

is_gone() {
	local line
	# a zombie is gone as well: only we can reap it
	read -r line 2>/dev/null <"/proc/${1:?}/stat" || return 0
	line=${line##*) }
	[ "${line%% *}" = Z ]
}

# wait_for COMMAND...: until it succeeds, for as long as patience has it.
wait_for() {
	local deadline=$((SECONDS + patience)) looks=0
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		pause "${beats[looks++]:-$beat}"
	done
}

# result OPERATOR WANTED COMMAND...: how what the command prints compares, for wait_for, whose own words are expanded before it
# waits: `wait_for result -ge 500 stat -c %s FILE`.
result() {
	test "$("${@:3}")" "$1" "$2"
}

# pause [SECONDS]: for a beat. Nobody ever writes to that pipe.
pause() {
	local pipe=$BATS_RUN_TMPDIR/pause
	[ -p "$pipe" ] || mkfifo "$pipe" || true
	read -r -t "${1:-$beat}" <>"$pipe" || true
}

# ready_address COMMAND...: start an anysock command with --ready-fd and wait until it listens; sets address to what it
# says others can connect to (the first line), and pid.
#	ready_address listen tcp:127.0.0.1:0 -- cat
ready_address() {
	local fifo=$BATS_TEST_TMPDIR/ready.$((${started:-0} + 1)) channel piece deadline=$((SECONDS + patience))
	mkfifo "$fifo"
	# open for both ways: neither side waits for the other, and ours goes away with the listener still alive
	exec {channel}<>"$fifo"
	start "$ANYSOCK" "$1" --ready-fd "$channel" "${@:2}"
	address=''
	# where the time ends within the line, what came is kept
	until IFS= read -r -t 0.1 -u "$channel" piece; do
		address+=$piece
		if is_gone "$pid" || [ "$SECONDS" -ge "$deadline" ]; then
			exec {channel}>&-
			echo "not ready: anysock $*" >&2
			cat "$error_file" >&2
			return 1
		fi
	done
	address+=$piece
	exec {channel}>&-
}

# marks OUTPUT: sets mark to the text above the first carets; - where they stand behind its end, none where there are none.
marks() {
	local line before=''
	mark=none
	while IFS= read -r line; do
		if [[ $line =~ ^(\ *)(\^~*)$ ]]; then
			mark=${before:${#BASH_REMATCH[1]}:${#BASH_REMATCH[2]}}
			mark=${mark%"${mark##*[! ]}"}
			mark=${mark:--}
			return
		fi
		before=$line
	done <<<"$1"
}

# needs family NAME... | command NAME... | lab | root | plain WHY | bare WHY: skip the test where that is not to be had.
needs() {
	local what=$1 name reason
	shift
	case $what in
	family)
		for name; do
			# asked once for all tests of a run
			[ ! -e "$BATS_RUN_TMPDIR/has.$name" ] || continue
			reason=$("$ANYSOCK" families "$name" 2>&1) ||
				skip "needs family $name: $(awk '$3 == "no" { sub(/.* no +/, "") } { printf "%s%s", s, $0; s = "; " }' <<<"$reason")"
			: >"$BATS_RUN_TMPDIR/has.$name"
		done
		;;
	command)
		for name; do
			command -v "$name" >/dev/null || skip "needs command $name"
			# LeakSanitizer, in a build that has it, ends a program that is traced
			[ "$name" != strace ] || export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
		done
		;;
	lab) [ -n "${ANYSOCK_LAB:-}" ] || skip "needs the lab" ;;
	plain) ! ldd "$ANYSOCK" | grep -q libasan || skip "needs a build without sanitizers: $1" ;;
	bare) [ -z "${ANYSOCK_UNDER:-}" ] || skip "not under $ANYSOCK_UNDER: $1" ;;
	root) [ "$(id -u)" = 0 ] || skip "needs root" ;;
	*) echo "needs: what is $what?" >&2 && return 1 ;;
	esac
}

# advertise CONTROLLER: in the lab, let LE connections to that Bluetooth controller (hci0, hci1) succeed.
advertise() {
	"$tree/tests/lab/adapter" advertise on "$1"
}
