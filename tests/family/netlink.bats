# SPDX-License-Identifier: GPL-2.0-or-later
# netlink.bats: what the kernel tells and is asked, in a network namespace; judged by ip, ss and python3.
# shellcheck disable=SC2154,SC2016,SC2317
load ../helpers

setup() {
	needs root
	needs family netlink
	space=anysock-$$-$BATS_TEST_NUMBER
	ip netns add "$space" || skip "needs network namespaces"
}

teardown() {
	stop_all
	ip netns del "$space" 2>/dev/null || true
}

inside() { ip netns exec "$space" "$@"; }

# hearing WORD...: an anysock recv in the namespace, in the background, once its socket is there.
hearing() {
	local before
	before=$(sockets)
	start ip netns exec "$space" "$ANYSOCK" recv "$@"
	wait_for more_sockets "$before"
}
# of programs, not of the kernel
sockets() { inside awk '$3 != 0 && NR > 1' /proc/net/netlink | wc -l; }
more_sockets() { [ "$(sockets)" -gt "$1" ]; }

has_line() { grep -q "$1" "$output_file"; }

@test "netlink: links and addresses that change are told, one a line, by name" {
	hearing netlink:route:0:link+ipv4-ifaddr
	inside ip link add v0 address 02:00:00:00:00:10 type veth peer name v1
	inside ip addr add 10.7.0.1/24 dev v0
	inside ip link del v0
	wait_for has_line 'dellink.*ifname=v0'
	grep 'newlink type=ether index=[0-9]* flags=broadcast+multicast ifname=v0 .*address=02:00:00:00:00:10 .*linkinfo={kind=veth}' "$output_file"
	grep -x 'newaddr family=inet prefixlen=24 interface=v0 address=10.7.0.1 local=10.7.0.1 label=v0 flags=permanent' "$output_file"
	grep '^deladdr .*interface=v0 address=10.7.0.1' "$output_file"
}

@test "netlink: routes, neighbours and rules that change are told" {
	inside ip link add v0 type veth peer name v1
	inside ip link set v0 up
	hearing netlink:route:0:ipv4-route+neigh+ipv4-rule
	inside ip route add 10.8.0.0/16 dev v0 metric 7 proto static
	inside ip neigh add 10.8.0.9 lladdr 02:00:00:00:00:99 dev v0 nud permanent
	inside ip rule add from 10.9.0.0/24 table 77 prio 100
	wait_for has_line newrule
	grep -x 'newroute excl create family=inet type=unicast dst-len=16 protocol=static scope=link flags=linkdown table=main dst=10.8.0.0 priority=7 oif=v0' "$output_file"
	grep -x 'newneigh family=inet interface=v0 state=permanent type=[a-z]* dst=10.8.0.9 lladdr=02:00:00:00:00:99' "$output_file"
	grep '^newrule .*family=inet src-len=24 action=to-table .*table=77' "$output_file" | grep -q 'src=10.9.0.0'
}

@test "netlink: as many changes as ip monitor sees" {
	hearing netlink:route:0:ipv4-ifaddr+ipv4-route
	local ours=$output_file before
	before=$(sockets)
	start ip netns exec "$space" stdbuf -oL ip -4 -o monitor address route
	wait_for more_sockets "$before"
	inside ip link add v0 type veth peer name v1
	for i in 1 2 3 4 5; do inside ip addr add 10.7.$i.1/24 dev v0; done
	inside ip link set v0 up
	inside ip link set v1 up
	inside ip link del v0
	inside ip addr add 10.99.0.1/32 dev lo
	both() { grep -q 10.99.0.1 "$ours" && grep -q 10.99.0.1 "$output_file"; }
	wait_for both
	for word in addr route; do
		[ "$(grep -c "^new$word .*10\.7\." "$ours")" -ge 5 ]
	done
	[ "$(grep -c '^del' "$ours")" = "$(grep -c ^Deleted "$output_file")" ]
	[ "$(wc -l <"$ours")" = "$(wc -l <"$output_file")" ]
}

@test "netlink: dump= lists what ip lists, and ends" {
	inside ip link add v0 mtu 1400 type veth peer name v1
	inside ip link set lo up
	inside ip addr add 10.7.0.1/24 dev v0
	run -0 inside anysock recv netlink:route,dump=link --format json
	diff <(jq -S '.netlink | select(.op == "newlink") | [.index, .ifname, .mtu, .address, .linkinfo.kind, .operstate // ""]' <<<"$output" | jq -cs 'sort|.[]') \
		<(inside ip -json -d link | jq -S '.[] | [.ifindex, .ifname, .mtu, .address, .linkinfo.info_kind, (.operstate | ascii_downcase)]' | jq -cs 'sort|.[]')
	run -0 inside anysock recv netlink:route,dump=addr --format json
	diff <(jq -c '.netlink | select(.op == "newaddr") | [.interface, .address, .prefixlen]' <<<"$output" | sort) \
		<(inside ip -json addr | jq -c '.[] | .ifname as $n | .addr_info[] | [$n, .local, .prefixlen]' | sort)
}

@test "netlink: several dumps of one socket come one after the other" {
	inside ip link set lo up
	run -0 inside anysock recv netlink:route,dump=link+addr+rule+neigh+route
	[[ $output == newlink*newaddr*newrule*newroute* ]]
	run -0 inside anysock connect netlink:route <<<$'getlink dump\ngetaddr dump'
	[[ $output == newlink*newaddr* ]]
}

@test "netlink: requests are typed as words, and what was made is there" {
	run -0 inside anysock send netlink:route 'newlink create excl ifname=v0 mtu=1300 linkinfo={kind=veth data={peer={ifname=v1}}}' \
		'newaddr create family=inet prefixlen=24 interface=2 local=10.7.0.1 address=10.7.0.1'
	run -0 inside ip -o link show v0
	[[ $output == *v0@v1*"mtu 1300"* ]]
	run -0 inside ip -o addr show
	[[ $output == *10.7.0.1/24* ]]
}

@test "netlink: an interface whose name begins with a digit is taken by it, and what is shown of it is read" {
	inside ip link add 6in4 type veth peer name 40
	inside ip addr add 10.7.0.1/24 dev 6in4
	inside ip link set 6in4 up
	inside ip link set 40 up
	route=$(inside anysock recv netlink:route,dump=route | grep -m 1 'dst=10.7.0.0 .*oif=6in4')
	route=${route/dst=10.7.0.0/dst=10.8.0.0}
	run -0 inside anysock send netlink:route "${route/#newroute/newroute create excl}"
	inside ip route | grep -q '^10.8.0.0/24 dev 6in4'
}

@test "netlink: requests are typed as JSON" {
	run -0 inside anysock connect --format json netlink:route <<<'{"netlink":{"op":"newlink","nlflags":["create","excl"],"ifname":"br7","flags":["up"],"change":["up"],"linkinfo":{"kind":"bridge","data":{"priority":9}}}}'
	[[ $output == *'"op":"error"'*'"code":0'* ]]
	run -0 inside ip -o -d link show br7
	[[ $output == *UP*"priority 9"* ]]
}

@test "netlink: requests are typed as hex" {
	run -0 inside anysock connect netlink:route <<<20000000120005030100000000000000000000000000000000000000000000000000
	[[ $output == "newlink type=loopback"*ifname=lo* ]]
}

@test "netlink: several paths of a route are read and printed" {
	inside ip link add v0 type veth peer name v1
	inside ip link set v1 up
	inside ip link set v0 up
	inside ip addr add 10.7.0.1/24 dev v0
	run -0 inside anysock send netlink:route 'newroute create family=inet type=unicast table=main dst-len=16 dst=10.9.0.0 multipath=[{interface=v0 gateway=10.7.0.2 hops=1} {interface=v0 gateway=10.7.0.3}]'
	run -0 inside ip route show 10.9.0.0/16
	[[ $output == *"nexthop via 10.7.0.2 dev v0 weight 2"*"nexthop via 10.7.0.3 dev v0 weight 1"* ]]
	run -0 inside anysock recv netlink:route,dump=route
	[[ $output == *"dst=10.9.0.0 multipath=[{hops=1 interface=v0 gateway=10.7.0.2} {interface=v0 gateway=10.7.0.3}]"* ]]
}

@test "netlink: what the kernel refuses is an error in its own words, with the attribute at fault" {
	inside ip link add v0 type veth peer name v1
	run -1 inside anysock send netlink:route 'setlink ifname=v0 mtu=1'
	[[ $output == *"netlink:route: request 1 was refused: Invalid argument: mtu less than device minimum"* ]]
	run -1 --separate-stderr inside anysock connect netlink:route <<<'newlink create ifname=v9 linkinfo={kind=nosuch}'
	[[ $output == "error seq=1 code=EOPNOTSUPP "*"request=newlink"* ]]
	[[ $stderr == *"Unknown device type"* ]]
	run -1 --separate-stderr inside anysock connect --format json netlink:route <<<'{"netlink":"newaddr family=inet prefixlen=24 interface=v0 local=10.0.0.1 address=10.0.0.1 rt-priority=hex:00"}'
	jq -e '.netlink | .op == "error" and .code == "ERANGE" and .request == "newaddr" and .attribute == "rt-priority"' <<<"$output" ||
		jq -e '.netlink | .op == "error" and .code == "EINVAL" and .attribute == "rt-priority"' <<<"$output"
}

@test "netlink: of several requests those that are refused are told each" {
	run -1 --separate-stderr inside anysock connect netlink:route <<<$'getlink ifname=no1\ngetlink index=1\ngetlink ifname=no2'
	[[ $stderr == *"request 1 was refused: No such device"*"request 3 was refused: No such device"* ]]
	[[ $output == *ifname=lo* ]]
	run -1 inside anysock send netlink:route 'dellink index=77'
}

@test "netlink: families of generic netlink go by their names" {
	run -0 anysock send netlink:generic --replies 1 'nlctrl cmd=getfamily family-name=ethtool'
	[[ $output == "nlctrl cmd=newfamily family-name=ethtool family-id="*"mcast-groups=[{id="*" name=monitor}]" ]]
	run -0 anysock scan netlink:
	[[ $output == *family-name=nlctrl*family-name=ethtool* ]]
	number=$(sed -n 's/.*family-name=ethtool family-id=\([0-9]*\).*/\1/p' <<<"$output")
	run -0 anysock explain netlink:generic:0:nlctrl/notify+ethtool
	[[ $output == *"NETLINK_ADD_MEMBERSHIP, 16,"*NETLINK_ADD_MEMBERSHIP* ]]
	# ETHTOOL_MSG_LINKINFO_GET of v0, by the number and by the name of the family
	inside ip link add v0 type veth peer name v1
	run -0 inside anysock connect netlink:generic <<<"$number cmd=2 version=1 1={2=763000}"
	local by_number=$output
	run -0 inside anysock connect netlink:generic <<<'ethtool cmd=2 version=1 1={2=763000}'
	[ "$output" = "$by_number" ]
	[[ $output == 'ethtool cmd='*' version=1 1={'*'2=763000}'* ]]
}

@test "netlink: changes of interfaces by ethtool are heard by the family's group" {
	inside ip link add v0 type veth peer name v1
	hearing netlink:generic:0:ethtool/monitor --count 1
	# ETHTOOL_MSG_FEATURES_SET: tx-tcp-segmentation off
	run -0 inside anysock send netlink:generic 'ethtool cmd=12 version=1 1={2=763000} 3={3={1={2=74782d7463702d7365676d656e746174696f6e00}}}'
	status_of "$pid"
	[[ $(cat "$output_file") == 'ethtool cmd='*'2=763000'* ]]
}

@test "netlink: events of devices are lines and JSON" {
	hearing netlink:kobject-uevent:0:kernel
	local text=$output_file
	hearing netlink:kobject-uevent:0:kernel --format json
	inside ip link add v0 type veth peer name v1
	both() { grep -q '^add@.*INTERFACE=v0' "$text" && grep -q '"INTERFACE":"v0"' "$output_file"; }
	wait_for both
	grep '^add@/devices/virtual/net/v0 ACTION=add DEVPATH=/devices/virtual/net/v0 SUBSYSTEM=net .*INTERFACE=v0' "$text"
	jq -se '.[] | select(.netlink.event == "add@/devices/virtual/net/v0") | .netlink.properties.SUBSYSTEM == "net"' "$output_file"
}

@test "netlink: events that udev passes on are read behind its header, and a damaged one as it is" {
	hearing netlink:kobject-uevent:0:2
	local text=$output_file
	hearing netlink:kobject-uevent:0:2 --format json
	inside /usr/bin/python3 -c '
import socket
from struct import pack
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15)
def tell(properties, magic=0xfeedcafe, offset=40):
    # struct monitor_netlink_header of systemd
    header = b"libudev\0" + pack("!I", magic) + pack("=III", 40, offset, len(properties)) + bytes(16)
    s.sendto(header + properties, (0, 2))
tell(b"ACTION=add\0DEVPATH=/devices/x\0SUBSYSTEM=net\0")
tell(b"ACTION=remove\0DEVPATH=/devices/a b\0odd\0")
tell(b"ACTION=bad\0", magic=1)
tell(b"ACTION=bad\0", offset=9999)
s.sendto(b"libudev\0", (0, 2))
s.sendto(b"change@/devices/last\0ACTION=change\0", (0, 2))'
	all() { grep -q /devices/last "$text" && grep -q /devices/last "$output_file"; }
	wait_for all
	grep -qx 'libudev ACTION=add DEVPATH=/devices/x SUBSYSTEM=net' "$text"
	grep -qF 'libudev ACTION=remove "DEVPATH=/devices/a b" odd' "$text"
	jq -se '.[0].netlink.properties == {"ACTION": "add", "DEVPATH": "/devices/x", "SUBSYSTEM": "net"} and .[1].netlink.properties.DEVPATH == "/devices/a b"
		and .[-1].netlink.event == "change@/devices/last" and length == 6' "$output_file"
}

@test "netlink: sockets are listed as ss lists them" {
	inside ip link set lo up
	start ip netns exec "$space" /usr/bin/python3 -c "
import socket, time
a = socket.create_server(('127.0.0.1', 7007)); b = socket.create_connection(('127.0.0.1', 7007)); c, _ = a.accept()
print('ready', flush=True); time.sleep(60)"
	wait_for has_line ready
	run -0 inside anysock connect netlink:sock-diag <<<'get-inet protocol=tcp states=established+listen dump'
	[[ $output == *"inet state=listen "*"sport=7007 "*"src=127.0.0.1"* ]]
	[ "$(grep -c ^inet <<<"$output")" = "$(inside ss -4Htan state established state listening | wc -l)" ]
	run -0 inside anysock connect netlink:sock-diag --format json <<<'{"netlink":{"op":"get-netlink","nlflags":["dump"],"protocol":"all"}}'
	jq -se 'any(.[].netlink; .op == "netlink" and .protocol == "sock-diag")' <<<"$output"
}

@test "netlink: dump= of sock-diag lists as many as ss of each kind" {
	inside ip link set lo up
	start ip netns exec "$space" /usr/bin/python3 -c "
import socket, time
socks = [socket.create_server(('127.0.0.1', 0)), socket.create_server(('::1', 0), family=socket.AF_INET6)]
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('127.0.0.1', 0))
x = socket.socket(socket.AF_UNIX); x.bind('\0anysock-$$'); x.listen()
p = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); print('ready', flush=True); time.sleep(60)"
	wait_for has_line ready
	kinds() { inside anysock recv "netlink:sock-diag,dump=$1" | wc -l; }
	[ "$(kinds tcp+tcp6)" = "$(inside ss -Htan | wc -l)" ]
	[ "$(kinds udp+udp6)" = "$(inside ss -Huan | wc -l)" ]
	[ "$(kinds packet)" = "$(inside ss -H0an | wc -l)" ]
	run -0 inside anysock recv netlink:sock-diag,dump=unix
	grep -x "unix type=stream state=listen ino=[0-9]* name=@anysock-$$" <<<"$output"
	run -0 inside anysock recv netlink:sock-diag,dump=netlink
	[[ $output == *"netlink type=raw protocol=sock-diag"* ]]
}

@test "netlink: groups are names, numbers, ranges and masks; those above 32 are joined too" {
	start ip netns exec "$space" "$ANYSOCK" recv netlink:route:0:link+33-34+0x30+stats
	joined() {
		inside anysock connect netlink:sock-diag --format json <<<'{"netlink":{"op":"get-netlink","nlflags":["dump"],"protocol":"route","show":["groups"]}}' |
			jq -se 'any(.[].netlink; .groups == "310000000b000000")'
	}
	wait_for joined
}

@test "netlink: python3 hears what is sent to a port and a group, and answers" {
	start ip netns exec "$space" /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2); s.bind((4711, 1 << 4)); print('ready', flush=True)
data, peer = s.recvfrom(1000); print(data.hex(), flush=True); s.sendto(b'\x18\0\0\0\x20\0\0\0\1\0\0\0\0\0\0\0answered', (peer[0], 0))"
	wait_for has_line ready
	run -0 inside anysock send netlink:usersock:4711,to=5 --replies 1 --format hex 1400000020000000010000000000000068656c6c
	[[ $output == 1800000020000000*616e737765726564 ]]
	grep -x 1400000020000000010000000000000068656c6c "$output_file"
}

@test "netlink: -bind is our own port" {
	hearing --count 1 --format hex netlink-bind:usersock:4712
	inside /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2); s.sendto(b'raw words', (4712, 0))"
	status_of "$pid"
	[ "$(cat "$output_file")" = "$(printf 'raw words' | xxd -p)" ]
}

@test "netlink: netns= asks there, and names interfaces by what they are called there" {
	inside ip link add there0 type veth peer name there1
	run -0 anysock recv "netlink:route,netns=$space,dump=link"
	[[ $output == *ifname=there0*link=* ]]
	hearing_elsewhere() { start "$ANYSOCK" recv "netlink:route:0:ipv4-ifaddr,netns=$space,dump=link"; }
	hearing_elsewhere
	wait_for has_line there1
	inside ip addr add 10.7.0.1/24 dev there0
	wait_for has_line 'newaddr.*interface=there0'
}

@test "netlink: options of netlink are set and read back" {
	run -0 anysock sockopt netlink:route,netlink-pktinfo=1 netlink-pktinfo netlink-ext-ack netlink-cap-ack
	[[ $output == *netlink-pktinfo*1*netlink-ext-ack*1*netlink-cap-ack*0* || $output == *"netlink-pktinfo=on"* || $output == *"= 1"* ]]
	run -0 anysock sockopt netlink:route:0:link+stats netlink-list-memberships
	[[ $output == *1*36* ]]
}

@test "netlink: a capture of it is read by tshark" {
	needs command tshark
	run -0 inside bash -c '"$ANYSOCK" recv netlink:route,dump=link --format pcap >"$1/link.pcap"' - "$BATS_TEST_TMPDIR"
	run -0 --separate-stderr tshark -r "$BATS_TEST_TMPDIR/link.pcap"
	[[ ${output,,} == *netlink* ]]
}

@test "netlink: wrong names point at themselves" {
	run -2 anysock recv netlink:rout
	[[ $output == *'did you mean "route"'* ]]
	run -2 anysock recv netlink:route:0:lnk
	[[ $output == *'"lnk" is no group'*"^~~"*'did you mean "link"'* ]]
	run -2 anysock recv netlink:route,dump=links
	[[ $output == *"link, addr, route"* ]]
	run -2 anysock send netlink:route 'newlink ifnam=x'
	[[ $output == *'"ifnam" is no attribute'*'did you mean "ifname"'* ]]
	run -1 anysock connect netlink:route <<<'getlnk dump'
	[[ $output == *'line 1: "getlnk" is no message'*'did you mean "getlink"'* ]]
	run -3 anysock recv netlink:generic:0:nosuchfamily
	[[ $output == *"has no family"* ]]
}

@test "netlink: words that cannot be read are marked, and nothing is sent" {
	needs command strace
	local line wanted what count=0
	while IFS='|' read -r line wanted what; do
		count=$((count + 1))
		run inside strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=sendmsg,sendto,sendmmsg "$ANYSOCK" send netlink:route "$line"
		marks "$output"
		[[ $status = 2 && $output == *"$what"* && $mark = "$wanted" ]] || { echo "$line: $output" && false; }
		[ ! -s "$BATS_TEST_TMPDIR/trace" ]
	done <<-'END'
		newlink ifname="d0|-|a closing quote is missing
		newlink ifname="d\q"|q|\", \\ or \xHH was expected
		newlink ifname="d\x4"|x|\", \\ or \xHH was expected
		newlink linkinfo={|-|"}" was expected
		newlink linkinfo={kind=veth|-|"}" was expected
		newlink linkinfo={kind=veth data={|-|"}" was expected
		newlink linkinfo|-|"=" and a value were expected
		newlink linkinfo=veth|veth|linkinfo: a hex digit expected
		newlink linkinfo={kind=vlan data={flags={flags=1|-|"}" was expected
		newlink linkinfo={kind=vlan data={flags={bogus=1}}}|bogus|"bogus" is no attribute
		newlink linkinfo={kind=vlan data={flags={flags}}}|}|"=" was expected
		newlink linkinfo={kind=vlan data={flags={mask=4294967296}}}|4294967296|mask: "4294967296" is not a number from 0 to 4294967295
		newlink linkinfo={kind=vlan data={id=65536}}|65536|id: "65536" is not a number from 0 to 65535
		newlink mtu=x ifname=v|x|mtu: "x" is not a number from 0 to 4294967295
		newlink mtu={1}|{|this attribute has nothing nested in it
		newlink mtu=[1|-|"]" was expected
		newlink mtu="15\x00"|-|a NUL has no place here
		newlink nosuch=1|nosuch|"nosuch" is no attribute
		newlink 77=0a0|0a0|attribute: a second hex digit expected
		newlink 77={88|-|"=" and a value were expected
		newlink =1|=|a word such as mtu=1500 was expected
		newlink flags=[up|-|"]" was expected
		newlink flags=[up nosuch] mtu=1|[up nosuch]|flags: "nosuch" is not a number
		newlink flags=uo|uo|did you mean "up"
		newlink address=02:00:0|02:00:0|a hardware address such as
		newlink address=02:00:|02:00:|a hardware address such as
		newlink index=lo|lo|index: "lo" is not a number from -2147483648 to 2147483647
		newlink link=nosuch|nosuch|there is no interface "nosuch" here
		newlink seq=x|x|"x" is not a number from 0 to 4294967295
		newlink body|-|"=" and bytes in hex were expected
		newlink body=zz|zz|body: a hex digit expected
		newroute dst=10.0.0.0/8|10.0.0.0/8|"10.0.0.0/8" is no address of IP
		newroute multipath=[x]|x|"{" or "]" was expected
		newroute multipath=[{]|]|a word such as mtu=1500 was expected
		nosuch|nosuch|"nosuch" is no message of this protocol
		65536|65536|is not a number from 0 to 65535
	END
	[ "$count" = 36 ]
}

@test "netlink: words are the bytes of netlink(7) and of the kernel's structures, as python3 packs them" {
	needs command strace
	run inside strace -s 999 -xx -o "$BATS_TEST_TMPDIR/trace" -e trace=sendmsg "$ANYSOCK" send netlink:route \
		'newlink create index=5 flags=[up running] change=1 ifname="v\x41\\\"7" linkinfo={kind=vlan data={id=7 flags={flags=2 mask=0x7}}} 77=0a0b 78={79=01} address=02:00:00:00:00:01 rest=ffee'
	python -c '
import re, sys
from struct import pack
def attribute(kind, *parts):
    body = b"".join(parts)
    return pack("HH", 4 + len(body), kind) + body + bytes(-len(body) % 4)
NESTED = 0x8000
body = pack("BxHiII", 0, 0, 5, 0x41, 1) + attribute(3, b"vA\\\"7\0")
body += attribute(18 | NESTED, attribute(1, b"vlan\0"), attribute(2 | NESTED, attribute(1, pack("H", 7)), attribute(2, pack("II", 2, 7))))
body += attribute(77, b"\x0a\x0b") + attribute(78 | NESTED, attribute(79, b"\x01")) + attribute(1, b"\2\0\0\0\0\1") + b"\xff\xee"
wanted = pack("=IHHII", 16 + len(body), 16, 0x405, 1, 0) + body
sent = bytes.fromhex(re.search(r"iov_base=\"([^\"]*)", open(sys.argv[1]).read())[1].replace(r"\x", ""))
sys.exit(sent != wanted and "%s\n%s" % (sent.hex(), wanted.hex()))' "$BATS_TEST_TMPDIR/trace"
}

@test "netlink: explain shows the address and how the groups are joined" {
	run -0 anysock explain netlink:route:0:link+stats
	[[ $output == *nl_pid*"NETLINK_ADD_MEMBERSHIP, 1,"*"NETLINK_ADD_MEMBERSHIP, 36,"* ]]
	run -0 anysock explain netlink-bind:route:0:link+stats
	[[ $output == *nl_groups*"NETLINK_ADD_MEMBERSHIP, 36,"* ]]
	[[ $output != *"MEMBERSHIP, [1]"* ]]
}

@test "netlink: the examples of the manual do what they say" {
	local example lines
	lines=$(sed -n 's/^\.Dl //p' "$tree/man/family/netlink.mdoc")
	[ "$(wc -l <<<"$lines")" -ge 5 ]
	while IFS= read -r example; do
		# those that hear groups go on until they are ended
		case $example in
		*netlink:*:0:*) run -124 inside timeout 2 bash -c "$example" </dev/null ;;
		*) run -0 inside timeout 20 bash -c "$example" </dev/null ;;
		esac
		[[ $output != *anysock:* ]]
	done <<<"$lines"
	run -0 inside ip -o link show lo
	[[ $output == *UP* ]]
}
