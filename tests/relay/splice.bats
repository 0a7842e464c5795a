# SPDX-License-Identifier: GPL-2.0-or-later
# splice.bats: bulk through the splice pump, and the traps of splice(2).
load ../helpers

setup() {
	head -c 20M /dev/urandom >"$BATS_TEST_TMPDIR/data"
}

@test "relay: bulk through two relays in a row, tcp to unix and unix to tcp, both ways" {
	ready_address relay tcp-listen:127.0.0.1:0 exec:cat
	far=$address
	ready_address relay "unix-listen:$BATS_TEST_TMPDIR/s" "$far"
	ready_address relay tcp-listen:127.0.0.1:0 "unix:$BATS_TEST_TMPDIR/s"
	run -0 bash -c "socat -t 30 - TCP:127.0.0.1:${address##*:} <'$BATS_TEST_TMPDIR/data' | cmp - '$BATS_TEST_TMPDIR/data'"
}

@test "connect: a pipe full of single bytes neither spins nor hangs" {
	ready_address listen tcp:127.0.0.1:0
	run -0 bash -c "
		python3 -c 'import os
for i in range(20000): os.write(1, b\"x\")' | '$ANYSOCK' connect -u $address"
	status_of "$pid"
	[ "$(stat -c %s "$output_file")" = 20000 ]
}

@test "connect: a file that is appended to is written by copying" {
	ready_address listen tcp:127.0.0.1:0
	printf 'before\n' >"$BATS_TEST_TMPDIR/log"
	nc -N 127.0.0.1 "${address##*:}" <"$BATS_TEST_TMPDIR/data" >>"$BATS_TEST_TMPDIR/log"
	status_of "$pid"
	cmp "$output_file" "$BATS_TEST_TMPDIR/data"
	ready_address listen tcp:127.0.0.1:0 -- cat "$BATS_TEST_TMPDIR/data"
	"$ANYSOCK" connect "$address" </dev/null >>"$BATS_TEST_TMPDIR/log"
	[ "$(stat -c %s "$BATS_TEST_TMPDIR/log")" = $((7 + 20 * 1024 * 1024)) ]
}

@test "relay: a slow reader and a large pipe end with everything delivered" {
	ready_address relay --once tcp-listen:127.0.0.1:0 "exec:cat $BATS_TEST_TMPDIR/data"
	run -0 python - "${address##*:}" "$BATS_TEST_TMPDIR/data" <<'END'
import socket, sys, time
c = socket.socket(); c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096); c.connect(("127.0.0.1", int(sys.argv[1])))
c.shutdown(1); data = bytearray()
while part := c.recv(65536):
    data += part
    if len(data) % 7 == 0: time.sleep(0.001)
print(bytes(data) == open(sys.argv[2], "rb").read())
END
	[ "$output" = True ]
}

@test "--pump: the same bytes whichever way they are moved" {
	for pump in copy splice; do
		ready_address listen tcp:127.0.0.1:0 --pump "$pump"
		"$ANYSOCK" connect -u --pump "$pump" "$address" <"$BATS_TEST_TMPDIR/data"
		status_of "$pid"
		cmp "$output_file" "$BATS_TEST_TMPDIR/data"
	done
	run -2 "$ANYSOCK" connect --pump magic tcp:127.0.0.1:1
}

@test "connect: a file on standard input is spliced from where its offset stands" {
	needs command strace
	ready_address listen tcp:127.0.0.1:0
	run -0 bash -c "{ dd bs=1 count=3 status=none of=/dev/null; strace -f -o '$BATS_TEST_TMPDIR/trace' '$ANYSOCK' connect -u $address; } <'$BATS_TEST_TMPDIR/data'"
	status_of "$pid"
	cmp "$output_file" <(tail -c +4 "$BATS_TEST_TMPDIR/data")
	grep -q 'splice(.*) = 1048576' "$BATS_TEST_TMPDIR/trace"
}
