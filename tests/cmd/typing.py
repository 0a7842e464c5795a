# SPDX-License-Identifier: GPL-2.0-or-later
# typing.py: type at a program on a pseudo-terminal and look at what it shows. usage: typing.py PROGRAM STATE_FOLDER [WRAPPER WORD...]
import os, pty, select, signal, socket, sys, termios, time

patience = 10 * (6 if os.environ.get("ANYSOCK_LAB", "0") != "0" else 1)
shown = b""
wrapper = sys.argv[3:]
if wrapper:
    patience *= 6


def start(program, environment):
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(environment)
        os.execvp((wrapper + [program])[0], wrapper + [program, "shell"])
    return child, terminal


def until(text):
    """What was shown up to the text."""
    global shown
    end = time.time() + patience
    while text not in shown:
        if not select.select([terminal], [], [], max(0, end - time.time()))[0]:
            sys.exit("%r did not come: %r" % (text, shown))
        shown += os.read(terminal, 65536)
    at = shown.index(text) + len(text)
    before, shown = shown[:at], shown[at:]
    return before


def until_all(*texts):
    """What was shown until all of them were, in whatever order."""
    global shown
    end = time.time() + patience
    while not all(text in shown for text in texts):
        if not select.select([terminal], [], [], max(0, end - time.time()))[0]:
            sys.exit("%r did not come: %r" % ([text for text in texts if text not in shown], shown[-2000:]))
        shown += os.read(terminal, 65536)
    shown = b""


def type(text):
    os.write(terminal, text)


def until_unedited():
    """While a line's commands run it is the terminal that takes what is typed."""
    end = time.time() + patience
    while not termios.tcgetattr(terminal)[3] & termios.ICANON:
        if time.time() > end:
            sys.exit("a line is still being edited")
        time.sleep(0.001)


def line(text, answer):
    type(text + b"\n")
    until(answer)
    until(b"anysock> ")


child, terminal = start(sys.argv[1], {"TERM": "xterm", "XDG_STATE_HOME": sys.argv[2], "LC_ALL": "C.UTF-8"})
until(b"anysock> ")
# Tab completes verbs, endpoints and specs
type(b"socketp\t")
until(b"air ")
line(b"a b", b"\n")
line(b"send a \"hello\"", b"b< hello")
line(b"drain b", b"5 bytes taken")
type(b"open c unix-\t")
type(b"\x15ioctl a SIOCOUTQN\t")
until(b"SD")
type(b"\x15send a \"x\" fl\t")
until(b"ags=")
type(b"dontr\t")
until(b"oute")
type(b"\x15")
# what is open, what listens here and the names of control messages are completed too
live = socket.socket()
live.bind(("127.0.0.1", 0))
live.listen()
port = b"%d" % live.getsockname()[1]
type(b"open c tcp:127.0.0.1:" + port[:-1] + b"\t")
until(port[:-1])
until(port[-1:])
type(b"\x15")
local = socket.socket(socket.AF_UNIX)
local.bind(os.path.join(sys.argv[2] + "-live"))
type(b"open c unix:" + sys.argv[2].encode() + b"-li\t")
until(b"-li")
until(b"ve")
type(b"\x15open c can:l\t")
until(b"can:l")
until(b"o")
type(b"\x15open c bt-h\t")
until(b"ci")
type(b"\x15open c $\t")
until(b"what reaches this endpoint")
type(b"\x15send a \"x\" cmsg=ip:tt\t")
until(b"cmsg=ip:tt")
until(b"l")
type(b"\x15")
# options of a spec and of a socket, those that its family has; files; kinds of an address; words of a verb
bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
bound.bind(("127.0.0.1", 0))
port = b"%d" % bound.getsockname()[1]
for begun, rest in (
    (b"open c tcp:127.0.0.1:1,connect-ti", b"meout="),
    (b"open c tcp:127.0.0.1:1,nodelay,so-keepal", b"ive="),
    (b"open c [::1],so-keepal", b"\x07"),
    (b"open c unix:x,tcp-keepid", b"\x07"),
    (b"open c udp:127.0.0.1:" + port[:-1], port[-1:]),
    (b"open c file:/etc/hostn", b"ame"),
    (b"open c /etc/hostn", b"ame"),
    (b"open c tipc:serv", b"ice"),
    (b"open c udp-b", b"ind:"),
    (b"open c udp-bind:localh", b"ost"),
    (b"sockopt a so-keepal", b"ive"),
    (b"sockopt a tcp-info.rcv-rt", b"t"),
    (b"sockopt a so-keepalive == o", b"  off"),
    (b"sockopt a so-keepalive == of", b"f"),
    (b"sockopt a so-type != seqp", b"acket"),
    (b"setblocking a of", b"f"),
    (b"timing of", b"f"),
    (b"mode a js", b"on "),
    (b"stat ev", b"ery"),
    (b"eol a cr", b"lf "),
    (b"signal a TE", b"RM "),
    (b"kill a SIGTE", b"RM "),
    (b"open c tcp:localhost:doma", b"in"),
    (b"open c mptcp:[::1]:doma", b"in"),
    (b"open c udp:localhost:tft", b"p"),
    (b"open c tcp:localhost:tft", b"\x07"),
    (b"open c vsock:1:doma", b"\x07"),
    (b"help sendf", b"ile"),
    (b"try shu", b"t"),
):
    type(begun + b"\t")
    until(begun)
    until(rest)
    type(b"\x15")
# so is a line within a line, what may end one, options of commands and what endpoints tell
type(b"repeat 3 try send a \"x y\" hex{0 1} flags=dontr\t")
until(b"oute")
type(b"\x15recv a \"x\" = refu\t")
until(b"sed")
type(b"\x15resolve --rev\t")
until(b"erse")
type(b"\x15log $a.inherita\t")
until(b"ble")
type(b"\x15ls | cat " + sys.argv[2].encode() + b"-li\t")
until(b"-li")
until(b"ve")
type(b"\x15")
# what is wanted next is shown in grey, and goes away with the next key
type(b"shutdown ")
until(b"\x1b[90mENDPOINT [read|write|both]\x1b[m")
type(b"a")
until(b"\x1b[K")
type(b"\x15")
# "?" lists what may follow; where that is more than the screen has rows, side by side
type(b"?")
until(b"open ")
assert b"\n" not in until(b"connect-ex ")
until(b"  wait")
type(b"shut a ?")
until(b"the peer sees the end")
type(b"\x15")
# Ctrl-C ends the wait, not the shell, and throws away what was typed
type(b"recv b \"never\" within 100s\n")
time.sleep(0.2)
type(b"\x03")
until(b"interrupted")
until(b"anysock> ")
type(b"nonsense")
until(b"nonsense")
type(b"\x03")
until(b"^C")
until(b"anysock> ")
# a line that fails is told, and the shell lives on
line(b"open c tcp:127.0.0.1:1", b"Connection refused")
line(b"nonsense", b"there is no verb")
# what arrives is shown above the line, which stays as it is
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
line(b"open c tcp:127.0.0.1:%d" % server.getsockname()[1], b"c: open tcp:")
peer = server.accept()[0]
type(b"log \"ty")
until(b"ty")
peer.sendall(b"news\n")
until(b"c< news")
until(b"anysock> log \"ty")
# ten thousand messages while somebody types lose no key
flood = os.fork()
if flood == 0:
    for i in range(10000):
        peer.sendall(b"message %d\n" % i)
    os._exit(0)
word = b"abcdefghijklmnopqrstuvwxyz0123456789" * 2
for i in range(len(word)):
    type(word[i:i + 1])
    select.select([terminal], [], [], 0.01)
    if select.select([terminal], [], [], 0)[0]:
        shown += os.read(terminal, 65536)
type(b"ed\"\n")
# all of them are shown, and the line was run as it was typed
until_all(b"message 9999\\n", b"\r\nty" + word + b"ed\r\n")
os.waitpid(flood, 0)
# the keyboard is handed over, and Ctrl-] gives it back
type(b"interact c\n")
until(b"Ctrl-] comes back")
type(b"raw \x03 key")
got = b""
while not got.endswith(b"key"):
    got += peer.recv(99)
assert got == b"raw \x03 key", got
peer.sendall(b"answer")
until(b"answer")
type(b"\x1d")
until(b"back from c")
until(b"anysock> ")
type(b"interact c escape ^A\n")
until(b"Ctrl-A comes back")
type(b"\x01")
until(b"back from c")
until(b"anysock> ")
# so it is by lines, which are edited under what comes; Tab and "?" are keys as others, and Ctrl-C throws a line away
line(b"mode c line; eol c crlf; log \"by \" \"lines\"", b"\r\nby lines")
type(b"interact c\n")
until(b"Ctrl-] comes back")
until(b"c> ")
type(b"wrong\x03")
until(b"^C")
until(b"c> ")
type(b"? rigxx\x7f\x7fht")
until(b"ht")
peer.sendall(b"meanwhile\n")
until(b"c< meanwhile")
until(b"c> ? right")
type(b"\n")
until(b"c> ")
got = b""
while not got.endswith(b"\n"):
    got += peer.recv(99)
assert got == b"? right\r\n", got
type(b"left\x1d")
until(b"back from c")
until(b"anysock> ")
line(b"mode c hex; log \"as \" \"hex\"", b"\r\nas hex")
type(b"interact c\n")
until(b"c> ")
type(b"0g\n")
until(b"a second hex digit expected")
until(b"c> ")
type(b"07 ff\n")
assert peer.recv(99) == b"\x07\xff"
type(b"\x04")
until(b"back from c")
until(b"anysock> ")
line(b"mode c char; eol c none; log \"by \" \"keys\"", b"\r\nby keys")
# what comes is shown as it is wanted
type(b"view c he\t")
until(b"x ")
line(b"; log \"as \" \"hex\"", b"\r\nas hex")
peer.sendall(b"hex")
until(b"c< 686578")
line(b"view c json; log \"as \" \"json\"", b"\r\nas json")
peer.sendall(b"json")
until(b'"text":"json"')
line(b"view c changes; log \"as \" \"changes\"", b"\r\nas changes")
peer.sendall(b"\x10\x20")
until(b"c< 10 20")
peer.sendall(b"\x10\x21")
until(b"c< 10 2\x1b[1;31m1\x1b[m  +")
# a table stands for what comes meanwhile, which is there to be read
type(b"view c text; stat c every 200ms count 2\n")
until(b"unsent state")
peer.sendall(b"counted")
rows = until(b"anysock> ")
assert rows.count(b"\nc ") == 2 and rows.count(b" 0 bytes/s") == 3 and b"c< " not in rows, rows
line(b"expect c \"counted\"; log \"as \" \"counted\"", b"\r\nas counted")
type(b"latency c \"x\" /y/ spec\t--js\t")
until(b"trum ")
until(b"on ")
type(b"\x15")
line(b"view c perhaps", b"text, hex, json, changes or none was expected")
line(b"mode c line; log \"to \" \"the end\"", b"\r\nto the end")
type(b"interact c\n")
until(b"c> ")
peer.close()
until(b"c: ended")
until(b"which ended")
until(b"anysock> ")
# blocks go on over lines; UTF-8; the history comes back
type("repeat 2 {\n".encode())
until(b"... ")
type('log "grün"\n}\n'.encode())
until("\r\ngrün\r\ngrün\r\n".encode())
until(b"anysock> ")
# the end of input may be typed while a line's commands still run
type(b"\x10\x15!sleep 0.5 && echo 'sl''ept'\n")
until_unedited()
type(b"\x04")
until(b"slept")
until(b"closing")
pid, status = os.waitpid(child, 0)
assert status == 0, status
history = os.path.join(sys.argv[2], "anysock", "history")
assert os.stat(history).st_mode & 0o777 == 0o600
text = open(history).read()
assert "socketpair" in text and "nonsense" in text
