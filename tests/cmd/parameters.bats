# SPDX-License-Identifier: GPL-2.0-or-later
# parameters.bats: every field and option of every family refuses what it cannot be, and marks it; nothing is opened.
# shellcheck disable=SC2154
load ../helpers

# bases: a family and a spec of it that explain takes.
bases() {
	cat <<-'END'
		alg alg:skcipher:cbc(aes),op=encrypt
		bt bt:hci0
		bt-hci bt-hci:hci0
		bt-l2cap bt-l2cap:00:11:22:33:44:55:4097
		bt-rfcomm bt-rfcomm:00:11:22:33:44:55:1
		bt-sco bt-sco:00:11:22:33:44:55
		can can:vcan0
		can-bcm can-bcm:vcan0
		can-generator can-generator
		can-isotp can-isotp:vcan0:7E8:7E0
		can-j1939 can-j1939:vcan0:0:0x12300:0x20
		cannelloni cannelloni:127.0.0.1:9
		dccp dccp:127.0.0.1:9
		exec exec:cat
		fd fd:0
		file file:x
		hyperv hyperv:parent:0000000a-facb-11e6-bd58-64006a7986d3
		icmp icmp:127.0.0.1
		ip ip:127.0.0.1:200
		mptcp mptcp:127.0.0.1:9
		netlink netlink:route
		packet packet:lo
		pidfd pidfd:1:0
		pipe pipe:
		pty pty:
		qrtr qrtr:1:5
		rds rds:127.0.0.1:9
		sctp sctp:127.0.0.1:9
		slcan slcan:/dev/null
		socket socket:inet:stream:0:00
		socketcand socketcand:127.0.0.1:9
		stdio -
		tap tap:
		tcp tcp:127.0.0.1:9
		text text:x
		tipc tipc:service:1000:1
		tun tun:
		udp udp:127.0.0.1:9
		udplite udplite:127.0.0.1:9
		unix unix:x
		vsock vsock:3:5000
	END
}

# is_free NAME: any text may stand there as far as one can know before it is opened: paths, names of interfaces and hosts, bytes.
is_free() {
	[[ " scope unicast-if multicast-if to pty link claim-cache bus iv key keyring tag " == *" $1 "* ]]
}

@test "parameters: a value that no option of a family can have is marked, whatever the family and the kernel" {
	local family base name table one all count=0
	table=$("$ANYSOCK" help --table)
	# by one shell, since a program that starts costs much in the lab
	while read -r family base; do
		printf 'explain %s as x\n' "$base"
		while read -r name; do
			is_free "$name" || printf 'log "== %s"\ntry explain %s,%s=,,bad~value\n' "$family $name" "$base" "$name"
		done < <(awk -F'\t' -v family="$family" '$1 == "parameter" && $2 == family { print $3 }' <<<"$table")
	done < <(bases | sed 's/^stdio -/stdio stdio/') >"$BATS_TEST_TMPDIR/script.as"
	run -0 timeout $((3 * patience)) "$ANYSOCK" shell "$BATS_TEST_TMPDIR/script.as"
	all=$'\n'$output
	while IFS= read -r -d $'\1' one; do
		[ -n "$one" ] || continue
		count=$((count + 1))
		name=${one%%$'\n'*} name=${name##* }
		marks "${one#*$'\n'}"
		# a secret is marked where it stood; an option that takes a field's place is marked with that field
		[[ $mark =~ ^(,,bad~value|\*+|$name|1)$ ]] || { printf '%s\n' "$one" && false; }
	done <<<"${all//$'\n== '/$'\1'}"$'\1'
	[ "$count" -ge 300 ]
}

@test "parameters: what is wrong with standard input's own options is marked where it was typed" {
	local spec command words
	for spec in -,cs=9 -,speed=fast -,raw=perhaps; do
		for command in explain connect "relay tcp:127.0.0.1:1" "send --format hex"; do
			read -r -a words <<<"$command"
			run -2 --separate-stderr "$ANYSOCK" "${words[@]}" "$spec" </dev/null
			marks "$stderr"
			[[ ${stderr_lines[1]} = "  stdio${spec#-}" && $mark = "${spec##*=}" ]] || { printf '%s\n%s\n' "$command" "$stderr" && false; }
		done
	done
}
