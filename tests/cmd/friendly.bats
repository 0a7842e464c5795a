# SPDX-License-Identifier: GPL-2.0-or-later
# friendly.bats: errors that say where, what and how; old habits; streams that stay apart.
# shellcheck disable=SC2016,SC2086
load ../helpers

# refused WORDS... : a usage error of the shape "anysock: what", perhaps the text and its caret, perhaps a hint.
refused() {
	run -2 --separate-stderr timeout 10 "$ANYSOCK" "$@"
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == anysock:\ * ]]
	[ "${#stderr_lines[@]}" -le 4 ]
	run ! grep -nE '0x[0-9a-f]{6}|\(null\)|src/' <<<"$stderr"
}

@test "friendly: each of the 60 promises has a test, a check or a reason" {
	local row promise how what count=0
	while IFS=$'\t' read -r row promise how what; do
		[[ $row != \#* ]] || continue
		count=$((count + 1))
		[ "$row" = "$count" ] && [ -n "$promise" ]
		case $how in
		test) grep -rqFx --include='*.bats' "@test \"$what\" {" "$tree/tests" ;;
		lint) [ -x "$tree/tests/lint/$what" ] ;;
		make) grep -q "^$what:" "$tree/Makefile" ;;
		not) [ "${#what}" -ge 20 ] ;;
		*) false ;;
		esac || { echo "row $row: there is no $how \"$what\"" && false; }
	done <"$tree/tests/data/friendly.tsv"
	[ "$count" = 60 ]
}

@test "friendly: what is wrong in a spec is marked below it" {
	local spec count=0
	for spec in tcp:localhost:99999 'udp:[::1' unix: vsock:3 exec: tcp:a:b:c:d file: fd:x \
		tcp:127.0.0.1:80,linger=x unix:x,type=sream tcp:127.0.0.1:80,nodelya tcp:127.0.0.1:80,nodelay=maybe \
		'unix:"x' "tcp:127.0.0.1:80," tcp:127.0.0.1:80,=1 vsock:nobody:1 socket:tcp socket:inet:stream:tcp:0g \
		udp:localhost tcp: sctp:localhost: udplite:localhost:70000 mptcp:localhost: tpc:x qrtr:1:x can:vcan0,filter=x \
		unix:x,mode=9 unix:x,mode=rw file:x,seek=q tcp:127.0.0.1:80,retry=often dccp:localhost:1,service=12345678901 packet:lo:nothing \
		tcp:127.0.0.1:80,connect-timeout=soon exec:cat,pty=perhaps pidfd:x:1 tipc:service:x:1 bt-rfcomm:AA:BB:1 \
		alg:nothing:x tcp:127.0.0.1:80,frame=round icmp:127.0.0.1,type=seqpacket; do
		count=$((count + 1))
		refused connect "$spec"
		grep -qE '^ *\^~*$' <<<"$stderr" || { echo "$spec: no caret: $stderr" && false; }
	done
	[ "$count" -ge 40 ]
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
-e /bin/sh localhost 80|anysock tcp:localhost:80 -- /bin/sh
-c ls localhost 80|anysock tcp:localhost:80 -- sh -c 'ls'
-w 3 localhost 80|anysock tcp:localhost:80 --connect-timeout 3
-C localhost 25|anysock tcp:localhost:25 --crlf
-p 5000 -s ::1 h 80|anysock tcp:h:80,bind=[::1]:5000
-s 10.0.0.1 -l 80|anysock listen tcp:10.0.0.1:80
--listen --keep-open --sh-exec=cat 80|anysock listen --keep tcp:80 -- sh -c 'cat'
--listen --exec /bin/cat --broker -m 5 80|anysock listen tcp:80 --hub --max 5 -- /bin/cat
--udp --send-only localhost 53|anysock udp:localhost:53 -u
--vsock 3 80|anysock vsock:3:80
--ssl localhost 443|anysock - 'exec:ncat --ssl localhost 443'
-X 5 -x proxy:1080 host 80|anysock - 'exec:nc -X 5 -x proxy:1080 host 80'
END
}

@test "friendly: an option that nc or socat has and we have not is named, with what is done instead" {
	local line ours
	while IFS='|' read -r line ours; do
		# shellcheck disable=SC2086 # words
		refused $line
		[[ $stderr == *"no option"*"$ours"* ]] || { echo "$line: $stderr" && false; }
	done <<'END'
-T 5 - tcp:localhost:1|--idle-timeout 5s
-t 5 - tcp:localhost:1|--timeout 5s
-b 8192 - tcp:localhost:1|nothing to set
-d -d - tcp:localhost:1|-v
-V|anysock --version
-verbose tcp:localhost:1|-- PROGRAM
send udp:localhost:9 -hello|--message
END
	refused STDIN tcp:localhost:1
	[[ $stderr == *"socat's STDIN"*"fd:0"* ]]
}

@test "friendly: options alone are told what is missing, or wrong with them" {
	refused -v
	[[ $stderr == *"SPEC missing"* ]]
	refused --timeout tcp:localhost:1
	[[ $stderr == *'--timeout: "tcp:localhost:1" is not a duration'* ]]
	refused -- cat
	[[ $stderr == *"SPEC missing"* ]]
	run -0 --separate-stderr anysock -hh
	[[ $output == usage:*"commands:"* && -z $stderr ]]
}

@test "friendly: what is wrong with the command line is a JSON line too where --json is in it" {
	needs command jq
	local line
	for line in nonsense "tcp:a:1 --bogus" connect "-l 80" "" "--timeout soon tcp:a:1"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr anysock --json $line </dev/null
		jq -es 'length == 1 and .[0].v == 1 and .[0].error.kind == "usage"' <<<"$stderr" ||
			{ echo "$line: $stderr" && false; }
	done
	# but not where it is the program's
	run -2 --separate-stderr anysock tcp:a:1 --bogus -- program --json </dev/null
	[[ $stderr == "anysock: "* ]]
}

@test "friendly: an error in the command line has the colours that it asks for" {
	run -2 --separate-stderr anysock --color=always nonsense
	[[ $stderr == *$'\e'* ]]
	run -2 --separate-stderr env CLICOLOR_FORCE=1 "$ANYSOCK" --color=never nonsense
	[[ $stderr != *$'\e'* ]]
}

@test "friendly: an answer that cannot be written is an error, one that nobody reads any more is none" {
	local line
	for line in families --help --version help "resolve 127.0.0.1" "text:x -"; do
		# shellcheck disable=SC2086 # words
		run -1 bash -c "anysock $line >/dev/full"
		[[ $output == *"No space left on device"* ]] || { echo "$line: $output" && false; }
		run -1 bash -c "anysock $line >&-"
		[[ $output == *"Bad file descriptor"* ]] || { echo "$line: $output" && false; }
		run -0 bash -c "mkfifo '$BATS_TEST_TMPDIR/p' && exec 9<>'$BATS_TEST_TMPDIR/p' 8>'$BATS_TEST_TMPDIR/p' &&
			exec 9>&- && rm '$BATS_TEST_TMPDIR/p' && { anysock $line >&8; echo \$?; }"
		[ "$output" = 141 ] || { echo "$line: $output" && false; }
	done
}

@test "friendly: a URL, an address or a port without a family is answered with the spec that is meant" {
	local word meant
	while read -r word meant; do
		refused explain "$word"
		[[ $stderr == *"did you mean $meant"[?,]* ]] || { echo "$word: $stderr" && false; }
	done <<'END'
http://localhost/x tcp:localhost:http
https://example.org:8443/ tcp:example.org:8443
tcp://localhost:80 tcp:localhost:80
udp://127.0.0.1:53 udp:127.0.0.1:53
[::1]:80 tcp:[::1]:80
:80 tcp:localhost:80
80 tcp:localhost:80
END
	refused explain tcp:localhost:-1
	[[ $stderr == *'"-1" is not a number from 0 to 65535'* ]]
	refused explain tcp:localhost:1,bind=a:b:c
	[[ $stderr == *"bind: HOST, HOST:PORT or :PORT expected"* ]]
}

@test "friendly: of a bus that the kernel does not know the module is told, not how an interface is made" {
	local spec
	! anysock families can >/dev/null 2>&1 || skip "this kernel has CAN"
	for spec in can:vcan0 can-bcm:vcan0 isotp:vcan0:7E8:7E0 j1939:vcan0; do
		run -3 --separate-stderr anysock recv "$spec"
		[[ $stderr == *"modprobe can_"* || $stderr == *"it has no module can_"* ]]
		# nor does waiting help
		run -3 --separate-stderr anysock wait "$spec" --timeout "$patience"
		[[ $stderr == "anysock: can"*:vcan0*": can"*" sockets: Address family not supported"* ]]
	done
}

@test "friendly: an error names what it is about once" {
	local spec
	cd "$BATS_TEST_TMPDIR"
	echo data >full
	mkdir folder
	for spec in file:./none/x file:./folder file:./missing pipe:./full pipe:./none/x unix:./none fd:77 slcan:./none; do
		run -1 --separate-stderr anysock relay "$spec" - </dev/null
		[[ ${stderr_lines[0]} == "anysock: $spec"* ]]
		[ "$(grep -oF "${spec#*:}" <<<"${stderr_lines[0]}" | wc -l)" = 1 ] || { echo "$stderr" && false; }
	done
	for spec in file:./full ./full pty:./full; do
		run -1 --separate-stderr anysock relay text:x "$spec"
		[ "$(grep -oF "${spec#*:}" <<<"${stderr_lines[0]}" | wc -l)" = 1 ] || { echo "$stderr" && false; }
	done
	run -1 --separate-stderr anysock listen unix:./full
	[ "$(grep -oF ./full <<<"${stderr_lines[0]}" | wc -l)" = 1 ]
}

@test "friendly: commands are not abbreviated" {
	refused con tcp:127.0.0.1:1
	[[ $stderr == *'did you mean "connect"?'* ]]
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

@test "friendly: the value of an option is no spec, also where the command is left out" {
	local port
	start python -c 'import socket
s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)
while True: data, peer = s.recvfrom(99); s.sendto(data.upper(), peer)'
	wait_for test -s "$output_file"
	port=$(cat "$output_file")
	run -0 --separate-stderr bash -c 'printf hi | anysock "udp:127.0.0.1:$1" --replies 1' - "$port"
	[ "$output" = HI ]
	run -0 --separate-stderr bash -c 'printf hi | anysock --replies 1 "udp:127.0.0.1:$1"' - "$port"
	[ "$output" = HI ]
}

@test "friendly: what could not be opened is named by its spec, without its secrets" {
	local command
	for command in 'sockopt tcp:127.0.0.1:1' 'ioctl tcp:127.0.0.1:1 SIOCINQ' 'wait tcp:127.0.0.1:1 --timeout 0.1' \
		'send tcp:127.0.0.1:1 x' 'connect tcp:127.0.0.1:1'; do
		run --separate-stderr anysock $command </dev/null
		[[ $stderr = "anysock: tcp:127.0.0.1:1: "*"connect: Connection refused"* ]]
	done
	run -1 --separate-stderr anysock recvfd unix:./nobody
	[ "$stderr" = "anysock: unix:./nobody: connect: No such file or directory" ]
	run --separate-stderr anysock sendfd unix:./nobody alg:hash:nothing,key=hex:5ec4e7
	[[ $stderr != *5ec4e7* ]]
}

@test "friendly: without HOME, or with one that cannot be written, all goes on" {
	for home in /nonexistent /proc; do
		HOME=$home run -0 anysock explain tcp:127.0.0.1:1
	done
	run -0 env -u HOME "$ANYSOCK" explain tcp:127.0.0.1:1
}

@test "friendly: of 50 mistyped names the right one is offered first in 45" {
	local typo meant right=0 all=0
	while read -r typo meant; do
		all=$((all + 1))
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr timeout 10 "$ANYSOCK" ${typo//_/ }
		[ -z "$output" ]
		if [[ $stderr =~ did\ you\ mean\ \"?([^\"?,]*) ]] && [ "${BASH_REMATCH[1]}" = "$meant" ]; then
			right=$((right + 1))
		else
			echo "$typo: $stderr"
		fi
	done <"$tree/tests/data/typos.txt"
	[ "$all" = 50 ]
	[ "$right" -ge 45 ]
}

@test "friendly: what a missing privilege needs is said, in words that help" {
	needs root
	needs command setpriv
	local words hint all=0
	while IFS='|' read -r words hint; do
		all=$((all + 1))
		# shellcheck disable=SC2086 # words
		run --separate-stderr timeout 10 setpriv --bounding-set=-all --inh-caps=-all "$ANYSOCK" $words </dev/null
		[ "$status" = 3 ] || { echo "$words: status $status" && false; }
		[[ ${stderr_lines[0]} == anysock:\ *:\ *:\ * ]] && [[ ${stderr_lines[1]} == *hint:*$hint* ]] || {
			echo "$words: $stderr" && false
		}
	done <<'END'
connect packet:lo|CAP_NET_RAW
connect ip:127.0.0.1:253|CAP_NET_RAW
connect icmp:127.0.0.1,type=raw|CAP_NET_RAW
connect tun:x9|CAP_NET_ADMIN
connect tap:x9|CAP_NET_ADMIN
connect tcp:127.0.0.1:9,mark=3|CAP_NET_ADMIN
connect tcp:127.0.0.1:9,so-sndbufforce=1000000|CAP_NET_ADMIN
connect tcp:127.0.0.1:9,so-priority=7|CAP_NET_ADMIN
connect tcp:127.0.0.1:9,netns=/proc/1/ns/net|root
listen tcp:127.0.0.1:80|CAP_NET_BIND_SERVICE
connect tcp:127.0.0.1:9,bind=:80|CAP_NET_BIND_SERVICE
hostname foo|CAP_SYS_ADMIN
END
	[ "$all" -ge 10 ]
}

@test "friendly: colours by the option, NO_COLOR, CLICOLOR_FORCE, TERM and the terminal" {
	needs command script
	local line wanted setting got
	while read -r wanted where setting; do
		line="env -u NO_COLOR -u CLICOLOR_FORCE TERM=xterm ${setting:+$setting} $ANYSOCK tpc:x"
		[[ $setting != --* ]] || line="env -u NO_COLOR TERM=xterm $ANYSOCK $setting tpc:x"
		if [ "$where" = terminal ]; then
			got=$(script -qec "$line" /dev/null </dev/null) || true
		else
			# shellcheck disable=SC2086 # words
			got=$($line 2>&1) || true
		fi
		[[ $got == *tpc:x* ]]
		[[ $got == *$'\e['* ]] && got=yes || got=no
		[ "$got" = "$wanted" ] || { echo "$where $setting: $got" && false; }
	done <<END
yes terminal
no terminal NO_COLOR=1
yes terminal NO_COLOR=
no terminal TERM=dumb
no terminal --color=never
no pipe
yes pipe --color=always
yes pipe CLICOLOR_FORCE=1
no pipe CLICOLOR_FORCE=0
END
}

@test "friendly: a terminal that is read from is said to be, where a prompt would be missed" {
	needs command script
	run -0 timeout 20 script -qec "$ANYSOCK send udp:127.0.0.1:9" /dev/null < <(printf '\004')
	[[ $output == *"reading from the terminal; Ctrl-D ends it"* ]]
	run -0 --separate-stderr anysock send udp:127.0.0.1:9 </dev/null
	[ -z "$stderr" ]
}

@test "friendly: a listener says where it listens, and nothing with -q" {
	run -4 --separate-stderr anysock listen --accept-timeout 50ms tcp:127.0.0.1:0
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == "anysock: listening on tcp:127.0.0.1:"* ]]
	run -4 --separate-stderr anysock listen -q --accept-timeout 50ms tcp:127.0.0.1:0
	[[ $stderr != *listening* ]]
}

@test "friendly: with all that can be told switched on, standard output is the data alone" {
	head -c 100000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
	ready_address listen --keep tcp:127.0.0.1:0 -- cat
	"$ANYSOCK" -vv -x --stats --progress=plain connect "$address" <"$BATS_TEST_TMPDIR/data" \
		>"$BATS_TEST_TMPDIR/got" 2>"$BATS_TEST_TMPDIR/told"
	cmp "$BATS_TEST_TMPDIR/data" "$BATS_TEST_TMPDIR/got"
	[ -s "$BATS_TEST_TMPDIR/told" ]
	run ! grep -q $'\e' "$BATS_TEST_TMPDIR/told"
}

@test "friendly: every answer with --json is JSON lines" {
	needs command jq
	local line
	while read -r line; do
		# shellcheck disable=SC2086 # words
		"$ANYSOCK" --json $line </dev/null >"$BATS_TEST_TMPDIR/answer"
		[ -s "$BATS_TEST_TMPDIR/answer" ]
		# one value a line, and nothing else in it
		[ "$(wc -l <"$BATS_TEST_TMPDIR/answer")" = "$(jq -c . "$BATS_TEST_TMPDIR/answer" | wc -l)" ]
	done <<'END'
--version
families tcp udp
explain tcp:127.0.0.1:80,nodelay
interfaces lo
resolve 127.0.0.1 80
resolve --protocol udp
sockopt tcp so-rcvbuf
ioctl udp SIOCGIFMTU lo
hostname
END
}

@test "friendly: tables are a record a line without borders, to a pipe as to a terminal" {
	needs command script
	run -0 anysock families tcp udp unix
	[[ $output == $'tcp '* ]]
	[ "$output" = "$(script -qec "$ANYSOCK families tcp udp unix" /dev/null </dev/null | tr -d '\r')" ]
	run ! grep -qE '[|+]--|[─│]' <<<"$output"
}

@test "friendly: exit statuses are those of the table" {
	ready_address listen --keep tcp:127.0.0.1:0 -- sh -c 'exit 0'
	run -0 anysock "$address" </dev/null
	run -1 anysock tcp:127.0.0.1:1 </dev/null
	run -2 anysock tcp:127.0.0.1 </dev/null
	run -3 anysock connect socket:200:stream:0:00 </dev/null
	run -4 anysock wait --timeout 50ms tcp:127.0.0.1:1
	run -7 anysock "$address" -- sh -c 'exit 7'
	start "$ANYSOCK" listen tcp:127.0.0.1:0
	wait_for grep -q listening "$error_file"
	kill -TERM "$pid"
	status_of "$pid"
	[ "$status" = 143 ]
	# by the signal itself, not by a number that looks like it
	run -0 python - "$ANYSOCK" <<'END'
import signal, subprocess, sys
p = subprocess.Popen([sys.argv[1], "listen", "tcp:127.0.0.1:0"], stderr=subprocess.PIPE)
p.stderr.readline()
p.send_signal(signal.SIGINT)
print(p.wait() == -signal.SIGINT)
END
	[ "$output" = True ]
}

@test "friendly: nothing is sent, written or asked of the network but what was named" {
	needs command strace
	local line
	mkdir "$BATS_TEST_TMPDIR/home"
	while read -r line; do
		# shellcheck disable=SC2086 # words
		HOME=$BATS_TEST_TMPDIR/home strace -f -o "$BATS_TEST_TMPDIR/calls" -e trace=%net,openat,mkdir "$ANYSOCK" $line \
			>/dev/null 2>&1 </dev/null || true
		[ -s "$BATS_TEST_TMPDIR/calls" ]
		# but for what a build that counts what is run writes of it
		run ! grep -E 'socket\(|O_CREAT|mkdir' <(grep -v '\.gcda"' "$BATS_TEST_TMPDIR/calls")
	done <<'END'
--help
--version
help tcp
explain tcp:example.org:80
connect tcp:127.0.0.1:99999
nonsense
END
	[ -z "$(find "$BATS_TEST_TMPDIR/home" -mindepth 1)" ]
}

@test "friendly: every locale has the same words and numbers" {
	local here=$output locale
	for locale in C C.UTF-8 tr_TR.UTF-8 ja_JP.eucJP; do
		run -1 --separate-stderr env LC_ALL="$locale" "$ANYSOCK" --json connect tcp:127.0.0.1:1 </dev/null
		[[ $stderr == *"Connection refused"* ]]
		run -0 env LC_ALL="$locale" LANGUAGE=tr "$ANYSOCK" help interfaces
		[ -z "$here" ] || [ "$output" = "$here" ]
		here=$output
	done
}

@test "friendly: a letter has a long name, and usual names mean what they mean elsewhere" {
	run -0 anysock help --table
	awk -F'\t' '
	($1 == "global" || $1 == "option") && $0 ~ /letter=/ && !/letter=[A-Za-z0-9]/ { exit 1 }
	$1 == "global" && /letter=/ {
		match($0, /letter=./)
		name[substr($0, RSTART + 7, 1)] = $2 != "" ? $2 : $3
	}
	END {
		split("h help q quiet v verbose x hexdump 4 ipv4 6 ipv6", usual, " ")
		for (i = 1; i in usual; i += 2)
			if (name[usual[i]] != usual[i + 1]) {
				print "-" usual[i] " is " name[usual[i]]
				bad = 1
			}
		exit bad
	}' <<<"$output"
	for word in version json timeout color format; do
		grep -qP "^global\t+$word\t" <<<"$output"
	done
}

@test "friendly: every variable of the environment that the program reads has its line of help" {
	local name
	run -0 anysock help environment
	while read -r name; do
		[ "$name" = LISTEN_PID ] || [ "$name" = LISTEN_FDNAMES ] || grep -qw "$name" <<<"$output" || {
			echo "$name is not in help environment" && false
		}
	done < <(grep -rhoE 'getenv\("[A-Z_]*"' "$tree/src" | cut -d '"' -f 2 | sort -u)
}

@test "friendly: every option of a command is in its help, the manual page and the completions" {
	local command name
	while IFS=$'\t' read -r command name; do
		grep -q -- "--$name" <("$ANYSOCK" help "$command") || { echo "help $command: --$name" && false; }
		grep -qE -- "Fl .*-${name}( |$)" "$tree/man/anysock.1" || { echo "anysock.1: --$name" && false; }
		grep -q -- "$name" "$tree/completions/anysock.bash" || { echo "completions: --$name" && false; }
	done < <("$ANYSOCK" help --table | awk -F'\t' '$1 == "option" { print $2 "\t" $3 }')
}

@test "friendly: --version has the number first, then what this build can" {
	run -0 anysock --version
	[[ ${lines[0]} =~ ^anysock\ [0-9]+\.[0-9]+\.[0-9]+ ]]
	[[ ${lines[1]} == features:* ]]
	[[ ${lines[2]} == families:*tcp*unix* ]]
	[ "${lines[0]}" = "anysock $(cat "$tree/VERSION")" ]
}

@test "friendly: what may change and what may not is said, and how long things may take" {
	run -0 anysock help stability
	for word in JSON Statuses Specs Options Formats; do grep -qx "  $word" <<<"$output"; done
	run -0 anysock help time-limits
	for word in connect accept idle; do grep -qx "  --$word-timeout" <<<"$output"; done
}

@test "friendly: sizes are bytes in JSON, and KiB and MiB for people" {
	head -c 3M /dev/zero >"$BATS_TEST_TMPDIR/data"
	ready_address listen --keep tcp:127.0.0.1:0 -- sh -c 'cat >/dev/null'
	run -0 --separate-stderr anysock --stats connect "$address" <"$BATS_TEST_TMPDIR/data"
	[[ $stderr == *"3.0 MiB"* ]]
	run -0 --separate-stderr anysock --stats --json connect "$address" <"$BATS_TEST_TMPDIR/data"
	[[ $stderr == *3145728* ]] && [[ $stderr != *MiB* ]]
}

@test "friendly: without a terminal nothing is asked, and nothing waits for an answer" {
	echo old >"$BATS_TEST_TMPDIR/file"
	run -1 --separate-stderr timeout 5 "$ANYSOCK" relay - "file:$BATS_TEST_TMPDIR/file" <<<new
	[[ $stderr != *\?* ]]
	[ "$(cat "$BATS_TEST_TMPDIR/file")" = old ]
	run ! grep -rnE 'getpass|readpassphrase|\[y/n\]' "$tree/src"
}
