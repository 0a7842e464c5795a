# SPDX-License-Identifier: GPL-2.0-or-later
# explain.bats: how specs are read; the calls are judged by strace, the bytes by python3's struct.
# shellcheck disable=SC2154,SC2016
load ../helpers

# traced WORD...: the calls of `anysock WORD...`, for match_calls.
traced() {
	needs command strace
	timeout "$patience" strace -f -X verbose -o "$BATS_TEST_TMPDIR/trace" -e trace=network,fchmod "$ANYSOCK" "$@" </dev/null || true
}

# match_calls SPEC [accepted]: they are those that explain has for SPEC.
match_calls() {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/calls.py" "$ANYSOCK" "$("$ANYSOCK" explain --json --resolve "$1")" "$BATS_TEST_TMPDIR/trace" ${2:+"$2"} || {
		printf 'of %s\n' "$1" >&2
		return 1
	}
}

# calls_of SPEC...: all that opening each of them does to its socket is what explain has.
calls_of() {
	local spec
	for spec in "$@"; do
		traced sockopt "$spec" so-type
		match_calls "$spec"
	done
}

@test "explain: the calls of a connection are those that strace sees" {
	ready_address listen --keep tcp:127.0.0.1:0 -- cat
	calls_of "$address,nodelay,ip-tos=0x10,bind=127.0.0.1,so-priority=3,tcp-quickack=off" "$address,interface=lo,keepalive,tos=af21"
	grep -q IP_TOS "$BATS_TEST_TMPDIR/trace"
}

@test "explain: the calls of a listener are those that strace sees" {
	calls_of "tcp-listen:127.0.0.1:0,so-rcvbuf=100k,backlog=7,tcp-fastopen=5" "tcp-listen:[::1]:0" mptcp-listen:127.0.0.1:0
}

@test "explain: the calls for what was accepted are those that strace sees" {
	start strace -f -X verbose -o "$BATS_TEST_TMPDIR/trace" -e trace=network "$ANYSOCK" listen --ready-fd 4 \
		"tcp:127.0.0.1:0,tcp-quickack=off,keepalive,tcp-fastopen=5" 4>"$BATS_TEST_TMPDIR/ready"
	wait_for test -s "$BATS_TEST_TMPDIR/ready"
	nc -N 127.0.0.1 "$(sed 's/.*://' "$BATS_TEST_TMPDIR/ready")" </dev/null
	status_of "$pid"
	match_calls "tcp-listen:127.0.0.1:0,tcp-quickack=off,keepalive,tcp-fastopen=5" accepted
	grep -q TCP_QUICKACK "$BATS_TEST_TMPDIR/trace"
}

@test "explain: the calls of datagrams are those that strace sees" {
	calls_of udp:127.0.0.1:9,broadcast "udp-bind:[::1]:0,tos=ef,ttl=9" udp-listen:127.0.0.1:0 "udp:[::1]:9:0x0b812345,tos=ef" \
		udp-bind:239.1.2.3:0,multicast-ttl=3,interface=lo udp-bind:127.0.0.1:0,join=239.1.2.4:lo,join=232.1.2.3:lo:127.0.0.1 \
		cannelloni:127.0.0.1:9
	calls_of udplite:127.0.0.1:9,udplite-send-cscov=8
	run -0 anysock explain "udp:[::1]:9:0x0b812345,tos=ef"
	[[ $output == *"socket("*"IPV6_TCLASS"*"IPV6_FLOWINFO_SEND"*"connect("*"IPV6_RECVERR"*"IP_RECVERR"* ]]
	run -0 anysock explain udp-listen:127.0.0.1:5000
	[[ $output == *"SO_REUSEADDR, on"*"SO_REUSEADDR, off"*"bind("*"IP_PKTINFO, on"* ]]
	run -0 anysock explain udp-bind:127.0.0.1:0,join=239.1.2.4:lo
	[[ $output == *MCAST_JOIN_GROUP*239.1.2.4* ]]
}

@test "explain: the calls of broadcasts are those that strace sees" {
	needs root
	needs command strace
	unshare -n sh -c 'ip link set lo up && ip route add default dev lo && exec "$@"' - \
		strace -f -X verbose -o "$BATS_TEST_TMPDIR/trace" -e trace=network "$ANYSOCK" sockopt udp:broadcast:9 so-type
	match_calls udp:broadcast:9
	grep -q SO_BROADCAST "$BATS_TEST_TMPDIR/trace"
}

@test "explain: the calls of UNIX sockets are those that strace sees" {
	calls_of "unix-listen:@explain-$$,type=seqpacket" "unix-listen:$BATS_TEST_TMPDIR/s,mode=700" "unix-bind:$BATS_TEST_TMPDIR/d,type=dgram,peer-uid=0"
	ready_address listen --keep unix:@explained-$$,type=seqpacket -- cat
	calls_of "unix:@explained-$$,type=seqpacket"
	start python -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
s.recv(1)' "$BATS_TEST_TMPDIR/there"
	wait_for test -S "$BATS_TEST_TMPDIR/there"
	calls_of "unix:$BATS_TEST_TMPDIR/there,type=dgram"
}

@test "explain: the calls of packets and raw IP are those that strace sees" {
	needs root
	calls_of packet:lo "packet:lo:ip,filter=icmp,promiscuous,allmulti" packet:any,ring=2M packet:lo,type=dgram \
		ip:127.0.0.1:200,header "ip-bind:[::1]:200,header" icmp:127.0.0.1,type=raw
	run -0 anysock explain packet:lo,promiscuous
	[[ $output == *"PACKET_ADD_MEMBERSHIP, "*lo*promisc*", 16)"* ]]
}

@test "explain: the calls of netlink are those that strace sees" {
	calls_of netlink:route netlink-bind:route::link+ipv4-ifaddr netlink:route::link netlink-bind:route::33
}

@test "explain: the calls of CAN are those that strace sees" {
	needs family can can-bcm can-isotp can-j1939
	calls_of can:vcan0 "can:vcan0,filter=123:7FF,filter=200~7F0,errors,join-filters,loopback=off,own-messages,fd=off" \
		can:any,timestamp=hardware can-bcm:vcan0 can-isotp:vcan0:7E8:7E0,pad,bs=8,stmin=5ms,tx-stmin=1ms,ll=fd \
		can-j1939-bind:vcan0:0:0x12300:0x20,prio=3,filter=0x12300 can-j1939:vcan0:0:0x12300:0x20,bind=0x30
	run -0 anysock explain can:vcan0,filter=123:7FF
	[[ $output == *"setsockopt(fd, SOL_CAN_RAW, CAN_RAW_FILTER, 123:7FF, 8)"* ]]
	run -0 anysock explain -U can-j1939:vcan0
	[[ $output == *bind\(* && $output != *connect\(* ]]
}

@test "explain: the calls of Bluetooth are those that strace sees" {
	needs family bt-l2cap bt-rfcomm bt-hci bt-sco
	calls_of bt-l2cap-listen:any:4097,l2cap-mode=ertm,imtu=1000 bt-l2cap-listen:any:0x0080::le-public,l2cap-mode=le-credit,imtu=500 \
		bt-rfcomm-listen:any:5 bt-sco-listen:any,voice=wideband bt-hci:hci0 bt-hci:hci0,packets=event bt-hci:none:monitor
	run -0 anysock explain bt-hci:hci0
	[[ $output == *"setsockopt(fd, SOL_HCI, HCI_FILTER, "* && $output == *", BTPROTO_HCI)"* ]]
}

@test "explain: the calls of SCTP and DCCP are those that strace sees" {
	needs family sctp dccp
	calls_of sctp-listen:127.0.0.1:0,notify=association+shutdown sctp-listen:127.0.0.1+127.0.0.2:0 sctp-bind:127.0.0.1:0,type=seqpacket \
		dccp-listen:127.0.0.1:0,service=anys
	ready_address listen --keep sctp:127.0.0.1+127.0.0.2:0 -- cat
	calls_of "sctp:127.0.0.1+127.0.0.2:${address##*:},stream=1,bind=127.0.0.3+127.0.0.4"
	run -0 anysock explain "sctp:127.0.0.1+127.0.0.2:9"
	[[ $output == *SCTP_SOCKOPT_CONNECTX*127.0.0.1:9*127.0.0.2:9* && $output != *connect\(fd* ]]
}

@test "explain: the calls of TIPC, VSOCK, RDS and QRTR are those that strace sees" {
	needs family tipc vsock rds qrtr
	calls_of tipc-listen:service:4711:1 tipc-bind:range:4711:2:9 tipc:group:4711:1 vsock-listen:1:0 rds-bind:127.0.0.1:4000 qrtr-bind:20000
	ready_address listen --keep vsock:1:0 -- cat
	calls_of "$address,connect-timeout=5s"
	grep -q SO_VM_SOCKETS_CONNECT_TIMEOUT "$BATS_TEST_TMPDIR/trace"
}

@test "explain: the calls of the kernel's cryptography are those that strace sees" {
	needs family alg
	calls_of alg:hash:sha256 alg:hash:hmac/sha256,key=sesame alg:skcipher:cbc/aes,op=encrypt,key=hex:00112233445566778899aabbccddeeff,iv=hex:00112233445566778899aabbccddeeff \
		alg:aead:gcm/aes,op=encrypt,key=hex:00112233445566778899aabbccddeeff,authsize=16,assoclen=0,iv=hex:000000000000000000000000
}

# traced_opening SPEC: the calls of the spec, opened in the shell.
traced_opening() {
	timeout "$patience" strace -f -s 999 -o "$BATS_TEST_TMPDIR/trace" -e trace=file,desc,process,network,setsid,setpgid,setns,getrandom,pidfd_open,pidfd_getfd \
		"$ANYSOCK" shell -c "open c $1"
}

# match_opening SPEC [PATH|~PATTERN]: they are those that explain has for it.
match_opening() {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/opens.py" "$("$ANYSOCK" explain --json "$1")" "$BATS_TEST_TMPDIR/trace" ${2:+"$2"} || {
		printf 'of %s\n' "$1" >&2
		return 1
	}
}

# opening_of SPEC [PATH|~PATTERN]: the calls of a spec that is no socket.
opening_of() {
	traced_opening "$1" </dev/null >/dev/null
	match_opening "$explained_as" ${2:+"$2"} </dev/null
}

@test "explain: the calls of files and pipes are those that strace sees" {
	needs command strace
	local dir=$BATS_TEST_TMPDIR explained_as spec
	echo text >"$dir/there"
	for spec in "file:$dir/there" "file:$dir/there,rdwr,sync,nofollow" "file:$dir/new,wronly" "file:$dir/new,wronly,append" \
		"file:$dir/own,rdwr,create,excl,mode=640,seek=3" "file:$dir/new,wronly,trunc,create=no" "pipe:$dir/pipe,mode=600,unlink-early" "pipe:$dir/pipe2"; do
		explained_as=$spec
		opening_of "$spec" "$(sed 's/^[a-z]*://; s/,.*//' <<<"$spec")"
	done
	explained_as=pipe: opening_of pipe:
	run -0 anysock explain --json -u "file:$dir/other"
	jq -e '.calls | length == 2 and (.[0] | test("O_WRONLY.*O_CREAT.*0666"))' <<<"$output"
	[ ! -e "$dir/other" ]
}

@test "explain: the calls of programs and terminals are those that strace sees" {
	needs command strace
	local explained_as
	for explained_as in "exec:'sh -c true'" "exec:'/bin/echo a \"b\"',stderr" "exec:true,pty,stderr" "pty:$BATS_TEST_TMPDIR/link,hold,speed=9600"; do
		opening_of "$explained_as"
	done
	run -0 anysock explain "exec:'rm -rf $BATS_TEST_TMPDIR'"
	[[ $output == *$'\ncalls\n  pipe2('*'child: execve("rm", ["rm", "-rf", "'*'"])    in the folders of PATH' ]]
	[ -d "$BATS_TEST_TMPDIR" ]
}

@test "explain: the calls of what is open already are those that strace sees" {
	needs command strace
	local taken='~self/fd/|F_DUPFD|F_SETPIPE_SZ' dir=$BATS_TEST_TMPDIR
	echo text >"$dir/file"
	mkfifo "$dir/pipe" "$dir/other"
	exec 5<>"$dir/pipe" 6<>"$dir/file" 8<>"$dir/other"
	exec 7<"$dir/pipe"
	for spec in fd:5 fd:6,inherit fd:7 pidfd:$$:5 pidfd:$$:6; do
		traced_opening "$spec" </dev/null >/dev/null
		match_opening "$spec" "$taken" </dev/null
	done
	grep -q F_DUPFD_CLOEXEC "$dir/trace"
	traced_opening - <&8 | cat
	match_opening - "$taken" <&8
	[ "$(grep -c 'openat.*/proc/self/fd/[01]"' "$dir/trace")" = 2 ]
	traced_opening - <&6 >"$dir/output"
	match_opening - "$taken" <&6
	[ "$(grep -c 'fcntl([01], F_DUPFD' "$dir/trace")" = 2 ]
	run -0 anysock explain fd:7
	[[ $output == *"fcntl(7, F_SETFD, FD_CLOEXEC)"*'"/proc/self/fd/7", O_RDONLY|'* ]]
}

@test "explain: the calls of sockets that were handed over are those that strace sees" {
	needs command strace
	run -0 python - "$ANYSOCK" "$BATS_TEST_TMPDIR" "$BATS_TEST_DIRNAME/opens.py" <<'PYTHON'
import os, socket, subprocess, sys
program, folder, judge = sys.argv[1:]
def compare(spec, fd, environment):
    trace = os.path.join(folder, "trace")
    common = dict(pass_fds=(fd,), stdin=subprocess.DEVNULL)
    words = ["sh", "-c", environment + 'exec "$@"', "-", program]
    explained = subprocess.run(words + ["explain", "--json", spec], capture_output=True, text=True, check=True, **common).stdout
    traced = ["strace", "-f", "-o", trace, "-e", "trace=desc,network,process"]
    process = subprocess.Popen(traced + words + ["recv" if "listen" not in spec else "listen", spec], **common)
    if "listen" in spec:
        socket.create_connection(listener.getsockname()).close()
    else:
        other.close()
    assert process.wait(20) == 0
    lines = open(trace).readlines()
    start = max(i for i, line in enumerate(lines) if "execve(" in line and " = 0" in line)
    open(trace, "w").writelines(lines[start:])
    subprocess.run(["/usr/bin/python3", judge, explained, trace, r"~setsockopt|fcntl\((?![01],).*F_DUPFD|F_SETFD|accept4.* = [0-9]"], check=True)
    return explained
ours, other = socket.socketpair()
explained = compare(f"fd:{ours.fileno()},so-rcvbuf=100k", ours.fileno(), "")
assert "SO_RCVBUF" in explained and "accept4" not in explained, explained
listener = socket.create_server(("127.0.0.1", 0))
listener.set_inheritable(True)
explained = compare(f"fd-listen:{listener.fileno()},tcp-quickack=off", listener.fileno(), "")
assert "TCP_QUICKACK" in explained and "accept4" in explained, explained
os.dup2(listener.fileno(), 3)
explained = compare("activation-listen:", 3, "LISTEN_FDS=1 LISTEN_PID=$$ ")
assert "fcntl(3, F_SETFD" in explained, explained
PYTHON
}

@test "explain: the calls of interfaces of our own are those that strace sees" {
	needs command strace
	needs root
	local spec
	for spec in "tun:own%d,address=10.9.0.1/24,address=fd09::1/64,mtu=1400,user=daemon,group=daemon,persist" tap:,multi-queue,up=off "tun:,netns=/proc/$$/ns/net"; do
		unshare -n strace -f -s 999 -o "$BATS_TEST_TMPDIR/trace" -e trace=openat,ioctl,socket,sendto,setns "$ANYSOCK" shell -c "open c $spec" </dev/null >/dev/null
		# strace does not always find out which kind of netlink it is
		sed -i 's/0x14 [^,]*/RTM_NEWADDR/' "$BATS_TEST_TMPDIR/trace"
		match_opening "$spec" '~dev/net/tun|TUNSET|SIOCSIF|sendto|socket\(AF_(NETLINK|INET),|setns\(' </dev/null
	done
	run -0 anysock explain tun:own%d,address=10.9.0.1/24
	[[ $output == *'TUNSETIFF, {ifr_name="own%d", ifr_flags=IFF_TUN|IFF_NO_PI}'*"RTM_NEWADDR 10.9.0.1/24"*IFF_UP* ]]
}

@test "explain: the calls of serial lines are those that strace sees" {
	needs command strace
	start socat "PTY,link=$BATS_TEST_TMPDIR/line,raw,wait-slave" -
	wait_for test -e "$BATS_TEST_TMPDIR/line"
	local explained_as spec
	for spec in "slcan:$BATS_TEST_TMPDIR/line,bitrate=500k,speed=115200" "slcan:$BATS_TEST_TMPDIR/line,channel=off" "slcan:$BATS_TEST_TMPDIR/line,listen-only"; do
		explained_as=$spec
		opening_of "$spec" "~TCSETS, .*-echo.*|/line\"|write.*C.r[SOL]"
	done
}

@test "explain: the calls of words and made-up frames are those that strace sees" {
	needs command strace
	local explained_as="text:'some words'"
	opening_of "$explained_as" '~memfd_create|write\([0-9]*, "some|lseek|"/dev/null", O_WRONLY'
	traced_opening can-generator,id=5 </dev/null
	# the C library's own
	sed -i /GRND_NONBLOCK/d "$BATS_TEST_TMPDIR/trace"
	match_opening can-generator,id=5 '~getrandom' </dev/null
	run -0 anysock explain --json can-generator,seed=5
	jq -e '.calls == []' <<<"$output"
}

@test "explain: whatever can be opened has its calls" {
	local family spec
	declare -A specs=([activation]="" [divert]="" [kernel-control]="" [link]="" [can-generator]=can-generator [exec]=exec:true [fd]=fd:0 [file]=file:/dev/null
		[pidfd]=pidfd:$$:0 [pipe]=pipe: [pty]=pty: [slcan]=slcan:/dev/null [stdio]=- [tap]=tap: [text]=text:x [tun]=tun:)
	while read -r family; do
		spec=${specs[$family]-sure}
		[ -n "$spec" ] || continue
		[ "$spec" != sure ] || { printf 'no spec for %s\n' "$family" >&2; return 1; }
		"$ANYSOCK" explain "$spec" </dev/null | grep -qx calls
	done < <(grep -l 'domain = -1' "$tree"/src/family/*.c | xargs grep -ohP '(?<=^const struct family )\w+(?=_family = \{)|(?<=TUN_FAMILY\(")\w+' | tr _ - | grep -vx socket)
}

@test "explain: the members of an address are those of its struct" {
	run -0 anysock explain --json 'tcp:[fe80::1%lo]:80'
	python - "$output" <<-'PYTHON'
		import json, socket, struct, sys
		address = json.loads(sys.argv[1])["addresses"][0]
		wanted = struct.pack("=H", socket.AF_INET6) + struct.pack("!HI", 80, 0) + socket.inet_pton(socket.AF_INET6, "fe80::1") + \
		    struct.pack("=I", socket.if_nametoindex("lo"))
		assert bytes.fromhex(address["bytes"]) == wanted
		assert address["struct"] == "sockaddr_in6" and address["length"] == 28
		members = {m["name"]: (m["offset"], len(m["bytes"]) // 2, m["value"]) for m in address["members"]}
		assert members == {"sin6_family": (0, 2, "AF_INET6"), "sin6_port": (2, 2, "80"), "sin6_flowinfo": (4, 4, "0x0"),
		    "sin6_addr": (8, 16, "fe80::1"), "sin6_scope_id": (24, 4, "lo")}, members
	PYTHON
}

@test "explain: members have the names that strace has for them" {
	needs command strace
	for spec in tcp:127.0.0.1:1 'tcp:[::1]:1' "unix:$BATS_TEST_TMPDIR/none" unix:@nonesuch vsock:1:1; do
		strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=connect "$ANYSOCK" connect --connect-timeout 100ms "$spec" </dev/null || true
		[ -s "$BATS_TEST_TMPDIR/trace" ] || continue
		python - "$("$ANYSOCK" explain --json "$spec")" "$(cat "$BATS_TEST_TMPDIR/trace")" <<-'PYTHON'
			import json, sys
			for member in json.loads(sys.argv[1])["addresses"][0]["members"]:
			    # strace leaves out what is zero and reserved, and calls the first member of all sa_family
			    name = "sa_family" if member["name"].endswith("_family") else member["name"]
			    if set(member["bytes"]) != {"0"} and name:
			        assert name in sys.argv[2], (member, sys.argv[2])
		PYTHON
	done
}

@test "explain: the picture has every byte once, also of a shorter address" {
	for spec in tcp:127.0.0.1:80 unix:@a unix:/a/b can-isotp:lo:7E8:7E0 can-j1939:lo:0:0x12300:0x20 can:any vsock:3:5 \
		tipc:range:1000:1:9 tipc:id:0x1001001:7 alg:hash:sha256 qrtr:1:5 rds:127.0.0.1:5; do
		run -0 anysock explain --json "$spec"
		python - "$output" <<-'PYTHON'
			import json, sys
			address = json.loads(sys.argv[1])["addresses"][0]
			at = 0
			for member in address["members"]:
			    assert member["offset"] == at, member
			    at += len(member["bytes"]) // 2
			assert at == address["length"] and "".join(m["bytes"] for m in address["members"]) == address["bytes"]
			assert any(m["name"] for m in address["members"])
		PYTHON
	done
}

@test "explain: a name is looked up only when that is wanted" {
	run -0 anysock explain tcp:localhost:80
	[[ $output != *sockaddr_in* || $output == *127.0.0.1* || $output == *::1* ]]
	run -0 anysock explain tcp:host.example:80
	[[ $output == *"--resolve does it"* && $output != *connect\(* ]]
	run -0 anysock explain --resolve udp:localhost:53
	[[ $output == *"struct sockaddr_in"*"socket(AF_INET"*", SOCK_DGRAM|"*IPPROTO_UDP* ]]
}

@test "explain: a secret is not shown" {
	run -0 anysock explain alg:hash:hmac/sha256,key=sesame
	[[ $output != *sesame* && $output == *"key=…"* ]]
}

@test "explain: options stand in the order in which they are set, each with its phase" {
	run -0 anysock explain 'tcp-listen:127.0.0.1:0,tcp-quickack=off,tcp-fastopen=5,so-rcvbuf=100k'
	[[ $output == *"option    so-rcvbuf=102400 before bind"*"option    tcp-fastopen=5 before listen"*"option    tcp-quickack=off once connected"* ]]
	run -0 anysock explain --json 'tcp:127.0.0.1:1,sockopt=1:8:hex:00100000,nodelay'
	python -c 'import json, sys
options = json.loads(sys.argv[1])["options"]
assert {(o["name"], o["value"], o["phase"]) for o in options} >= {("tcp-nodelay", "on", "before bind")}, options
assert any("00100000" in o["value"] or o["value"] == "4096" for o in options), options' "$output"
}
