#!/usr/bin/env python3
"""Prints the medians that bench/run.sh left in a folder as one table.

Per target: milliseconds, and in brackets the ratio to memcpy of an RGB8 image of the same size in the
same run. Last column: wasm simd over SSE4.1, the native tier with the same vectors.
"""

import json
import pathlib
import sys

TARGETS = ["sse41", "avx2", "avx512", "wasm_simd", "wasm_simd_threads"]


def medians(path):
    report = json.loads(path.read_text())
    result = {}
    for row in report["benchmarks"]:
        if row.get("aggregate_name") == "median" and not row.get("error_occurred"):
            result[row["run_name"].removesuffix("/real_time")] = row["real_time"]
    return report["context"], result


def cell(times, name):
    if name not in times:
        return "-"
    copy = times.get("memcpy/" + name.rsplit("/", 1)[-1])
    ratio = f" ({times[name] / copy:.1f})" if copy else ""
    return f"{times[name]:.1f}{ratio}"


def main(folder):
    runs = {}
    for target in TARGETS:
        path = pathlib.Path(folder, target + ".json")
        if path.exists():
            context, runs[target] = medians(path)
    if not runs:
        sys.exit("bench: nothing was measured; run `make build` first")
    load = ", ".join(f"{value:.1f}" for value in context.get("load_avg", []))
    print(f"\n{context['date']}, {context['num_cpus']} CPUs, load {load or 'unknown'}")
    print("milliseconds, median of 5 (times memcpy of the same image)\n")
    names = sorted({name for times in runs.values() for name in times})
    print(f"{'':36}" + "".join(f"{target:>18}" for target in runs) + f"{'wasm/sse41':>12}")
    for name in names:
        line = f"{name:36}" + "".join(f"{cell(times, name):>18}" for times in runs.values())
        wasm, sse41 = (runs.get(t, {}).get(name) for t in ("wasm_simd", "sse41"))
        print(line + (f"{wasm / sse41:12.2f}" if wasm and sse41 else ""))


if __name__ == "__main__":
    main(sys.argv[1])
