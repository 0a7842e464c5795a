# SPDX-License-Identifier: GPL-2.0-or-later
# friendly.bats: errors that say where, what and how; old habits; streams that stay apart.
load ../helpers

# refused WORDS... : a usage error of the shape "anysock: what", perhaps the text and its caret, perhaps a hint.
refused() {
	run -2 --separate-stderr timeout 10 "$ANYSOCK" "$@"
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == anysock:\ * ]]
	[ "${#stderr_lines[@]}" -le 4 ]
	run ! grep -nE '0x[0-9a-f]{6}|\(null\)|src/' <<<"$stderr"
}

@test "friendly: what is wrong in a spec is marked below it" {
	local spec
	for spec in tcp:localhost:99999 'udp:[::1' unix: vsock:3 exec: tcp:a:b:c:d file: fd:x \
		tcp:127.0.0.1:80,linger=x unix:x,type=sream tcp:127.0.0.1:80,nodelya tcp:127.0.0.1:80,nodelay=maybe \
		'unix:"x' "tcp:127.0.0.1:80," tcp:127.0.0.1:80,=1 vsock:nobody:1 socket:tcp; do
		refused connect "$spec"
		grep -qE '^ *\^~*$' <<<"$stderr" || { echo "$spec: no caret: $stderr" && false; }
	done
}

@test "friendly: the nearest name is offered for what was mistyped" {
	local typo
	while read -r typo meant; do
		refused connect "$typo"
		[[ $stderr == *"did you mean"*"$meant"* ]] || { echo "$typo: $stderr" && false; }
	done <<'END'
tpc:127.0.0.1:1 tcp
upd:127.0.0.1:1 udp
unxi:/x unix
vscok:3:1 vsock
tcp:127.0.0.1:1,keepaliv keepalive
tcp:127.0.0.1:1,nodely nodelay
tcp:127.0.0.1:1,rcvbuff=1 rcvbuf
vsock:hst:1 host
END
}

@test "friendly: nc's command lines are answered with ours, and not obeyed" {
	local line ours
	while IFS='|' read -r line ours; do
		# shellcheck disable=SC2086 # words
		refused $line
		[[ $stderr == *"\`$ours\`"* ]] || { echo "$line: $stderr" && false; }
	done <<'END'
-l 8080|anysock listen tcp:8080
-lk -p 8080|anysock listen --keep tcp:8080
-lU /run/socket|anysock listen unix:/run/socket
-l 8080 -e /bin/cat|anysock listen tcp:8080 -- /bin/cat
-z localhost 80|anysock scan tcp:localhost:80
localhost 80|anysock tcp:localhost:80
-u localhost 53|anysock udp:localhost:53
-q 1 fe80::1 80|anysock tcp:[fe80::1]:80
END
}

@test "friendly: commands are not abbreviated" {
	refused con tcp:127.0.0.1:1
	refused rel tcp:127.0.0.1:1 -
}

@test "friendly: no colours but where they are wanted" {
	run -1 --separate-stderr anysock connect --color=never tcp:127.0.0.1:1 </dev/null
	[[ $stderr != *$'\e'* ]]
	run -1 --separate-stderr anysock connect tcp:127.0.0.1:1 </dev/null
	[[ $stderr != *$'\e'* ]]
	run -1 --separate-stderr env NO_COLOR=1 "$ANYSOCK" connect --color=always tcp:127.0.0.1:1 </dev/null
	[[ $stderr == *$'\e'* ]]
}

@test "friendly: every JSON event has v, type and time" {
	needs command jq
	run -1 --separate-stderr anysock connect --json tcp:127.0.0.1:1 </dev/null
	[ -n "$stderr" ]
	jq -es 'all(has("v") and has("type") and has("time"))' <<<"$stderr"
}

@test "friendly: options stand at any place, with their values apart or joined" {
	ready_address listen --keep tcp:127.0.0.1:0 -- echo hello
	for line in "-q connect $address" "connect -q $address" "connect $address -q" "--connect-timeout 5s connect $address" \
		"connect --connect-timeout=5s $address" "$address --quiet"; do
		# shellcheck disable=SC2086 # words
		run -0 anysock $line </dev/null
		[ "$output" = hello ]
	done
}

@test "friendly: without HOME, or with one that cannot be written, all goes on" {
	for home in /nonexistent /proc; do
		HOME=$home run -0 anysock explain tcp:127.0.0.1:1
	done
	run -0 env -u HOME "$ANYSOCK" explain tcp:127.0.0.1:1
}
