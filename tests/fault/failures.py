#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# failures.py: a server whose every client fails: what it has open, its memory and its children are the same afterwards.
"""usage: tests/fault/failures.py refused|program|gone TIMES

refused: the other end of a relay refuses every connection; program: no program can be started; gone: clients reset
their connection at once. Ends with status 1 where descriptors, memory by 256 KiB, or a zombie are left."""

import atexit
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

ANYSOCK = os.environ.get("ANYSOCK", "build/anysock")
WARM = 500
ALLOWED = 256  # KiB
CLIENTS = 4


def take_all(listener):
    while True:
        with listener.accept()[0] as connection:
            try:
                connection.recv(1)
            except ConnectionResetError:
                pass


def other_end(kind):
    """Bound, so that nobody else gets the port; it listens only where the clients are the ones who fail."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    if kind == "gone":
        bound.listen(4096)
        threading.Thread(target=take_all, args=(bound,), daemon=True).start()
    return bound


def program_without_interpreter():
    """It may be run, as far as one can tell before."""
    with tempfile.NamedTemporaryFile("w", prefix="anysock-fault.", delete=False) as file:
        file.write("#!/no/such/interpreter\n")
    atexit.register(os.unlink, file.name)
    os.chmod(file.name, 0o700)
    return file.name


def begin(kind, bound):
    out, into = os.pipe()
    words = ["listen", "--keep", "tcp:127.0.0.1:0", "--", program_without_interpreter()] if kind == "program" \
        else ["relay", "tcp-listen:127.0.0.1:0", f"tcp:127.0.0.1:{bound.getsockname()[1]}"]
    server = subprocess.Popen([ANYSOCK, words[0], "-q", "--ready-fd", str(into)] + words[1:], pass_fds=[into],
                              stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(into)
    with os.fdopen(out) as lines:
        return server, ("127.0.0.1", int(lines.readline().rsplit(":", 1)[1]))


def fail(where, times, kind):
    for _ in range(times):
        try:
            with socket.create_connection(where, 30) as client:
                if kind == "gone":
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    client.recv(1)
        except ConnectionResetError:
            pass


def fail_together(where, times, kind):
    clients = [threading.Thread(target=fail, args=(where, times // CLIENTS, kind)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def come_last(where):
    """Comes back once all who came before were accepted; with "gone" nobody waited for that."""
    try:
        with socket.create_connection(where, 30) as client:
            client.sendall(b"x")
            client.recv(1)
    except ConnectionError:
        pass


def state(server):
    """Descriptors, KiB of memory, children."""
    with open(f"/proc/{server.pid}/status", encoding="ascii") as file:
        memory = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    with open(f"/proc/{server.pid}/task/{server.pid}/children", encoding="ascii") as file:
        children = len(file.read().split())
    return len(os.listdir(f"/proc/{server.pid}/fd")), memory, children


def is_like(now, before):
    return now[0] <= before[0] and now[1] <= before[1] + ALLOWED and now[2] == 0


def settled(server, is_over):
    """The state once it is over, or after ten seconds."""
    end = time.monotonic() + 10
    now = state(server)
    while not is_over(now) and time.monotonic() < end:
        time.sleep(0.01)
        now = state(server)
    return now


def main():
    kind, times = sys.argv[1], int(sys.argv[2])
    bound = other_end(kind)
    server, where = begin(kind, bound)
    fresh = state(server)
    fail_together(where, WARM, kind)
    come_last(where)
    warm = settled(server, lambda now: now[0] <= fresh[0])
    before = (fresh[0], warm[1], 0)
    fail_together(where, times, kind)
    come_last(where)
    after = settled(server, lambda now: is_like(now, before))
    server.send_signal(signal.SIGTERM)
    print(f"{times} failures: descriptors {before[0]} then {after[0]}, memory {before[1]} KiB then {after[1]}, "
          f"children {after[2]}")
    return 0 if server.wait(10) == -signal.SIGTERM and is_like(after, before) else 1


sys.exit(main())
