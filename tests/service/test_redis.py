"""Limits that several limpidd share in Redis, against a real redis-server."""

import concurrent.futures
import json
import pathlib
import shutil
import tempfile
import time

import limpidd
from certificates import Authority
from redis_server import PASSWORD, Redis, free_port
from test_users import Session

# So long that nothing comes back while a test runs.
WINDOW = {"rate_window_s": 86400, "block_breaches": 0}
# What a test waits for anyway, on a machine that has much else to do.
PATIENT = {"redis_timeout_ms": 10000}
PATH = "/openapi.json"


class TestCase(limpidd.TestCase):
    def redis(self, name="redis", **options):
        redis = Redis(self.folder / name, **options)
        self.addCleanup(redis.kill)
        return redis

    def password_file(self, text=PASSWORD):
        return self.file("redis-password", text + "\n")

    def share(self, redis, *arguments, **settings):
        return self.start(f"--redis-password=file:{self.password_file()}", *arguments,
                          **{"redis_url": redis.url} | WINDOW | PATIENT | settings)

    def refusal(self, *arguments, url, password=PASSWORD, **settings):
        """What limpidd says when it does not start. @return status, stdout, stderr"""
        flags = [f"--{name}={value}" for name, value in settings.items()]
        return limpidd.run("--listen=127.0.0.1:0", f"--worker-program={limpidd.WORKER}", f"--redis-url={url}",
                           f"--redis-password=file:{self.password_file(password)}", *flags, *arguments)

    def statuses(self, services, count):
        """Of so many requests of each, all at once."""
        jobs = [service for service in services for _ in range(count)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return sorted(pool.map(lambda service: service.request("GET", PATH).status, jobs))

    def until(self, holds):
        deadline = time.monotonic() + limpidd.TIMEOUT_S
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


class Sharing(TestCase):
    def test_P15_two_services_share_one_quota(self):
        redis = self.redis()
        services = [self.share(redis, rate_limit_ip=30) for _ in range(2)]
        statuses = self.statuses(services, 25)
        self.assertEqual((statuses.count(200), statuses.count(429)), (30, 20))
        reply = services[0].request("GET", PATH)
        self.assert_problem(reply, 429, "rate.limited")
        self.assertIn('"ip";q=30;w=86400', reply.headers["RateLimit-Policy"])
        self.assertIn('"ip";r=0', reply.headers["RateLimit"])
        self.assertLessEqual(int(reply.headers["Retry-After"]), 2880)

    def test_P15_what_one_limit_refuses_no_limit_counts(self):
        redis = self.redis()
        services = [self.share(redis, rate_limit_ip=6, rate_limit_enhance=2) for _ in range(2)]
        self.assertEqual([service.post("/v1/enhance").status for service in services * 2], [200, 200, 429, 429])
        statuses = self.statuses(services, 4)
        self.assertEqual((statuses.count(200), statuses.count(429)), (4, 4))

    def test_F14_nothing_is_kept_in_clear_or_for_long(self):
        redis = self.redis()
        service = self.share(redis, rate_limit_ip=1000, redis_prefix="photos:")
        self.assertEqual(service.request("GET", PATH).status, 200)
        names = redis.ask("KEYS", "*").split()
        rates = [name for name in names if name.startswith("photos:rate:")]
        self.assertEqual(len(rates), 1, names)
        self.assertTrue(all(name.startswith("photos:") for name in names), names)
        self.assertRegex(rates[0], "^photos:rate:[A-Za-z0-9_-]{22}$")
        # One of 1000 a day is forgotten after 86.4 s.
        self.assertTrue(0 < int(redis.ask("PTTL", rates[0])) <= 86400)

    def test_P4_a_user_of_redis_needs_few_rights(self):
        rights = "+set +get +del +getdel +time +ping +select +script|load +evalsha +zadd +zrem +zcard +zscore +zrange " \
                 "+zremrangebyscore +expireat"
        redis = self.redis(lines=[f"user limpid on >{PASSWORD} ~limpid:* {rights}", f"user weak on >{PASSWORD} ~limpid:* +ping"])
        service = self.share(redis, redis_user="limpid", rate_limit_ip=2, redis_url=redis.url + "/3")
        self.assertEqual([service.request("GET", PATH).status for _ in range(3)], [200, 200, 429])
        status, _, err = self.refusal(url=redis.url, redis_user="weak")
        self.assertEqual(status, 2)
        self.assertIn("NOPERM", err)


class Sessions(TestCase):
    """Two services that have the same users."""

    def instance(self, redis, name, **settings):
        state = self.folder / name
        state.mkdir(mode=0o700)
        shutil.copy(self.database, state / "users.db")
        return self.share(redis, users="true", state_dir=state, **settings)

    def setUp(self):
        super().setUp()
        self.database = self.folder / "users.db"
        done = limpidd.run("users", "add", "--file", self.database, "--name", "ada", "--role", "admin",
                           "--password-ref", f"file:{self.password_file('violet-harbour-27-lamps')}")
        self.assertEqual(done[0], 0, done)

    def test_P4_who_logs_in_at_one_is_known_to_the_other(self):
        redis = self.redis()
        one, two = (self.instance(redis, name) for name in ("one", "two"))
        session = Session(one)
        self.assertEqual(session.log_in("ada", "violet-harbour-27-lamps").status, 200)
        # The name of a session in Redis is no cookie.
        self.assertNotIn(session.cookie.split("=")[1], redis.ask("KEYS", "*"))
        session.service = two
        self.assertEqual(session.request("GET", "/v1/session").json()["user"], "ada")
        self.assertEqual(session.request("DELETE", "/v1/session").status, 204)
        session.service = one
        self.assertEqual(session.request("GET", "/v1/session").status, 401)

    def test_P4_while_redis_is_away_nobody_is_let_in_or_blocked(self):
        redis = self.redis()
        service = self.instance(redis, "one", redis_fail="local", block_failures=2, rate_limit_ip=1000)
        session = Session(service)
        self.assertEqual(session.log_in("ada", "violet-harbour-27-lamps").status, 200)
        redis.kill()
        service.wait_for(lambda r: r.get("event") == "store_down")
        for _ in range(4):
            self.assert_problem(session.request("GET", "/v1/session"), 503, "store.unavailable")
        redis.start()
        service.wait_for(lambda r: r.get("event") == "store_up")
        self.assertEqual(session.log_in("ada", "violet-harbour-27-lamps").status, 200)
        self.assertEqual(session.request("GET", "/v1/session").status, 200)


class Losses(TestCase):
    def test_P4_without_redis_limited_routes_are_closed(self):
        redis = self.redis()
        service = self.share(redis, rate_limit_ip=1000, metrics_listen="127.0.0.1:0")
        self.assertEqual(service.request("GET", PATH).status, 200)
        self.assertEqual(service.metric("limpid_redis_up"), 1)
        redis.kill()
        service.wait_for(lambda r: r.get("event") == "store_down")
        reply = service.request("GET", PATH)
        self.assert_problem(reply, 503, "store.unavailable")
        self.assertIn("Retry-After", reply.headers)
        self.assertNotIn(str(redis.port), reply.body.decode())
        self.assert_problem(service.request("GET", "/readyz"), 503, "store.unavailable")
        self.assertEqual(service.request("GET", "/livez").status, 200)
        self.assertEqual(service.metric("limpid_redis_up"), 0)
        self.assertGreaterEqual(service.metric("limpid_redis_errors_total"), 1)
        redis.start()
        self.until(lambda: service.request("GET", "/readyz").status == 200)
        self.assertEqual(service.request("GET", PATH).status, 200)
        self.assertEqual(service.metric("limpid_redis_up"), 1)
        self.assertEqual(service.metric("limpid_redis_losses_total"), 1)

    def test_P4_without_redis_a_service_may_count_alone(self):
        redis = self.redis()
        service = self.share(redis, redis_fail="local", rate_limit_ip=3, metrics_listen="127.0.0.1:0",
                             audit_file=self.folder / "audit")
        redis.kill()
        service.wait_for(lambda r: r.get("event") == "store_down")
        self.assertEqual([service.request("GET", PATH).status for _ in range(4)], [200, 200, 200, 429])
        ready = service.request("GET", "/readyz")
        self.assertEqual((ready.status, ready.json()["status"]), (200, "degraded"))
        self.assertEqual(service.metric("limpid_redis_fallbacks_total"), 4)
        self.assertIn('"store.lost"', (self.folder / "audit").read_text())
        redis.start()
        self.until(lambda: service.request("GET", "/readyz").json()["status"] == "ok")
        # Redis counts anew.
        self.assertEqual(service.request("GET", PATH).status, 200)

    def test_P4_a_redis_that_comes_late(self):
        redis = self.redis()
        redis.kill()
        service = self.share(redis)
        self.assert_problem(service.request("GET", "/readyz"), 503, "store.unavailable")
        redis.start()
        self.until(lambda: service.request("GET", "/readyz").status == 200)
        self.assertEqual(service.request("GET", PATH).status, 200)

    def test_P4_scripts_that_redis_forgot_are_given_again(self):
        redis = self.redis()
        service = self.share(redis, rate_limit_ip=4)
        self.assertEqual(service.request("GET", PATH).status, 200)
        redis.ask("SCRIPT", "FLUSH")
        self.assertEqual([service.request("GET", PATH).status for _ in range(4)], [200, 200, 200, 429])
        self.assertFalse([r for r in service.records if r.get("event") == "store_down"])

    def test_F14_a_redis_that_stands_still_holds_nobody_up(self):
        redis = self.redis()
        self.addCleanup(redis.go_on)
        service = self.share(redis, rate_limit_ip=1000, redis_timeout_ms=1000)
        self.assertEqual(service.request("GET", PATH).status, 200)
        redis.pause()
        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            limited = [pool.submit(service.request, "GET", PATH) for _ in range(6)]
            live = []
            while not all(one.done() for one in limited):
                before = time.monotonic()
                self.assertEqual(service.request("GET", "/livez").status, 200)
                live.append(time.monotonic() - before)
            self.assertEqual({one.result().status for one in limited}, {503})
        # The six together have waited once, and others not at all.
        self.assertLess(time.monotonic() - begin, 5)
        self.assertLess(sorted(live)[len(live) // 2], 0.5)
        self.until(lambda: service.request("GET", "/readyz").status == 503)
        begin = time.monotonic()
        for _ in range(10):
            self.assertEqual(service.request("GET", PATH).status, 503)
        self.assertLess(time.monotonic() - begin, 5)
        redis.go_on()
        self.until(lambda: service.request("GET", PATH).status == 200)

    def test_P4_a_copy_that_cannot_be_written_is_no_store(self):
        redis = self.redis()
        service = self.share(redis, rate_limit_ip=1000)
        redis.ask("REPLICAOF", "127.0.0.1", str(free_port()))
        self.until(lambda: service.request("GET", PATH).status == 503)
        service.wait_for(lambda r: r.get("event") == "store_down")
        redis.ask("REPLICAOF", "NO", "ONE")
        self.until(lambda: service.request("GET", PATH).status == 200)


class Encryption(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.own = Authority(pathlib.Path(folder.name) / "own")
        cls.other = Authority(pathlib.Path(folder.name) / "other")
        cls.right = cls.own.issue("right", "DNS:localhost,IP:127.0.0.1")
        cls.wrong = cls.own.issue("wrong", "DNS:redis.example,IP:192.0.2.1")

    def test_P4_with_the_right_certificate_it_works(self):
        redis = self.redis(tls=self.right)
        for host in ("127.0.0.1", "localhost"):
            service = self.share(redis, redis_url=f"rediss://{host}:{redis.port}", redis_ca_file=self.own.certificate, rate_limit_ip=2)
            self.assertEqual(service.request("GET", "/readyz").status, 200)
        self.assertEqual([service.request("GET", PATH).status for _ in range(3)], [200, 200, 429])

    def test_P4_wrong_authority_name_or_protocol_refuses_the_start(self):
        redis = self.redis(tls=self.right)
        status, _, err = self.refusal(url=redis.url, redis_ca_file=self.other.certificate)
        self.assertEqual(status, 2, err)
        self.assertIn("certificate", err)
        # The system's authorities do not know it either.
        self.assertEqual(self.refusal(url=redis.url)[0], 2)
        stranger = self.redis("stranger", tls=self.wrong)
        for host, reason in (("127.0.0.1", "address mismatch"), ("localhost", "hostname mismatch")):
            status, _, err = self.refusal(url=f"rediss://{host}:{stranger.port}", redis_ca_file=self.own.certificate)
            self.assertEqual(status, 2, err)
            self.assertIn(reason, err.lower())

    def test_P4_a_redis_that_lost_its_name_gets_no_password(self):
        redis = self.redis(tls=self.right)
        service = self.share(redis, redis_ca_file=self.own.certificate)
        self.assertEqual(service.request("GET", PATH).status, 200)
        redis.kill()
        redis.tls = self.wrong
        redis.start()
        service.wait_for(lambda r: r.get("event") == "store_down")
        self.assert_problem(service.request("GET", PATH), 503, "store.unavailable")


class Secrets(TestCase):
    def test_P4_a_wrong_password_refuses_the_start(self):
        redis = self.redis()
        wrong = "W" + PASSWORD[1:]
        status, out, err = self.refusal(url=redis.url, password=wrong)
        self.assertEqual(status, 2, err)
        self.assertIn("WRONGPASS", err)
        for secret in (PASSWORD, wrong):
            self.assertNotIn(secret, out + err)
        self.assertEqual(self.refusal(url=redis.url, redis_user="nobody")[0], 2)
        self.assertEqual(self.refusal(url=redis.url + "/9")[0], 2)  # it has four

    def test_P4_the_password_is_nowhere_to_be_seen(self):
        redis = self.redis()
        service = self.share(redis)
        service.request("GET", f"/{PASSWORD}?a={PASSWORD}")
        redis.kill()
        service.wait_for(lambda r: r.get("event") == "store_down")
        service.request("GET", PATH)
        arguments = pathlib.Path(f"/proc/{service.process.pid}/cmdline").read_text()
        service.stop()
        self.assertNotIn(PASSWORD, json.dumps(service.records) + arguments)
        status, out, err = self.refusal("--print-config", url=redis.url)
        self.assertEqual(status, 0, err)
        self.assertIn("redis_url", out)
        self.assertNotIn(PASSWORD, out + err)

    def test_P4_addresses_that_would_give_something_away(self):
        for url in (f"redis://:{PASSWORD}@127.0.0.1", f"rediss://limpid:{PASSWORD}@redis.example:6380/1",
                    f"redis://127.0.0.1?password={PASSWORD}"):
            for arguments in ((), ("--print-config",)):
                status, out, err = self.refusal(*arguments, url=url)
                self.assertEqual((status, out), (2, ""), err)
                self.assertNotIn(PASSWORD, out + err)
        for url in ("redis://192.0.2.1:6379", "redis://redis.example", "redis://[2001:db8::1]:6379/0", "http://127.0.0.1",
                    "redis://127.0.0.1:0", "redis://127.0.0.1:6379/x", "unix:relative", "redis://", "rediss://127.0.0.1:99999"):
            status, _, err = self.refusal(url=url)
            self.assertEqual(status, 2, url)
            self.assertIn("redis_url", err)
        status, _, err = limpidd.run("--listen=127.0.0.1:0", "--redis-url=redis://127.0.0.1")
        self.assertEqual(status, 2)
        self.assertIn("redis_password", err)
        status, _, err = self.refusal(url="redis://127.0.0.1", password="short")
        self.assertNotEqual(status, 0)
        self.assertIn("secret.too_weak", err)
