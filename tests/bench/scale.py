# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether cost grows no faster than the work: processor time for each unit of 1, 10 and 100 times as much; and workers."""
import os

import answers, peers, quota, streams
from processes import Relay, Tool, free_port

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


WORKERS = {"1 worker": 1, "2 workers": 2, "4 workers": 4}


def workers(bench, name, part, in_flight=32):
    """Connections a second of so many workers, each of which has a part of a processor: whether more do more."""
    echo, here, relay = Tool(bench, "echo", "tcp:0"), free_port(), None
    try:
        there = f"tcp:127.0.0.1:{echo.line().partition(':')[2]}"
        count = WORKERS[name]
        relay = Relay([bench.anysock, "relay", "-q", "--workers", str(count), f"tcp-listen:127.0.0.1:{here}", there])
        relay.wait_bound("tcp", here)
        with quota.shared_out(relay.processes(count + (count > 1)), part):
            try:
                done, lost, seconds = Tool(bench, "churn", f"tcp:{here}", 2 * bench.seconds, in_flight).result()
                return {"per s": done / seconds, "lost": lost, "each per s": done / seconds / count}
            finally:
                relay.end()
    finally:
        if relay:
            relay.end()
        echo.end()
