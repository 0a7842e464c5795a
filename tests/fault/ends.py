#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# ends.py: connections through a relay whose two ends say 1 to 64 KiB each and close at a random microsecond.
"""usage: tests/fault/ends.py CONNECTIONS

Starts the relay itself. Every byte arrives on both sides, none takes longer than 5 seconds, and the relay has as many
descriptors open after as before. Ends with status 1 where that does not hold."""

import os
import queue
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

ANYSOCK = os.environ.get("ANYSOCK", "build/anysock")
STUCK = 5.0  # seconds
WORKERS = 24
POOL = os.urandom(1 << 17)


def said(number, side):
    """What a side of a connection says: its length and place in the pool are known to both."""
    numbers = random.Random(number * 2 + side)
    length, at = numbers.randint(1, 1 << 16), numbers.randrange(1 << 16)
    return POOL[at:at + length]


def pause():
    """Up to 300 microseconds: less than a scheduler's turn, so it is spent turning."""
    end = time.perf_counter() + random.random() * 0.0003
    while time.perf_counter() < end:
        pass


def converse(connection, number, side, before=b""):
    """Says all in pieces while the other does the same, ends, and reads to the end: whether it was all."""
    words, wanted, got = before + said(number, side), said(number, 1 - side), bytearray()
    heard = threading.Event()

    def listen():
        try:
            while part := connection.recv(1 << 16):
                got.extend(part)
        except OSError:
            pass
        heard.set()
    reader = threading.Thread(target=listen, daemon=True)
    reader.start()
    try:
        connection.sendall(words)
        pause()
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        return False
    return heard.wait(STUCK) and bytes(got) == wanted


class Server(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.wrong = 0
        self.start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(STUCK)
        with connection:
            head = connection.recv(8, socket.MSG_WAITALL)
            if len(head) < 8 or not converse(connection, struct.unpack("Q", head)[0], 1):
                self.wrong += 1


def begin(server):
    out, into = os.pipe()
    relay = subprocess.Popen([ANYSOCK, "relay", "--ready-fd", str(into), "tcp-listen:127.0.0.1:0",
                              f"tcp:127.0.0.1:{server.listener.getsockname()[1]}"], pass_fds=[into])
    os.close(into)
    with os.fdopen(out) as lines:
        return relay, ("127.0.0.1", int(lines.readline().rsplit(":", 1)[1]))


def work(todo, where, failed):
    while True:
        try:
            number = todo.get_nowait()
        except queue.Empty:
            return
        with socket.create_connection(where, STUCK) as connection:
            connection.settimeout(STUCK)
            if not converse(connection, number, 0, struct.pack("Q", number)):
                failed.append(number)


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def main():
    total, failed, todo = int(sys.argv[1]), [], queue.Queue()
    server = Server()
    relay, where = begin(server)
    before = descriptors(relay)
    for number in range(total):
        todo.put(number)
    workers = [threading.Thread(target=work, args=(todo, where, failed)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    end = time.monotonic() + STUCK
    while descriptors(relay) > before and time.monotonic() < end:
        time.sleep(0.01)
    after = descriptors(relay)
    relay.send_signal(signal.SIGTERM)
    good = relay.wait(STUCK) == -signal.SIGTERM and not failed and server.wrong == 0 and after <= before
    print(f"{total} connections, {len(failed)} wrong at the client, {server.wrong} at the server, "
          f"{before} descriptors before, {after} after")
    return 0 if good else 1


sys.exit(main())
