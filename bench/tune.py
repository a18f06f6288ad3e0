#!/usr/bin/env python3
"""Other schedules of a kernel beside the one written by hand: other tiles, other vectors, Halide's autoschedulers.

    bench/tune.py                     lists the kernels
    bench/tune.py unsharp_rgb8        every x86-64 tier of this machine, and wasm simd in node
    bench/tune.py unsharp_rgb8 avx2   one of them

Each variant is linked into limpid_bench in place of the kernel, so that it runs with the pipeline's own tables and
weights, and the same way on every target. Columns: milliseconds for 12 MP on one thread (of the processor natively, by
the clock in node), the median of 5 runs of which each is a process and which take turns; their spread; time over the
hand's; instructions per pixel inside the kernel, by valgrind, where that runs. A variant that makes other bytes than the hand's is a failure, and so is the exit code.
Needs `make build` of limpid_bench and limpid_generators; `make tune` sees to that.
"""

import argparse
import collections
import contextlib
import json
import os
import pathlib
import re
import shlex
import signal
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import instructions

ROOT = pathlib.Path(__file__).resolve().parent.parent
GENERATORS = ROOT / "build" / "bin" / "limpid_generators"
TABLE = ROOT / "core" / "src" / "kernels" / "kernels.def"
RUNS = 5
PATIENCE_S = 120  # of processor time for each program: a busy machine refuses nothing that an idle one does not

# Tier or place, the preset it is built by, and what its row of kernels.txt contains.
Target = collections.namedtuple("Target", "name preset pattern")
TARGETS = [
    Target("sse41", "host-release", "x86-64-linux-sse41-"),
    Target("avx2", "host-release", "x86-64-linux-avx-avx2-f16c-fma-sse41-strict"),
    Target("avx512", "host-release", "-avx512_skylake-"),
    Target("node", "wasm-simd", "wasm-32-"),
]

# Variant -> parameters of common/kernel.h, or an autoscheduler. A wider tile than twice would not fit the 1 MP that valgrind sees.
HAND = "hand"
VARIANTS = {
    HAND: {},
    "tile x 1/2": {"tile_percent": 50},
    "tile x 2": {"tile_percent": 200},
    "lanes x 1/2": {"lane_percent": 50},
    "lanes x 2": {"lane_percent": 200},
    "tile x 2, lanes x 2": {"tile_percent": 200, "lane_percent": 200},
    "Mullapudi2016": "Mullapudi2016",
    "Adams2019": "Adams2019",
    "Li2018": "Li2018",
}

# By a signal at the limit, or as a shell between reports that.
OUT_OF_TIME = (-signal.SIGKILL, -signal.SIGXCPU, 128 + signal.SIGKILL, 128 + signal.SIGXCPU)


class Refused(Exception):
    """Why a variant has no numbers."""


def run(command, **options):
    limited = ["sh", "-c", f'ulimit -t {PATIENCE_S}; exec "$@"', "sh", *command]
    done = subprocess.run(limited, capture_output=True, text=True, cwd=ROOT, **options)
    if done.returncode in OUT_OF_TIME:
        raise Refused(f"not done after {PATIENCE_S} s of processor time")
    if done.returncode != 0:
        raise Refused(reason(done.stderr + done.stdout) or f"ended with {done.returncode}")
    return done


def reason(output):
    """The line of Halide's or of the program's messages that says what is wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    starts = [i for i, line in enumerate(lines) if re.search(r"\b(error|failed|assert)", line, re.I)]
    if not lines:
        return ""
    first = starts[0] if starts else len(lines) - 1
    return " ".join(lines[first : first + 3])[:200]


def kernel_lists():
    """Preset -> (targets, {kernel: (generator, parameters)})."""
    lists = {}
    for preset in {target.preset for target in TARGETS}:
        path = ROOT / "build" / preset / "halide-generators" / "kernels.txt"
        rows = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        lists[preset] = ([row[1] for row in rows if row[0] == "target"],
                         {row[1]: (row[2], row[3:]) for row in rows if row[0] == "kernel"})
    return lists


def bench_id(generator, kernel):
    """The row of limpid_bench that runs the kernel; the planes' are run by that of RGB8."""
    rows = dict(re.findall(r'^LIMPID_KERNEL\((\w+),.*?"(\w+)"\)$', TABLE.read_text(), re.S | re.M))
    pixel_format = kernel.removeprefix(generator + "_")
    return f"kernels/{rows[generator]}/{'rgb8' if pixel_format == 'plane' else pixel_format}"


def autoscheduler_parameters(name):
    [plugin] = pathlib.Path("/usr/lib").glob(f"*/halide19/libautoschedule_{name.lower()}.so")
    return ["-p", str(plugin)], [f"autoscheduler={name}", "autoscheduler.parallelism=1"]


def compile_variant(kernel, generator, parameters, halide_target, variant, folder):
    options, more = [], []
    if isinstance(variant, str):
        options, more = autoscheduler_parameters(variant)
    else:
        more = [f"{key}={value}" for key, value in variant.items()]
    folder.mkdir(parents=True, exist_ok=True)
    run([str(GENERATORS), "-g", generator, "-f", f"limpid_{kernel}", "-n", "kernel", "-o", str(folder), "-e", "object,stmt",
         *options, f"target={halide_target}-no_runtime", *parameters, *more])
    return folder / "kernel.o"


def link_command(preset, program, variant_object):
    """What links limpid_bench, with the variant before the libraries, whose kernel of that name is then not taken.

    WebAssembly without Binaryen's passes over the whole module, which take longer than all of the rest.
    """
    build = ROOT / "build" / preset
    shown = subprocess.run(["ninja", "-t", "commands", "limpid_bench"], cwd=build, check=True, capture_output=True, text=True)
    command = shown.stdout.splitlines()[-1]
    linked = re.sub(r" -o \S+", f" {shlex.quote(str(variant_object))} -o {shlex.quote(str(program))}", command, count=1)
    if linked == command:
        sys.exit("tune: does not understand how limpid_bench is linked")
    return ["sh", "-c", f"cd {shlex.quote(str(build))} && {linked.replace(' -O2 ', ' -O1 ')}"]


class Candidate:
    """A variant on a target: a program, what it measured, or why there is none."""

    def __init__(self, name, target, folder):
        self.name, self.target, self.folder = name, target, folder
        self.times, self.digest, self.instructions, self.refused = [], None, None, None
        self.program = folder / ("limpid_bench" + (".js" if target.name == "node" else ""))

    def command(self, *options):
        if self.target.name == "node":
            return ["node", str(self.program), *options]
        return [str(self.program), f"--cpu-tier={self.target.name}", *options]

    def build(self, kernel, generator, parameters, halide_target):
        try:
            made = compile_variant(kernel, generator, parameters, halide_target, VARIANTS[self.name], self.folder)
            run(link_command(self.target.preset, self.program, made),
                env={**os.environ, "EMSDK_PYTHON": "/usr/bin/python3"})
        except Refused as why:
            self.refused = str(why)

    def measure(self, row):
        """One more time, or None when the variant does not run."""
        try:
            done = run(self.command("--digest", f"--benchmark_filter=^{row}/12mp/", "--benchmark_min_time=0.05",
                                    "--benchmark_format=json"), env={**os.environ, "HL_NUM_THREADS": "1"})
            [result] = json.loads(done.stdout)["benchmarks"]
            if result.get("error_occurred"):
                raise Refused(result["error_message"])
        except Refused as why:
            self.refused = str(why)
            return
        self.times.append(result["cpu_time"])
        self.digest = result["label"]

    def count(self, row, kernel):
        """Instructions per pixel inside the kernel, where valgrind runs the tier."""
        if self.refused or self.target.name not in instructions.TIERS:
            return
        with contextlib.suppress(SystemExit):  # a schedule that needs a picture wider than this one's runs at 12 MP only
            self.instructions = instructions.count(f"{row}/1mp", self.target.name, [f"limpid_{kernel}"], self.program)


def by_time(candidate):
    return statistics.median(candidate.times) if candidate.times and not candidate.refused else float("inf")


def table(target, candidates):
    """Lines, fastest first, and whether every variant that ran made the hand's bytes."""
    [hand] = [one for one in candidates if one.name == HAND]
    same = True
    lines = [f"{target:24}{'ms':>9}{'spread':>8}{'/ hand':>8}{'instr./px':>11}"]
    for one in sorted(candidates, key=by_time):
        name = f"{'* ' if one is hand else '  '}{one.name}"
        if one.refused:
            lines.append(f"{name:24}{'-':>9}  {one.refused}")
            continue
        median = statistics.median(one.times)
        spread = (max(one.times) - min(one.times)) / median
        over = f"{median / by_time(hand):8.2f}" if hand.times else f"{'-':>8}"
        counted = f"{one.instructions:11.2f}" if one.instructions is not None else f"{'-':>11}"
        note = ""
        if one.digest != hand.digest:
            same, note = False, "  OTHER BYTES than the hand's"
        lines.append(f"{name:24}{median:9.1f}{spread:8.0%}{over}{counted}{note}")
    return lines, same


def tune(kernel, row, target, generator, parameters, halide_target):
    folder = ROOT / "build" / "tune" / kernel / target.name
    candidates = [Candidate(name, target, folder / re.sub(r"[^A-Za-z0-9]+", "_", name)) for name in VARIANTS]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda one: one.build(kernel, generator, parameters, halide_target), candidates))
        for _ in range(RUNS):
            for one in candidates:
                if not one.refused:
                    one.measure(row)
        list(pool.map(lambda one: one.count(row, kernel), candidates))
    lines, same = table(target.name, candidates)
    print("\n" + "\n".join(lines), flush=True)
    return same and candidates[0].refused is None


def here():
    flags = re.search(r"^flags\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    flags = flags[1].split() if flags else []
    needed = {**instructions.CPU_FLAGS, "avx512": "avx512vl"}
    return [target for target in TARGETS if target.name not in needed or needed[target.name] in flags]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("kernel", nargs="?")
    options.add_argument("target", nargs="?", choices=[target.name for target in TARGETS])
    arguments = options.parse_args()
    lists = kernel_lists()
    known = {kernel: made for _, kernels in lists.values() for kernel, made in kernels.items()}
    if not arguments.kernel:
        print("\n".join(sorted(known)))
        return
    if arguments.kernel not in known:
        sys.exit(f"tune: there is no kernel {arguments.kernel}; bench/tune.py lists them")
    generator, parameters = known[arguments.kernel]
    row = bench_id(generator, arguments.kernel)
    print(f"{arguments.kernel}: milliseconds of {row}/12mp; * ships; schedules in build/tune/{arguments.kernel}")
    same = True
    for target in here():
        [halide_target, *_] = [name for name in lists[target.preset][0] if target.pattern in name] or [None]
        if arguments.target in (None, target.name) and halide_target:
            same = tune(arguments.kernel, row, target, generator, parameters, halide_target) and same
    if not same:
        sys.exit("tune: a variant made other bytes, or the hand's schedule does not run")


if __name__ == "__main__":
    main()
