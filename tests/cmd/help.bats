# SPDX-License-Identifier: GPL-2.0-or-later
# help.bats: what help says, where it goes, and how wide it is.
load ../helpers

# Every word that `help` has something to say about, by kind.
topics() {
	anysock help --table | awk -F'\t' '$1 ~ /^(command|family|topic)$/ { print $3 }'
}

@test "help: without arguments a short help, on standard error, status 2" {
	run -2 --separate-stderr anysock
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -le 20 ]
	[ "$(grep -c '^  anysock ' <<<"$stderr")" = 3 ]
}

@test "help: --help at any place prints it and does nothing else" {
	for place in "--help connect tcp:127.0.0.1:1" "connect --help tcp:127.0.0.1:1" "connect tcp:127.0.0.1:1 -h"; do
		# shellcheck disable=SC2086 # words
		run -0 --separate-stderr anysock $place
		[ -z "$stderr" ]
		[[ $output == usage:* ]]
	done
	for command in $(anysock help --table | awk -F'\t' '$1 == "command" { print $3 }'); do
		for place in "$command --help" "-v $command -h" "$command --timeout 1s nonsense nonsense --help" "$command x -h -q"; do
			# shellcheck disable=SC2086 # words
			run -0 --separate-stderr anysock $place
			[ -z "$stderr" ]
			[[ $output == "usage: anysock $command"* ]]
		done
	done
}

@test "help: every command, family and topic fits the width and has no blanks at line ends" {
	local topic width text
	for topic in $(topics); do
		for width in 80 60; do
			COLUMNS=$width run -0 anysock help "$topic"
			text=$output
			run ! grep -n ' $' <<<"$text"
			# but for headings, and for what is to be pasted
			run -0 awk -v width="$width" 'length > width && !/^(usage|[a-z0-9-]*):|^ .*anysock |^ *jq /' <<<"$text"
			[ -z "$output" ]
		done
	done
	COLUMNS=80 run -0 anysock help
	[ "$(wc -L <<<"$output")" -le 80 ]
}

@test "help: topics are told, the exit statuses among them" {
	run -0 anysock help exit-codes
	for status in 0 1 2 3 4; do grep -qx "  $status" <<<"$output"; done
	run -0 anysock help formats
	grep -q '^  hex ' <<<"$output"
	run -0 anysock help nodelay
	[[ $output == *TCP_NODELAY* ]]
}

@test "help: a family is told of by what people call it, and by what the kernel does; several are listed" {
	local word
	for word in crypto:alg AF_ALG:alg pf_vsock:vsock hyper-v:hyperv isotp:can-isotp iso-tp:can-isotp j1939:can-j1939 \
		rtnetlink:netlink ping:icmp local:unix AF_QIPCRTR:qrtr; do
		[ "$(anysock help "${word%:*}")" = "$(anysock help "${word#*:}")" ]
	done
	run -0 anysock help Bluetooth
	for word in bt bt-hci bt-l2cap bt-rfcomm bt-sco; do
		grep -q "^  $word  .*[Bb]luetooth" <<<"$output"
	done
	run -0 anysock help uds
	[[ $output == *"  can-isotp "*"  unix "* ]]
	run -2 anysock help blutooth
	[[ $output == *'did you mean "bluetooth"?'* ]]
	run -2 anysock bluetooth:hci0
	[[ $output == *"did you mean bt, bt-hci, bt-l2cap, bt-rfcomm, bt-sco?"* ]]
	run -2 anysock AF_VSOCK:3:1
	[[ $output == *"did you mean vsock?"* ]]
}

@test "help: formats and the shell's verbs are told of as well" {
	run -0 anysock help candump
	[[ $output == "format candump: CAN frames as "* ]]
	run -0 anysock help expect
	[[ $output == "of anysock shell: expect ENDPOINT PATTERN"* ]]
	[ "${output#of anysock shell: }" = "$(anysock shell -c 'help expect')" ]
	# both an option of sockets and a verb
	run -0 "$ANYSOCK" help group
	[[ $output == *"group of a path"*"anysock shell: group NAME"* ]]
}

@test "help: every option of every command and address is told of by its name, with whose it is" {
	local kind owner name missing=0
	while IFS='|' read -r kind owner name; do
		case $kind in
		global) owner="every command" ;;
		common) owner="every address" ;;
		esac
		# a command, family or topic of that name comes first, with its options as rows
		COLUMNS=500 anysock help "$name" | grep -qE "^(-., ?)?(--)?$name.* of (.*, )?${owner}[:,]|^[a-z]+: |^usage: " || {
			echo "$kind $owner $name" && missing=1
		}
	done < <(anysock help --table | awk -F'\t' -v OFS='|' '
		$1 ~ /^(global|option|common|parameter)$/ && !told[$1, $3, $NF]++ { print $1, $2, $3 }')
	[ "$missing" = 0 ]
	run -0 anysock help for
	[[ $output == "--deadline DURATION of "*"also --for"* ]]
	run -0 anysock help scope
	[[ $output == "scope=INTERFACE of "* ]]
	COLUMNS=200 run -0 anysock help until
	[[ $output == *"--until PATTERN of connect, listen, recv, send: end once"*"of scan, wait: "* ]]
}

@test "help: a name with a role, and a whole spec, are of their family" {
	local word
	for word in tcp-listen TCP4-LISTEN:8080,fork tcp: tcp-l; do
		run -0 anysock help "$word"
		[[ $output == "tcp"*": TCP over IPv"* ]]
	done
	run -2 anysock help tcp-lisen
	[[ $output == *"did you mean tcp-listen?"* ]]
	run -2 anysock help --timeout
	[[ $output == *"anysock help timeout"* ]]
}

@test "help: commands, options, topics and verbs are listed" {
	run -0 anysock help commands
	[ "${#lines[@]}" -ge "$(anysock help --table | grep -c ^command)" ]
	run -0 anysock help topics
	[[ $output == *"  exit-codes "* ]]
	run -0 anysock help options
	[[ $output == *"  --timeout DURATION"*"  retry=NUMBER"* ]]
	run -0 anysock help verbs
	[[ $output == *"  expect "* ]]
}

@test "help: the nearest name is offered, and nothing is run" {
	run -2 anysock help exit-code
	[[ $output == *'did you mean "exit-codes"?'* ]]
	run -2 anysock konnect tcp:127.0.0.1:1
	[[ $output == *'did you mean "connect"?'* ]]
	run -2 anysock tpc:127.0.0.1:1
	[[ $output == *'did you mean tcp?'* ]]
}

@test "help: every command has two examples at least" {
	local command
	for command in $(anysock help --table | awk -F'\t' '$1 == "command" { print $3 }'); do
		[ "$(anysock help --table | awk -F'\t' -v c="$command" '$1 == "example" && $2 == c' | wc -l)" -ge 2 ] || {
			echo "$command has not" && false
		}
	done
}

@test "help: output that cannot be written is an error" {
	# shellcheck disable=SC2016 # for the inner shell
	run -1 --separate-stderr bash -c '"$ANYSOCK" help >/dev/full'
	[[ $stderr == *"No space left on device"* ]]
}
