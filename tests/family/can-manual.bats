# SPDX-License-Identifier: GPL-2.0-or-later
# can-manual.bats: each line that anysock-can(7) shows, run as it stands there, beside can-utils and python3.
# shellcheck disable=SC2154
load can

page=$BATS_TEST_DIRNAME/../../man/family/can.mdoc

# lines_of_page: the examples, as a shell reads them.
lines_of_page() {
	sed -n 's/^\.Dl //p' "$page" | sed 's/\\e/\\/g; s/\\(dq/"/g'
}

# example WORDS: the one example with these words, for the buses of this test; sets line.
example() {
	line=$(lines_of_page | grep -F -e "$1" | head -n 1)
	[ -n "$line" ] || { echo "the page has no line with: $1" >&2 && return 1; }
	line=${line//vcan0/$bus} line=${line//vcan1/$bus2}
	cd "$BATS_TEST_TMPDIR" || return
}

# start_example WORDS [BUS COUNT]: in the background, until so many sockets listen to BUS.
start_example() {
	example "$1"
	start bash -c "exec timeout 50 bash -c '${line//\'/\'\\\'\'}'"
	[ $# -lt 2 ] || wait_for listens "$2" "${3:-1}"
}

@test "can-manual: no line of the page is left out here" {
	local missing=0 one words run
	mapfile -t run < <(sed -n 's/.*example "\([^"]*\)".*/\1/p' "$BATS_TEST_FILENAME")
	while read -r one; do
		for words in "${run[@]}"; do
			[[ $one != *"$words"* ]] || continue 2
		done
		echo "not run: $one"
		missing=1
	done < <(lines_of_page)
	[ "$missing" = 0 ]
}

@test "can-manual: candump" {
	start_example "recv can:vcan0 --timestamps > log" "$bus" 1
	start_example "recv can:any --format candump-long" any 1
	long=$output_file
	start_example "filter=123:7FF,filter=200-2FF" "$bus" 3
	filtered=$output_file
	start_example "errors --timestamps=delta" "$bus" 4
	delta=$output_file
	cansend "$bus" 123#DEADBEEF && cansend "$bus" 124#01 && cansend "$bus" 2AB#
	wait_for grep -q "$bus 2AB#" log
	wait_for grep -q "2AB#" "$filtered"
	wait_for grep -q "2AB#" "$delta"
	wait_for grep -q "$bus  2AB   \[0\]" "$long"
	run ! grep 124# "$filtered"
}

@test "can-manual: candump of one bus" {
	line=$(example "anysock recv can:vcan0" && echo "$line")
	start bash -c "exec $line"
	wait_for listens "$bus"
	cansend "$bus" 12345678#0102
	wait_for grep -qx 12345678#0102 "$output_file"
}

@test "can-manual: cansend" {
	start_dump "$bus"
	example "send can:vcan0 123#DEADBEEF"
	bash -c "$line"
	wait_for grep -q 123##5AABB "$dump_file"
	example "send can:vcan0 < log"
	cp "$dump_file" log
	start_dump "$bus"
	bash -c "$line"
	wait_for grep -q 123##5AABB "$dump_file"
	[ "$(frames "$dump_file")" = "$(frames log)" ]
}

@test "can-manual: canplayer, and frames with a pause between them" {
	printf '(1436509052.%s) can7 %s\n' 249713 001#01 549713 002#02 849713 003#03 >"$BATS_TEST_TMPDIR/log"
	start_dump "$bus" -n 9
	dump=$pid
	example "replay log can:vcan0"
	bash -c "$line"
	example "can:vcan0,gap=100ms"
	bash -c "$line"
	example "replay log can:any"
	bash -c "$line"
	status_of "$dump"
	[ "$(frames "$dump_file" | tr '\n' ' ')" = "001#01 002#02 003#03 123#01 123#02 123#03 001#01 002#02 003#03 " ]
	awk '{ gsub(/[()]/, "", $1); time[NR] = $1 } END { exit !(time[2] - time[1] > 0.28 && time[3] - time[1] > 0.58 && time[6] - time[4] > 0.19) }' "$dump_file"
}

@test "can-manual: cangen, cansequence and canbusload" {
	start_example "recv can:vcan0,load=500k" "$bus" 1
	load=$error_file
	start_example "recv can:vcan0,sequence" "$bus" 2
	sequence=$error_file
	start cansequence -r "$bus"
	theirs=$error_file
	wait_for listens "$bus" 3
	start_dump "$bus"
	example "generate=gap=10ms"
	bash -c "$line"
	wait_for lines_of "$dump_file" 100
	example "generate=gap=1ms,count=300"
	bash -c "$line"
	wait_for lines_of "$dump_file" 400
	[ "$(frames "$dump_file" | tail -n 1)" = 002#2B ]
	wait_for grep -q "frames a second, [0-9]* % of 500000 bit/s" "$load"
	[ ! -s "$sequence" ]
	[ ! -s "$theirs" ]
	cansend "$bus" 002#09
	wait_for grep -q "out of sequence: 9 came, 44 was due" "$sequence"
}

@test "can-manual: log2asc and asc2log" {
	start_dump "$bus" -n 4
	cangen -n 2 -g 5 -e "$bus" && cangen -n 2 -g 5 "$bus"
	status_of "$pid"
	cp "$dump_file" "$BATS_TEST_TMPDIR/log"
	example "format candump:asc"
	bash -c "$line"
	example "format asc:candump"
	bash -c "$line"
	[ "$(frames log)" = "$(frames log.new)" ]
	asc2log <log.asc >log.theirs
	[ "$(frames log.theirs)" = "$(frames log)" ]
	example "format candump:candump-long"
	bash -c "$line" | sed 's/^ *//; s/ *$//; s/  */ /g' >long
	log2long <log | sed "s/ *'.*//; s/^ *//; s/ *$//; s/  */ /g" | cmp - long
}

@test "can-manual: canlogserver, bcmserver and isotpserver" {
	start_example "relay -U --timestamps tcp-listen::28700"
	wait_for grep -q listening "$error_file"
	start nc localhost 28700
	served=$output_file
	until grep -qE "^\([0-9.]+\) $bus 123#01" "$served"; do cansend "$bus" 123#01 && sleep 0.1; done
	start_example "frame=bcm can-bcm:vcan0"
	wait_for grep -q listening "$error_file"
	start_dump "$bus" -n 2
	dump=$pid
	start bash -c '{ echo "cycle 321#DEADBEEF every 20ms"; exec sleep 50; } | nc localhost 28600'
	status_of "$dump"
	[ "$(frames "$dump_file" | uniq)" = 321#DEADBEEF ]
	start_example "frame=hex can-isotp:vcan0:7E8:7E0"
	wait_for grep -q listening "$error_file"
	start isotprecv -s 7E8 -d 7E0 "$bus"
	received=$output_file
	wait_for listens "$bus"
	start bash -c '{ echo 22F190; exec sleep 50; } | nc localhost 28500'
	wait_for grep -q "22 F1 90" "$received"
}

@test "can-manual: cangw" {
	start_dump "$bus2" -n 1
	start_example "relay can:vcan0 can:vcan1" "$bus" 1
	wait_for listens "$bus2" 2
	cansend "$bus" 123#01
	wait_for grep -q 123#01 "$dump_file"
}

@test "can-manual: ISO-TP" {
	start_example "recv can-isotp:vcan0:7E0:7E8" "$bus" 1
	received=$output_file
	example "send can-isotp:vcan0:7E8:7E0 --format hex 22F190"
	bash -c "$line"
	wait_for grep -qx 22f190 "$received"
	start isotprecv -s 7E8 -d 7E0 "$bus"
	wait_for listens "$bus"
	example "22F190 --replies 1"
	start bash -c "exec $line"
	theirs=$output_file
	sleep 0.5
	echo 62 F1 90 41 | isotpsend -s 7E8 -d 7E0 "$bus"
	wait_for grep -qx 62f19041 "$theirs"
}

@test "can-manual: the broadcast manager" {
	start_dump "$bus" -n 3
	dump=$pid
	start_example "cycle 123#DEADBEEF every 20ms"
	status_of "$dump"
	[ "$(frames "$dump_file" | uniq)" = 123#DEADBEEF ]
	start_example "watch 321#FF timeout 500ms"
	wait_for grep -q "timeout 321" "$output_file"
	cansend "$bus" 321#07
	wait_for grep -q "changed 321#07" "$output_file"
}

@test "can-manual: J1939" {
	start_example "recv can-j1939-bind"
	received=$output_file
	wait_for listens "$bus"
	example "send can-j1939:vcan0"
	bash -c "$line"
	wait_for grep -q hello "$received"
}

@test "can-manual: two buses are joined" {
	start_dump "$bus2"
	start_example "relay --reconnect can:vcan1 tcp:localhost:29700"
	start_example "relay tcp-listen::29700"
	until grep -q 123#01 "$dump_file"; do cansend "$bus" 123#01 && sleep 0.1; done
}

@test "can-manual: socketcand, cannelloni and slcan" {
	start_example "relay socketcand-listen::29536"
	wait_for anysock wait tcp:localhost:29536 --timeout 1s
	start_example "recv socketcand:localhost:29536"
	until [ -s "$output_file" ]; do cansend "$bus" 123#01 && sleep 0.1; done
	[ "$(cat "$output_file")" = 123#01 ]
	start_example "cannelloni:localhost:20000"
	start_python <<-'END'
		import socket
		s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
		s.bind(("::", 20000))
		print("ready", flush=True)
		while True: print(s.recv(1000)[5:].hex(), flush=True)
	END
	until grep -q 000001230101 "$output_file"; do cansend "$bus" 123#01 && sleep 0.1; done
	start stdbuf -oL slcanpty /dev/ptmx "$bus2"
	pty=$output_file pty_errors=$error_file
	wait_for grep -q /dev/pts "$pty" "$pty_errors"
	line=$(grep -ho '/dev/pts/[0-9]*' "$pty" "$pty_errors" | head -n 1)
	serial=$line
	example "relay slcan:/dev/ttyACM0"
	start_dump "$bus2"
	start bash -c "exec ${line//\/dev\/ttyACM0/$serial}"
	until grep -q 123#02 "$dump_file"; do cansend "$bus" 123#02 && sleep 0.1; done
}
