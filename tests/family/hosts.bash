# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# hosts.bash: two hosts for a test: two_hosts COMMANDS runs them in namespaces of their own, where `inside` runs a command
# on the other host; what they started ends with them. Here is 10.1.0.1 and fd00::1 on a0, there 10.1.0.2 and fd00::2 on b0.

two_hosts() {
	# shellcheck disable=SC2016,SC2154 # for the shell in the namespace
	HOSTS_COMMANDS=$1 timeout $((6 * patience)) unshare -n -m -p -f --mount-proc bash -c '
		unshare -n sleep 600 & there=$!
		trap "kill $there" EXIT
		until [ "$(readlink /proc/$there/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.02; done
		inside() { nsenter -t $there -n "$@"; }
		# seen FILE PATTERN: waits until a line of the file has it
		seen() { for ((i = 0; i < 1500; i++)); do grep -q -- "$2" "$1" 2>/dev/null && return; sleep 0.02; done; return 1; }
		ip link set lo up && inside ip link set lo up
		sysctl -qw net.ipv6.conf.default.accept_dad=0 && inside sysctl -qw net.ipv6.conf.default.accept_dad=0
		ip link add a0 type veth peer name b0 netns $there
		ip addr add 10.1.0.1/24 dev a0 && ip addr add fd00::1/64 dev a0 nodad && ip link set a0 up
		inside ip addr add 10.1.0.2/24 dev b0 && inside ip addr add fd00::2/64 dev b0 nodad && inside ip link set b0 up
		until ip -6 addr show dev a0 scope link | grep -q fe80 && inside ip -6 addr show dev b0 scope link | grep -q fe80; do sleep 0.02; done
		cd "$BATS_TEST_TMPDIR" || exit
		eval "$HOSTS_COMMANDS"'
}
