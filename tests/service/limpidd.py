"""Starts the limpidd program and talks to it. LIMPID_SERVICE, LIMPID_WORKER, LIMPID_KEEPER
and LIMPID_CLI name the programs."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("LIMPID_SERVICE", str(ROOT / "build/bin/limpidd"))
WORKER = os.environ.get("LIMPID_WORKER", str(ROOT / "build/bin/limpid-worker"))
KEEPER = os.environ.get("LIMPID_KEEPER", str(ROOT / "build/bin/limpid-keeper"))
CLI = os.environ.get("LIMPID_CLI", str(ROOT / "build/bin/limpid"))
SANITIZED = bool(os.environ.get("LIMPID_SANITIZE"))
TIMEOUT_S = 120 if SANITIZED else 30
PHOTO = (ROOT / "tests/data/jpeg/420.jpg").read_bytes()

# Limits that tests of something else do not meet.
WIDE = {"rate_limit_ip": 100000, "rate_limit_enhance": 100000, "block_failures": 0, "workers": 1}


def environment(**variables):
    """What limpidd gets: of LIMPID_* the keeper's program, and what a test says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIMPID_")}
    return kept | {"LIMPID_KEEPER_PROGRAM": KEEPER} | variables


def run(*arguments, env=None):
    """Run limpidd to its end. @return status, stdout, stderr"""
    done = subprocess.run([PROGRAM, *map(os.fspath, arguments)], capture_output=True, check=False, timeout=TIMEOUT_S,
                          env=environment(**(env or {})), stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Service:
    """A limpidd on a free port of 127.0.0.1, unless the settings say otherwise; ends with the `with` block. `prefix` is a
    command that becomes it."""

    def __init__(self, *arguments, env=None, prefix=(), **settings):
        flags = [f"--{name}={value}" for name, value in (WIDE | settings).items()]
        self.records = []
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [*map(os.fspath, prefix), PROGRAM, "--listen=127.0.0.1:0", f"--worker-program={WORKER}", *flags, *map(os.fspath, arguments)],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(**(env or {})))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        place = self.wait_for(lambda r: r.get("event") == "listening")["detail"]
        self.port = None if place.startswith("unix:") else int(place.rsplit(":", 1)[1])

    def _read(self):
        for line in self.process.stderr:
            with self._changed:
                try:
                    self.records.append(json.loads(line))
                except ValueError:
                    self.records.append({"text": line.decode("utf-8", "replace")})
                self._changed.notify_all()
        with self._changed:
            self.records.append({"event": "ended"})
            self._changed.notify_all()

    def wait_for(self, matches):
        """The first log record that matches."""
        deadline = time.monotonic() + TIMEOUT_S
        with self._changed:
            while True:
                for record in self.records:
                    if matches(record):
                        return record
                if time.monotonic() > deadline or self.records[-1:] == [{"event": "ended"}]:
                    raise AssertionError(f"no such record in {self.records[-5:]}")
                self._changed.wait(1)

    def port_of(self, listener):
        """@param listener: admin, metrics or rpc"""
        return int(self.wait_for(lambda r: r.get("event") == f"listening_{listener}")["detail"].rsplit(":", 1)[1])

    def metrics_port(self):
        return self.port_of("metrics")

    def metric(self, name):
        """What the listener for metrics says. @param name  with labels, as it stands there"""
        text = self.request("GET", "/metrics", port=self.metrics_port()).body.decode()
        return float(next(line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith(name + " ")))

    def request(self, method, path, body=None, headers=None, port=None):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=TIMEOUT_S)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            return Reply(connection.getresponse())

    def post(self, path, body=PHOTO, **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("POST", path, body, {"Content-Type": "image/jpeg"} | fields)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_S)

    def raw(self, data):
        """Send bytes as they are, and give everything that comes back until the end."""
        with self.connect() as connection:
            connection.sendall(data)
            return read_all(connection)

    def children(self, name):
        """Process ids of limpidd's children that run the program `name` and have not ended."""
        found = subprocess.run(["ps", "-o", "stat=,pid=,comm=", "--ppid", str(self.process.pid)], capture_output=True,
                               check=False)
        rows = [line.split(None, 2) for line in found.stdout.decode().splitlines()]
        return [int(pid) for state, pid, comm in rows if comm.startswith(name[:15]) and not state.startswith("Z")]

    def keeper(self):
        """The keeper's process id; None while there is none."""
        return next(iter(self.children("limpid-keeper")), None)

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """@return the exit status after SIGTERM."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.process.wait(TIMEOUT_S)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join(TIMEOUT_S)
            self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def read_all(connection):
    """What comes until the other side closes; a reset counts as the end."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            received += piece
    return received


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


class TestCase(unittest.TestCase):
    """Tests with an empty folder."""

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))

    def start(self, *arguments, **settings):
        service = Service(*arguments, **settings)
        self.addCleanup(service.stop)
        return service

    def file(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def create_key(self, path, *arguments):
        status, out, err = run("keys", "create", "--file", path, *arguments)
        self.assertEqual(status, 0, err)
        return out.strip()

    def assert_problem(self, reply, status, code):
        self.assertEqual((reply.status, reply.json()["code"]), (status, code), reply.body)
        self.assertEqual(reply.headers["Content-Type"], "application/problem+json")
        self.assertEqual(reply.json()["request_id"], reply.headers["X-Request-Id"])


class SharedService(TestCase):
    """Tests that share one service, with `settings`."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.service = Service(**cls.settings)
        cls.addClassCleanup(cls.service.stop)
