# SPDX-License-Identifier: GPL-2.0-or-later
# families.bats: what this kernel can do, judged by python3, which makes the same sockets.
# shellcheck disable=SC2154,SC2016
load ../helpers

@test "families: a family is there exactly where python3 can make its sockets" {
	run -0 --separate-stderr anysock families --json
	python - "$output" <<-'PYTHON'
		import json, socket, sys
		rows = {(r["family"], r["type"]): r for r in map(json.loads, sys.argv[1].splitlines())}
		kinds = {"stream": 1, "dgram": 2, "raw": 3, "rdm": 4, "seqpacket": 5}
		asked = {"unix": (1, 0), "tcp4": (2, 6), "tcp6": (10, 6), "udp4": (2, 17), "vsock": (40, 0), "can": (29, 1), "tipc": (30, 0),
		    "alg": (38, 0), "qrtr": (42, 0), "rds": (21, 0)}
		compared = 0
		for (family, kind), row in rows.items():
		    if family not in asked:
		        continue
		    try:
		        socket.socket(asked[family][0], kinds[kind], asked[family][1]).close()
		        there = True
		    except OSError:
		        there = False
		    assert row["available"] == there, row
		    assert there or (row["reason"] and family in row["reason"]), row
		    compared += 1
		assert compared >= 10, rows
	PYTHON
}

@test "families: IPv6 and dual stack are as python3 has them" {
	run --separate-stderr anysock families ipv6 dual-stack --json
	python - "$status" "$output" <<-'PYTHON'
		import json, socket, sys
		rows = {r["family"]: r["available"] for r in map(json.loads, sys.argv[2].splitlines())}
		def works():
		    try:
		        socket.socket(socket.AF_INET6).close()
		        return True
		    except OSError:
		        return False
		assert rows == {"ipv6": socket.has_ipv6 and works(), "dual-stack": socket.has_dualstack_ipv6()}, rows
		assert int(sys.argv[1]) == (0 if all(rows.values()) else 3)
	PYTHON
}

@test "families: the exit status says whether all that are named are there" {
	run -0 anysock families unix tcp4
	run -3 anysock families unix divert
	[[ $output == *"FreeBSD"* ]]
	run -2 anysock families unux
	[[ $output == *'did you mean "unix"?'* ]]
}

@test "families: one type of a family can be asked for" {
	run -0 --separate-stderr anysock families tcp:stream unix:seqpacket
	[ "${#lines[@]}" = 2 ]
	[[ ${lines[1]} =~ ^unix\ +seqpacket\ +yes$ ]]
	run -2 anysock families unix:rdm
	[[ $output == *'unix has no type "rdm"'*"stream, dgram, seqpacket"* ]]
	run -2 anysock families exec:stream
	run -2 anysock families unux:stream
	[[ $output == *'did you mean "unix"?'* ]]
}

@test "families: a type that a family has only by another module is told with that" {
	needs family vsock
	run --separate-stderr anysock families vsock:dgram --json
	if [ "$status" = 0 ]; then
		python -c 'import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_DGRAM)'
	else
		[ "$status" = 3 ]
		[[ $(jq -r .hint <<<"$output") == *vmw_vsock_vmci_transport* ]]
	fi
}

@test "families: a missing privilege is named" {
	needs root
	needs command setpriv
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$ANYSOCK" families packet ip
	[ "$status" -ne 126 ] || skip "needs a build that everybody may run"
	[ "$status" -eq 3 ]
	[[ ${lines[0]} == "packet "*" no "*"Operation not permitted (it needs CAP_NET_RAW"* && $output == *"ip "*CAP_NET_RAW* ]]
}

@test "families: where a module is missing from this kernel, modprobe is not advised" {
	needs root
	unshare -m true 2>/dev/null || skip "needs unshare -m"
	name=''
	for name in tipc qrtr rds ''; do
		[ -n "$name" ] && "$ANYSOCK" families "$name" >/dev/null 2>&1 || break
	done
	[ -n "$name" ] || skip "needs a family that this kernel lacks"
	mkdir "$BATS_TEST_TMPDIR/lib"
	mkdir "$BATS_TEST_TMPDIR/lib/$(uname -r)"
	echo "kernel/net/other/other-thing.ko: kernel/net/$name/$name.ko" >"$BATS_TEST_TMPDIR/lib/$(uname -r)/modules.dep"
	mkdir -p /lib/modules
	run unshare -m sh -c 'mount --bind "$1" /lib/modules && exec anysock families "$2"' - "$BATS_TEST_TMPDIR/lib" "$name"
	[ "$status" -eq 3 ]
	[[ $output == *"this kernel was built without it: it has no module"* && $output != *modprobe* ]]
	printf 'kernel/net/x/%s.ko.xz: \nkernel/net/x/rds-tcp.ko:\n' "$name" >"$BATS_TEST_TMPDIR/lib/$(uname -r)/modules.dep"
	run unshare -m sh -c 'mount --bind "$1" /lib/modules && exec anysock families "$2"' - "$BATS_TEST_TMPDIR/lib" "$name"
	[[ $output == *"try: modprobe $name"* ]]
}
