# SPDX-License-Identifier: GPL-2.0-or-later
# shell_group.bats: several endpoints under one name, and views of what changes.
# shellcheck disable=SC2154,SC2016
load ../helpers
load shell

@test "shell group: what is sent goes to each, and each has to answer, in the time of one line" {
	python_server 'cs = [s.accept()[0] for i in range(3)]
for i, c in enumerate(cs): c.sendall(b"%d%s" % (i, c.recv(9)))'
	lines "open a tcp:127.0.0.1:$port; open b tcp:127.0.0.1:$port; open c tcp:127.0.0.1:$port; group g a b c; send g \"ping\"; recv g /(\\d)ping/ as m; log \"\$m.a \$m.b \$m.c\"; close g; ls"
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $output = *$'\n0ping 1ping 2ping\ng: a b c' ]]
	began=$(date +%s%N)
	lines 'socketpair a b; socketpair c d; group g a c; try recv g "x" within 200ms; recv g "x" within 200ms'
	[ "$status" = 4 ]
	[ $((($(date +%s%N) - began) / 1000000)) -lt 4000 ]
	[[ $output = *"a: not in 0.2 s"* ]]
}

@test "shell group: the one that does not answer is named" {
	lines 'socketpair a b; socketpair c d; group g b d; send a "x"; recv g "x" within 50ms'
	[ "$status" = 4 ]
	[[ $output = *"d: not in 0.05 s"* ]]
	lines 'socketpair a b; socketpair c d; group g b d; send a "x"; silent g 10ms'
	[ "$status" = 1 ]
	[[ $output = *"b is not silent"* ]]
}

@test "shell group: its members are checked, and it is no endpoint itself" {
	lines 'socketpair a b; group g a zz' --check
	[ "$status" = 2 ]
	[[ $output = *'there is no endpoint "zz" by then'* ]]
	lines 'socketpair a b; group a b'
	[ "$status" = 2 ]
	[[ $output = *"a is an endpoint"* ]]
	lines 'listen s tcp:127.0.0.1:0; group g s; accept g as p'
	[ "$status" = 2 ]
	[[ $output = *"accept gives an endpoint: g is several"* ]]
	lines 'socketpair a b; group g a b; socketpair g h; send h "x"; recv g "x"; group j a b; close a; send j "x"'
	[ "$status" = 2 ]
	[[ $output = *'there is no open endpoint "a"'* ]]
}

@test "shell group: what changed since the last message of its sender is marked" {
	lines 'listen u udp:127.0.0.1:0; open v $u; open w $u; view u changes; each T in hello hallo hallo! hallo! { send v "$T"; recv u; send w "same"; recv u }'
	[ "$status" = 0 ]
	[ "$(grep -A1 '^u<.*6c 6f' <<<"$output" | sed 's/  +[0-9.]* s$//; /^--$/d; /73 61 6d/d')" = "$(cat <<-'E'
		u< 68 65 6c 6c 6f
		u< 68 61 6c 6c 6f
		       ^
		u< 68 61 6c 6c 6f 21
		                 ^^^
		u< 68 61 6c 6c 6f 21
	E
	)" ] || { echo "$output"; false; }
	[ "$(grep -c '73 61 6d 65  +[0-9.]* s$' <<<"$output")" = 3 ]
}

@test "shell group: frames of a CAN bus are compared with the last of their id" {
	needs family can
	needs command cansend
	start "$ANYSOCK" shell -c 'open c can:vcan0; view c changes; log "ready"; repeat 4 { recv c }'
	wait_for grep -q ready "$output_file"
	for frame in 123#0011 456#FFFF 123#0012 456#FFFF; do cansend vcan0 "$frame"; done
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(sed '1,/ready/d; s/  +[0-9.]* s$//' "$output_file")" = $'c< 123#0011\nc< 456#FFFF\nc< 123#0012\n          ^\nc< 456#FFFF' ] || { cat "$output_file"; false; }
}
