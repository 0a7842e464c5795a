# SPDX-License-Identifier: GPL-2.0-or-later
# families.bats: the lab's guest can speak every family: foreign programs and python3 on both sides, nothing of ours.
# shellcheck disable=SC2034,SC2154
load ../helpers

setup() {
	needs lab
	export PYTHONPATH=$tree/tests/lab
}

last_line() {
	tail -n 1 "$output_file"
}

# script: python3 on the lines of standard input, which may be indented as the test is
script() {
	python -c 'import sys, textwrap; exec(compile(textwrap.dedent(sys.stdin.read()), "script", "exec"))'
}

@test "can: candump sees the frame that cansend sends over vcan0" {
	start candump -n 1 -L vcan0
	wait_for grep -q vcan0 /proc/net/can/rcvlist_all
	cansend vcan0 123#DEADBEEF
	status_of "$pid"
	[[ $(last_line) == *"vcan0 123#DEADBEEF" ]]
}

@test "can: a frame of 64 bytes passes over vcan0" {
	start candump -n 1 -L vcan0
	wait_for grep -q vcan0 /proc/net/can/rcvlist_all
	cansend vcan0 "123##1$(printf '%0128d' 7)"
	status_of "$pid"
	[[ $(last_line) == *"123##"[15]"$(printf '%0128d' 7)" ]]
}

@test "can: a vxcan pair passes frames from one end to the other" {
	start candump -n 1 -L vxcan1
	wait_for grep -q vxcan1 /proc/net/can/rcvlist_all
	cansend vxcan0 1F334455#11
	status_of "$pid"
	[[ $(last_line) == *"vxcan1 1F334455#11" ]]
}

@test "can: the gateway passes frames from vcan0 to vcan1" {
	cangw -A -s vcan0 -d vcan1 -e
	start candump -n 1 -L vcan1
	wait_for grep -q vcan1 /proc/net/can/rcvlist_all
	cansend vcan0 321#01
	status_of "$pid"
	cangw -F
	[[ $(last_line) == *"vcan1 321#01" ]]
}

@test "can-bcm: a cyclic transmission repeats a frame" {
	script <<'END'
		import socket, struct
		receiver = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
		receiver.bind(("vcan0",))
		receiver.settimeout(30)
		manager = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_BCM)
		manager.connect(("vcan0",))
		frame = struct.pack("=IB3x8s", 0x77, 2, b"\1\2")
		# struct bcm_msg_head: TX_SETUP, SETTIMER|STARTTIMER, count, ival1, ival2, can_id, nframes
		manager.send(struct.pack("@IIIllllII0q", 1, 3, 0, 0, 0, 0, 20000, 0x77, 1) + frame)
		assert [receiver.recv(16) for _ in range(3)] == [frame] * 3
END
}

@test "can-isotp: a message of 500 bytes arrives whole" {
	start isotprecv -s 322 -d 321 vcan0
	wait_for grep -q 321 /proc/net/can/rcvlist_sff
	printf '%02X ' $(seq 0 249) $(seq 0 249) | isotpsend -s 321 -d 322 vcan0
	status_of "$pid"
	[ "$(wc -w <"$output_file")" = 500 ]
}

@test "can-j1939: a message of 100 bytes to an address arrives whole" {
	script <<'END'
		import socket
		none, any = socket.J1939_NO_NAME, socket.J1939_NO_PGN
		one, two = (socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_J1939) for _ in range(2))
		two.settimeout(30)
		two.bind(("vcan0", none, any, 0x90))
		one.bind(("vcan0", none, any, 0x80))
		one.sendto(bytes(range(100)), ("vcan0", none, 0x12300, 0x90))
		data, peer = two.recvfrom(200)
		assert data == bytes(range(100)) and peer[2:] == (0x12300, 0x80), (data, peer)
END
}

@test "alg: sha256 agrees with sha256sum" {
	printf 'some bytes' >"$BATS_TEST_TMPDIR/file"
	[ "$(kcapi-dgst -c sha256 --hex <"$BATS_TEST_TMPDIR/file")" = "$(sha256sum <"$BATS_TEST_TMPDIR/file" | cut -d' ' -f1)" ]
}

@test "alg: hmac, cbc and the random generator answer, and agree with openssl" {
	script <<'END'
		import hmac, socket, subprocess
		def operation(kind, name, key=None):
			algorithm = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
			algorithm.bind((kind, name))
			if key: algorithm.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, key)
			return algorithm.accept()[0]
		mac = operation("hash", "hmac(sha256)", b"key")
		mac.sendall(b"text")
		assert mac.recv(64) == hmac.digest(b"key", b"text", "sha256")
		cipher = operation("skcipher", "cbc(aes)", bytes(16))
		cipher.sendmsg_afalg([bytes(32)], op=socket.ALG_OP_ENCRYPT, iv=bytes(16))
		# a larger buffer would make recv wait for a second request
		assert cipher.recv(32) == subprocess.run("openssl enc -aes-128-cbc -nopad -K 00 -iv 00 2>/dev/null", shell=True,
			input=bytes(32), stdout=subprocess.PIPE).stdout
		assert len(operation("rng", "stdrng", bytes(48)).recv(16)) == 16
END
}

@test "alg: gcm decrypts its own and refuses what was tampered with" {
	script <<'END'
		import errno, socket
		algorithm = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
		algorithm.bind(("aead", "gcm(aes)"))
		algorithm.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, bytes(16))
		algorithm.setsockopt(socket.SOL_ALG, socket.ALG_SET_AEAD_AUTHSIZE, None, 16)
		def crypt(what, data, size):
			with algorithm.accept()[0] as one:
				one.sendmsg_afalg([b"head" + data], op=what, iv=bytes(12), assoclen=4)
				return one.recv(4 + size)[4:]
		sealed = crypt(socket.ALG_OP_ENCRYPT, b"plain text", 26)
		assert crypt(socket.ALG_OP_DECRYPT, sealed, 10) == b"plain text"
		try:
			crypt(socket.ALG_OP_DECRYPT, b"x" + sealed[1:], 10)
			raise SystemExit("tampering went unnoticed")
		except OSError as error:
			assert error.errno == errno.EBADMSG, error
END
}

# stream_in_python TEXT: a listener and a client; the text makes create and where, and service where that is to be connected to.
stream_in_python() {
	ENDS=$1 script <<'END'
		import os, socket, threading
		exec(os.environ["ENDS"])
		listener, client = create(), create()
		listener.bind(where); listener.listen(1)
		listener.settimeout(60); client.settimeout(60)
		connecting = threading.Thread(target=client.connect, args=(service if "service" in globals() else listener.getsockname(),))
		connecting.start()
		served, _ = listener.accept()
		connecting.join()
		client.sendall(b"there"); assert served.recv(9) == b"there"
		served.sendall(b"and back"); assert client.recv(9) == b"and back"
END
}

@test "vsock: stream over the loopback CID" {
	stream_in_python "create, where = lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM), (1, 5000)"
}

@test "vsock: seqpacket over the loopback CID" {
	stream_in_python "create, where = lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_SEQPACKET), (1, 5001)"
}

@test "tipc: stream and seqpacket connect by service name" {
	for type in STREAM SEQPACKET; do
		stream_in_python "create, where = lambda: socket.socket(socket.AF_TIPC, socket.SOCK_$type), (socket.TIPC_ADDR_NAMESEQ, 18888, 17, 17, 2)
service = (socket.TIPC_ADDR_NAME, 18888, 17, 0)"
	done
}

@test "tipc: rdm and dgram reach a service name" {
	script <<'END'
		import socket
		for type in socket.SOCK_RDM, socket.SOCK_DGRAM:
			with socket.socket(socket.AF_TIPC, type) as one, socket.socket(socket.AF_TIPC, type) as two:
				two.bind((socket.TIPC_ADDR_NAMESEQ, 18889, 1, 9, socket.TIPC_NODE_SCOPE))
				two.settimeout(30)
				one.sendto(b"message", (socket.TIPC_ADDR_NAME, 18889, 5, 0))
				assert two.recv(99) == b"message"
END
}

@test "qrtr: datagrams between two ports of node 1" {
	script <<'END'
		import socket
		one, two = (socket.socket(socket.AF_QIPCRTR, socket.SOCK_DGRAM) for _ in range(2))
		two.settimeout(30)
		two.bind((1, 5000))
		one.sendto(b"message", (1, 5000))
		data, peer = two.recvfrom(99)
		assert data == b"message" and peer[0] == 1, (data, peer)
END
}

@test "rds: datagrams from 127.0.0.1 to 127.0.0.2" {
	script <<'END'
		import socket, struct
		import rawsock
		where = lambda host, port: struct.pack("=HH4s8x", socket.AF_INET, socket.htons(port), socket.inet_aton(host))
		one, two = (rawsock.create(socket.AF_RDS, socket.SOCK_SEQPACKET, limit=50) for _ in range(2))
		rawsock.bind(one, where("127.0.0.1", 4000))
		rawsock.bind(two, where("127.0.0.2", 4001))
		rawsock.sendto(one, b"message", where("127.0.0.2", 4001))
		data, peer = rawsock.recvfrom(two)
		assert data == b"message" and peer == where("127.0.0.1", 4000), (data, peer)
END
}

@test "sctp: one-to-one" {
	stream_in_python "create, where = lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_SCTP), ('127.0.0.1', 0)"
}

@test "sctp: one-to-many" {
	script <<'END'
		import socket
		one, two = (socket.socket(socket.AF_INET6, socket.SOCK_SEQPACKET, socket.IPPROTO_SCTP) for _ in range(2))
		two.bind(("::1", 0)); two.listen(1); two.settimeout(30)
		one.sendto(b"message", two.getsockname())
		assert two.recv(99) == b"message"
END
}

@test "dccp: connect with a service code" {
	stream_in_python "
def create():
	one = socket.socket(socket.AF_INET, 6, 33)
	one.setsockopt(269, 2, socket.htonl(42).to_bytes(4, 'little'))
	return one
where = ('127.0.0.1', 0)"
}

@test "udplite: datagrams with partial checksum" {
	script <<'END'
		import socket
		one, two = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDPLITE) for _ in range(2))
		two.bind(("127.0.0.1", 0)); two.settimeout(30)
		one.setsockopt(socket.IPPROTO_UDPLITE, 10, 20)
		two.setsockopt(socket.IPPROTO_UDPLITE, 11, 20)
		one.sendto(b"message", two.getsockname())
		assert two.recv(99) == b"message"
END
}

@test "mptcp: connect, and no fallback to TCP" {
	script <<'END'
		import socket
		one, two = (socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) for _ in range(2))
		two.bind(("127.0.0.1", 0)); two.listen(1)
		one.settimeout(30); one.connect(two.getsockname())
		served, _ = two.accept()
		one.sendall(b"there"); assert served.recv(9) == b"there"
		# struct mptcp_info: mptcpi_flags at byte 8, bit 0 is "fell back"
		assert not int.from_bytes(served.getsockopt(284, 1, 64)[8:12], "little") & 1
END
}

@test "tls: the kernel encrypts and decrypts records" {
	script <<'END'
		import socket, struct
		listener = socket.create_server(("127.0.0.1", 0))
		one = socket.create_connection(listener.getsockname()); two, _ = listener.accept(); two.settimeout(30)
		crypto = struct.pack("=HH8s16s4s8s", 0x304, 51, bytes(8), bytes(16), bytes(4), bytes(8))
		for side, way in (one, 1), (two, 2):
			side.setsockopt(socket.IPPROTO_TCP, 31, b"tls")
			side.setsockopt(282, way, crypto)
		one.sendall(b"secret"); assert two.recv(99) == b"secret"
END
}

@test "packet: a frame sent on lo is received from lo" {
	script <<'END'
		import socket
		one, two = (socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B5)) for _ in range(2))
		for side in one, two: side.bind(("lo", 0x88B5))
		two.settimeout(30)
		frame = bytes(12) + b"\x88\xb5" + b"payload"
		one.send(frame); assert two.recv(99) == frame
END
}

@test "netlink: a dump of the links names lo" {
	script <<'END'
		import socket, struct
		route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
		route.send(struct.pack("IHHII16x", 32, 18, 0x301, 1, 0))
		assert b"lo\0" in route.recv(65536)
END
}

@test "ping: an echo request without privilege is answered" {
	script <<'END'
		import os, socket
		os.setuid(65534)
		ping = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP); ping.settimeout(30)
		ping.sendto(b"\x08\0\0\0\0\0\0\1hello", ("127.0.0.1", 0))
		answer = ping.recv(99); assert answer[0] == 0 and answer.endswith(b"hello")
END
}

@test "ip: a raw datagram of protocol 253 arrives with its header" {
	script <<'END'
		import socket
		one, two = (socket.socket(socket.AF_INET, socket.SOCK_RAW, 253) for _ in range(2))
		two.settimeout(30)
		one.sendto(b"message", ("127.0.0.1", 0))
		assert two.recv(99)[20:] == b"message"
END
}

@test "key: a PF_KEY request is answered" {
	script <<'END'
		import socket, struct
		key = socket.socket(15, socket.SOCK_RAW, 2); key.settimeout(30)
		# struct sadb_msg: version 2, SADB_FLUSH, SADB_SATYPE_ESP
		key.send(struct.pack("=BBBBHHII", 2, 9, 0, 3, 2, 0, 1, 0))
		assert key.recv(65536)[1] == 9
END
}

@test "tun: what is written to a tun device comes out of a UDP socket" {
	script <<'END'
		import fcntl, os, socket, struct, subprocess
		tun = os.open("/dev/net/tun", os.O_RDWR)
		fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", b"lab-tun", 0x1001))
		subprocess.run("ip addr add 10.99.0.1/24 dev lab-tun && ip link set lab-tun up", shell=True, check=True)
		receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); receiver.bind(("10.99.0.1", 9999)); receiver.settimeout(30)
		header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 35, 1, 0, 64, 17, 0, bytes([10, 99, 0, 2]), bytes([10, 99, 0, 1]))
		words = sum(struct.unpack("!10H", header)); words = (words & 0xFFFF) + (words >> 16)
		header = header[:10] + struct.pack("!H", ~words & 0xFFFF) + header[12:]
		os.write(tun, header + struct.pack("!HHHH", 1, 9999, 15, 0) + b"message")
		assert receiver.recv(99) == b"message"
END
}

@test "tap: what is sent to a tap device is read from it" {
	script <<'END'
		import fcntl, os, select, socket, struct, subprocess
		tap = os.open("/dev/net/tun", os.O_RDWR)
		fcntl.ioctl(tap, 0x400454CA, struct.pack("16sH22x", b"lab-tap", 0x1002))
		subprocess.run("ip link set lab-tap up", shell=True, check=True)
		sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); sender.bind(("lab-tap", 0))
		frame = b"\xff" * 6 + bytes(6) + b"\x88\xb5payload"
		sender.send(frame)
		while (got := os.read(tap, 2000)) != frame: assert select.select([tap], [], [], 30)[0], got
END
}

@test "llc: a UI datagram passes from llc0 to llc1" {
	script <<'END'
		import socket
		import rawsock
		def where(name, sap):
			mac = bytes.fromhex(open("/sys/class/net/%s/address" % name).read().replace(":", ""))
			return (26).to_bytes(2, "little") + (1).to_bytes(2, "little") + bytes([0, 0, 0, sap]) + mac + bytes(2)
		one, two = (rawsock.create(26, socket.SOCK_DGRAM) for _ in range(2))
		rawsock.bind(one, where("llc0", 0x42)); rawsock.bind(two, where("llc1", 0x44))
		rawsock.sendto(one, b"message", where("llc1", 0x44))
		assert rawsock.recvfrom(two)[0] == b"message"
END
}

@test "phonet: a datagram reaches an object on the local device" {
	script <<'END'
		import socket, struct
		import rawsock
		where = lambda object: struct.pack("=HBBB11x", 35, object, 0x6C, 0)
		one, two = (rawsock.create(35, socket.SOCK_DGRAM) for _ in range(2))
		rawsock.bind(two, where(0x20))
		rawsock.sendto(one, b"message", where(0x20))
		assert rawsock.recvfrom(two)[0] == b"message"
END
}

# bluetooth_pair ARGUMENTS-OF-PAIR: bytes both ways between hci0 and hci1 over L2CAP
bluetooth_pair() {
	PAIR=$1 script <<'END'
		import os, socket
		from bluetooth import *
		one, two = eval("pair(%s)" % os.environ["PAIR"])
		one.send(b"there"); assert two.recv(99) == b"there"
		two.send(b"and back"); assert one.recv(99) == b"and back"
END
}

@test "bluetooth: L2CAP over BR/EDR as seqpacket and as stream" {
	bluetooth_pair "socket.SOCK_SEQPACKET, psm=0x1001"
	bluetooth_pair "socket.SOCK_STREAM, psm=0x1003"
}

@test "bluetooth: L2CAP with retransmission and in streaming mode" {
	bluetooth_pair "socket.SOCK_SEQPACKET, mode=ERTM, psm=0x1005"
	bluetooth_pair "socket.SOCK_STREAM, mode=STREAMING, psm=0x1007"
}

@test "bluetooth: connectionless L2CAP" {
	script <<'END'
		import socket
		from bluetooth import *
		one, two = (l2cap(socket.SOCK_DGRAM, address(name), psm=0x1009) for name in ("hci0", "hci1"))
		connect(one, address("hci1"), psm=0x1009)
		one.send(b"message"); assert two.recv(99) == b"message"
END
}

@test "bluetooth: a raw L2CAP echo request is answered" {
	script <<'END'
		import socket, struct
		from bluetooth import *
		raw = l2cap(socket.SOCK_RAW, address("hci0"))
		connect(raw, address("hci1"))
		raw.send(struct.pack("<BBH", 8, 9, 4) + b"ping")
		# other signals of the link come by as well
		while (answer := raw.recv(99))[0] != 9: pass
		assert answer[4:] == b"ping"
END
}

@test "bluetooth: LE credit based, enhanced credit based, and fixed channel 4" {
	advertise hci1
	# the channel has to be listened on before the link exists
	bluetooth_pair "socket.SOCK_SEQPACKET, kind=LE, cid=4"
	bluetooth_pair "socket.SOCK_SEQPACKET, kind=LE, psm=0x80"
	bluetooth_pair "socket.SOCK_STREAM, kind=LE, psm=0x81"
	bluetooth_pair "socket.SOCK_SEQPACKET, mode=ENHANCED_CREDIT, kind=LE, psm=0x83"
}

@test "bluetooth: RFCOMM both ways" {
	script <<'END'
		import socket
		from bluetooth import address
		listener, one = (socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM) for _ in range(2))
		listener.bind((address("hci1"), 5)); listener.listen(1); listener.settimeout(60)
		one.bind((address("hci0"), 0)); one.settimeout(60); one.connect((address("hci1"), 5))
		two, _ = listener.accept(); two.settimeout(60)
		one.send(b"there"); assert two.recv(9) == b"there"
		two.send(b"and back"); assert one.recv(9) == b"and back"
END
}

@test "bluetooth: SCO both ways" {
	script <<'END'
		import socket
		from bluetooth import address
		listener, one = (socket.socket(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, socket.BTPROTO_SCO) for _ in range(2))
		listener.bind(address("hci1").encode()); listener.listen(1); listener.settimeout(60)
		one.bind(address("hci0").encode()); one.settimeout(60); one.connect(address("hci1").encode())
		two, _ = listener.accept(); two.settimeout(60)
		one.send(bytes(48)); assert two.recv(99) == bytes(48)
		two.send(b"\1" * 48); assert one.recv(99) == b"\1" * 48
END
}

@test "bluetooth: a raw HCI command is answered by the controller" {
	script <<'END'
		import socket, struct
		hci = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_RAW, socket.BTPROTO_HCI); hci.settimeout(30)
		hci.setsockopt(0, 2, struct.pack("IIIH2x", 1 << 4, 0xFFFFFFFF, 0xFFFFFFFF, 0))
		hci.bind((0,))
		hci.send(b"\x01\x09\x10\x00")
		while (event := hci.recv(300))[4:6] != b"\x09\x10": pass
		assert event[1] == 0x0E and event[6] == 0
END
}
