"""report.py: writes docs/performance.md, its pictures and the README's section from build/bench-results/compare.json.

Everything in them is from that run; what it did not measure is said to be not measured. A run that stopped early or was
for trying the driver is refused, but for --draft OUT, which writes the report to the folder OUT and leaves the
repository alone.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from goals import GOALS, verdict
from run import PEERS_ROOT, RESULTS, ROOT, WORK, in_root, name_of

SECURITY = RESULTS.parent / "security.txt"
SECURITY_JSON = RESULTS.parent / "security-native.json"
SCALE = RESULTS.parent / "scale.txt"
BEGIN, END = "<!-- performance: begin (make bench-compare writes this) -->", "<!-- performance: end -->"

INTRODUCTION = """\
# Performance

Written by `make bench-compare` (`bench/compare/report.py`), which measures limpid and its peers on the same photographs in one
run. Nothing here is edited by hand. Milliseconds hold for this machine; ratios travel better.

{about}

## Method

- Photographs: mosaics of CC0 photographs (Debian's budgie-backgrounds), 4000 x 3000 and 6000 x 4000, and as JPEG, quality 90, 4:2:0.
- Each operation of each peer is a process of its own, the peers of a row one after the other. In memory: reading and writing files is
  not in the times. One warm-up, then the median of {rounds} rounds, or of as many as fit into five seconds; n says how many. What takes
  longer than that is measured once, cold.
- "CPU ms" is the processor time of all threads, which hardly depends on what else the machine does; pages do not know theirs.
- "output" is the PSNR, in the middle of the photograph, against limpid's output (for the Gaussian blur, which limpid does not offer, against
  OpenCV's). Where the work is the same it must be high, and the run fails otherwise; where methods differ it only says how much.
  It also fails when the photograph comes out as it went in.
- The chain is white balance, levels, local contrast, vibrance and sharpening, as a user of the peer would write it. limpid's analyses the
  pixels and renders a recipe in which all five do something; the peers measure their means and percentiles. In the rows
  named jpeg limpid decides by itself, from file to file.
- OpenCV is Debian's build: no IPP, AVX2 by dispatch. opencv.js is npm's, without SIMD and threads. A custom OpenCV, OpenCV.js with SIMD and
  Pillow-SIMD were not measured.
"""

SCALE_INTRODUCTION = """\
limpid alone, from 1 to 200 megapixels (in WebAssembly to 50), each row in a program of its own: `enhance` is JPEG to JPEG, `chain` pixels
to pixels, one thread; the median of three, how far they lie apart, and the peak of memory."""


class Figures:
    """Looks things up in a run; everything is None where it was not measured."""

    def __init__(self, results):
        self.results = results
        self.sizes = results["sizes"]
        self.rows = {(r["target"], r["operation"], r["size"], r["threads"]): r for r in results["rows"]}

    def entries(self, *row):
        return [e for e in self.rows.get(row, {"entries": []})["entries"] if "error" not in e]

    def value(self, *row_peer_key):
        *row, peer, key = row_peer_key
        return next((e.get(key) for e in self.entries(*row) if name_of(e) == peer), None)

    def time(self, *row_peer):
        return self.value(*row_peer, "median_ms")

    @staticmethod
    def quotient(a, b):
        return a / b if a and b else None

    def ratio(self, *row_peer):
        *row, _ = row_peer
        return self.quotient(self.time(*row_peer), self.time(*row, "limpid"))

    def best_peer(self, *row):
        peers = [e for e in self.entries(*row) if e["peer"] != "limpid"]
        return min(peers, key=lambda entry: entry["median_ms"], default=None)

    def ratio_to_best(self, *row):
        best = self.best_peer(*row)
        return best and self.quotient(best["median_ms"], self.time(*row, "limpid"))

    def start_ms(self, target, peer):
        times = [e["open_ms"] for row in self.rows for e in self.entries(*row)
                 if row[0] == target and row[3] == 1 and e["peer"] == peer and "open_ms" in e]  # fmt: skip
        return statistics.median(times) if times else None

    def different_outputs(self):
        return sum("limpid's own bytes differ" in complaint for complaint in self.results["bad"])

    def signature_percent(self):
        if not SECURITY_JSON.exists():
            return None
        rows = json.loads(SECURITY_JSON.read_text())["benchmarks"]
        times = [r["real_time"] for r in rows if r["name"].startswith("security/ed25519_verify/1kb") and r.get("aggregate_name") == "median"]
        whole = self.time("native", "jpeg", "24mp", 1, "limpid")
        return 100 * times[0] / 1000 / whole if times and whole else None

    @staticmethod
    def scale_ms_per_mp(size):
        """What the chain takes natively for a picture of this size, from bench/run.sh scale."""
        path = RESULTS.parent / f"scale-native-chain-{size.removesuffix('mp')}.json"
        rows = json.loads(path.read_text())["benchmarks"] if path.exists() else []
        medians = [r for r in rows if r.get("aggregate_name") == "median" and not r.get("error_occurred")]
        return 1000 / medians[0]["MP/s"] if medians else None


def table(head, rows):
    numeric = {"ms", "limpid, ms", "its ms", "n", "CPU ms", "ratio", "ratio of CPU ms", "peak MB", "output"}
    line = lambda cells: f"| {' | '.join(cells)} |"  # noqa: E731
    return "\n".join([line(head), line("---:" if h in numeric else "---" for h in head), *(line(row) for row in rows)])


def about(results):
    m = results["machine"]
    changed = ", with uncommitted changes" if results["changed"] else ""
    sizes = "; every row at 1 megapixel" if results["size"] else ""
    return "\n".join([
        f"- Machine: {m['cpu']}, {m['processors']} processors, {m['system']}; node {m['node']}; {m['chromium']}",
        f"- Load of the machine when the run began: {m['load']:.1f}, when it ended: {results['load_after']:.1f}",
        f"- Commit: {results['commit']}{changed}",
        f"- Command: `make bench-compare`{', quick' if results['quick'] else ''}{sizes}",
        f"- Date: {results['date']}",
    ])  # fmt: skip


def headline(figures, rows):
    cells = []
    for row in rows:
        ours, best = figures.time(*row, "limpid"), figures.best_peer(*row)
        if not ours or not best:
            continue
        label = figures.rows[row]["label"]
        cpu = figures.quotient(best.get("median_cpu_ms"), figures.value(*row, "limpid", "median_cpu_ms"))
        times = [f"{ours:,.0f}", name_of(best), f"{best['median_ms']:,.0f}", f"{best['median_ms'] / ours:.1f}"]
        cells.append([label, *times, f"{cpu:.1f}" if cpu else "-"])
    return table(["row", "limpid, ms", "best peer", "its ms", "ratio", "ratio of CPU ms"], cells)


def row_section(figures, row):
    ours = figures.time(*row, "limpid")
    cells = []
    for entry in sorted(figures.entries(*row), key=lambda entry: entry["median_ms"]):
        cpu, memory, psnr = (entry.get(key) for key in ("median_cpu_ms", "peak_rss_kb", "psnr_db"))
        cells.append([
            name_of(entry), f"{entry['median_ms']:,.1f}", str(len(entry["ms"])), f"{cpu:,.1f}" if cpu else "-",
            f"{entry['median_ms'] / ours:.2f}" if ours else "-",
            f"{memory / 1024:,.0f}" if memory and row[1] == "jpeg" else "-",
            "same bytes" if psnr == 99 else f"{psnr:.1f} dB" if psnr is not None else "-", entry["note"],
        ])  # fmt: skip
    failed = [f"\n{name_of(e)} failed: {e['error']}" for e in figures.rows[row]["entries"] if "error" in e]
    head = ["peer", "ms", "n", "CPU ms", "ratio", "peak MB", "output", "where the work is not limpid's"]
    return "\n".join([f"### {figures.rows[row]['label']}\n", table(head, cells), *failed])


def goals_section(figures):
    cells = []
    for goal in GOALS:
        word, measured = verdict(goal, figures)
        idea = "" if word.startswith("reached") else goal.next_idea
        cells.append([goal.id, goal.claim, goal.must, measured, word, idea])
    return table(["", "goal", "at least, where nothing else is said", "measured", "", "next"], cells)


def settings_section(figures):
    seen = {}
    for row in figures.rows:
        for entry in figures.entries(*row):
            seen.setdefault((f"{entry['peer']} {entry['version']}", entry["op"]), entry["settings"])
    return table(["peer", "operation", "settings"], [[peer, op, f"`{text}`"] for (peer, op), text in sorted(seen.items())])


def downloads_section(figures):
    start = {
        name: [figures.start_ms(target, name.split(",")[0].split(" core")[0]) for target in ("node", "chromium")]
        for name in figures.sizes
    }
    shown = lambda ms: f"{ms:,.0f}" if ms else "-"  # noqa: E731
    return table(
        ["what", "KB, brotli 11", "ready in Node, ms", "in Chromium, ms"],
        [[name, f"{size / 1024:,.0f}", *map(shown, start[name])] for name, size in figures.sizes.items()],
    )


def document(figures):
    rounds = max(len(e["ms"]) for row in figures.rows for e in figures.entries(*row))
    security, scale = (path.read_text().strip() if path.exists() else "Not measured in this run." for path in (SECURITY, SCALE))
    bad = "\n".join(f"- {complaint}" for complaint in figures.results["bad"]) or "Every output is what it should be."
    return "\n\n".join([
        INTRODUCTION.format(about=about(figures.results), rounds=rounds).strip(),
        "## In short", headline(figures, list(figures.rows)),
        "![The chain: limpid and its peers](images/performance-chain.svg)",
        "![JPEG to JPEG: limpid and its peers](images/performance-jpeg.svg)",
        "![Single operations: the fastest peer over limpid](images/performance-operations.svg)",
        "## Goals", goals_section(figures),
        "## Every row", *(row_section(figures, row) for row in figures.rows),
        "## Outputs that are not what they should be", bad,
        "## Downloads and start-up",
        "The WebAssembly files alone (opencv.js: its one file). Start-up is from the import to the first call, median of the processes above.",
        downloads_section(figures),
        "## Scale", SCALE_INTRODUCTION, f"```text\n{scale}\n```",
        "## Security", f"```text\n{security}\n```",
        "## Versions and settings", settings_section(figures),
    ]) + "\n"  # fmt: skip


HEADLINES = [("native", "chain", "24mp", 1), ("native", "jpeg", "24mp", 1), ("node", "chain", "24mp", 1)]


def readme_section(figures):
    """Ten lines: the README has a limit."""
    results, machine = figures.results, figures.results["machine"]
    return "\n".join([
        BEGIN, "## Performance", "", headline(figures, HEADLINES), "",
        f"{machine['cpu']}, {machine['processors']} processors; commit {results['commit']}; `make bench-compare`, {results['date']}. Chain: white",
        "balance, levels, local contrast, vibrance, sharpening; jpeg: file to file. All peers and goals: [docs/performance.md](docs/performance.md).",
        END,
    ])  # fmt: skip


def replace_in_readme(section):
    path = ROOT / "README.md"
    text = path.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit("report: README.md has lost the marks of its performance section")
    path.write_text(before + section + after)


def draw(out):
    copy = WORK / "results.json"
    copy.write_text(RESULTS.read_text())
    drawn = WORK / "plots"
    drawn.mkdir(exist_ok=True)
    command = ["python3", "/compare/plots.py", *(f"/{path.relative_to(PEERS_ROOT)}" for path in (copy, drawn))]
    subprocess.run(in_root(command), check=True)
    out.mkdir(parents=True, exist_ok=True)
    for picture in drawn.glob("*.svg"):
        lines = picture.read_text().splitlines()
        (out / picture.name).write_text("".join(f"{line.rstrip()}\n" for line in lines))


def main():
    results = json.loads(RESULTS.read_text())
    figures = Figures(results)
    draft = Path(sys.argv[2]) if sys.argv[1:2] == ["--draft"] else None
    if draft is None and not results["whole"]:
        sys.exit("report: not written: that was no whole run (LIMPID_BENCH_*); --draft OUT shows it anyway")
    docs = draft or ROOT / "docs"
    draw(docs / "images")
    (docs / "performance.md").write_text(document(figures))
    if draft is None:
        replace_in_readme(readme_section(figures))


main()
