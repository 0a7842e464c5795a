# SPDX-License-Identifier: GPL-2.0-or-later
# reconnect.bats: relay --reconnect against a server of python3 that come and go.
# shellcheck disable=SC2154
load ../helpers

@test "relay: with --reconnect both sides are opened again, each time the peer has gone" {
	cat >"$BATS_TEST_TMPDIR/server.py" <<-'END'
		import socket
		s = socket.create_server(("127.0.0.1", 0))
		print(s.getsockname()[1], flush=True)
		for n in range(3):
		    c, _ = s.accept()
		    print(c.recv(100).decode().strip(), n, flush=True)
		    c.close()
	END
	start /usr/bin/python3 "$BATS_TEST_TMPDIR/server.py"
	server=$output_file
	wait_for test -s "$server"
	start "$ANYSOCK" relay --reconnect exec:"sh -c 'echo hello; exec cat'" tcp:127.0.0.1:"$(head -n 1 "$server")",interval=20ms,retry=1
	wait_for grep -qx "hello 2" "$server"
	[ "$(tail -n +2 "$server" | tr '\n' ' ')" = "hello 0 hello 1 hello 2 " ]
}

@test "relay: --reconnect is ended by its deadline and by an interrupt" {
	run -0 --separate-stderr timeout 30 anysock relay --reconnect --deadline 500ms text:hello tcp:127.0.0.1:9,interval=50ms
	start "$ANYSOCK" relay --reconnect text:hello tcp:127.0.0.1:9,interval=50ms
	wait_for grep -q refused "$error_file"
	kill "$pid"
	status_of "$pid"
	[ "$status" = 143 ]
}

@test "relay: --reconnect and a listener exclude each other" {
	run -2 --separate-stderr anysock relay --reconnect tcp-listen:127.0.0.1:0 -
	[[ $stderr == *"goes on by itself"* ]]
}
