# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine that the bench runs on: a namespace of its own, the tools, who is installed."""
import glob, os, shutil, subprocess, sys, tempfile, time

import peers

HERE = os.path.dirname(os.path.abspath(__file__))
SHORT, LONG = 170, 3600  # seconds after which nothing more is begun
# so that nothing paces or queues differently from one machine to the next
NAMESPACE = """
ip link set lo up
for net in 127.0.0.0/8 127.0.0.1; do ip route replace local $net dev lo table local congctl cubic; done
echo 10240 65535 >/proc/sys/net/ipv4/ip_local_port_range
echo 4096 >/proc/sys/net/core/somaxconn
echo 512 >/proc/sys/net/unix/max_dgram_qlen
exec "$@"
"""


def enter_namespace():
    """The same command in a network namespace of its own; without privilege it goes on in the one there is."""
    if "ANYSOCK_BENCH" in os.environ:
        return
    unshare = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    if subprocess.run([*unshare, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        os.environ["ANYSOCK_BENCH"] = "inside"
        os.execvp("unshare", [*unshare, "sh", "-c", NAMESPACE, "bench", *sys.argv])


def newest(paths):
    return max((os.path.getmtime(path) for path in paths if os.path.exists(path)), default=0)


def compile_tool(folder, name, sources):
    """The tool's path, built anew where a source is younger."""
    tool = os.path.join(folder, name)
    if newest([tool]) < newest([*sources, os.path.join(HERE, "drive.h")]):
        os.makedirs(folder, exist_ok=True)
        subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-o", tool, *sources], check=True)
    return tool


class Bench:
    """What every measure needs: the tools, the folder for its files, how often and how long."""

    def __init__(self, build, rounds=None, seconds=None, short=False):
        self.rounds, self.seconds, self.short = rounds or (2 if short else 5), seconds or (0.2 if short else 0.5), short
        self.anysock = os.path.abspath(os.path.join(build, "anysock"))
        folder = os.path.abspath(os.path.join(build, "tests/bench"))
        minimal = os.path.join(HERE, "minimal.c")
        self.drive = compile_tool(folder, "drive", [path for path in glob.glob(f"{HERE}/*.c") if path != minimal])
        self.minimal = compile_tool(folder, "minimal", [minimal])
        self.scratch = tempfile.TemporaryDirectory(prefix="anysock-bench.")
        self.folder = self.scratch.name
        processors = sorted(os.sched_getaffinity(0))
        self.source_side, self.sink_side = {processors[0]}, {processors[-1]}
        self.end = time.monotonic() + (SHORT if self.short else LONG)
        self.load = os.getloadavg()
        self.missing = [name for name in peers.PROGRAMS if not shutil.which(name)]

    def is_over(self):
        return time.monotonic() > self.end

    def facts(self):
        return {"load": self.load, "kernel": os.uname().release, "processors": os.cpu_count(), "rounds": self.rounds,
                "seconds": self.seconds, "missing": self.missing, "namespace": "ANYSOCK_BENCH" in os.environ}

    def description(self):
        inside = "a network namespace of its own" if "ANYSOCK_BENCH" in os.environ else "this machine's network: no namespace may be made"
        lines = [f"load average {self.load[0]:.2f}, {os.cpu_count()} processors, Linux {os.uname().release}, {inside}",
                 f"{self.rounds} rounds, {self.seconds} s of each bulk transfer"]
        if self.missing:
            lines.append(f"not installed, so not measured: {', '.join(self.missing)}")
        return "\n".join(lines)
