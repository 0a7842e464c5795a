# SPDX-License-Identifier: GPL-2.0-or-later
# manual.bats: the lines that anysock(1) shows, run as they stand there; and every line of every page has such a test.
# shellcheck disable=SC2154,SC2016
load ../manual

# words_run: the words by which tests pick the lines that they run.
words_run() {
	grep -rhoE --include='*manual*.bats' '(example|_line|line_with) ("[^"]*"|'"'[^']*'"')' "$tree/tests" |
		sed -E "s/^[a-z_]* .//; s/.\$//"
}

@test "manual: every line of every page is run by a test" {
	local page family one words missing=0
	words_run >"$BATS_TEST_TMPDIR/words"
	cut -f 1 "$tree/tests/data/examples-elsewhere.tsv" >"$BATS_TEST_TMPDIR/elsewhere"
	for page in "$tree"/man/*.[1-9]; do
		# some families have a test that reads its page and leaves no line out
		family=${page##*/anysock-} family=${family%.*}
		! grep -rqF --include='*.ba[ts][sh]*' "/man/family/$family.mdoc" "$tree/tests/family" || continue
		while IFS= read -r one; do
			! grep -qxF -e "$one" "$BATS_TEST_TMPDIR/elsewhere" || continue
			while IFS= read -r words; do
				[[ $one != *"$words"* ]] || continue 2
			done <"$BATS_TEST_TMPDIR/words"
			echo "${page##*/}: nobody runs: $one"
			missing=1
		done < <(lines_of "$page")
	done
	[ "$missing" = 0 ]
}

@test "manual: what is tested in other words has such a test, and is still in a page" {
	local line title
	while IFS=$'\t' read -r line title; do
		[[ $line != \#* ]] || continue
		grep -rqFx --include='*.bats' "@test \"$title\" {" "$tree/tests" || { echo "no test: $title" && false; }
		lines_of "$tree"/man/*.[1-9] | grep -qxF -e "$line" || { echo "in no page: $line" && false; }
	done <"$tree/tests/data/examples-elsewhere.tsv"
}

@test "manual: every page has five lines" {
	local page count
	for page in "$tree"/man/*.[17]; do
		count=$(lines_of "$page" | wc -l)
		[ "$count" -ge 5 ] || { echo "${page##*/} has $count" && false; }
	done
}

@test "manual: a web server, a UNIX socket and a program" {
	stage
	begin /usr/bin/python3 -m http.server 8080 --bind 127.0.0.1
	begin /usr/bin/python3 -m http.server 80 --bind 127.0.0.1
	wait_for listens 127.0.0.1:8080
	wait_for listens 127.0.0.1:80
	run_line "| anysock tcp:localhost:8080" "200 OK"
	run_line "| anysock connect tcp:localhost:8080" "200 OK"
	printf 'GET / HTTP/1.0\r\n\r\n' >"$here/request"
	run_line "connect tcp:localhost:8080,connect-timeout=2s" "200 OK"
	touch "$here/health"
	run_line "anysock wait tcp:localhost:80"
	run_line "sockopt tcp:localhost:80 tcp-info" established
	run_line "shell -c 'open c tcp:localhost:80"
	echo_at UNIX-LISTEN:/run/app.sock
	wait_for listens -x /run/app.sock
	run_line "anysock unix:/run/app.sock < request" "GET /"
	printf '%s\n' '#!/bin/sh' 'echo hi; read -r answer; echo "$answer" >got' >"$here/client"
	chmod +x "$here/client"
	run_line "connect unix:/run/app.sock -- ./client"
	[ "$(cat "$here/got")" = hi ]
}

@test "manual: a program for each connection, uploads" {
	stage
	printf '%s\n' '#!/bin/sh' 'read -r x; echo "got $x"' >"$here/handler"
	chmod +x "$here/handler"
	start_line "listen --keep tcp::7777 -- ./handler"
	wait_for listens :7777
	[ "$(on_stage nc -N 127.0.0.1 7777 <<<hi)" = "got hi" ]
	start_line "listen tcp::8080 > upload.bin"
	wait_for listens :8080
	on_stage nc -N 127.0.0.1 8080 <<<uploaded
	status_of "$pid"
	[ "$(cat "$here/upload.bin")" = uploaded ]
	start_line "recv udp-listen:127.0.0.1:9000 --count 10"
	wait_for listens -u 127.0.0.1:9000
	on_stage bash -c 'for i in 1 2 3 4 5 6 7 8 9 10; do echo "$i" >/dev/udp/127.0.0.1/9000; done'
	status_of "$pid"
	[ "$(wc -l <"$output_file")" = 10 ]
	begin socat -u UDP-RECV:514 OPEN:log,creat
	wait_for listens -u :514
	run_line "anysock send udp:localhost:514"
	wait_for grep -qx '<13>hello' "$here/log"
	begin socat UDP-RECVFROM:5000,fork EXEC:rev
	wait_for listens -u :5000
	on_stage "$ANYSOCK" send udp:localhost:5000 ask --replies 1 --record requests.pcapng
	run_line "replay requests.pcapng udp:localhost:5000"
	grep -qa ask "$here/answers.pcapng"
}

@test "manual: a UNIX socket as a port" {
	stage
	echo_at UNIX-LISTEN:/run/postgresql/.s.PGSQL.5432
	start_line "relay tcp-listen:5432 unix:/run/postgresql"
	wait_for listens :5432
	[ "$(on_stage nc -N 127.0.0.1 5432 <<<select)" = select ]
	echo_at UNIX-LISTEN:/run/app.sock
	printf '%s\n' '#!/bin/sh' 'echo ran' >"$here/run-tests"
	chmod +x "$here/run-tests"
	run_line "anysock wait tcp:db:5432 unix:/run/app.sock" ran
}

@test "manual: what is known of families, names and interfaces" {
	stage
	run_line "explain 'tcp:[fe80::1%lo]:80'" sin6_scope_id
	run_line "explain --json unix:@name" '"family":"unix"'
	run_line "explain 'tcp:[::1]:80,nodelay'" nodelay
	run_line "explain --listen unix:@control" listen
	run_line "explain 'udp-bind::5000,join" join
	run_line "exec:'printf" "printf %s hello"
	run_line "explain 'unix:" /run/a:b
	run_line "anysock families" vsock
	run_line "anysock hostname" "$(uname -n)"
	run_line "anysock interfaces" eth1
	run_line "anysock families ipv6" dual-stack
	run_line "families tcp:stream" yes
	run_line "anysock help relay" "usage: anysock relay"
	run_line "anysock help tcp" tcp
	run_line "anysock hostname newname"
	run_line "anysock hostname --fqdn" newname.example
	[ "$(on_stage uname -n)" = newname ]
	run_line "interfaces lo --json" '"name":"lo"'
	run_line "interfaces 2 --names"
	run_line "ioctl udp SIOCGIFMTU lo" 65536
	run_line "ioctl udp SIOCSIFMTU eth0 1400" 1400
	[[ $(on_stage ip link show eth0) == *"mtu 1400"* ]]
	run_line "ioctl --list bt-hci" HCIGETDEVLIST
	run_line "resolve localhost http" 127.0.0.1:80
	run_line "resolve --all --json example.org" 127.0.0.1
	run_line "resolve --flags canonname" 127.0.0.1
	run_line "resolve --reverse 127.0.0.1 80" localhost
	run_line "resolve --service 443/tcp" https
	run_line "resolve --protocol sctp" 132
	run_line "sockopt udp so-rcvbuf=1M" so-rcvbuf
	run_line "sockopt netlink SOL_NETLINK:9" memberships
	run_line "sockopt --list can" can-raw
	line_with "families can vsock" && on_stage bash -c "$line" || [ "$?" = 77 ]
	line_with "ioctl fd:0 TIOCGWINSZ"
	[[ $(script -qec "$line" /dev/null) == *rows* ]]
	line_with "ioctl fd:3 0x541B"
	[[ $(exec 3< <(printf abc) && wait $! && bash -c "$line") == *03000000* ]]
}

@test "manual: ports, sockets and files that others hold" {
	stage
	begin /usr/bin/python3 -m http.server 8080 --bind 127.0.0.1
	wait_for listens 127.0.0.1:8080
	run_line "scan tcp:localhost:22+80" 8080
	echo_at UNIX-LISTEN:/run/app.sock
	wait_for listens -x /run/app.sock
	run_line "scan unix:/run" /run/app.sock
	line_with "sockopt fd:3 keepalive=on"
	[[ $(on_stage bash -c "exec 3<>/dev/tcp/127.0.0.1/8080; $line") == *keepalive* ]]
}

@test "manual: two programs joined" {
	stage
	printf '%s\n' '#!/bin/sh' 'dd bs=99 count=1 2>/dev/null >>got; echo pong' >"$here/server"
	printf '%s\n' '#!/bin/sh' 'echo ping; dd bs=99 count=1 2>/dev/null >>got' >"$here/client"
	cp "$here/server" "$here/left"
	cp "$here/client" "$here/right"
	chmod +x "$here/server" "$here/client" "$here/left" "$here/right"
	run_line "pair -- ./server -- ./client"
	run_line "pair --type seqpacket"
	[ "$(tr '\n' ' ' <"$here/got")" = "ping pong ping pong " ]
}

@test "manual: descriptors handed over" {
	stage
	start_line "recvfd unix-listen:/run/hand.sock,peer-uid=root"
	wait_for listens -x /run/hand.sock
	on_stage "$ANYSOCK" sendfd unix:/run/hand.sock file:request
	status_of "$pid"
	grep -q request "$output_file"
	echo_at TCP-LISTEN:80
	wait_for listens :80
	begin "$ANYSOCK" sendfd unix-listen:./proxy.sock tcp:localhost:80
	wait_for listens -x proxy.sock
	run_line "recvfd --join unix:./proxy.sock"
	begin "$ANYSOCK" recvfd unix-listen:/run/app.sock
	wait_for listens -x /run/app.sock
	: | on_stage tee /var/log/app.log
	run_line "sendfd unix:/run/app.sock tcp-listen:8080 file:/var/log/app.log"
	status_of "$pid"
	grep -q /var/log/app.log "$output_file"
	printf '%s\n' '#!/bin/sh' 'echo "$LISTEN_FDS"' >"$here/server"
	chmod +x "$here/server"
	start_line "recvfd unix-listen:./app.sock -- ./server"
	wait_for listens -x app.sock
	on_stage "$ANYSOCK" sendfd unix:./app.sock file:request
	status_of "$pid"
	[ "$(cat "$output_file")" = 1 ]
}
