"""A limpidd on one processor, and what the system says it consumes."""

import http.client
import json
import os
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Another build's, to measure before and after a change.
BIN = Path(os.environ.get("LIMPID_BENCH_BIN", ROOT / "build/bin"))
WORK = ROOT / "build" / "bench-results" / "service"

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
START_TIMEOUT_S = 20

# Limits that nothing measured here should meet, unless a row is about limits. One worker: one processor.
WIDE = {
    "rate_limit_ip": 0, "rate_limit_key": 0, "rate_limit_enhance": 0, "block_failures": 0, "workers": 1,
    "max_connections": 8192, "max_connections_per_ip": 8192, "idle_timeout_s": 3600,
}  # fmt: skip


def stat_fields(pid):
    """The fields of /proc/PID/stat from the third on: what stands before may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def parents():
    """Process -> its parent, of all processes."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                found[int(entry)] = int(stat_fields(entry)[1])
            except OSError:
                continue  # it has ended
    return found


def descendants(pid):
    tree, found = parents(), []
    wanted = {pid}
    while wanted:
        wanted = {child for child, parent in tree.items() if parent in wanted}
        found += wanted
    return found


def cpu_s(pid):
    """Processor time of a process so far, in steps of 1 / TICKS_PER_S."""
    fields = stat_fields(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def rss_bytes(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES


class Server:
    """Listens on 127.0.0.1 from __enter__ to __exit__. `settings` as in settings.def."""

    def __init__(self, core, **settings):
        self.core = core
        self.settings = WIDE | {"log_file": WORK / "limpidd.log", "metrics_listen": "127.0.0.1:0"} | settings
        self.log = Path(self.settings["log_file"])

    def __enter__(self):
        WORK.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        flags = [f"--{name.replace('_', '-')}={str(value).lower() if isinstance(value, bool) else value}"
                 for name, value in self.settings.items()]  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LIMPID_")}
        self.process = subprocess.Popen(
            ["taskset", "-c", str(self.core), BIN / "limpidd", "--listen=127.0.0.1:0", *flags],
            stdin=subprocess.DEVNULL, env=kept,
        )  # fmt: skip
        self.port = self._port_of("listening")
        self.metrics_port = self._port_of("listening_metrics")
        return self

    def _port_of(self, event):
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in self.log.read_text().splitlines() if self.log.exists() else []:
                record = json.loads(line)
                if record.get("event") == event:
                    return int(record["detail"].rpartition(":")[2])
            time.sleep(0.05)
        self.process.kill()
        raise RuntimeError("limpidd does not start")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.unlink(missing_ok=True)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def ask(self, method, path, body=None, headers=None, port=None):
        """@return status, fields, body"""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def gauge(self, name):
        for line in self.ask("GET", "/metrics", port=self.metrics_port)[2].decode().splitlines():
            if line.startswith(f"{name} "):
                return float(line.split()[1])
        raise RuntimeError(f"/metrics has no {name}")

    def front_cpu_s(self):
        return cpu_s(self.process.pid)

    def all_cpu_s(self):
        """Of the front and its workers; none may end in between."""
        return sum(cpu_s(pid) for pid in [self.process.pid, *descendants(self.process.pid)])

    def rss_bytes(self):
        """Of the front."""
        return rss_bytes(self.process.pid)
