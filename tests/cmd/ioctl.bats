# SPDX-License-Identifier: GPL-2.0-or-later
# ioctl.bats: requests by name and number, judged by strace, ip, python3 and the kernel's files.
# shellcheck disable=SC2154,SC2016
load ../helpers

# on_fd PYTHON: a python3 whose function anysock(fd, word...) runs the program with that descriptor.
on_fd() {
	python - "$ANYSOCK" <<-PYTHON
		import fcntl, json, os, pty, socket, struct, subprocess, sys, termios
		def anysock(fd, *words):
		    return subprocess.run([sys.argv[1], "ioctl", f"fd:{fd}", *words], pass_fds=[fd],
		                          capture_output=True, text=True, check=True).stdout.rstrip("\n")
		${1//$'\n\t\t'/$'\n'}
	PYTHON
}

# in_namespace COMMAND...: with a network of its own, whose only interface is lo.
in_namespace() {
	needs root
	unshare -n true 2>/dev/null || skip "needs unshare -n"
	run --separate-stderr unshare -n "$@"
}

@test "ioctl: an interface is asked by name" {
	run -0 --separate-stderr anysock ioctl udp SIOCGIFMTU lo
	[ "$output" = "interface=lo mtu=$(cat /sys/class/net/lo/mtu)" ]
	run -0 --separate-stderr anysock ioctl udp siocgifindex lo
	[ "$output" = "interface=lo index=$(cat /sys/class/net/lo/ifindex)" ]
	run -0 --separate-stderr anysock ioctl udp SIOCGIFADDR lo
	[ "$output" = "interface=lo address=127.0.0.1" ]
	run -0 --separate-stderr anysock ioctl udp SIOCGIFNETMASK lo
	[ "$output" = "interface=lo address=255.0.0.0" ]
}

@test "ioctl: flags of an interface are those that the kernel shows" {
	run -0 --separate-stderr anysock ioctl udp SIOCGIFFLAGS lo --json
	python - "$output" <<-'PYTHON'
		import json, sys
		bits = {"up": 1, "loopback": 8, "running": 0x40, "broadcast": 2, "multicast": 0x1000, "noarp": 0x80}
		flags = json.loads(sys.argv[1])["result"]["flags"]
		shown = int(open("/sys/class/net/lo/flags").read(), 16)
		for name, bit in bits.items():
		    # the file has no running
		    assert (name in flags) == bool(shown & bit) or name == "running", (flags, hex(shown))
	PYTHON
}

@test "ioctl: a request is the one that strace sees" {
	needs command strace
	run -0 --separate-stderr strace -o "$BATS_TEST_TMPDIR/trace" -e trace=ioctl anysock ioctl udp ETHTOOL_GLINK lo
	[ "$output" = value=on ]
	grep -q 'SIOCETHTOOL' "$BATS_TEST_TMPDIR/trace"
	run --separate-stderr strace -o "$BATS_TEST_TMPDIR/trace" -e trace=ioctl anysock ioctl udp SIOCGARP 127.0.0.9 lo
	grep -q 'SIOCGARP' "$BATS_TEST_TMPDIR/trace"
}

@test "ioctl: what is set is shown before and after, and is set" {
	in_namespace sh -c 'anysock ioctl udp SIOCSIFMTU lo 1400 && cat /proc/self/net/dev >/dev/null && ip -o link show lo'
	[ "$status" -eq 0 ]
	[[ $output == "interface=lo mtu=65536 -> interface=lo mtu=1400"$'\n'*" mtu 1400 "* ]]
}

@test "ioctl: flags are set by name" {
	in_namespace sh -c 'anysock ioctl udp SIOCSIFFLAGS lo up+loopback && ip -o link show lo'
	[ "$status" -eq 0 ]
	[[ $output == "interface=lo flags=loopback -> interface=lo flags=up+loopback"* ]]
	[[ $output == *"<LOOPBACK,UP,LOWER_UP>"* ]]
}

@test "ioctl: an address is set" {
	in_namespace sh -c 'anysock ioctl udp SIOCSIFADDR lo 127.0.0.5 && anysock ioctl udp SIOCSIFNETMASK lo 255.255.0.0 && ip -o addr show lo'
	[ "$status" -eq 0 ]
	[[ $output == *"inet 127.0.0.5/16"* ]]
}

@test "ioctl: an IPv6 address is added and removed" {
	in_namespace sh -c 'sysctl -qw net.ipv6.conf.all.disable_ipv6=0; ip link set lo up
		anysock ioctl udp6 SIOCSIFADDR_IN6 fd77::7 64 lo && ip -6 -o addr show dev lo | grep -c fd77::7/64
		anysock ioctl udp6 SIOCDIFADDR fd77::7 64 lo && ip -6 -o addr show dev lo | grep -c fd77::7; true'
	[ "$status" -eq 0 ]
	[[ $output == *$'\n1\n'*0 ]]
}

@test "ioctl: speed, duplex and port of a link are those that python3 is told" {
	in_namespace sh -c 'ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up
		anysock ioctl --json udp ETHTOOL_GLINKSETTINGS v0
		/usr/bin/python3 -c "
import array, fcntl, socket, struct
room = array.array(\"B\", struct.pack(\"=II\", 0x4c, 0) + bytes(200))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
request = struct.pack(\"=16sQ\", b\"v0\", room.buffer_info()[0]) + bytes(16)
fcntl.ioctl(s, 0x8946, request)
room[15] = (256 - room[15]) % 256
room[0:4] = array.array(\"B\", struct.pack(\"=I\", 0x4c))
fcntl.ioctl(s, 0x8946, request)
print(struct.unpack(\"=I\", room[4:8].tobytes())[0], room[8], room[9])"'
	[ "$(jq -r '.result | "\(.speed) \(if .duplex == "full" then 1 else .duplex end) \(if .port == "twisted-pair" then 0 else .port end)"' <<<"${lines[0]}")" = "${lines[1]}" ]
}

@test "ioctl: a bridge is made and removed" {
	in_namespace sh -c 'anysock ioctl unix SIOCBRADDBR br7 || exit 77; ip -o link show br7; anysock ioctl unix SIOCBRDELBR br7; ip -o link'
	[ "$status" -ne 77 ] || skip "needs bridges"
	[ "$status" -eq 0 ]
	[[ $output == *"br7: <BROADCAST,MULTICAST>"* && ${lines[-1]} == "1: lo:"* ]]
}

@test "ioctl: a tun device is attached" {
	[ -e /dev/net/tun ] || skip "needs /dev/net/tun"
	in_namespace anysock ioctl file:/dev/net/tun,rdwr TUNSETIFF tun9 tun+no-pi
	[ "$status" -eq 0 ] || [[ $stderr != *"No such device"* ]] || skip "needs tun devices"
	[ "$status" -eq 0 ]
	[[ $output == *"interface=tun9 flags=tun+no-pi"* ]]
}

@test "ioctl: bytes that wait are counted" {
	on_fd 'a, b = socket.socketpair()
		b.send(b"seven b")
		assert anysock(a.fileno(), "SIOCINQ") == "7"
		assert anysock(a.fileno(), "FIONREAD", "--json") == "{\"request\":\"FIONREAD\",\"result\":7}"'
}

@test "ioctl: bytes that the peer has not acknowledged are counted" {
	on_fd 'l = socket.create_server(("127.0.0.1", 0)); s = socket.create_connection(l.getsockname()); peer = l.accept()[0]
		s.setblocking(False)
		try:
		    while True: s.send(bytes(65536))
		except BlockingIOError: pass
		queued = lambda: str(struct.unpack("i", fcntl.ioctl(s, termios.TIOCOUTQ, bytes(4)))[0])
		# the peer may still take some of it
		while (before := queued()) != (shown := anysock(s.fileno(), "SIOCOUTQ")):
		    assert before != queued(), (before, shown)
		assert int(shown) > 0'
}

@test "ioctl: urgent data are seen" {
	on_fd 'l = socket.create_server(("127.0.0.1", 0)); s = socket.create_connection(l.getsockname()); peer = l.accept()[0]
		peer.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
		assert anysock(peer.fileno(), "SIOCATMARK") == "off"
		s.send(b"!", socket.MSG_OOB); peer.recv(1, socket.MSG_PEEK)
		assert anysock(peer.fileno(), "SIOCATMARK") == "on"'
}

@test "ioctl: a terminal is asked and changed" {
	on_fd 'master, slave = pty.openpty()
		fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 1, 2))
		assert anysock(slave, "TIOCGWINSZ") == "rows=24 cols=80 xpixel=1 ypixel=2"
		said = anysock(slave, "TIOCSWINSZ", "40", "cols=132")
		assert said == "rows=24 cols=80 xpixel=1 ypixel=2 -> rows=40 cols=132 xpixel=0 ypixel=0", said
		assert struct.unpack("HHHH", fcntl.ioctl(master, termios.TIOCGWINSZ, bytes(8)))[:2] == (40, 132)
		modes = termios.tcgetattr(slave)
		assert ("echo" in anysock(slave, "TCGETS", "--json")) and modes[3] & termios.ECHO
		modes[3] &= ~termios.ICANON; termios.tcsetattr(slave, termios.TCSANOW, modes)
		assert "icanon" not in anysock(slave, "TCGETS")
		assert anysock(master, "TIOCGPTN") == os.ttyname(slave).split("/")[-1]'
}

@test "ioctl: any other request by number, with the direction and size that it says" {
	on_fd 'a, b = socket.socketpair(); b.send(b"abc")
		assert anysock(a.fileno(), "0x541B", "hex:00000000") == "hex:03000000"
		assert anysock(a.fileno(), str(0x5421), "hex:01000000") == "hex:01000000"
		assert os.get_blocking(a.fileno()) is False
		master, slave = pty.openpty()
		done = subprocess.run([sys.argv[1], "ioctl", f"fd:{master}", "0x80045430"], pass_fds=[master], capture_output=True, text=True)
		number = int(os.ttyname(slave).split("/")[-1])
		assert done.stdout == "hex:" + struct.pack("I", number).hex() + "\n", done
		assert done.stderr == "request 0x80045430 (TIOCGPTN): read of 4 bytes, type '"'T'"', number 48\n", done'
}

@test "ioctl: a number is passed by value" {
	needs command strace
	run --separate-stderr strace -o "$BATS_TEST_TMPDIR/trace" -e trace=ioctl -e raw=ioctl anysock ioctl udp 0x89ff 77 -q
	[ "$status" -ne 0 ]
	grep -q 'ioctl(0x[0-9a-f]*, 0x89ff, 0x4d)' "$BATS_TEST_TMPDIR/trace"
}

@test "ioctl: descriptors that are answered are named" {
	needs root
	run -0 --separate-stderr anysock ioctl udp SIOCGSKNS
	[ "$output" = "$(readlink /proc/self/ns/net)" ]
}

@test "ioctl: IPv4 addresses of all interfaces" {
	run -0 --separate-stderr anysock ioctl udp SIOCGIFCONF --json
	python - "$output" <<-'PYTHON'
		import json, sys
		entries = json.loads(sys.argv[1])["result"]
		assert {"interface": "lo", "address": "127.0.0.1"} in entries, entries
	PYTHON
}

@test "ioctl: words that are missing or too many are usage errors" {
	run -2 --separate-stderr anysock ioctl udp SIOCGIFMTU
	[[ $stderr == *"SIOCGIFMTU INTERFACE expected"* ]]
	run -2 --separate-stderr anysock ioctl udp FIONREAD 5
	[[ $stderr == *"FIONREAD takes no argument"* ]]
	run -2 --separate-stderr anysock ioctl udp SIOCGIFMUT lo
	[[ $stderr == *"did you mean SIOCGIFMTU?"* ]]
	run -2 --separate-stderr anysock ioctl udp
}

@test "ioctl: an interface that is not there is a failure with a hint" {
	run -1 --separate-stderr anysock ioctl udp SIOCGIFMTU nonesuch
	[[ $stderr == *"SIOCGIFMTU: No such device"*"hint: \`anysock interfaces\`"* ]]
}

@test "ioctl: the list has groups" {
	run -0 --separate-stderr anysock ioctl --list tty
	[[ $output == *TIOCGWINSZ*"size of the window"* && $output != *SIOCGIFMTU* ]]
	run -0 --separate-stderr anysock ioctl --list --json interface
	python -c 'import json, sys
rows = {r["name"]: r for r in map(json.loads, sys.argv[1].splitlines())}
assert rows["SIOCSIFMTU"]["changes"] and rows["SIOCSIFMTU"]["number"] == 0x8922 and not rows["SIOCGIFMTU"]["changes"]' "$output"
	run -2 --separate-stderr anysock ioctl --list nothing
}

@test "ioctl: of a family the requests are listed that its descriptors know" {
	run -0 --separate-stderr anysock ioctl --list bt-hci
	[[ $output == *HCIGETDEVLIST* && $output == *SIOCINQ* && $output != *SIOCSARP* ]]
	run -0 --separate-stderr anysock ioctl --list udp
	[[ $output == *SIOCINQ* && $output == *SIOCGIFMTU* && $output == *SIOCSARP* && $output != *HCI* && $output != *TIOC* ]]
	run -0 --separate-stderr anysock ioctl --list pty
	[[ $output == *TIOCGWINSZ* && $output != *SIOCGIFMTU* ]]
	run -2 anysock ioctl --list text
}

@test "ioctl: what changes something says what, also where nothing shows it" {
	needs command ip
	unshare -n ip link add v1 type veth peer name v0 2>/dev/null || skip "needs veth"
	in_namespace sh -c 'ip link add v1 type veth peer name v0
		anysock ioctl udp SIOCSIFNAME v1 v2 && anysock ioctl udp SIOCSIFADDR v2 192.0.2.9 && anysock ioctl udp SIOCSIFADDR v2 192.0.2.8 --json
		anysock ioctl udp FIOCLEX && ip -o -4 addr show v2'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "interface=v1 new-name=v2" ]
	[ "${lines[1]}" = "none -> interface=v2 address=192.0.2.9" ]
	[ "$(jq -c '[.before.address, .after.address]' <<<"${lines[2]}")" = '["192.0.2.9","192.0.2.8"]' ]
	[ "${lines[3]}" = "FIOCLEX: close on exec" ]
	[[ ${lines[4]} == *192.0.2.8* ]]
}

@test "ioctl: vsock's local context id" {
	[ -r /dev/vsock ] || skip "needs /dev/vsock"
	run -0 --separate-stderr anysock ioctl /dev/vsock IOCTL_VM_SOCKETS_GET_LOCAL_CID
	wanted=$(python -c 'import fcntl, struct; print(struct.unpack("I", fcntl.ioctl(open("/dev/vsock"), 0x7b9, bytes(4)))[0])')
	case $wanted in
	4294967295) wanted=any ;;
	1) wanted=local ;;
	2) wanted=host ;;
	esac
	[ "$output" = "$wanted" ]
	# which the family's name alone stands for
	run -0 --separate-stderr anysock ioctl vsock IOCTL_VM_SOCKETS_GET_LOCAL_CID
	[ "$output" = "$wanted" ]
}

@test "ioctl: Bluetooth controllers" {
	needs family bt-hci
	run -0 --separate-stderr anysock ioctl bt-hci HCIGETDEVLIST --json
	python -c 'import json, os, sys
devices = [d["device"] for d in json.loads(sys.argv[1])["result"]]
assert sorted(devices) == sorted(int(n[3:]) for n in os.listdir("/sys/class/bluetooth") if ":" not in n), devices' "$output"
}

@test "ioctl: help says what a request takes" {
	run -0 --separate-stderr anysock help siocsifmtu
	[[ $output == "SIOCSIFMTU (interface): "*"anysock ioctl SPEC SIOCSIFMTU INTERFACE MTU" ]]
}

@test "ioctl: features by name are those of ethtool, and are switched" {
	needs command ethtool
	in_namespace sh -c 'ip link add v0 type veth peer name v1
		anysock ioctl udp ETHTOOL_GFEATURES v0 >"$1/ours"; ethtool -k v0 >"$1/theirs"
		anysock ioctl udp ETHTOOL_SFEATURES v0 tx-checksum-ip-generic off; ethtool -k v0 | grep tx-checksum-ip-generic
		anysock ioctl --json udp ETHTOOL_SFEATURES v0 tx-checksum-ip-generic on; ethtool -k v0 | grep tx-checksum-ip-generic' - "$BATS_TEST_TMPDIR"
	[ "${lines[0]}" = "tx-checksum-ip-generic=on -> tx-checksum-ip-generic=off" ]
	[[ ${lines[1]} == *tx-checksum-ip-generic:\ off ]]
	[ "${lines[2]}" = '{"request":"ETHTOOL_SFEATURES","before":{"tx-checksum-ip-generic":{"on":false,"fixed":false}},"after":{"tx-checksum-ip-generic":{"on":true,"fixed":false}}}' ]
	[[ ${lines[3]} == *tx-checksum-ip-generic:\ on ]]
	# ethtool has groups of its own besides, and marks what was asked for and is not so
	python - "$BATS_TEST_TMPDIR" <<-'PYTHON'
		import re, sys
		ours = dict(re.fullmatch(r"(\S+)=(on|off)( \(fixed\))?", line.rstrip("\n")).group(1, 2) for line in open(sys.argv[1] + "/ours"))
		theirs = dict(re.match(r"\s*(\S+): (on|off)", line).group(1, 2) for line in open(sys.argv[1] + "/theirs") if re.match(r"\s*\S+: (on|off)", line))
		both = set(ours) & set(theirs)
		assert len(both) > 30 and all(ours[name] == theirs[name] for name in both), (ours, theirs)
		fixed = {line.split("=")[0] for line in open(sys.argv[1] + "/ours") if "fixed" in line}
		assert {n for n in both if re.search(rf"^\s*{n}: \S+ \[fixed\]", open(sys.argv[1] + "/theirs").read(), re.M)} == fixed & both
	PYTHON
}

@test "ioctl: a feature that is fixed or that there is none of says so" {
	run -1 anysock ioctl udp ETHTOOL_SFEATURES lo loopback off
	[[ $output == *"loopback of lo was not changed"*"has it fixed"* ]]
	run -2 anysock ioctl udp ETHTOOL_GFEATURES lo tx-checksm-ip-generic
	[[ $output == *'did you mean "tx-checksum-ip-generic"?'* ]]
	run -1 anysock ioctl udp ETHTOOL_GSTATS lo
	[[ $output == *"no names of that kind"* ]]
}

@test "ioctl: counts and sets of names of a driver are those of ethtool" {
	needs command ethtool
	in_namespace sh -c 'ip link add v0 type veth peer name v1; ethtool -S v0 | sed -n "s/^ *\(.*\): /\1=/p" >"$1/theirs"
		anysock ioctl udp ETHTOOL_GSTATS v0 >"$1/ours"; anysock ioctl udp ETHTOOL_GSTRINGS v0 stats >"$1/names"'  - "$BATS_TEST_TMPDIR"
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/ours")" -gt 3 ]
	diff "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
	diff "$BATS_TEST_TMPDIR/names" <(sed 's/=.*//' "$BATS_TEST_TMPDIR/theirs")
}

@test "ioctl: what is not typed of what ethtool sets stays as it was" {
	needs command ethtool
	in_namespace sh -c 'ip link add v0 numtxqueues 4 numrxqueues 4 type veth peer name v1
		anysock ioctl udp ETHTOOL_SCHANNELS v0 2 && anysock ioctl udp ETHTOOL_SCHANNELS v0 tx=3 && ethtool -l v0'
	[ "$status" -eq 0 ]
	[[ $output == *"rx=4 tx=4 "*" -> rx=2 tx=4 "*" -> rx=2 tx=3 "*"Current hardware settings:"*"RX:"*2*"TX:"*3* ]]
}
