# SPDX-License-Identifier: GPL-2.0-or-later
# explain.bats: how specs are read; the calls are judged by strace, the bytes by python3's struct.
# shellcheck disable=SC2154,SC2016
load ../helpers

# calls_of SPEC WORD...: every call that explain has for SPEC is in what strace sees of `anysock WORD...`, in that order.
calls_of() {
	local spec=$1
	shift
	needs command strace
	timeout "$patience" strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=network "$ANYSOCK" "$@" </dev/null || true
	python - "$("$ANYSOCK" explain --json --resolve "$spec")" "$BATS_TEST_TMPDIR/trace" <<-'PYTHON'
		import json, re, sys
		calls = json.loads(sys.argv[1])["addresses"][0]["calls"]
		made = [line.split(None, 1)[1] for line in open(sys.argv[2]) if "(" in line]
		assert len(calls) >= 2, calls
		at = 0
		for call in calls:
		    name, rest = call.split("(", 1)
		    if name == "accept4":
		        continue  # nobody comes
		    # symbols must be the same; values are written otherwise by strace
		    words = [name + "("] + re.findall(r"\b[A-Z][A-Z0-9_]*_[A-Z0-9_]+\b", rest)
		    if name != "socket":  # the last argument: a length
		        words.append(rest.rsplit(" ", 1)[1])
		    while at < len(made) and not all(w in made[at] for w in words):
		        at += 1
		    assert at < len(made), (call, made)
		    at += 1
	PYTHON
}

@test "explain: the calls of a connection are those that strace sees" {
	start python -u -c 'import socket
l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
while True: l.accept()'
	wait_for test -s "$output_file"
	spec="tcp:127.0.0.1:$(cat "$output_file"),nodelay,ip-tos=0x10,bind=127.0.0.1,so-priority=3,tcp-quickack=off"
	calls_of "$spec" connect "$spec"
	grep -q 'bind(' "$BATS_TEST_TMPDIR/trace"
}

@test "explain: the calls of a listener are those that strace sees" {
	calls_of "tcp-listen:127.0.0.1:0,so-rcvbuf=100k,backlog=7,tcp-fastopen=5" listen --accept-timeout 50ms \
		"tcp:127.0.0.1:0,so-rcvbuf=100k,backlog=7,tcp-fastopen=5"
}

@test "explain: the calls of datagrams and UNIX sockets are those that strace sees" {
	calls_of "udp:127.0.0.1:9,broadcast" send "udp:127.0.0.1:9,broadcast" word
	grep -q IP_RECVERR "$BATS_TEST_TMPDIR/trace"
	calls_of "unix-listen:@explain-$$,type=seqpacket" listen --accept-timeout 50ms "unix:@explain-$$,type=seqpacket"
}

@test "explain: options that a family sets by itself are among the calls" {
	calls_of "udp-bind:[::1]:0,tos=ef,ttl=9" recv --deadline 50ms "udp-bind:[::1]:0,tos=ef,ttl=9"
	calls_of "udp-listen:127.0.0.1:0" listen --deadline 50ms "udp:127.0.0.1:0"
	calls_of "udp:broadcast:9" send "udp:broadcast:9" word
	calls_of "tcp-listen:[::1]:0" listen --accept-timeout 50ms "tcp:[::1]:0"
	calls_of "udp:[::1]:9:0x0b812345" send "udp:[::1]:9:0x0b812345" word
	run -0 anysock explain "udp:[::1]:9:0x0b812345,tos=ef"
	[[ $output == *"socket("*"IPV6_TCLASS"*"IPV6_FLOWINFO_SEND"*"connect("*"IPV6_RECVERR"*"IP_RECVERR"* ]]
	run -0 anysock explain udp-listen:127.0.0.1:5000
	[[ $output == *"SO_REUSEADDR, on"*"SO_REUSEADDR, off"*"bind("*"IP_PKTINFO, on"* ]]
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
