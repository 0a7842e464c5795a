#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""calls.py: whether the calls that `anysock explain` has for a spec are those that strace(1) saw when it was opened.

usage: calls.py ANYSOCK EXPLANATION TRACE [accepted]

EXPLANATION is explain's JSON, TRACE the output of `strace -X verbose`. Compared are the calls that change the socket, all
of them and in their order, up to accept4(2), or with "accepted" those behind it; each with its level, option and length,
and the value where it is a number.
"""
import json
import re
import socket
import subprocess
import sys

ANYSOCK, EXPLANATION, TRACE = sys.argv[1:4]
AFTER = len(sys.argv) > 4
CHANGES = ("socket", "bind", "connect", "listen", "setsockopt", "accept4", "fchmod")


def numbers():
    """The numbers of options, and of levels, by name: strace takes Bluetooth's for those of IP and TCP."""
    found = {}
    for line in subprocess.run([ANYSOCK, "sockopt", "--list", "--json"], capture_output=True, text=True).stdout.splitlines():
        row = json.loads(line)
        found[row["level"], row["symbol"]] = row["number"]
    for line in subprocess.run([ANYSOCK, "help", "--table"], capture_output=True, text=True).stdout.splitlines():
        row = line.split("\t")
        if row[0] == "constant" and row[1] == "level":
            found[row[3]] = int(row[4])
    return found


NUMBERS = numbers()


def split(arguments):
    """At the commas that are in no brackets, comments and strings."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/|[][{}(),]', arguments):
        found = match.group()
        if found in "[{(":
            depth += 1
        elif found in "]})":
            depth -= 1
        elif found == "," and depth == 0:
            parts.append(arguments[start : match.start()].strip())
            start = match.end()
    return parts + [arguments[start:].strip()]


def made(first):
    """What strace saw: name, arguments, whether it worked; of the first socket that is made so: others look names up."""
    calls, fd = [], None
    for line in open(TRACE):
        match = re.match(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)", line)
        if not match or match.group(1) not in CHANGES:
            continue
        name, arguments, result = match.group(1), split(match.group(2)), int(match.group(3))
        if fd is None:
            if is_same(first, (name, arguments)):
                calls, fd = [(name, arguments, True)], str(result)
        elif arguments[0] == fd:
            calls.append((name, arguments[1:], result >= 0))
            if name == "accept4":
                fd = str(result)
    return calls


def symbol_is(word, seen):
    """Whether "SOL_TCP" is "0x6 /* SOL_TCP */"."""
    number, _, name = seen.partition(" /* ")
    # where time has 64 bits anyway the old and the new one are the same
    return name.removesuffix(" */").removesuffix("_OLD") == word, int(number, 0)


def option_is(words, seen):
    level, level_number = symbol_is(words[0], seen[0])
    option, number = symbol_is(words[1], seen[1])
    if level and option:
        return True
    return NUMBERS.get(words[0]) == level_number and NUMBERS.get((words[0], words[1])) == number


def value_is(word, seen):
    number = re.fullmatch(r"\[(-?\d+)\]", seen)
    if not number:
        return True
    if word in ("on", "off"):
        return (word == "on") == (int(number.group(1)) != 0)
    if not re.fullmatch(r"-?\d+", word):
        return True
    seen_number = int(number.group(1))
    return int(word) in (seen_number, socket.ntohl(seen_number & 0xFFFFFFFF))


def is_same(call, seen):
    name, words = re.fullmatch(r"(?:fd = )?(\w+)\((.*)\)", call).groups()
    words = split(words)
    if name != seen[0]:
        return False
    if name == "socket":
        return all(set(re.findall(r"[A-Z][A-Z0-9]*_\w+", word)) <= set(re.findall(r"\w+", there)) for word, there in zip(words, seen[1]))
    words = words[1:]
    if name == "setsockopt":
        has_length = words[-1].isdigit()
        return option_is(words, seen[1]) and (not has_length or (words[-1] == seen[1][-1] and value_is(words[2], seen[1][2])))
    if name == "fchmod":
        return words[0] in seen[1][0]
    return name == "accept4" or words[-1] == seen[1][-1]


def part(calls, name_of):
    """Those before accept4(2), or those behind it."""
    at = next((i for i, call in enumerate(calls) if name_of(call) == "accept4"), len(calls))
    return calls[at + 1 :] if AFTER else calls[:at]


def main():
    calls = [c for c in json.loads(EXPLANATION)["addresses"][0]["calls"] if re.match(r"(fd = )?(%s)\(" % "|".join(CHANGES), c)]
    seen = part(made(calls[0]), lambda call: call[0])
    calls = part(calls, lambda call: re.match(r"(?:\w+ = )?(\w+)", call).group(1))
    at = 0
    for call in calls:
        call, _, remark = call.partition("    ")
        if remark == "if that was refused" and seen[at - 1][2]:
            continue
        assert at < len(seen) and is_same(call, seen[at]), f"{call} is not {seen[at : at + 1]}: {calls}, {seen}"
        at += 1
    assert at == len(seen), f"not explained: {seen[at:]}"
    assert at > 0


main()
