# SPDX-License-Identifier: GPL-2.0-or-later
# usage.bats: words, options and their values that no command takes: status 2, what is wrong, and nothing done.
# shellcheck disable=SC2154
load ../helpers

@test "usage: what a command does not take is told by name, on standard error alone, and nothing is opened" {
	local line what words count=0
	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here"
	while IFS='|' read -r line what; do
		count=$((count + 1))
		read -r -a words <<<"$line"
		run --separate-stderr timeout "$patience" "$ANYSOCK" "${words[@]}" </dev/null
		[[ $status = 2 && -z $output && ${stderr_lines[0]} = "anysock: $what"* && $stderr != *"listening on"* ]] ||
			{ printf '%s\n%s\n%s\n' "$line" "$status" "$output$stderr" && false; }
	done <<-'END'
		connect|connect: SPEC missing
		connect tcp:h:1 tcp:h:2|connect: "tcp:h:2" is one word too many
		connect tcp:h:1 --|connect: a program is missing behind "--"
		connect --timeout|connect: --timeout needs a value
		connect --timeout 5 --timeout 6 tcp:127.0.0.1:1|--timeout is given twice
		connect tcp:127.0.0.1:1 --timeout soon|--timeout: "soon" is not a duration
		connect tcp:127.0.0.1:1 --rate x|--rate: "x" is not a size
		connect tcp:127.0.0.1:1 --eof never|--eof: "never" is not one of wait, half, close
		connect tcp:127.0.0.1:1 --pump nosuch|--pump: there is no pump "nosuch"
		connect tcp:127.0.0.1:1 --checksum nosuch|--checksum: "nosuch" is not one of
		connect tcp:127.0.0.1:1 --color maybe|--color: "maybe" is not one of auto, always, never
		connect tcp:127.0.0.1:1 --nosuch|connect: there is no option "--nosuch"
		connect tcp:127.0.0.1:1 -Z|connect: there is no option "-Z"
		connect tcp:127.0.0.1:1 -u -U|-u and -U exclude each other
		connect tcp:127.0.0.1:1 -4 -6|-4 and -6 exclude each other
		resolve localhost -6 -4|-4 and -6 exclude each other
		send udp:127.0.0.1:9 x --lf --crlf|--crlf and --lf exclude each other
		relay text:x file:x --max 3|--max: nothing listens here
		relay text:x file:x --max-per-source 3|--max-per-source: nothing listens here
		relay text:x file:x --tee t --tee-back t|--tee and --tee-back: a file for each
		recv tcp:127.0.0.1:1 -U|-U: nothing would pass
		connect tcp:127.0.0.1:1 --until (|--until: "(" and then: missing closing parenthesis
		connect udp:127.0.0.1:1 --read-bytes 5|--read-bytes: messages are not measured but counted
		connect tcp:127.0.0.1:1 --replies 2|--replies
		connect tcp:127.0.0.1:1 --record-files 3|--record-files: nothing is recorded without --record
		connect tcp:127.0.0.1:1 --record-size 1M|--record-size: nothing is recorded without --record
		listen tcp:127.0.0.1:0 --max 0|--max: "0" is not a number from 1 to
		listen tcp:127.0.0.1:0 --ready-fd x|--ready-fd: "x" is not a number
		listen tcp:127.0.0.1:0 --ready-fd 99|--ready-fd: there is no descriptor 99 here
		listen --keep tcp:127.0.0.1:0 --record-time 1m|--record-time: nothing is recorded without --record
		relay|relay: A missing
		relay tcp:h:1|relay: B missing
		send|send: SPEC missing
		send udp:127.0.0.1:9 --format nosuch x|--format: no format is called "nosuch"
		send udp:127.0.0.1:9 --replies x|--replies: "x" is not a number from 1 to
		recv udp:127.0.0.1:9 --count 0|--count: "0" is not a number from 1 to
		recv udp:127.0.0.1:9 --for x|--for: "x" is not a duration
		recv udp:127.0.0.1:9 --for 1 --deadline 2|--deadline is given twice
		recv udp:127.0.0.1:9 -n x|--count: "x" is not a number
		replay --speed x FILE udp:127.0.0.1:9|--speed: "x" is not how many times (as in 2, 0.5)
		replay --speed 2ms FILE udp:127.0.0.1:9|--speed: "2ms" is not how many times
		recv udp:127.0.0.1:9 --count -1|--count: "-1" is not a number from 1 to
		recv udp:127.0.0.1:9|nothing can come: that is the peer
		recv udplite4:127.0.0.1:9|nothing can come: that is the peer
		send tcp-listen:127.0.0.1:0 x|what listens waits for others
		send udp-listen:127.0.0.1:0 x|what listens waits for others
		replay /dev/null tcp-listen:127.0.0.1:0|what listens waits for others
		replay|replay: FILE missing
		sendfd unix:x|sendfd: SPEC missing
		recvfd|recvfd: SOCKET missing
		pair|two programs expected
		pair -- cat|two programs expected
		pair --type bogus -- cat -- cat|--type: "bogus" is not one of stream, dgram, seqpacket, rdm
		ioctl|ioctl: SPEC and REQUEST are needed
		ioctl udp nosuch|ioctl: there is no request "nosuch"
		ioctl --type bogus udp SIOCGIFCONF|--type: "bogus" is none of the socket types
		sockopt|sockopt: SPEC is missing
		sockopt --type bogus udp|--type: "bogus" is none of the socket types
		resolve|resolve: HOST missing
		resolve --reverse ::1 x|resolve: port: "x" is not a number from 0 to 65535
		hostname a b|hostname: "b" is one word too many
		families nosuch|families: there is no family "nosuch"
		families tcp -- cat|families: takes no program behind "--"
		explain|explain: SPEC missing
		explain tcp:h:1 -- cat|explain: takes no program behind "--"
		scan|scan: SPEC missing
		scan tcp-listen:1|tcp-listen:1: what listens cannot be scanned
		scan tcp:127.0.0.1:5-1|the range ends before it begins
		wait|wait: SPEC missing
		wait tcp-listen:1|tcp-listen:1: what listens waits for others by itself
		wait udp:127.0.0.1:9|udp:127.0.0.1:9: nobody can tell whether anyone is there without an answer
		shell --jobs x|--jobs: "x" is not a number from 1 to 1000
		shell --junit|shell: --junit needs a value
		help nosuch|help: there is nothing called "nosuch"
		nosuchcommand|there is no command "nosuchcommand"
		nosuch:1|unknown family "nosuch"
	END
	[ "$count" = 76 ]
	# nor did any of them leave a file behind
	[ -z "$(ls -A)" ]
}

@test "usage: an option that would do nothing for an address is refused at its place, not ignored" {
	local spec what
	while read -r spec what; do
		run -2 --separate-stderr "$ANYSOCK" explain "$spec"
		[[ ${stderr_lines[0]} = "anysock: $what" && ${stderr_lines[2]} =~ ^\ *\^ ]] || { echo "$spec: $stderr" && false; }
	done <<-'END'
		text:x,netns=n netns is for sockets and interfaces that are made
		exec:cat,interface=lo interface is for sockets that are made
		file:x,type=dgram type is for sockets
		fd:0,bind=127.0.0.1 bind is for sockets that are made
		tcp:127.0.0.1:1,mode=600 mode is for paths that are made
		tcp:127.0.0.1:1,unlink-early unlink-early is for paths that are made
		vsock:3:1,user=root user is for paths and interfaces that are made
		tcp:127.0.0.1:1,keep keep is for what listens
		tcp:127.0.0.1:1,backlog=5 backlog is for what listens
		udp:127.0.0.1:1,frame=line frame is for streams
		udp:127.0.0.1:1,telnet telnet is for streams
		unix:x,type=seqpacket,crlf crlf is for streams
	END
	# and taken where it does something
	for spec in tun:x,user=root,netns=n file:x,mode=600,user=root unix:x,unlink-early,mode=600 pipe:x,mode=600 pty:x,group=0 \
		tcp-listen:127.0.0.1:1,keep,backlog=5 tcp:127.0.0.1:1,netns=n,interface=lo,bind=127.0.0.1 fd:0,type=dgram; do
		run -0 "$ANYSOCK" explain "$spec"
	done
}

@test "usage: a protocol is given by its number or its name" {
	run -0 "$ANYSOCK" explain tcp:127.0.0.1:1,protocol=mptcp
	[[ $output == *"socket(AF_INET, "*", IPPROTO_MPTCP)"* ]]
	run -0 "$ANYSOCK" explain tcp:127.0.0.1:1,protocol=262
	[[ $output == *"socket(AF_INET, "*", IPPROTO_MPTCP)"* ]]
	run -2 "$ANYSOCK" explain tcp:127.0.0.1:1,protocol=nosuch
	[[ $output == *'protocol: "nosuch" is neither a number nor the name of a protocol'* ]]
}

@test "usage: the pairs of a family that the kernel has not, and of a type that it has not, are told with what helps" {
	run "$ANYSOCK" pair --type rdm -- cat -- cat
	[ "$status" = 3 ]
	[[ $output == *"these sockets have no pairs of that type"* ]]
	if ! "$ANYSOCK" families tipc >/dev/null 2>&1; then
		run -3 "$ANYSOCK" pair --family tipc -- cat -- cat
		[[ $output == *"modprobe tipc"* ]]
	fi
}

@test "usage: a wait that is in vain, or over at once, is told in words and in JSON" {
	run -4 --separate-stderr "$ANYSOCK" wait tcp:127.0.0.1:1 --timeout 0.2
	[ "$stderr" = "anysock: tcp:127.0.0.1:1: not there after 0.2 s: connect: Connection refused" ]
	run -4 --separate-stderr "$ANYSOCK" wait tcp:127.0.0.1:1 --timeout 0.2 --json
	jq -es '.[-1] | .type == "error" and .spec == "tcp:127.0.0.1:1" and .error.kind == "timeout" and .error.errno == "ECONNREFUSED" and .seconds >= 0.2' \
		<<<"$stderr$output"
	run -0 --separate-stderr "$ANYSOCK" wait --gone tcp:127.0.0.1:1 -v
	[[ $stderr == "anysock: tcp:127.0.0.1:1 is gone after 0."* ]]
}
