# SPDX-License-Identifier: GPL-2.0-or-later
"""What is told of a case: a table with the goals beside the figures, and the same as facts for JSON."""
import statistics

import peers
from goals import GOALS

OURS = "anysock"


def good(samples):
    return [sample for sample in samples if not isinstance(sample, str)]


def values(samples, column):
    return [sample[column] for sample in good(samples) if column in sample]


def ratios(results, peer, column, beside):
    """Of the rounds in which both have a figure."""
    pairs = zip(results.get(peer, []), results.get(beside, []))
    return [mine[column] / theirs[column] for mine, theirs in pairs
            if not isinstance(mine, str) and not isinstance(theirs, str) and theirs.get(column) and column in mine]


def judged(case, results):
    """Each goal as words: what it is, what was reached, whether that is enough."""
    for goal in GOALS.get(case.key, []):
        found = ratios(results, OURS, goal.column, goal.beside) if goal.beside else values(results.get(OURS, []), goal.column)
        if not found:
            continue
        reached = statistics.median(found)
        met = reached >= goal.limit if goal.least else reached <= goal.limit
        unit = f"times {goal.beside}" if goal.beside else goal.column
        yield {"goal": f"{'at least' if goal.least else 'at most'} {goal.limit:g} {unit}", "reached": reached, "met": met,
               "missed by": 0 if met else abs(reached - goal.limit) / (goal.limit or 1)}


def goal_line(goal):
    verdict = "met" if goal["met"] else f"missed by {goal['missed by']:.0%}"
    return f"      goal: {goal['goal']}: {goal['reached']:.3g}, {verdict}"


def cell(number):
    return f"{number:12.0f}" if abs(number) >= 10000 else f"{number:12.4g}"


def columns_of(case, results):
    names = {name: None for samples in results.values() for sample in good(samples) for name in sample}
    return [case.main, *(name for name in names if name != case.main)]


def row(case, columns, results, peer):
    samples = results[peer]
    main = values(samples, case.main)
    if not main:
        return f"  {peer:18} {samples[0]}"
    compared = ratios(results, peer, case.main, peers.DIRECT)
    words = [f"  {peer:18}{cell(statistics.median(main))}  {cell(min(main)).strip():>8} to {cell(max(main)).strip():8}"]
    words.append(f"{statistics.median(compared):9.3f}" if compared else " " * 9)
    words += [cell(statistics.median(found)) if (found := values(samples, name)) else " " * 12 for name in columns[1:]]
    failed = len(samples) - len(good(samples))
    if failed:
        words.append(f"  {failed} of {len(samples)} rounds: {next(s for s in samples if isinstance(s, str))}")
    return "".join(words).rstrip()


def table(case, results):
    columns = columns_of(case, results)
    lines = [f"\n{case.key}: {case.title}",
             f"  {'':18}{case.main:>12}  {'least':>8} to {'most':8}{'of direct':>9}" + "".join(f"{name:>12}" for name in columns[1:])]
    for peer in results:
        lines.append(row(case, columns, results, peer))
        if peer == OURS:
            lines += map(goal_line, judged(case, results))
    return "\n".join(lines)


def facts(case, results):
    return {"case": case.key, "title": case.title, "results": results, "goals": list(judged(case, results))}
