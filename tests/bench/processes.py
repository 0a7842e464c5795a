# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes that are measured: their processor time and memory, with that of all their children."""
import ctypes, glob, os, re, signal, socket, subprocess, tempfile, time

PATIENCE = 20  # seconds in which a program has to listen, or to end
PR_SET_CHILD_SUBREAPER = 36
# a relay's children that outlive it become ours, so that their processor time is counted
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {PATIENCE} s")
        time.sleep(0.002)


def is_bound(protocol, here):
    """Whether somebody listens there: a port, or the path of a UNIX socket."""
    with open(f"/proc/net/{protocol}", encoding="ascii") as file:
        lines = [line.split() for line in file][1:]
    if protocol == "unix":
        # haproxy binds under another name and renames
        return os.path.exists(here) and any(words[-1].startswith(here) for words in lines)
    return any(words[1].endswith(f":{int(here):04X}") and words[3] in ("0A", "07") for words in lines)


def read_text(path):
    try:
        with open(path, encoding="ascii") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Relay:
    """A program in a process group of its own, with what it starts; its session is ours, since the kernel shares out by session."""

    def __init__(self, command, processors=None, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        pin = (lambda: os.sched_setaffinity(0, processors)) if processors else None
        self.complaints = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=self.complaints,
                                        process_group=0, preexec_fn=pin)
        self.before, self.busy = 0, 0

    def wait_bound(self, protocol, here):
        wait_until(lambda: is_bound(protocol, here) or self.process.poll() is not None, self.process.args[0])
        if self.process.returncode is not None:
            raise RuntimeError(f"{' '.join(self.process.args)}: status {self.process.returncode}: {self.complaint()}")
        self.before = self.spent()

    def complaint(self):
        """The last line of what it said."""
        self.complaints.seek(0)
        return (self.complaints.read().decode(errors="replace").strip().splitlines() or ["no word"])[-1]

    def members(self):
        group = str(self.process.pid)
        for path in glob.glob("/proc/[0-9]*/stat"):
            words = read_text(path).rpartition(")")[2].split()
            if words and words[2] == group:
                yield os.path.dirname(path)

    def processes(self, count):
        """The numbers of its processes once there are so many."""
        wait_until(lambda: len(list(self.members())) == count, f"{self.process.args[0]} as {count} processes")
        return [int(os.path.basename(member)) for member in self.members()]

    def spent(self):
        """Processor seconds of what lives."""
        files = (path for member in self.members() for path in glob.glob(f"{member}/task/*/schedstat"))
        return sum(int((read_text(path).split() or ["0"])[0]) for path in files) / 1e9

    def memory(self):
        """KiB, with a part of what is shared."""
        found = (re.search(r"^Pss: +(\d+)", read_text(f"{member}/smaps_rollup"), re.M) for member in list(self.members()))
        return sum(int(match[1]) for match in found if match)

    def reap(self, flags):
        try:
            pid, status, used = os.wait4(-self.process.pid, flags)
        except ChildProcessError:
            return False
        if pid == self.process.pid:
            self.process.returncode = os.waitstatus_to_exitcode(status)
        if pid:
            self.busy += used.ru_utime + used.ru_stime
        return True

    def wait(self):
        """Until it ends by itself: the time at which it did."""
        while self.process.returncode is None and self.reap(0):
            pass
        return time.monotonic()

    def end(self):
        """Ends it and what it started: the processor seconds since it listened."""
        give_up = time.monotonic() + 2
        while self.reap(os.WNOHANG):
            try:
                os.killpg(self.process.pid, signal.SIGTERM if time.monotonic() < give_up else signal.SIGKILL)
            except ProcessLookupError:
                pass
            time.sleep(0.001)
        self.complaints.close()
        return self.busy - self.before


class Tool:
    """A source or sink: its first line says where it listens; its words are its result."""

    def __init__(self, bench, *words, processors=None, stdin=None, stdout=subprocess.PIPE):
        pin = (lambda: os.sched_setaffinity(0, processors)) if processors else None
        self.process = subprocess.Popen([bench.drive, *map(str, words)], stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
                                        text=True, preexec_fn=pin)

    def line(self):
        return self.process.stdout.readline().strip()

    def numbers(self, order=None):
        """Those of its next line, which it may have to be told to say."""
        if order:
            self.process.stdin.write(order + "\n")
            self.process.stdin.flush()
        line = self.line()
        if not line:
            self.result()
        return [float(word) for word in line.split()]

    def result(self, stream="stdout"):
        try:
            out, complaint = self.process.communicate(timeout=PATIENCE * 2)
        except subprocess.TimeoutExpired:
            self.end()
            raise RuntimeError(f"{self.process.args[1]}: did not end") from None
        if self.process.returncode != 0:
            raise RuntimeError(f"{self.process.args[1]}: {complaint.strip().partition(chr(10))[0]}")
        return [float(word) for word in (out if stream == "stdout" else complaint).split()]

    def end(self):
        self.process.kill()
        self.process.communicate()
