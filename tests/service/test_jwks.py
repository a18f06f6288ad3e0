"""W9: tokens whose keys are fetched from their issuer."""

import json
import subprocess
import time

import certificates
import stub_server
from job_helpers import until
from test_access import encode


class Issuer:
    """An Ed25519 key (RFC 8037), by the openssl command."""

    def __init__(self, folder, name):
        self.name = name
        self.key = folder / f"{name}.pem"
        self._openssl("genpkey", "-algorithm", "ed25519", "-out", self.key)
        der = self._openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")
        self.jwk = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": name, "x": encode(der[-32:]).decode()}
        self.folder = folder

    @staticmethod
    def _openssl(*arguments):
        return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60).stdout

    def token(self, typ="JWT", **claims):
        claims = {"iss": "https://issuer.example.com", "aud": "limpid", "sub": "s", "exp": int(time.time()) + 600,
                  "scope": "enhance:read"} | claims
        signed = encode({"alg": "EdDSA", "typ": typ, "kid": self.name}) + b"." + encode(claims)
        path = self.folder / "signed"
        path.write_bytes(signed)
        return (signed + b"." + encode(self._openssl("pkeyutl", "-sign", "-inkey", self.key, "-rawin", "-in", path))).decode()


class Keys(stub_server.TestCase):
    def setUp(self):
        super().setUp()
        self.first = Issuer(self.folder, "first")
        self.second = Issuer(self.folder, "second")
        self.answer = (200, [("Content-Type", "application/jwk-set+json")], json.dumps({"keys": [self.first.jwk]}).encode())

    def asking(self, pair=None, **settings):
        stub = self.stub(lambda *_: self.answer, pair)
        return stub, self.start(**(self.allowed(stub) | {"jwt_keys_url": stub.url("/jwks"), "jwt_issuer": "https://issuer.example.com",
                                                         "jwt_audience": "limpid"} | settings))

    def status(self, service, token):
        return service.post("/v1/inspect", Authorization=f"Bearer {token}").status

    def ready(self, service):
        return service.request("GET", "/readyz").status == 200

    def test_W9_tokens_of_an_issuer_are_accepted(self):
        authority = certificates.Authority(self.folder / "ca")
        stub, service = self.asking(authority.issue("issuer", "IP:127.0.0.1"), outbound_ca_file=authority.certificate)
        until(lambda: self.ready(service))
        self.assertEqual(self.status(service, self.first.token()), 200)
        for claims in ({"iss": "https://other.example.com"}, {"aud": "other"}, {"exp": int(time.time()) - 600}):
            self.assertEqual(self.status(service, self.first.token(**claims)), 401, claims)
        self.assertEqual(self.status(service, self.first.token(scope="")), 403)
        head, _, signature = self.first.token().split(".")
        self.assertEqual(self.status(service, f"{head}.{encode({'sub': 'x'}).decode()}.{signature}"), 401)
        self.assertEqual(service.post("/v1/inspect").status, 401)
        self.assertEqual(stub.asked[0].path, "/jwks")

    def test_W9_nobody_comes_in_before_the_keys_are_there(self):
        good, self.answer = self.answer, (500, [], b"")
        stub, service = self.asking(block_failures=1)
        stub.wait_for(1)
        self.assert_problem(service.request("GET", "/readyz"), 503, "authority.unavailable")
        self.assertEqual(service.request("GET", "/livez").status, 200)
        self.assertEqual(self.status(service, self.first.token()), 503)
        self.answer = good
        until(lambda: self.ready(service))
        self.assertEqual(self.status(service, self.first.token()), 200)

    def test_W9_sets_that_must_not_be_used(self):
        secret = {"kty": "oct", "kid": "s", "alg": "HS256", "k": encode(b"0123456789abcdef0123456789abcdef").decode()}
        private = self.first.jwk | {"d": encode(bytes(32)).decode()}
        sets = {"secret": [self.first.jwk, secret], "private": [private], "none": [], "twice": [self.first.jwk, self.first.jwk]}
        bodies = {name: json.dumps({"keys": keys}).encode() for name, keys in sets.items()}
        bodies |= {"no JSON": b"<html>", "too large": self.answer[2] + b" " * 300_000}
        stub, service = self.asking()
        until(lambda: self.ready(service))
        service.stop()
        for name, body in bodies.items():
            with self.subTest(name):
                self.answer = (200, [], body)
                stub, service = self.asking()
                stub.wait_for(1)
                service.wait_for(lambda r: r.get("stream") == "error")
                self.assertEqual(self.status(service, self.first.token()), 503)
                service.stop()

    def test_W9_unknown_keys_do_not_have_it_ask_again_and_again(self):
        stub, service = self.asking()
        until(lambda: self.ready(service))
        self.answer = (200, [], json.dumps({"keys": [self.second.jwk]}).encode())
        for _ in range(5):
            self.assertEqual(self.status(service, self.second.token()), 401)
        self.assertEqual(len(stub.asked), 1)  # within 30 s; outbound_test.cpp lets them pass
        self.assertEqual(self.status(service, self.first.token()), 200)

    def test_W9_access_tokens_of_RFC_9068(self):
        for setting, accepted in (("JWT", {"JWT"}), ("at+jwt", {"at+jwt", "application/at+jwt"}),
                                  ("any", {"JWT", "at+jwt", "application/at+jwt"})):
            _, service = self.asking(jwt_type=setting)
            until(lambda service=service: self.ready(service))
            for typ in ("JWT", "at+jwt", "application/at+jwt", "logout+jwt"):
                with self.subTest(setting=setting, typ=typ):
                    self.assertEqual(self.status(service, self.first.token(typ)), 200 if typ in accepted else 401)
            service.stop()
