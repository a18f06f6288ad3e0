#!/usr/bin/env python3
"""Instructions per pixel of every kernel, which do not depend on what else the machine does.

    bench/instructions.py                    compare with bench/instructions.txt: `changed` beside what takes 3 % more
                                             or less than is written there; exit 1 when something takes a tenth more or less
    bench/instructions.py --update REASON    write down what is found, with the reason beside what moved
    bench/instructions.py --only PATTERN     only rows that contain PATTERN

Counted by valgrind's callgrind inside the kernels only, natively, one megapixel, one thread. Instructions
are not time: what waits for memory, or for a table of another, is not seen. Needs `make build`.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build" / "bin" / "limpid_bench"
BASELINE = ROOT / "bench" / "instructions.txt"
PIXELS = 1024 * 1024  # k1mp of bench_image.hpp
REPORTED, NOTED, REFUSED = 0.03, 0.05, 0.10

# Tiers that valgrind runs, and what the names of their functions contain; and what /proc/cpuinfo calls them.
TIERS = {"sse41": "-linux-sse41-", "avx2": "-linux-avx-avx2-f16c-fma-sse41-strict"}
CPU_FLAGS = {"sse41": "sse4_1", "avx2": "avx2"}

COLOUR8 = ("rgb8", "rgb16")
# Rows of limpid_bench: formats, and the generators whose kernels they run.
ROWS = {
    "box_downscale": (COLOUR8, ("box_downscale",)),
    "histogram": (("rgb16",), ("histogram",)),
    "colour": (COLOUR8, ("colour",)),
    "colour_local": (COLOUR8, ("colour",)),
    "unsharp": (COLOUR8, ("unsharp",)),
    "lut3d": (COLOUR8, ("lut3d",)),
    "resample": (COLOUR8, ("resample", "halve")),
    "resample_x2": (COLOUR8, ("resample",)),
    "denoise": (COLOUR8, ("luma_plane", "chroma_planes", "dct_threshold", "dct_wiener", "add_luma", "add_colour")),
}


def tiers_here():
    flags = re.search(r"^flags\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return [tier for tier in TIERS if flags and CPU_FLAGS[tier] in flags[1].split()]


def kernel_symbols():
    listing = subprocess.run(["nm", PROGRAM], check=True, capture_output=True, text=True).stdout
    return [line.split()[-1] for line in listing.splitlines() if re.search(r" [Tt] limpid_\w+-x86", line)]


def functions_of(symbols, generators, tier):
    names = [
        name
        for name in symbols
        if TIERS[tier] in name and not name.endswith(("_argv", "_metadata"))
        and re.match(rf"limpid_({'|'.join(generators)})_[a-z]+[0-9]*-x86", name)
    ]
    if not names:
        sys.exit(f"instructions: {PROGRAM.name} has no {tier} kernel of {', '.join(generators)}")
    return names


def count(bench_id, tier, functions, program=PROGRAM):
    with tempfile.NamedTemporaryFile() as out:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}"]
        command += [f"--toggle-collect={name}" for name in functions]
        command += [program, f"--cpu-tier={tier}", f"--benchmark_filter=^{bench_id}/", "--benchmark_min_time=0"]
        command += ["--benchmark_format=csv"]
        run = subprocess.run(command, capture_output=True, text=True)
        rows = [line.split(",") for line in run.stdout.splitlines() if line.startswith('"kernels/')]
        if run.returncode != 0 or len(rows) != 1 or not rows[0][1]:
            sys.exit(f"instructions: {bench_id} did not run:\n{run.stdout[-500:]}{run.stderr[-2000:]}")
        total = re.search(r"^(?:summary|totals): (\d+)", pathlib.Path(out.name).read_text(), re.M)
        # Google Benchmark may run the loop once more than it reports; one iteration is asked for.
        return int(total.group(1)) / (PIXELS * int(rows[0][1]))


def judge(before, now):
    """What is printed beside a row, and whether it is refused."""
    if before is None:
        return "not written down", True
    change = now / before - 1
    return (f"changed {change:+.1%}" if abs(change) > REPORTED else ""), abs(change) > REFUSED


def read_baseline(path=BASELINE):
    """(id, tier) -> (instructions per pixel, reason)."""
    known = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        if line and not line.startswith("#"):
            values, _, reason = line.partition(" # ")
            bench_id, tier, per_pixel = values.split()
            known[bench_id, tier] = (float(per_pixel), reason)
    return known


def write_baseline(known, path=BASELINE):
    lines = ["# Instructions per pixel inside the kernels: id, tier, count, and why it last moved by a twentieth or more.",
             "# Written by bench/instructions.py --update."]
    for (bench_id, tier), (per_pixel, reason) in sorted(known.items()):
        lines.append(f"{bench_id:32} {tier:6} {per_pixel:8.2f}" + (f" # {reason}" if reason else ""))
    path.write_text("\n".join(lines) + "\n")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--update", metavar="REASON")
    options.add_argument("--only", metavar="PATTERN", default="")
    arguments = options.parse_args()
    if not PROGRAM.exists():
        sys.exit("instructions: build/bin/limpid_bench is missing; run make build")

    if not tiers_here():
        print("instructions: counted on x86-64 only")
        return
    symbols, known, refused = kernel_symbols(), read_baseline(), []
    wanted = [
        (f"kernels/{row}/{pixel_format}/1mp", tier, functions_of(symbols, generators, tier))
        for row, (formats, generators) in ROWS.items()
        for pixel_format in formats
        for tier in tiers_here()
        if arguments.only in f"kernels/{row}/{pixel_format}/1mp"
    ]
    print(f"{'instructions per pixel':32} {'tier':6} {'before':>8} {'now':>8}")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (bench_id, tier, _), now in zip(wanted, pool.map(lambda one: count(*one), wanted)):
            before, reason = known.get((bench_id, tier), (None, ""))
            note, refuse = judge(before, now)
            print(f"{bench_id:32} {tier:6} {before or '-':>8} {now:8.2f} {note}".rstrip(), flush=True)
            if refuse:
                refused.append(f"{bench_id} {tier}")
            if arguments.update is not None:
                moved = before is None or abs(now / before - 1) > NOTED
                known[bench_id, tier] = (now, arguments.update if moved else reason)
    if arguments.update is not None:
        write_baseline(known)
    elif refused:
        sys.exit("instructions: moved by more than a tenth, or not written down: " + ", ".join(refused)
                 + "\nIf that is meant: bench/instructions.py --update 'why'")


if __name__ == "__main__":
    main()
