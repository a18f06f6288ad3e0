"""limpidd's TLS as testssl.sh sees it, which tools/setup.sh unpacks: protocols, ciphers and known vulnerabilities."""

import json
import os
import shutil
import subprocess
import unittest

import limpidd
from test_tls import TlsTestCase

UNPACKED = limpidd.ROOT / "build/test-data"
TESTSSL = UNPACKED / "usr/bin/testssl"
# It opens a connection for every question, and a loaded machine answers slowly.
LONG_S = 280

REFUSED_PROTOCOLS = ("SSLv2", "SSLv3", "TLS1", "TLS1_1")
# Those that all versions know; what else is called a list of ciphers and not a strong one is refused too.
REFUSED_CIPHERS = ("cipherlist_NULL", "cipherlist_aNULL", "cipherlist_EXPORT", "cipherlist_LOW", "cipherlist_3DES_IDEA")
STRONG = "cipherlist_STRONG"
VULNERABILITIES = ("heartbleed", "CCS", "ticketbleed", "ROBOT", "secure_renego", "secure_client_renego", "CRIME_TLS", "BREACH",
                   "POODLE_SSL", "fallback_SCSV", "SWEET32", "FREAK", "DROWN", "LOGJAM", "BEAST", "LUCKY13", "RC4")
BAD = ("LOW", "MEDIUM", "HIGH", "CRITICAL", "FATAL")


class TestSsl(TlsTestCase):
    def command(self):
        """It wants a program for names, though there are none: one that finds nothing."""
        programs = self.folder / "bin"
        programs.mkdir()
        names = programs / "nslookup"
        names.write_text("#!/bin/sh\nexit 1\n")
        names.chmod(0o755)
        data = str(UNPACKED / "etc/testssl")
        environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(self.folder), "TERM": "dumb",
                       "TESTSSL_INSTALL_DIR": data, "CA_BUNDLES_PATH": data}
        return [TESTSSL, "--quiet", "--color=0", "--warnings=off", "--nodns=none"], environment

    def findings(self, service, *options):
        """@return {id: (severity, finding)}"""
        out = self.folder / "testssl.json"
        command, environment = self.command()
        done = subprocess.run([*command, "--jsonfile", out, *options, f"127.0.0.1:{service.port}"], capture_output=True, check=False,
                              timeout=LONG_S, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL)
        self.assertTrue(out.exists(), done.stdout[-2000:] + done.stderr[-2000:])
        return {found["id"]: (found["severity"], found["finding"]) for found in json.loads(out.read_text())}

    def test_P6_testssl_finds_nothing_old_weak_or_vulnerable(self):
        self.assertTrue(TESTSSL.exists(), "tools/setup.sh unpacks testssl.sh")
        for needed in ("hexdump", "openssl"):
            self.assertIsNotNone(shutil.which(needed), needed)
        found = self.findings(self.start(), "--protocols", "--std", "--vulnerable")
        weak = {name for name in found if name.startswith("cipherlist_") and not name.startswith(STRONG)}
        for name in {*REFUSED_PROTOCOLS, *REFUSED_CIPHERS, *weak}:
            self.assertEqual(found[name][1], "not offered", name)
        for name in ("TLS1_2", "TLS1_3"):
            self.assertEqual(found[name][0], "OK", name)
            self.assertTrue(found[name][1].startswith("offered"), found[name])
        self.assertTrue(any(name.startswith(STRONG) and what == ("OK", "offered") for name, what in found.items()), found)
        for name in VULNERABILITIES:
            self.assertEqual(found[name][0], "OK", (name, found[name]))
        self.assertEqual({name: what for name, what in found.items() if what[0] in BAD}, {})


if __name__ == "__main__":
    unittest.main()
