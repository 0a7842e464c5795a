# SPDX-License-Identifier: GPL-2.0-or-later
# logs.bats: CAN logs from one format to another, judged by log2asc, asc2log and tshark.
# shellcheck disable=SC2030,SC2031,SC2154
load ../helpers

setup() {
	log=$BATS_TEST_TMPDIR/candump.log
	cat >"$log" <<-'END'
		(1436509052.249713) can0 044#2A366C2BBA
		(1436509052.449847) can0 0F6#7ADFE07BD2
		(1436509052.650004) can1 12345678#C3C3
		(1436509052.850145) can0 123#R
		(1436509052.850146) can0 123#R4
		(1436509053.050265) can0 213##1112233445566778899AABBCC
		(1436509053.250393) can0 12345678##0
		(1436509053.650509) can1 7FF#1122334455667788
	END
}

# convert FROM TO FILE: a log in another format
convert() {
	anysock relay --once --timestamps --format "$1:$2" "$3" -
}

# frames: of a log that asc2log wrote, without its R at the end
frames() {
	sed 's/ R$//'
}

@test "candump: a log is written as it was read" {
	convert candump candump "$log" | cmp - "$log"
}

@test "asc: what log2asc writes is read" {
	needs command log2asc
	log2asc -I "$log" -O "$BATS_TEST_TMPDIR/asc" can0 can1
	# log2asc lets the times begin at 0 and drops the part of a second in which the log began
	diff <(convert asc candump "$BATS_TEST_TMPDIR/asc" | cut -d ' ' -f 2-) <(cut -d ' ' -f 2- "$log")
	convert asc candump "$BATS_TEST_TMPDIR/asc" | head -n 2 | tail -n 1 | grep -q '^(1436509052.200134) '
}

@test "asc: what is written is read by asc2log" {
	needs command asc2log
	convert candump asc "$log" >"$BATS_TEST_TMPDIR/asc"
	diff <(asc2log -I "$BATS_TEST_TMPDIR/asc" 2>/dev/null | frames | cut -d ' ' -f 2-) <(cut -d ' ' -f 2- "$log")
}

@test "asc: times, channels and frames come back" {
	convert candump asc "$log" >"$BATS_TEST_TMPDIR/asc"
	convert asc candump "$BATS_TEST_TMPDIR/asc" | diff - "$log"
}

@test "asc: a log in decimal with relative times and a name is read" {
	cat >"$BATS_TEST_TMPDIR/asc" <<-'END'
		date Fri Jul 10 08:17:32.500 am 2015
		base dec  timestamps relative
		internal events logged
		// version 7.0.0
		Begin Triggerblock Fri Jul 10 08:17:32.500 am 2015
		   0.500000 1  291             Rx   d 2 10 255  Length = 0 BitCount = 0 ID = 291
		   0.500000 2  305419896x      Tx   r
		   0.250000 CANFD   1 Rx        291  EngineData                        1 0 2 2 1 2   130000  130     3000 0 0 0 0 0
		   0.100000 1  Statistic: D 1 R 0 XD 0 XR 0 E 0 O 0 B 0.02%
		End TriggerBlock
	END
	TZ=UTC convert asc candump "$BATS_TEST_TMPDIR/asc" >"$BATS_TEST_TMPDIR/read"
	diff "$BATS_TEST_TMPDIR/read" - <<-'END'
		(1436516253.000000) can0 123#0AFF
		(1436516253.500000) can1 12345678#R
		(1436516253.750000) can0 123##10102
	END
}

@test "asc: a malformed event is named by its line" {
	printf 'base hex  timestamps absolute\n   0.1 1  123  Rx   d 4 DE AD\n' >"$BATS_TEST_TMPDIR/asc"
	run -1 --separate-stderr convert asc candump "$BATS_TEST_TMPDIR/asc"
	[[ $stderr = *"line 2: 4 bytes were expected"* ]]
}

@test "json: frames of a log have their interface, and come back" {
	convert candump json "$log" >"$BATS_TEST_TMPDIR/json"
	[ "$(jq -r 'select(.interface == "can1") | .time' "$BATS_TEST_TMPDIR/json" | head -n 1)" = 2015-07-10T06:17:32.650004000Z ]
	convert json candump "$BATS_TEST_TMPDIR/json" | cmp - "$log"
}

@test "candump: columns in relative times are written and read" {
	anysock relay --once --timestamps=zero --format candump:candump-long "$log" "$BATS_TEST_TMPDIR/long"
	[ "$(sed -n 3p "$BATS_TEST_TMPDIR/long")" = ' (000.400291)  can1  12345678   [2]  C3 C3' ]
	[ "$(sed -n 5p "$BATS_TEST_TMPDIR/long")" = ' (000.600433)  can0       123   [4]  remote request' ]
	anysock relay --once --format candump "$BATS_TEST_TMPDIR/long" - |
		diff - <(cut -d ' ' -f 3 "$log" | sed 's/##1/##0/')
}
