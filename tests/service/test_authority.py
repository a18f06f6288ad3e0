"""P1: an authority that limpidd asks who may come in."""

import threading
import time

import stub_server
from job_helpers import until


class Authority(stub_server.TestCase):
    def asking(self, respond, **settings):
        stub = self.stub(respond)
        return stub, self.start(**(self.allowed(stub) | {"auth_forward_url": stub.url("/auth?x=1"), "metrics_listen": "127.0.0.1:0",
                                                         "auth_forward_timeout_ms": 20000} | settings))

    def status(self, service, path="/v1/inspect", **headers):
        return service.post(path, **headers).status

    def test_P1_it_says_who_may_come_in(self):
        users = {"session=alice": (200, [("X-Auth-User", "alice"), ("X-Auth-Scopes", "enhance:read")], b"{}"),
                 "session=bob": (204, [("X-Auth-User", "bob")], b""),
                 "session=eve": (403, [], b"")}
        stub, service = self.asking(lambda asked, _: users.get(asked.headers.get("cookie"), (401, [], b"secret reason")))
        self.assertEqual(self.status(service, Cookie="session=alice"), 200)
        self.assertEqual(self.status(service, "/v1/enhance", Cookie="session=alice"), 403)
        self.assertEqual(self.status(service, "/v1/enhance", Cookie="session=bob"), 200)
        self.assertEqual(self.status(service, Cookie="session=eve"), 403)
        reply = service.post("/v1/inspect", Cookie="session=mallory")
        self.assert_problem(reply, 401, "apikey.missing")  # in the words of every refusal
        self.assertNotIn(b"secret", reply.body)
        service.wait_for(lambda r: "authority.refused" in str(r))
        service.wait_for(lambda r: r.get("principal") == "auth:alice" and r.get("status") == 200)

    def test_P1_it_is_given_the_credentials_and_what_they_came_with(self):
        stub, service = self.asking(lambda *_: (200, [("X-Auth-User", "u")], b""))
        headers = {"Authorization": "Basic dTpw", "Cookie": "a=b", "x-api-key": "theirs", "X-Other": "not this", "X-Auth-User": "forged",
                   "X-Forwarded-For": "192.0.2.1", "Content-Type": "image/jpeg"}
        service.request("POST", "/v1/inspect?x=y", stub_server.limpidd.PHOTO, headers)
        asked, = stub.asked
        self.assertEqual((asked.method, asked.path), ("GET", "/auth?x=1"))
        kept = {name: value for name, value in asked.headers.items() if name not in ("host", "user-agent", "accept")}
        self.assertEqual(kept, {"authorization": "Basic dTpw", "cookie": "a=b", "x-api-key": "theirs", "x-forwarded-for": "127.0.0.1",
                                "x-forwarded-method": "POST", "x-forwarded-uri": "/v1/inspect?x=y"})

    def test_P1_nobody_comes_in_without_asking(self):
        stub, service = self.asking(lambda *_: (200, [("X-Auth-User", "u")], b""))
        self.assertEqual(self.status(service), 401)
        self.assertEqual(service.request("GET", "/livez").status, 200)
        self.assertEqual(stub.asked, [])

    def test_P1_credentials_of_our_own_are_not_passed_on(self):
        keys = self.folder / "keys"
        key = self.create_key(keys, "--scopes", "enhance:read")
        stub, service = self.asking(lambda *_: (200, [("X-Auth-User", "u")], b""), keys_file=keys)
        self.assertEqual(self.status(service, x_api_key=key), 200)
        self.assertEqual(self.status(service, x_api_key=key[:-1] + ("0" if key[-1] != "0" else "1")), 401)
        self.assertEqual(self.status(service, x_api_key="lmp_guess"), 401)
        self.assertEqual(stub.asked, [])
        self.assertEqual(self.status(service, x_api_key="theirs"), 200)
        self.assertEqual(len(stub.asked), 1)

    def test_P1_answers_are_kept_by_credential(self):
        stub, service = self.asking(lambda asked, _: (200, [("X-Auth-User", asked.headers["cookie"])], b"") if asked.headers["cookie"] != "no"
                                    else (401, [], b""))
        for _ in range(3):
            self.assertEqual(self.status(service, Cookie="a"), 200)
        self.assertEqual(len(stub.asked), 1)
        self.assertEqual(self.status(service, Cookie="b"), 200)
        self.assertEqual(self.status(service, Cookie="a", Authorization="Basic b"), 200)
        self.assertEqual(len(stub.asked), 3)
        self.assertEqual([self.status(service, Cookie="no") for _ in range(2)], [401, 401])
        self.assertLessEqual(len(stub.asked), 5)
        self.assertGreaterEqual(service.metric('limpid_authority_verdicts_total{result="cached"}'), 2)

    def test_P1_equal_questions_are_asked_once(self):
        gate = threading.Event()

        def respond(*_):
            gate.wait(20)
            return 200, [("X-Auth-User", "u")], b""

        stub, service = self.asking(respond, auth_forward_ttl_s=0)
        found = []
        threads = [threading.Thread(target=lambda: found.append(self.status(service, Cookie="a"))) for _ in range(5)]
        for thread in threads:
            thread.start()
        stub.wait_for(1)
        until(lambda: service.metric("limpid_requests_in_progress") >= 5)
        gate.set()
        for thread in threads:
            thread.join()
        self.assertEqual((found, len(stub.asked)), ([200] * 5, 1))

    def test_P1_down_is_503_and_nobody_is_blocked(self):
        answers = {"500": (500, [], b""), "redirect": (302, [("Location", "/")], b""), "no user": (200, [], b""),
                   "two users": (200, [("X-Auth-User", "a"), ("X-Auth-User", "b")], b""), "odd user": (200, [("X-Auth-User", "a b")], b""),
                   "odd scope": (200, [("X-Auth-User", "a"), ("X-Auth-Scopes", 'admin"')], b"")}
        for name, answer in answers.items():
            with self.subTest(answer=name):
                stub, service = self.asking(lambda *_, answer=answer: answer, block_failures=2)
                for number in range(3):
                    reply = service.post("/v1/inspect", Cookie=str(number))
                    self.assert_problem(reply, 503, "authority.unavailable")
                    self.assertNotIn("its answer", reply.json()["detail"])
                self.assertEqual(self.status(service), 401)
                service.stop()
        with self.subTest(answer="none"):
            stub = self.stub(lambda *_: (200, [], b""))
            stub.close()
            service = self.start(**self.allowed(stub), auth_forward_url=stub.url())
            reply = service.post("/v1/inspect", Cookie="a")
            self.assert_problem(reply, 503, "authority.unavailable")
            self.assertNotIn(str(stub.port).encode(), reply.body)
            service.wait_for(lambda r: r.get("stream") == "error" and str(stub.port) in str(r))  # for the operator

    def test_P1_a_breaker_spares_an_authority_that_fails(self):
        state = {"up": False}
        stub, service = self.asking(lambda *_: (200, [("X-Auth-User", "u")], b"") if state["up"] else (500, [], b""))
        for number in range(9):
            self.assertEqual(self.status(service, Cookie=str(number)), 503)
        self.assertEqual(len(stub.asked), 5)
        self.assertEqual(service.metric("limpid_authority_open"), 1)
        state["up"] = True
        until(lambda: self.status(service, Cookie="x") == 200 or time.sleep(0.2))
        self.assertEqual(service.metric("limpid_authority_open"), 0)
        self.assertEqual(self.status(service, Cookie="y"), 200)
