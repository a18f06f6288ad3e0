"""run.py: measures the service and prints what it says about each goal; `make bench-service` installs and builds first.

Writes build/bench-results/service.json and, after a whole run, docs/service-performance.md. Ends with an error when a row could
not be measured; a goal that is missed is not an error. Needs two processors and a machine that does nothing else.

  LIMPID_BENCH_MINUTES=1    how long enhancing at 90 % of the load goes on, and honest clients ask without slowhttptest and with it, in
                            each of its modes; 5 for figures to keep
  LIMPID_BENCH_ROWS=REGEX   only the rows of rows.py whose names match
  LIMPID_BENCH_BIN=FOLDER   programs of another build, to compare
"""

import json
import os
import platform
import re
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import report
from bench import Bench
from rows import ROWS
from server import ROOT, WORK

RESULTS = ROOT / "build" / "bench-results" / "service.json"
OPEN_FILES = 4096


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


def machine():
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    debian = Path("/etc/debian_version").read_text().strip()
    return {"cpu": cpu[1] if cpu else platform.processor(), "processors": os.cpu_count(), "load": os.getloadavg()[0],
            "system": f"Linux {platform.release()}, Debian {debian}"}  # fmt: skip


def prepare():
    """@return the processors of the server and of what asks it; this process moves to the second."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        sys.exit("bench-service: two processors are needed: one for the server, one for what asks it")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < OPEN_FILES:
        sys.exit(f"bench-service: {OPEN_FILES} open files are needed, the limit is {most}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, most))
    os.sched_setaffinity(0, {cores[1]})
    subprocess.run(["/usr/bin/python3", Path(__file__).with_name("photos.py"), WORK], check=True)
    return cores[0], cores[1]


def measure(bench, wanted):
    rows = {}
    for name, row in wanted.items():
        print(f"measuring {name}", flush=True)
        try:
            rows[name] = row(bench)
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            rows[name] = {"error": str(error)[:300]}
            print(f"  not measured: {error}", file=sys.stderr, flush=True)
    return rows


def main():
    minutes = float(os.environ.get("LIMPID_BENCH_MINUTES", "1"))
    pattern = re.compile(os.environ.get("LIMPID_BENCH_ROWS", ""))
    wanted = {name: row for name, row in ROWS.items() if pattern.search(name)}
    results = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": output_of("git", "rev-parse", "--short=12", "HEAD"),
        "changed": output_of("git", "status", "--porcelain", "--untracked-files=no") != "",
        "minutes": minutes,
        "machine": machine(),
    }
    results["rows"] = measure(Bench(*prepare(), minutes), wanted)
    RESULTS.write_text(json.dumps(results, indent=1))
    print(report.table(results))
    if len(wanted) == len(ROWS) and "LIMPID_BENCH_BIN" not in os.environ:
        (ROOT / "docs" / "service-performance.md").write_text(report.document(results))
    sys.exit(1 if any("error" in figures for figures in results["rows"].values()) else 0)


if __name__ == "__main__":
    main()
