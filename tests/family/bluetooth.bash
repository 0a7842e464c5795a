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

# bdaddr hciN: its address, as we print it.
bdaddr() {
	python -c "import sys, bluetooth; print(bluetooth.address('$1').lower())"
}

# server SCRIPT: python3 with everything of tests/lab/bluetooth.py; it prints "ready" itself.
server() {
	start /usr/bin/python3 -u -c "
import socket, struct
from bluetooth import *
def whole(sock):
	data = b''
	try:
		while part := sock.recv(65536): data += part
	except ConnectionResetError:
		# so the kernel shows the end; what came before it may still be there
		sock.setblocking(False)
		try:
			while part := sock.recv(65536): data += part
		except BlockingIOError: pass
	return data
$1"
	wait_for grep -q . "$output_file" || { cat "$error_file" && false; }
}
