# SPDX-License-Identifier: GPL-2.0-or-later
# interfaces.bats: interfaces and what is known of them, judged by ip and python3.
# shellcheck disable=SC2154,SC2016
load ../helpers

@test "interfaces: indexes and names are those of python3" {
	run -0 --separate-stderr anysock interfaces --names
	[ "$output" = "$(python -c 'import socket
for index, name in socket.if_nameindex(): print(index, name)')" ]
}

@test "interfaces: everything is as ip has it" {
	needs command ip
	run -0 --separate-stderr anysock interfaces --json
	python - "$output" "$(ip -j -s addr)" <<-'PYTHON'
		import json, sys
		ours = {i["index"]: i for i in map(json.loads, sys.argv[1].splitlines())}
		theirs = {i["ifindex"]: i for i in json.loads(sys.argv[2])}
		assert ours.keys() == theirs.keys()
		for index, ip in theirs.items():
		    our = ours[index]
		    assert our["name"] == ip["ifname"] and our["mtu"] == ip["mtu"] and our["type"] == ip["link_type"], (our, ip)
		    if ip["link_type"] in ("ether", "loopback"):
		        assert our["hardware"] == ip["address"], (our, ip)
		    addresses = [(a["family"], a["local"], a["prefixlen"]) for a in ip["addr_info"] if a.get("family") in ("inet", "inet6")]
		    assert [(a["family"], a["address"].split("%")[0], a["prefix"]) for a in our["addresses"]] == addresses, (our, ip)
		    flags = {"UP": "up", "BROADCAST": "broadcast", "LOOPBACK": "loopback", "NOARP": "noarp", "MULTICAST": "multicast"}
		    for theirs_flag, our_flag in flags.items():
		        assert (theirs_flag in ip["flags"]) == (our_flag in our["flags"]), (our, ip)
	PYTHON
}

@test "interfaces: one is shown by its name or its index" {
	index=$(cat /sys/class/net/lo/ifindex)
	run -0 --separate-stderr anysock interfaces lo
	[[ ${lines[0]} == "$index lo up+loopback+running"*" mtu $(cat /sys/class/net/lo/mtu) loopback "* ]]
	[[ $output == *"    inet 127.0.0.1/8"* ]]
	by_name=$output
	run -0 --separate-stderr anysock interfaces "$index"
	[ "$output" = "$by_name" ]
}

@test "interfaces: counts have more than 32 bits" {
	needs root
	unshare -n true 2>/dev/null || skip "needs unshare -n"
	# a network of its own, so that nothing else is counted meanwhile
	run -0 --separate-stderr unshare -n sh -c 'ip link set lo up; ping -c 3 -i 0.01 -q 127.0.0.1 >/dev/null 2>&1
		anysock interfaces lo --stats --json; grep lo: /proc/net/dev'
	python - "${lines[0]}" "${lines[1]}" <<-'PYTHON'
		import json, sys
		ours, columns = json.loads(sys.argv[1]), [int(n) for n in sys.argv[2].split(":")[1].split()]
		assert [ours["received"][k] for k in ("bytes", "packets", "errors", "dropped")] == columns[:4]
		assert [ours["sent"][k] for k in ("bytes", "packets", "errors", "dropped")] == columns[8:12]
	PYTHON
}

@test "interfaces: the kind of a device is shown" {
	needs root
	unshare -n ip link add v1 type veth peer name v2 2>/dev/null || skip "needs veth"
	run -0 --separate-stderr unshare -n sh -c 'ip link add v1 type veth peer name v2; anysock interfaces v1'
	[[ $output == *" ether "*" driver veth"* ]]
}

@test "interfaces: drivers and further names are those of ip, and so are the peers of links" {
	needs root
	needs command ip
	unshare -n ip link add v1 type veth peer name v2 2>/dev/null || skip "needs veth"
	run -0 --separate-stderr unshare -n sh -c 'ip link add v1 type veth peer name v2; ip link property add dev v1 altname second-name
		ip link add b1 type bridge 2>/dev/null; ip link add link v1 name v1.5 type vlan id 5 2>/dev/null; ip tuntap add tun0 mode tun
		ip addr add 192.0.2.1 peer 192.0.2.2/32 dev tun0; ip -6 addr add 2001:db8::1 peer 2001:db8::2 dev tun0
		anysock interfaces second-name --names; anysock interfaces tun0 | tail -n 2; anysock interfaces tun0 --json
		anysock interfaces --json | jq -s -c "map({(.name): .driver}) | add"; ip -j -d link | jq -c "map({(.ifname): .linkinfo.info_kind}) | add"'
	[[ ${lines[0]} =~ ^[0-9]+" v1"$ ]]
	[ "${lines[1]}" = "    inet 192.0.2.1/32 peer 192.0.2.2" ]
	[ "${lines[2]}" = "    inet6 2001:db8::1/128 peer 2001:db8::2" ]
	[ "$(jq -c '.addresses | map(.peer)' <<<"${lines[3]}")" = '["192.0.2.2","2001:db8::2"]' ]
	python - "${lines[4]}" "${lines[5]}" <<-'PYTHON'
		import json, sys
		ours, theirs = json.loads(sys.argv[1]), json.loads(sys.argv[2])
		assert ours.keys() == theirs.keys() and ours["v1"] == "veth" and ours["tun0"] == "tun", ours
		for name, kind in theirs.items():
		    # ethtool says it in words
		    assert ours[name] == (kind if kind != "vlan" else "802.1Q VLAN Support"), (name, kind, ours)
	PYTHON
}

@test "interfaces: one that is not there is a failure" {
	run -1 --separate-stderr anysock interfaces nonesuch
	[[ $stderr == *"interface nonesuch: No such device"* ]]
	run -1 --separate-stderr anysock interfaces 99999
}

@test "interfaces: a further name, which may be longer than 15 bytes, is taken wherever one is named" {
	needs root
	needs command ip
	unshare -n ip link add v1 type veth peer name v2 2>/dev/null || skip "needs veth"
	run -0 --separate-stderr unshare -n sh -ec 'name=a-name-of-more-than-fifteen-bytes
		ip link add v1 type veth peer name v2; ip link property add dev v1 altname $name
		ip link set lo up; ip link set v1 up; ip link set v2 up; ip -6 addr add fe80::77/64 dev v1 nodad
		anysock interfaces $name --names
		anysock explain packet:$name | grep "^address"
		anysock sockopt udp:127.0.0.1:9,interface=$name so-bindtodevice
		anysock sockopt udp:127.0.0.1:9,ip-unicast-if=$name ip-unicast-if
		anysock sockopt udp:[fe80::99%$name]:9,bind=[fe80::77%$name]:0 ipv6-v6only --values
		anysock ioctl udp:127.0.0.1:9 SIOCGIFMTU $name
		anysock shell -c "need interface $name"
		! anysock explain packet:${name}x | grep "^address"
		! anysock sockopt udp:127.0.0.1:9,interface=${name}x so-bindtodevice'
	[[ ${lines[0]} =~ ^[0-9]+" v1"$ ]]
	[[ ${lines[1]} = "address   packet:v1:"* ]]
	[ "${lines[2]} ${lines[3]}" = "so-bindtodevice=v1 ip-unicast-if=v1" ]
	[[ ${lines[4]} = on && ${lines[5]} = "interface=v1 mtu=1500" ]]
	[[ ${lines[6]} = "address   interface a-name-of-more-than-fifteen-bytesx: No such device" && ${#lines[@]} = 7 ]]
	[[ $stderr = *"interface a-name-of-more-than-fifteen-bytesx: No such device" ]]
}
