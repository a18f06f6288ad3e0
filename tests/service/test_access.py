"""Who may do what: keys, tokens, limits, origins, proxies."""

import base64
import hashlib
import hmac
import json
import signal
import time

import limpidd
from job_helpers import until
from limpidd import PHOTO

JWT_SECRET = "xJ4v9Qm2Lr8Zt6Wc1Ny5Hb3Kd7Pf0GsAu"


def encode(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(secret=JWT_SECRET, header=None, **claims):
    parts = encode({"alg": "HS256", "typ": "JWT"} | (header or {})) + b"." + encode(
        {"iss": "i", "aud": "a", "sub": "s", "exp": int(time.time()) + 60, "scope": "enhance:read"} | claims)
    return (parts + b"." + encode(hmac.digest(secret.encode(), parts, hashlib.sha256))).decode()


class Keys(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "keys"
        self.key = self.create_key(self.path, "--scopes", "enhance:submit,enhance:read")

    def inspect(self, service, **headers):
        return service.post("/v1/inspect", **headers).status

    def test_P3_every_route_but_the_probes_asks_for_a_credential(self):
        service = self.start(keys_file=self.path, admin_listen="127.0.0.1:0")
        description = service.request("GET", "/openapi.json", headers={"x-api-key": self.key}).json()
        found = 0
        for path, operations in description["paths"].items():
            for method, operation in operations.items():
                found += 1
                port = service.port_of("admin") if operation.get("x-scope") == "admin" else service.port
                reply = service.request(method.upper(), path, PHOTO if method == "post" else None, port=port)
                if path in ("/livez", "/readyz", "/health"):
                    self.assertEqual(reply.status, 200, path)
                elif path == "/v1/license":
                    self.assertEqual(reply.json(), {"license": None, "required": False})
                elif path == "/.well-known/security.txt":
                    self.assert_problem(reply, 404, "http.not_found")  # without a security_contact
                elif (method, path) in (("post", "/v1/session"), ("post", "/v1/setup")):
                    self.assert_problem(reply, 415, "upload.unsupported_type")  # test_users.py has more
                elif path == "/i/{rest}":
                    self.assert_problem(reply, 404, "http.not_found")  # without url_keys, with which it asks for a signature
                else:
                    self.assert_problem(reply, 401, "apikey.missing")
                    self.assertIn("Bearer", reply.headers["WWW-Authenticate"])
        self.assertGreaterEqual(found, 7)

    def test_W3_keys_in_both_headers(self):
        service = self.start(keys_file=self.path)
        self.assertEqual(self.inspect(service, x_api_key=self.key), 200)
        self.assertEqual(self.inspect(service, Authorization=f"Bearer {self.key}"), 200)
        bodies = set()
        for wrong in (self.key[:-1] + ("0" if self.key[-1] != "0" else "1"), "x", "lmp_", self.key + "0"):
            reply = service.post("/v1/inspect", x_api_key=wrong)
            self.assertEqual(reply.status, 401)
            problem = reply.json()
            del problem["request_id"]
            bodies.add(json.dumps(problem))
        self.assertEqual(len(bodies), 1)
        record = service.wait_for(lambda r: r.get("status") == 200 and r.get("path") == "/v1/inspect")
        self.assertEqual(record["principal"], self.key.split("_")[1])
        self.assertNotIn(self.key, json.dumps(service.records))

    def test_P23_keys_come_and_go_without_a_restart(self):
        service = self.start(keys_file=self.path)
        took = []

        def wait_for(status, key):
            began = time.monotonic()
            until(lambda: self.inspect(service, x_api_key=key) == status)
            took.append(time.monotonic() - began)

        for _ in range(2):
            key = self.create_key(self.path, "--scopes", "admin")
            wait_for(200, key)
            status, _, err = limpidd.run("keys", "revoke", "--file", self.path, "--id", key.split("_")[1])
            self.assertEqual(status, 0, err)
            wait_for(401, key)
        # The quickest of four: on a machine that is busy otherwise the rest says little.
        self.assertLess(min(took), 1, took)
        self.assertEqual(self.inspect(service, x_api_key=self.key), 200)

    def test_P24_scopes_prefixes_and_sizes(self):
        reader = self.create_key(self.path, "--scopes", "enhance:read")
        inspector = self.create_key(self.path, "--scopes", "admin", "--path-prefix", "/v1/inspect")
        small = self.create_key(self.path, "--scopes", "admin", "--max-pixels", "10")
        service = self.start(keys_file=self.path)
        self.assertEqual(self.inspect(service, x_api_key=reader), 200)
        self.assert_problem(service.post("/v1/enhance", x_api_key=reader), 403, "apikey.not_permitted")
        self.assertEqual(self.inspect(service, x_api_key=inspector), 200)
        self.assert_problem(service.post("/v1/analyse", x_api_key=inspector), 403, "apikey.not_permitted")
        self.assert_problem(service.post("/v1/inspect", x_api_key=small), 413, "image.too_large")

    def test_V3_lists_hold_no_key(self):
        status, out, _ = limpidd.run("keys", "list", "--file", self.path)
        self.assertEqual(status, 0)
        self.assertIn(self.key.split("_")[1], out)
        for secret in (self.key, self.key.split("_", 2)[2][:20]):
            self.assertNotIn(secret, out)
            self.assertNotIn(secret, self.path.read_text())
        for arguments in ((), ("list",), ("create", "--file", self.path), ("revoke", "--file", self.path),
                          ("create", "--file", self.path, "--scopes", "Bad Scope"), ("list", "--other", "x")):
            self.assertEqual(limpidd.run("keys", *arguments)[0], 2, arguments)

    def test_V11_a_changed_setting_is_taken_over_at_SIGHUP(self):
        config = self.file("limpid.toml", 'cors_origins = "https://one.example"\n')
        service = self.start("--config", config)
        allowed = lambda origin: service.request("GET", "/livez", headers={"Origin": origin}).headers[
            "Access-Control-Allow-Origin"]
        self.assertEqual(allowed("https://one.example"), "https://one.example")
        config.write_text('cors_origins = "https://two.example"\n')
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("event") == "reloaded")
        self.assertIsNone(allowed("https://one.example"))
        self.assertEqual(allowed("https://two.example"), "https://two.example")
        config.write_text("cors_origins = \"*\"\n")
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("error_code") == "policy.unsafe")
        self.assertEqual(allowed("https://two.example"), "https://two.example")


class Tokens(limpidd.TestCase):
    def test_W8_tokens(self):
        secret = self.file("jwt", JWT_SECRET + "\n")
        service = self.start(f"--jwt-secret=file:{secret}", jwt_issuer="i", jwt_audience="a")
        status = lambda text, path="/v1/inspect": service.post(path, Authorization=f"Bearer {text}").status
        self.assertEqual(status(token()), 200)
        self.assertEqual(status(token(), "/v1/enhance"), 403)
        self.assertEqual(status(token(scope="enhance:submit"), "/v1/enhance"), 200)
        none = encode({"alg": "none", "typ": "JWT"}) + b"." + token().split(".")[1].encode() + b"."
        for bad in (token(secret="y" + JWT_SECRET[1:]), token(exp=1), token(iss="x"), token(aud="x"), none.decode(),
                    token(nbf=int(time.time()) + 600), token(header={"typ": "x"}), token(header={"kid": "../../x"}),
                    token(header={"jku": "http://127.0.0.1/"}), token(header={"jwk": {}}), token(header={"crit": ["x"]}),
                    token(header={"alg": "HS512"}), token(header={"alg": "RS256"}), "a.b.c", "lmp_x"):
            self.assertEqual(status(bad), 401, bad)
        self.assertEqual(status(token(), "/v1/inspect"), 200)

    def test_V5_secrets_are_in_no_log(self):
        secret = self.file("jwt", JWT_SECRET)
        service = self.start(f"--jwt-secret=file:{secret}", jwt_issuer="i", jwt_audience="a")
        for text in (JWT_SECRET, base64.b64encode(JWT_SECRET.encode()).decode(), JWT_SECRET.encode().hex()):
            service.request("GET", f"/{text}?a={text}", headers={"Authorization": f"Bearer {text}"})
        service.stop()
        self.assertEqual(sum(r.get("stream") == "access" for r in service.records), 3)
        logged = json.dumps(service.records)
        for form in (JWT_SECRET, base64.b64encode(JWT_SECRET.encode()).decode()[:40], JWT_SECRET.encode().hex()):
            self.assertNotIn(form, logged)


class Limits(limpidd.TestCase):
    def test_V15_the_limit_is_told_and_kept(self):
        service = self.start(rate_limit_enhance=3)
        for _ in range(3):
            self.assertEqual(service.post("/v1/enhance").status, 200)
        reply = service.post("/v1/enhance")
        self.assert_problem(reply, 429, "rate.limited")
        self.assertGreaterEqual(int(reply.headers["Retry-After"]), 1)
        self.assertIn('"enhance";q=3;w=60', reply.headers["RateLimit-Policy"])
        self.assertIn('"enhance";r=0', reply.headers["RateLimit"])
        self.assertEqual(service.post("/v1/inspect").status, 200)

    def test_F5_guessing_keys_blocks(self):
        path = self.folder / "keys"
        key = self.create_key(path, "--scopes", "admin")
        service = self.start(keys_file=path, block_failures=3)
        for _ in range(5):
            service.post("/v1/inspect")  # sends nothing, so guesses nothing
        self.assertEqual(service.post("/v1/inspect", x_api_key=key).status, 200)
        for _ in range(3):
            self.assertEqual(service.post("/v1/inspect", x_api_key="lmp_x").status, 401)
        reply = service.post("/v1/inspect", x_api_key=key)
        self.assert_problem(reply, 429, "client.blocked")
        self.assertGreater(int(reply.headers["Retry-After"]), 290)

    def test_P8_forwarded_clients_are_believed_from_trusted_proxies_only(self):
        def client_of(service, forwarded):
            reply = service.request("GET", "/livez", headers={"X-Forwarded-For": forwarded})
            record = service.wait_for(lambda r: r.get("request_id") == reply.headers["X-Request-Id"])
            return record["client"]

        self.assertEqual(client_of(self.start(), "203.0.113.9"), "127.0.0.1")
        one_hop = self.start(trust_proxy="1")
        self.assertEqual(client_of(one_hop, "203.0.113.9, 198.51.100.7"), "198.51.100.7")
        self.assertEqual(client_of(one_hop, "[2001:db8::1]:443"), "2001:db8::1")
        self.assertEqual(one_hop.request("GET", "/livez", headers={"X-Forwarded-For": "nonsense"}).status, 400)
        reply = one_hop.request("GET", "/livez", headers={"X-Forwarded-Proto": "https"})
        self.assertIn("max-age", reply.headers["Strict-Transport-Security"])


class Origins(limpidd.TestCase):
    def test_W5_one_origin_may_call_and_that_alone(self):
        service = self.start(cors_origins="https://photos.example")
        ask = lambda origin: service.request("POST", "/v1/inspect", PHOTO, {"Origin": origin}).headers
        mine = ask("https://photos.example")
        self.assertEqual(mine.get_all("Access-Control-Allow-Origin"), ["https://photos.example"])
        # Keys go in headers: pages send no cookies, and need not be allowed to.
        self.assertNotIn("Access-Control-Allow-Credentials", mine)
        for origin in ("https://photos.example:8443", "http://photos.example", "https://photos.example.evil", "https://a.photos.example",
                       "https://photos.example/", "HTTPS://PHOTOS.EXAMPLE.", "null", "*", "", "https://photos.example, https://evil"):
            with self.subTest(origin):
                headers = ask(origin)
                self.assertFalse([name for name in headers if name.lower().startswith("access-control-allow")], headers)
        preflight = lambda origin: service.request("OPTIONS", "/v1/enhance", headers={
            "Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}).headers
        self.assertIn("x-api-key", preflight("https://photos.example")["Access-Control-Allow-Headers"].lower())
        self.assertNotIn("Access-Control-Allow-Origin", preflight("https://evil.example"))
        for everybody in ("*", "https://*", "https://*.example", "null"):
            status, _, err = limpidd.run(f"--cors-origins={everybody}")
            self.assertNotEqual(status, 0, everybody)
            self.assertRegex(err, "^(policy|config|origin)[.]")

    def test_F15_origins(self):
        service = self.start(cors_origins="https://one.example, https://two.example")
        preflight = service.request("OPTIONS", "/v1/enhance", headers={
            "Origin": "https://two.example", "Access-Control-Request-Method": "POST"})
        self.assertEqual(preflight.status, 204)
        self.assertEqual(preflight.headers["Access-Control-Allow-Origin"], "https://two.example")
        self.assertIn("POST", preflight.headers["Access-Control-Allow-Methods"])
        for origin in ("https://three.example", "null", "https://one.example.evil", "http://one.example"):
            reply = service.request("GET", "/livez", headers={"Origin": origin})
            self.assertNotIn("Access-Control-Allow-Origin", reply.headers)
            self.assertIn("Origin", reply.headers["Vary"])
        self.assertEqual(self.start().request("OPTIONS", "/v1/enhance", headers={
            "Origin": "https://two.example", "Access-Control-Request-Method": "POST"}).status, 405)
