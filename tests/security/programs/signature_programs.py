#!/usr/bin/env python3
"""limpid, minisign and signify read and believe each other's files; PBKDF2 agrees with Python's.

    signature_programs.py SIGNATURE_TOOL

The programs are Debian's minisign and signify-openbsd.
"""

import hashlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = None
SEED = "07" * 32


def program(name, package):
    path = shutil.which(name)
    if path is None:
        sys.exit(f"{name} is missing: tools/setup.sh installs Debian's {package}")
    return path


class SignaturePrograms(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "file"
        self.file.write_bytes(random.Random(1).randbytes(200_000))

    def path(self, name):
        return str(self.folder / name)

    def run_program(self, *command, text="", expect=0):
        run = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)
        self.assertEqual(run.returncode, expect, f"{command}\n{run.stdout}{run.stderr}")
        return run.stdout

    def limpid(self, *command, **kwargs):
        return self.run_program(TOOL, *command, **kwargs).strip()

    def assert_limpid_refuses_other_files(self, verify, public_key, signature):
        other = self.folder / "other"
        other.write_bytes(self.file.read_bytes()[:-1] + b"\0")
        self.assertEqual(self.limpid(verify, public_key, signature, str(other), expect=1), "signature.mismatch")

    # minisign

    def minisign_keys(self, password=""):
        secret, public = self.path("ms.key"), self.path("ms.pub")
        flags = [] if password else ["-W"]
        self.run_program(MINISIGN, "-G", *flags, "-f", "-s", secret, "-p", public, text=f"{password}\n{password}\n")
        return secret, public

    def test_limpid_verifies_minisigns_files_in_both_forms(self):
        secret, public = self.minisign_keys()
        for flags in ([], ["-l"]):
            signature = self.path("file.minisig")
            self.run_program(MINISIGN, "-S", *flags, "-s", secret, "-x", signature, "-t", "trusted\there", "-m", str(self.file))
            self.assertEqual(self.limpid("minisign-verify", public, signature, str(self.file)), "trusted\there")
            self.assert_limpid_refuses_other_files("minisign-verify", public, signature)

    def test_minisign_verifies_limpids_files(self):
        secret, public, signature = self.path("our.key"), self.path("our.pub"), self.path("our.minisig")
        key_id = self.limpid("minisign-key", SEED, secret, public)
        self.limpid("minisign-sign", secret, "", str(self.file), signature, "from limpid")
        said = self.run_program(MINISIGN, "-V", "-p", public, "-x", signature, "-m", str(self.file))
        self.assertIn("Trusted comment: from limpid", said)
        line = Path(public).read_text().splitlines()[1]
        self.run_program(MINISIGN, "-V", "-P", line, "-x", signature, "-m", str(self.file))
        self.file.write_bytes(b"another file")
        self.run_program(MINISIGN, "-V", "-p", public, "-x", signature, "-m", str(self.file), expect=1)
        self.assertRegex(key_id, "^[0-9A-F]{16}$")

    def test_minisign_signs_with_limpids_key(self):
        secret, public, signature = self.path("our.key"), self.path("our.pub"), self.path("theirs.minisig")
        self.limpid("minisign-key", SEED, secret, public)
        self.run_program(MINISIGN, "-S", "-s", secret, "-x", signature, "-t", "t", "-m", str(self.file))
        self.assertEqual(self.limpid("minisign-verify", public, signature, str(self.file)), "t")

    def test_limpid_signs_with_minisigns_key(self):
        secret, public = self.minisign_keys()
        signature = self.path("our.minisig")
        self.limpid("minisign-sign", secret, "", str(self.file), signature, "c")
        self.run_program(MINISIGN, "-V", "-p", public, "-x", signature, "-m", str(self.file))

    def test_limpid_opens_minisigns_password(self):
        secret, public = self.minisign_keys(password="correct horse")
        signature = self.path("our.minisig")
        self.assertEqual(self.limpid("minisign-sign", secret, "wrong", str(self.file), signature, "c", expect=1),
                         "key.wrong_password")
        self.limpid("minisign-sign", secret, "correct horse", str(self.file), signature, "c")
        self.run_program(MINISIGN, "-V", "-p", public, "-x", signature, "-m", str(self.file))

    # signify

    def signify_keys(self):
        secret, public = self.path("sg.sec"), self.path("sg.pub")
        self.run_program(SIGNIFY, "-G", "-n", "-s", secret, "-p", public)
        return secret, public

    def test_limpid_verifies_signifys_files(self):
        secret, public = self.signify_keys()
        signature = self.path("file.sig")
        self.run_program(SIGNIFY, "-S", "-s", secret, "-x", signature, "-m", str(self.file))
        self.limpid("signify-verify", public, signature, str(self.file))
        self.assert_limpid_refuses_other_files("signify-verify", public, signature)

    def test_signify_verifies_limpids_files(self):
        secret, public, signature = self.path("our.sec"), self.path("our.pub"), self.path("our.sig")
        self.limpid("signify-key", SEED, secret, public)
        self.limpid("signify-sign", secret, str(self.file), signature)
        self.run_program(SIGNIFY, "-V", "-p", public, "-x", signature, "-m", str(self.file))
        self.file.write_bytes(b"another file")
        self.run_program(SIGNIFY, "-V", "-p", public, "-x", signature, "-m", str(self.file), expect=1)

    def test_each_signs_with_the_others_key(self):
        secret, public, signature = self.path("our.sec"), self.path("our.pub"), self.path("x.sig")
        self.limpid("signify-key", SEED, secret, public)
        self.run_program(SIGNIFY, "-S", "-s", secret, "-x", signature, "-m", str(self.file))
        self.limpid("signify-verify", public, signature, str(self.file))
        secret, public = self.signify_keys()
        self.limpid("signify-sign", secret, str(self.file), signature)
        self.run_program(SIGNIFY, "-V", "-p", public, "-x", signature, "-m", str(self.file))

    # Passwords

    def test_pbkdf2_agrees_with_python(self):
        chance = random.Random(2)
        cases = [(chance.randbytes(chance.randrange(200)), chance.randbytes(chance.randrange(100)),
                  chance.randrange(1, 50), chance.randrange(1, 200)) for _ in range(500)]
        lines = "".join(f"x{p.hex()} x{s.hex()} {n} {size}\n" for p, s, n, size in cases)
        expected = [hashlib.pbkdf2_hmac("sha256", p, s, n, size).hex() for p, s, n, size in cases]
        self.assertEqual(self.limpid("pbkdf2", text=lines).split(), expected)


if __name__ == "__main__":
    TOOL = sys.argv.pop(1)
    MINISIGN = program("minisign", "minisign")
    SIGNIFY = program("signify-openbsd", "signify-openbsd")
    unittest.main()
