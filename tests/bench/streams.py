# SPDX-License-Identifier: GPL-2.0-or-later
"""Bulk data from a source over a relay to a sink."""
import contextlib, os, subprocess, time

import peers
from processes import Relay, Tool, free_port

NEVER = 1 << 62
SOCKETS = "tcp", "unix"


def job_of(first, second):
    return f"{first if first in SOCKETS else 'stdin'}-{second if second in SOCKETS else 'stdout'}"


def input_file(bench):
    """A file of zeros that is in memory, and its size."""
    path, size = os.path.join(bench.folder, "input"), (256 if bench.short else 2048) << 20
    if not os.path.exists(path):
        with open(path, "wb") as file:
            for _ in range(size >> 20):
                file.write(bytes(1 << 20))
    return path, size


class Transfer:
    """One transfer: who sends, who relays, who receives, and where each runs."""

    def __init__(self, bench, first, second, how, pinned, limit):
        self.bench, self.first, self.second, self.how = bench, first, second, how
        self.seconds, self.limit = (bench.seconds, NEVER) if limit is None else (NEVER, limit)
        self.source_side, self.sink_side = (bench.source_side, bench.sink_side) if pinned else (None, None)
        self.closing = contextlib.ExitStack()
        self.sink = self.relay = self.source = None
        self.output = os.path.join(bench.folder, "output")

    def path(self, name):
        path = os.path.join(self.bench.folder, name)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        return path

    def start_sink(self):
        """Where the relay has to go, and what its standard output is."""
        if self.second in SOCKETS:
            address = "tcp:0" if self.second == "tcp" else f"unix:{self.path('there')}"
            self.sink = Tool(self.bench, "sink", address, self.how, processors=self.sink_side)
            return self.sink.line().partition(":")[2], subprocess.DEVNULL
        if self.second == "pipe":
            read, write = os.pipe()
            self.sink = Tool(self.bench, "sink", "-", self.how, processors=self.sink_side, stdin=read)
            os.close(read)
            return "", self.closing.enter_context(os.fdopen(write, "wb"))
        return "", self.closing.enter_context(open("/dev/null" if self.second == "null" else self.path("output"), "wb"))

    def start_relay(self, peer, there, stdout):
        """Where the source has to go."""
        here = free_port() if self.first == "tcp" else self.path("here")
        command = peers.command(self.bench, peer, job_of(self.first, self.second), here, there)
        stdin, source = subprocess.DEVNULL, None
        if self.first == "pipe":
            read, source = os.pipe()
            stdin = self.closing.enter_context(os.fdopen(read, "rb"))
        elif self.first == "file":
            stdin = self.closing.enter_context(open(input_file(self.bench)[0], "rb"))
        self.relay = Relay(command, self.sink_side, stdin, stdout)
        self.closing.close()
        if self.first in SOCKETS:
            self.relay.wait_bound(self.first, here)
        return f"{self.first}:{here}", source

    def start_source(self, address, pipe):
        self.source = Tool(self.bench, "source", address if pipe is None else "-", self.seconds, self.limit,
                           processors=self.source_side, stdout=pipe)
        if pipe is not None:
            os.close(pipe)

    def received(self):
        """Bytes and the time at which the last one came; of /dev/null nobody knows how many."""
        if self.sink:
            count, end = self.sink.result()
            return int(count), end
        end = self.relay.wait()
        return os.path.getsize(self.output) if self.second == "file" else None, end

    def run(self, peer):
        sent = input_file(self.bench)[1]
        there, stdout = self.start_sink()
        start = time.monotonic()
        if peer == peers.DIRECT:
            self.start_source(f"tcp:{there}", None)
        else:
            address, pipe = self.start_relay(peer, there, stdout)
            if self.first != "file":
                self.start_source(address, pipe)
        count, end = self.received()
        if self.source:
            sent, start = self.source.result("stderr")
        if count not in (None, int(sent)):
            raise RuntimeError(f"{count} of {int(sent)} bytes arrived")
        gigabytes = sent / 1e9
        sample = {"GB/s": gigabytes / (end - start)}
        if self.relay:
            sample["CPU s/GB"] = self.relay.end() / gigabytes
        return sample

    def end(self):
        self.closing.close()
        for tool in self.source, self.sink:
            if tool:
                tool.end()
        if self.relay:
            self.relay.end()


def transfer(bench, peer, first="tcp", second="tcp", how="drop", pinned=True, limit=None):
    """A sample, or None where the peer cannot do it."""
    if peer == peers.DIRECT:
        first = second = "tcp"
    elif job_of(first, second) not in peers.PEERS[peer]:
        return None
    moved = Transfer(bench, first, second, how, pinned, limit)
    try:
        return moved.run(peer)
    finally:
        moved.end()
