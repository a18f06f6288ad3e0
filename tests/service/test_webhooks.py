"""Jobs that tell of their end, and alerts: Standard Webhooks 1.0, read as its authors' libraries do."""

import base64
import calendar
import hashlib
import hmac
import json
import pathlib
import signal
import time

import certificates
import limpidd
import stub_server
from job_helpers import ended_job, stopped_worker, until
from limpidd import PHOTO

OK = (204, [], b"")


def verified(asked, secret):
    """The message of a delivery, when its signature is right; written from the standard, not from limpid."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    name, moment = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    assert abs(int(moment) - time.time()) < 300, moment
    expected = base64.b64encode(hmac.digest(key, f"{name}.{moment}.".encode() + asked.body, hashlib.sha256)).decode()
    assert f"v1,{expected}" in asked.headers["webhook-signature"].split(" "), asked.headers
    assert asked.headers["content-type"] == "application/json"
    return json.loads(asked.body)


class Webhooks(stub_server.TestCase):
    def service(self, *stubs, **settings):
        return self.start(**(self.allowed(*stubs) | {"state_dir": self.folder / "state", "webhook_secret": self.secret(),
                                                     "metrics_listen": "127.0.0.1:0", "webhook_schedule": "0,0,0"} | settings))

    def submit(self, service, stub, query=""):
        reply = service.post(f"/v1/jobs?webhook={stub.url('/hook')}{query}")
        self.assertEqual(reply.status, 202, reply.body)
        return reply.headers["Location"]

    def settled(self, service, path):
        """What the job says of its webhook in the end."""
        return until(lambda: (found := service.request("GET", path).json()["webhook"])["status"] in ("delivered", "dead") and found)

    def test_a_job_tells_of_its_end(self):
        stub = self.stub(lambda *_: OK)
        service = self.service(stub)
        path = self.submit(service, stub)
        self.assertEqual(self.settled(service, path), {"status": "delivered", "attempts": 1})
        asked, = stub.asked
        message = verified(asked, self.SECRET)
        self.assertEqual((asked.method, asked.path), ("POST", "/hook"))
        self.assertEqual((message["type"], message["data"]["id"]), ("job.done", path.rsplit("/", 1)[1]))
        self.assertEqual(asked.headers["webhook-id"], message["data"]["id"])
        job = service.request("GET", path).json()
        del job["webhook"]
        self.assertEqual(message["data"], job)
        output = service.request("GET", job["links"]["output"]).body
        self.assertEqual(message["data"]["output"]["sha256"], hashlib.sha256(output).hexdigest())
        self.assertEqual(service.metric('limpid_webhook_deliveries_total{result="delivered"}'), 1)
        self.assertNotIn(self.SECRET[6:], json.dumps(service.records))

    def test_failed_and_cancelled_jobs_tell_too(self):
        stub = self.stub(lambda *_: OK)
        service = self.service(stub)
        failed = service.post(f"/v1/jobs?webhook={stub.url()}", PHOTO[:2000]).headers["Location"]
        ended_job(service, failed)
        stub.wait_for(1)
        with stopped_worker(service):
            cancelled = self.submit(service, stub)
            self.assertEqual(service.request("DELETE", cancelled).status, 204)
        messages = {message["type"]: message["data"] for message in (verified(a, self.SECRET) for a in stub.wait_for(2))}
        self.assertEqual(sorted(messages), ["job.cancelled", "job.failed"])
        self.assertEqual(messages["job.failed"]["error"]["code"], "image.truncated")
        self.assertEqual(messages["job.cancelled"]["links"]["self"], cancelled)

    def test_it_is_tried_again_with_the_same_id(self):
        answers = {1: (500, [], b""), 2: (302, [("Location", "/x")], b"")}
        stub = self.stub(lambda _, number: answers.get(number, OK))
        service = self.service(stub)
        path = self.submit(service, stub)
        self.assertEqual(self.settled(service, path), {"status": "delivered", "attempts": 3})
        self.assertEqual({asked.headers["webhook-id"] for asked in stub.asked}, {path.rsplit("/", 1)[1]})
        self.assertEqual(len({asked.body for asked in stub.asked}), 1)
        for asked in stub.asked:
            verified(asked, self.SECRET)
        self.assertEqual(service.metric('limpid_webhook_deliveries_total{result="failed"}'), 2)

    def test_V11_its_secret_is_replaced_while_one_waits(self):
        answers = {1: (500, [], b"")}
        stub = self.stub(lambda _, number: answers.get(number, OK))
        service = self.service(stub, webhook_schedule="0,3600")
        first = self.submit(service, stub)
        stub.wait_for(1)
        path = pathlib.Path(self.secret().removeprefix("file:"))
        other = "whsec_" + base64.b64encode(bytes(range(32))).decode()
        for broken in ("short", "", "whsec_!"):
            path.write_text(broken)
            before = len(service.records)
            service.signal(signal.SIGHUP)
            service.wait_for(lambda r: str(r.get("error_code", "")).startswith(("key.", "secret."))
                             and service.records.index(r) >= before)
        second = self.submit(service, stub)
        self.assertEqual(self.settled(service, second)["status"], "delivered")
        verified(stub.asked[-1], self.SECRET)
        path.write_text(other)
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("event") == "reloaded")
        third = self.submit(service, stub)
        self.assertEqual(self.settled(service, third)["status"], "delivered")
        self.assertEqual(verified(stub.asked[-1], other)["data"]["id"], third.rsplit("/", 1)[1])
        with self.assertRaises(AssertionError):
            verified(stub.asked[-1], self.SECRET)
        self.assertEqual(service.request("GET", first).json()["webhook"], {"status": "pending", "attempts": 1})
        for secret in (self.SECRET, other):
            self.assertNotIn(secret[6:], json.dumps(service.records))

    def test_the_schedule_is_kept(self):
        stub = self.stub(lambda _, number: OK if number == 3 else (503, [], b""))
        service = self.service(stub, webhook_schedule="0,1,2")
        path = self.submit(service, stub)
        self.assertEqual(self.settled(service, path)["attempts"], 3)
        first, second, third = (asked.time for asked in stub.asked)
        self.assertGreater(second - first, 0.95)
        self.assertGreater(third - second, 1.95)

    def test_it_is_given_up(self):
        for answer, schedule, tries in (((500, [], b""), "0,0", 2), ((410, [], b""), "0,0,0,0", 1)):
            stub = self.stub(lambda *_, answer=answer: answer)
            service = self.service(stub, webhook_schedule=schedule)
            path = self.submit(service, stub)
            self.assertEqual(self.settled(service, path), {"status": "dead", "attempts": tries})
            self.assertEqual(len(stub.asked), tries)
            self.assertEqual(service.metric('limpid_webhook_deliveries_total{result="dead"}'), 1)
            service.stop()

    def test_the_address_is_part_of_the_request(self):
        stub = self.stub(lambda *_: OK)
        service = self.service(stub)
        first = service.post(f"/v1/jobs?webhook={stub.url('/a')}", Idempotency_Key="k")
        again = service.post(f"/v1/jobs?webhook={stub.url('/a')}", Idempotency_Key="k").json()
        self.assertEqual((again["id"], "webhook" in again), (first.json()["id"], True))
        self.assert_problem(service.post(f"/v1/jobs?webhook={stub.url('/b')}", Idempotency_Key="k"), 422, "idempotency.mismatch")
        self.assert_problem(service.post("/v1/enhance?webhook=https://a.example.com"), 400, "argument.invalid")
        self.settled(service, first.headers["Location"])
        form = (b'--x\r\nContent-Disposition: form-data; name="webhook"\r\n\r\n' + stub.url("/form").encode() +
                b'\r\n--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + PHOTO + b"\r\n--x--\r\n")
        reply = service.post("/v1/jobs", form, Content_Type="multipart/form-data; boundary=x")
        self.assertEqual(reply.status, 202, reply.body)
        self.settled(service, reply.headers["Location"])
        self.assertEqual([asked.path for asked in stub.asked], ["/a", "/form"])

    def test_it_survives_being_killed(self):
        hangs = []

        def respond(asked, number):
            if number > 2:
                return OK
            hangs.append(number)
            return (503, [], b"") if number == 1 else lambda handler: time.sleep(60)

        stub = self.stub(respond)
        service = self.service(stub, webhook_schedule="0,1,1,1")
        path = self.submit(service, stub)
        stub.wait_for(2)  # one has failed, and the next is on its way
        service.process.kill()
        service.stop()
        service = self.service(stub, webhook_schedule="0,1,1,1")
        self.assertEqual(self.settled(service, path)["status"], "delivered")
        self.assertGreaterEqual(len(stub.asked), 3)
        self.assertEqual({asked.headers["webhook-id"] for asked in stub.asked}, {path.rsplit("/", 1)[1]})
        self.assertEqual(len({asked.body for asked in stub.asked}), 1)
        verified(stub.asked[-1], self.SECRET)

    def test_it_outlives_its_job(self):
        stub = self.stub(lambda _, number: OK if number == 2 else (503, [], b""))
        service = self.service(stub, webhook_schedule="0,2")
        path = self.submit(service, stub)
        stub.wait_for(1)
        self.assertEqual(service.request("DELETE", path).status, 204)
        self.assertEqual(service.request("GET", path).status, 404)
        self.assertEqual(stub.wait_for(2)[1].headers["webhook-id"], path.rsplit("/", 1)[1])

    def test_over_tls_and_with_a_plain_secret(self):
        authority = certificates.Authority(self.folder / "ca")
        stub = self.stub(lambda *_: OK, authority.issue("hook", "IP:127.0.0.1"))
        secret = "kV7q2LmX9tRz4Wp8Yc3Nb6Hd1Jf5Gs0A"
        service = self.service(stub, outbound_ca_file=authority.certificate, webhook_secret=f"file:{self.file('plain', secret)}")
        self.assertEqual(self.settled(service, self.submit(service, stub))["status"], "delivered")
        verified(stub.asked[0], "whsec_" + base64.b64encode(secret.encode()).decode())


class Alerts(stub_server.TestCase):
    def test_P31_F5_who_is_blocked_is_told_within_a_second(self):
        stub = self.stub(lambda *_: OK)
        keys = self.folder / "keys"
        self.create_key(keys, "--scopes", "enhance:read")
        lockdown = self.folder / "lockdown"
        service = self.start(**self.allowed(stub), keys_file=keys, block_failures=3, webhook_secret=self.secret(),
                             alert_webhook=stub.url("/alert"), lockdown_file=lockdown, metrics_listen="127.0.0.1:0")
        for _ in range(3):
            service.post("/v1/inspect", x_api_key="lmp_guess")
        asked, = stub.wait_for(1)
        message = verified(asked, self.SECRET)
        self.assertEqual((message["type"], message["data"]["client"]), ("client.blocked", "127.0.0.1"))
        self.assertEqual(message["data"]["details"], {"seconds": "300"})
        status, _, err = limpidd.run("lockdown", "on", "--file", lockdown, "--mode", "deny", "--reason", "test")
        self.assertEqual(status, 0, err)
        message = verified(stub.wait_for(2)[1], self.SECRET)
        self.assertEqual((message["type"], message["data"]["details"]["mode"]), ("lockdown.on", "deny"))
        # The nearer of the two, for the machine that tests may be busy.
        moments = [(asked.time, json.loads(asked.body)["timestamp"]) for asked in stub.asked]
        delays = [came - calendar_seconds(sent) for came, sent in moments]
        self.assertLess(min(delays), 1)

    def test_P31_a_flood_is_sampled(self):
        stub = self.stub(lambda *_: OK)
        service = self.start(**self.allowed(stub), webhook_secret=self.secret(), alert_webhook=stub.url(), rate_limit_ip=1,
                             block_breaches=0, metrics_listen="127.0.0.1:0", trust_proxy="loopback")
        for number in range(60):
            for _ in range(2):
                service.post("/v1/inspect", X_Forwarded_For=f"192.0.2.{number}")
        until(lambda: service.metric('limpid_alerts_total{result="delivered"}') == 10)
        self.assertEqual({json.loads(asked.body)["type"] for asked in stub.asked}, {"limit.exceeded"})
        self.assertEqual((len(stub.asked), service.metric('limpid_alerts_total{result="suppressed"}')), (10, 50))

    def test_P31_a_spike_of_errors_is_told_once(self):
        stub = self.stub(lambda asked, _: OK if asked.method == "POST" else (500, [], b""))
        service = self.start(**self.allowed(stub), webhook_secret=self.secret(), alert_webhook=stub.url(), auth_forward_url=stub.url())
        for number in range(49):
            self.assertEqual(service.post("/v1/inspect", Cookie=str(number)).status, 503)
        self.assertEqual({asked.method for asked in stub.asked}, {"GET"})
        for number in range(20):
            service.post("/v1/inspect", Cookie=str(number))
        until(lambda: any(asked.method == "POST" for asked in stub.asked))
        told, = (verified(asked, self.SECRET) for asked in stub.asked if asked.method == "POST")
        self.assertEqual((told["type"], told["data"]["details"]), ("errors.spike", {"count": "50", "last": "authority.unavailable"}))

    def test_an_alert_is_tried_again(self):
        stub = self.stub(lambda _, number: OK if number == 2 else (500, [], b""))
        service = self.start(**self.allowed(stub), webhook_secret=self.secret(), alert_webhook=stub.url(), rate_limit_ip=1,
                             metrics_listen="127.0.0.1:0")
        for _ in range(2):
            service.post("/v1/inspect")
        first, second = stub.wait_for(2)
        self.assertEqual(first.headers["webhook-id"], second.headers["webhook-id"])
        until(lambda: service.metric('limpid_alerts_total{result="delivered"}') == 1)


def calendar_seconds(text):
    """2026-01-31T09:05:00.250Z as seconds since 1970."""
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) + float(text[19:-1])
