# SPDX-License-Identifier: GPL-2.0-or-later
"""The goals: what anysock should reach in each case, in the same run."""
from typing import NamedTuple


class Goal(NamedTuple):
    column: str
    least: bool  # or at most
    limit: float
    beside: str = ""  # times the figure of this peer, in the same round


def at_least(limit, beside="", column="GB/s"):
    return Goal(column, True, limit, beside)


def at_most(limit, column, beside=""):
    return Goal(column, False, limit, beside)


def share(limit):
    return [at_least(limit, "direct")]


CONNECTION = [at_most(0, "lost"), at_most(70, "CPU us each")]
GOALS = {
    "m1.pinned": [*share(1.00), at_least(1, "haproxy"), at_least(7, "socat"), at_most(0.075, "CPU s/GB")],
    "m1.unpinned": [*share(0.90), at_least(1, "haproxy")],
    "m1.copying": [*share(0.74), at_least(1, "haproxy")],
    "m2.unix-tcp": share(0.75),
    "m2.tcp-unix": share(0.45),
    "m2.file-tcp": share(0.82),
    "m2.pipe-tcp": share(0.36),
    "m2.tcp-pipe": share(0.80),
    "m2.tcp-null": share(1.0),
    "m2.tcp-file": share(0.30),
    "m3": [at_most(2.1, "us", "direct"), at_most(1, "us", "socat")],
    "m4.1": [at_least(0.57, "direct", "per s"), *CONNECTION],
    "m4.32": [at_least(0.74, "direct", "per s"), *CONNECTION],
    "m5.1000": [at_most(0.5, "KiB each")],
    "m5.9000": [at_most(0.5, "KiB each"), at_most(2.1, "ms of a round", "direct")],
    "m6.udp-64": [at_least(0.98, "direct", "k/s")],
    "m6.udp-1400": [at_least(0.98, "direct", "k/s")],
    "m6.joined-64": [at_least(0.65, "direct", "k/s")],
    "m6.joined-1400": [at_least(0.33, "direct", "k/s")],
    "m6.unix-64": [at_least(0.35, "direct", "k/s")],
    "m6.unix-1400": [at_least(0.35, "direct", "k/s")],
    "capture": [at_least(1, "tcpdump", "k")],
    "m7": [at_most(1.1, "ms", "direct"), at_most(2048, "KiB")],
}
