"""Jobs that limpidd keeps on disk."""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import tempfile
import unittest

import limpidd
from job_helpers import cli_enhance, ended_job, events_of, job, stopped_worker, until
from limpidd import PHOTO


def padded_photo(comments=3):
    """A photo of 200 kB, or more, like no other: with comments (ITU-T T.81 section B.2.4.5) of chance."""
    padding = b"".join(b"\xff\xfe" + struct.pack(">H", 2 + 63_000) + os.urandom(63_000) for _ in range(comments))
    return PHOTO[:2] + padding + PHOTO[2:]


class OneService(limpidd.SharedService):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.state = pathlib.Path(folder.name, "state")
        cls.settings = {"state_dir": cls.state, "metrics_listen": "127.0.0.1:0"}
        super().setUpClass()

    def submit(self, query="", body=PHOTO, **headers):
        reply = self.service.post("/v1/jobs" + query, body, **headers)
        self.assertEqual(reply.status, 202, reply.body)
        return reply.headers["Location"]


class Lives(OneService):
    def test_a_job_makes_the_bytes_of_the_command_line(self):
        reply = self.service.post("/v1/jobs?format=webp&quality=80", Accept="application/json")
        self.assertEqual((reply.status, reply.headers["Retry-After"]), (202, "1"))
        path = reply.headers["Location"]
        self.assertEqual(reply.json()["links"]["self"], path)
        self.assertEqual(path, "/v1/jobs/" + reply.json()["id"])
        ended = ended_job(self.service, path)
        self.assertEqual((ended["status"], ended["attempts"]), ("done", 0), ended)
        expected = cli_enhance("--format", "webp", "--quality", "80")
        output = self.service.request("GET", ended["links"]["output"])
        self.assertEqual((output.status, output.headers["Content-Type"]), (200, "image/webp"))
        self.assertEqual(output.body, expected)
        self.assertEqual(ended["output"], {"bytes": len(expected), "media_type": "image/webp",
                                           "sha256": hashlib.sha256(expected).hexdigest()})
        digest = base64.b64encode(hashlib.sha256(expected).digest()).decode()
        self.assertEqual(output.headers["Repr-Digest"], f"sha-256=:{digest}:")
        again = self.service.request("GET", path + "/output", headers={"If-None-Match": output.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        head = self.service.request("HEAD", path + "/output")
        self.assertEqual((head.body, head.headers["Content-Length"]), (b"", str(len(expected))))

    def test_large_photos_are_jobs_like_small_ones(self):
        photo = padded_photo(comments=5)
        self.assertGreater(len(photo), 256 << 10)
        path = self.submit(body=photo, Idempotency_Key="large")
        self.assertEqual(self.service.post("/v1/jobs", photo, Idempotency_Key="large").headers["Location"], path)
        self.assert_problem(self.service.post("/v1/jobs", photo + b"x", Idempotency_Key="large"), 422, "idempotency.mismatch")
        self.assert_problem(self.service.post("/v1/jobs", photo + b"<script>"), 415, "upload.polyglot")
        self.assertEqual(ended_job(self.service, path)["status"], "done")

    def test_P27_the_end_of_a_job_is_logged_with_its_request(self):
        form = (b'--XyZ\r\nContent-Disposition: form-data; name="file"; filename="canary.jpg"\r\n\r\n' + PHOTO
                + b"\r\n--XyZ--\r\n")
        reply = self.service.post("/v1/jobs", form, Content_Type="multipart/form-data; boundary=XyZ")
        record = self.service.wait_for(lambda r: r.get("stream") == "jobs" and r["job"] == reply.json()["id"])
        self.assertEqual((record["status"], record["request_id"]), ("done", reply.headers["X-Request-Id"]))
        self.assertNotIn("canary", json.dumps(self.service.records))

    def test_the_same_key_is_the_same_job(self):
        path = self.submit(Idempotency_Key='"one"')
        reply = self.service.post("/v1/jobs", Idempotency_Key="one")
        self.assertIn(reply.status, (200, 202))
        self.assertEqual(reply.headers["Location"], path)
        self.assertEqual(ended_job(self.service, path)["status"], "done")
        reply = self.service.post("/v1/jobs", Idempotency_Key="one")
        self.assertEqual((reply.status, reply.headers["Location"]), (200, path))
        self.assert_problem(self.service.post("/v1/jobs?quality=50", Idempotency_Key="one"), 422, "idempotency.mismatch")
        self.assert_problem(self.service.post("/v1/jobs", Idempotency_Key="a b"), 400, "idempotency.malformed")
        two = {self.submit(), self.submit()}
        self.assertEqual(len(two), 2)
        for path in two:
            ended_job(self.service, path)

    def test_a_size_is_kept_with_the_job(self):
        path = self.submit("?width=40&height=40&fit=cover&format=png", Idempotency_Key="size")
        self.assertEqual(ended_job(self.service, path)["status"], "done")
        self.assertEqual(self.service.request("GET", path + "/output").body,
                         cli_enhance("--format", "png", "--resize", "40x40", "--fit", "fill"))
        reply = self.service.post("/v1/jobs?height=40&width=40&fit=cover&format=png", Idempotency_Key="size")
        self.assertEqual((reply.status, reply.headers["Location"]), (200, path))
        self.assert_problem(self.service.post("/v1/jobs?width=40&height=40&format=png", Idempotency_Key="size"), 422,
                            "idempotency.mismatch")
        path = self.submit("?width=1")
        self.assertEqual(ended_job(self.service, path)["error"]["code"], "resize.out_of_range")

    def test_what_is_wrong_at_once_is_no_job(self):
        for query in ("strength=2", "width=0", "fit=cover"):
            self.assert_problem(self.service.post("/v1/jobs?" + query), 400, "argument.invalid")
        self.assert_problem(self.service.post("/v1/jobs", b"GIF89a" + bytes(50)), 415, "upload.unsupported_type")
        for method, path in (("GET", ""), ("GET", "/output"), ("GET", "/events"), ("DELETE", "")):
            self.assert_problem(self.service.request(method, f"/v1/jobs/{'0' * 32}{path}"), 404, "job.not_found")

    def test_failed_jobs_say_why(self):
        path = self.submit(body=PHOTO[:-200])
        ended = ended_job(self.service, path)
        self.assertEqual((ended["status"], ended["error"]["code"]), ("failed", "image.truncated"))
        self.assertEqual(ended["attempts"], 0)
        self.assert_problem(self.service.request("GET", path + "/output"), 409, "job.no_output")

    def test_cancelling_and_forgetting(self):
        with stopped_worker(self.service):
            running, queued = self.submit(), self.submit()
            until(lambda: job(self.service, running)["status"] == "running")
            self.assert_problem(self.service.request("GET", running + "/output"), 409, "job.no_output")
            for path in (queued, running, running):
                self.assertEqual(self.service.request("DELETE", path).status, 204)
                self.assertEqual(job(self.service, path)["status"], "cancelled")
        path = self.submit()
        self.assertEqual(ended_job(self.service, path)["status"], "done")
        self.assertEqual(self.service.request("DELETE", path).status, 204)
        self.assert_problem(self.service.request("GET", path), 404, "job.not_found")
        self.assert_problem(self.service.request("DELETE", path), 404, "job.not_found")

    def test_W14_events_come_in_order_and_resume(self):
        with stopped_worker(self.service):
            path = self.submit()
            until(lambda: job(self.service, path)["status"] == "running")
            connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=limpidd.TIMEOUT_S)
            self.addCleanup(connection.close)
            connection.request("GET", path + "/events", headers={"Last-Event-ID": "nonsense"})
            response = connection.getresponse()
            self.assertEqual(response.headers["Content-Type"], "text/event-stream")
            self.assertEqual(response.headers["Transfer-Encoding"], "chunked")
        events = events_of(response.read())
        self.assertEqual([status for _, status in events], ["running", "done"])
        self.assertLess(events[0][0], events[1][0])
        missed = self.service.request("GET", path + "/events", headers={"Last-Event-ID": str(events[0][0])})
        self.assertEqual(events_of(missed.body), events[1:])
        seen = self.service.request("GET", path + "/events", headers={"Last-Event-ID": str(events[1][0])})
        self.assertEqual((seen.status, seen.body), (204, b""))
        old = self.service.raw(f"GET {path}/events HTTP/1.0\r\n\r\n".encode())
        self.assertNotIn(b"Transfer-Encoding", old)
        self.assertEqual(events_of(old.partition(b"\r\n\r\n")[2]), events[1:])
        self.assertEqual(self.service.request("HEAD", path + "/events").body, b"")

    def test_W14_abandoned_streams_are_freed(self):
        with stopped_worker(self.service):
            path = self.submit()
            for abruptly in (True, False):
                with self.subTest(abruptly=abruptly):
                    streams = [self.service.connect() for _ in range(15)]
                    for stream in streams:
                        stream.sendall(f"GET {path}/events HTTP/1.1\r\nHost: a\r\n\r\n".encode())
                        self.assertIn(b"200 OK", stream.recv(4096))
                    until(lambda: self.service.metric("limpid_job_event_streams") == 15)
                    for stream in streams:
                        if abruptly:
                            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        stream.close()
                    until(lambda: self.service.metric("limpid_job_event_streams") == 0)
                    until(lambda: self.service.metric("limpid_connections") <= 2)
            self.service.request("DELETE", path)

    def test_metrics_tell_of_jobs(self):
        ended_job(self.service, self.submit())
        self.assertGreaterEqual(self.service.metric('limpid_jobs{status="done"}'), 1)
        self.assertGreater(self.service.metric("limpid_job_store_seconds_count"), 3)


class Sources(unittest.TestCase):
    def test_W13_statements_are_literals(self):
        found = 0
        for path in (limpidd.ROOT / "native/service/jobs").glob("*.cpp"):
            text = path.read_text()
            self.assertNotRegex(text, r"sqlite3_(exec|get_table|\w*printf)", path)
            for argument in re.findall(r"\bdatabase_\.(?:prepare|run)\(\s*(.)", text):
                found += 1
                # A literal, a constant, or the loop over the constants that make the tables.
                self.assertIn(argument, '"kt', path)
        self.assertGreater(found, 10)


class Limits(limpidd.TestCase):
    def start(self, *arguments, **settings):
        return super().start(*arguments, **({"state_dir": self.folder / "state"} | settings))

    def test_without_a_folder_there_are_no_jobs(self):
        service = self.start(state_dir="")
        for reply in (service.post("/v1/jobs"), service.request("GET", "/v1/jobs/x"),
                      service.request("GET", "/v1/jobs/x/events")):
            self.assert_problem(reply, 404, "jobs.disabled")

    def test_P24_a_job_is_its_makers_alone(self):
        keys = self.folder / "keys"
        mine, other = (self.create_key(keys, "--scopes", "enhance:submit,enhance:read") for _ in range(2))
        reader = self.create_key(keys, "--scopes", "enhance:read")
        service = self.start(keys_file=keys)
        path = service.post("/v1/jobs", x_api_key=mine, Idempotency_Key="k").headers["Location"]
        until(lambda: job(service, path, **{"x-api-key": mine})["status"] == "done")
        for method, suffix in (("GET", ""), ("GET", "/output"), ("GET", "/events"), ("DELETE", "")):
            self.assert_problem(service.request(method, path + suffix, headers={"x-api-key": other}), 404, "job.not_found")
        # Keys of two principals are two keys.
        self.assertEqual(service.post("/v1/jobs?quality=10", x_api_key=other, Idempotency_Key="k").status, 202)
        for method, place in (("POST", "/v1/jobs"), ("DELETE", path)):
            reply = service.request(method, place, PHOTO if method == "POST" else None,
                                    {"x-api-key": reader, "Content-Type": "image/jpeg"})
            self.assert_problem(reply, 403, "apikey.not_permitted")
        self.assertEqual(service.request("GET", path + "/output", headers={"x-api-key": mine}).status, 200)

    def test_queues_and_streams_have_bounds(self):
        service = self.start(max_jobs=2, max_jobs_per_key=1, max_event_streams_per_key=1)
        with stopped_worker(service):
            path = service.post("/v1/jobs").headers["Location"]
            self.assert_problem(service.post("/v1/jobs"), 429, "jobs.too_many")
            with service.connect() as stream:
                stream.sendall(f"GET {path}/events HTTP/1.1\r\nHost: a\r\n\r\n".encode())
                self.assertIn(b"200 OK", stream.recv(4096))
                self.assert_problem(service.request("GET", path + "/events"), 429, "jobs.too_many_streams")
                # A stream does not keep the service from ending.
                service.signal(signal.SIGTERM)
                self.assertTrue(limpidd.read_all(stream).endswith(b"0\r\n\r\n"))
            self.assertEqual(service.stop(), 0)

    def test_old_jobs_are_forgotten(self):
        service = self.start(job_ttl_s=1)
        path = service.post("/v1/jobs").headers["Location"]
        until(lambda: service.request("GET", path).status == 404)
        service.wait_for(lambda r: r.get("stream") == "jobs" and r["status"] == "done")
        self.assertEqual(list((self.folder / "state/blobs").iterdir()), [])

    def test_a_dead_worker_costs_an_attempt(self):
        service = self.start(job_attempts=2)
        paths = []
        for _ in range(2):
            with stopped_worker(service) as pid:
                paths.append(service.post("/v1/jobs").headers["Location"])
                until(lambda: job(service, paths[-1])["status"] == "running")
                os.kill(pid, signal.SIGKILL)
            ended = ended_job(service, paths[-1])
            self.assertEqual((ended["status"], ended["attempts"]), ("done", 1), ended)
        service.stop()
        service = self.start(job_attempts=1)
        with stopped_worker(service) as pid:
            path = service.post("/v1/jobs").headers["Location"]
            until(lambda: job(service, path)["status"] == "running")
            os.kill(pid, signal.SIGKILL)
        ended = ended_job(service, path)
        self.assertEqual((ended["status"], ended["error"]["code"]), ("failed", "worker.died"))
        self.assertEqual(job(service, paths[0])["status"], "done")

    def test_a_full_disk_is_told_and_passes(self):
        service = self.start()
        kept = service.post("/v1/jobs", Idempotency_Key="kept").headers["Location"]
        ended_job(service, kept)
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        reply = service.post("/v1/jobs?quality=70", Idempotency_Key="k")
        self.assert_problem(reply, 503, "storage.full")
        self.assertNotIn(str(self.folder), reply.body.decode())
        self.assertIn("Retry-After", reply.headers)
        self.assert_problem(service.request("GET", "/readyz"), 503, "storage.full")
        self.assertEqual(job(service, kept)["status"], "done")
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        until(lambda: service.request("GET", "/readyz").status == 200)
        service.wait_for(lambda r: r.get("event") == "storage_recovered")
        path = service.post("/v1/jobs?quality=70", Idempotency_Key="k").headers["Location"]
        self.assertEqual(ended_job(service, path)["status"], "done")

    def test_a_disk_that_others_fill_works_again_when_there_is_room(self):
        disk = self.folder / "disk"
        disk.mkdir(mode=0o700)
        namespace = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=3m,mode=700 none "$0" && exec "$@"', disk]
        if os.geteuid() != 0:
            namespace.insert(1, "-r")
        if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no file system of a size of its own can be had here")
        service = self.start(prefix=namespace, state_dir=disk, job_timeout_s=600)
        paths = []
        with stopped_worker(service):
            while (reply := service.post("/v1/jobs", padded_photo())).status == 202:
                paths.append(reply.headers["Location"])
                self.assertLess(len(paths), 20)
            self.assert_problem(reply, 503, "storage.full")
            self.assert_problem(service.request("GET", "/readyz"), 503, "storage.full")
            for path in paths[2:]:
                self.assertEqual(service.request("DELETE", path).status, 204)
            until(lambda: service.request("GET", "/readyz").status == 200)
            paths[2:] = [service.post("/v1/jobs").headers["Location"]]
        for path in paths:
            self.assertEqual(ended_job(service, path)["status"], "done")

    def test_folders_that_cannot_be_used(self):
        service = self.start()
        status, _, err = limpidd.run("--listen=127.0.0.1:0", f"--worker-program={limpidd.WORKER}",
                                     f"--state-dir={self.folder / 'state'}")
        self.assertEqual((status, err.split(":")[0]), (5, "storage.in_use"))
        service.stop()
        (self.folder / "state").chmod(0o770)
        status, _, err = limpidd.run("--listen=127.0.0.1:0", f"--state-dir={self.folder / 'state'}")
        self.assertEqual((status, err.split(":")[0]), (4, "storage.exposed"))
