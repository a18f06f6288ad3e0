"""The goals of the service, and what a run says about each. `rows`: the figures of rows.py by the row's name."""

from dataclasses import dataclass
from typing import Callable

ANSWERS = ("livez", "401", "429")
MB = 1 << 20


@dataclass(frozen=True)
class Goal:
    id: str
    goal: str
    target: str
    row: str
    judge: Callable  # the row's figures -> list of (measured value or None, bound, 'least' | 'most', what)


GOALS = [
    Goal("B1", "small answers in a second on one processor: /livez, 401, 429, each with its log line", "at least 30,000", "small_answers",
         lambda r: [(r[name]["per_s"], 30_000, "least", name) for name in ANSWERS]),
    Goal("B2", "what credential and limits cost a request, processor time of the front", "at most 20 µs", "gate_overhead",
         lambda r: [(r["overhead_us"], 20, "most", "µs")]),
    Goal("B3", "enhancing at 90 % of what it can do: p99 over p50", "at most 3", "sustained",
         lambda r: [(r["p99_ms"] / r["p50_ms"] if r["p50_ms"] else None, 3, "most", "times")]),
    Goal("B4", "wrong or lost answers meanwhile, by SHA-256", "0", "sustained", lambda r: [(r["wrong"], 0, "most", f"of {r['requests']}")]),
    Goal("B5", "good answers at five times the load, of the peak", "at least 90 %", "overload",
         lambda r: [(100 * r["good_per_s"] / r["capacity_per_s"], 90, "least", "%"), (r["wrong"], 0, "most", "wrong or lost")]),
    Goal("B6", "refusals at five times the load, p99 from the last byte sent", "at most 10 ms", "overload",
         lambda r: [(r["refusal_p99_ms"], 10, "most", "ms")]),
    Goal("B7", "p99 of honest clients beside 2,000 slow ones, over that without", "at most 1.2", "slow_clients",
         lambda r: [(r["p99_ratio"], 1.2, "most", "times")]),
    Goal("B8", "memory of the front for a slow client", "at most 16 KB", "slow_clients", lambda r: [(r["bytes_each"] / 1024, 16, "most", "KB")]),
    Goal("B12", "the same beside 1,000 of slowhttptest's in its modes header, body and read, over that while it is at another service, the "
         "worst; and how long it found the service gone", "at most 1.2, 0 s", "slowhttptest",
         lambda r: [(r["p99_ratio"], 1.2, "most", "times"), (r["gone_s"], 0, "most", "s")]),
    Goal("B9", "memory left of 1,000 abandoned clients, and their connections, 30 s after the last came", "2 MB, 0", "abandoned_clients",
         lambda r: [((r["left_bytes"] - r["base_bytes"]) / MB, 2, "most", "MB"),
                    (r["connections_left"], 0, "most", "connections")]),
    Goal("B10", "processor time to enhance 2000 x 1333, JPEG to JPEG, over libvips' for decode, sharpen, encode", "at most 1", "cpu_of_a_photo",
         lambda r: [(r["ratio"], 1, "most", "times")]),
    Goal("B11", "p99 of /livez while bodies of 20 MB are hashed", "at most 10 ms", "beside_large_bodies",
         lambda r: [(r["p99_ms"], 10, "most", "ms")]),
]  # fmt: skip


def judge(goal, rows):
    """('ok' | 'short' | 'not measured', what was measured)."""
    figures = rows.get(goal.row)
    if figures is None:
        return "not measured", ""
    if "error" in figures:
        return "not measured", figures["error"]
    judged = goal.judge(figures)
    text = ", ".join(f"{value:,.4g} {what}" for value, _, _, what in judged if value is not None)
    if any(value is None for value, _, _, _ in judged):
        return "not measured", text or "what it is compared with is missing"
    good = all(value >= bound if way == "least" else value <= bound for value, bound, way, _ in judged)
    return ("ok" if good else "short"), text
