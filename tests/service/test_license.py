"""What a licence permits, and who sees what of it."""

import datetime
import json
import os
import signal
import subprocess
import time

import limpidd
from job_helpers import until
from limpidd import CLI, TIMEOUT_S

GUID = "4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3"
LICENSEE = "somebody@example.com"


def days_ago(days):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


class TestCase(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        self.cli("keygen", "-o", self.folder / "issuer.key")
        self.license = self.folder / "site.lic"

    def cli(self, *arguments):
        subprocess.run([CLI, *map(os.fspath, arguments)], check=True, capture_output=True, timeout=TIMEOUT_S)

    def issue(self, *arguments):
        self.license.unlink(missing_ok=True)
        self.cli("license", "issue", "--id", GUID, "--product", "limpidd", "--licensee", LICENSEE,
                 "--key", f"file:{self.folder / 'issuer.key'}", "-o", self.license, *arguments)

    def start_licensed(self, *arguments, **settings):
        return self.start(f"--license-key=file:{self.license}", *arguments,
                          license_issuer_keys=self.folder / "issuer.pub", **settings)


class States(TestCase):
    def test_V1_no_licence_is_needed(self):
        service = self.start()
        self.assertEqual(service.post("/v1/enhance").status, 200)
        self.assertEqual(service.request("GET", "/v1/license").json(), {"license": None, "required": False})
        status, _, err = limpidd.run("--listen=127.0.0.1:0", "--license-required=true")
        self.assertIn("config.invalid_value", err)
        self.assertNotEqual(status, 0)

    def test_V1_in_its_grace_it_warns(self):
        self.issue("--not-before", days_ago(400), "--expires", days_ago(1), "--grace-days", "45")
        service = self.start_licensed(license_required="true", audit_file=self.folder / "audit")
        reply = service.post("/v1/enhance")
        self.assertEqual(reply.status, 200)
        self.assertRegex(reply.headers["Limpid-License"], r"^grace; days=4[34]$")
        self.assertIn("Limpid-License", service.post("/v1/inspect").headers)
        self.assertNotIn("Limpid-License", service.request("GET", "/livez").headers)
        self.assertIn("grace", service.wait_for(lambda r: r.get("event") == "license")["detail"])
        _, out, _ = limpidd.run("audit", "query", "--file", self.folder / "audit", "--event", "license.state")
        self.assertEqual(json.loads(out)["details"], {"state": "grace"})

    def test_V1_past_its_grace_nothing_is_enhanced(self):
        self.issue("--not-before", days_ago(400), "--expires", days_ago(50), "--grace-days", "45")
        service = self.start_licensed(license_required="true", state_dir=self.folder / "state")
        for path in ("/v1/enhance", "/v1/jobs"):
            self.assert_problem(service.post(path), 402, "license.expired")
        self.assertEqual(service.post("/v1/inspect").status, 200)
        for path in ("/readyz", "/livez", "/openapi.json"):
            self.assertEqual(service.request("GET", path).status, 200)
        # A renewal is taken over while it runs.
        self.issue()
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("event") == "reloaded")
        self.assertEqual(service.post("/v1/enhance").status, 200)
        # A damaged one is not.
        self.license.write_text(self.license.read_text().replace("LIMPID-LICENSE-e", "LIMPID-LICENSE-f"))
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: str(r.get("error_code", "")).startswith("license."))
        self.assertEqual(service.post("/v1/enhance").status, 200)

    def test_V1_without_a_gate_an_expired_one_stops_nothing(self):
        self.issue("--not-before", days_ago(400), "--expires", days_ago(50), "--grace-days", "45")
        service = self.start_licensed()
        self.assertEqual(service.post("/v1/enhance").status, 200)
        self.assertEqual(service.request("GET", "/v1/license").json()["license"]["state"], "expired")

    def test_V8_of_another_issuer_it_keeps_from_starting(self):
        self.issue()
        self.cli("keygen", "-o", self.folder / "other.key")
        text = self.license.read_text()
        status, _, err = limpidd.run("--listen=127.0.0.1:0", "--license-issuer-keys", self.folder / "other.pub",
                                     env={"LIMPID_LICENSE_KEY": text})
        self.assertEqual(status, 4)
        self.assertIn("license.not_genuine", err)
        self.assertNotIn(text.strip()[15:40], err)
        status, _, err = limpidd.run("--listen=127.0.0.1:0", env={"LIMPID_LICENSE_KEY": text,
                                                                  "LIMPID_LICENSE_KEY_FILE": str(self.license)})
        self.assertEqual((status, "secret.ambiguous" in err), (2, True), err)


class Shown(TestCase):
    def test_I10_the_public_status_names_nobody(self):
        self.issue("--feature", "hdr")
        keys = self.folder / "keys"
        admin, other = self.create_key(keys, "--scopes", "admin"), self.create_key(keys, "--scopes", "enhance:read")
        service = self.start_licensed(keys_file=keys, audit_file=self.folder / "audit", admin_listen="127.0.0.1:0")
        reply = service.request("GET", "/v1/license")
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.json()["license"]["features"], ["hdr"])
        self.assertEqual(reply.json()["license"]["state"], "active")
        details = lambda **headers: service.request("GET", "/v1/license/details", headers=headers, port=service.port_of("admin"))
        self.assertEqual(details().status, 401)
        self.assertEqual(details(**{"x-api-key": other}).status, 403)
        shown = details(**{"x-api-key": admin})
        self.assertEqual(shown.json()["id"], GUID[:8] + "..." + GUID[-4:])
        service.stop()
        everything = reply.body + shown.body + json.dumps(service.records).encode() + (self.folder / "audit").read_bytes()
        # V5: the id is not logged either.
        for private in (LICENSEE, GUID, self.license.read_text().strip()[:60]):
            self.assertNotIn(private.encode(), everything)


class Features(TestCase):
    def test_I11_what_is_gated_must_be_licensed(self):
        self.issue("--feature", "vivid")
        service = self.start_licensed(license_features="vivid,restore,jobs", state_dir=self.folder / "state")
        presets = [entry for entry in service.request("GET", "/openapi.json").json()["paths"]["/v1/enhance"]["post"][
            "parameters"] if entry["name"] == "preset"][0]["schema"]["enum"]
        self.assertEqual({"vivid", "restore"} - set(presets), set(), presets)
        self.assertEqual(service.post("/v1/enhance").status, 200)
        self.assertEqual(service.post("/v1/enhance?preset=vivid").status, 200)
        self.assert_problem(service.post("/v1/enhance?preset=restore"), 403, "license.feature_not_licensed")
        self.assert_problem(service.post("/v1/jobs"), 403, "license.feature_not_licensed")

    def test_I11_instances_are_counted(self):
        self.issue("--max-instances", "2")
        leases = self.folder / "leases"
        settings = {"license_required": "true", "license_leases_dir": leases, "license_lease_s": 3}
        first, second = self.start_licensed(**settings), self.start_licensed(**settings)
        third = self.start_licensed(**settings)
        self.assert_problem(third.request("GET", "/readyz"), 403, "license.too_many_instances")
        self.assert_problem(third.post("/v1/enhance"), 403, "license.too_many_instances")
        self.assertEqual(third.post("/v1/inspect").status, 200)
        time.sleep(3)
        for service in (first, second):  # which renew theirs
            self.assertEqual(service.post("/v1/enhance").status, 200)
        # One that ends gives its lease back; one that is killed does not, and loses it.
        first.process.kill()
        until(lambda: third.post("/v1/enhance").status == 200)
        fourth = self.start_licensed(**settings)
        self.assertEqual(fourth.post("/v1/enhance").status, 403)
        second.stop()
        until(lambda: fourth.post("/v1/enhance").status == 200)
        self.assertEqual(leases.stat().st_mode & 0o777, 0o700)
