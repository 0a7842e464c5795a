# SPDX-License-Identifier: GPL-2.0-or-later
# sctp-paths.bats: what SCTP keeps on longer ways: streams through a relay, an association when one of two paths fails.
# shellcheck disable=SC2154,SC2016
load ../helpers
load hosts
load sctp

setup() {
	needs family sctp
}

@test "sctp: a relay passes streams, payload protocols and order on, one-to-one and one-to-many" {
	for type in stream seqpacket; do
		python_peer '
c = s.accept()[0]
for i in range(3):
    data, control, flags, peer = c.recvmsg(1000, 1000)
    sid, ssn, how, ppid = info(control)
    print(data.decode(), sid, socket.ntohl(ppid), how & 1, flush=True)
    c.sendmsg([data.upper()], [(SCTP, 2, struct.pack("=HHIIi", sid + 1, 0, ppid, 0, 0))])
c.recv(10)'
		sink=$output_file
		ready_address relay sctp-listen:127.0.0.1:0,type=$type sctp:127.0.0.1:"$port"
		port=${address#*:*:}
		run -0 python -c "
import socket, struct
SCTP = socket.IPPROTO_SCTP
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP)
s.setsockopt(SCTP, 32, 1)
s.connect(('127.0.0.1', ${port%%,*}))
for text, sid, flags, ppid in ((b'one', 0, 0, 0), (b'two', 5, 1, 46), (b'three', 7, 0, 1000)):
    s.sendmsg([text], [(SCTP, 2, struct.pack('=HHIIi', sid, flags, socket.htonl(ppid), 0, 0))])
    data, control, how, peer = s.recvmsg(1000, 1000)
    sid, ssn, how, ppid = struct.unpack('=HHH2xI', control[0][2][:12])
    print(data.decode(), sid, socket.ntohl(ppid))"
		[ "$output" = $'ONE 1 0\nTWO 6 46\nTHREE 8 1000' ]
		[ "$(tail -n +2 "$sink")" = $'one 0 0 0\ntwo 5 46 1\nthree 7 1000 0' ]
		stop_all
	done
}

@test "sctp: where one way fails the association goes on over the other" {
	needs root
	run -0 two_hosts '
		ip link add a1 type veth peer name b1 netns $there
		ip addr add 10.2.0.1/24 dev a1 && ip link set a1 up
		inside ip addr add 10.2.0.2/24 dev b1 && inside ip link set b1 up
		sysctl -qw net.sctp.rto_initial=200 net.sctp.rto_min=100 net.sctp.rto_max=400 net.sctp.path_max_retrans=1
		inside sysctl -qw net.sctp.rto_initial=200 net.sctp.rto_min=100 net.sctp.rto_max=400 net.sctp.path_max_retrans=1
		nsenter -t $there -n anysock listen --keep sctp:10.1.0.2+10.2.0.2:7000 -- cat 2>errors & listener=$!
		seen errors "listening on"
		mkfifo in
		anysock connect --format sctp sctp:10.1.0.2+10.2.0.2:7000,bind=10.1.0.1+10.2.0.1 <in >out & client=$!
		exec 5>in
		echo before >&5; seen out before
		ip link set a0 down
		echo after >&5; seen out after
		cat out
		exec 5>&-
		kill $client $listener'
	[[ $output == *"[0:0] before"*"[0:0] after"* ]]
}
