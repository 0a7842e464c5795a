# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams from a source on one processor over a relay to a sink, both on another: how many come through."""
import contextlib, os, subprocess

import peers
from processes import Relay, Tool, free_port

JOBS = {"udp": "udp-udp", "unixgram": "unixgram-unixgram"}
PROTOCOLS = {"udp": "udp", "unixgram": "unix"}


def path_of(bench, name):
    path = os.path.join(bench.folder, name)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    return path


def datagrams(bench, peer, scheme, size, joined=0):
    if peer != peers.DIRECT and JOBS[scheme] not in peers.PEERS[peer]:
        return None
    relay = source = None
    udp = scheme == "udp"
    sink = Tool(bench, "count", f"{scheme}:{0 if udp else path_of(bench, 'there')}", size, joined,
                processors=bench.sink_side, stdin=subprocess.PIPE)
    try:
        there = here = sink.line().partition(":")[2]
        if peer != peers.DIRECT:
            here = free_port() if udp else path_of(bench, "here")
            relay = Relay(peers.command(bench, peer, JOBS[scheme], here, there), bench.sink_side)
            relay.wait_bound(PROTOCOLS[scheme], here)
        source = Tool(bench, "spray", f"{scheme}:{here}", size, 2 * bench.seconds, joined, processors=bench.source_side)
        (sent,) = source.result()
        came, seconds = sink.result()
    finally:
        for tool in source, sink:
            if tool:
                tool.end()
        busy = relay.end() if relay else None
    if came > sent or not came:
        raise RuntimeError(f"{came:.0f} of {sent:.0f} datagrams came")
    sample = {"k/s": came / seconds / 1e3, "lost %": 100 * (1 - came / sent)}
    if relay:
        sample["CPU us each"] = busy / came * 1e6
    return sample
