# SPDX-License-Identifier: GPL-2.0-or-later
# can-generator.bats: made-up frames: what they are, how many, how fast. Beside can-utils they are in can-manual.bats.
load ../helpers

@test "can-generator: numbers count up from 0, the lowest byte first, and the end comes after the count" {
	run -0 anysock relay -u can-generator,count=300,gap=0,id=2,length=2,data=increment -
	[ "${#lines[@]}" = 300 ]
	[ "${lines[0]}" = 002#0000 ]
	[ "${lines[257]}" = 002#0101 ]
}

@test "can-generator: the same seed gives the same frames, none gives others" {
	run -0 anysock relay -u can-generator,count=20,gap=0,seed=7 -
	first=$output
	run -0 anysock relay -u can-generator,count=20,gap=0,seed=7 -
	[ "$output" = "$first" ]
	run -0 anysock relay -u can-generator,count=20,gap=0 -
	[ "$output" != "$first" ]
	# each is a frame that cansend would take
	run ! grep -Evx '[0-7][0-9A-F]{2}#([0-9A-F]{2}){0,8}' <<<"$first"
}

@test "can-generator: kinds of frames" {
	run -0 anysock relay -u can-generator,count=1,gap=0,fd,brs,length=9,id=12345678,data=0102 -
	[ "$output" = 12345678##5010200000000000000000000 ]
	run -0 anysock relay -u can-generator,count=2,gap=0,remote,extended,length=3,id=increment -
	[ "$output" = $'00000000#R3\n00000001#R3' ]
}

@test "can-generator: gaps and bursts take their time" {
	run -0 anysock relay -u can-generator,count=6,gap=100ms,burst=2,id=1,length=0 --timestamps=zero -
	[ "${#lines[@]}" = 6 ]
	start=$EPOCHREALTIME
	run -0 anysock relay -u can-generator,count=5,gap=100ms -
	awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { exit !(b - a > 0.39) }'
}

@test "can-generator: options that cannot be are shown in their place" {
	run -2 --separate-stderr anysock relay -u can-generator,length=9 -
	[[ $stderr == *"at most 8 without fd"* ]]
	run -2 --separate-stderr anysock relay -u can-generator,id=xyz -
	[[ $stderr == *"^~~"* ]]
	run -2 --separate-stderr anysock relay -u can-generator,data=112233445566778899 -
	[[ $stderr == *"at most 8 bytes"* ]]
	run -2 --separate-stderr anysock send udp:localhost:9 --generate hello
	[[ $stderr == *"--generate"* ]]
}
