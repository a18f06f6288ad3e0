"""wrk, a load generator that keeps every connection busy (closed loop)."""

import json
import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).with_name("wrk.lua")


def start(url, seconds, connections, method="GET", fields=None, body=None):
    environment = {**os.environ, "LIMPID_WRK_METHOD": method,
                   "LIMPID_WRK_FIELDS": "\n".join(f"{name}: {value}" for name, value in (fields or {}).items())}  # fmt: skip
    environment.pop("LIMPID_WRK_BODY", None)
    if body:
        environment["LIMPID_WRK_BODY"] = str(body)
    return subprocess.Popen(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", SCRIPT, url],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip


def parse(output):
    """What wrk.lua prints last: requests, duration_us, refused, failed, p50_us, p99_us; and the rate of requests."""
    lines = [line for line in output.splitlines() if line.startswith("wrk {")]
    if not lines:
        raise RuntimeError(f"wrk said: {output.strip()[-300:]}")
    result = json.loads(lines[-1].removeprefix("wrk "))
    return {**result, "per_s": result["requests"] / (result["duration_us"] / 1e6)}


def finish(process):
    return parse(process.communicate()[0])


def run(*arguments, **options):
    return finish(start(*arguments, **options))
