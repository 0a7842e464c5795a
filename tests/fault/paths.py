#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# paths.py: somebody puts a file or a socket of his own where a listener makes, or takes away, its socket file.
"""usage: tests/fault/paths.py swap|claim TIMES

swap: whatever the listener does, what the other put there last is there in the end; and while the socket is there, it
was never open to more than its mode. claim: of two that find a dead socket file one listens, and is reached.
Ends with status 1 where that does not hold."""

import os
import random
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

ANYSOCK = os.environ.get("ANYSOCK", "build/anysock")
folder = tempfile.mkdtemp(prefix="paths.")
place, own = os.path.join(folder, "s"), os.path.join(folder, "own")
numbers = random.Random(1)


def listener(*words):
    return subprocess.Popen([ANYSOCK, "listen", "-q", "--keep", f"unix:{place},mode=660", *words, "--", "true"],
                            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_own(kind):
    """Something that is not the listener's, at a place of its own; its inode and mode, and what has to be kept."""
    kept = None
    if kind == "socket":
        kept = socket.socket(socket.AF_UNIX)
        kept.bind(own)
        kept.listen()
        os.chmod(own, 0o600)
    elif kind == "link":
        os.symlink("/dev/null", own)
    else:
        os.close(os.open(own, os.O_CREAT | os.O_WRONLY, 0o600))
    return (os.lstat(own).st_ino, os.lstat(own).st_mode), kept


def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def wait_until(there, child):
    end = time.monotonic() + 10
    while os.path.lexists(place) != there and child.poll() is None and time.monotonic() < end:
        pass


class Watch(threading.Thread):
    """Looks whether a socket is ever open to others."""

    def __init__(self):
        super().__init__(daemon=True)
        self.wide, self.seen, self.over = 0, 0, False
        self.start()

    def run(self):
        while not self.over:
            try:
                mode = os.lstat(place).st_mode
            except FileNotFoundError:
                continue
            self.seen += 1
            self.wide += stat.S_ISSOCK(mode) and mode & 0o117 != 0


def swap_once(kind, early):
    """Whether what was put there is there in the end."""
    was, kept = make_own(kind)
    child = listener()
    if early:
        time.sleep(numbers.random() * 0.006)
    else:
        wait_until(True, child)
        child.send_signal(signal.SIGTERM)
        time.sleep(numbers.random() * 0.001)
    os.rename(own, place)
    child.send_signal(signal.SIGTERM)
    child.wait(10)
    stays = os.path.lexists(place) and (os.lstat(place).st_ino, os.lstat(place).st_mode) == was
    left = set(os.listdir(folder)) - {"s"}
    if kept:
        kept.close()
    remove(place)
    for name in left:
        remove(os.path.join(folder, name))
    return stays and not left


def swap(times):
    watch = Watch()
    lost = sum(not swap_once(numbers.choice(("file", "socket", "link")), i % 2) for i in range(times))
    watch.over = True
    watch.join()
    print(f"{times} swaps, {lost} lost, {watch.seen} looks, {watch.wide} too wide")
    return lost == 0 and watch.wide == 0 and watch.seen > 0


def is_served(end):
    """The socket file is there a moment before it listens."""
    while time.monotonic() < end:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.settimeout(10)
                client.connect(place)
                return client.recv(1) == b""
            except (ConnectionRefusedError, FileNotFoundError):
                pass
    return False


def claim_once():
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(place)
    dead.close()
    both = [listener(), listener()]
    loser = None
    end = time.monotonic() + 10
    while loser is None and time.monotonic() < end:
        loser = next((child for child in both if child.poll() is not None), None)
    winner = both[1] if loser is both[0] else both[0]
    good = loser is not None and loser.returncode == 1 and winner.poll() is None
    if good:
        good = is_served(end)
    for child in both:
        child.terminate()
        child.wait(10)
    return good and os.listdir(folder) == []


def claim(times):
    failed = 0
    for _ in range(times):
        failed += not claim_once()
        for name in os.listdir(folder):
            remove(os.path.join(folder, name))
    print(f"{times} claims, {failed} wrong")
    return failed == 0


good = {"swap": swap, "claim": claim}[sys.argv[1]](int(sys.argv[2]))
for entry in os.listdir(folder):
    remove(os.path.join(folder, entry))
os.rmdir(folder)
sys.exit(0 if good else 1)
