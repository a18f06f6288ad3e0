"""plots.py RESULTS.json OUT: draws the comparison as SVG. Runs in build/peers-root, which has matplotlib.

Backgrounds are transparent and text is grey, so that a page may be light or dark; limpid is blue.
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

TEXT = "#808080"
OURS = "#2f81f7"
THEIRS = "#9aa4ae"
WIDTH_IN = 7.5

mpl.rcParams.update(
    {
        "svg.fonttype": "none",  # text stays text: small files
        "svg.hashsalt": "limpid",
        "font.family": "sans-serif",
        "font.size": 9,
        "text.color": TEXT,
        "axes.labelcolor": TEXT,
        "axes.edgecolor": TEXT,
        "xtick.color": TEXT,
        "ytick.color": TEXT,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)


def name_of(entry):
    variant = entry["op"].partition(":")[2]
    return f"{entry['peer']} {variant}" if variant else entry["peer"]


def draw(axes, row, title):
    entries = [e for e in row["entries"] if "error" not in e and e["op"] != "chain:sse41"]
    entries.sort(key=lambda entry: -entry["median_ms"])
    times = [entry["median_ms"] for entry in entries]
    colours = [OURS if entry["peer"] == "limpid" else THEIRS for entry in entries]
    bars = axes.barh([name_of(entry) for entry in entries], times, color=colours, height=0.7)
    axes.bar_label(bars, labels=[f"{time:,.0f}" for time in times], padding=3, color=TEXT)
    axes.set_xscale("log")
    axes.set_xlim(min(times) / 2, max(times) * 2.5)
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.set_xlabel("milliseconds, logarithmic: less is better")
    axes.set_title(title, color=TEXT, loc="left", fontsize=10)


def save(figure, path):
    figure.tight_layout()
    figure.savefig(path, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def bars(rows, panels, path):
    """Panels beneath each other: (key of a row, title); nothing where none of them was measured."""
    panels = [(rows[key], title) for key, title in panels if key in rows]
    if not panels:
        return
    heights = [1 + 0.24 * len(row["entries"]) for row, _ in panels]
    figure, axes = plt.subplots(
        len(panels), 1, figsize=(WIDTH_IN, sum(heights)), squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    for (row, title), place in zip(panels, axes[:, 0], strict=True):
        draw(place, row, title)
    save(figure, path)


def ratios(rows, path):
    """Fastest peer over limpid for each single operation, one thread."""
    names, values = [], []
    for (target, operation, _, threads), row in rows.items():
        entries = [e for e in row["entries"] if "error" not in e and ":" not in e["op"]]
        ours = [e["median_ms"] for e in entries if e["peer"] == "limpid"]
        theirs = [e["median_ms"] for e in entries if e["peer"] != "limpid"]
        if target in ("native", "node") and threads == 1 and ours and theirs:
            names.append(f"{operation}, {target}")
            values.append(min(theirs) / ours[0])
    if not names:
        return
    figure, axes = plt.subplots(figsize=(WIDTH_IN, 1 + 0.22 * len(names)))
    drawn = axes.barh(names[::-1], values[::-1], color=OURS, height=0.7)
    axes.bar_label(drawn, labels=[f"{value:.1f}x" for value in values[::-1]], padding=3, color=TEXT)
    axes.axvline(1, color=TEXT, linewidth=0.8, linestyle="--")
    axes.set_xscale("log")
    axes.set_xlim(min([0.5, *values]) / 1.5, max(values) * 2)
    axes.xaxis.set_major_formatter("{x:,g}x")
    axes.set_xlabel("time of the fastest peer over limpid's, one thread: more is better, left of the line limpid is slower")
    save(figure, path)


def main(results, out):
    rows = {
        (row["target"], row["operation"], row["size"], row["threads"]): row
        for row in json.loads(Path(results).read_text())["rows"]
    }
    bars(
        rows,
        [
            (("native", "chain", "24mp", 1), "Chain, 24 MP, native, 1 thread"),
            (("native", "chain", "24mp", 2), "Chain, 24 MP, native, 2 threads"),
            (("node", "chain", "24mp", 1), "Chain, 24 MP, WebAssembly in Node, 1 thread"),
            (("chromium", "chain", "12mp", 1), "Chain, 12 MP, WebAssembly in Chromium, 1 thread"),
        ],
        f"{out}/performance-chain.svg",
    )
    bars(
        rows,
        [
            (("native", "jpeg", "24mp", 1), "JPEG to JPEG, 24 MP, native, 1 thread"),
            (("node", "jpeg", "12mp", 1), "JPEG to JPEG, 12 MP, WebAssembly in Node, 1 thread"),
        ],
        f"{out}/performance-jpeg.svg",
    )
    ratios(rows, f"{out}/performance-operations.svg")


main(*sys.argv[1:])
