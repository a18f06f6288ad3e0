"""What connections are made over, what they may hold, and how they end."""

import contextlib
import http.client
import os
import signal
import socket
import stat
import subprocess
import time

import limpidd
from limpidd import PHOTO, status_of

# What a body holds of the memory of all bodies before anything of it has come.
FIRST_SHARE_BYTES = 65_536


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=limpidd.TIMEOUT_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class UnixSockets(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "limpidd.sock"

    def serve(self, **settings):
        return self.start(listen=f"unix:{self.path}", **settings)

    def ask(self, method="GET", url="/livez", body=None, headers=None):
        with contextlib.closing(UnixConnection(self.path)) as connection:
            connection.request(method, url, body, headers or {})
            return limpidd.Reply(connection.getresponse())

    def assert_unbound(self):
        status, _, err = limpidd.run(f"--listen=unix:{self.path}", f"--worker-program={limpidd.WORKER}", "--workers=1")
        self.assertEqual((status, err.split(": ")[0]), (5, "service.unbound"), err)

    def test_W4_owner_and_group_may_connect(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        service = self.serve()
        status = self.path.stat()
        self.assertTrue(stat.S_ISSOCK(status.st_mode))
        self.assertEqual(status.st_mode & 0o777, 0o660)
        self.assertEqual(self.ask("POST", "/v1/inspect", PHOTO).json()["format"], "jpeg")
        self.assertEqual(service.stop(), 0)
        self.assertFalse(self.path.exists())

    def test_W4_with_keys_everybody_needs_one(self):
        keys = self.folder / "keys"
        key = self.create_key(keys, "--scopes", "admin")
        self.serve(keys_file=keys)
        self.assertEqual(self.ask("POST", "/v1/inspect", PHOTO).status, 401)
        self.assertEqual(self.ask("POST", "/v1/inspect", PHOTO, {"x-api-key": key}).status, 200)

    def test_P8_a_proxy_at_the_socket_can_be_trusted(self):
        def client_of(service):
            reply = self.ask(headers={"X-Forwarded-For": "203.0.113.9"})
            return service.wait_for(lambda r: r.get("request_id") == reply.headers["X-Request-Id"])["client"]

        service = self.serve(max_connections_per_ip=1)
        self.assertEqual(client_of(service), "127.0.0.1")
        with contextlib.closing(UnixConnection(self.path)) as other:
            other.connect()
            self.assertEqual(self.ask().status, 200)
        service.stop()
        for trusted in ("loopback", "1"):
            service = self.serve(trust_proxy=trusted)
            self.assertEqual(client_of(service), "203.0.113.9")
            service.stop()

    def test_files_of_dead_and_of_running_services(self):
        service = self.serve()
        self.assert_unbound()
        self.assertEqual(self.ask().status, 200)
        service.process.kill()
        service.process.wait()
        self.assertTrue(self.path.exists())
        service = self.serve()
        self.assertEqual(self.ask().status, 200)
        # Another file that took the name meanwhile is not ours to remove.
        self.path.unlink()
        self.path.write_text("mine")
        self.assertEqual(service.stop(), 0)
        self.assertEqual(self.path.read_text(), "mine")
        self.assert_unbound()
        self.assertEqual(self.path.read_text(), "mine")

    def test_metrics_over_a_socket(self):
        service = self.start(metrics_listen=f"unix:{self.path}")
        service.wait_for(lambda record: record.get("event") == "listening_metrics")
        self.assertIn(b"limpid_connections", self.ask(url="/metrics").body)


def worker_of(service):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(service.process.pid)], capture_output=True, check=True)
    return int(listed.stdout.split()[0])


class Gauged(limpidd.TestCase):
    """Looks at the metrics of a service with metrics_listen."""

    def gauge(self, service, name):
        text = service.request("GET", "/metrics", port=service.metrics_port()).body.decode()
        return int(next(line.split()[1] for line in text.splitlines() if line.startswith(f"limpid_{name} ")))

    def wait_until(self, service, name, value):
        deadline = time.monotonic() + limpidd.TIMEOUT_S
        while self.gauge(service, name) != value:
            self.assertLess(time.monotonic(), deadline, name)
            time.sleep(0.05)


class Leaving(Gauged):
    def test_who_goes_away_takes_the_job_along(self):
        service = self.start(queue_length=1, job_timeout_s=600, metrics_listen="127.0.0.1:0")
        os.kill(worker_of(service), signal.SIGSTOP)
        request = b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(PHOTO) + PHOTO
        with service.connect() as working, service.connect() as waiting:
            working.sendall(request)
            self.wait_until(service, "workers_busy", 1)
            # Another request is behind it, as clients may send them: what has come does not hide the end.
            waiting.sendall(request + request)
            self.wait_until(service, "queue_depth", 1)
            waiting.close()
            self.wait_until(service, "queue_depth", 0)
            working.close()
            # The worker, which is still stopped, was killed and replaced.
            self.assertEqual(service.post("/v1/inspect").status, 200)
        self.assertEqual(self.gauge(service, "worker_deaths_total"), 0)
        service.stop()
        gone = [r for r in service.records if r.get("stream") == "access" and r.get("status") == 499]
        self.assertEqual([r["error_code"] for r in gone], ["run.cancelled"] * 2)

    def test_who_goes_away_while_sending_is_no_request_in_progress(self):
        service = self.start(metrics_listen="127.0.0.1:0")
        with service.connect() as connection:
            connection.sendall(b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
            self.wait_until(service, "requests_in_progress", 2)  # and the one that asks
        self.wait_until(service, "requests_in_progress", 1)


class Memory(Gauged):
    HEAD = b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\n"

    def test_bodies_together_are_bounded(self):
        service = self.start(max_body_bytes="1mb", max_body_memory_bytes="2mb", metrics_listen="127.0.0.1:0")
        size = 1_000_000
        with service.connect() as first, service.connect() as second:
            for connection in (first, second):
                connection.sendall(self.HEAD + b"Content-Length: %d\r\n\r\n" % size + bytes(size - 1))
            self.wait_until(service, "body_bytes", 2 * (size - 1))
            answer = service.raw(self.HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size + bytes(size))
            self.assertEqual(status_of(answer), 503, answer)
            self.assertIn(b"service.overloaded", answer)
            self.assertIn(b"Retry-After: 1", answer)
            chunks = b"%x\r\n%s\r\n" % (size, bytes(size)) + b"0\r\n\r\n"
            answer = service.raw(self.HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
            self.assertEqual(status_of(answer), 503, answer)
            self.assertIn(b"service.overloaded", answer)
            # Small ones and those without a body have their place.
            self.assertEqual(service.post("/v1/inspect").status, 200)
        self.wait_until(service, "body_bytes", 0)
        answer = service.raw(self.HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        self.assertEqual(status_of(answer), 415, answer)

    def test_who_announces_much_and_sends_little_takes_nobodys_room(self):
        service = self.start(max_body_bytes="1mb", max_body_memory_bytes="4mb", metrics_listen="127.0.0.1:0")
        size = 1_000_000
        with contextlib.ExitStack() as held:
            for _ in range(40):
                connection = held.enter_context(service.connect())
                connection.sendall(self.HEAD + b"Content-Length: %d\r\n\r\n" % size + bytes(1000))
            self.wait_until(service, "body_bytes", 40 * FIRST_SHARE_BYTES)
            answer = service.raw(self.HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size + bytes(size))
            self.assertEqual(status_of(answer), 415, answer)

    def test_one_body_must_fit(self):
        status, _, err = limpidd.run("--max-body-memory-bytes=1mb", "--max-body-bytes=2mb")
        self.assertEqual((status, err.split(": ")[0]), (2, "config.invalid_value"), err)

    def test_what_was_answered_is_held_no_more(self):
        service = self.start(max_body_bytes="1mb", max_body_memory_bytes="1mb")
        with service.connect() as idle:
            body = bytes(1_000_000)
            idle.sendall(self.HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.assertEqual(status_of(idle.recv(65536)), 415)
            self.assertEqual(service.post("/v1/inspect", body).status, 415)
