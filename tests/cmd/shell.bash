# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# shell.bash: what the tests of the shell share: `load shell`, behind the helpers.

# lines LINES [OPTION...]: run them, with standard error in $output too.
lines() {
	run timeout "$patience" "$ANYSOCK" shell -c "$1" "${@:2}"
}

# python_server CODE: a python3 program with s, a listening TCP socket; sets port.
python_server() {
	start python -u -c "
import socket
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); print(s.getsockname()[1])
$1"
	wait_for [ -s "$output_file" ]
	port=$(head -n 1 "$output_file")
}
