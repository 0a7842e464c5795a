# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames on one end of a veth pair, captured at the other into a file: how many of them are in it."""
import contextlib, mmap, os, socket, struct, subprocess

from processes import Relay, Tool, wait_until

HERE, THERE = "bench0", "bench1"
WAYS = {
    "anysock": ["{anysock}", "recv", "-q", "--format", "pcapng", f"packet:{THERE}"],
    "anysock ring": ["{anysock}", "recv", "-q", "--format", "pcapng", f"packet:{THERE},ring=64M"],
    "tcpdump": ["tcpdump", "-q", "-Z", "root", "-i", THERE, "-w", "-"],
    "tcpdump 64M": ["tcpdump", "-q", "-Z", "root", "-B", "65536", "-i", THERE, "-w", "-"],
}


@contextlib.contextmanager
def pair():
    """Two interfaces that are each other's other end, and on which nobody speaks."""
    command = f"""ip link add {HERE} type veth peer name {THERE} || exit
        for end in {HERE} {THERE}; do
            echo 1 >/proc/sys/net/ipv6/conf/$end/disable_ipv6 && ip link set $end up || exit
        done"""
    made = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    try:
        if made.returncode != 0:
            raise RuntimeError(f"no interfaces: {made.stderr.strip()}")
        yield
    finally:
        subprocess.run(["ip", "link", "delete", HERE], stderr=subprocess.DEVNULL, check=False)


def is_watched():
    """Whether somebody has a packet socket of the far end."""
    index = str(socket.if_nametoindex(THERE))
    with open("/proc/net/packet", encoding="ascii") as file:
        return any(line.split()[4] == index for line in list(file)[1:])


def frames_of(path):
    """How many a file of pcap(5) or pcapng holds."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as data:
        at, count = 0, 0
        if data[:4] == b"\x0a\x0d\x0d\x0a":
            while at < len(data):
                kind, length = struct.unpack_from("=II", data, at)
                at, count = at + length, count + (kind == 6)
            return count
        at = 24
        while at < len(data):
            at, count = at + 16 + struct.unpack_from("=I", data, at + 8)[0], count + 1
        return count


def capture(bench, peer, size):
    """What is captured goes through a pipe to cat(1), so that no disk decides."""
    path = os.path.join(bench.folder, "captured")
    with pair(), open(path, "wb") as file:
        relay = Relay([word.format(anysock=bench.anysock) for word in WAYS[peer]], bench.sink_side, stdout=file)
        try:
            wait_until(lambda: is_watched() or relay.process.poll() is not None, relay.process.args[0])
            relay.before = relay.spent()
            (sent,) = Tool(bench, "packets", HERE, size, 2 * bench.seconds, processors=bench.source_side).result()
        finally:
            busy = relay.end()
        kept = frames_of(path)
    if not 0 < kept <= sent:
        raise RuntimeError(f"{kept} of {sent:.0f} frames were captured")
    return {"k": kept / 1e3, "kept %": 100 * kept / sent, "CPU us each": busy / kept * 1e6}
