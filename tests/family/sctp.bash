# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# sctp.bash: a peer of SCTP in python3, for tests.

# python_peer PROGRAM [ARGUMENT...]: with s, a listening socket on loopback, and port, set once it listens.
python_peer() {
	local program=$1
	shift
	start python -c "
import socket, struct, sys
SCTP = socket.IPPROTO_SCTP
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP)
s.setsockopt(SCTP, 32, 1)
s.bind(('127.0.0.1', 0))
s.listen()
print(s.getsockname()[1], flush=True)
def info(control):
    return struct.unpack('=HHH2xI', control[0][2][:12])
$program" "$@"
	wait_for test -s "$output_file"
	port=$(head -n 1 "$output_file")
}
