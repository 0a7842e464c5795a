# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of what is measured, and the rounds in which everybody has a turn."""
import os, shutil, traceback
from typing import NamedTuple

import answers, captures, datagrams, peers, scale, streams


class Case(NamedTuple):
    key: str
    title: str
    main: str  # the column that is compared
    peers: list
    run: object
    options: dict


ALL = [peers.DIRECT, *(peer for peer in peers.PEERS if peer not in peers.SEVERAL)]
SINGLE = [peer for peer in ALL if peer not in ("socat 64k", "socat 256k", "anysock copy")]
MANY = [peer for peer in SINGLE if peer not in ("nc", "ncat")]


def bulk(key, title, who=None, **options):
    return Case(key, title, "GB/s", who or ALL, streams.transfer, options)


def gram(key, title, **options):
    return Case(key, title, "k/s", SINGLE, datagrams.datagrams, options)


def growth(key, title, main, run, **options):
    return Case(key, title, main, list(scale.SIZES), run, options)


CASES = [
    bulk("m1.pinned", "TCP to TCP; the source on one processor, relay and sink on another"),
    bulk("m1.unpinned", "TCP to TCP, each where the kernel puts it", pinned=False),
    bulk("m1.copying", "TCP to TCP, a sink that copies", how="copy", pinned=False),
    bulk("m2.unix-tcp", "UNIX to TCP", first="unix"),
    bulk("m2.tcp-unix", "TCP to UNIX", second="unix"),
    bulk("m2.file-tcp", "a file to TCP", first="file"),
    bulk("m2.pipe-tcp", "a pipe to TCP", first="pipe"),
    bulk("m2.tcp-pipe", "TCP to a pipe", second="pipe"),
    bulk("m2.tcp-null", "TCP to /dev/null", second="null"),
    bulk("m2.tcp-file", "TCP to a file", second="file"),
    Case("m3", "a byte there and back, the middle of them", "us", SINGLE, answers.round_trips, {}),
    Case("m4.1", "connect, a byte there and back, close: one after the other", "per s", SINGLE, answers.churn, {"in_flight": 1}),
    Case("m4.32", "connect, a byte there and back, close: 32 at a time", "per s", MANY + peers.SEVERAL, answers.churn,
         {"in_flight": 32}),
    Case("m5.100", "100 connections that stay", "ms of a round", MANY, answers.hold, {"count": 100}),
    Case("m5.1000", "1,000 connections that stay", "ms of a round", MANY, answers.hold, {"count": 1000}),
    Case("m5.9000", "9,000 connections that stay", "ms of a round", [peers.DIRECT, "anysock", "haproxy"], answers.hold,
         {"count": 9000}),
    gram("m6.udp-64", "UDP datagrams of 64 bytes", scheme="udp", size=64),
    gram("m6.udp-1400", "UDP datagrams of 1,400 bytes", scheme="udp", size=1400),
    gram("m6.joined-64", "UDP datagrams of 64 bytes, segmented by the kernel at both ends", scheme="udp", size=64, joined=1),
    gram("m6.joined-1400", "UDP datagrams of 1,400 bytes, segmented by the kernel at both ends", scheme="udp", size=1400, joined=1),
    gram("m6.unix-64", "UNIX datagrams of 64 bytes", scheme="unixgram", size=64),
    gram("m6.unix-1400", "UNIX datagrams of 1,400 bytes", scheme="unixgram", size=1400),
    Case("m7", "start, connect, a byte there and back, end; direct is a minimal dynamic C program", "ms", SINGLE, answers.start, {}),
    Case("capture", "frames of 100 bytes, as fast as they can be sent, captured into a file", "kept %", list(captures.WAYS),
         captures.capture, {"size": 100}),
    growth("scale.bytes", "20 MiB over TCP, 10 and 100 times as many", "CPU s/GB", scale.data),
    growth("scale.tcp", "90 TCP connections, 10 and 100 times as many", "us CPU msg", scale.connections, protocol="tcp", unit=90),
    growth("scale.udp", "90 peers of a UDP socket, 10 and 100 times as many", "us CPU msg", scale.connections, protocol="udp", unit=90),
    growth("scale.options", "20 socket options, 10 and 100 times as many", "us CPU each", scale.options),
    Case("scale.workers", "32 connections at a time come and go, workers with a tenth of a processor each", "per s",
         list(scale.WORKERS), scale.workers, {"part": 0.1}),
]


def chosen(names):
    """m1 is all of m1.*; nothing is everything."""
    return [case for case in CASES if not names or any(case.key == name or case.key.startswith(name + ".") for name in names)]


def is_here(peer):
    program = peers.program_of(peer)
    return program not in peers.PROGRAMS or shutil.which(program)


def described(error):
    """Why there is no sample; of what nobody foresaw, also where it happened."""
    if isinstance(error, RuntimeError):
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({os.path.basename(place.filename)}:{place.lineno})"


def measure(bench, case):
    """Samples of each peer that is here and can do it, by round; a sample that went wrong, however, is a text."""
    results = {}
    for _ in range(bench.rounds):
        for peer in filter(is_here, case.peers):
            if bench.is_over():
                return results
            try:
                sample = case.run(bench, peer, **case.options)
            except Exception as error:  # pylint: disable=broad-except
                sample = described(error)
            if sample is not None:
                results.setdefault(peer, []).append(sample)
    return results
