# SPDX-License-Identifier: GPL-2.0-or-later
# llc.bats: families without a file of their own, LLC and Phonet, through the generic socket:, against python3.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	needs lab
	export PYTHONPATH=$tree/tests/lab
}

# llc_address INTERFACE SAP: what follows the family in a sockaddr_llc, as hex digits
llc_address() {
	printf '0100000000%02x%s0000' "$2" "$(tr -d : <"/sys/class/net/$1/address")"
}

@test "llc: a datagram of ours reaches python3" {
	start /usr/bin/python3 -u -c "
import rawsock, socket
bound = rawsock.create(26, socket.SOCK_DGRAM, limit=60)
rawsock.bind(bound, (26).to_bytes(2, 'little') + bytes.fromhex('$(llc_address llc1 0x44)'))
print('ready'); print(rawsock.recvfrom(bound)[0])"
	wait_for test -s "$output_file"
	run -0 anysock send "socket:llc:dgram:0:hex:$(llc_address llc1 0x44),bind=hex:$(llc_address llc0 0x42)" "over LLC"
	status_of "$pid"
	grep -q "over LLC" "$output_file"
}

@test "llc: a datagram of python3's reaches us" {
	ready_address recv --count 1 --format text "socket-bind:26:2:0:$(llc_address llc1 0x46)"
	python -c "
import rawsock, socket
llc = lambda text: (26).to_bytes(2, 'little') + bytes.fromhex(text)
one = rawsock.create(26, socket.SOCK_DGRAM)
rawsock.bind(one, llc('$(llc_address llc0 0x48)'))
rawsock.sendto(one, b'from python', llc('$(llc_address llc1 0x46)'))"
	status_of "$pid" && [ "$status" = 0 ]
	[ "$(cat "$output_file")" = "from python" ]
}

@test "llc: a stream connects and is echoed" {
	start /usr/bin/python3 -u -c "
import rawsock, socket, os
bound = rawsock.create(26, socket.SOCK_STREAM, limit=60)
rawsock.bind(bound, (26).to_bytes(2, 'little') + bytes.fromhex('$(llc_address llc1 0x50)'))
bound.listen(1); print('ready')
peer = rawsock.accept(bound); peer.send(peer.recv(99).upper()); peer.close()"
	wait_for test -s "$output_file"
	run -0 --separate-stderr anysock connect "socket:llc:stream:0:$(llc_address llc1 0x50),bind=$(llc_address llc0 0x52)" <<<"stream"
	[ "$output" = STREAM ]
}

# phonet_address OBJECT: the object on this machine's own device; below 0x40, from where on the kernel gives out its own
phonet_address() {
	printf '%02x6c00%022d' "$1" 0
}

@test "phonet: datagrams both ways" {
	start /usr/bin/python3 -u -c "
import rawsock, socket, struct
bound = rawsock.create(35, socket.SOCK_DGRAM, limit=60)
rawsock.bind(bound, struct.pack('=HBBB11x', 35, 0x21, 0x6c, 0)); print('ready')
data, peer = rawsock.recvfrom(bound); rawsock.sendto(bound, data.upper(), peer)"
	wait_for test -s "$output_file"
	run -0 --separate-stderr anysock send --format text --replies 1 "socket:phonet:dgram:0:$(phonet_address 0x21)" "phonet"
	[ "$output" = PHONET ]
}

@test "socket: a family that the kernel does not have is not available" {
	run -3 anysock send socket:44:2:0:00 x
	[[ $output == *"not supported"* ]]
}
