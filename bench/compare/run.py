"""run.py: measures limpid beside its peers and prints one line a row; `make bench-compare` installs and builds first.

For each row, every peer in turn is a process that measures one operation (native/peer.hpp), so that what else the machine does
meets all of them, and so that the peak memory is that operation's. Results go to build/bench-results/compare.json,
from which report.py writes docs/performance.md. Ends with an error when an output is not what it should be.

  LIMPID_BENCH_QUICK=1      12 megapixels, three rounds, few rows, no browser: for trying the driver
  LIMPID_BENCH_SIZE=1mp     every row with a small photograph: for trying the driver too
  LIMPID_BENCH_ROWS=REGEX   only the rows whose label matches, such as 'chain .*1T'
"""

import json
import os
import platform
import re
import statistics
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rows import least_db, rows, runs

ROOT = Path(__file__).resolve().parents[2]
PEERS_ROOT = ROOT / "build" / "peers-root"
WORK = PEERS_ROOT / "compare"
RESULTS = ROOT / "build" / "bench-results" / "compare.json"

ROUNDS = 5
QUICK_ROUNDS = 3
BUDGET_MS = 5000
TIMEOUT_S = 300
LEAST_CHANGE = 0.05  # levels: what is less was not done


def in_root(command):
    chroot = ["chroot", PEERS_ROOT] if os.geteuid() == 0 else ["sudo", "chroot", PEERS_ROOT]
    return [*chroot, "env", "HOME=/tmp", *command]


def seen_by(peer, path):
    return f"/{path.relative_to(PEERS_ROOT)}" if peer.in_root else str(path)


def measure(peer, operation, row, rounds):
    """The peer's line of JSON, or what went wrong."""
    output = WORK / "out" / f"{row.target}-{peer.name}-{operation.replace(':', '-')}-{row.size}-{row.threads}"
    given = [WORK / f"{row.size}.ppm", WORK / f"{row.size}.jpg"]
    command = [
        *(part.format(root=ROOT) for part in peer.program),
        *(seen_by(peer, path) for path in given),
        *(str(number) for number in (row.threads, rounds, BUDGET_MS)),
        seen_by(peer, output),
        operation,
    ]
    environment = {**os.environ, "LIMPID_COMPARE_RECIPES": str(ROOT / "bench/compare/recipes.json")}
    output.unlink(missing_ok=True)
    try:
        done = subprocess.run(
            in_root(command) if peer.in_root else command,
            capture_output=True, text=True, timeout=TIMEOUT_S, env=environment, check=True,
        )  # fmt: skip
        result = json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        return {"peer": peer.name, "op": operation, "error": f"took more than {TIMEOUT_S} s"}
    except (subprocess.CalledProcessError, ValueError, IndexError) as error:
        lines = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        return {"peer": peer.name, "op": operation, "error": lines[-1][:200] if lines else "no word"}
    if result.get("missing"):
        return None
    return {
        **result, "peer": peer.name, "output": str(output),
        "median_ms": statistics.median(result["ms"]),
        **({"median_cpu_ms": statistics.median(result["cpu_ms"])} if result.get("cpu_ms") else {}),
    }


def name_of(entry):
    variant = entry["op"].partition(":")[2]
    return f"{entry['peer']} {variant}" if variant else entry["peer"]


def line_of(row, entries):
    ours = next((e for e in entries if e["peer"] == "limpid" and ":" not in e["op"] and "error" not in e), None)
    peers = [e for e in entries if e["peer"] != "limpid" and "error" not in e]
    mine = f"{ours['median_ms']:.1f} ms" if ours else "-"
    if not peers:
        return f"{row.label}: limpid {mine}, no peer"
    best = min(peers, key=lambda entry: entry["median_ms"])
    ratio = f"{best['median_ms'] / ours['median_ms']:.2f}" if ours else "-"
    return f"{row.label}: limpid {mine}, best peer {name_of(best)} {best['median_ms']:.1f} ms, ratio {ratio}"


def measure_all(wanted, rounds):
    measured = []
    for row in wanted:
        entries = [e for peer, operation in runs(row) if (e := measure(peer, operation, row, rounds))]
        print(line_of(row, entries), flush=True)
        for entry in entries:
            if "error" in entry:
                print(f"  {name_of(entry)}: {entry['error']}", flush=True)
        place = {"target": row.target, "operation": row.operation, "size": row.size, "threads": row.threads}
        measured.append({**place, "label": row.label, "entries": entries})
    return measured


def reference_of(row, native):
    """What the outputs of a row are held against: the native limpid's, or OpenCV's where limpid has no such operation."""
    for name in ("limpid", "OpenCV"):
        key = (row["operation"], row["size"], name)
        if key in native:
            return native[key]
    return None


def look_at_outputs(measured):
    """Adds psnr_db and change to every entry; returns what is not as it should be."""
    native = {
        (row["operation"], row["size"], entry["peer"]): entry["output"]
        for row in measured for entry in row["entries"]
        if row["target"] == "native" and row["threads"] == 1 and "error" not in entry and ":" not in entry["op"]
    }  # fmt: skip
    looked, jobs = [], []
    inside = lambda path: f"/{Path(path).relative_to(PEERS_ROOT)}" if path else None  # noqa: E731
    for row in measured:
        for entry in row["entries"]:
            if "error" in entry:
                continue
            reference = reference_of(row, native)
            same_size = row["operation"] not in ("up2", "down2")
            given = str(WORK / f"{row['size']}.ppm") if same_size else None
            jobs.append({"output": inside(entry["output"]), "reference": inside(reference), "input": inside(given)})
            looked.append((row, entry))
    (WORK / "jobs.json").write_text(json.dumps(jobs))
    done = subprocess.run(
        in_root(["python3", "/compare/outputs.py", "/compare/jobs.json"]), capture_output=True, text=True, check=True
    )
    bad = []
    for (row, entry), seen in zip(looked, json.loads(done.stdout), strict=True):
        entry.update(seen)
        bad += [f"{row['label']}, {name_of(entry)}: {what}" for what in complaints(row, entry)]
    return bad


def complaints(row, entry):
    operation, peer = row["operation"], entry["peer"]
    least = least_db(peer, operation)
    if entry.get("psnr_db", 99) < least:
        yield f"output differs: {entry['psnr_db']} dB, {least} expected"
    # A codec should change nothing but what JPEG loses; everything else has to do something.
    if operation not in ("decode", "encode", "memcpy") and entry.get("change", 1) is not None and entry.get("change", 1) < LEAST_CHANGE:
        yield f"the photograph is as it was (mean difference {entry['change']})"
    if peer == "limpid" and ":" not in entry["op"] and entry.get("psnr_db", 99) < 99:
        yield "limpid's own bytes differ from the native ones"


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout.strip()


def brotli_bytes(*paths):
    total = 0
    for path in paths:
        total += len(subprocess.run(["brotli", "-q", "11", "-c", ROOT / path], capture_output=True, check=True).stdout)
    return total


def sizes():
    """Download sizes of what runs in browsers, each file compressed with brotli 11; takes a minute."""
    npm = "bench/compare/node_modules"
    files = {
        "limpid core": ["js/wasm/limpid-core.wasm"],
        "limpid core + JPEG": ["js/wasm/limpid-core.wasm", "js/wasm/limpid-jpeg.wasm"],
        "limpid, everything": ["js/wasm/limpid-simd.wasm"],
        "Photon": [f"{npm}/@silvia-odwyer/photon/photon_rs_bg.wasm"],
        "wasm-vips": [f"{npm}/wasm-vips/lib/vips.wasm"],
        "opencv.js": [f"{npm}/@techstark/opencv-js/dist/opencv.js"],
    }
    return {name: brotli_bytes(*paths) for name, paths in files.items()}


def machine():
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    debian = Path("/etc/debian_version").read_text().strip()
    return {
        "cpu": cpu.group(1) if cpu else platform.processor(),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
        "system": f"Linux {platform.release()}, Debian {debian}",
        "node": output_of("node", "--version"),
        "chromium": output_of("chromium", "--version").split(" built")[0],
    }


def main():
    quick = os.environ.get("LIMPID_BENCH_QUICK") == "1"
    pattern = re.compile(os.environ.get("LIMPID_BENCH_ROWS", ""))
    size = os.environ.get("LIMPID_BENCH_SIZE")
    everything = dict.fromkeys(replace(row, size=size) if size else row for row in rows(quick))
    wanted = [row for row in everything if pattern.search(row.label)]
    (WORK / "out").mkdir(exist_ok=True)
    about = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": output_of("git", "rev-parse", "--short=12", "HEAD"),
        "changed": output_of("git", "status", "--porcelain", "--untracked-files=no") != "",
        "quick": quick,
        "size": size,
        "whole": not (quick or size or pattern.pattern),
        "machine": machine(),
    }
    measured = measure_all(wanted, QUICK_ROUNDS if quick else ROUNDS)
    bad = [] if not measured else look_at_outputs(measured)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    about["load_after"] = os.getloadavg()[0]
    RESULTS.write_text(json.dumps({**about, "sizes": sizes() if about["whole"] else {}, "bad": bad, "rows": measured}, indent=1))
    failed = [entry for row in measured for entry in row["entries"] if "error" in entry]
    for complaint in bad:
        print(f"compare: error: {complaint}", file=sys.stderr)
    sys.exit(1 if bad or failed else 0)


if __name__ == "__main__":
    main()
