# SPDX-License-Identifier: GPL-2.0-or-later
# manual.bats: the lines that the pages of families show, run as they stand there; more of them are in *-manual.bats, and
# those that need a lab in tests/data/examples-elsewhere.tsv.
# shellcheck disable=SC2154,SC2016
load ../manual

setup() {
	stage
}

@test "manual: tcp" {
	begin socat TCP-LISTEN:22,reuseaddr SYSTEM:'echo SSH-2.0'
	wait_for listens :22
	run_line "anysock tcp:localhost:22" SSH-2.0
	start_line "listen tcp:127.0.0.1:0 > received"
	wait_for grep -q "listening on tcp:127.0.0.1:" "$error_file"
	on_stage nc -N 127.0.0.1 "$(sed -n 's/.*127.0.0.1://p' "$error_file")" <<<sent
	status_of "$pid"
	[ "$(cat "$here/received")" = sent ]
	start_line "listen --keep tcp::7777 -- cat"
	wait_for listens :7777
	[ "$(on_stage nc -N 127.0.0.1 7777 <<<hi)" = hi ]
	echo_at TCP6-LISTEN:80
	start_line "relay tcp-listen:127.0.0.1:8080 'tcp:[::1]:80'"
	wait_for listens 127.0.0.1:8080
	wait_for listens :80
	[ "$(on_stage nc -N 127.0.0.1 8080 <<<hi)" = hi ]
}

@test "manual: mptcp" {
	start_line "listen --keep mptcp::7777 -- cat"
	wait_for listens :7777
	[ "$(on_stage nc -N 127.0.0.1 7777 <<<hi)" = hi ]
	stop "$pid"
	start_line "listen mptcp::7777 > received"
	wait_for listens :7777
	on_stage nc -N 127.0.0.1 7777 <<<sent
	status_of "$pid"
	[ "$(cat "$here/received")" = sent ]
	echo_at TCP-LISTEN:8080,bind=127.0.0.9
	wait_for listens 127.0.0.9:8080
	run_line "anysock -v mptcp:server:8080" request
	run_line "connect mptcp4:server:8080" request
	start_line "relay tcp-listen:127.0.0.1:8080 mptcp:server:8080"
	wait_for listens 127.0.0.1:8080
	[ "$(on_stage nc -N 127.0.0.1 8080 <<<hi)" = hi ]
}

@test "manual: udp" {
	start_line "recv --format json udp-bind:127.0.0.1:9000"
	wait_for listens -u 127.0.0.1:9000
	on_stage bash -c 'printf hi >/dev/udp/127.0.0.1/9000'
	wait_for grep -q '"text":"hi"' "$output_file"
	stop "$pid"
	start_line "connect udp-bind::9000,to=192.0.2.1:9000"
	wait_for listens -u :9000
	start_line "listen --keep udp::7777 -- cat"
	wait_for listens -u :7777
	[ "$(on_stage socat -t 1 - UDP:127.0.0.1:7777 <<<hi)" = hi ]
	echo_at UDP-RECVFROM:53
	wait_for listens -u :53
	start_line "relay udp-listen:127.0.0.1:5353 udp:192.0.2.1:53"
	wait_for listens -u 127.0.0.1:5353
	[ "$(on_stage socat -t 1 - UDP:127.0.0.1:5353 <<<hi)" = hi ]
}

@test "manual: groups of udp" {
	start_line "recv udp-bind:239.1.1.1:5000,interface=eth0"
	wait_for listens -u :5000
	run_line "send udp:239.1.1.1:5000,multicast-if=eth0"
	wait_for grep -q hello "$output_file"
	stop "$pid"
	start_line "udp-bind::5000,join=232.1.1.1:eth0:192.0.2.1"
	wait_for listens -u :5000
	on_stage bash -c 'exec "$ANYSOCK" send udp:232.1.1.1:5000,multicast-if=eth0,bind=192.0.2.1 source'
	wait_for grep -q source "$output_file"
	stop "$pid"
	start_line "join=[ff02::1234%eth0]"
	wait_for listens -u :5000
	on_stage bash -c 'grep -q 1234 /proc/net/igmp6'
}

@test "manual: udplite" {
	start_line "recv udplite-bind:127.0.0.1:9000,recv-cscov=20"
	wait_for on_stage grep -q :2328 /proc/net/udplite
	run_line "send udplite:localhost:9000,send-cscov=20"
	wait_for grep -q "header and sound" "$output_file"
	stop "$pid"
	start_line "recv --format json udplite-bind:127.0.0.1:9000"
	wait_for on_stage grep -q :2328 /proc/net/udplite
	run_line "send udplite:localhost:9000,send-cscov=20"
	wait_for grep -q "header and sound" "$output_file"
	stop "$pid"
	start_line "listen --keep udplite:127.0.0.1:9000 -- cat"
	wait_for on_stage grep -q :2328 /proc/net/udplite
	line_with "connect udplite:localhost:9000"
	[ "$(on_stage bash -c "(echo hi; sleep 1) | timeout 5 $line --replies 1")" = hi ]
}

@test "manual: unix" {
	printf '%s\n' '#!/bin/sh' 'read -r x; echo "got $x"' | tee "$here/handler" >"$here/admin"
	chmod +x "$here/handler" "$here/admin"
	start_line "listen --keep unix:./app.sock,mode=600 -- ./handler"
	wait_for listens -x app.sock
	[ "$(on_stage socat -t 5 - UNIX-CONNECT:app.sock <<<hi)" = "got hi" ]
	[ "$(stat -c %a "$here/app.sock")" = 600 ]
	start_line "listen --keep unix:/run/admin.sock"
	wait_for listens -x /run/admin.sock
	[ "$(on_stage setpriv --groups=4 socat -t 5 - UNIX-CONNECT:/run/admin.sock <<<hi)" = "got hi" ]
	start_line "recv unix-bind:./log.sock,type=dgram"
	wait_for listens -x log.sock
	on_stage socat -u - UNIX-SENDTO:log.sock <<<logged
	wait_for grep -q logged "$output_file"
	echo_at TCP-LISTEN:9000
	start_line "relay unix-listen:@control tcp:localhost:9000"
	wait_for listens -x @control
	wait_for listens :9000
	[ "$(on_stage socat -t 5 - ABSTRACT-CONNECT:control <<<hi)" = hi ]
}

@test "manual: ip, icmp" {
	start_line "recv --format json ip-bind:127.0.0.1:253"
	wait_for listens -w 127.0.0.1:253
	first=$output_file
	start_line "recv ip-bind:127.0.0.1:253,header"
	wait_for on_stage bash -c '[ "$(ss -Hanw | grep -c 127.0.0.1:253)" = 2 ]'
	run_line "send ip:127.0.0.1:253 hello"
	wait_for grep -q '"text":"hello"' "$first"
	status_of "$pid"
	grep -q '^45.*68656c6c6f$' "$output_file"
	line_with "connect --format hex ip:127.0.0.1:253"
	begin_line "echo 6869 | $line"
	wait_for grep -q '"text":"hi"' "$first"
	run_line "'ip:[::1]:253,ipv6-checksum=2'"
	run_line "send icmp:example.org hello --replies 1" hello
	run_line "send 'icmp:[::1]' hello" hello
	start_line "recv --format json icmp-bind:"
	wait_for listens -w '*:58'
	run_line "icmp:127.0.0.1,header --replies 1" 0000
	line_with "connect icmp:127.0.0.1"
	[ "$(on_stage bash -c "echo hi | timeout 5 $line --replies 1")" = hi ]
}

@test "manual: packet" {
	start_line "recv packet:eth0:arp --format hex"
	arp=$output_file
	start_line "recv packet:eth0,promiscuous --count 100 --format json"
	all=$output_file
	start_line "recv packet:eth0,type=dgram"
	one=$output_file
	start_line "recv 'packet:any,filter="
	# one may have had its message by now
	wait_for on_stage bash -c '[ "$(wc -l </proc/net/packet)" -ge 3 ]'
	wait_for test -s "$here/web.pcap"
	capture=$pid
	run_line "send packet:eth0:0x88b5:host:ether:02:00:00:00:00:11,type=dgram"
	wait_for grep -qE '0x88b5|88b5|34997' "$all" || { cat "$all" && false; }
	on_stage /usr/bin/python3 -c 'if True:
		import socket
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind(("eth1", 0))
		s.send(b"\xff" * 6 + b"\x02\0\0\0\0\x11" + b"\x08\x06" + bytes(28))'
	wait_for test -s "$arp"
	wait_for test -s "$one"
	begin /usr/bin/python3 -m http.server 80 --bind 127.0.0.1
	wait_for listens 127.0.0.1:80
	on_stage curl -s -o /dev/null http://127.0.0.1/
	wait_for grep -qa "GET / HTTP" "$here/web.pcap"
	stop "$capture"
	[[ $(tcpdump -nr "$here/web.pcap" 2>/dev/null) == *"GET / HTTP"* ]]
}

@test "manual: tun" {
	needs family tun
	start_line "recv tap:lab0,address=10.7.0.1/24 --format pcap"
	wait_for on_stage ip link show lab0
	wait_for on_stage bash -c 'printf x >/dev/udp/10.7.0.2/9'
	wait_for test -s "$here/lab.pcap"
	stop "$pid"
	start_line "recv tun:vpn0,address=10.9.0.1/24 --format hex"
	packets=$output_file
	# the kernel may be the first to send, to find routers
	begin bash -c 'until printf x >/dev/udp/10.9.0.2/9 || [ -e ended ]; do sleep 0.1; done 2>/dev/null'
	wait_for grep -q '^[46]' "$packets"
	touch "$here/ended"
	start_line "relay tap:lab0,address=10.7.0.1/24 udp:example.org:4789"
	wait_for on_stage ip link show lab0
	start_line "relay tun:vpn0,address=10.9.0.1/24 tcp-listen:5000"
	wait_for listens :5000
	stop "$pid"
	begin socat -u TCP-LISTEN:5000,reuseaddr OPEN:frames,creat
	wait_for listens :5000
	start_line "relay tun:vpn0,address=10.9.0.2/24 tcp:example.org:5000"
	wait_for on_stage bash -c 'ip address show vpn0 | grep -q 10.9.0.2'
	wait_for on_stage bash -c 'printf x >/dev/udp/10.9.0.77/9'
	wait_for test -s "$here/frames"
}

@test "manual: socket, pidfd" {
	run_line "explain socket:phonet:dgram" phonet
	run_line "explain socket:unix:dgram:0:2f72756e2f7300" 2f72756e2f7300
	begin socat -u UNIX-RECV:/run/s OPEN:got,creat
	wait_for listens -x /run/s
	run_line "send socket:unix:dgram:0:2f72756e2f7300 hello"
	wait_for grep -q hello "$here/got"
	start_line "listen socket:inet:stream:tcp:1f907f0000010000000000000000"
	wait_for listens 127.0.0.1:8080
	line_with "connect socket:inet:stream:tcp:1f907f0000010000000000000000"
	on_stage bash -c "echo numbers | $line"
	status_of "$pid"
	grep -q numbers "$output_file"
	begin socat TCP-LISTEN:80,reuseaddr SYSTEM:'echo held; read x'
	wait_for listens :80
	begin bash -c 'exec 5<>/dev/tcp/127.0.0.1/80; touch held; exec sleep 1000'
	wait_for test -e "$here/held"
	swap=$pid
	run_line "sockopt pidfd:4711:5 tcp-info" established
	run_line "sockopt pidfd:4711:5 keepalive=on" keepalive
	begin "$ANYSOCK" recvfd unix-listen:/run/app.sock
	wait_for listens -x /run/app.sock
	run_line "sendfd unix:/run/app.sock pidfd:4711:5"
	status_of "$pid"
	grep -q tcp "$output_file"
	start_line "sendfd unix-listen:./hand.sock pidfd:4711:5"
	wait_for listens -x hand.sock
	[[ $(on_stage "$ANYSOCK" recvfd unix:./hand.sock) == *tcp* ]]
	line_with "connect pidfd:4711:5"
	[ "$(on_stage bash -c "echo end | ${line//4711/$swap}")" = held ]
}

@test "manual: activation" {
	needs command systemd-socket-activate
	printf '%s\n' '#!/bin/sh' 'read -r x; echo "got $x"' >"$here/handler"
	cat >"$here/server" <<'END'
#!/usr/bin/python3
import socket
c, _ = socket.socket(fileno=3).accept()
c.sendall(b"served " + c.recv(100))
END
	chmod +x "$here/handler" "$here/server"
	start_line "systemd-socket-activate -l 8080 anysock listen --keep activation:"
	wait_for listens :8080
	[ "$(on_stage nc -N 127.0.0.1 8080 <<<hi)" = "got hi" ]
	stop "$pid"
	wait_for eval '! listens :8080'
	echo_at UNIX-LISTEN:/run/backend.sock
	line_with "relay activation:web"
	begin bash -c "exec systemd-socket-activate -l 8081 --fdname=web $line"
	wait_for listens :8081
	wait_for listens -x /run/backend.sock
	[ "$(on_stage nc -N 127.0.0.1 8081 <<<hi)" = hi ]
	line_with "listen fd:0 -- ./handler"
	begin bash -c "exec systemd-socket-activate -l 8082 --accept --inetd $line"
	wait_for listens :8082
	[ "$(on_stage nc -N 127.0.0.1 8082 <<<hi)" = "got hi" ]
	start_line "listen --activate tcp::8080 -- ./server"
	wait_for listens :8080
	[ "$(on_stage nc -N 127.0.0.1 8080 <<<hi)" = "served hi" ]
	wait_for is_gone "$pid"
	start_line "listen --activate=first tcp::8080"
	wait_for listens :8080
	[ "$(on_stage nc -N 127.0.0.1 8080 <<<hi)" = "served hi" ]
	start_line "listen --activate=first unix:./app.sock -- ./server"
	wait_for listens -x app.sock
	[ "$(on_stage socat -t 5 - UNIX-CONNECT:app.sock <<<hi)" = "served hi" ]
}
