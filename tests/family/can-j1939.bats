# SPDX-License-Identifier: GPL-2.0-or-later
# can-j1939.bats: J1939 against j1939cat, j1939acd and python3: transfers, broadcasts, filters, address claims.
# shellcheck disable=SC2154
load can

# python_node ADDR: prints data, pgn and address of each message.
python_node() {
	start_python "$bus" "$1" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_J1939)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
		s.bind((sys.argv[1], socket.J1939_NO_NAME, socket.J1939_NO_PGN, int(sys.argv[2], 0)))
		print("ready", flush=True)
		while True:
		    data, (_, name, pgn, addr) = s.recvfrom(200000)
		    print(data.decode(), hex(name), hex(pgn), hex(addr), flush=True)
	END
	node_file=$output_file
}

# python_send SOURCE DESTINATION PGN TEXT [PRIO]
python_send() {
	python - "$bus" "$@" <<-'END'
		import socket, sys
		bus, source, to, pgn, text = sys.argv[1:6]
		s = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_J1939)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
		s.bind((bus, socket.J1939_NO_NAME, socket.J1939_NO_PGN, int(source, 0)))
		s.sendto(text.encode(), (bus, socket.J1939_NO_NAME, int(pgn, 0), int(to, 0)))
	END
}

listens_j1939() {
	[ "$(grep -c "$bus" /proc/net/can/rcvlist_eff /proc/net/can/rcvlist_fil | awk -F: '{ n += $2 } END { print n }')" -ge 1 ]
}

@test "can-j1939: a message of a frame and one of several reach an address" {
	python_node 0x90
	anysock send can-j1939:"$bus"::0x12300:0x90,bind=0x80 short
	anysock send can-j1939:"$bus"::0x12300:0x90,bind=0x80 "a message of several frames"
	wait_for grep -qx "short 0x0 0x12300 0x80" "$node_file"
	wait_for grep -qx "a message of several frames 0x0 0x12300 0x80" "$node_file"
}

@test "can-j1939: j1939cat gets 100 KiB unchanged" {
	head -c 102400 /dev/urandom >"$BATS_TEST_TMPDIR/large"
	start j1939cat "$bus:0x90" -r
	wait_for listens_j1939
	anysock send can-j1939:"$bus"::0x12300:0x90,bind=0x81 --format whole <"$BATS_TEST_TMPDIR/large"
	wait_for cmp -s "$BATS_TEST_TMPDIR/large" "$output_file"
}

@test "can-j1939: recv gets what python3 sends to its address, not what others are sent" {
	start_recv can-j1939-bind:"$bus":none:any:0x90 --count 2 --format text
	python_send 0x80 0x91 0x12300 other
	python_send 0x80 0x90 0x12300 one
	python_send 0x80 0xff 0x1f300 broadcast
	status_of "$recv_pid"
	[ "$(tr '\n' ' ' <"$recv_file")" = "one broadcast " ]
}

@test "can-j1939: without an address recv sees all, with one just that sender" {
	start_recv can-j1939:"$bus" --count 3 --format text
	all=$recv_file all_pid=$recv_pid
	start_recv can-j1939:"$bus":::0x82 --count 1 --format text
	python_send 0x80 0x91 0x12300 one
	python_send 0x81 0x91 0x12300 two
	python_send 0x82 0x91 0x12300 three
	status_of "$all_pid" && status_of "$recv_pid"
	[ "$(tr '\n' ' ' <"$all")" = "one two three " ]
	[ "$(cat "$recv_file")" = three ]
}

@test "can-j1939: filters pass groups and senders" {
	start_recv can-j1939:"$bus",filter=0x12300,filter=:0x12400:0x81 --count 2 --format text
	python_send 0x80 0x91 0x12400 no
	python_send 0x81 0x91 0x12400 one
	python_send 0x80 0x91 0x12300 two
	status_of "$recv_pid"
	[ "$(tr '\n' ' ' <"$recv_file")" = "one two " ]
}

@test "can-j1939: JSON says who sent what to whom, and how urgently" {
	start_recv can-j1939:"$bus" --count 1 --format json
	anysock send can-j1939:"$bus"::0x1f300:broadcast,bind=0x80,prio=3 hello
	status_of "$recv_pid"
	python - "$recv_file" "$bus" <<-'END'
		import json, sys
		message = json.load(open(sys.argv[1]))
		assert message["from"] == f"can-j1939:{sys.argv[2]}::0x1f300:0x80", message
		assert message["text"] == "hello"
		control = {c["type"]: c["value"] for c in message["control"] if "value" in c}
		assert control["prio"] == 3, control
	END
}

@test "can-j1939: a broadcast of several frames is sent at its pace" {
	python_node 0x90
	anysock send can-j1939:"$bus"::0x1f300:broadcast,bind=0x80 "a broadcast of several frames"
	wait_for grep -q "^a broadcast of several frames" "$node_file"
}

@test "can-j1939: nobody who answers is an error, with the reason" {
	run -1 --separate-stderr anysock send can-j1939:"$bus"::0x12300:0x91,bind=0x80 "a message of several frames"
	[[ $stderr == *"aborted"*"nobody answered"* ]]
}

@test "can-j1939: notices tell of acknowledged transfers" {
	python_node 0x90
	# what is started has no standard input of ours
	start bash -c "echo 'a message of several frames' | exec anysock connect can-j1939:$bus::0x12300:0x90,bind=0x80,notices"
	wait_for grep -q "28 bytes were acknowledged" "$error_file"
}

@test "can-j1939: an address is claimed, remembered and used" {
	start_dump "$bus"
	anysock send "can-j1939:$bus::0x12300:broadcast,bind=0x1234:0x40000:0x85,claim,claim-cache=$BATS_TEST_TMPDIR/cache" hi
	wait_for grep -q 1923FF85#6869 "$dump_file"
	grep -q 18EEFF85#3412000000000000 "$dump_file"
	anysock send "can-j1939:$bus::0x12300:broadcast,bind=0x1234::,claim,claim-cache=$BATS_TEST_TMPDIR/cache" ho
	wait_for grep -q 1923FF85#686F "$dump_file"
}

@test "can-j1939: a lower name takes an address from j1939acd, a higher one moves on" {
	start_dump "$bus"
	start j1939acd -r 80-90 -c "$BATS_TEST_TMPDIR/cache" 1122334455667788 "$bus"
	wait_for grep -q 18EEFF50#8877665544332211 "$dump_file"
	anysock send "can-j1939:$bus::0x12300:broadcast,bind=0xf122334455667788::0x50,claim" high
	wait_for grep -q 1923FF80#68696768 "$dump_file"
	anysock send "can-j1939:$bus::0x12300:broadcast,bind=0x1::0x50,claim" low
	wait_for grep -q 1923FF50#6C6F77 "$dump_file"
	wait_for grep -q 18EEFF51#8877665544332211 "$dump_file"
}

@test "can-j1939: when no address is left send says so" {
	start_dump "$bus"
	start j1939acd -r 80-80 -c "$BATS_TEST_TMPDIR/cache" 1 "$bus"
	wait_for grep -q 18EEFF50#01 "$dump_file"
	run -1 --separate-stderr anysock send "can-j1939:$bus::0x12300:broadcast,bind=0x2::0x50,claim,claim-range=80-80" hi
	[[ $stderr == *"no address is left"* ]]
}

@test "can-j1939: an address that its holder left for ours is free" {
	# one of its own that stays: kernels lose count of who uses it when a name moves, and would wait for ever to remove it
	local bus=moving
	new_bus "$bus"
	start_dump "$bus"
	start "$ANYSOCK" recv "can-j1939:$bus::0x12300:broadcast,bind=0xf0::0x81,claim,claim-range=0x80-0x81"
	wait_for grep -q 18EEFF81#F0 "$dump_file"
	cansend "$bus" 18EEFF80#0100000000000000
	cansend "$bus" 18EEFF81#0100000000000000
	wait_for grep -q 18EEFF80#F0 "$dump_file"
}

@test "can-j1939: what cannot be sent is told" {
	run -2 --separate-stderr anysock send can-j1939:"$bus"::0x12300:0x91 hi
	[[ $stderr == *"bind=0x80"* ]]
	run -2 --separate-stderr anysock send can-j1939:"$bus":::0x91,bind=0x80 hi
	[[ $stderr == *"pgn"* ]]
	run -2 --separate-stderr anysock send can-j1939:"$bus"::0x12300:0x91,bind=0x80,claim hi
	[[ $stderr == *"name"* ]]
}
