#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""opens.py: whether the calls that `anysock explain` has for a spec that is no socket are those that strace(1) saw.

usage: opens.py EXPLANATION TRACE [PATH|~PATTERN]

EXPLANATION is explain's JSON, TRACE the output of `strace -f`. Each call is there, in its order, with its constants, numbers
and strings; one with a remark may be missing. Nothing that was done to PATH, or that PATTERN matches, or, where there is
none, that was done to pipes and children, is left out.
"""
import json
import re
import sys

calls = json.loads(sys.argv[1])["calls"]
trace = [re.sub(r"^\d+ +", "", line) for line in open(sys.argv[2])]
path = sys.argv[3] if len(sys.argv) > 3 else None
# behind the start of the program itself
trace = trace[1:]


def words(text):
    """Symbols, octal modes and strings, but for those that are known only then."""
    found = re.findall(r'"(?:[^"\\\\]|\\\\.)*"|\b[A-Z][A-Z0-9]*_\w+|\b0[0-7]+\b|\b(?:SIGCHLD|[TS][A-Z]{4,})\b|(?<=\()\d+', text.replace("\\r", "\\x0d"))
    return [word for word in found if "..." not in word]


def is_same(call, seen):
    name = call.partition("(")[0]
    if not seen.startswith(name + "("):
        return False
    wanted = words(call)
    if name == "execve":
        # the program is looked for in several folders
        return wanted[0].strip('"') in seen and ", ".join(wanted[1:]) in seen and " = -1 " not in seen
    if name == "ioctl":
        # strace has numbers for what some requests are given
        wanted = [word for word in wanted if not word.isdigit()][:1]
    flags = [set(re.findall(r"\bO_\w+", text)) for text in (call, seen)]
    return all(word in words(seen) for word in wanted) and (name != "openat" or flags[0] == flags[1])


def is_ours(seen):
    """Whether it has to be explained."""
    if path is not None and path.startswith("~"):
        return re.search(path[1:], seen)
    if path is not None:
        return f'"{path}"' in seen and re.match("openat|mknodat|unlink|symlink", seen)
    return re.match(r"pipe2|clone|setsid|setpgid|dup2|openat.*ptmx|ioctl.*(TIOCGPTPEER|TIOCSCTTY|TIOCSPTLCK)", seen)


at, explained = 0, set()
for call in calls:
    call, _, remark = call.removeprefix("child: ").removeprefix("fd = ").partition("    ")
    found = next((i for i in range(at, len(trace)) if is_same(call, trace[i])), None)
    if found is None and remark and not remark.startswith("in "):
        continue
    assert found is not None, f"{call} was not made behind {trace[at - 1 : at]}, but {[seen for seen in trace[at:] if is_ours(seen)]}"
    explained.add(found)
    at = found + 1
missing = [seen for i, seen in enumerate(trace) if i not in explained and is_ours(seen)]
assert not missing, f"not explained: {missing}"
