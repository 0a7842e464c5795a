# SPDX-License-Identifier: GPL-2.0-or-later
# resolve.bats: names, addresses, services and protocols, judged by getent and python3.
# shellcheck disable=SC2154,SC2016
load ../helpers

@test "resolve: the addresses of a name are those of getaddrinfo" {
	run -0 --separate-stderr anysock resolve localhost 80 --json
	python - "$output" <<-'PYTHON'
		import json, socket, sys
		answer = json.loads(sys.argv[1])
		got = [(a["host"], a["port"], a["type"], a["protocol"]) for a in answer["addresses"]]
		wanted = [(a[4][0], a[4][1], "stream", a[2]) for a in socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)]
		assert got == wanted, (got, wanted)
	PYTHON
}

@test "resolve: an address a line, with the port where a service is named" {
	run -0 --separate-stderr anysock resolve 127.0.0.1
	[ "$output" = 127.0.0.1 ]
	run -0 --separate-stderr anysock resolve 127.0.0.1 http
	[ "$output" = 127.0.0.1:80 ]
	run -0 --separate-stderr anysock resolve ::1 443
	[ "$output" = "[::1]:443" ]
}

@test "resolve: types, protocols and families can be chosen" {
	run -0 --separate-stderr anysock resolve --type dgram --json 127.0.0.1 53
	[[ $output == *'"type":"dgram","protocol":17'* && $output != *stream* ]]
	run -0 --separate-stderr anysock resolve --for-protocol sctp --json 127.0.0.1 9
	[[ $output == *'"protocol":132'* ]]
	run -1 --separate-stderr anysock resolve -6 127.0.0.1
	[[ $stderr == *"EAI_ADDRFAMILY"* ]]
	run -0 --separate-stderr anysock resolve -6 --flags v4mapped 127.0.0.1
	[ "$output" = "::ffff:127.0.0.1" ]
	run -0 --separate-stderr anysock resolve --all 127.0.0.1
	[ "${#lines[@]}" -eq 4 ]
	[[ $output == *"inet  raw       ip       127.0.0.1"* ]]
}

@test "resolve: every AI_ flag is given to getaddrinfo" {
	run -0 --separate-stderr anysock resolve --flags AI_PASSIVE '' 80 -4
	[ "$output" = 0.0.0.0:80 ]
	run -0 --separate-stderr anysock resolve '' 80 -4
	[ "$output" = 127.0.0.1:80 ]
	run -1 --separate-stderr anysock resolve --flags numerichost localhost
	[[ $stderr == *"Name or service not known"*"hint: EAI_NONAME"* ]]
	run -1 --separate-stderr anysock resolve --flags numericserv 127.0.0.1 http
	[[ $stderr == *EAI_NONAME* ]]
	run -0 --separate-stderr anysock resolve --flags canonname localhost
	[[ $output == "canonical localhost"* ]]
	run -0 --separate-stderr anysock resolve --flags canonname+addrconfig+all+v4mapped+numericserv+0x40 localhost 80
	run -2 --separate-stderr anysock resolve --flags cannonname localhost
	[[ $stderr == *'did you mean "canonname"?'* ]]
}

@test "resolve: a name that does not exist is a failure of the kind resolve" {
	run -1 --separate-stderr anysock resolve nonesuch.invalid
	[[ $stderr == *"nonesuch.invalid: "*"hint: EAI_"* ]]
}

@test "resolve: an error of getaddrinfo has its name, in JSON, in the shell and in the hint" {
	codes=(EAI_NONAME EAI_NONAME EAI_SERVICE EAI_FAMILY EAI_BADFLAGS EAI_BADFLAGS EAI_ADDRFAMILY)
	words=("--flags numerichost localhost" "--flags numericserv 127.0.0.1 http" "127.0.0.1 nonesuch" "--family unix localhost"
		"--flags 0x100000 localhost" "--reverse --flags 0x100000 127.0.0.1" "-6 127.0.0.1")
	for at in "${!codes[@]}"; do
		# shellcheck disable=SC2086 # words
		run -1 --separate-stderr anysock resolve ${words[at]}
		[[ $stderr == *"hint: ${codes[at]}: "* ]]
		# shellcheck disable=SC2086
		run -1 --separate-stderr anysock resolve --json ${words[at]}
		[ "$(jq -r '.error.kind + " " + .error.gai' <<<"$stderr")" = "resolve ${codes[at]}" ]
	done
	run -0 anysock shell -c 'open c tcp6:127.0.0.1:1 = EAI_ADDRFAMILY; connect-ex c tcp6:127.0.0.1:1'
	[ "$output" = EAI_ADDRFAMILY ]
	run -1 anysock shell -c 'open c tcp6:127.0.0.1:1 = EAI_AGAIN'
}

@test "resolve: a service that does not exist for the type says so" {
	run -1 --separate-stderr anysock resolve 127.0.0.1 nonesuch
	[[ $stderr == *"not supported for ai_socktype"*"hint: EAI_SERVICE"* ]]
}

@test "resolve: an address has the name that getnameinfo has for it" {
	run -0 --separate-stderr anysock resolve --reverse 127.0.0.1 80
	[ "$output" = "$(python -c 'import socket; print(*socket.getnameinfo(("127.0.0.1", 80), 0))')" ]
	run -0 --separate-stderr anysock resolve --reverse '[::1]:443' --flags numerichost+numericserv
	[ "$output" = "::1 443" ]
	run -0 --separate-stderr anysock resolve -r 127.0.0.1 514 --flags dgram
	[ "$output" = "$(python -c 'import socket; print(*socket.getnameinfo(("127.0.0.1", 514), socket.NI_DGRAM))')" ]
	run -0 --separate-stderr anysock resolve -r 127.0.0.1 --json
	[[ $output == '{"host":"'* && $output != *service* ]]
}

@test "resolve: an address without a name is an error that names the resolver's code" {
	needs root
	unshare -n true 2>/dev/null || skip "needs unshare -n"
	run --separate-stderr unshare -n anysock resolve -r 192.0.2.77 --flags namereqd
	[ "$status" -eq 1 ]
	[[ $stderr == *"192.0.2.77: "*"hint: EAI_"* ]]
}

@test "resolve: what is no address cannot be reversed" {
	run -2 --separate-stderr anysock resolve --reverse localhost
	[[ $stderr == *"not an IP address"* ]]
}

@test "resolve: of a spec, which is no host, the command that looks it up is told" {
	local spec
	for spec in unix:/x tcp-listen:localhost:80; do
		run -2 --separate-stderr anysock resolve -r "$spec"
		[[ $stderr = "anysock: resolve: \"$spec\" is not an IP address, "*$'\n'"  hint: a spec and no HOST: \`anysock explain --resolve $spec\`" ]]
		run -1 --separate-stderr anysock resolve "$spec"
		[[ $stderr = *"  hint: EAI_NONAME: a spec and no HOST: \`anysock explain --resolve $spec\`" ]]
	done
	run -2 --separate-stderr anysock resolve -r nope:x
	[[ $stderr != *hint* ]]
}

@test "resolve: services are those of getent" {
	run -0 --separate-stderr anysock resolve --service http/tcp
	[ "${output%% *}" = http ]
	[ "$(awk '{ print $2 }' <<<"$output")" = "$(getent services http/tcp | awk '{ print $2 }')" ]
	run -0 --separate-stderr anysock resolve -s 53
	[[ $output == *"domain 53/tcp"* && $output == *"domain 53/udp"* ]]
	run -0 --separate-stderr anysock resolve -s 53/udp --json
	[ "$output" = '{"service":"domain","port":53,"protocol":"udp","aliases":[]}' ]
	run -1 --separate-stderr anysock resolve -s nonesuch
}

@test "resolve: protocols are those of getent, and those that it does not have" {
	for word in sctp 132 SCTP IPPROTO_SCTP tcp 17 ipv6-icmp 0; do
		number=$word
		[ "$word" != IPPROTO_SCTP ] || number=132
		run -0 --separate-stderr anysock resolve --protocol "$word"
		[ "$output" = "$(getent protocols "$number" | tr -s ' ')" ]
	done
	run -0 --separate-stderr anysock resolve -p sctp --json
	[ "$output" = '{"protocol":"sctp","number":132,"aliases":["SCTP"]}' ]
	# of what /etc/protocols leaves out the kernel's names are known
	unshare -r -m true 2>/dev/null || skip "needs unshare -r -m"
	run -0 --separate-stderr unshare -r -m sh -c 'mount --bind /dev/null /etc/protocols && anysock resolve -p IPPROTO_MPTCP && anysock resolve -p 262 --json'
	[ "${lines[0]}" = "mptcp 262" ]
	[ "${lines[1]}" = '{"protocol":"mptcp","number":262,"aliases":[]}' ]
	run -1 --separate-stderr anysock resolve -p nonesuch
}

@test "resolve: a name server that is silent is given up after --timeout" {
	needs root
	unshare -nm true 2>/dev/null || skip "needs unshare -nm"
	echo "nameserver 127.0.0.1" >"$BATS_TEST_TMPDIR/resolv.conf"
	cat >"$BATS_TEST_TMPDIR/run" <<-'SCRIPT'
		ip link set lo up
		mount --bind "$1/resolv.conf" /etc/resolv.conf || exit 77
		exec 3>&-
		/usr/bin/python3 -c 'import socket, time
		s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 53)); open("'"$1"'/ready", "w"); time.sleep(60)' &
		until [ -e "$1/ready" ]; do sleep 0.02; done
		anysock resolve --timeout 300ms host.example
		status=$?
		kill $!
		exit $status
	SCRIPT
	before=$SECONDS
	run --separate-stderr unshare -nm sh "$BATS_TEST_TMPDIR/run" "$BATS_TEST_TMPDIR"
	[ "$status" -ne 77 ] || skip "needs mount"
	[ "$status" -eq 4 ]
	[ $((SECONDS - before)) -lt "$patience" ]
	[[ $stderr == *"--timeout"* ]]
}

@test "resolve: one question at a time" {
	run -2 --separate-stderr anysock resolve --service --protocol tcp
	run -2 --separate-stderr anysock resolve
}

# name_server COMMANDS: in namespaces of their own where python3 is the only name server; example.org has three places for
# xmpp, none for sip; other names do not exist, and slow.org is not answered.
name_server() {
	NAME_SERVER_COMMANDS=$1 timeout 60 unshare -n -m bash -c '
		ip link set lo up
		cd "$BATS_TEST_TMPDIR" || exit
		echo "nameserver 127.0.0.1" >resolv.conf
		mount --bind resolv.conf /etc/resolv.conf || exit
		/usr/bin/python3 -c "
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((\"127.0.0.1\", 53))
print(\"ready\", flush=True)
def name(text):
    return b\"\".join(bytes([len(part)]) + part.encode() for part in text.split(\".\") if part) + bytes(1)
while True:
    query, peer = s.recvfrom(1000)
    if b\"slow\" in query:
        continue
    answers = []
    if b\"_xmpp-client\x04_tcp\" in query:
        for place in ((20, 0, 5222, \"old.example.org\"), (10, 5, 5223, \"a.example.org\"), (10, 60, 5224, \"b.example.org\")):
            data = struct.pack(\">HHH\", *place[:3]) + name(place[3])
            answers.append(b\"\xc0\x0c\" + struct.pack(\">HHIH\", 33, 1, 300, len(data)) + data)
    code = 0 if answers or b\"_sip\" in query else 3
    question = query[12:query.index(bytes(1), 12) + 5]
    s.sendto(query[:2] + struct.pack(\">HHHHH\", 0x8180 | code, 1, len(answers), 0, 0) + question + b\"\".join(answers), peer)" >ready &
		until grep -qs ready ready; do sleep 0.02; done
		eval "$NAME_SERVER_COMMANDS"
		kill %1'
}

@test "resolve: --srv tells where a domain has a service, in the order in which to try" {
	needs root
	run -0 name_server 'anysock resolve --srv example.org xmpp-client
		anysock resolve --srv example.org xmpp-client/tcp --json
		anysock resolve --srv _xmpp-client._tcp.example.org | wc -l'
	[ "${lines[0]}" = "b.example.org:5224 priority 10 weight 60" ]
	[ "${lines[1]}" = "a.example.org:5223 priority 10 weight 5" ]
	[ "${lines[2]}" = "old.example.org:5222 priority 20 weight 0" ]
	[ "$(jq -c '[.name, .records[2].target, .records[2].port, .records[2].ttl]' <<<"${lines[3]}")" = '["_xmpp-client._tcp.example.org","old.example.org",5222,300]' ]
	[ "${lines[4]}" = 3 ]
}

@test "resolve: --srv tells apart what does not exist, what has no place, and who does not answer" {
	needs root
	run -0 name_server 'anysock resolve --srv example.org sip/udp; echo "status $?"
		anysock resolve --srv example.org ldap; echo "status $?"
		anysock resolve --srv slow.org ldap --timeout 1s; echo "status $?"'
	[[ $output == *"_sip._udp.example.org: the name has no SRV records"*"status 1"*"_ldap._tcp.example.org: there is no such name"*"status 1"*"no name server answered"*"status 1"* ]]
	run -2 anysock resolve --srv --reverse example.org
}
