# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is measured beside whom, and with which words each is told to do a job; who has none for it cannot do it.

{here} is where the relay listens, {there} where it goes: a port of 127.0.0.1, or a path.
"""
import os

PROGRAMS = ["socat", "nc", "ncat", "haproxy", "tcpdump"]
HAPROXY = """
global
    nbthread {threads}
    maxconn 9200
    tune.pipesize 1048576
    maxpipes 64
defaults
    mode tcp
    timeout connect 10s
    timeout client 1h
    timeout server 1h
    backlog 4096
    option splice-request
    option splice-response
listen bench
    bind {bind}
    server target {server}
"""


def socat(*options):
    def command(first, second, one_way=False):
        return ["socat", *options, *(["-u"] if one_way else []), first, second]

    tcp_here, unix_here = "TCP4-LISTEN:{here},bind=127.0.0.1,reuseaddr", "UNIX-LISTEN:{here}"
    tcp_there, unix_there = "TCP4:127.0.0.1:{there}", "UNIX-CONNECT:{there}"
    return {
        "tcp-tcp": command(tcp_here, tcp_there),
        "unix-tcp": command(unix_here, tcp_there),
        "tcp-unix": command(tcp_here, unix_there),
        "stdin-tcp": command("STDIN", tcp_there, True),
        "tcp-stdout": command(tcp_here, "STDOUT", True),
        "many": command(tcp_here + ",fork,backlog=1024", tcp_there),
        "udp-udp": command("UDP4-LISTEN:{here},bind=127.0.0.1", "UDP4:127.0.0.1:{there}"),
        "unixgram-unixgram": command("UNIX-RECV:{here}", "UNIX-SENDTO:{there}", True),
        "client": ["socat", "STDIO", tcp_there],
    }


def anysock(*options):
    def relay(*words):
        return ["{anysock}", "relay", "-q", *options, *words]

    tcp_here, tcp_there = "tcp-listen:127.0.0.1:{here}", "tcp:127.0.0.1:{there}"
    return {
        "tcp-tcp": relay("--once", tcp_here, tcp_there),
        "unix-tcp": relay("--once", "unix-listen:{here}", tcp_there),
        "tcp-unix": relay("--once", tcp_here, "unix:{there}"),
        "stdin-tcp": relay("-u", "-", tcp_there),
        "tcp-stdout": relay("-u", "--once", tcp_here, "-"),
        "many": relay(tcp_here, tcp_there),
        "udp-udp": relay("udp-listen:127.0.0.1:{here}", "udp:127.0.0.1:{there}"),
        "unixgram-unixgram": relay("-u", "unix-dgram-listen:{here}", "unix-dgram:{there}"),
        "many udp": relay("udp-listen:127.0.0.1:{here}", "udp:127.0.0.1:{there}"),
        "client": ["{anysock}", "connect", "-q", tcp_there],
    }


NC = {
    "tcp-tcp": ["sh", "-c", "nc -l 127.0.0.1 {here} | nc -N 127.0.0.1 {there}"],
    "unix-tcp": ["sh", "-c", "nc -lU {here} | nc -N 127.0.0.1 {there}"],
    "tcp-unix": ["sh", "-c", "nc -l 127.0.0.1 {here} | nc -NU {there}"],
    "stdin-tcp": ["nc", "-N", "127.0.0.1", "{there}"],
    "tcp-stdout": ["nc", "-d", "-l", "127.0.0.1", "{here}"],
    "client": ["nc", "-N", "127.0.0.1", "{there}"],
}
NCAT = {
    "tcp-tcp": ["ncat", "-l", "127.0.0.1", "{here}", "-c", "ncat 127.0.0.1 {there}"],
    "unix-tcp": ["ncat", "-lU", "{here}", "-c", "ncat 127.0.0.1 {there}"],
    "tcp-unix": ["ncat", "-l", "127.0.0.1", "{here}", "-c", "ncat -U {there}"],
    "stdin-tcp": ["ncat", "--send-only", "127.0.0.1", "{there}"],
    "tcp-stdout": ["ncat", "--recv-only", "-l", "127.0.0.1", "{here}"],
    "many": ["ncat", "-k", "-l", "127.0.0.1", "{here}", "-c", "ncat 127.0.0.1 {there}"],
    "client": ["ncat", "127.0.0.1", "{there}"],
}
# haproxy's command line is its configuration: where it listens, where it goes
TCP_HERE, TCP_THERE = "127.0.0.1:{here}", "127.0.0.1:{there}"
HAPROXY_JOBS = {
    "tcp-tcp": (TCP_HERE, TCP_THERE),
    "unix-tcp": ("unix@{here}", TCP_THERE),
    "tcp-unix": (TCP_HERE, "unix@{there}"),
    "many": (TCP_HERE, TCP_THERE),
}
PEERS = {
    "anysock": anysock(),
    "anysock copy": anysock("--pump", "copy"),
    "socat": socat(),
    "socat 64k": socat("-b", "65536"),
    "socat 256k": socat("-b", "262144"),
    "nc": NC,
    "ncat": NCAT,
    "haproxy": HAPROXY_JOBS,
    "anysock 2 workers": anysock("--workers", "2"),
    "haproxy 2 threads": HAPROXY_JOBS,
}
SEVERAL = ["anysock 2 workers", "haproxy 2 threads"]  # more than one at work: only where there are many connections
DIRECT = "direct"


def program_of(peer):
    return "anysock" if peer.startswith("anysock") else peer.split()[0]


def command(bench, peer, job, here, there):
    """The words that start the peer, or None where it cannot do the job."""
    words = PEERS[peer].get(job)
    if words is None:
        return None
    values = {"anysock": bench.anysock, "here": here, "there": there}
    if program_of(peer) != "haproxy":
        return [word.format(**values) for word in words]
    path = os.path.join(bench.folder, "haproxy.cfg")
    with open(path, "w", encoding="ascii") as file:
        file.write(HAPROXY.format(threads=2 if peer in SEVERAL else 1, bind=words[0].format(**values), server=words[1].format(**values)))
    return ["haproxy", "-db", "-f", path]
