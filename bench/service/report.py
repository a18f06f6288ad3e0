"""The table that a run prints, and docs/service-performance.md, which is made of nothing else."""

import json

from goals import GOALS, judge

INTRODUCTION = """\
# How fast the service is

Written by `make bench-service` (`bench/service/report.py`). Nothing here is edited by hand.

{about}

Everything runs on one machine over the loopback interface. `limpidd` and its one worker have one processor; what asks them has another,
so that neither takes time from the other. The photo is 2000 x 1333, JPEG to JPEG; every answer's SHA-256 is compared with that of
the command line's output. Requests of B3 to B7 are due at an even rate, and a time counts from the moment a request was due, so that a
stall is not forgiven. Other rows keep every connection busy (wrk). Not in here: TLS, networks, several workers.

"""


def table(results):
    lines = ["| | goal | target | measured | |", "| --- | --- | --- | --- | --- |"]
    for goal in GOALS:
        word, measured = judge(goal, results["rows"])
        lines.append(f"| {goal.id} | {goal.goal} | {goal.target} | {measured} | {word} |")
    return "\n".join(lines)


def about(results):
    machine = results["machine"]
    changed = ", with uncommitted changes" if results["changed"] else ""
    return "\n".join([
        f"- Machine: {machine['cpu']}, {machine['processors']} processors, {machine['system']}",
        f"- Load of the machine when the run began: {machine['load']:.1f}",
        f"- Commit: {results['commit']}{changed}",
        f"- Command: `LIMPID_BENCH_MINUTES={results['minutes']:g} make bench-service`",
        f"- Date: {results['date']}",
    ])  # fmt: skip


def document(results):
    figures = json.dumps(results["rows"], indent=1)
    return (
        INTRODUCTION.format(about=about(results)) + table(results) + "\n\n## Figures\n\n"
        "As `rows.py` names them; `late_p99_ms` is how late the client itself was.\n\n```json\n" + figures + "\n```\n"
    )
