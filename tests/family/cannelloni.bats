# SPDX-License-Identifier: GPL-2.0-or-later
# cannelloni.bats: datagrams of cannelloni's format against python3.
# shellcheck disable=SC2154
load ../helpers

# python_datagram PORT HEX...: sends each as a datagram.
python_datagram() {
	python - "$@" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		for one in sys.argv[2:]: s.sendto(bytes.fromhex(one), ("127.0.0.1", int(sys.argv[1])))
	END
}

@test "cannelloni: a datagram of several frames is as many messages" {
	ready_address recv --timeout 40s --count 4 cannelloni-bind:127.0.0.1:0
	python_datagram "${address##*:}" "0200000004 00000123 02 1122  92345678 83 05 AABBCC  400007FF 04  20000004 08 0000000000000000"
	status_of "$pid"
	[ "$(cat "$output_file")" = $'123#1122\n12345678##5AABBCC\n7FF#R4\n20000004#0000000000000000' ]
}

@test "cannelloni: what is lost, cut off or none of cannelloni's is told, and the next one comes" {
	ready_address recv --timeout 40s --count 3 cannelloni-bind:127.0.0.1:0
	python_datagram "${address##*:}" "0200070001 00000001 00" "02000A0001 00000002 00" "02000B0002 00000003 01" 0100000001 "02000C0001 00000003 00"
	status_of "$pid"
	[ "$(cat "$output_file")" = $'001#\n002#\n003#' ]
	grep -q "2 datagrams were lost" "$error_file"
	grep -q "cut off" "$error_file"
	grep -q "none of cannelloni" "$error_file"
}

@test "cannelloni: send numbers its datagrams, and python3 reads their frames" {
	cat >"$BATS_TEST_TMPDIR/peer.py" <<-'END'
		import socket
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.bind(("127.0.0.1", 0))
		print(s.getsockname()[1], flush=True)
		while True: print(s.recv(2000).hex(), flush=True)
	END
	start /usr/bin/python3 "$BATS_TEST_TMPDIR/peer.py"
	wait_for test -s "$output_file"
	anysock send cannelloni:127.0.0.1:"$(cat "$output_file")" 123#1122 12345678##1AABB 7FF#R4
	wait_for grep -q 400007ff "$output_file"
	[ "$(tail -n +2 "$output_file")" = $'0200000001''00000123''02''1122'$'\n''0200010001''92345678''82''01''aabb'$'\n''0200020001''400007ff''04' ]
}

@test "cannelloni: a peer that comes later is waited for" {
	mkfifo "$BATS_TEST_TMPDIR/in"
	exec 9<>"$BATS_TEST_TMPDIR/in"
	start bash -c 'exec anysock connect cannelloni:127.0.0.1:29871 <&9'
	echo 123#01 >&9
	wait_for grep -q "nobody is at the peer" "$error_file"
	run -0 python - "$BATS_TEST_TMPDIR/in" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.settimeout(40)
		s.bind(("127.0.0.1", 29871))
		with open(sys.argv[1], "w") as lines: print("123#11", file=lines)
		print(s.recv(100)[5:].hex())
	END
	[ "$output" = 000001230111 ]
}
