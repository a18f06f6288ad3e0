#!/usr/bin/env python3
"""Prints what bench/run.sh left in a folder: a table of speed, and how time and memory grow with the picture.

Speed, per target: milliseconds, and in brackets the ratio to memcpy of an RGB8 image of the same size in the same
run. Last column: node over SSE4.1, the native tier with the same vectors.
Scale, per target: milliseconds per megapixel, how far repetitions lie apart (their coefficient of variation), and the
peak of memory, resident natively and of the heap in WebAssembly.
"""

import json
import pathlib
import re
import sys

# Column: runs it is made of. WebAssembly with threads is another module, in which only rows with threads are measured.
TARGETS = {
    "sse41": ["sse41"],
    "avx2": ["avx2"],
    "avx512": ["avx512"],
    "node": ["node", "node_threads"],
    "chromium": ["chromium", "chromium_threads"],
}


def aggregates(path):
    """Context, and id -> {aggregate: row} of a report of Google Benchmark."""
    report = json.loads(path.read_text())
    rows = {}
    for row in report["benchmarks"]:
        if row.get("run_type") == "aggregate" and not row.get("error_occurred"):
            name = row["run_name"].removesuffix("/real_time")
            rows.setdefault(name, {})[row["aggregate_name"]] = row
    return report["context"], rows


def size_of(name):
    """12mp of kernels/colour/rgb8/12mp and of pipeline/enhance/photo_12mp."""
    return re.search(r"\d+mp$", name)[0]


def speeds(rows):
    """id -> (milliseconds, their ratio to memcpy or None)."""
    times = {name: row["median"]["real_time"] for name, row in rows.items()}
    copies = {name: times.get("memcpy/" + size_of(name)) for name in times}
    return {name: (time, time / copies[name] if copies[name] else None) for name, time in times.items()}


def column(folder, runs):
    """Context, and id -> (milliseconds, ratio) of all runs of a column; the first run's goes before."""
    context, merged = None, {}
    for run in reversed(runs):
        path = folder / f"{run}.json"
        if path.exists():
            context, rows = aggregates(path)
            merged.update(speeds(rows))
    return context, merged


def speed_table(columns, moved):
    cells = {target: {name: f"{time:.1f}" + (f" ({ratio:.1f})" if ratio else "") for name, (time, ratio) in rows.items()}
             for target, rows in columns.items()}
    yield f"{'':38}{'B/px':>5}" + "".join(f"{target:>16}" for target in columns) + f"{'node/sse41':>12}"
    for name in sorted({name for rows in columns.values() for name in rows}):
        line = f"{name:38}{moved.get(name, 0):5.0f}" + "".join(f"{rows.get(name, '-'):>16}" for rows in cells.values())
        node, sse41 = (columns.get(target, {}).get(name) for target in ("node", "sse41"))
        yield line + (f"{node[0] / sse41[0]:12.2f}" if node and sse41 else "")


def scale_table(folder):
    """The lines of all scale-<target>-….json; each holds one id."""
    found = {}
    for path in folder.glob("scale-*.json"):
        target = path.name.split("-")[1]
        for name, rows in aggregates(path)[1].items():
            median = rows["median"]
            megapixels = median["MP/s"] * median["real_time"] / 1000  # the rate is of the same median
            found[target, name] = (median["real_time"] / megapixels, rows["cv"]["real_time"], median["peak_MB"])
    targets = [target for target in ("native", "node", "chromium") if any(target == key[0] for key in found)]
    yield f"{'':38}" + "".join(f"{target + ' ms/MP':>16}{'spread':>8}{'MB':>7}" for target in targets)
    names = sorted({name for _, name in found}, key=lambda name: (name.rsplit("/", 1)[0], int(size_of(name)[:-2])))
    for name in names:
        cells = (found.get((target, name)) for target in targets)
        yield f"{name:38}" + "".join(f"{c[0]:16.2f}{c[1]:8.1%}{c[2]:7.0f}" if c else f"{'-':>16}{'-':>8}{'-':>7}" for c in cells)
    for target in targets:
        for kind in sorted({name.rsplit("/", 1)[0] for name in names}):
            large = [found[key][0] for key in found
                     if key[0] == target and key[1].startswith(kind + "/") and int(size_of(key[1])[:-2]) >= 4]
            if len(large) > 1:
                yield (f"{kind}, {target}: {min(large):.2f} to {max(large):.2f} ms/MP from 4 MP on, "
                       f"a factor of {max(large) / min(large):.2f}")


def bytes_moved(folder):
    """id -> bytes read and written per pixel."""
    moved = {}
    for path in (folder / f"{run}.json" for runs in TARGETS.values() for run in runs):
        for name, rows in aggregates(path)[1].items() if path.exists() else []:
            moved[name] = rows["median"].get("B/px", 0)
    return moved


def main(folder):
    folder = pathlib.Path(folder)
    columns, context = {}, None
    for target, runs in TARGETS.items():
        found, rows = column(folder, runs)
        if rows:
            columns[target], context = rows, context or found
    scaled = any(folder.glob("scale-*.json"))
    if not columns and not scaled:
        sys.exit("bench: nothing was measured; run `make build` first")
    if columns:
        print_speed(folder, columns, context)
    if scaled:
        print("\nscale: every row in a program of its own\n")
        print("\n".join(scale_table(folder)))


def print_speed(folder, columns, context):
    load = ", ".join(f"{value:.1f}" for value in context.get("load_avg", []))
    print(f"\n{context['date']}, {context['num_cpus']} CPUs, load {load or 'unknown'}")
    print("milliseconds, median (times memcpy of the same image)\n")
    print("\n".join(speed_table(columns, bytes_moved(folder))))


if __name__ == "__main__":
    main(sys.argv[1])
