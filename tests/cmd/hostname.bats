# SPDX-License-Identifier: GPL-2.0-or-later
# hostname.bats: the host's name, judged by uname and python3.
# shellcheck disable=SC2154
load ../helpers

@test "hostname: is the name that uname has" {
	run -0 --separate-stderr anysock hostname
	[ "$output" = "$(uname -n)" ]
}

@test "hostname: the full name is the canonical one" {
	run -0 --separate-stderr anysock hostname --fqdn
	[ "$output" = "$(python -c 'import socket
try: print(socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_DGRAM, flags=socket.AI_CANONNAME)[0][3])
except OSError: print(socket.gethostname())')" ]
}

@test "hostname: JSON" {
	run -0 --separate-stderr anysock hostname --json
	[ "$output" = "{\"hostname\":\"$(uname -n)\"}" ]
}

@test "hostname: a new name is set" {
	needs root
	unshare -u true 2>/dev/null || skip "needs unshare -u"
	run -0 --separate-stderr unshare -u sh -c 'anysock hostname new-name && uname -n && anysock hostname'
	[ "$output" = $'new-name\nnew-name' ]
	[ "$(uname -n)" != new-name ]
}

@test "hostname: a name that is too long or empty is a usage error" {
	needs root
	run -2 --separate-stderr unshare -u anysock hostname "$(printf 'n%.0s' {1..65})"
	[[ $stderr == *"1 to 64 bytes"* ]]
	run -2 unshare -u anysock hostname ""
}

@test "hostname: a missing privilege is named" {
	needs root
	needs command setpriv
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$ANYSOCK" hostname "$(uname -n)"
	[ "$status" -ne 126 ] || skip "needs a build that everybody may run"
	[ "$status" -eq 3 ]
	[[ $stderr == *"Operation not permitted"*CAP_SYS_ADMIN* ]]
}
