"""The alert rules of deploy/alerts, held against the metrics of a running limpidd."""

import os
import re
import shutil
import signal
import sys
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/service"))

import limpidd  # noqa: E402
import redis_server  # noqa: E402
import stub_server  # noqa: E402
from job_helpers import until  # noqa: E402

RULES = [rule for group in yaml.safe_load((ROOT / "deploy/alerts/limpid.rules.yml").read_text())["groups"]
         for rule in group["rules"]]
# The forms that the rules keep to: a gauge, above or below a bound, and what a counter grew by. Prometheus judges the second over the time in
# brackets; here it is the time between two readings.
EXPRESSION = re.compile(r"(?:sum\()?(?P<grew>increase\()?(?P<name>limpid_\w+)(?:\{(?P<label>\w+)=(?P<match>~?)\"(?P<value>[^\"]*)\"\})?"
                        r"(?:\[\d+[mh]\])?\)*\s*(?P<side>[<>])\s*(?P<bound>\d+)")


def samples(service):
    """Metric -> its samples, each (labels, value); metrics without a sample too."""
    text = service.request("GET", "/metrics", port=service.metrics_port()).body.decode()
    found = {name: [] for name in re.findall(r"^# TYPE (\w+) (?:counter|gauge)$", text, re.MULTILINE)}
    for name, labels, value in re.findall(r"^(\w+)(?:\{(.*)\})? (\S+)$", text, re.MULTILINE):
        if name in found:
            found[name].append((dict(re.findall(r'(\w+)="([^"]*)"', labels)), float(value)))
    return found


def amount(rule, readings):
    parts = EXPRESSION.fullmatch(rule["expr"])
    def fits(labels):
        if not parts["label"]:
            return True
        pattern = parts["value"] if parts["match"] else re.escape(parts["value"])
        return re.fullmatch(pattern, labels.get(parts["label"], "")) is not None
    return sum(value for labels, value in readings[parts["name"]] if fits(labels))


def firing(before, after):
    names = set()
    for rule in RULES:
        parts = EXPRESSION.fullmatch(rule["expr"])
        if parts["name"] not in after:
            continue  # as for Prometheus: nothing is said of what is not there
        seen = amount(rule, after) - (amount(rule, before) if parts["grew"] else 0)
        if seen > float(parts["bound"]) if parts["side"] == ">" else seen < float(parts["bound"]):
            names.add(rule["alert"])
    return names


class Alerts(limpidd.TestCase):
    def serve(self, **settings):
        self.keys = self.folder / "keys"
        self.key = self.create_key(self.keys, "--scopes", "admin")
        service = self.start("--metrics-listen=127.0.0.1:0", keys_file=self.keys, **settings)
        return service, samples(service)

    def fires(self, service, before, alert):
        self.assertIn(alert, firing(before, samples(service)))

    def serve_lonely(self):
        """One that is to work with others, none of which does."""
        stub = self.stub = stub_server.Stub(lambda *_: (500, [], b""))
        self.addCleanup(stub.close)
        shutil.copy(limpidd.KEEPER, self.folder / "limpid-keeper")
        return self.serve(
            outbound_hosts=f"127.0.0.1:{stub.port}", outbound_networks="127.0.0.0/8", state_dir=self.folder / "state",
            webhook_secret=f"file:{self.file('secret', stub_server.TestCase.SECRET)}", webhook_schedule=0, alert_webhook=stub.url(),
            auth_forward_url=stub.url(), jwt_keys_url=stub.url(), jwt_issuer="i", jwt_audience="a",
            redis_url=f"unix:{self.folder}/no-redis", redis_fail="local",
            redis_password=f"file:{self.file('password', redis_server.PASSWORD)}",
            audit_file=self.folder / "audit", keeper_program=self.folder / "limpid-keeper", block_failures=3)

    def test_F20_every_rule_can_be_read_and_says_what_to_do(self):
        anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
                   for heading in re.findall(r"^#+ (.*)$", (ROOT / "docs/incident-response.md").read_text(), re.MULTILINE)}
        self.assertEqual(len({rule["alert"] for rule in RULES}), len(RULES))
        for rule in RULES:
            with self.subTest(rule["alert"]):
                self.assertRegex(rule["expr"], EXPRESSION)
                self.assertIn(rule["labels"]["severity"], ("warning", "critical"))
                page, anchor = rule["annotations"]["runbook"].split("#")
                self.assertEqual(page, "docs/incident-response.md")
                self.assertIn(anchor, anchors)
                self.assertTrue(rule["annotations"]["summary"])

    def test_F20_rules_and_metrics_are_about_each_other(self):
        service, metrics = self.serve()
        named = {EXPRESSION.fullmatch(rule["expr"])["name"] for rule in RULES}
        _, lonely = self.serve_lonely()
        self.assertEqual(named - set(lonely), set(), "no such metric")
        security = re.compile(r"limpid_(auth_|block|rate_refusals|connections_refused|settings_refused|lockdown|audit|keeper|redis_(up|loss|fallb)"
                              r"|outbound|webhook_|authority_v|jwt_keys|alerts|.*_by_cause)")
        self.assertEqual({name for name in {*metrics, *lonely} if security.match(name)} - named, set(), "a metric without a rule")
        causes = {labels["cause"] for labels, _ in metrics["limpid_worker_deaths_by_cause_total"]}
        watched = re.findall(r'cause=~?"([^"]*)"', " ".join(rule["expr"] for rule in RULES))
        self.assertEqual(causes, set("|".join(watched).split("|")))

    def test_P31_nothing_fires_while_nothing_happens(self):
        service, before = self.serve(audit_file=self.folder / "audit")
        for _ in range(5):
            self.assertEqual(service.post("/v1/enhance", x_api_key=self.key).status, 200)
        self.assertEqual(firing(before, samples(service)), set())

    def test_P31_guessing_fires(self):
        service, before = self.serve(block_failures=21)
        for _ in range(130):
            service.post("/v1/inspect", b"", x_api_key="lmp_x")
        for alert in ("LimpidCredentialsRefused", "LimpidAddressesBlocked", "LimpidBlockedAddressesGoOn"):
            self.fires(service, before, alert)

    def test_P31_floods_fire(self):
        service, before = self.serve(rate_limit_ip=1, block_breaches=0)
        for _ in range(105):
            service.request("GET", "/openapi.json", headers={"x-api-key": self.key})
        self.fires(service, before, "LimpidLimitsExceeded")

    def test_P31_the_end_of_a_keeper_fires(self):
        service, before = self.serve(audit_file=self.folder / "audit")
        os.kill(service.keeper(), signal.SIGKILL)
        service.wait_for(lambda r: r.get("event") == "keeper_restarted")
        self.fires(service, before, "LimpidKeeperDied")

    def test_P31_who_does_not_answer_fires(self):
        service, before = self.serve_lonely()
        self.assertEqual(service.post(f"/v1/jobs?webhook={self.stub.url('/hook')}", x_api_key=self.key).status, 202)
        for number in range(6):
            self.assertEqual(service.post("/v1/inspect", Cookie=str(number)).status, 503)
        for _ in range(3):  # which blocks, which alarms
            service.post("/v1/inspect", b"", x_api_key="lmp_x")
        (self.folder / "limpid-keeper").unlink()
        os.kill(service.keeper(), signal.SIGKILL)
        expected = {"LimpidRedisAway", "LimpidAuthorityAway", "LimpidWebhooksDie", "LimpidTokenKeysStale", "LimpidAlertsLost",
                    "LimpidKeeperAway"}
        until(lambda: expected <= firing(before, samples(service)))

    def test_P31_a_target_inside_fires(self):
        service, before = self.serve(outbound_hosts="localhost:9", state_dir=self.folder / "state", webhook_schedule=0,
                                     webhook_secret=f"file:{self.file('secret', stub_server.TestCase.SECRET)}")
        self.assertEqual(service.post("/v1/jobs?webhook=https://localhost:9/", x_api_key=self.key).status, 202)
        until(lambda: {"LimpidTargetsRefused", "LimpidWebhooksDie"} <= firing(before, samples(service)))

    def test_P31_operators_learn_of_lockdowns_and_refused_settings(self):
        config = self.file("limpidd.toml", "rate_limit_key = 100\n")
        lockdown = self.file("lockdown", "damaged")
        self.keys = self.folder / "keys"
        self.create_key(self.keys, "--scopes", "admin")
        service = self.start("--metrics-listen=127.0.0.1:0", "--config", config, keys_file=self.keys, lockdown_file=lockdown,
                             network_allow="10.0.0.0/8")
        before = samples(service)
        self.fires(service, before, "LimpidLockedDown")
        config.write_text("headers_off = \"all\"\n")
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("error_code") == "config.invalid_value")
        self.fires(service, before, "LimpidSettingsRefused")
        service.raw(b"GET / HTTP/1.1\r\n\r\n")
        self.fires(service, before, "LimpidStrangersConnect")


if __name__ == "__main__":
    unittest.main()
