# SPDX-License-Identifier: GPL-2.0-or-later
"""A part of a processor for each of several processes, so that a few processors do for many; cgroups(7) of either version."""
import contextlib, os

PERIOD = 10000  # microseconds


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="ascii") as file:
        file.write(str(text))


def root():
    """Where groups that share out processors are made, and whether they are of version 2."""
    with open("/proc/self/mounts", encoding="ascii") as file:
        mounts = [line.split()[1:4] for line in file]
    for folder, kind, options in mounts:
        if kind == "cgroup" and "cpu" in options.split(","):
            return folder, False
    for folder, kind, _ in mounts:
        if kind == "cgroup2":
            return folder, True
    raise RuntimeError("no cgroup of the processor here")


def limit(folder, is_new, part):
    if is_new:
        write(folder, "cpu.max", f"{int(part * PERIOD)} {PERIOD}")
    else:
        write(folder, "cpu.cfs_period_us", PERIOD)
        write(folder, "cpu.cfs_quota_us", int(part * PERIOD))


@contextlib.contextmanager
def shared_out(pids, part):
    """Each of the processes, which must have ended afterwards, gets so much of a processor and no more."""
    above, is_new = root()
    folders = [os.path.join(above, f"anysock-bench-{pid}") for pid in pids]
    made = []
    try:
        if is_new:
            write(above, "cgroup.subtree_control", "+cpu")
        for folder, pid in zip(folders, pids):
            os.mkdir(folder)
            made.append(folder)
            limit(folder, is_new, part)
            write(folder, "cgroup.procs", pid)
        yield
    except OSError as error:
        raise RuntimeError(f"no part of a processor to be had: {error}") from None
    finally:
        for folder in made:
            os.rmdir(folder)
