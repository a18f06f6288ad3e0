"""The security headers beside those that npm's helmet sends for the same switches (tools/interop.sh installs it)."""

import json
import random
import signal
import subprocess
import unittest

import limpidd

CONFIGURATIONS = 64
SEED = 1977

# The older name of a switch, where it has one.
SWITCHES = {
    "contentSecurityPolicy": None, "crossOriginEmbedderPolicy": None, "crossOriginOpenerPolicy": None,
    "crossOriginResourcePolicy": None, "originAgentCluster": None, "referrerPolicy": None, "strictTransportSecurity": "hsts",
    "xContentTypeOptions": "noSniff", "xDnsPrefetchControl": "dnsPrefetchControl", "xDownloadOptions": "ieNoOpen",
    "xFrameOptions": "frameguard", "xPermittedCrossDomainPolicies": "permittedCrossDomainPolicies",
    "xPoweredBy": "hidePoweredBy", "xXssProtection": "xssFilter"}
# What any of them can send.
HEADERS = ("Content-Security-Policy", "Content-Security-Policy-Report-Only", "Cross-Origin-Embedder-Policy",
           "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Origin-Agent-Cluster", "Referrer-Policy",
           "Strict-Transport-Security", "X-Content-Type-Options", "X-DNS-Prefetch-Control", "X-Download-Options", "X-Frame-Options",
           "X-Permitted-Cross-Domain-Policies", "X-Powered-By", "X-XSS-Protection")
REFERRERS = ("no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin", "origin-when-cross-origin",
             "strict-origin-when-cross-origin", "unsafe-url")
DIRECTIVES = {"imgSrc": ["'self'", "data:", "https://images.example"], "scriptSrc": ["'self'", "'wasm-unsafe-eval'"],
              "connectSrc": ["'none'"], "frameAncestors": ["'none'"], "upgradeInsecureRequests": [], "formAction": ["'self'"]}


def dashed(name):
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name)


def policy(directives):
    return "; ".join(" ".join([dashed(name), *values]) for name, values in directives.items())


def configuration(chance):
    """@return Helmet's options and limpidd's settings that mean the same, both at random."""
    names = list(DIRECTIVES)
    directives = {"defaultSrc": chance.choice((["'none'"], ["'self'"]))}
    directives |= {name: DIRECTIVES[name] for name in chance.sample(names, chance.randint(0, len(names)))}
    report_only = chance.random() < 0.2
    opener = chance.choice(("same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none"))
    resource = chance.choice(("same-origin", "same-site", "cross-origin"))
    embedder = chance.choice(("off", "require-corp", "credentialless", "unsafe-none"))
    referrers = chance.sample(REFERRERS, chance.randint(1, 3))
    age, below, preload = chance.choice((0, 86400, 31536000, 63072000)), chance.random() < 0.7, chance.random() < 0.3
    prefetch, frames = chance.random() < 0.3, chance.choice(("deny", "sameorigin"))
    domains = chance.choice(("none", "master-only", "by-content-type", "all"))
    off = [name for name in SWITCHES if chance.random() < 0.25]
    options = {
        "contentSecurityPolicy": {"useDefaults": False, "reportOnly": report_only, "directives": directives},
        "crossOriginOpenerPolicy": {"policy": opener}, "crossOriginResourcePolicy": {"policy": resource},
        "crossOriginEmbedderPolicy": embedder != "off" and {"policy": embedder}, "referrerPolicy": {"policy": referrers},
        "strictTransportSecurity": {"maxAge": age, "includeSubDomains": below, "preload": preload},
        "xDnsPrefetchControl": {"allow": prefetch}, "xFrameOptions": {"action": frames},
        "xPermittedCrossDomainPolicies": {"permittedPolicies": domains}}
    options |= {name: False for name in off}
    # Express, which sends X-Powered-By, is not here: with or without the switch it is not sent.
    options.pop("xPoweredBy", None)
    settings = {
        "content_security_policy": policy(directives), "content_security_policy_report_only": report_only,
        "cross_origin_opener_policy": opener, "cross_origin_resource_policy": resource, "cross_origin_embedder_policy": embedder,
        "referrer_policy": ", ".join(referrers), "hsts_max_age_s": age, "hsts_include_subdomains": below, "hsts_preload": preload,
        "dns_prefetch_control": "on" if prefetch else "off", "frame_options": frames, "permitted_cross_domain_policies": domains,
        "headers_off": [SWITCHES[name] if SWITCHES[name] and chance.random() < 0.5 else name for name in off]}
    return options, settings


def helmets(options):
    """What npm's helmet sends for each."""
    script = limpidd.ROOT / "tests/security/interop/helmet.mjs"
    done = subprocess.run(["node", script], input=json.dumps(options).encode(), capture_output=True, check=False, timeout=limpidd.TIMEOUT_S)
    if done.returncode:
        raise AssertionError(f"tools/interop.sh installs helmet: {done.stderr.decode()}")
    return json.loads(done.stdout)


def comparable(headers):
    """Helmet writes no blank between directives."""
    return {name: value.replace(";", "; ") if name.startswith("Content-Security") else value
            for name, value in headers.items() if name in HEADERS}


class Helmet(limpidd.TestCase):
    def reload(self, service, settings):
        """@return when they are in force."""
        self.config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
        before = sum(r.get("event") == "reloaded" for r in service.records)
        service.signal(signal.SIGHUP)
        service.wait_for(lambda _: sum(r.get("event") == "reloaded" for r in service.records) > before)

    def sent(self, service, path):
        headers = service.request("GET", path, headers={"X-Forwarded-Proto": "https"}).headers
        return {name: ", ".join(headers.get_all(name)) for name in HEADERS if name in headers}

    def test_P9_headers_equal_helmets_for_64_configurations(self):
        chance = random.Random(SEED)
        pairs = [configuration(chance) for _ in range(CONFIGURATIONS)]
        expected = helmets([options for options, _ in pairs])
        self.config = self.file("limpid.toml", "")
        service = self.start("--config", self.config, trust_proxy="loopback")
        for (options, settings), theirs in zip(pairs, expected):
            with self.subTest(options):
                self.assertIsNotNone(theirs)
                self.reload(service, settings)
                self.assertEqual(self.sent(service, "/livez"), comparable(theirs))
                self.assertEqual(self.sent(service, "/nowhere"), comparable(theirs))
        # All of them were taken away and sent at some time.
        for header in set(HEADERS) - {"X-Powered-By"}:
            self.assertIn(sum(header in theirs for theirs in expected), range(1, CONFIGURATIONS), header)

    def test_P9_the_default_differs_from_helmets_where_pages_are_meant(self):
        (theirs,) = helmets([{}])
        ours = self.sent(self.start(trust_proxy="loopback"), "/livez")
        different = {name for name in HEADERS if ours.get(name) != theirs.get(name)}
        self.assertEqual(different, {"Content-Security-Policy", "X-Frame-Options"})

    def test_P9_what_helmet_refuses_is_refused(self):
        (theirs,) = helmets([{"referrerPolicy": {"policy": ["origin", "origin"]}}])
        self.assertIsNone(theirs)
        for value in ("origin, origin", "no-referer", ""):
            status, _, err = limpidd.run("--referrer-policy", value)
            self.assertNotEqual(status, 0)
            self.assertIn("config.invalid_value", err)


if __name__ == "__main__":
    unittest.main()
