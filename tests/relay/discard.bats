# SPDX-License-Identifier: GPL-2.0-or-later
# discard.bats: what goes to /dev/null is counted, and seen by whoever must see it.
load ../helpers

SIZE=5000000
setup() {
	head -c "$SIZE" /dev/urandom >"$BATS_TEST_TMPDIR/data"
}

# counts OPTIONS: sets counted to what a relay to /dev/null says of the data, and to its pump.
counts() {
	ready_address relay -u --once --json "$@" tcp-listen:127.0.0.1:0 file:/dev/null
	nc -N 127.0.0.1 "${address##*:}" <"$BATS_TEST_TMPDIR/data"
	status_of "$pid"
	counted=$(jq -c 'select(.type == "closed") | [.forward.bytes, .forward.pump]' "$error_file")
}

@test "tcp to /dev/null: all is counted, and not copied" {
	counts
	[ "$counted" = "[$SIZE,\"discard\"]" ]
	counts --pump copy
	[ "$counted" = "[$SIZE,\"copy\"]" ]
	ready_address listen tcp:127.0.0.1:0 -- cat "$BATS_TEST_TMPDIR/data"
	"$ANYSOCK" connect -U --read-bytes 777 --json "$address" >/dev/null 2>"$BATS_TEST_TMPDIR/told"
	[ "$(jq -c 'select(.type == "closed") | [.backward.bytes, .backward.pump]' "$BATS_TEST_TMPDIR/told")" = '[777,"discard"]' ]
}

@test "tcp to /dev/null: the kernel is told to drop it" {
	needs command strace
	ready_address relay -u --once tcp-listen:127.0.0.1:0 file:/dev/null
	local relay=$pid
	traced "$relay" recvfrom,write,splice
	nc -N 127.0.0.1 "${address##*:}" <"$BATS_TEST_TMPDIR/data"
	status_of "$pid"
	grep -q 'recvfrom(.*MSG_TRUNC' "$BATS_TEST_TMPDIR/trace"
	run ! grep -E '^(write|splice)\([^2]' "$BATS_TEST_TMPDIR/trace"
}

@test "tcp to /dev/null: a checksum, a copy and a dump see all of it" {
	ready_address relay -u --once --checksum sha256 --tee "$BATS_TEST_TMPDIR/copy" tcp-listen:127.0.0.1:0 file:/dev/null
	nc -N 127.0.0.1 "${address##*:}" <"$BATS_TEST_TMPDIR/data"
	status_of "$pid"
	cmp "$BATS_TEST_TMPDIR/copy" "$BATS_TEST_TMPDIR/data"
	grep -q "$(sha256sum <"$BATS_TEST_TMPDIR/data" | cut -d' ' -f1)" "$error_file"
}

@test "tcp to /dev/null: urgent data is passed over, a reset is an error, as where it is copied" {
	for pump in copy discard; do
		ready_address relay -u --once --json --pump "$pump" tcp-listen:127.0.0.1:0 file:/dev/null
		python - "${address##*:}" <<'END'
import socket, struct, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.send(b"a" * 1000); s.send(b"!", socket.MSG_OOB); s.send(b"b" * 1000); s.shutdown(1); s.recv(1)
END
		status_of "$pid"
		[ "$(jq -c 'select(.type == "closed") | .forward.bytes' "$error_file")" = 2000 ]
	done
	for pump in copy discard; do
		ready_address relay -u --once --pump "$pump" tcp-listen:127.0.0.1:0 file:/dev/null
		python - "${address##*:}" <<'END'
import socket, struct, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.send(b"a"); s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); s.close()
END
		status_of "$pid"
		[ "$status" -eq 1 ]
		grep -q 'Connection reset by peer' "$error_file"
	done
}
