"""The keeper: what it holds, what the front does not hold, and what becomes of requests when it ends."""

import base64
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import threading
import time
import unittest

import limpidd
from job_helpers import until
from limpidd import CLI, PHOTO, TIMEOUT_S
from test_access import token

# Put together at run time, so that no program and no test holds them in one piece.
JWT_SECRET = "".join(chr(97 + (i * 7) % 26) + str(i % 10) for i in range(20))
AUDIT_KEY = "".join(chr(65 + (i * 11) % 26) + str((i * 3) % 10) for i in range(20))
# How often something is killed; LIMPID_CRASHES=200 is the long version.
KILLS = int(os.environ.get("LIMPID_CRASHES", "4" if limpidd.SANITIZED else "10"))


def memory_holds(pid, text):
    """How often a process has it in its memory, and how many bytes were looked at."""
    found = looked = 0
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            begin, end = (int(part, 16) for part in line.split()[0].split("-"))
            with contextlib.suppress(OSError, ValueError, OverflowError):
                memory.seek(begin)
                piece = memory.read(min(end - begin, 64 << 20))
                found += piece.count(text.encode())
                looked += len(piece)
    return found, looked


class TestCase(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        self.log = self.folder / "audit.jsonl"

    def audited(self, *arguments, **env):
        status, out, err = limpidd.run("audit", *arguments, "--file", self.log, env=env)
        self.assertEqual(status, 0, err)
        return out

    def bearer(self, **claims):
        return {"Authorization": f"Bearer {token(secret=JWT_SECRET, **claims)}"}


class Secrets(TestCase):
    @unittest.skipIf(os.geteuid() != 0, "only root may look into what is not dumpable")
    @unittest.skipIf(limpidd.SANITIZED, "the memory of sanitisers is too large to be searched")
    def test_V24_the_front_never_has_them(self):
        key = self.file("audit-key", AUDIT_KEY + "\n")
        service = self.start(f"--audit-key=file:{key}", env={"LIMPID_JWT_SECRET": JWT_SECRET}, audit_file=self.log,
                             jwt_issuer="i", jwt_audience="a")
        self.assertEqual(service.post("/v1/inspect", **self.bearer()).status, 200)
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("event") == "reloaded")
        self.assertEqual(service.post("/v1/inspect", **self.bearer()).status, 200)
        for secret in (JWT_SECRET, AUDIT_KEY):
            found, looked = memory_holds(service.process.pid, secret)
            self.assertEqual(found, 0)
            self.assertGreater(looked, 1 << 20)
            self.assertGreater(memory_holds(service.keeper(), secret)[0], 0, "the search finds nothing")
        for name in ("environ", "cmdline"):
            for pid in (service.process.pid, service.keeper()):
                text = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                self.assertNotIn(JWT_SECRET.encode(), text)
                self.assertNotIn(AUDIT_KEY.encode(), text)
        self.assertEqual(pathlib.Path(f"/proc/{service.keeper()}/environ").read_bytes(), b"")

    @unittest.skipIf(os.geteuid() != 0, "only root may look into what is not dumpable")
    @unittest.skipIf(limpidd.SANITIZED, "where it has no filter")
    def test_V24_the_keeper_is_confined(self):
        service = self.start(audit_file=self.log)
        status = pathlib.Path(f"/proc/{service.keeper()}/status").read_text()
        for line in ("NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000"):
            self.assertIn(line, status)
        kinds = [os.readlink(entry).split(":")[0] for entry in pathlib.Path(f"/proc/{service.keeper()}/fd").iterdir()]
        self.assertEqual(kinds.count("socket"), 1)

    def test_V24_without_anything_to_keep_there_is_no_keeper(self):
        service = self.start()
        self.assertEqual(service.post("/v1/inspect").status, 200)
        self.assertIsNone(service.keeper())
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("event") == "reloaded")
        self.assertIsNone(service.keeper())
        self.assertEqual(service.request("GET", "/readyz").status, 200)

    def test_V6_secrets_come_over_descriptors_too(self):
        reader, writer = os.pipe()
        os.write(writer, JWT_SECRET.encode())
        os.close(writer)
        self.addCleanup(os.close, reader)
        script = 'exec 9<&"$0"; exec "$@"'
        os.set_inheritable(reader, True)
        process = subprocess.Popen(
            ["bash", "-c", script, str(reader), limpidd.PROGRAM, "--listen=127.0.0.1:0",
             f"--worker-program={limpidd.WORKER}", "--workers=1", "--jwt-secret=fd:9", "--jwt-issuer=i",
             "--jwt-audience=a"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=limpidd.environment(),
            pass_fds=(reader,))
        with process:
            line = json.loads(process.stderr.readline())
            process.terminate()
            process.stderr.read()
        self.assertEqual(line["event"], "listening", line)

    def test_V8_what_is_wrong_with_a_secret_keeps_it_from_starting(self):
        exposed = self.file("exposed", JWT_SECRET, 0o644)
        for arguments, status, code in (
                ([f"--jwt-secret=file:{exposed}"], 4, "secret.exposed"),
                (["--jwt-secret=file:/nowhere"], None, "secret.not_found"),
                (["--jwt-secret=fd:77"], None, "secret.not_found"),
                (["--keeper-program=/nowhere"], None, "keeper.unavailable"),
                ([f"--keeper-program={limpidd.WORKER}"], None, "keeper.unavailable")):
            ran, _, err = limpidd.run("--listen=127.0.0.1:0", "--jwt-issuer=i", "--jwt-audience=a", *arguments)
            self.assertIn(code, err)
            self.assertNotEqual(ran, 0)
            if status:
                self.assertEqual(ran, status, err)

    def test_V11_a_secret_is_replaced_without_a_failed_request(self):
        path = self.file("jwt", JWT_SECRET)
        service = self.start(f"--jwt-secret=file:{path}", jwt_issuer="i", jwt_audience="a", audit_file=self.log)
        old, new = self.bearer(), {"Authorization": f"Bearer {token(secret=AUDIT_KEY)}"}
        self.assertEqual(service.post("/v1/inspect", **old).status, 200)
        self.assertEqual(service.post("/v1/inspect", **new).status, 401)
        statuses, done = set(), threading.Event()

        def ask():
            while not done.is_set():
                statuses.add(service.request("GET", "/openapi.json", headers=old).status)
                statuses.add(service.request("GET", "/livez").status)

        asking = threading.Thread(target=ask)
        asking.start()
        path.write_text("x")
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: str(r.get("error_code", "")).startswith("secret."))
        path.write_text(JWT_SECRET)
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("event") == "reloaded")
        done.set()
        asking.join()
        self.assertEqual(statuses, {200})
        path.write_text(AUDIT_KEY)
        service.signal(signal.SIGHUP)
        until(lambda: service.post("/v1/inspect", **new).status == 200)
        self.assertEqual(service.post("/v1/inspect", **old).status, 401)
        service.stop()
        self.assertEqual(self.audited("verify").split(":")[0], "ok")


    def test_F21_another_audit_key_is_refused_and_the_old_one_stays(self):
        key = self.file("audit-key", AUDIT_KEY)
        service = self.start(f"--audit-key=file:{key}", audit_file=self.log, audit_required="true")
        key.write_text(JWT_SECRET)
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("error_code") == "audit.broken")
        self.assertEqual(service.request("GET", "/readyz").status, 200)
        service.stop()
        events = [json.loads(line)["event"] for line in self.log.read_text().splitlines()]
        self.assertEqual(events[-2:], ["settings.refused", "service.stopping"])
        self.audited("verify", LIMPID_AUDIT_KEY=AUDIT_KEY)


class Ends(TestCase):
    # Two askers stay below the thousand clients whose events are on record in a minute.
    PAUSE_S = 0.15

    def start_it(self, **settings):
        secret = self.file("jwt", JWT_SECRET)
        return self.start(f"--jwt-secret=file:{secret}", jwt_issuer="i", jwt_audience="a", audit_file=self.log,
                          audit_required="true", metrics_listen="127.0.0.1:0", **settings)

    def ask(self, service, answered):
        """Ask with tokens of which each is new, so that each is verified and put on record."""
        while not self.enough.is_set():
            with self.lock:
                self.subjects += 1
                subject = f"s{self.subjects}"
            reply = service.request("GET", "/openapi.json", headers=self.bearer(sub=subject))
            answered.append((reply.status, subject, reply.body[:200]))
            time.sleep(self.PAUSE_S)

    def replace_keeper(self, service):
        """Kill the keeper and wait for the next one: the service is ready until it sees that this one is gone."""
        pid = until(service.keeper)
        os.kill(pid, signal.SIGKILL)
        until(lambda: service.keeper() not in (None, pid) and service.request("GET", "/readyz").status == 200)

    def test_killed_under_load_nothing_is_lost_and_nothing_doubled(self):
        service = self.start_it()
        self.enough, self.lock, self.subjects, answered = threading.Event(), threading.Lock(), 0, []
        askers = [threading.Thread(target=self.ask, args=(service, answered)) for _ in range(2)]
        for asker in askers:
            asker.start()
        for _ in range(KILLS):
            before = len(answered)
            until(lambda before=before: len(answered) > before + 5)
            self.replace_keeper(service)
        self.enough.set()
        for asker in askers:
            asker.join()
        self.assertEqual(service.stop(), 0)

        self.assertEqual(self.audited("verify").split(":")[0], "ok")
        self.assertEqual({status for status, _, _ in answered} - {200, 503}, set())
        for status, _, body in answered:
            if status == 503:
                self.assertIn(b"keeper.unavailable", body)
        accepted = [record["principal"]
                    for record in map(json.loads, self.audited("query", "--event", "auth.accepted").splitlines())]
        self.assertEqual(len(accepted), len(set(accepted)), "a record is doubled")
        served = {f"jwt:{subject}" for status, subject, _ in answered if status == 200}
        self.assertGreater(len(served), KILLS)
        self.assertEqual(served - set(accepted), set(), "a record is missing")
        restarted = [json.loads(line) for line in self.audited("query", "--event", "keeper.restarted").splitlines()]
        self.assertGreaterEqual(sum(int(record["details"]["count"]) for record in restarted), KILLS)

    def test_it_is_ready_again_within_a_second(self):
        service = self.start_it()
        took = []
        for _ in range(5):
            started = time.monotonic()
            self.replace_keeper(service)
            took.append(time.monotonic() - started)
        # The quickest of five: a machine that is busy otherwise starts no program in a second.
        self.assertLess(min(took), 1, took)
        self.assertEqual(service.request("GET", "/openapi.json", headers=self.bearer()).status, 200)

    def test_one_that_hangs_is_replaced_and_answers_are_refused_meanwhile(self):
        service = self.start_it()
        pid = service.keeper()
        os.kill(pid, signal.SIGSTOP)
        started = time.monotonic()
        self.assert_problem(service.request("GET", "/openapi.json", headers=self.bearer()), 503, "keeper.unavailable")
        self.assertLess(time.monotonic() - started, 10)
        self.assert_problem(service.request("GET", "/readyz"), 503, "keeper.unavailable")
        self.assertEqual(service.request("GET", "/livez").status, 200)
        os.kill(pid, signal.SIGCONT)
        until(lambda: service.request("GET", "/readyz").status == 200)
        self.assertEqual(service.request("GET", "/openapi.json", headers=self.bearer()).status, 200)
        self.assertEqual(service.keeper(), pid)

    def test_what_it_owes_is_on_record_before_the_service_ends(self):
        service = self.start_it()
        pid = service.keeper()
        os.kill(pid, signal.SIGSTOP)
        self.assert_problem(service.request("GET", "/openapi.json", headers=self.bearer()), 503, "keeper.unavailable")
        service.signal(signal.SIGTERM)
        service.wait_for(lambda r: r.get("event") == "stopping")
        os.kill(pid, signal.SIGCONT)
        self.assertEqual(service.process.wait(TIMEOUT_S), 0)
        events = [json.loads(line)["event"] for line in self.log.read_text().splitlines()]
        self.assertEqual(events[-1], "service.stopping")
        self.assertEqual(self.audited("verify").split(":")[0], "ok")

    def test_it_ends_with_the_front(self):
        service = self.start_it()
        pid = service.keeper()
        service.process.kill()
        service.process.wait()
        until(lambda: not pathlib.Path(f"/proc/{pid}").exists() or
              "State:\tZ" in pathlib.Path(f"/proc/{pid}/status").read_text())


class Receipts(TestCase):
    def keys(self):
        subprocess.run([CLI, "keygen", "-o", self.folder / "site.key"], check=True, capture_output=True, timeout=TIMEOUT_S)
        return self.folder / "site.key", self.folder / "site.pub"

    def test_B2_a_receipt_is_a_signed_manifest(self):
        secret, public = self.keys()
        service = self.start(f"--signing-key=file:{secret}")
        self.assertNotIn("Limpid-Receipt", service.post("/v1/enhance").headers)
        reply = service.post("/v1/enhance?receipt=true&quality=70")
        self.assertEqual(reply.status, 200, reply.body)
        text = reply.headers["Limpid-Receipt"]
        document = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        receipt, source, output = self.folder / "receipt.json", self.folder / "in.jpg", self.folder / "out.jpg"
        receipt.write_bytes(document)
        source.write_bytes(PHOTO)
        output.write_bytes(reply.body)
        self.assertEqual(self.verified(source, output, receipt, public), 0)
        output.write_bytes(reply.body + b"x")
        self.assertNotEqual(self.verified(source, output, receipt, public), 0)
        self.assert_problem(service.post("/v1/enhance?receipt=yes"), 400, "argument.invalid")

    def verified(self, source, output, receipt, public):
        ran = subprocess.run([CLI, "verify", receipt, "--as", "manifest", "--original", source, "--result", output,
                              "--trusted-key", public], capture_output=True, timeout=TIMEOUT_S, check=False)
        return ran.returncode

    def test_B2_without_a_key_there_are_none(self):
        service = self.start()
        self.assert_problem(service.post("/v1/enhance?receipt=true"), 400, "argument.invalid")
