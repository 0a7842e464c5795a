#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# backpressure.py: much data through a relay to a reader that stops for a while, beside others who go on.
"""usage: tests/fault/backpressure.py MEBIBYTES SECONDS OTHERS

While one reader stands still the relay holds at most 2 MiB more, does no work for it, and the other connections pass as
many bytes as they did without it, less 1 percent where the time is long enough to tell (20 seconds). Then all arrives.
Ends with status 1 where that does not hold."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

ANYSOCK = os.environ.get("ANYSOCK", "build/anysock")
ALLOWED = 2048  # KiB
PIECE = bytes(1 << 16)
WORD = bytes(64)
PAUSE = 0.001  # seconds between two words of the others, of all together


def memory(process):
    """Its own, without the files that it is made of."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon"))


def begin(port):
    out, into = os.pipe()
    relay = subprocess.Popen([ANYSOCK, "relay", "-q", "--ready-fd", str(into), "tcp-listen:127.0.0.1:0",
                              f"tcp:127.0.0.1:{port}"], pass_fds=[into])
    os.close(into)
    with os.fdopen(out) as lines:
        return relay, ("127.0.0.1", int(lines.readline().rsplit(":", 1)[1]))


class Reader(threading.Thread):
    """Takes what comes, but stands still while it is told to."""

    def __init__(self, connection):
        super().__init__(daemon=True)
        self.connection, self.got = connection, 0
        self.goes = threading.Event()
        self.start()

    def run(self):
        room = bytearray(1 << 18)
        while True:
            self.goes.wait()
            length = self.connection.recv_into(room)
            if length == 0:
                return
            self.got += length


class Writer(threading.Thread):
    def __init__(self, connection, total):
        super().__init__(daemon=True)
        self.connection, self.left, self.moved = connection, total, time.monotonic()
        self.start()

    def run(self):
        while self.left > 0:
            self.left -= self.connection.send(PIECE[:min(len(PIECE), self.left)])
            self.moved = time.monotonic()
        self.connection.shutdown(socket.SHUT_WR)


class Other(threading.Thread):
    """Says a word every now and then, and counts those that arrive in time."""

    def __init__(self, near, far, pause):
        super().__init__(daemon=True)
        self.near, self.far, self.pause, self.passed, self.over = near, far, pause, 0, False
        self.start()

    def run(self):
        while not self.over:
            self.near.sendall(WORD)
            self.passed += len(self.far.recv(len(WORD), socket.MSG_WAITALL))
            time.sleep(self.pause)


def pair(listener, where):
    near = socket.create_connection(where, 30)
    far = listener.accept()[0]
    near.settimeout(None)
    return near, far


def rate_of(others, seconds):
    before = sum(other.passed for other in others)
    time.sleep(seconds)
    return (sum(other.passed for other in others) - before) / seconds


def main():
    total, seconds, count = int(sys.argv[1]) << 20, float(sys.argv[2]), int(sys.argv[3])
    listener = socket.create_server(("127.0.0.1", 0))
    relay, where = begin(listener.getsockname()[1])
    others = [Other(*pair(listener, where), PAUSE * count) for _ in range(count)]
    usual = rate_of(others, seconds)
    near, far = pair(listener, where)
    reader, before = Reader(far), memory(relay)
    writer = Writer(near, total)
    while time.monotonic() - writer.moved < 0.3:
        time.sleep(0.01)
    stopped = rate_of(others, seconds)
    grown, held = memory(relay) - before, total - writer.left
    reader.goes.set()
    reader.join(600)
    for other in others:
        other.over = True
    relay.send_signal(signal.SIGTERM)
    relay.wait(10)
    slower = 100 * (1 - stopped / usual)
    print(f"{reader.got >> 20} MiB of {total >> 20}, {held >> 10} KiB under way while it stood still, relay grew by "
          f"{grown} KiB, others {slower:.2f} % slower")
    return 0 if reader.got == total and held < total and grown <= ALLOWED and (seconds < 20 or slower < 1) else 1


sys.exit(main())
