#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""typed_names.py: whether each name of a list of constants is taken where a user would type it: as an option, a level, a
flag, and as a field of a spec.

usage: typed_names.py ANYSOCK CONSTANTS
"""
import re
import socket
import subprocess
import sys

ANYSOCK, CONSTANTS = sys.argv[1:3]
ASKED = socket.socket()


def run(*words):
    return subprocess.run([ANYSOCK, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, pass_fds=[ASKED.fileno()])


def is_option(name):
    return "there is no socket option" not in run("sockopt", f"fd:{ASKED.fileno()}", name).stderr


def is_level(name):
    return run("sockopt", "--list", name).returncode == 0


def is_flag(*words):
    return lambda name: run("resolve", *words, "--flags", name).returncode != 2


def in_spec(*specs):
    """Each spec has @ where the name stands; one that is read is enough."""
    return lambda name: any(run("explain", spec.replace("@", name)).returncode == 0 for spec in specs)


# what begins so is typed there
PLACES = [
    ("[AP]F_", in_spec("socket:@:1:0:00")),
    ("SOCK_", in_spec("socket:2:@:0:00")),
    ("SOL_", is_level),
    ("IPPROTO_", in_spec("ip:127.0.0.1:@", "socket:2:3:@:00")),
    ("AI_", is_flag("127.0.0.1")),
    ("NI_", is_flag("-r", "127.0.0.1")),
    ("SO_|IP_|IPV6_|TCP_|UDPLITE_|ALG_SET|TIPC_|CAN_RAW_|HCI_", is_option),
    ("CAN_(RAW|BCM|ISOTP|J1939)$", in_spec("socket:AF_CAN:dgram:@:00")),
    ("NETLINK_", in_spec("netlink:@")),
    ("PACKET_", in_spec("packet:lo:ip:@")),
    ("VMADDR_CID", in_spec("vsock-listen:@:1")),
    ("VMADDR_PORT", in_spec("vsock-listen:1:@")),
    ("BTPROTO", in_spec("socket:AF_BLUETOOTH:raw:@:00")),
    ("HCI_CHANNEL", in_spec("bt-hci:none:@", "bt-hci:0:@")),
    ("HCI_DEV", in_spec("bt-hci:@:monitor")),
    ("ALG_OP_(EN|DE)CRYPT", in_spec("alg:skcipher:cbc/aes,op=@")),
    ("TIPC_", in_spec("tipc:service:80:1:@", "tipc:service:@:1", "tipc-bind:range:80:1:1:@")),
    ("BDADDR_(BREDR|LE)", in_spec("bt-l2cap:00:11:22:33:44:55:1:0:@")),
    ("ETH", in_spec("packet:lo:@")),
    ("J1939_NO_NAME", in_spec("can-j1939:lo:@:0x12300")),
    (r"J1939_\w*PGN", in_spec("can-j1939:lo:0:@")),
    (r"J1939_\w+_ADDR$", in_spec("can-j1939:lo:0:0x12300:@")),
    ("SOMAXCONN", in_spec("tcp-listen:1,backlog=@")),
]
# limits, parts of other constants, and what is sent with each message rather than set
ELSEWHERE = {
    "ALG_SET_AEAD_ASSOCLEN", "ALG_SET_IV", "ALG_SET_OP", "ALG_SET_PUBKEY", "IPV6_RTHDR_TYPE_0", "IP_DEFAULT_MULTICAST_LOOP",
    "IP_DEFAULT_MULTICAST_TTL", "IP_MAX_MEMBERSHIPS", "NI_MAXHOST", "NI_MAXSERV", "SOCK_CLOEXEC", "SOCK_NONBLOCK", "SOL_CAN_BASE",
    "TIPC_WAIT_FOREVER",
}  # fmt: skip


def main():
    typed, refused = 0, []
    for line in open(CONSTANTS):
        name = line.split("\t")[0].strip()
        places = [place for prefix, place in PLACES if re.match(prefix, name)]
        if name.startswith("#") or not places or name in ELSEWHERE:
            continue
        typed += 1
        if not any(place(name) for place in places):
            refused.append(name)
    print(f"{typed} names typed, {len(refused)} refused: {' '.join(refused)}")
    return 1 if refused or typed < 250 else 0


sys.exit(main())
