# SPDX-License-Identifier: GPL-2.0-or-later
# can-isotp.bats: ISO-TP against isotpsend, isotprecv and python3: requests, padding, addressing, what goes wrong.
# shellcheck disable=SC2154
load can

# python_ecu ANSWER RX TX: answers each message with the bytes ANSWER (hex) and those of the message behind its first.
python_ecu() {
	start_python "$bus" "$@" <<-'END'
		import socket, sys
		bus, answer, rx, tx = sys.argv[1:5]
		s = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_ISOTP)
		identifier = lambda text: int(text, 16) | (socket.CAN_EFF_FLAG if len(text) == 8 else 0)
		s.bind((bus, identifier(rx), identifier(tx)))
		print("ready", flush=True)
		while True: s.send(bytes.fromhex(answer) + s.recv(9000)[1:])
	END
}

@test "can-isotp: a request has its answer in one command" {
	python_ecu 62 7E0 7E8
	run -0 --separate-stderr anysock send isotp:"$bus":7E8:7E0 --format hex 22F190 --replies 1
	[ "$output" = 62f190 ]
}

@test "can-isotp: requests of standard input have their answers" {
	python_ecu 62 18DA10F1 18DAF110
	run -0 --separate-stderr bash -c "printf '22 F1 90\n22F191\n' | timeout 40 anysock connect can-isotp:$bus:18DAF110:18DA10F1 --format hex --replies 2"
	[ "$output" = $'62f190\n62f191' ]
}

@test "can-isotp: isotprecv gets a message of several frames" {
	start isotprecv -s 7E0 -d 7E8 "$bus"
	wait_for listens "$bus"
	anysock send can-isotp:"$bus":7E0:7E8 'a message of several frames'
	status_of "$pid"
	[ "$(python -c 'import sys; print(bytes.fromhex(open(sys.argv[1]).read()).decode())' "$output_file")" = "a message of several frames" ]
}

@test "can-isotp: recv prints what isotpsend sends, and ends after the count" {
	start_recv can-isotp:"$bus":7E8:7E0 --format hex --count 1
	echo 11 22 33 44 55 66 77 88 99 AA | isotpsend -s 7E8 -d 7E0 "$bus"
	status_of "$recv_pid"
	[ "$(cat "$recv_file")" = 112233445566778899aa ]
}

@test "can-isotp: the longest message passes as bytes in both directions" {
	python_ecu 00 7E0 7E8
	head -c 4095 /dev/urandom >"$BATS_TEST_TMPDIR/long"
	anysock send can-isotp:"$bus":7E8:7E0 --format raw --replies 1 <"$BATS_TEST_TMPDIR/long" >"$BATS_TEST_TMPDIR/answer"
	cmp <(tail -c +2 "$BATS_TEST_TMPDIR/long") <(tail -c +2 "$BATS_TEST_TMPDIR/answer")
}

@test "can-isotp: a message that is longer than the first standard had it passes where the kernel lets it" {
	python_ecu 00 7E0 7E8
	head -c 8000 /dev/urandom >"$BATS_TEST_TMPDIR/long"
	anysock send can-isotp:"$bus":7E8:7E0 --format raw --replies 1 <"$BATS_TEST_TMPDIR/long" >"$BATS_TEST_TMPDIR/answer"
	cmp <(tail -c +2 "$BATS_TEST_TMPDIR/long") <(tail -c +2 "$BATS_TEST_TMPDIR/answer")
}

@test "can-isotp: nobody who answers is an error that says so" {
	run -1 --separate-stderr anysock send can-isotp:"$bus":7E8:7E0 'a message of several frames'
	[[ $stderr == *"no flow control came from 7E8"* ]]
}

@test "can-isotp: padding, extended and functional addressing and CAN FD show in the frames" {
	start_dump "$bus" -n 4
	anysock send can-isotp:"$bus"::7DF,functional,pad=AA --format hex 0100
	anysock send can-isotp:"$bus":7E8:7E0,ext-address=F1,pad --format hex 0100
	anysock send can-isotp:"$bus":18DAF110:18DA10F1,ll=fd-brs --format hex 0100112233445566778899
	anysock send can-isotp:"$bus":7E8:7E0 --format hex 0100
	status_of "$pid"
	run -0 frames "$dump_file"
	[ "${lines[0]}" = 7DF#020100AAAAAAAAAA ]
	[ "${lines[1]}" = 7E0#F1020100CCCCCCCC ]
	[[ ${lines[2]} == 18DA10F1##[15]000B0100112233445566778899CCCCCC ]]
	[ "${lines[3]}" = 7E0#020100 ]
}

@test "can-isotp: block size and STmin stand in the flow control" {
	start_dump "$bus"
	start_recv can-isotp:"$bus":7E8:7E0,block-size=4,stmin=500us --count 1 --format hex
	cansend "$bus" 7E8#100A010203040506
	wait_for grep -q 7E0# "$dump_file"
	cansend "$bus" 7E8#2107080910
	status_of "$recv_pid"
	grep -q 7E0#3004F5 "$dump_file"
	[ "$(cat "$recv_file")" = 01020304050607080910 ]
}

@test "can-isotp: what is wrongly padded is left out with a notice" {
	start_recv can-isotp:"$bus":7E8:7E0,check,rx-pad=AA --format hex --count 1
	cansend "$bus" 7E8#0311223355555555
	wait_for grep -q "wrongly padded" "$recv_errors"
	cansend "$bus" 7E8#03112233AAAAAAAA
	status_of "$recv_pid"
	[ "$(cat "$recv_file")" = 112233 ]
}

@test "can-isotp: a message that is not continued does not end recv" {
	start_recv can-isotp:"$bus":7E8:7E0 --format hex --count 1
	cansend "$bus" 7E8#100A010203040506
	wait_for grep -q "not continued" "$recv_errors"
	cansend "$bus" 7E8#0122
	status_of "$recv_pid"
	[ "$(cat "$recv_file")" = 22 ]
}

@test "can-isotp: a TCP connection carries messages as lines of hex" {
	python_ecu 62 7E0 7E8
	ready_address relay --once tcp-listen:127.0.0.1:0,frame=hex can-isotp:"$bus":7E8:7E0
	run -0 python - "${address##*:}" <<-'END'
		import socket, sys
		s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 40)
		s.sendall(b"22f190\n3e00\n")
		answers = s.makefile()
		print(answers.readline().strip(), answers.readline().strip())
	END
	[ "$output" = "62f190 6200" ]
}

@test "can-isotp: identifiers and options that cannot be are shown in their place" {
	run -2 --separate-stderr anysock recv can-isotp:"$bus":7E8:xyz
	[[ $stderr == *"^~~"* ]]
	run -2 --separate-stderr anysock recv can-isotp:"$bus":7E8:7E8
	[[ $stderr == *"same identifier"* ]]
	run -2 --separate-stderr anysock recv can-isotp:"$bus":7E8:7E0,stmin=150us
	[[ $stderr == *"stmin"* ]]
	run -2 --separate-stderr anysock recv can-isotp:"$bus":7E8:7E0,ll=20:8
	[[ $stderr == *"MTU:DL:FLAGS"* ]]
}
