# SPDX-License-Identifier: GPL-2.0-or-later
# slcan.bats: the serial protocol against python3 at the other end of a pseudoterminal.
# shellcheck disable=SC2154
load ../helpers

# adapter [BYTES]: an adapter whose line is $line; it prints what it is told and, once its channel is open, says BYTES.
adapter() {
	cat >"$BATS_TEST_TMPDIR/adapter.py" <<-'END'
		import os, sys, tty
		master, slave = os.openpty()
		tty.setraw(slave)
		print(os.ttyname(slave), flush=True)
		text = ""
		while True:
		    text += os.read(master, 1000).decode()
		    while "\r" in text:
		        line, text = text.split("\r", 1)
		        print(line, flush=True)
		        if line in "OL" and sys.argv[1:]: os.write(master, sys.argv[1].encode().decode("unicode_escape").encode())
	END
	start /usr/bin/python3 "$BATS_TEST_TMPDIR/adapter.py" "$@"
	adapter_file=$output_file
	wait_for test -s "$adapter_file"
	line=$(head -n 1 "$adapter_file")
}

@test "slcan: the channel is opened at its rate, and frames of all kinds are read" {
	adapter '\r\r\rt1232AABB\rT1234567811F\rz\rr7FF4\rR000000012\rt00100f3a\rB00000123912345678901234567890ABCD\r'
	run -0 --separate-stderr timeout 40 anysock recv slcan:"$line",bitrate=500k --count 6
	[ "${lines[0]}" = 123#AABB ]
	[ "${lines[1]}" = 12345678#1F ]
	[ "${lines[2]}" = 7FF#R4 ]
	[ "${lines[3]}" = 00000001#R2 ]
	[ "${lines[4]}" = 001# ]
	[ "${lines[5]}" = 00000123##512345678901234567890ABCD ]
	wait_for result = $'C\nS6\nO\nC' tail -n +2 "$adapter_file"
}

@test "slcan: what stands behind a remote frame, as slcanpty has it, is no part of it" {
	adapter '\rR123456783000000\rr12310011\rr123100\rr1231001122\rr1231000\rr1230\rt1231AA\r'
	run -0 --separate-stderr timeout 40 anysock recv slcan:"$line" --count 6
	[ "${lines[*]}" = "12345678#R3 123#R1 123#R1 123#R1 123#R 123#AA" ]
	[[ $stderr == *"no frame is left out"* ]]
}

@test "slcan: frames go out as an adapter reads them" {
	adapter
	anysock send slcan:"$line" 123#AABB 12345678#R3 123##0112233 00000123##1112233445566778899
	wait_for grep -q "^b\|^B" "$adapter_file"
	[ "$(tail -n +2 "$adapter_file" | head -n 6 | tr '\n' ' ')" = "C O t1232AABB R123456783 d1233112233 B000001239112233445566778899000000 " ]
}

@test "slcan: listening only, and a command that is refused" {
	adapter '\a\rt1230\r'
	run -0 --separate-stderr timeout 40 anysock recv slcan:"$line",listen-only --count 1
	[ "$output" = 123# ]
	[[ $stderr == *"refused a command"* ]]
	grep -qx L "$adapter_file"
}

@test "slcan: garbage on the line is told and passed over" {
	adapter '\rtxyz\rt1239\rt1231\rt12308\rt1231001122\r'
	run -0 --separate-stderr timeout 40 anysock recv slcan:"$line" --count 1
	[ "$output" = 123#00 ]
	[[ $stderr == *"no frame is left out"* ]]
}
