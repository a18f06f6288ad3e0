"""What limpidd puts on record, how it is shut, and whom it lets in."""

import datetime
import json
import re
import resource
import signal
import time
import unittest

import limpidd
from limpidd import TIMEOUT_S

KEY = "xJ4v9Qm2Lr8Zt6Wc1Ny5Hb3Kd7Pf0GsAu"


class TestCase(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        self.log = self.folder / "audit.jsonl"

    def audit(self, command, *arguments, status=0, env=None):
        """Run `limpidd audit`. @return what it prints"""
        ran, out, err = limpidd.run("audit", command, "--file", self.log, *arguments, env=env)
        self.assertEqual(ran, status, err)
        return out if status == 0 else err

    def records(self, *arguments):
        return [json.loads(line) for line in self.audit("query", *arguments).splitlines()]

    def events(self):
        return [record["event"] for record in self.records()]

    def eventually(self, holds):
        """Wait until `holds()` gives something true, and give it."""
        deadline = time.monotonic() + TIMEOUT_S
        while not (found := holds()):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        return found

    def recorded(self, event):
        return self.eventually(lambda: self.records("--event", event))


class Records(TestCase):
    def test_I19_what_happens_is_on_record(self):
        keys = self.folder / "keys"
        key = self.create_key(keys, "--scopes", "enhance:read")
        config = self.file("limpid.toml", "rate_limit_ip = 1000\n")
        service = self.start("--config", config, keys_file=keys, audit_file=self.log, block_failures=3, rate_limit_ip=100)
        self.assertEqual(service.post("/v1/inspect", x_api_key=key).status, 200)
        self.assertEqual(service.post("/v1/enhance", x_api_key=key).status, 403)
        second = self.create_key(keys, "--scopes", "admin")
        second_id = second.split("_")[1]
        self.assertEqual(self.recorded("keys.created")[0]["details"], {"key_id": second_id})
        limpidd.run("keys", "revoke", "--file", keys, "--id", second_id)
        self.assertEqual(self.recorded("keys.revoked")[0]["details"], {"key_id": second_id})
        config.write_text("rate_limit_key = 7\n")
        service.signal(signal.SIGHUP)
        self.assertEqual(self.recorded("settings.reloaded")[0]["details"], {"changed": "rate_limit_key"})
        config.write_text("content_security_policy = \"default-src self\"\n")
        service.signal(signal.SIGHUP)
        self.assertEqual(self.recorded("settings.refused")[0]["details"], {"reason": "policy.unsafe"})
        failed = service.post("/v1/inspect", x_api_key=second)
        for _ in range(3):
            service.post("/v1/inspect", x_api_key="lmp_x")
        self.assertEqual(service.stop(), 0)

        self.assertEqual(self.audit("verify").split(":")[0], "ok")
        events = self.events()
        self.assertEqual(events[:2], ["log.opened", "service.started"])
        self.assertEqual(events[-1], "service.stopping")
        for event in ("auth.accepted", "auth.denied", "auth.failed", "client.blocked"):
            self.assertIn(event, events)
        # What a response and a log line are joined by joins the record too.
        (record,) = self.records("--request-id", failed.headers["X-Request-Id"])
        self.assertEqual((record["event"], record["client"]), ("auth.failed", "127.0.0.1"))
        self.assertEqual(record["details"], {"reason": "apikey.revoked"})
        (denied,) = self.records("--event", "auth.denied", "--principal", key.split("_")[1])
        self.assertEqual(denied["details"], {"path": "/v1/enhance"})
        text = self.log.read_text()
        for secret in (key, second, key.split("_", 2)[2][:20], "lmp_x"):
            self.assertNotIn(secret, text)

    def test_I19_records_survive_a_kill(self):
        keys = self.folder / "keys"
        self.create_key(keys, "--scopes", "admin")
        service = self.start(keys_file=keys, audit_file=self.log)
        answered = [service.post("/v1/inspect", b"", x_api_key="lmp_x").headers["X-Request-Id"] for _ in range(8)]
        service.process.kill()
        service.process.wait()
        self.assertEqual(self.audit("verify").split(":")[0], "ok")
        # What was answered is on record.
        self.assertEqual([record["request_id"] for record in self.records("--event", "auth.failed")], answered)
        with self.log.open("a") as log:
            log.write('{"chain":"00')  # as a crash of the machine leaves it
        self.start(audit_file=self.log).stop()
        self.assertIn("crashes left 1 unfinished lines", self.audit("verify"))
        self.assertEqual([event for event in self.events() if event != "auth.failed"],
                         ["log.opened", "service.started", "log.recovered", "service.started", "service.stopping"])

    def test_I19_a_changed_log_is_told_and_not_written_to(self):
        self.start(audit_file=self.log).stop()
        good = self.log.read_text()
        self.log.write_text(good.replace("service.started", "service.stirred"))
        self.assertRegex(self.audit("verify", status=4), r"audit\.broken: .*audit\.jsonl line 2: record 2 was changed")
        status, _, err = limpidd.run("--listen=127.0.0.1:0", "--audit-file", self.log)
        self.assertEqual(status, 4, err)
        self.assertIn("audit.broken", err)
        self.log.write_text("".join(good.splitlines(keepends=True)[:-1]))
        self.assertIn("but record 3 was written", self.audit("verify", status=4))

    def test_I19_a_key_is_needed_where_one_was_used(self):
        path = self.file("key", KEY)
        self.start(f"--audit-key=file:{path}", audit_file=self.log).stop()
        self.assertIn("chained with a key", self.audit("verify", "--key", f"file:{path}"))
        self.audit("verify", env={"LIMPID_AUDIT_KEY": KEY})
        self.audit("verify", status=4)
        other = self.file("other", KEY[::-1])
        self.audit("verify", "--key", f"file:{other}", status=4)
        self.audit("verify", "--key", KEY, status=2)

    def test_F21_exports_carry_their_proof(self):
        self.start(audit_file=self.log).stop()
        exported = json.loads(self.audit("export", "--event", "service.started"))
        (record,) = exported["records"]
        proof = exported["proof"]
        last = json.loads(self.log.read_text().splitlines()[-1])
        self.assertEqual(proof["last_chain"], last["chain"])
        self.assertEqual((proof["first_seq"], proof["last_seq"], proof["head_seq"]), (1, 3, 3))
        self.assertIn(record, self.records("--since", record["time"]))
        self.assertEqual(self.records("--since", "2999-01-01"), [])
        self.assertEqual(self.records("--until", "2000-01-01T00:00:00Z"), [])
        for wrong in (("--since", "yesterday"), ("--since", "2026-1-1"), ("--what", "x"), ("--since",)):
            self.audit("query", *wrong, status=2)
        self.assertEqual(limpidd.run("audit")[0], 2)
        self.assertEqual(limpidd.run("audit", "verify")[0], 2)
        self.assertEqual(limpidd.run("audit", "verify", "--file", self.folder / "none")[0], 5)

    def test_P18_the_log_is_for_owner_and_group(self):
        self.start(audit_file=self.log)
        self.assertEqual(self.log.stat().st_mode & 0o777, 0o640)

    def test_P28_a_full_disk_is_told_and_passes(self):
        for required in (True, False):
            with self.subTest(required=required):
                self.log = self.folder / f"audit-{required}"
                keys = self.folder / f"keys-{required}"
                key = self.create_key(keys, "--scopes", "admin")
                service = self.start("--metrics-listen=127.0.0.1:0", keys_file=keys, audit_file=self.log,
                                     audit_required=str(required).lower())
                ready = lambda: service.request("GET", "/readyz")
                described = lambda: service.request("GET", "/openapi.json", headers={"x-api-key": key})
                # It listens before that is on record.
                self.eventually(lambda: "service.started" in self.events())
                _, hard = resource.prlimit(service.keeper(), resource.RLIMIT_FSIZE)
                full = self.log.stat().st_size + 10
                resource.prlimit(service.keeper(), resource.RLIMIT_FSIZE, (full, hard))
                reply = described()  # its record has no room
                if required:
                    self.assert_problem(reply, 503, "audit.unavailable")
                    self.assert_problem(ready(), 503, "audit.unavailable")
                else:
                    self.assertEqual(reply.status, 200)
                    self.assertEqual(ready().json()["status"], "degraded")
                service.wait_for(lambda r: r.get("error_code") == "io.unwritable")
                metrics = service.request("GET", "/metrics", port=service.metrics_port()).body.decode()
                self.assertIn("\nlimpid_audit_failing 1\n", metrics)
                self.assertIn("\nlimpid_audit_failures_total 1\n", metrics)
                resource.prlimit(service.keeper(), resource.RLIMIT_FSIZE, (hard, hard))
                self.eventually(lambda: ready().status == 200 and ready().json()["status"] == "ok")
                self.assertEqual(described().status, 200)
                service.stop()
                self.assertIn("audit.resumed", self.events())


class Lockdown(TestCase):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "lockdown"

    def lockdown(self, *arguments, status=0):
        ran, out, err = limpidd.run("lockdown", *arguments, "--file", self.path)
        self.assertEqual(ran, status, err)
        return out

    def test_W18_F21_deny_shuts_everything_but_the_probes(self):
        service = self.start("--metrics-listen=127.0.0.1:0", lockdown_file=self.path, audit_file=self.log)
        self.assertEqual(service.post("/v1/enhance").status, 200)
        self.lockdown("on", "--reason", "key leaked")
        self.assertRegex(self.lockdown("status"), r"^deny since 20\d\d-.*Z: key leaked\n$")
        self.eventually(lambda: service.post("/v1/inspect").status == 503)
        for path in ("/v1/enhance", "/v1/analyse", "/v1/inspect"):
            reply = service.post(path)
            self.assert_problem(reply, 503, "service.lockdown")
            self.assertEqual(reply.headers["Retry-After"], "60")
            self.assertNotIn(b"leaked", reply.body)
        self.assert_problem(service.request("GET", "/openapi.json"), 503, "service.lockdown")
        self.assert_problem(service.request("GET", "/readyz"), 503, "service.lockdown")
        self.assertEqual(service.request("GET", "/livez").status, 200)
        metrics = service.request("GET", "/metrics", port=service.metrics_port()).body.decode()
        self.assertIn("\nlimpid_lockdown 2\n", metrics)
        self.lockdown("off")
        self.assertRegex(self.lockdown("status"), r"^off since ")
        self.eventually(lambda: service.post("/v1/enhance").status == 200)
        on = self.recorded("lockdown.on")[0]["details"]
        self.assertEqual((on["mode"], on["reason"]), ("deny", "key leaked"))
        self.recorded("lockdown.off")

    def test_W18_read_only_makes_nothing(self):
        self.lockdown("on", "--mode", "read-only")
        service = self.start(lockdown_file=self.path)
        self.assert_problem(service.post("/v1/enhance"), 503, "service.lockdown")
        for path in ("/v1/analyse", "/v1/inspect"):
            self.assertEqual(service.post(path).status, 200)
        self.assertEqual(service.request("GET", "/openapi.json").status, 200)
        reply = service.request("GET", "/readyz")
        self.assertEqual((reply.status, reply.json()["status"]), (200, "read-only"))

    def test_W18_a_file_that_cannot_be_read_locks(self):
        for text, mode in (("", 0o600), ("{", 0o600), ('{"mode":"of"}', 0o600), ('{"mode":"off"}', 0o666),
                           ("x" * 5000, 0o600), ("[1]", 0o600)):
            with self.subTest(text=text[:20], mode=mode):
                self.path.write_text(text)
                self.path.chmod(mode)
                service = self.start(lockdown_file=self.path)
                self.assert_problem(service.post("/v1/inspect"), 503, "service.lockdown")
                service.stop()
        self.path.chmod(0o600)
        self.path.write_text('{"mode":"off"}')
        self.assertEqual(self.start(lockdown_file=self.path).post("/v1/inspect").status, 200)

    def test_commands_that_make_no_sense(self):
        for arguments in (("on", "--mode", "open"), ("off", "--reason", "x"), ("perhaps",)):
            self.lockdown(*arguments, status=2)
        self.assertEqual(limpidd.run("lockdown", "on")[0], 2)
        self.assertFalse(self.path.exists())


class Admission(TestCase):
    def test_V17_W6_only_these_networks_may_connect(self):
        service = self.start("--metrics-listen=127.0.0.1:0", network_allow="10.0.0.0/8, fd00::/8", audit_file=self.log)
        self.assertEqual(service.raw(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"), b"")
        self.assertEqual(self.recorded("connection.refused")[0]["client"], "127.0.0.1")
        metrics = service.request("GET", "/metrics", port=service.metrics_port()).body.decode()
        self.assertRegex(metrics, r"\nlimpid_connections_refused_total [1-9]")
        self.assertEqual(self.start(network_allow="127.0.0.0/8").request("GET", "/livez").status, 200)
        self.assertEqual(limpidd.run("--network-allow", "10.0.0.1/8")[0], 2)

    def test_F5_breaches_of_limits_block(self):
        service = self.start(rate_limit_ip=2, block_breaches=3, audit_file=self.log)
        codes = [service.post("/v1/inspect").status for _ in range(5)]
        self.assertEqual(codes, [200, 200, 429, 429, 429])
        reply = service.request("GET", "/openapi.json")
        self.assert_problem(reply, 429, "client.blocked")
        self.assertGreater(int(reply.headers["Retry-After"]), 200)
        self.recorded("client.blocked")
        self.assertEqual(len(self.recorded("limit.exceeded")), 1)
        allowed = self.start(rate_limit_ip=2, block_breaches=3, block_allow="127.0.0.1")
        replies = [allowed.post("/v1/inspect") for _ in range(9)]
        self.assert_problem(replies[-1], 429, "rate.limited")


class Headers(TestCase):
    def test_P9_headers_are_switched_by_their_names(self):
        service = self.start(headers_off="xFrameOptions,hsts", content_security_policy="default-src 'self'")
        reply = service.request("GET", "/livez")
        self.assertNotIn("X-Frame-Options", reply.headers)
        self.assertEqual(reply.headers["Content-Security-Policy"], "default-src 'self'")
        self.assertEqual(reply.headers["X-Content-Type-Options"], "nosniff")
        status, _, err = limpidd.run("--headers-off", "xFrameOption")
        self.assertEqual(status, 2)
        self.assertIn("nearest is xFrameOptions", err)

    def test_P11_policies_without_their_quotes_are_refused(self):
        status, _, err = limpidd.run("--content-security-policy", "default-src self")
        self.assertEqual(status, 2)
        self.assertIn("policy.unsafe", err)

    def test_I21_security_txt(self):
        service = self.start(security_contact="mailto:security@example.org")
        reply = service.request("GET", "/.well-known/security.txt")
        self.assertEqual(reply.headers["Content-Type"], "text/plain; charset=utf-8")
        text = reply.body.decode()
        self.assertIn("Contact: mailto:security@example.org\n", text)
        expires = datetime.datetime.fromisoformat(re.search(r"^Expires: (.*)Z$", text, re.MULTILINE).group(1))
        left = expires.replace(tzinfo=datetime.timezone.utc) - datetime.datetime.now(datetime.timezone.utc)
        self.assertTrue(datetime.timedelta(days=30) < left < datetime.timedelta(days=365), left)
        self.assertEqual(limpidd.run("--security-contact", "security@example.org")[0], 2)


if __name__ == "__main__":
    unittest.main()
