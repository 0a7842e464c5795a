# SPDX-License-Identifier: GPL-2.0-or-later
# constants.bats: the names of the sockets API that the tables know.
# shellcheck disable=SC2154

load ../helpers

@test "constants: every name of the list is known with its value, or absent with a reason" {
	run "$tree/tests/constants" "$ANYSOCK"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *" 0 wrong" ]]
}

@test "constants: a name that no table has is noticed" {
	cp -r "$tree/tests/constants" "$tree/tests/data" "$BATS_TEST_TMPDIR"
	printf 'SO_NO_SUCH_THING\t1\nSO_DEBUG\t2\n' >>"$BATS_TEST_TMPDIR/data/constants.tsv"
	run "$BATS_TEST_TMPDIR/constants" "$ANYSOCK"
	[ "$status" -eq 1 ]
	[[ $output == *"SO_NO_SUCH_THING: no table has it"* ]]
	[[ $output == *"SO_DEBUG: is 1 instead of 2"* ]]
}

@test "constants: python3 has the same values" {
	# the values come from the interpreter, not from the list, so that the list cannot be wrong for both
	python - "$ANYSOCK" <<-'PYTHON'
		import socket, subprocess, sys
		table = subprocess.run([sys.argv[1], "help", "--table"], capture_output=True, text=True).stdout
		known = {}
		for row in (line.split("\t") for line in table.splitlines()):
		    if row[0] == "constant":
		        known.setdefault(row[3], set()).add(int(row[4]))
		compared = 0
		for name in dir(socket):
		    value = getattr(socket, name)
		    if name in known and isinstance(value, int):
		        assert int(value) in known[name] or int(value) % 2**32 in {k % 2**32 for k in known[name]}, name
		        compared += 1
		assert compared > 150, compared
	PYTHON
}

@test "constants: each is taken where a user types it, or has a reason why it is nowhere" {
	run -0 python "$BATS_TEST_DIRNAME/typed_names.py" "$ANYSOCK" "$tree/tests/data/constants.tsv" "$tree/tests/data/constants-untyped.tsv"
	echo "$output"
}

@test "constants: what only looks like one is taken nowhere" {
	# one for each beginning, so that no place takes whatever comes
	printf '%s_NONESUCH\n' AF PF SOCK SOL IPPROTO AI NI EAI MSG SHUT SCM SCM_J1939 SO IP IPV6 TCP UDPLITE ALG_SET ALG_OP TIPC CAN \
		CAN_RAW CAN_EFF CAN_BCM NETLINK PACKET VMADDR_CID VMADDR_PORT BTPROTO BT L2CAP RFCOMM HCI HCI_CHANNEL HCI_DEV BDADDR ETH_P \
		ETHERTYPE J1939 J1939_PGN INADDR IPPORT IOCTL >"$BATS_TEST_TMPDIR/names"
	run -1 python "$BATS_TEST_DIRNAME/typed_names.py" "$ANYSOCK" "$BATS_TEST_TMPDIR/names" /dev/null
	[[ $output == "0 names typed, $(wc -l <"$BATS_TEST_TMPDIR/names") refused"* ]]
}

@test "constants: what C calls a number stands for it, and only whole and in range" {
	run -0 anysock explain socket:AF_INET:SOCK_STREAM:IPPROTO_TCP:hex:00000000
	[[ $output == *"socket(AF_INET, SOCK_STREAM|"*", IPPROTO_TCP)"* ]]
	run -2 anysock explain ip:127.0.0.1:AF_INETT
	run -2 anysock explain ip:127.0.0.1:MSG_NOSIGNAL
	[[ $output == *'"MSG_NOSIGNAL" is not a number from 0 to 255'* ]]
	run -0 anysock explain tcp:SOL_SOCKET:80
	[[ $output == *"of a name that must be looked up"* ]]
}
