# SPDX-License-Identifier: GPL-2.0-or-later
# completion.bats: what Tab gives in bash, zsh and fish, asked of the shells themselves.

load ../helpers

here=$BATS_TEST_DIRNAME/../../completions

in_bash() {
	run bash --norc "$BATS_TEST_DIRNAME/complete.bash" "$here/anysock.bash" "anysock $1"
	[ "$status" = 0 ]
}

# in_zsh LINE...: what becomes of each
in_zsh() {
	run env patience="$patience" zsh -f "$BATS_TEST_DIRNAME/complete.zsh" "$here/anysock.zsh" "${@/#/anysock }"
	[ "$status" = 0 ]
}

in_fish() {
	# shellcheck disable=SC2016 # fish's own variables
	run fish --no-config -c 'source $argv[1]; complete -C "anysock $argv[2]"' "$here/anysock.fish" "$1"
	[ "$status" = 0 ]
	output=$(cut -f 1 <<<"$output")
}

# offers WORD: it is one of those that were offered.
offers() {
	grep -Fxq -e "$1" <<<"$output"
}

@test "completion in bash: every command is offered" {
	in_bash ""
	while read -r command; do offers "$command"; done < <("$ANYSOCK" help --table | awk -F'\t' '$1 == "command" { print $3 }')
	[ -n "$command" ] || offers connect
}

@test "completion in bash: a command is completed" {
	in_bash con
	[ "$output" = connect ]
}

@test "completion in bash: a family is followed by a colon" {
	in_bash "connect tc"
	offers tcp:
}

@test "completion in bash: words are cut as readline cuts them" {
	in_bash "connect unix:/etc/hostna"
	[ "$output" = /etc/hostname ]
	in_bash "connect tcp:localhost:80,eof=ha"
	[ "$output" = half ]
}

@test "completion in bash: services are offered for ports of hosts" {
	in_bash "connect tcp:localhost:disca"
	[ "$output" = discard ]
	in_bash "connect udp:[::1]:tft"
	[ "$output" = tftp ]
	in_bash "connect tcp:[fe80::1%lo]:disca"
	[ "$output" = discard ]
	in_bash "connect tcp:localhost:"
	[ "$output" = "" ]
	in_bash "connect vsock:1:disca"
	[ "$output" = "" ]
}

@test "completion in bash: options of the family and of its sockets stand behind the comma" {
	in_bash "connect tcp:localhost:80,tcp-nod"
	[ "$output" = 80,tcp-nodelay ]
	in_bash "listen unix:x,mo"
	[ "$output" = x,mode= ]
}

@test "completion in bash: the option of another family is not offered" {
	in_bash "connect unix:x,tcp-nod"
	[ "$output" = "" ]
}

@test "completion in bash: interfaces are offered where one belongs" {
	in_bash "interfaces l"
	offers lo
}

@test "completion in bash: options of the command come before global ones" {
	in_bash "listen --kee"
	[ "$output" = --keep ]
	in_bash "send --k"
	[ "$output" = "" ]
}

@test "completion in bash: formats, also behind the colon" {
	in_bash "recv --format he"
	[ "$output" = hex ]
	in_bash "recv --format=hex:js"
	[ "$output" = json ]
}

@test "completion in bash: the words after -- are a program and its files" {
	in_bash "listen tcp::0 -- /etc/hostna"
	[ "$output" = /etc/hostname ]
}

@test "completion in bash: socket options of sockopt" {
	in_bash "sockopt fd:0 so-keepa"
	[ "$output" = so-keepalive ]
}

@test "completion in bash: requests of ioctl" {
	in_bash "ioctl fd:0 FIONR"
	[ "$output" = FIONREAD ]
}

@test "completion in zsh: commands, families, options, formats" {
	needs command zsh
	# all in one: loading its completions takes zsh longer than completing does
	in_zsh con "connect unix:/etc/hostna" "listen --ke" "connect tcp:localhost:disca" "connect tcp:localhost:80,tcp-nod" \
		"connect tcp:localhost:80,eof=ha" "recv --format=hex:js" "sockopt fd:0 so-keepa"
	[ "$output" = "anysock connect 
anysock connect unix:/etc/hostname 
anysock listen --keep 
anysock connect tcp:localhost:discard
anysock connect tcp:localhost:80,tcp-nodelay
anysock connect tcp:localhost:80,eof=half 
anysock recv --format=hex:json 
anysock sockopt fd:0 so-keepalive " ]
}

@test "completion in zsh: the colons of an address in brackets end no field, however it is quoted" {
	needs command zsh
	in_zsh "connect udp:[::1]:disca" 'connect tcp:\[::1\]:disca' "connect 'tcp:[fe80::1%lo]:disca" "connect qrtr:1:cont" \
		"connect vsock:1:disca" "connect tcp:[::1]:80,tcp-nod"
	[ "$output" = "anysock connect udp:[::1]:discard
anysock connect tcp:\\[::1\\]:discard
anysock connect 'tcp:[fe80::1%lo]:discard
anysock connect qrtr:1:control
anysock connect vsock:1:disca
anysock connect tcp:[::1]:80,tcp-nodelay" ]
}

@test "completion in fish: commands, families, options, formats" {
	needs command fish
	in_fish con
	offers connect
	in_fish "connect tc"
	offers tcp:
	in_fish "connect unix:/etc/hostna"
	[ "$output" = unix:/etc/hostname ]
	in_fish "listen --ke"
	[ "$output" = --keep ]
	in_fish "connect tcp:localhost:disca"
	[ "$output" = tcp:localhost:discard ]
	in_fish "connect udp:[::1]:tft"
	[ "$output" = "udp:[::1]:tftp" ]
	in_fish "connect tcp:[fe80::1%lo]:disca"
	[ "$output" = "tcp:[fe80::1%lo]:discard" ]
	in_fish "connect vsock:1:disca"
	[ "$output" = "" ]
	in_fish "connect tcp:localhost:80,tcp-nod"
	[ "$output" = tcp:localhost:80,tcp-nodelay ]
	in_fish "connect tcp:localhost:80,eof=ha"
	[ "$output" = tcp:localhost:80,eof=half ]
	in_fish "recv --format=hex:js"
	[ "$output" = --format=hex:json ]
	in_fish "sockopt fd:0 so-keepa"
	[ "$output" = so-keepalive ]
}

@test "completion: the files are in every shell's own language" {
	bash -n "$here/anysock.bash"
	! command -v zsh >/dev/null || zsh -n "$here/anysock.zsh"
	! command -v fish >/dev/null || fish --no-execute "$here/anysock.fish"
}
