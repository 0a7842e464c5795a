# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether cost grows no faster than the work: processor time for each unit of 1, 10 and 100 times as much."""
import os

import answers, peers, streams
from processes import Tool

SIZES = {"1x": 1, "10x": 10, "100x": 100}
OURS = "anysock"


def data(bench, size, unit=20 << 20):
    sample = streams.transfer(bench, OURS, limit=unit * SIZES[size])
    return {"CPU s/GB": sample["CPU s/GB"], "GB/s": sample["GB/s"]}


def connections(bench, size, protocol, unit):
    sample = answers.hold(bench, OURS, unit * SIZES[size], protocol)
    return {name: sample[name] for name in ("us CPU msg", "us CPU open", "KiB each")}


def start_with(bench, address, count):
    """Processor microseconds of a start with so many socket options."""
    words = [bench.anysock, "connect", "-q", address.replace("tcp:", "tcp:127.0.0.1:") + count * ",so-rcvbuf=65536"]
    path = os.path.join(bench.folder, "byte")
    with open(path, "w", encoding="ascii") as file:
        file.write("x")
    return Tool(bench, "start", 50, path, *words).result()[2] * 1e3


def options(bench, size):
    count = 20 * SIZES[size]
    with answers.answered(bench, peers.DIRECT, "client") as (address, _):
        return {"us CPU each": (start_with(bench, address, count) - start_with(bench, address, 0)) / count}
