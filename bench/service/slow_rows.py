"""The rows of slow and abandoned clients, and of the honest ones beside them."""

import contextlib
import math
import random
import subprocess
import sys
import time
from pathlib import Path

import client
import slowhttp
from bench import capacity_of, enhancing, times_of
from server import WORK

CROWD = Path(__file__).with_name("crowd.py")

HONEST_S = 30
SLOW_CLIENTS = 2000
TOOL_CLIENTS = 1000
TOOL_S = 30
RESAMPLES = 200
ABANDONED_CLIENTS = 1000
RELEASE_S = 30
SETTLE_S = 3


@contextlib.contextmanager
def crowd(server, kind, count):
    process = subprocess.Popen([sys.executable, CROWD, str(server.port), kind, str(count)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
    try:
        if process.stdout.readline() != "ready\n":
            raise RuntimeError(f"the {kind} clients do not get through")
        yield
    finally:
        process.stdin.close()
        process.wait(30)


def slow_clients(bench):
    with bench.server(header_timeout_s=600) as server:
        per_s = 0.5 * capacity_of(server)
        alone = times_of(client.steadily(enhancing(server), per_s, HONEST_S))
        base = server.rss_bytes()
        with crowd(server, "slow", SLOW_CLIENTS):
            beside = times_of(client.steadily(enhancing(server), per_s, HONEST_S))
            each = (server.rss_bytes() - base) / SLOW_CLIENTS
            there = server.gauge("limpid_connections")
    if there < SLOW_CLIENTS:
        raise RuntimeError(f"only {there:.0f} connections were held")
    return {"clients": SLOW_CLIENTS, "per_s": per_s, "alone": alone, "beside": beside, "bytes_each": each,
            "p99_ratio": beside["p99_ms"] / alone["p99_ms"]}  # fmt: skip


def wait_for_connections(server, count, seconds):
    end = time.monotonic() + seconds
    while (there := server.gauge("limpid_connections")) < count:
        if time.monotonic() > end:
            raise RuntimeError(f"only {there:.0f} of {count} connections are there after {seconds} s")
        time.sleep(0.2)


@contextlib.contextmanager
def tool(server, mode, seconds, found):
    """slowhttptest for so long at least, when its clients are there; what it says itself is appended to `found`."""
    report = WORK / f"slowhttptest-{mode}"
    process = slowhttp.start(mode, server.url(""), TOOL_CLIENTS, seconds + 3 * SETTLE_S, report)
    try:
        wait_for_connections(server, TOOL_CLIENTS, 2 * SETTLE_S)
        yield
        found.append(slowhttp.finish(process, report, 3 * seconds))
    finally:
        process.kill()
        process.wait()


def p99_ratio(rounds):
    alone, beside = ([a for one in rounds for a in one[way]] for way in (0, 1))
    return times_of(beside)["p99_ms"] / times_of(alone)["p99_ms"]


def p99_ratio_spread(rounds):
    """Where 9 of 10 ratios are when the rounds are drawn again, with repetition: what a few bad seconds of the machine can do."""
    drawn = random.Random(0)
    ratios = [p99_ratio(drawn.choices(rounds, k=len(rounds))) for _ in range(RESAMPLES)]
    return [client.percentile(ratios, 5), client.percentile(ratios, 95)]


def beside_slowhttptest(bench, mode, per_s):
    """Honest clients while slowhttptest is at another service and while it is at theirs, in turns: so its own spinning, which slows
    whatever shares a core or caches with it, meets both, as does what else the machine does. A p99 of a few hundred answers is its
    third latest; of all rounds it is that of thousands."""
    found, elsewhere, rounds = [], [], []
    patient = {"header_timeout_s": 600, "body_timeout_s": 600, "write_timeout_s": 600}
    with bench.server(**patient) as server, bench.server(**patient, log_file=WORK / "elsewhere.log") as other:
        for _ in range(max(math.ceil(60 * bench.minutes / TOOL_S), 2)):
            with tool(other, mode, TOOL_S, elsewhere):
                alone = client.steadily(enhancing(server), per_s, TOOL_S)
            with tool(server, mode, TOOL_S, found):
                beside = client.steadily(enhancing(server), per_s, TOOL_S)
            rounds.append((alone, beside))
    wrong = [[a.status for one in rounds for a in one[way] if not a.right] for way in (0, 1)]
    if any(wrong):
        raise RuntimeError(f"{mode}: statuses of wrong or lost answers: alone {wrong[0]}, beside slowhttptest {wrong[1]}")
    return {
        "held": min(one["held"] for one in found), **{key: sum(one[key] for one in found) for key in ("seconds", "gone_s")},
        **{name: times_of([a for one in rounds for a in one[way]]) for way, name in enumerate(("alone", "beside"))},
        "p99_ratio": p99_ratio(rounds), "p99_ratio_5_to_95": p99_ratio_spread(rounds),
    }  # fmt: skip


def slowhttptest(bench):
    """A tool that others wrote, in each of its modes; the slow clients of crowd.py are those of limpid."""
    with bench.server() as server:
        per_s = 0.5 * capacity_of(server)
    modes = {mode: beside_slowhttptest(bench, mode, per_s) for mode in slowhttp.MODES}
    return {"clients": TOOL_CLIENTS, "per_s": per_s, "modes": modes, "p99_ratio": max(m["p99_ratio"] for m in modes.values()),
            "gone_s": sum(m["gone_s"] for m in modes.values())}  # fmt: skip


def abandoned_clients(bench):
    """Deadlines of 10 s: what is left of the clients RELEASE_S after the last has come."""
    half = ABANDONED_CLIENTS // 2
    with bench.server(idle_timeout_s=10, header_timeout_s=10, body_timeout_s=10) as server:
        capacity_of(server)
        base = server.rss_bytes()
        with crowd(server, "keep-alive", half), crowd(server, "slow-body", half):
            peak = server.rss_bytes()
            time.sleep(RELEASE_S)
            left = server.rss_bytes()
            connections = server.gauge("limpid_connections")
    return {"clients": ABANDONED_CLIENTS, "base_bytes": base, "peak_bytes": peak, "left_bytes": left,
            "connections_left": connections - 1}  # fmt: skip
