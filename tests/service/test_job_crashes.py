"""limpidd, a worker or the keeper is killed, and what was accepted is done all the same."""

import contextlib
import hashlib
import http.client
import os
import random
import signal
import subprocess
import threading
import time

import limpidd
from job_helpers import cli_enhance, ended_job, stopped_worker
from limpidd import PHOTO

# How often something is killed; LIMPID_CRASHES=200 is the long version.
CRASHES = int(os.environ.get("LIMPID_CRASHES", "5" if limpidd.SANITIZED else "20"))


class Crashes(limpidd.TestCase):
    """What was accepted is kept and done once, wherever limpidd is killed."""

    KINDS = 8

    def query(self, number):
        return f"?quality={40 + number % self.KINDS}"

    def submit_all(self, service, numbers):
        """Post what was not accepted until limpidd is gone."""
        for number in numbers:
            if number in self.accepted:
                continue
            try:
                reply = service.post("/v1/jobs" + self.query(number), Idempotency_Key=f"key-{number}")
            except (OSError, http.client.HTTPException):
                return
            self.assertIn(reply.status, (200, 202), reply.body)
            self.accepted[number] = reply.json()["id"]

    def kill(self, process, chance):
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.wait()

    def kill_a_child(self, service, chance):
        """A worker, or the keeper, or none."""
        name = chance.choice(("limpid-worker", "limpid-keeper", None))
        time.sleep(chance.uniform(0, 0.1))
        for pid in service.children(name)[:1] if name else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def test_nothing_is_lost_or_done_twice(self):
        seed = int(os.environ.get("LIMPID_SEED", time.time_ns() % 100000))
        chance = random.Random(seed)
        state = self.folder / "state"
        audit = self.folder / "audit"
        settings = {"state_dir": state, "max_jobs": 100000, "max_jobs_per_key": 100000, "job_attempts": 100,
                    "audit_file": audit}
        self.accepted = {}
        for crash in range(CRASHES):
            with self.subTest(seed=seed, crash=crash):
                if crash % 4 == 3:  # while it starts
                    flags = [f"--{name}={value}" for name, value in (limpidd.WIDE | settings).items()]
                    process = subprocess.Popen(
                        [limpidd.PROGRAM, "--listen=127.0.0.1:0", f"--worker-program={limpidd.WORKER}", *flags],
                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=limpidd.environment())
                    self.kill(process, chance)
                    continue
                service = limpidd.Service(**settings)
                poster = threading.Thread(target=self.submit_all, args=(service, range(crash * 4, crash * 4 + 12)))
                poster.start()
                self.kill_a_child(service, chance)
                self.kill(service.process, chance)
                poster.join()
                service.stop()
        self.assertGreater(len(self.accepted), 0)

        accepted = dict(self.accepted)
        started = time.monotonic()
        service = self.start(metrics_listen="127.0.0.1:0", **settings)
        self.assertLess(time.monotonic() - started, 10)
        numbers = range(CRASHES * 4 + 12)
        self.accepted = {}
        self.submit_all(service, numbers)  # clients that repeat what they are not sure of
        self.assertEqual({number: self.accepted[number] for number in accepted}, accepted)
        self.assertEqual(len(set(self.accepted.values())), len(numbers))
        expected = {kind: cli_enhance("--quality", str(40 + kind)) for kind in range(self.KINDS)}
        for number, name in self.accepted.items():
            ended = ended_job(service, f"/v1/jobs/{name}")
            self.assertEqual(ended["status"], "done", ended)
            self.assertEqual(service.request("GET", f"/v1/jobs/{name}/output").body, expected[number % self.KINDS])
        metrics = service.request("GET", "/metrics", port=service.metrics_port()).body.decode()
        self.assertIn(f'limpid_jobs{{status="done"}} {len(numbers)}\n', metrics)
        self.assertIn('limpid_jobs{status="queued"} 0\n', metrics)
        status, out, err = limpidd.run("audit", "verify", "--file", audit)
        self.assertEqual((status, out.split(":")[0]), (0, "ok"), err)
        # The outputs, and neither photos nor anything half-written.
        digests = {hashlib.sha256(output).hexdigest() for output in expected.values()}
        self.assertEqual({path.name for path in (state / "blobs").iterdir()}, digests)


class Heartbeats(limpidd.TestCase):
    def test_W14_a_quiet_stream_has_a_heartbeat_every_15_seconds(self):
        if CRASHES < 200:
            self.skipTest("takes 35 s: with LIMPID_CRASHES=200")
        service = self.start(state_dir=self.folder / "state", job_timeout_s=600)
        with stopped_worker(service), service.connect() as stream:
            path = service.post("/v1/jobs").headers["Location"]
            stream.settimeout(40)
            stream.sendall(f"GET {path}/events HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            received, times = b"", []
            while len(times) < 2:
                piece = stream.recv(4096)
                self.assertTrue(piece)
                received += piece
                if piece == b"3\r\n:\n\n\r\n":
                    times.append(time.monotonic())
            self.assertAlmostEqual(times[1] - times[0], 15, delta=2)
