# SPDX-License-Identifier: GPL-2.0-or-later
"""What comes back: a byte, connections that come and go, connections that stay."""
import contextlib, os, re, subprocess

import peers
from processes import Relay, Tool, free_port

HOLD_ROUNDS = 9  # those of "drive hold"


@contextlib.contextmanager
def answered(bench, peer, job, protocol="tcp"):
    """Somebody who sends back what comes, and the relay to it, if there is one: where a client has to go."""
    echo = Tool(bench, "echo", f"{protocol}:0")
    relay = None
    try:
        there = echo.line().partition(":")[2]
        if peer == peers.DIRECT:
            yield f"{protocol}:{there}", None
            return
        here = free_port()
        relay = Relay(peers.command(bench, peer, job, here, there))
        relay.wait_bound(protocol, here)
        yield f"{protocol}:{here}", relay
    finally:
        if relay:
            relay.end()
        echo.end()


def cannot(peer, job):
    return peer != peers.DIRECT and job not in peers.PEERS[peer]


def round_trips(bench, peer):
    if cannot(peer, "many"):
        return None
    count = 2000 if bench.short else 20000
    with answered(bench, peer, "tcp-tcp") as (address, relay):
        middle, most = Tool(bench, "ping", address, count).result()
        sample = {"us": middle, "us of 99 %": most}
        if relay:
            sample["CPU us"] = relay.end() / count * 1e6
        return sample


def churn(bench, peer, in_flight):
    if cannot(peer, "many"):
        return None
    with answered(bench, peer, "many") as (address, relay):
        done, lost, seconds = Tool(bench, "churn", address, bench.seconds, in_flight).result()
        sample = {"per s": done / seconds, "lost": lost}
        if relay:
            sample["CPU us each"] = relay.end() / done * 1e6
        return sample


class Spent:
    """Memory and processor time of a relay at a moment; of none, nothing."""

    def __init__(self, relay):
        self.memory, self.time = (relay.memory(), relay.spent()) if relay else (0, 0)


def hold(bench, peer, count, protocol="tcp"):
    job = "many" if protocol == "tcp" else f"many {protocol}"
    if cannot(peer, job):
        return None
    with answered(bench, peer, job, protocol) as (address, relay):
        Tool(bench, "churn", address, 0.02, 4).result()
        before = Spent(relay)
        client = Tool(bench, "hold", address, count, stdin=subprocess.PIPE)
        try:
            (opening,) = client.numbers()
            idle = Spent(relay)
            (around,) = client.numbers("go")
            after = Spent(relay)
        finally:
            client.end()
    sample = {"ms of a round": around * 1e3, "ms to open": opening * 1e3}
    if relay:
        sample["KiB each"] = (idle.memory - before.memory) / count
        sample["KiB after"] = (after.memory - before.memory) / count
        sample["us CPU open"] = (idle.time - before.time) / count * 1e6
        sample["us CPU msg"] = (after.time - idle.time) / count / HOLD_ROUNDS * 1e6
    return sample


def start(bench, peer, count=40):
    """Start, connect, a byte there and back, end."""
    if cannot(peer, "client"):
        return None
    path = os.path.join(bench.folder, "byte")
    with open(path, "w", encoding="ascii") as file:
        file.write("x")
    with answered(bench, peers.DIRECT, "client") as (address, _):
        there = re.sub("^tcp:", "", address)
        command = [bench.minimal, there] if peer == peers.DIRECT else peers.command(bench, peer, "client", None, there)
        middle, memory, busy = Tool(bench, "start", count // 4 if bench.short else count, path, *command).result()
    return {"ms": middle, "KiB": memory, "CPU ms": busy}
