"""docs/incident-response.md is a runbook that runs: its commands, in their order, against a running service."""

import json
import os
import pathlib
import re
import subprocess
import time
import unittest

import limpidd

RUNBOOK = (limpidd.ROOT / "docs/incident-response.md").read_text()
BLOCKS = dict(re.findall(r"<!-- run: (\w+) -->\n```sh\n(.*?)```", RUNBOOK, re.DOTALL))


class Incident(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        self.places = {name: self.folder / re.search(rf"^{name}=.*/(\S+)$", BLOCKS["places"], re.MULTILINE).group(1)
                       for name in ("LOG", "KEYS", "LOCKDOWN")}
        self.done = {"places"}

    def run_block(self, name, **variables):
        """Run a block of the runbook as an operator would. @return what it prints"""
        folder = os.pathsep.join((str(pathlib.Path(limpidd.PROGRAM).parent), os.environ["PATH"]))
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", BLOCKS[name]], cwd=self.folder, capture_output=True,
                              text=True, check=False, timeout=limpidd.TIMEOUT_S,
                              env=limpidd.environment(**{k: str(v) for k, v in self.places.items()}, **variables, PATH=folder))
        self.assertEqual(done.returncode, 0, f"{name}: {done.stderr}")
        self.done.add(name)
        return done.stdout

    def wait_for_status(self, service, key, status):
        deadline = time.monotonic() + limpidd.TIMEOUT_S
        while (found := service.post("/v1/inspect", x_api_key=key).status) != status:
            self.assertLess(time.monotonic(), deadline, found)
            time.sleep(0.1)

    def test_F21_P32_W18_the_runbook(self):
        leaked = self.create_key(self.places["KEYS"], "--scopes", "enhance:submit,enhance:read")
        key_id = leaked.split("_")[1]
        service = self.start(keys_file=self.places["KEYS"], audit_file=self.places["LOG"],
                             lockdown_file=self.places["LOCKDOWN"])
        self.assertEqual(service.post("/v1/enhance", x_api_key=leaked).status, 200)
        self.assertEqual(service.post("/v1/enhance", x_api_key="lmp_guess").status, 401)

        self.assertTrue(self.run_block("verify").startswith("ok: "))
        self.assertIn('"event":"auth.failed"', self.run_block("identify"))
        self.assertIn('"event":"auth.accepted"', self.run_block("principal", KEY_ID=key_id))
        self.assertTrue(self.run_block("contain", KEY_ID=key_id).startswith("deny since "))
        self.wait_for_status(service, leaked, 503)
        self.run_block("evidence")
        exported = json.loads((self.folder / "incident.json").read_text())
        self.assertIn(key_id, {record.get("principal") for record in exported["records"]})
        self.assertEqual(exported["proof"]["first_seq"], 1)
        self.assertIn("revoked=", self.run_block("revoke", KEY_ID=key_id))
        self.run_block("rotate")
        renewed = (self.folder / "new-key").read_text().strip()
        self.assertIn(f'"reason":"key {key_id} leaked"', self.run_block("open"))
        self.wait_for_status(service, renewed, 200)
        self.assertEqual(service.post("/v1/enhance", x_api_key=leaked).status, 401)
        self.assertEqual(service.stop(), 0)
        self.assertTrue(self.run_block("verify").startswith("ok: "))
        self.assertEqual(self.done, set(BLOCKS), "a block that no test runs")


class Policy(unittest.TestCase):
    def test_W19_reporters_learn_what_to_expect(self):
        text = (limpidd.ROOT / "SECURITY.md").read_text()
        rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE))
        self.assertIn("answer", rows["within 48 hours"])
        self.assertIn("how far", rows["every 14 days until it is fixed"])
        self.assertIn("fixed release", rows["within 90 days"])
        self.assertRegex(text, r"under \*Security\* in the \[changelog\]")
        self.assertIn("You are named", text)
        (version,) = re.findall(r'LIMPID_VERSION_STRING "(\d+\.\d+)\.',
                                (limpidd.ROOT / "core/include/limpid/version.hpp").read_text())
        self.assertEqual([fixed for name, fixed in rows.items() if name.startswith(f"{version} ")], ["yes"])


if __name__ == "__main__":
    unittest.main()
