# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# bluetooth.bash: what the tests of the Bluetooth families share. The lab has two controllers in range of each other: ours
# connect from hci0 to hci1, or the other way round.

# needs_controllers FAMILY: the family, and two controllers to be had.
needs_controllers() {
	needs family "$1"
	[ -d /sys/class/bluetooth/hci1 ] || skip "needs family $1: two controllers that can reach each other"
	export PYTHONPATH=$tree/tests/lab
}

# end_links: those of earlier tests. The kernel ends an idle session of RFCOMM after two seconds, and who connects in that
# moment is reset.
end_links() {
	local link
	for link in /sys/class/bluetooth/hci0:*; do
		# for links of any kind, whatever its name
		[ ! -e "$link" ] || hcitool -i hci0 ledc "${link##*:}" >/dev/null 2>&1 || true
	done
	wait_for has_no_link
}

has_no_link() {
	! compgen -G '/sys/class/bluetooth/hci[01]:*' >/dev/null
}

# bdaddr hciN: its address, as we print it.
bdaddr() {
	python -c "import sys, bluetooth; print(bluetooth.address('$1').lower())"
}

# server SCRIPT: python3 with everything of tests/lab/bluetooth.py; it prints "ready" itself.
server() {
	start /usr/bin/python3 -u -c "
import socket, struct
from bluetooth import *
def read(sock):
	data = b''
	try:
		while part := sock.recv(65536): data += part
	except (ConnectionResetError, BlockingIOError): pass
	return data
def whole(sock):
	data = read(sock)
	# the kernel tells the end of a channel once before it gives out what came earlier
	sock.setblocking(False)
	return data + read(sock)
$1"
	wait_for grep -q . "$output_file" || { cat "$error_file" && false; }
}

# lines_of_page: the examples of anysock-bluetooth(7), as a shell reads them.
lines_of_page() {
	sed -n 's/^\.Dl //p' "$tree/man/family/bluetooth.mdoc" | sed 's/\\e/\\/g; s/\\(dq/"/g'
}

# example WORDS: the one example with these words, for the device behind hci1; sets line.
example() {
	line=$(lines_of_page | grep -F -e "$1" | head -n 1)
	[ -n "$line" ] || { echo "the page has no line with: $1" >&2 && return 1; }
	line=${line//AA:BB:CC:DD:EE:FF/$(bdaddr hci1)}
	cd "$BATS_TEST_TMPDIR" || return
}
