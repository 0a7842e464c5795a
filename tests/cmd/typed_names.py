#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""typed_names.py: whether each name of a list of constants is taken where a user would type it: as an option, a level, a
flag, a kind of error, a control message, a request, and as a field of a spec.

usage: typed_names.py ANYSOCK CONSTANTS REASONS

REASONS has NAME<tab>WHY for those that there is no place for.
"""
import re
import socket
import subprocess
import sys

ANYSOCK, CONSTANTS, REASONS = sys.argv[1:4]
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


def is_address(*specs):
    """What is taken for the name of a host or a service has no address yet."""
    return lambda name: any("struct sockaddr" in run("explain", spec.replace("@", name)).stdout for spec in specs)


def in_script(*lines):
    """Each has @ where the name stands."""
    return lambda name: any(run("shell", "--check", "-c", line.replace("@", name)).returncode == 0 for line in lines)


def is_control(level):
    """That the kernel alone sends it, and that it is no text, is said of those that are known."""
    line = "socketpair a b; send a x cmsg=%s:%s"
    return lambda name: "no control message is called" not in run("shell", "--check", "-c", line % (level, name)).stderr


def is_request(name):
    return "there is no request" not in run("ioctl", f"fd:{ASKED.fileno()}", name).stderr


def in_message(spec, *texts):
    """The text of a message, which is read before the socket is made."""
    return lambda name: any(run("send", spec, text.replace("@", name)).returncode != 2 for text in texts)


# what begins so is typed there
PLACES = [
    ("[AP]F_", in_spec("socket:@:1:0:00")),
    ("SOCK_", in_spec("socket:2:@:0:00")),
    ("SOL_", is_level),
    ("IPPROTO_", in_spec("ip:127.0.0.1:@", "socket:2:3:@:00")),
    ("AI_", is_flag("127.0.0.1")),
    ("NI_", is_flag("-r", "127.0.0.1")),
    ("SO_|IP_|IPV6_|TCP_|UDPLITE_|ALG_SET|TIPC_|CAN_RAW_|HCI_|BT_|L2CAP_|RFCOMM_", is_option),
    ("MSG_", in_script('socketpair a b; send a "x" flags=@; recvmsg b flags=@')),
    ("SHUT_", in_script("socketpair a b; shut a @")),
    ("EAI_", in_script("open c tcp:host.invalid:1 = @")),
    ("SCM_J1939", is_control("can-j1939")),
    ("SCM_", is_control("SOL_SOCKET")),
    ("ALG_SET_(IV|OP|AEAD_ASSOCLEN)", is_control("SOL_ALG")),
    ("IOCTL_", is_request),
    ("INADDR_", is_address("udp:@:1")),
    ("IPPORT_", is_address("tcp:127.0.0.1:@")),
    ("CAN_(EFF|ERR|RTR|SFF)_", in_spec("can:lo,filter=123:@")),
    ("CAN_BCM_", in_message("can-bcm:none", "@ 123", "cycle 123#00 every 1s @")),
    ("CAN_(RAW|BCM|ISOTP|J1939)$", in_spec("socket:AF_CAN:dgram:@:00")),
    ("NETLINK_", in_spec("netlink:@")),
    ("PACKET_", in_spec("packet:lo:ip:@")),
    ("VMADDR_CID", in_spec("vsock-listen:@:1")),
    ("VMADDR_PORT", in_spec("vsock-listen:1:@")),
    ("BTPROTO", in_spec("socket:AF_BLUETOOTH:raw:@:00")),
    ("HCI_CHANNEL", in_spec("bt-hci:none:@", "bt-hci:0:@")),
    ("HCI_DEV", is_address("bt-hci:@:monitor")),
    ("ALG_OP_(EN|DE)CRYPT", in_spec("alg:skcipher:cbc/aes,op=@")),
    ("TIPC_", in_spec("tipc:service:80:1:@", "tipc:service:@:1", "tipc-bind:range:80:1:1:@")),
    ("BDADDR_(BREDR|LE)", in_spec("bt-l2cap:00:11:22:33:44:55:1:0:@")),
    ("ETH", in_spec("packet:lo:@")),
    ("J1939_NO_NAME", in_spec("can-j1939:lo:@:0x12300")),
    (r"J1939_\w*PGN", in_spec("can-j1939:lo:0:@")),
    (r"J1939_\w+_ADDR$", in_spec("can-j1939:lo:0:0x12300:@")),
    ("SOMAXCONN", in_spec("tcp-listen:1,backlog=@")),
]
def main():
    reasons = dict(line.rstrip("\n").split("\t") for line in open(REASONS) if not line.startswith("#"))
    typed, refused, needless = 0, [], []
    for line in open(CONSTANTS):
        name = line.split("\t")[0].strip()
        if not name or name.startswith("#"):
            continue
        taken = any(place(name) for prefix, place in PLACES if re.match(prefix, name))
        typed += taken
        if not taken and name not in reasons:
            refused.append(name)
        if taken and name in reasons:
            needless.append(name)
    print(f"{typed} names typed, {len(refused)} refused: {' '.join(refused)}")
    print(f"{len(reasons)} cannot be typed, {len(needless)} can, though there is a reason why not: {' '.join(needless)}")
    return 1 if refused or needless or typed < 350 else 0


sys.exit(main())
