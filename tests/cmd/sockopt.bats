# SPDX-License-Identifier: GPL-2.0-or-later
# sockopt.bats: options read and set by name, judged by strace, by python3 on the same descriptor, and by the kernel's files.
# shellcheck disable=SC2154,SC2016
load ../helpers

# traced COMMAND...: the system calls of options that it makes, one a line, in $calls; its own output stays in $output.
traced() {
	needs command strace
	run --separate-stderr strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=socket,setsockopt,getsockopt,connect "$@"
	calls=$(cat "$BATS_TEST_TMPDIR/trace")
}

# on_socket PYTHON: a python3 that has the socket `s`; its function anysock(word...) runs the program with the same descriptor.
on_socket() {
	python - "$ANYSOCK" <<-PYTHON
		import json, os, socket, struct, subprocess, sys
		def anysock(*words, fails=False):
		    done = subprocess.run([sys.argv[1], "sockopt", f"fd:{s.fileno()}", *words], pass_fds=[s.fileno()],
		                          capture_output=True, text=True)
		    assert (done.returncode != 0) == fails, done
		    return done.stderr if fails else done.stdout
		${1//$'\n\t\t'/$'\n'}
	PYTHON
}

@test "sockopt: what is set is what setsockopt is given" {
	traced anysock sockopt tcp so-keepalive=on tcp-keepidle=2m keepcnt=3 so-linger=5 so-rcvtimeo=1500ms ip-tos=af21 so-rcvbuf=64k
	[ "$status" -eq 0 ]
	[[ $calls == *"SOL_SOCKET, SO_KEEPALIVE, [1], 4)"* ]]
	[[ $calls == *"SOL_TCP, TCP_KEEPIDLE, [120], 4)"* ]]
	[[ $calls == *"SOL_TCP, TCP_KEEPCNT, [3], 4)"* ]]
	[[ $calls == *"SO_LINGER, {l_onoff=1, l_linger=5}, 8)"* ]]
	[[ $calls == *"{tv_sec=1, tv_usec=500000}"* || $calls == *'\1\0\0\0\0\0\0\0 \241\7\0'* ]]
	[[ $calls == *"SOL_IP, IP_TOS, [72], 4)"* ]]
	[[ $calls == *"SOL_SOCKET, SO_RCVBUF, [65536], 4)"* ]]
}

@test "sockopt: what was set is shown as the kernel has it" {
	run -0 --separate-stderr anysock sockopt tcp so-rcvbuf=64k
	[ "$output" = so-rcvbuf=131072 ]
	run -0 --separate-stderr anysock sockopt tcp --values nodelay nodelay=on
	[ "$output" = $'off\non' ]
}

@test "sockopt: an inherited socket is changed itself" {
	on_socket 's = socket.socket()
		anysock("tcp-nodelay=on", "so-priority=4", "SO_KEEPALIVE=yes", "tcp-user-timeout=2500ms", "so-linger=7")
		assert s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
		assert s.getsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY) == 4
		assert s.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
		assert s.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 2500
		assert struct.unpack("ii", s.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)) == (1, 7)'
}

@test "sockopt: a listening socket that was inherited is asked too" {
	on_socket 's = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
		assert anysock("so-acceptconn") == "so-acceptconn=on\n"'
}

# Every option that is shown is asked again by python3, and its bytes compared.
compare_all() {
	on_socket "s = $1
		rows = {r['name']: r for r in map(json.loads, subprocess.run([sys.argv[1], 'sockopt', '--list', '--json'],
		        capture_output=True, text=True).stdout.splitlines())}
		levels = {'SOL_SOCKET': 1, 'SOL_IP': 0, 'SOL_IPV6': 41, 'SOL_TCP': 6, 'SOL_UDP': 17, 'SOL_UDPLITE': 136, 'SOL_NETLINK': 270,
		          'SOL_PACKET': 263, 'SOL_MPTCP': 284, 'SOL_RAW': 255, 'SOL_ICMPV6': 58}
		# these change between two questions, or are a new descriptor each time
		moving = {'so-peerpidfd', 'tcp-info', 'tcp-timestamp', 'so-meminfo', 'mptcp-info', 'mptcp-tcpinfo', 'mptcp-subflow-addrs'}
		shown = json.loads(anysock('--hex', '--json'))
		for name, text in shown.items():
		    wanted = bytes.fromhex(text)
		    if name not in moving:
		        got = s.getsockopt(levels[rows[name]['level']], rows[name]['number'], max(len(wanted), 1))
		        assert got == wanted, (name, got, wanted)
		assert len(shown) > $2, len(shown)
		# and nothing that people read is no JSON
		assert json.loads(anysock('--json')).keys() == shown.keys()"
}

@test "sockopt: all options of a TCP socket are as python3 reads them" {
	compare_all 'socket.socket()' 90
}

@test "sockopt: all options of a connected TCP socket over IPv6 are as python3 reads them" {
	compare_all '(lambda l: socket.create_connection(l.getsockname()[:2]))(socket.create_server(("::1", 0), family=socket.AF_INET6))' 120
}

@test "sockopt: all options of a UDP socket are as python3 reads them" {
	compare_all 'socket.socket(type=socket.SOCK_DGRAM)' 70
}

@test "sockopt: all options of a UNIX socket are as python3 reads them" {
	compare_all 'socket.socketpair()[0]' 35
}

@test "sockopt: all options of a netlink socket are as python3 reads them" {
	compare_all 'socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)' 40
}

@test "sockopt: tcp-info is printed field by field" {
	on_socket 'l = socket.create_server(("127.0.0.1", 0)); s = socket.create_connection(l.getsockname()); s.sendall(b"hello")
		peer = l.accept()[0]; assert peer.recv(9) == b"hello"; peer.sendall(b"four"); assert s.recv(9) == b"four"
		raw = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 232)
		info = json.loads(anysock("tcp-info", "--json"))["tcp-info"]
		assert info["state"] == "established" and info["ca-state"] == "open", info
		assert info["snd-mss"] == struct.unpack_from("I", raw, 16)[0]
		assert abs(info["rto"] * 1e6 - struct.unpack_from("I", raw, 8)[0]) < 1
		assert info["bytes-acked"] == 6 and info["bytes-received"] == 4, info
		assert info["snd-wscale"] == raw[6] & 15 and info["rcv-wscale"] == raw[6] >> 4'
}

@test "sockopt: tcp-info agrees with ss" {
	needs command ss
	on_socket 'l = socket.create_server(("127.0.0.1", 0)); s = socket.create_connection(l.getsockname())
		port = s.getsockname()[1]
		ss = subprocess.run(["ss", "-Htin", "sport", "=", f":{port}"], capture_output=True, text=True).stdout
		info = json.loads(anysock("tcp-info", "tcp-congestion", "--json"))
		assert " cwnd:%d " % info["tcp-info"]["snd-cwnd"] in ss, ss
		assert " mss:%d " % info["tcp-info"]["snd-mss"] in ss, ss
		assert info["tcp-congestion"] in ss.split(), ss'
}

@test "sockopt: the peer's credentials are those of the peer" {
	python - "$ANYSOCK" "$BATS_TEST_TMPDIR/socket" <<-'PYTHON'
		import json, os, socket, subprocess, sys
		listener = socket.socket(socket.AF_UNIX); listener.bind(sys.argv[2]); listener.listen()
		out = subprocess.run([sys.argv[1], "sockopt", "unix:" + sys.argv[2], "so-peercred", "so-peergroups", "--json"],
		                     capture_output=True, text=True, check=True).stdout
		cred = json.loads(out)
		assert cred["so-peercred"] == {"pid": os.getpid(), "uid": os.getuid(), "gid": os.getgid()}, out
		assert sorted(cred["so-peergroups"]) == sorted(os.getgroups()), out
	PYTHON
}

@test "sockopt: a membership names the interface" {
	on_socket 's = socket.socket(type=socket.SOCK_DGRAM)
		anysock("ip-add-membership=239.1.2.3:lo")
		assert "030201EF" in open("/proc/net/igmp").read()
		anysock("ip-drop-membership=239.1.2.3:127.0.0.1")
		assert "030201EF" not in open("/proc/net/igmp").read()'
}

@test "sockopt: an IPv6 membership is read with and without brackets" {
	on_socket 's = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		anysock("ipv6-join-group=[ff02::1:77]:lo"); anysock("mcast-join-group=ff02::1:78:lo")
		groups = open("/proc/net/igmp6").read()
		assert "ff020000000000000000000000010077" in groups and "ff020000000000000000000000010078" in groups'
}

@test "sockopt: a filter of numbers is attached" {
	on_socket 'a, s = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
		anysock("so-attach-filter=1 6 0 0 2")  # ret #2
		a.send(b"hello"); assert s.recv(9) == b"he"
		assert anysock("so-get-filter") == "so-get-filter=1 6 0 0 2\n"
		anysock("so-detach-filter=on"); a.send(b"hello"); assert s.recv(9) == b"hello"'
}

@test "sockopt: any option by level and number, with bytes" {
	traced anysock sockopt tcp 1:8=hex:00800000 SOL_SOCKET:8 IPPROTO_TCP:TCP_NODELAY=1
	[ "$status" -eq 0 ]
	[[ $calls == *"SOL_SOCKET, SO_RCVBUF, [32768], 4)"* ]]
	[[ $calls == *"SOL_TCP, TCP_NODELAY, [1], 4)"* ]]
	[[ $output == *"so-rcvbuf=65536"* ]]
}

@test "sockopt: a NULL pointer with a length is passed as such" {
	traced anysock sockopt tcp 255:77=NULL:16
	[ "$status" -ne 0 ]
	[[ $calls == *", NULL, 16)"*"= -1"* ]]
}

@test "sockopt: a number that no row has is read as bytes of the length that was asked for" {
	traced anysock sockopt tcp 1:999 --length 12
	[ "$status" -ne 0 ]
	[[ $calls == *"getsockopt("*"[12]) = -1 ENOPROTOOPT"* ]]
	[[ $stderr == *"SOL_SOCKET:999: Protocol not available"* ]]
}

@test "sockopt: options of a spec are set before connect" {
	start /usr/bin/python3 -u -c 'import socket
l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1]); l.accept()'
	wait_for test -s "$output_file"
	traced anysock connect "tcp:127.0.0.1:$(cat "$output_file"),ip-tos=0x10,so-priority=3" </dev/null
	[[ ${calls%%connect*} == *"IP_TOS, [16], 4)"*"SO_PRIORITY, [3], 4)"* ]]
}

@test "sockopt: options of a connection are set on what a listener accepts" {
	needs command strace
	start strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=setsockopt,accept4 anysock listen tcp:127.0.0.1:0,tcp-quickack=off -- cat
	wait_for grep -q 'listening on ' "$error_file"
	run -0 --separate-stderr anysock connect "$(sed -n 's/.*listening on //p' "$error_file")" <<<word
	[ "$output" = word ]
	status_of "$pid"
	[[ $(cat "$BATS_TEST_TMPDIR/trace") == *accept4*"TCP_QUICKACK, [0], 4)"* ]]
}

@test "sockopt: milliseconds need a unit" {
	run -2 --separate-stderr anysock sockopt tcp tcp-user-timeout=5000
	[[ $stderr == *'tcp-user-timeout: "5000" needs a unit'*"hint: 5000ms or 5000s"* ]]
}

@test "sockopt: nothing is opened when a value is wrong" {
	traced anysock sockopt tcp so-rcvbuf=1M tcp-nodelay=maybe
	[ "$status" -eq 2 ]
	[[ $calls != *socket\(* ]]
}

@test "sockopt: a mistyped name gets the nearest" {
	run -2 --separate-stderr anysock sockopt tcp so-rcvbux
	[[ $stderr == *'no socket option "so-rcvbux"'*'did you mean "so-rcvbuf"?'* ]]
}

@test "sockopt: what can only be read is not set, and the other way round" {
	run -2 --separate-stderr anysock sockopt tcp so-type=1
	[[ $stderr == *"so-type can only be read"* ]]
	run -2 --separate-stderr anysock sockopt udp ip-add-membership
	[[ $stderr == *"ip-add-membership cannot be read"* ]]
}

@test "sockopt: a congestion control that the kernel does not have is explained" {
	run -1 --separate-stderr anysock sockopt tcp tcp-congestion=nonesuch
	[[ $stderr == *"tcp-congestion: No such file or directory"*"hint: "*"tcp_available_congestion_control"* ]]
}

@test "sockopt: a missing privilege is named" {
	needs root
	needs command setpriv
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$ANYSOCK" sockopt tcp so-rcvbufforce=1M
	[ "$status" -ne 126 ] || skip "needs a build that everybody may run"
	[ "$status" -eq 3 ]
	[[ $stderr == *"so-rcvbufforce: Operation not permitted"*"hint: "*CAP_NET_ADMIN* ]]
}

@test "sockopt: a file is no socket" {
	run -2 --separate-stderr anysock sockopt file:/dev/null so-type
	[[ $stderr == *"is not a socket"* ]]
}

@test "sockopt: the list of a family has its levels only" {
	run -0 --separate-stderr anysock sockopt --list tcp
	[[ $output == *tcp-nodelay* && $output == *so-rcvbuf* && $output != *can-raw-filter* ]]
	run -0 --separate-stderr anysock sockopt --list SOL_CAN_RAW --json
	[[ $output == *'"symbol":"CAN_RAW_FILTER","level":"SOL_CAN_RAW","number":1,'* && $output != *SOL_SOCKET* ]]
	run -2 anysock sockopt --list nothing
}

@test "sockopt: CAN filters are set and shown as candump writes them" {
	needs family can
	run -0 --separate-stderr anysock sockopt can can-raw-filter=123:7FF+200~7F0+12345678:1FFFFFFF
	[ "$output" = can-raw-filter=123:7FF+200~7F0+12345678:1FFFFFFF ]
	traced anysock sockopt can can-raw-filter=123:7FF
	[[ $calls == *'{can_id=0x123, can_mask=0x7ff}'* || $calls == *'"#\1\0\0\377\7\0\0", 8)'* ]]
}

@test "sockopt: help says how an option is set and which names it takes" {
	run -0 --separate-stderr anysock help IP_TOS
	[[ $output == "ip-tos (IP_TOS, SOL_IP): "*"ip-tos=NAME"*" af21 "* ]]
	run -0 --separate-stderr anysock help so-type
	[[ $output == *"can only be read"* ]]
}

@test "sockopt: every option that the kernel's headers have is known" {
	[ -r /usr/include/linux/sctp.h ] || skip "needs the kernel's headers"
	run -0 python "$BATS_TEST_DIRNAME/header_options.py" "$ANYSOCK"
	[[ $output == *" 0 without a row" ]]
}

@test "sockopt: every option that can be set and read is, on every kind of socket there is" {
	# without the list of exceptions: this kernel may have fewer families than the lab's
	run "$tree/tests/cmd/every_option.py" "$ANYSOCK"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "sockopt: every writable option but those listed with a reason is set and read back in the lab" {
	needs lab
	modprobe -aq udplite sctp dccp_ipv4 can_raw can_isotp can_j1939 tipc vsock_loopback rds_tcp bluetooth rfcomm llc2 kcm phonet \
		rxrpc nfc smc ax25 netrom rose atm tls || true
	run "$tree/tests/cmd/every_option.py" "$ANYSOCK" "$tree/tests/data/options-elsewhere.tsv"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "sockopt: options that want others first are set after them" {
	needs root
	on_socket 's = socket.socket()
		anysock("tcp-repair=on"); anysock("tcp-repair-queue=send", "tcp-timestamp=77")
		assert s.getsockopt(socket.IPPROTO_TCP, 20) == 2  # TCP_REPAIR_QUEUE, TCP_SEND_QUEUE
		anysock("tcp-queue-seq=12345"); assert s.getsockopt(socket.IPPROTO_TCP, 21) == 12345
		anysock("tcp-repair=off"); assert s.getsockopt(socket.IPPROTO_TCP, 19) == 0'
	on_socket 'l = socket.create_server(("::1", 0), family=socket.AF_INET6); s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		s.connect(("::1", 9)); anysock("ipv6-mtu=1400")
		assert s.getsockopt(socket.IPPROTO_IPV6, 24) in (1400, 65536)'
}

@test "sockopt: the unit that the kernel counts in is named" {
	run -2 --separate-stderr anysock sockopt tcp tcp-user-timeout=1us
	[[ $stderr == *'"1us" is not a whole number of milliseconds'* && $stderr != *microseconds* ]]
}

@test "sockopt: where a connection was going before the firewall redirected it" {
	needs root
	needs command nft
	cat >"$BATS_TEST_TMPDIR/redirect" <<-'SH'
		ip link set lo up
		nft add table inet t
		nft 'add chain inet t o { type nat hook output priority -100; }'
		nft add rule inet t o tcp dport 81 redirect to :8081
		exec /usr/bin/python3 "$@"
	SH
	run -0 --separate-stderr unshare -n sh "$BATS_TEST_TMPDIR/redirect" - "$ANYSOCK" <<-'PYTHON'
		import socket, subprocess, sys
		for host, option in ("127.0.0.1", "original-dst"), ("::1", "IP6T_SO_ORIGINAL_DST"):
		    listener = socket.create_server((host, 8081), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
		    client = socket.create_connection((host, 81))
		    fd = listener.accept()[0].detach()
		    print(subprocess.run([sys.argv[1], "sockopt", "--values", f"fd:{fd}", option], pass_fds=[fd], stdout=subprocess.PIPE, text=True).stdout, end="")
	PYTHON
	[ "$output" = $'127.0.0.1:81\n[::1]:81' ]
}
