# SPDX-License-Identifier: GPL-2.0-or-later
"""rawsock: sockets of families whose addresses python does not know, with a struct sockaddr packed by the caller.

    import sys; sys.path.insert(0, "tests/lab"); import rawsock
"""
import ctypes
import os
import socket
import struct

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))
    return result


def create(family, style, protocol=0, limit=20):
    """A socket whose calls give up after so many seconds: python's own timeouts make it non-blocking, which connect here
    would not wait for."""
    sock = socket.socket(family, style, protocol)
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", limit, 0))
    return sock


def bind(sock, address):
    _check(_libc.bind(sock.fileno(), address, len(address)), "bind")


def connect(sock, address):
    _check(_libc.connect(sock.fileno(), address, len(address)), "connect")


def sendto(sock, data, address):
    return _check(_libc.sendto(sock.fileno(), data, len(data), 0, address, len(address)), "sendto")


def recvfrom(sock, size=65536):
    """Data and raw address of the next message."""
    data, address, length = ctypes.create_string_buffer(size), ctypes.create_string_buffer(128), ctypes.c_uint(128)
    count = _check(_libc.recvfrom(sock.fileno(), data, size, 0, address, ctypes.byref(length)), "recvfrom")
    return data.raw[:count], address.raw[:length.value]


def accept(listener):
    return socket.socket(fileno=_check(_libc.accept(listener.fileno(), None, None), "accept"))
