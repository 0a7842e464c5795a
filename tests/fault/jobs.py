# SPDX-License-Identifier: GPL-2.0-or-later
# jobs.py: the jobs that faults are put into; each starts anysock with peers around it and says what must come out.
"""A job is a function of a Run. It starts its peers, runs anysock through the run and calls run.expect(what, got, want)
for every piece of data that must have passed. Peers are sockets of this process: nothing else is to be waited for."""

import os
import select
import socket
import threading
import time

PATIENCE = 4.0  # seconds: what takes longer hangs
DATA = b"".join(b"line %d of the question\n" % i for i in range(5))
BULK = bytes(range(256)) * 2400  # 600 KiB: splice takes over

JOBS = {}


def job(*, serves=False, others=False, stay=0, looks_up=False, told="", answers=False):
    """Registers a job. serves: anysock goes on after the client and is ended by SIGTERM; others: somebody waits for the
    end of what it closes; stay: how many descriptors of a session stay open for its peer; looks_up: by getaddrinfo(3),
    which in glibc 2.36 dies where memory fails (nss_database.c); told: "call:error" of what passes by itself, but not for
    a command that does one thing only, or never comes where it writes; answers: its status 1 is an answer."""
    def register(function):
        JOBS[function.__name__.replace("_", "-")] = function
        function.serves, function.others, function.stay = serves, serves or others, stay
        function.looks_up, function.told, function.answers = looks_up, told.split(), answers
        return function
    return register


def listener(domain=socket.AF_INET, kind=socket.SOCK_STREAM, address=("127.0.0.1", 0)):
    made = socket.socket(domain, kind)
    made.setblocking(kind != socket.SOCK_STREAM)
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen(16)
    return made


def read_all(connection):
    """Everything up to the end; what came before an error is kept."""
    data = bytearray()
    try:
        while part := connection.recv(1 << 16):
            data += part
    except OSError:
        pass
    return bytes(data)


class Peer(threading.Thread):
    """A server for one connection: takes all and then answers with it, or with answer; or has its answer first."""

    def __init__(self, where, answer=None, first=False):
        super().__init__(daemon=True)
        self.where, self.answer, self.first, self.got = where, answer, first, b""
        self.stop, self.stopped = os.pipe()
        self.start()

    def run(self):
        connection = self.accept()
        if connection is None:
            return
        connection.settimeout(PATIENCE)
        with connection:
            try:
                self.got = b"" if self.first else read_all(connection)
                connection.sendall(self.got if self.answer is None else self.answer)
                connection.shutdown(socket.SHUT_WR)
                self.got += read_all(connection)
            except OSError:
                pass

    def accept(self):
        """Who connects, also in the moment when it is over; another peer may wait at the same place."""
        while True:
            ready = select.select([self.where, self.stop], [], [], PATIENCE)[0]
            try:
                return self.where.accept()[0] if self.where in ready else None
            except BlockingIOError:
                pass

    def result(self):
        """What it got, once anysock is done."""
        os.close(self.stopped)
        self.join()
        os.close(self.stop)
        return self.got


def ask(address, data, domain=socket.AF_INET):
    """A client of a server: sends, ends, reads the answer to its end."""
    client = socket.socket(domain)
    client.settimeout(PATIENCE)
    with client:
        try:
            client.connect(address)
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        return read_all(client)


def port_of(ready):
    return ("127.0.0.1", int(ready.rsplit(":", 1)[1]))


def ask_again(where, ready):
    again = Peer(where)
    answer = ask(port_of(ready), b"next\n")
    again.result()
    return answer


@job()
def connect_tcp(run):
    where = listener()
    peer = Peer(where)
    out = run.anysock("connect", f"tcp:127.0.0.1:{where.getsockname()[1]}", stdin=DATA)
    run.expect("the server's data", peer.result(), DATA)
    run.expect("standard output", out, DATA)


@job(looks_up=True)
def connect_name(run):
    where = listener()
    peer = Peer(where)
    out = run.anysock("connect", "-4", f"tcp:localhost:{where.getsockname()[1]}", stdin=DATA)
    run.expect("the server's data", peer.result(), DATA)
    run.expect("standard output", out, DATA)


@job()
def connect_bulk(run):
    where = listener()
    peer = Peer(where)
    out = run.anysock("connect", f"tcp:127.0.0.1:{where.getsockname()[1]}", stdin=run.bulk)
    run.expect("the server's data", peer.result(), run.bulk)
    run.expect("standard output", out, run.bulk)


@job()
def connect_unix(run):
    where = listener(socket.AF_UNIX, address=run.path("far"))
    run.keeps("far")
    peer = Peer(where)
    out = run.anysock("connect", f"unix:{run.path('far')}", stdin=DATA)
    run.expect("the server's data", peer.result(), DATA)
    run.expect("standard output", out, DATA)


@job()
def send_tcp(run):
    where = listener()
    peer = Peer(where)
    run.anysock("send", f"tcp:127.0.0.1:{where.getsockname()[1]}", stdin=DATA)
    run.expect("the server's data", peer.result(), DATA)


@job()
def send_file(run):
    """From a regular file, which is spliced."""
    where = listener()
    peer = Peer(where)
    with open(run.path("input"), "wb") as file:
        file.write(run.bulk)
    run.keeps("input")
    run.anysock("relay", run.path("input"), f"tcp:127.0.0.1:{where.getsockname()[1]}")
    run.expect("the server's data", peer.result(), run.bulk)


@job()
def receive_file(run):
    """Into a regular file."""
    where = listener()
    peer = Peer(where, run.bulk, first=True)
    run.keeps("output")
    run.anysock("relay", "-u", f"tcp:127.0.0.1:{where.getsockname()[1]}", run.path("output"))
    peer.result()
    got = b""
    if os.path.exists(run.path("output")):
        with open(run.path("output"), "rb") as file:
            got = file.read()
    run.expect("the file", got, run.bulk)


@job()
def listen_one(run):
    ready = run.begin("listen", "tcp-listen:127.0.0.1:0", stdin=b"the answer\n")
    got = ask(port_of(ready), DATA) if ready else b""
    out = run.end()
    run.expect("the client's data", got, b"the answer\n")
    run.expect("standard output", out, DATA)


@job()
def listen_unix(run):
    ready = run.begin("listen", f"unix-listen:{run.path('near')}", stdin=b"the answer\n")
    got = ask(run.path("near"), DATA, socket.AF_UNIX) if ready else b""
    out = run.end()
    run.expect("the client's data", got, b"the answer\n")
    run.expect("standard output", out, DATA)


@job(serves=True)
def listen_keep(run):
    ready = run.begin("listen", "--keep", "tcp-listen:127.0.0.1:0", "--", "cat")
    if ready:
        run.expect("the client's answer", ask(port_of(ready), DATA), DATA)
        run.expect_next("the next client's answer", lambda: ask(port_of(ready), b"next\n"), b"next\n")
    run.end()


@job(serves=True)
def relay_tcp(run):
    where = listener()
    peer = Peer(where)
    ready = run.begin("relay", "tcp-listen:127.0.0.1:0", f"tcp:127.0.0.1:{where.getsockname()[1]}")
    if ready:
        run.expect("the client's answer", ask(port_of(ready), run.bulk), run.bulk)
        run.expect_next("the next client's answer", lambda: ask_again(where, ready), b"next\n")
    peer.result()
    run.end()
    where.close()


@job(serves=True)
def relay_unix(run):
    where = listener(socket.AF_UNIX, address=run.path("far"))
    run.keeps("far")
    peer = Peer(where)
    ready = run.begin("relay", "tcp-listen:127.0.0.1:0", f"unix:{run.path('far')}")
    if ready:
        run.expect("the client's answer", ask(port_of(ready), DATA), DATA)
        run.expect_next("the next client's answer", lambda: ask_again(where, ready), b"next\n")
    peer.result()
    run.end()
    where.close()


@job(serves=True, stay=1)
def relay_datagrams(run):
    where = listener(kind=socket.SOCK_DGRAM)
    client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    client.settimeout(0.4)
    client.bind(run.path("client"))
    run.keeps("client")

    def exchange(question):
        try:
            client.sendto(question, run.path("near"))
            where.settimeout(0.4)
            got, peer = where.recvfrom(100)
            where.sendto(got.upper(), peer)
            return client.recv(100)
        except OSError:
            return b""

    ready = run.begin("relay", f"unix-listen:{run.path('near')},type=dgram", f"udp:127.0.0.1:{where.getsockname()[1]}")
    if ready:
        run.expect("the answer", exchange(b"one"), b"ONE")
        run.expect_next("the next answer", lambda: exchange(b"two"), b"TWO")
    run.end()
    client.close()
    where.close()


@job()
def send_udp(run):
    where = listener(kind=socket.SOCK_DGRAM)

    def answer():
        try:
            got, peer = where.recvfrom(100)
            where.sendto(got.upper(), peer)
        except OSError:
            pass
    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    out = run.anysock("send", "--replies", "1", f"udp:127.0.0.1:{where.getsockname()[1]}", "question")
    run.expect("the reply", out, b"QUESTION")


@job()
def recv_udp(run):
    ready = run.begin("recv", "--count", "10", "udp-listen:127.0.0.1:0")
    if ready:
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for i in range(10):
            client.sendto(b"%d\n" % i, port_of(ready))
    run.expect("standard output", run.end(), b"".join(b"%d\n" % i for i in range(10)))


@job()
def resolve(run):
    run.expect("standard output", run.anysock("resolve", "127.0.0.1")[:9], b"127.0.0.1")


@job(others=True)
def connect_program(run):
    """A program speaks with the server; it decides the status."""
    where = listener()
    peer = Peer(where)
    run.anysock("connect", f"tcp:127.0.0.1:{where.getsockname()[1]}", "--", "echo", "hello")
    run.expect("the server's data", peer.result(), b"hello\n")


def read_file(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


@job(others=True)
def pair(run):
    """What one program says is in the file of the other."""
    run.keeps("got")
    run.anysock("pair", "--", "echo", "hello", "--", "sh", "-c", 'cat >"$0"', run.path("got"))
    run.expect("what the second program got", read_file(run.path("got")), b"hello\n")


@job(told="write:EINTR write:EAGAIN", answers=True, looks_up=True)
def scan(run):
    where = listener()
    port = where.getsockname()[1]
    out = run.anysock("scan", f"tcp:127.0.0.1:{port - 5}-{port + 5}")
    run.expect("the open port", b"%d" % port if b":%d" % port in out else b"", b"%d" % port)


@job()
def wait(run):
    """For a port that is there after a while."""
    where = socket.socket()
    where.bind(("127.0.0.1", 0))
    listens = []

    def appear():
        time.sleep(0.1)
        listens.append(True)
        where.listen(16)
    appears = threading.Thread(target=appear)
    appears.start()
    run.anysock("wait", "--timeout", "3", f"tcp:127.0.0.1:{where.getsockname()[1]}")
    run.expect("listening when it is over", b"%d" % len(listens), b"1")
    appears.join()


@job(others=True)
def sendfd(run):
    where = listener(socket.AF_UNIX, address=run.path("far"))
    got = []
    for name in ("far", "input"):
        run.keeps(name)
    with open(run.path("input"), "wb") as file:
        file.write(DATA)

    def take():
        connection = where.accept()[0]
        connection.settimeout(PATIENCE)
        with connection:
            try:
                said, descriptors, _, _ = socket.recv_fds(connection, 100, 4)
            except OSError:
                return
            got.append(said)
            for descriptor in descriptors:
                with os.fdopen(descriptor, "rb") as file:
                    got.append(file.read())
    where.setblocking(True)
    where.settimeout(PATIENCE)
    taker = threading.Thread(target=take, daemon=True)
    taker.start()
    run.anysock("sendfd", f"unix:{run.path('far')}", "-m", "here", f"file:{run.path('input')}")
    socket.socket(socket.AF_UNIX).connect_ex(run.path("far"))  # where it did not, so that the taker ends
    taker.join()
    run.expect("the file that was passed", b"".join(got), b"here" + DATA)


@job(others=True, told="accept4:EMFILE accept4:ENFILE accept4:ENOMEM accept4:ENOBUFS")
def recvfd(run):
    """Takes a pipe and joins it."""
    ready = run.begin("recvfd", "--join", f"unix-listen:{run.path('near')}")
    out, into = os.pipe()
    os.write(into, DATA)
    os.close(into)
    if ready:
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(PATIENCE)
        try:
            client.connect(run.path("near"))
            socket.send_fds(client, [b"x"], [out])
        except OSError:
            pass
        client.close()
    os.close(out)
    run.expect("standard output", run.end(), DATA)


@job(told="write:EAGAIN")
def record(run):
    """What was said is in the capture as well."""
    where = listener()
    peer = Peer(where)
    run.keeps("seen.pcapng")
    out = run.anysock("connect", "--record", run.path("seen.pcapng"), f"tcp:127.0.0.1:{where.getsockname()[1]}",
                      stdin=DATA)
    run.expect("the server's data", peer.result(), DATA)
    run.expect("standard output", out, DATA)
    if len(run.bulk) == len(BULK):  # else what is said is cut into pieces, each a packet
        run.expect("the recording", b"%d" % read_file(run.path("seen.pcapng")).count(DATA), b"2")


@job()
def replay(run):
    """What was recorded before comes again."""
    where = listener(kind=socket.SOCK_DGRAM)
    where.settimeout(0.3)
    target = f"udp:127.0.0.1:{where.getsockname()[1]}"
    run.keeps("said.pcapng")
    run.prepare("send", "--format", "line", "--record", run.path("said.pcapng"), target, stdin=b"one\ntwo\nthree\n")
    for _ in range(3):
        where.recv(100)
    run.anysock("replay", "--speed", "0", run.path("said.pcapng"), target)
    got = []
    try:
        while len(got) < 3:
            got.append(where.recv(100))
    except OSError:
        pass
    run.expect("the messages", b" ".join(got), b"one two three")
