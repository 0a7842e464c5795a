# SPDX-License-Identifier: GPL-2.0-or-later
# run.py: one run of a job with something done to it: starts anysock, waits for it, gathers what came and what is wrong.
"""What is done to it is a Plain, or a class with the same functions."""

import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

import jobs

ANYSOCK = os.environ.get("ANYSOCK") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build/anysock")
SLACK = 2.0  # seconds over the clean run


class Plain:
    """Nothing is done to it."""
    is_traced = False
    bulk = None  # how much of jobs.BULK is moved; None: all

    def command(self, run):
        """What stands before the command."""
        return []

    def environment(self, run):
        """None: ours."""
        return None


class Run:
    """One run of a job; what went wrong gathers in faults."""

    def __init__(self, job, how):
        self.job, self.how, self.bulk = job, how, jobs.BULK[:how.bulk]
        self.folder = tempfile.mkdtemp(prefix="fault.")
        self.kept, self.missing, self.next_failed = set(), [], []
        self.errors, self.status, self.child, self.pid = b"", None, None, None
        self.descriptors = self.descriptors_after = None
        self.hung, self.ended, self.cpu, self.stands = False, False, 0.0, []

    def path(self, name):
        return os.path.join(self.folder, name)

    def keeps(self, name):
        self.kept.add(name)

    def command(self, words):
        return self.how.command(self) + [ANYSOCK, words[0], "-q"] + list(words[1:])

    def spawn(self, words, stdin, ready=None):
        with open(self.path("stdin"), "wb") as file:
            file.write(stdin)
        self.kept |= {"stdin", "stdout", "stderr"}
        with open(self.path("stdin"), "rb") as inp, open(self.path("stdout"), "wb") as out, \
                open(self.path("stderr"), "wb") as errors:
            self.started = time.monotonic()
            self.child = subprocess.Popen(self.command(words), stdin=inp, stdout=out, stderr=errors,
                                          env=self.how.environment(self),
                                          pass_fds=[ready] if ready is not None else [])

    def process(self):
        """Of anysock itself; None where it has ended."""
        return self.tracee() if self.how.is_traced else self.child.pid

    def tracee(self):
        try:
            with open(f"/proc/{self.child.pid}/task/{self.child.pid}/children", encoding="ascii") as file:
                return int(file.read().split()[0])
        except (OSError, IndexError, ValueError):
            return None

    @staticmethod
    def where(pid):
        """What a process that hangs waits for: the system call, and what its descriptors are."""
        told = []
        for name in ("wchan", "syscall", "stat"):
            try:
                with open(f"/proc/{pid}/{name}", encoding="ascii") as file:
                    told.append(f"{name} {file.read().strip()}")
            except OSError as why:
                told.append(f"{name}: {why.strerror}")
        for fd in sorted(os.listdir(f"/proc/{pid}/fd"), key=int):
            told.append(f"{fd} {os.readlink(f'/proc/{pid}/fd/{fd}')}")
        return told

    def finish(self):
        try:
            self.status = self.child.wait(jobs.PATIENCE)
        except subprocess.TimeoutExpired:
            self.hung, self.cpu = True, self.count_cpu()
            process = self.process()
            self.stands = self.where(process) if process else ["it has no process any more"]
            if process:
                os.kill(process, signal.SIGKILL)
            self.child.kill()
            self.status = self.child.wait()
        self.took = time.monotonic() - self.started
        with open(self.path("stdout"), "rb") as out, open(self.path("stderr"), "rb") as errors:
            self.output, self.errors = out.read(), errors.read()
        return self.output

    def prepare(self, *words, stdin=b""):
        """A run before it, to which nothing is done."""
        subprocess.run([ANYSOCK, words[0], "-q"] + list(words[1:]), input=stdin, check=True)

    def anysock(self, *words, stdin=b""):
        self.spawn(words, stdin)
        return self.finish()

    def begin(self, *words, stdin=b""):
        """Starts a server; its address, or None where it ended instead."""
        out, into = os.pipe()
        self.spawn((words[0], "--ready-fd", str(into)) + words[1:], stdin, into)
        os.close(into)
        line = b""
        while not line.endswith(b"\n") and select.select([out], [], [], jobs.PATIENCE)[0]:
            part = os.read(out, 200)
            if not part:
                break
            line += part
        os.close(out)
        self.pid = self.process()
        deadline = time.monotonic() + 1
        while os.path.exists(f"/proc/{self.pid}/fd/{into}") and time.monotonic() < deadline:
            time.sleep(0.001)
        self.descriptors = self.count_descriptors()
        return line.decode().split("\n")[0] or None

    def count_descriptors(self):
        try:
            return len(os.listdir(f"/proc/{self.pid}/fd"))
        except OSError:
            return None

    def count_cpu(self):
        """Seconds that it has worked."""
        try:
            with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            return 0.0

    def end(self):
        if self.job.serves and self.child.poll() is None and self.pid:
            deadline = time.monotonic() + 1
            self.descriptors_after = self.count_descriptors()
            while (self.descriptors_after or 0) > (self.descriptors or 0) + self.job.stay and time.monotonic() < deadline:
                time.sleep(0.005)
                self.descriptors_after = self.count_descriptors()
            self.cpu = self.count_cpu()
            try:
                os.kill(self.pid, signal.SIGTERM)
                self.ended = True
            except ProcessLookupError:
                pass
        return self.finish()

    def expect(self, what, got, want):
        if got != want:
            self.missing.append(f"{what}: {len(got)} bytes of {len(want)}" if len(got) != len(want) else f"{what} differs")

    def expect_next(self, what, ask, want):
        """The fault may have struck the next client; whoever comes after it is served."""
        if self.child.poll() is None and ask() != want and self.child.poll() is None and ask() != want:
            self.next_failed.append(what)

    def messages(self):
        return [line for line in self.errors.split(b"\n") if line.startswith(b"anysock: ")]

    def left(self):
        return sorted(set(os.listdir(self.folder)) - self.kept)

    def release(self):
        shutil.rmtree(self.folder)


def execute(job, how):
    run = Run(job, how)
    job(run)
    return run


def judge_time(run, clean):
    """What is wrong with how long it took."""
    if run.hung:
        return ["d: hangs"]
    return [f"d: took {run.took:.1f} s"] if run.took > clean.took + SLACK else []


def has_sanitizer(run):
    return b"ERROR: " in run.errors and b"Sanitizer" in run.errors or b"runtime error" in run.errors


def descriptors_lost(run):
    return [f"g: {run.descriptors_after} descriptors, {run.descriptors} before"] \
        if (run.descriptors_after or 0) > (run.descriptors or 0) + run.job.stay else []
