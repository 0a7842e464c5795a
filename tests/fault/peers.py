#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# peers.py: a datagram relay asked by many peers, each from an address of its own; and an echo server behind it.
"""usage: tests/fault/peers.py PEERS [DESCRIPTORS]

Starts the relay, which may have no more than so many descriptors. Each peer asks once and is answered; now and then the
first one asks as well, and has the session that it had. Ends with status 1 where somebody is not answered."""

import os
import resource
import signal
import socket
import subprocess
import sys
import threading

ANYSOCK = os.environ.get("ANYSOCK", "build/anysock")
EVERY = 20


def echo(server, seen):
    while True:
        data, peer = server.recvfrom(100)
        if data == b"first":
            seen.add(peer)
        server.sendto(data, peer)


def begin(port, descriptors):
    out, into = os.pipe()
    relay = subprocess.Popen([ANYSOCK, "relay", "-q", "--ready-fd", str(into), "udp-listen:127.0.0.1:0",
                              f"udp:127.0.0.1:{port}"], pass_fds=[into],
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors)))
    os.close(into)
    with os.fdopen(out) as lines:
        return relay, ("127.0.0.1", int(lines.readline().rsplit(":", 1)[1]))


def client(number):
    """127.1.0.1 and so on: each is another peer, though the kernel may give them all the same port."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.settimeout(5)
    made.bind((f"127.{1 + (number >> 16)}.{number >> 8 & 255}.{number & 255}", 0))
    return made


def asks(asker, where, text):
    asker.sendto(text, where)
    try:
        return asker.recv(100) == text
    except TimeoutError:
        return False


def main():
    peers, descriptors, seen = int(sys.argv[1]), int((sys.argv + ["20000"])[2]), set()
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    threading.Thread(target=echo, args=(server, seen), daemon=True).start()
    relay, where = begin(server.getsockname()[1], descriptors)
    first, unanswered, most = client(1), 0, 0
    for number in range(2, peers + 2):
        with client(number) as asker:
            unanswered += not asks(asker, where, b"%d" % number)
        if number % EVERY == 0:
            unanswered += not asks(first, where, b"first")
    with open(f"/proc/{relay.pid}/status", encoding="ascii") as file:
        most = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    relay.send_signal(signal.SIGTERM)
    print(f"{peers} peers, {unanswered} unanswered, the first had {len(seen)} sessions, {most} KiB at most")
    return 0 if relay.wait(10) == -signal.SIGTERM and unanswered == 0 and len(seen) == 1 else 1


sys.exit(main())
