"""What clients get from limpidd, however they ask."""

import base64
import hashlib
import json
import os
import pathlib
import random
import re
import signal
import struct
import subprocess
import tempfile
import time
import zlib

import limpidd
from job_helpers import until
from limpidd import PHOTO, status_of

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-XSS-Protection": "0",
    "Referrer-Policy": "no-referrer",
}


def cli_enhance(photo, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        source, out = pathlib.Path(folder, "in"), pathlib.Path(folder, "out")
        source.write_bytes(photo)
        subprocess.run([limpidd.CLI, "enhance", source, "-o", out, "-q", *arguments], check=True,
                       timeout=limpidd.TIMEOUT_S)
        return out.read_bytes()


def form(**parts):
    body = b""
    for name, value in parts.items():
        file = name == "file"
        body += (f'--XyZ\r\nContent-Disposition: form-data; name="{name}"'
                 + ('; filename="a.jpg"\r\nContent-Type: image/jpeg' if file else "") + "\r\n\r\n").encode()
        body += (value if file else value.encode()) + b"\r\n"
    return body + b"--XyZ--\r\n"


def noise_png(width, height):
    """A picture that does not compress."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    chance = random.Random(width * height)
    rows = b"".join(b"\0" + chance.randbytes(3 * width) for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


FORM = "multipart/form-data; boundary=XyZ"


class Photos(limpidd.SharedService):
    def test_bytes_equal_the_command_lines(self):
        reply = self.service.post("/v1/enhance")
        self.assertEqual(reply.status, 200, reply.body[:300])
        self.assertEqual(reply.headers["Content-Type"], "image/jpeg")
        self.assertEqual(reply.body, cli_enhance(PHOTO, "--format", "jpeg"))
        reply = self.service.post("/v1/enhance?format=webp&preset=vivid&strength=0.5&quality=80")
        self.assertEqual(reply.headers["Content-Type"], "image/webp")
        self.assertEqual(reply.body, cli_enhance(PHOTO, "--format", "webp", "--preset", "vivid", "--strength", "0.5",
                                                 "--quality", "80"))

    def test_resized_bytes_equal_the_command_lines(self):
        # 420.jpg is larger than the first sizes and smaller than the last ones.
        for query, arguments in (("width=40", ("--resize", "40x")), ("height=30", ("--resize", "x30")),
                                 ("width=40&height=40", ("--resize", "40x40")),
                                 ("width=40&height=40&fit=cover", ("--resize", "40x40", "--fit", "fill")),
                                 ("width=40&height=40&fit=exact", ("--resize", "40x40", "--fit", "exact")),
                                 ("width=2000", ()), ("width=300&enlarge=true", ("--resize", "300x"))):
            with self.subTest(query):
                reply = self.service.post(f"/v1/enhance?format=png&preset=vivid&{query}")
                self.assertEqual(reply.status, 200, reply.body[:300])
                self.assertEqual(reply.body, cli_enhance(PHOTO, "--format", "png", "--preset", "vivid", *arguments))
        reply = self.service.post("/v1/enhance", form(file=PHOTO, width="40", height="40", fit="cover", format="png"),
                                  Content_Type=FORM)
        self.assertEqual(reply.body, cli_enhance(PHOTO, "--format", "png", "--resize", "40x40", "--fit", "fill"))
        self.assertEqual(struct.unpack(">II", reply.body[16:24]), (40, 40))

    def test_sizes_that_cannot_be_are_refused(self):
        for query in ("width=0", "width=-5", "width=65536", "width=NaN", "width=1e2", "height=", "fit=cover", "enlarge=true",
                      "width=40&fit=fill", "width=40&enlarge=1", "width=40&width=41"):
            with self.subTest(query):
                self.assert_problem(self.service.post("/v1/enhance?" + query), 400, "argument.invalid")
        self.assert_problem(self.service.post("/v1/enhance?width=1"), 422, "resize.out_of_range")
        self.assert_problem(self.service.post("/v1/enhance?width=65535&enlarge=true"), 413, "image.too_large")
        # No limit of the command line's is wider, and the next photo is served as ever.
        self.assert_problem(self.service.post("/v1/enhance?width=9000&height=9000&fit=exact&enlarge=true"), 413,
                            "image.too_large")
        self.assertEqual(self.service.post("/v1/enhance?width=40").status, 200)

    def test_forms_and_recipes(self):
        recipe = self.service.post("/v1/analyse").json()["recipe"]
        body = form(file=PHOTO, recipe=json.dumps(recipe), format="png")
        reply = self.service.post("/v1/enhance", body, Content_Type=FORM)
        self.assertEqual(reply.status, 200, reply.body[:300])
        self.assertEqual(reply.body, self.service.post("/v1/enhance?format=png").body)
        self.assert_problem(self.service.post("/v1/enhance", form(file=PHOTO, recipe="{"), Content_Type=FORM), 400,
                            "recipe.malformed")
        self.assert_problem(self.service.post("/v1/enhance", form(preset="vivid"), Content_Type=FORM), 400,
                            "upload.missing")

    def test_a_body_that_curl_declares_as_a_form_is_a_photo(self):
        reply = self.service.post("/v1/inspect", Content_Type="application/x-www-form-urlencoded")
        self.assertEqual(reply.json()["format"], "jpeg")

    def test_the_format_is_negotiated(self):
        reply = self.service.post("/v1/enhance", Accept="image/webp,*/*;q=0.5")
        self.assertEqual(reply.headers["Content-Type"], "image/webp")
        self.assertIn("Accept", reply.headers["Vary"])
        self.assert_problem(self.service.post("/v1/enhance", Accept="text/html"), 406, "http.not_acceptable")

    def test_tags_and_digests(self):
        reply = self.service.post("/v1/enhance")
        digest = base64.b64encode(hashlib.sha256(reply.body).digest()).decode()
        self.assertEqual(reply.headers["Repr-Digest"], f"sha-256=:{digest}:")
        tag = reply.headers["ETag"]
        again = self.service.post("/v1/enhance", If_None_Match=f'"x", {tag}')
        self.assertEqual((again.status, again.body, again.headers["ETag"]), (304, b"", tag))
        for query in ("quality=80", "width=40"):
            self.assertEqual(self.service.post("/v1/enhance?" + query, If_None_Match=tag).status, 200)

    def test_tags_and_digests_of_large_photos(self):
        # Large enough, in and out, to be hashed beside the thread that serves.
        photo = noise_png(480, 320)
        self.assertGreater(len(photo), 256 << 10)
        reply = self.service.post("/v1/enhance", photo, Content_Type="image/png")
        self.assertEqual(reply.status, 200, reply.body[:300])
        self.assertGreater(len(reply.body), 256 << 10)
        digest = base64.b64encode(hashlib.sha256(reply.body).digest()).decode()
        self.assertEqual(reply.headers["Repr-Digest"], f"sha-256=:{digest}:")
        self.assertEqual(reply.body, cli_enhance(photo, "--format", "png"))
        again = self.service.post("/v1/enhance", photo, Content_Type="image/png", If_None_Match=reply.headers["ETag"])
        self.assertEqual((again.status, again.body, again.headers["ETag"]), (304, b"", reply.headers["ETag"]))
        other = self.service.post("/v1/enhance", noise_png(480, 321), Content_Type="image/png",
                                  If_None_Match=reply.headers["ETag"])
        self.assertEqual(other.status, 200)

    def test_large_photos_are_looked_at_as_small_ones_are(self):
        photo = noise_png(480, 320)
        reply = self.service.post("/v1/enhance", form(file=photo, format="jpeg").replace(b"image/jpeg", b"image/png"),
                                  Content_Type=FORM)
        self.assertEqual(reply.body, cli_enhance(photo, "--format", "jpeg"))
        info = self.service.post("/v1/inspect", photo, Content_Type="image/png").json()
        self.assertEqual((info["format"], info["width_px"], info["height_px"]), ("png", 480, 320))
        self.assert_problem(self.service.post("/v1/inspect?x=1", photo, Content_Type="image/png"), 400, "argument.invalid")
        self.assert_problem(self.service.post("/v1/enhance?strength=2", photo, Content_Type="image/png"), 400,
                            "argument.invalid")
        for path in ("/v1/enhance", "/v1/analyse"):
            self.assert_problem(self.service.post(path, photo), 415, "upload.type_mismatch")
            self.assert_problem(self.service.post(path, photo + b"<script>", Content_Type="image/png"), 415, "upload.polyglot")

    def test_inspect_and_analyse(self):
        info = self.service.post("/v1/inspect").json()
        self.assertEqual((info["format"], info["chroma_subsampling"]), ("jpeg", "4:2:0"))
        analysed = self.service.post("/v1/analyse").json()
        self.assertEqual(sorted(analysed), ["analysis", "info", "recipe"])
        self.assert_problem(self.service.post("/v1/inspect?x=1"), 400, "argument.invalid")

    def test_damaged_photos_get_the_cores_errors(self):
        self.assert_problem(self.service.post("/v1/enhance", PHOTO[:-200]), 422, "image.truncated")
        self.assert_problem(self.service.post("/v1/enhance?strength=2"), 400, "argument.invalid")

    def test_V12_content_and_declaration_must_agree(self):
        for declared, body in (("image/png", PHOTO), ("application/pdf", PHOTO), ("image/jpeg", b"GIF89a" + bytes(50)),
                               ("image/svg+xml", b"<svg/>"), ("image/jpeg", b"%PDF-1.7 " + PHOTO),
                               ("image/jpeg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
                               ("image/jpeg", b"\x89HDF\r\n\x1a\n" + bytes(100))):
            with self.subTest(declared=declared, body=body[:8]):
                self.assertEqual(self.service.post("/v1/enhance", body, Content_Type=declared).status, 415)

    def test_descriptions(self):
        paths = self.service.request("GET", "/openapi.json").json()["paths"]
        self.assertIn("/v1/enhance", paths)
        for path in ("/livez", "/readyz", "/health"):
            self.assertEqual(self.service.request("GET", path).json()["status"], "ok")

    def test_I20_every_response_has_the_security_headers(self):
        for reply in (self.service.request("GET", "/livez"), self.service.request("GET", "/nothing"),
                      self.service.request("PUT", "/livez"), self.service.post("/v1/enhance", b"x"),
                      self.service.post("/v1/enhance"), self.service.post("/v1/enhance", b"")):
            for name, value in SECURITY_HEADERS.items():
                self.assertEqual(reply.headers[name], value, reply.status)
            self.assertNotIn("Strict-Transport-Security", reply.headers)
            self.assertNotIn("Server", reply.headers)

    def test_unknown_paths_and_methods(self):
        self.assert_problem(self.service.request("GET", "/"), 404, "http.not_found")
        self.assert_problem(self.service.request("GET", "/metrics"), 404, "http.not_found")
        reply = self.service.request("DELETE", "/v1/enhance")
        self.assert_problem(reply, 405, "http.method_not_allowed")
        self.assertEqual(reply.headers["Allow"], "POST")

    def test_traces_go_on(self):
        parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        reply = self.service.request("GET", "/livez", headers={"traceparent": parent})
        self.assertEqual(reply.headers["traceparent"].split("-")[1], parent.split("-")[1])
        record = self.service.wait_for(lambda r: r.get("request_id") == reply.headers["X-Request-Id"])
        self.assertEqual(record["trace_id"], parent.split("-")[1])
        self.assertEqual((record["path"], record["status"], record["client"]), ("/livez", 200, "127.0.0.1"))

    def test_P19_logs_hide_what_is_secret_by_name(self):
        reply = self.service.request("GET", "/nothing?token=canary-value&a=1", headers={"Authorization": "Bearer canary"})
        record = self.service.wait_for(lambda r: r.get("request_id") == reply.headers["X-Request-Id"])
        self.assertNotIn("canary", json.dumps(record))
        self.assertIn("a=1", record["query"])


class Connections(limpidd.SharedService):
    """HTTP on the wire."""

    def refused(self, request):
        answer = self.service.raw(request)
        self.assertTrue(answer.startswith(b"HTTP/1.1 "), answer)
        self.assertEqual(len(re.findall(rb"HTTP/1.1 \d", answer)), 1, "a second request was found in it")
        self.assertIn(b"Connection: close", answer)
        return status_of(answer)

    def test_smuggling_forms_get_one_400(self):
        hidden = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
        for fields in (b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 4\r\nContent-Length: 5\r\n",
                       b"Content-Length : 4\r\n", b"X: a\r\n b\r\n", b"X: a\nContent-Length: 4\r\n", b"X: a\rb\r\n",
                       b"Content-Length: +4\r\n", b"\tX: a\r\n", b"Host: b\r\n"):
            with self.subTest(fields):
                request = b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n0\r\n\r\n" + hidden
                self.assertEqual(self.refused(request), 400)
        for first in (b"GET / HTTP/1.1\nHost: a\n\n", b"GET /\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
                      b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"):
            with self.subTest(first):
                self.assertEqual(self.refused(first + hidden), 400)

    def test_broken_chunks_get_one_400(self):
        head = b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        for chunks in (b"zz\r\n\r\n", b"-1\r\n\r\n", b"4\r\nabcdX\r\n0\r\n\r\n", b"4\nabcd\r\n0\r\n\r\n", b"4 4\r\nabcd\r\n0\r\n\r\n",
                       b"+4\r\nabcd\r\n0\r\n\r\n", b"0x4\r\nabcd\r\n0\r\n\r\n",
                       b"FFFFFFFFFFFFFFFFF\r\n\r\n"):
            with self.subTest(chunks):
                self.assertEqual(self.refused(head + chunks), 400)

    def test_heads_beyond_the_limits_get_431(self):
        for fields in (b"X: " + b"a" * 9000 + b"\r\n", b"X: a\r\n" * 70, b"X: " + b"a" * 5000 + b"\r\n" + b"Y: " * 20000):
            with self.subTest(len(fields)):
                self.assertEqual(self.refused(b"GET /livez HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n"), 431)

    def test_requests_follow_each_other(self):
        one = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
        last = b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        self.assertEqual(self.service.raw(one * 3 + last).count(b"HTTP/1.1 200 OK"), 4)

    def test_photos_follow_each_other_in_chunks(self):
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(PHOTO[at:at + 999]), PHOTO[at:at + 999]) for at in range(0, len(PHOTO), 999))
        one = b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
        last = b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        self.assertEqual(self.service.raw(one * 2 + last).count(b"HTTP/1.1 200 OK"), 3)

    def test_old_clients_and_heads(self):
        answer = self.service.raw(b"GET /livez HTTP/1.0\r\n\r\n")
        self.assertEqual(status_of(answer), 200)
        answer = self.service.raw(b"HEAD /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        self.assertTrue(answer.endswith(b"\r\n\r\n"))
        self.assertRegex(answer, rb"Content-Length: [1-9]")

    def test_clients_that_wait_are_told_to_go_on(self):
        head = (b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
                b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n")
        with self.service.connect() as connection:
            connection.sendall(head % len(PHOTO))
            self.assertEqual(connection.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
            connection.sendall(PHOTO)
            self.assertEqual(status_of(limpidd.read_all(connection)), 200)
        with self.service.connect() as connection:
            connection.sendall(head % 52428801)
            self.assertEqual(status_of(limpidd.read_all(connection)), 413)

    def test_V13_missing_encoded_and_misplaced_bodies(self):
        self.assert_problem(self.service.post("/v1/enhance", b""), 400, "upload.missing")
        self.assert_problem(self.service.post("/v1/enhance", PHOTO, Content_Encoding="gzip"), 415, "http.unsupported_encoding")
        self.assert_problem(self.service.request("GET", "/livez", b"x"), 400, "http.malformed")


class Limits(limpidd.TestCase):
    def rss_bytes(self, service):
        status = pathlib.Path(f"/proc/{service.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def test_V13_bodies_beyond_the_limit_are_cut(self):
        service = self.start()
        before = self.rss_bytes(service)
        head = b"POST /v1/enhance HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\n"
        answer = service.raw(head + b"Content-Length: 52428801\r\n\r\n" + bytes(100_000))
        self.assertEqual(status_of(answer), 413)
        self.assertIn(b"upload.too_large", answer)
        if not limpidd.SANITIZED:  # which keeps what was freed
            self.assertLess(self.rss_bytes(service) - before, 1 << 20)
        self.assertEqual(status_of(service.raw(head + b"Content-Length: 9223372036854775807\r\n\r\n")), 413)

        small = self.start(max_body_bytes=100_000)
        for size, status in ((100_000, 415), (100_001, 413), (900_000, 413)):
            with self.subTest(size):
                body = b"%x\r\n" % size + bytes(size) + b"\r\n0\r\n\r\n"
                answer = small.raw(head + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
                self.assertEqual(status_of(answer), status, answer)

    def test_F7_slow_and_idle_connections_end(self):
        service = self.start(header_timeout_s=1, body_timeout_s=1, idle_timeout_s=1)
        started = time.monotonic()
        with service.connect() as silent, service.connect() as slow, service.connect() as idle, service.connect() as half:
            idle.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
            half.sendall(b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
            slow.sendall(b"GET /livez HT")
            time.sleep(0.6)
            slow.sendall(b"T")
            self.assertEqual(limpidd.read_all(silent), b"")
            self.assertEqual(status_of(limpidd.read_all(slow)), 408)
            self.assertEqual(status_of(limpidd.read_all(half)), 408)
            self.assertEqual(limpidd.read_all(idle).count(b"HTTP/1.1"), 1)
        self.assertLess(time.monotonic() - started, 10)

    def test_F6_connections_are_counted(self):
        service = self.start(max_connections_per_ip=3)
        held = [service.connect() for _ in range(3)]
        answer = service.raw(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertEqual(status_of(answer), 503)
        self.assertIn(b"service.too_many_connections", answer)
        self.assertIn(b"Retry-After", answer)
        for connection in held:
            connection.close()
        deadline = time.monotonic() + 10
        while service.request("GET", "/livez").status != 200:
            self.assertLess(time.monotonic(), deadline)

    def test_a_full_queue_is_told_at_once(self):
        # One photo is worked on while the worker is stopped, one waits: the third finds no place.
        service = self.start(queue_length=1, job_timeout_s=60, metrics_listen="127.0.0.1:0")
        worker = subprocess.run(["ps", "-o", "pid=", "--ppid", str(service.process.pid)], capture_output=True, check=True)
        os.kill(int(worker.stdout.split()[0]), signal.SIGSTOP)
        request = b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(PHOTO) + PHOTO
        waiting = [service.connect() for _ in range(2)]
        for connection, place in zip(waiting, ("limpid_workers_busy", "limpid_queue_depth")):
            connection.sendall(request)
            until(lambda place=place: service.metric(place) == 1)
        started = time.monotonic()
        reply = service.post("/v1/inspect")
        self.assert_problem(reply, 503, "service.busy")
        self.assertEqual(reply.headers["Retry-After"], "1")
        self.assertLess(time.monotonic() - started, 5)
        self.assert_problem(service.post("/v1/enhance"), 503, "service.busy")
        self.assert_problem(service.post("/v1/enhance", If_None_Match='"x"'), 503, "service.busy")
        os.kill(int(worker.stdout.split()[0]), signal.SIGCONT)
        for connection in waiting:
            self.assertEqual(status_of(connection.recv(65536)), 200)
            connection.close()

    def test_a_dead_worker_costs_its_request(self):
        service = self.start(metrics_listen="127.0.0.1:0")
        worker = subprocess.run(["ps", "-o", "pid=", "--ppid", str(service.process.pid)], capture_output=True, check=True)
        pid = int(worker.stdout.split()[0])
        os.kill(pid, signal.SIGSTOP)
        with service.connect() as connection:
            connection.sendall(b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(PHOTO) + PHOTO)
            until(lambda: service.metric("limpid_workers_busy") == 1)
            os.kill(pid, signal.SIGKILL)
            answer = connection.recv(65536)
        self.assertEqual(status_of(answer), 422)
        self.assertIn(b"worker.died", answer)
        self.assertEqual(service.post("/v1/inspect").status, 200)
        metrics = service.request("GET", "/metrics", port=service.metrics_port()).body.decode()
        self.assertIn("limpid_worker_deaths_total 1\n", metrics)

    def test_P21_metrics_have_a_listener_of_their_own(self):
        service = self.start(metrics_listen="127.0.0.1:0")
        service.request("GET", "/nothing")
        reply = service.request("GET", "/metrics", port=service.metrics_port())
        self.assertIn('limpid_errors_total{code="http.not_found"} 1\n', reply.body.decode())
        self.assertIn('limpid_requests_total{route="none",status="404"} 1\n', reply.body.decode())
        self.assertEqual(service.request("GET", "/livez", port=service.metrics_port()).status, 404)

    def test_stopping_answers_what_is_in_progress(self):
        service = self.start(metrics_listen="127.0.0.1:0")
        with service.connect() as idle, service.connect() as busy:
            busy.sendall(b"POST /v1/enhance HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(PHOTO) + PHOTO[:-1])
            until(lambda: service.metric("limpid_body_bytes") > 0)
            service.signal(signal.SIGTERM)
            service.wait_for(lambda r: r.get("event") == "stopping")
            self.assertEqual(limpidd.read_all(idle), b"")
            with self.assertRaises(OSError):
                service.connect()
            busy.sendall(PHOTO[-1:])
            answer = limpidd.read_all(busy)
            self.assertEqual(status_of(answer), 200)
            self.assertIn(b"Connection: close", answer)
        # A second SIGTERM could find it with its handlers gone already.
        self.assertEqual(service.process.wait(limpidd.TIMEOUT_S), 0)
