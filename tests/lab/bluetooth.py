# SPDX-License-Identifier: GPL-2.0-or-later
"""bluetooth: L2CAP sockets with all of struct sockaddr_l2, of which python's own knows neither CID nor address type.

    import sys; sys.path.insert(0, "tests/lab"); import bluetooth
    listener = bluetooth.l2cap(socket.SOCK_SEQPACKET, bluetooth.address("hci1"), psm=0x80, kind=bluetooth.LE)
"""
import fcntl
import socket
import struct

import rawsock

BR_EDR, LE, LE_RANDOM = 0, 1, 2

SOL_L2CAP, L2CAP_OPTIONS = 6, 1
SOL_BLUETOOTH, BT_MODE = 274, 15
BASIC, ERTM, STREAMING = 0, 3, 4            # L2CAP_OPTIONS, on BR/EDR
LE_FLOW, ENHANCED_CREDIT = 0x80, 0x81       # BT_MODE 3 and 4, on LE
HCIGETDEVINFO = 0x800448D3


def address(name):
    """The address of controller hciN, as text."""
    with socket.socket(socket.AF_BLUETOOTH, socket.SOCK_RAW, socket.BTPROTO_HCI) as control:
        info = bytearray(struct.pack("<H", int(name.removeprefix("hci"))) + bytes(90))
        fcntl.ioctl(control, HCIGETDEVINFO, info)
    return ":".join("%02X" % byte for byte in reversed(info[10:16]))


def sockaddr_l2(where, psm=0, cid=0, kind=BR_EDR):
    return struct.pack("<HH6sHBx", socket.AF_BLUETOOTH, psm, bytes.fromhex(where.replace(":", ""))[::-1], cid, kind)


def set_mode(sock, mode):
    if mode >= LE_FLOW:
        sock.setsockopt(SOL_BLUETOOTH, BT_MODE, bytes([mode - LE_FLOW + 3]))
        return
    # struct l2cap_options: omtu, imtu, flush_to, mode, fcs, max_tx, txwin_size
    options = bytearray(sock.getsockopt(SOL_L2CAP, L2CAP_OPTIONS, 12))
    options[6] = mode
    sock.setsockopt(SOL_L2CAP, L2CAP_OPTIONS, bytes(options))


def l2cap(style, where, mode=None, **rest):
    """A socket bound to that address. The mode can be set on an LE socket only once it is bound to one."""
    sock = rawsock.create(socket.AF_BLUETOOTH, style, socket.BTPROTO_L2CAP)
    rawsock.bind(sock, sockaddr_l2(where, **rest))
    if mode is not None:
        set_mode(sock, mode)
    return sock


def connect(sock, where, **rest):
    rawsock.connect(sock, sockaddr_l2(where, **rest))


def pair(style, mode=None, psm=0, kind=BR_EDR, cid=0):
    """A connection from hci0 to hci1: the connecting and the accepted end."""
    with l2cap(style, address("hci1"), mode, psm=psm, kind=kind, cid=cid) as listener:
        listener.listen(1)
        one = l2cap(style, address("hci0"), mode, kind=kind, cid=cid)
        connect(one, address("hci1"), psm=psm, kind=kind, cid=cid)
        return one, rawsock.accept(listener)
