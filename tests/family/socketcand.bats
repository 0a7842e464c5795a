# SPDX-License-Identifier: GPL-2.0-or-later
# socketcand.bats: the protocol of socketcand against python3, as client and as server.
# shellcheck disable=SC2154
load ../helpers

# python_server [ELEMENT...]: accepts one client; writes the elements once it is in raw mode; prints what the client says.
python_server() {
	cat >"$BATS_TEST_TMPDIR/server.py" <<-'END'
		import socket, sys
		listener = socket.create_server(("127.0.0.1", 0))
		print(listener.getsockname()[1], flush=True)
		client, _ = listener.accept()
		text = b""
		def element():
		    global text
		    while b">" not in text:
		        got = client.recv(4096)
		        if not got: sys.exit()
		        text += got
		    one, text = text.split(b">", 1)
		    print(one.decode().strip() + " >", flush=True)
		    return one.decode().split()[1:]
		client.sendall(b"< hi >")
		known = element() == ["open", "can7"]
		client.sendall(b"< ok >" if known else b"< error could not open bus >")
		if known and element() == ["rawmode"]:
		    client.sendall(b"< ok >")
		    for one in sys.argv[1:]: client.sendall(one.encode())
		while True: element()
	END
	start /usr/bin/python3 "$BATS_TEST_TMPDIR/server.py" "$@"
	server_file=$output_file
	wait_for test -s "$server_file"
	port=$(head -n 1 "$server_file")
}

@test "socketcand: recv opens the bus and prints its frames with their times" {
	python_server "< frame 123 23.424242 11 22 >< frame 12345678 24.000001 DEADBEEF >" "< rtr 7FF 25.000000 4 >< error 00004 26.000000 >"
	run -0 --separate-stderr timeout 40 anysock recv socketcand:127.0.0.1:"$port",bus=can7 --count 4 --timestamps
	[ "${lines[0]}" = "(0000000023.424242) - 123#1122" ]
	[ "${lines[1]}" = "(0000000024.000001) - 12345678#DEADBEEF" ]
	[ "${lines[2]}" = "(0000000025.000000) - 7FF#R4" ]
	[ "${lines[3]}" = "(0000000026.000000) - 20000004#0000000000000000" ]
}

@test "socketcand: send writes frames as a server reads them" {
	python_server
	anysock send socketcand:127.0.0.1:"$port",bus=can7 123#01AB 12345678#R3 7FF#
	wait_for grep -q "< send 7FF 0 >" "$server_file"
	[ "$(tail -n +4 "$server_file")" = $'< send 123 2 01 AB >\n< sendrtr 12345678 3 >\n< send 7FF 0 >' ]
}

@test "socketcand: a bus that the server does not have is an error that names it" {
	python_server
	run -1 --separate-stderr timeout 40 anysock recv socketcand:127.0.0.1:"$port",bus=can8
	[[ $stderr == *"could not open bus"*"bus=can8"* ]]
}

@test "socketcand: a frame of CAN FD is refused with what to do" {
	python_server
	run -1 --separate-stderr anysock send socketcand:127.0.0.1:"$port",bus=can7 123##1AA
	[[ $stderr == *"does not carry frames of CAN FD"*"fd=no"* ]]
}

@test "socketcand: what is no socketcand is told so" {
	ready_address listen tcp:127.0.0.1:0 -- sh -c 'printf "SSH-2.0-x\r\n>"; exec cat'
	run -1 --separate-stderr timeout 40 anysock recv socketcand:"${address#tcp:}"
	[[ $stderr == *"the peer says"*"SSH-2.0"* ]]
}

@test "socketcand: a client of python3 is served, its frames come and ours go" {
	ready_address relay --once --format candump socketcand-listen:127.0.0.1:0,bus=can7 exec:"sh -c 'read line; echo 123#1122; echo 7FF#R2; exec cat >$BATS_TEST_TMPDIR/out'"
	run -0 python - "${address##*:}" <<-'END'
		import socket, sys
		s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 40)
		text = b""
		def element():
		    global text
		    while b">" not in text: text += s.recv(100)
		    one, text = text.split(b">", 1)
		    return one.decode().strip(" <")
		def ask(words):
		    s.sendall(b"< %s >" % words.encode())
		    return element()
		print(element(), "|", ask("open can8"), "|", ask("open can7"), "|", ask("echo"))
		s.sendall(b"< rawmode >< send 001 0 >")
		got = sorted((element() for _ in range(3)), key=lambda e: e.split()[0])
		print([e.split()[0:2] + e.split()[3:] for e in got])
		s.sendall(b"< send 321 2 0a b >< sendrtr 00000321 5 >")
		s.shutdown(socket.SHUT_WR)
		while s.recv(100): pass
	END
	[ "${lines[0]}" = "hi | error could not open bus | ok | echo" ]
	[ "${lines[1]}" = "[['frame', '123', '1122'], ['ok'], ['rtr', '7FF', '2']]" ]
	wait_for grep -q "#R5" "$BATS_TEST_TMPDIR/out"
	[ "$(cat "$BATS_TEST_TMPDIR/out")" = $'321#0A0B\n00000321#R5' ]
}

@test "socketcand: a client that asks without end and reads no answer is dropped, and others are served meanwhile" {
	# what comes before it was asked for passes a client by
	ready_address listen --keep --format candump socketcand-listen:127.0.0.1:0,bus=can7 -- sh -c 'while echo 123#1122; do sleep 0.05; done'
	run -0 python - "${address##*:}" <<-'END'
		import socket, sys, threading
		def connect(): return socket.create_connection(("127.0.0.1", int(sys.argv[1])), 40)
		flooder, dropped = connect(), threading.Event()
		def flood():
		    try:
		        while True: flooder.sendall(b"< echo >" * 1000)
		    except OSError: dropped.set()
		threading.Thread(target=flood, daemon=True).start()
		s = connect()
		s.sendall(b"< open can7 >< rawmode >")
		text = b""
		while b"frame 123" not in text:
		    text += (more := s.recv(100))
		    assert more, text
		print("served, dropped:", dropped.wait(40))
	END
	[ "$output" = "served, dropped: True" ]
	wait_for grep -q "does not read what is answered" "$error_file"
}
