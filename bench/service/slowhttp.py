"""slowhttptest, another's idea of slow clients: heads that never end, bodies that never end, answers that are never read."""

import csv
import subprocess

# What each mode asks for, and how. The last gives away windows of 10 to 20 bytes and reads 32 bytes in 5 seconds.
MODES = {
    "header": ("/livez", ["-H"]),
    "body": ("/v1/inspect", ["-B", "-t", "POST", "-f", "image/jpeg", "-s", "100000"]),
    "read": ("/openapi.json", ["-X", "-k", "3", "-w", "10", "-y", "20", "-n", "5", "-z", "32"]),
}
# It spins: 84 to 97 % of a processor for 1,000 connections (of which the front takes 0.4 % at most). Honest clients have the same
# processor, and would wait for it and not for the service.
IDLE = ["chrt", "--idle", "0"]
# A new connection sees the service within this time, or finds it gone.
PROBE_S = 3


def command(mode, origin, clients, seconds, report):
    """@param report  a path without ending; it writes report.csv and report.html."""
    path, options = MODES[mode]
    return [*IDLE, "slowhttptest", *options, "-c", str(clients), "-r", str(max(clients // 2, 1)), "-i", "2", "-l", str(seconds),
            "-p", str(PROBE_S), "-g", "-o", str(report), "-u", origin + path]  # fmt: skip


def start(*arguments):
    return subprocess.Popen(command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def parse(text):
    """How many it held at most, and for how many of its seconds it found the service gone."""
    rows = list(csv.DictReader(text.splitlines()))
    if not rows:
        raise RuntimeError(f"slowhttptest wrote no report: {text[:200]}")
    try:
        held = max(int(row["Connected"]) for row in rows)
        # The column holds 0 or a number that a chart shows well.
        gone = sum(int(row["Service Available"]) == 0 for row in rows)
    except (KeyError, TypeError, ValueError) as error:
        raise RuntimeError(f"slowhttptest wrote another report: {text[:200]}") from error
    return {"held": held, "seconds": len(rows), "gone_s": gone}


def finish(process, report, timeout_s):
    process.wait(timeout_s)
    return parse(report.with_suffix(".csv").read_text())
