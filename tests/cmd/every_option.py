#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""every_option.py: sets every socket option that can be set and read, on each kind of socket that this kernel has, by
`anysock sockopt fd:N NAME=VALUE`, and reads it back by getsockopt(2).

usage: every_option.py ANYSOCK [EXCEPTIONS]

EXCEPTIONS has a line for each option that cannot be set here: NAME, a tab, the reason. With it, an option that was set
nowhere and is not in it is a failure, and so is one that is in it and was set. Without it, only what goes wrong fails.
"""
import ctypes
import json
import os
import socket
import struct
import subprocess
import sys

ANYSOCK = sys.argv[1]
LEVELS = {"SOL_SOCKET": 1, "AF_VSOCK": 40}
IP, IP6 = ("SOL_SOCKET", "SOL_IP"), ("SOL_SOCKET", "SOL_IPV6")
# domain, type, protocol, levels
SOCKETS = [
    (2, 1, 6, (*IP, "SOL_TCP")), (10, 1, 6, (*IP6, "SOL_TCP")), (2, 2, 17, (*IP, "SOL_UDP")), (10, 2, 17, (*IP6, "SOL_UDP")),
    (2, 2, 136, ("SOL_UDPLITE",)), (2, 3, 1, (*IP, "SOL_RAW")), (10, 3, 58, (*IP6, "SOL_ICMPV6")), (10, 3, 200, ("SOL_IPV6",)), (10, 3, 255, ("SOL_IPV6",)),
    (2, 3, 2, ("SOL_IP",)), (1, 1, 0, ("SOL_SOCKET",)), (1, 2, 0, ("SOL_SOCKET",)), (16, 3, 0, ("SOL_SOCKET", "SOL_NETLINK")),
    (17, 3, 0, ("SOL_SOCKET", "SOL_PACKET")), (2, 1, 262, ("SOL_MPTCP",)), (2, 1, 132, ("SOL_SCTP",)), (2, 5, 132, ("SOL_SCTP",)),
    (2, 6, 33, ("SOL_DCCP",)), (29, 3, 1, ("SOL_CAN_RAW",)), (29, 2, 6, ("SOL_CAN_ISOTP",)), (29, 2, 7, ("SOL_CAN_J1939",)),
    (30, 4, 0, ("SOL_TIPC",)), (30, 1, 0, ("SOL_TIPC",)), (40, 1, 0, ("AF_VSOCK",)), (21, 5, 0, ("SOL_RDS",)),
    (31, 3, 1, ("SOL_HCI", "SOL_BLUETOOTH")), (31, 5, 0, ("SOL_L2CAP", "SOL_BLUETOOTH")), (31, 1, 3, ("SOL_RFCOMM", "SOL_BLUETOOTH")),
    (31, 5, 2, ("SOL_SCO", "SOL_BLUETOOTH")), (26, 2, 0, ("SOL_LLC",)), (41, 2, 0, ("SOL_KCM",)), (35, 5, 2, ("SOL_PNPIPE",)),
    (3, 5, 0, ("SOL_AX25",)), (6, 5, 0, ("SOL_NETROM",)), (11, 5, 0, ("SOL_ROSE",)), (8, 2, 0, ("SOL_ATM",)),
    (31, 5, 8, ("SOL_BLUETOOTH",)), (44, 3, 0, ("SOL_XDP",)), (33, 2, 2, ("SOL_RXRPC",)), (39, 1, 1, ("SOL_NFC",)), (43, 1, 0, ("SOL_SMC", "SOL_TCP")),
]
NUMBERS = ["1", "2", "4", "7", "8", "64", "576", "1000", "1280", "3000", "-1", "0"]
CANDIDATES = {
    "on|off": None, "NUMBER": NUMBERS, "SIZE": ["8", "16", "1000", "1400", "5000", "64k", "0"], "DURATION": ["2s", "5ms", "120ms", "300ms", "1us"],
    "off|DURATION": ["3s"], "INTERFACE": ["lo"], "ADDRESS": ["127.0.0.1"], "TEXT": ["reno", "1"],
    "BYTES": ["hex:01010101", "hex:0000000000000000", "hex:94040000", "hex:0100", "hex:00112233445566778899aabbccddeeff"],
    "NUMBER+NUMBER": ["1", "2"], "GROUP+GROUP": ["1"], "ID:MASK+ID~MASK": ["123:7FF+200~7F0"],
}
SPECIAL = {
    "ip-multicast-if": ["127.0.0.1"], "ip-local-port-range": ["40000:40100"], "so-txtime": ["tai:0"], "packet-fanout": ["7:hash"], "tipc-group-join": ["4711:1:cluster:0"],
    "ipv6-flowlabel-mgr": ["::1:0x12345:get:any:create:6s:6s"], "packet-vnet-hdr-sz": ["12"], "ipv6-addrform": ["inet"],
    "can-raw-xl-vcid-opts": ["tx-set:5:0:0"], "icmp-filter": ["echo"], "icmpv6-filter": ["echo"], "tcp-ulp": ["tls"],
    "tcp-fastopen-key": ["hex:00112233445566778899aabbccddeeff"], "sctp-auth-active-key": None, "so-busy-poll-budget": ["8"],
    "udp-encap": ["espinudp"], "tcp-repair": ["on"], "tcp-is-mptcp": ["off"], "sctp-initmsg": ["7:9:3:2000ms"],
    "sctp-auto-asconf": ["on"], "so-attach-filter": ["1 6 0 0 2"], "ipv6-pktinfo": ["::1:lo"],
}


def names_of():
    """The names of values that an option takes, as the help has them."""
    names = {}
    for line in run("help", "--table").stdout.splitlines():
        row = line.split("\t")
        if row[0] == "value":
            names.setdefault(row[1], []).append(row[2])
    return names


def run(*words, fd=None):
    return subprocess.run([ANYSOCK, *words], pass_fds=[fd] if fd is not None else [], capture_output=True, text=True)


def read(s, row):
    level = LEVELS.get(row["level"], LEVELS_BY_NAME.get(row["level"]))
    try:
        return s.getsockopt(level, row["number"], 1024)
    except OSError:
        # some want the exact length
        return s.getsockopt(level, row["number"], 4)


def number(value):
    return int.from_bytes(value[:8], sys.byteorder, signed=len(value) in (1, 2, 4))


def candidates(row, before, names):
    name, kind = row["name"], row["value"]
    if name in SPECIAL:
        return SPECIAL[name] or []
    if kind == "on|off":
        return ["off" if before is not None and any(before) else "on"]
    if kind in ("NAME", "NAME+NAME"):
        return names.get(name, []) + ["1", "2"]
    return CANDIDATES.get(kind, [])


def expected(row, value, before, after):
    """Whether what python3 reads is what was asked for."""
    kind = row["value"]
    if kind == "on|off":
        return any(after) == (value == "on")
    if kind == "NUMBER" and not row["name"].startswith("ipv6-addr"):
        wanted = int(value, 0)
        return number(after) in (wanted, wanted & 0xFFFFFFFF, wanted & 0xFF)
    if kind == "SIZE":
        wanted = int(value.rstrip("k")) * (1024 if value.endswith("k") else 1)
        # buffers are doubled; there are lower bounds, and reserved memory comes in pages
        return number(after) in (wanted, 2 * wanted) or (number(after) > wanted and number(after) != number(before or b"\0"))
    if kind == "DURATION":
        nanoseconds = {"s": 10**9, "ms": 10**6, "us": 1000}
        unit = value.lstrip("0123456789")
        asked = int(value[: -len(unit)]) * nanoseconds[unit]
        if len(after) == 16:
            seconds, parts = struct.unpack("qq", after)
            return asked == seconds * 10**9 + parts * 1000
        return any(abs(number(after) * per - asked) <= asked * 0.8 for per in (10**9, 10**6, 1000, 1))
    if kind == "off|DURATION":
        return struct.unpack("ii", after) == (1, 3)
    if kind == "ID:MASK+ID~MASK":
        return after == struct.pack("IIII", 0x123, 0x7FF, 0x20000200, 0x7F0)
    if row["name"] == "ip-multicast-if":
        return after == socket.inet_aton(value)
    if kind == "INTERFACE" and len(after) == 4:
        return number(after) in (1, socket.htonl(1))
    return True


def try_values(s, row, names):
    """True set and read back, False wrong, None it cannot be set on this socket."""
    try:
        before = read(s, row)
    except OSError:
        before = None
    values = candidates(row, before, names)
    printed = None
    if row["value"].startswith("FIELD=") and row["name"] not in SPECIAL:
        printed = run("sockopt", f"fd:{s.fileno()}", row["name"], "--values", fd=s.fileno()).stdout.strip()
        values = [printed] if printed else []
    reason = "nothing to try"
    for value in values:
        done = run("sockopt", f"fd:{s.fileno()}", f"{row['name']}={value}", fd=s.fileno())
        if done.returncode == 2 and "is not a number from" not in done.stderr and "is not a whole number" not in done.stderr:
            return False, f"{value}: {done.stderr}"
        if done.returncode != 0:
            reason = done.stderr.strip().splitlines()[0]
            continue
        try:
            after = read(s, row)
        except OSError as error:
            reason = f"set to {value}, then {error}"
            continue
        if printed is not None and after != before:
            return False, f"{printed}: {before.hex()} became {after.hex()}"
        if not expected(row, value, before, after):
            reason = f"set to {value}, was {before and before.hex()}, is {after.hex()}"
            continue
        shown = json.loads(done.stdout.replace("\n", " ") or "{}") if done.stdout.startswith("{") else done.stdout
        if row["access"] == "rw" and not shown and row["name"] not in UNLISTED:
            return False, f"set to {value}, not shown"
        return True, value
    return None, reason


UNLISTED = {"so-error", "ip-pktoptions", "so-get-filter"}
LEVELS_BY_NAME = {}


class Socket:
    """By libc itself: python3 may lack the family, and wants a getsockname(2) that some do not have."""

    libc = ctypes.CDLL(None, use_errno=True)

    def __init__(self, domain, kind, protocol):
        self.fd = self.libc.socket(domain, kind, protocol)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def fileno(self):
        return self.fd

    def getsockopt(self, level, option, room):
        value, length = ctypes.create_string_buffer(room), ctypes.c_uint(room)
        if self.libc.getsockopt(self.fd, level, option, value, ctypes.byref(length)) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return value.raw[: length.value]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)


def main():
    rows = [json.loads(line) for line in run("sockopt", "--list", "--json").stdout.splitlines()]
    for line in run("help", "--table").stdout.splitlines():
        row = line.split("\t")
        if row[0] == "constant" and row[1] == "level":
            LEVELS_BY_NAME[row[3]] = int(row[4])
    names = names_of()
    exceptions = {}
    if len(sys.argv) > 2:
        exceptions = dict(line.rstrip("\n").split("\t", 1) for line in open(sys.argv[2]) if line[0] != "#")
    done, reasons, wrong = set(), {}, []
    for domain, kind, protocol, levels in SOCKETS:
        for row in rows:
            if row["access"] != "rw" or row["level"] not in levels or (row["level"], row["name"]) in done:
                continue
            # a new socket each: some options exclude others
            try:
                with Socket(domain, kind, protocol) as s:
                    result, text = try_values(s, row, names)
            except OSError as error:
                reasons.setdefault(row["name"], f"socket {domain} {kind} {protocol}: {error}")
                break
            if result:
                done.add((row["level"], row["name"]))
            elif result is False:
                wrong.append(f"{row['name']} on socket {domain} {kind} {protocol}: {text}")
            elif "not available" in reasons.get(row["name"], "not available"):
                reasons[row["name"]] = text
    writable = [row for row in rows if row["access"] == "rw"]
    set_names = {name for level, name in done}
    print(f"{len(done)} of {len(writable)} options were set and read back")
    for row in writable:
        if row["name"] in set_names:
            if row["name"] in exceptions:
                wrong.append(f"{row['name']}: was set, though it is listed: {exceptions[row['name']]}")
        elif exceptions and row["name"] not in exceptions:
            wrong.append(f"{row['name']}: not set: {reasons.get(row['name'], 'no socket of ' + row['level'])}")
        elif not exceptions:
            print(f"# {row['name']}\t{reasons.get(row['name'], 'no socket of ' + row['level'])}")
    for line in wrong:
        print("wrong:", line)
    return 1 if wrong or len(done) < 100 else 0


sys.exit(main())
