# SPDX-License-Identifier: GPL-2.0-or-later
# exec.bats: programs as an end: their words, their ends, their status, their terminal, their client.
# shellcheck disable=SC2154,SC2016
load ../helpers

@test "exec: standard input reaches the program and its output comes back" {
	run -0 --separate-stderr anysock connect exec:'tr a-z A-Z' <<<through
	[ "$output" = THROUGH ]
}

@test "exec: words are cut as in sh, and nothing is expanded" {
	run -0 --separate-stderr anysock connect "exec:printf '<%s>' 'a  b' \"c\\\"d \$HOME\" e\\ f *" </dev/null
	[ "$output" = '<a  b><c"d $HOME><e f><*>' ]
}

@test "exec: a comma outside quotes is doubled, inside quotes not" {
	run -0 --separate-stderr anysock connect "exec:printf '<%s>' a,,b 'c,d'" </dev/null
	[ "$output" = '<a,b><c,d>' ]
}

@test "exec: a quote that is not closed is a usage error" {
	run -2 anysock connect "exec:echo 'open" </dev/null
	[[ $output == *"not closed"* ]]
}

@test "exec: the program's status is ours" {
	run -7 anysock connect exec:"sh -c 'exit 7'" </dev/null
	run -3 anysock connect - -- sh -c 'exit 3' </dev/null
}

@test "exec: a program that a signal ended gives 128 and its number" {
	run -143 anysock connect exec:"sh -c 'kill -TERM \$\$'" </dev/null
}

@test "exec: a program that does not exist is told, with its words" {
	run -1 anysock connect exec:no-such-program </dev/null
	[[ $output == *"no-such-program: No such file"*"PATH"* ]]
	run -1 anysock connect exec:/etc/passwd </dev/null
	[[ $output == *"Permission denied"* ]]
}

@test "exec: a program that cannot be started is told before anything listens or connects" {
	local program
	for program in no-such-program /etc/passwd ./none "$BATS_TEST_TMPDIR"; do
		run -1 --separate-stderr anysock listen tcp:127.0.0.1:0 -- "$program" </dev/null
		[[ $stderr == "anysock: $program: "* && $stderr != *"listening on"* ]]
		run -1 --separate-stderr anysock connect tcp:127.0.0.1:1 -- "$program" </dev/null
		[[ $stderr == "anysock: $program: "* && $stderr != *"refused"* ]]
		run -1 --separate-stderr anysock relay "exec:'$program' a" tcp-listen:127.0.0.1:0
		[[ $stderr == "anysock: $program: "* && $stderr != *"listening on"* ]]
	done
	# what PATH has where it may not be run is passed over for one that may
	mkdir "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	touch "$BATS_TEST_TMPDIR/a/tool"
	run -1 env PATH="$BATS_TEST_TMPDIR/a" "$ANYSOCK" connect - -- tool </dev/null
	[[ $output == *"tool: Permission denied"* ]]
	printf '#!/bin/sh\necho found\n' >"$BATS_TEST_TMPDIR/b/tool"
	chmod +x "$BATS_TEST_TMPDIR/b/tool"
	run -0 env PATH="$BATS_TEST_TMPDIR/a:$BATS_TEST_TMPDIR/b" "$ANYSOCK" connect - -- tool </dev/null
	[ "$output" = found ]
}

@test "exec: a program behind -- is called by its name, and its arguments are its own affair" {
	run -0 anysock connect -v - -- sh -c 'exit 0' secret </dev/null
	[[ $output == *"exec:sh"* && $output != *exec:program* && $output != *secret* ]]
}

@test "exec: nothing of ours is inherited but 0, 1 and 2" {
	# python3 passes nothing on but these; the fourth is the folder that ls reads
	run -0 python -c "
import subprocess
print(subprocess.run(['anysock', 'connect', 'exec:ls /proc/self/fd'], stdin=subprocess.DEVNULL, capture_output=True).stdout)"
	[ "$output" = "b'0\\n1\\n2\\n3\\n'" ]
}

# what a program of ours finds among its descriptors, of those given a name
held='readlink /proc/$$/fd/* | grep -c "$1"; true'

@test "exec: with inherit it has what was accepted or opened as well, and not the listener" {
	ready_address listen --keep tcp:127.0.0.1:0 -- sh -c "$held" - socket:
	run -0 --separate-stderr socat -t5 - "TCP:${address#tcp:}" </dev/null
	[ "$output" = 0 ]
	ready_address listen --keep tcp:127.0.0.1:0,inherit -- sh -c "$held" - socket:
	run -0 --separate-stderr socat -t5 - "TCP:${address#tcp:}" </dev/null
	[ "$output" = 1 ]
	cd "$BATS_TEST_TMPDIR" && touch kept && printf '#!/bin/sh\n%s\n' "$held" >program && chmod +x program
	run -0 --separate-stderr anysock relay ./kept,inherit "exec:sh -c './program kept >&2'" -u
	[ "$stderr" = 1 ]
}

@test "exec: signals are as a program expects them" {
	run -0 --separate-stderr anysock connect exec:'grep -E ^Sig(Blk|Ign) /proc/self/status' </dev/null
	[[ ${lines[0]} == *0000000000000000 ]]
	# bats ignores none; SIGPIPE, which we ignore, is bit 12
	ignored=$((16#${lines[1]##*[[:space:]]}))
	((!(ignored & 1 << 12)))
}

@test "exec: standard error is ours, unless it is asked for" {
	run -0 --separate-stderr anysock connect exec:"sh -c 'echo aside >&2; echo out'" </dev/null
	[ "$output" = out ]
	[ "$stderr" = aside ]
	run -0 --separate-stderr anysock connect exec:"sh -c 'echo aside >&2; echo out'",stderr </dev/null
	[ "$output" = $'aside\nout' ]
	[ -z "$stderr" ]
}

@test "exec: pty gives it a terminal of its own, which controls it" {
	run -0 --separate-stderr anysock connect exec:"sh -c 'tty; echo /dev/\$(ps -o tty= -p \$\$); echo \$(ps -o tpgid= -p \$\$); echo \$\$'",pty </dev/null
	lines=("${lines[@]%$'\r'}")
	[[ ${lines[0]} == /dev/pts/* ]]
	[ "${lines[1]}" = "${lines[0]}" ]
	[ "${lines[2]}" = "${lines[3]}" ]
}

@test "exec: on a terminal the end of input is typed" {
	run -0 --separate-stderr anysock connect exec:'wc -l',pty,echo=0 <<<$'one\ntwo'
	[ "${output%$'\r'}" = 2 ]
	# behind part of a line as well
	run -0 --separate-stderr anysock connect exec:'wc -c',pty,echo=0 < <(printf part)
	[ "${output%$'\r'}" = 4 ]
}

@test "exec: raw leaves what passes a terminal as it is" {
	run -0 --separate-stderr anysock connect exec:"printf 'a\\nb'",pty,raw </dev/null
	[ "$output" = $'a\nb' ]
}

@test "exec: a program that ends first does not leave us waiting for input" {
	start bash -c "sleep 60 | '$ANYSOCK' connect exec:true"
	wait_for bash -c "! pgrep -P $pid -f 'connect exec:true'"
}

@test "exec: a program is told who its client is, as tcpserver and ncat do" {
	ready_address listen --keep tcp:127.0.0.1:0 -- sh -c 'env | grep -E "^(ANYSOCK|NCAT|TCP|PROTO)" | sort'
	run -0 socat -t 5 - TCP4:127.0.0.1:"${address##*:}",sourceport=0,bind=127.0.0.7 </dev/null
	[[ $output == *"ANYSOCK_LOCAL=$address"* ]]
	[[ $output == *ANYSOCK_PEER=tcp:127.0.0.7:* ]]
	[[ $output == *NCAT_LOCAL_ADDR=127.0.0.1* ]]
	[[ $output == *NCAT_LOCAL_PORT="${address##*:}"* ]]
	[[ $output == *NCAT_PROTO=TCP* ]]
	[[ $output == *NCAT_REMOTE_ADDR=127.0.0.7* ]]
	[[ $output == *PROTO=TCP* ]]
	[[ $output == *TCPLOCALIP=127.0.0.1* ]]
	[[ $output == *TCPREMOTEIP=127.0.0.7* ]]
	[[ $output == *TCPREMOTEPORT=* ]]
}

@test "exec: an IPv4 client of an IPv6 listener is shown as IPv4" {
	ready_address listen --keep 'tcp:[::]:0' -- sh -c 'echo "$TCPREMOTEIP"'
	[ "$(socat -t 5 - TCP4:127.0.0.1:"${address##*:}" </dev/null)" = 127.0.0.1 ]
}

@test "exec: the client of a UNIX socket is told by its credentials" {
	ready_address listen --keep unix:"$BATS_TEST_TMPDIR/s" -- sh -c 'echo "$PROTO $UNIXREMOTEEUID $UNIXREMOTEPID"'
	[[ $(socat -t 5 - UNIX:"$BATS_TEST_TMPDIR/s" </dev/null) =~ ^"UNIX $(id -u) "[0-9]+$ ]]
}

@test "exec: two programs are joined" {
	anysock relay exec:'seq 1000' exec:"sh -c 'wc -l >$BATS_TEST_TMPDIR/count'"
	[ "$(tr -d ' ' <"$BATS_TEST_TMPDIR/count")" = 1000 ]
}

@test "exec: a program that is cut off is ended with its group" {
	ready_address listen --keep tcp:127.0.0.1:0 -- sh -c 'echo $$; sleep 300 & sleep 300'
	exec {client}<>/dev/tcp/127.0.0.1/"${address##*:}"
	read -r -t 5 -u "$client" program
	kill -TERM "$pid"
	status_of "$pid"
	exec {client}>&-
	wait_for is_gone "$program"
	wait_for bash -c "! pgrep -g $program"
}

@test "exec: three hundred short programs leave no zombie and no descriptor" {
	ready_address listen --keep tcp:127.0.0.1:0 -- true
	before=$(find /proc/"$pid"/fd | wc -l)
	python -c "
import socket, sys
for i in range(300):
    with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as c:
        while c.recv(10): pass" "${address##*:}"
	wait_for bash -c "! ps --ppid $pid -o stat= | grep -q Z"
	[ "$(find /proc/"$pid"/fd | wc -l)" = "$before" ]
}
