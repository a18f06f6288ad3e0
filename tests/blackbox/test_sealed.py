"""seal, unseal and keyring: what opens where, and what rotation leaves behind."""

import time

import cli
from secrets_case import CANARY, SecretsCase, run_on_terminal


class Sealed(SecretsCase):
    def setUp(self):
        super().setUp()
        self.ring = self.folder / "ring"
        self.assert_done(cli.run("keyring", "create", "-o", self.ring, "--id", "first"))
        self.using = ("--keyring", f"file:{self.ring}")
        self.secret = self.secret_file("secret", CANARY.encode())

    def seal(self, name, *arguments):
        path = self.folder / f"{name}.sealed"
        self.assert_done(cli.run("seal", self.secret, "--name", name, *self.using, "-o", path, *arguments))
        return path

    def unseal(self, path, name, *arguments, using=None):
        return cli.run("unseal", path, "--name", name, *(using or self.using), *arguments)

    def test_I6_a_value_opens_under_its_name_and_purpose_only(self):
        a, b = self.seal("a"), self.seal("b")
        self.assertEqual(self.unseal(a, "a").stdout, CANARY.encode())
        self.assert_error(self.unseal(a, "b"), "sealed.not_genuine")
        self.assert_error(self.unseal(b, "a"), "sealed.not_genuine")
        self.assert_error(self.unseal(a, "a", "--purpose", "other"), "sealed.not_genuine")
        self.assertNotEqual(a.read_bytes(), self.seal("a", "--force").read_bytes())

    def test_every_changed_byte_is_refused(self):
        whole = self.seal("a").read_bytes()
        for at in cli.places(len(whole), 3):
            changed = bytearray(whole)
            changed[at] ^= 1
            ran = cli.run("unseal", "-", "--name", "a", *self.using, stdin=bytes(changed))
            self.assertEqual((ran.status, ran.stdout), (4, b""), ran.stderr)
            self.assertRegex(ran.stderr, r"\Asealed\.(malformed|not_genuine|unknown_key): ")

    def test_I3_rotation_seals_anew_and_still_opens_the_old(self):
        old = self.seal("a")
        self.assert_done(cli.run("keyring", "rotate", *self.using, "--id", "second", "--overlap", "1d"))
        self.assert_private(self.ring)
        self.assertEqual(self.unseal(old, "a").stdout, CANARY.encode())
        self.assertTrue(self.seal("b").read_text().startswith("limpid-sealed:v1:second:"))
        listed = cli.run("keyring", "list", *self.using, "--json").json()
        self.assertEqual([key["id"] for key in listed["keys"]], ["second", "first"])
        self.assertEqual((listed["primary"], listed["keys"][0]["valid_until"]), ("second", None))

    def test_I3_after_the_overlap_the_old_key_opens_nothing(self):
        old = self.seal("a")
        self.assert_done(cli.run("keyring", "rotate", *self.using, "--overlap", "0s"))
        time.sleep(1.1)
        self.assert_error(self.unseal(old, "a"), "sealed.key_expired")

    def test_I9_rekey_is_all_or_none(self):
        a, b = self.seal("a"), self.seal("b")
        self.assert_done(cli.run("keyring", "rotate", *self.using, "--id", "second", "--overlap", "1d"))
        before = a.read_bytes(), b.read_bytes()
        self.assert_error(cli.run("keyring", "rekey", *self.using, f"a={a}", f"wrong={b}"), "sealed.not_genuine",
                          "wrong")
        self.assertEqual(before, (a.read_bytes(), b.read_bytes()))
        self.assert_done(cli.run("keyring", "rekey", *self.using, f"a={a}", f"b={b}"))
        for name, path in (("a", a), ("b", b)):
            self.assertTrue(path.read_text().startswith("limpid-sealed:v1:second:"))
            self.assertEqual(self.unseal(path, name).stdout, CANARY.encode())

    def test_rekey_moves_to_another_keyring(self):
        path = self.seal("a")
        other = self.folder / "other"
        self.assert_done(cli.run("keyring", "create", "-o", other))
        self.assert_done(cli.run("keyring", "rekey", *self.using, "--to", f"file:{other}", f"a={path}"))
        self.assert_error(self.unseal(path, "a"), "sealed.unknown_key")
        self.assertEqual(self.unseal(path, "a", using=("--keyring", f"file:{other}")).stdout, CANARY.encode())

    def test_needs_one_of_keyring_and_passphrase(self):
        for more in ((), (*self.using, "--passphrase", "env:X")):
            self.assert_error(cli.run("seal", self.secret, "--name", "a", *more), "usage.invalid",
                              "one of --keyring and --passphrase")
        path = self.seal("a")
        self.assert_error(self.unseal(path, "a", using=("--passphrase", "env:X")), "usage.invalid", "--keyring")

    def test_unseals_to_a_terminal_only_when_asked(self):
        path = self.seal("a")
        ran = run_on_terminal("unseal", path, "--name", "a", *self.using)
        self.assert_error(ran, "io.unwritable", "--to-terminal")
        self.assertEqual(ran.stdout, b"")
        ran = run_on_terminal("unseal", path, "--name", "a", *self.using, "--to-terminal")
        self.assert_done(ran)
        self.assertEqual(ran.stdout, CANARY.encode())

    def test_P18_files_with_secrets_are_private_whatever_the_umask(self):
        out = self.folder / "out"
        self.assert_done(cli.run("unseal", self.seal("a"), "--name", "a", *self.using, "-o", out, umask=0))
        self.assert_private(out)
        self.assertEqual(out.read_bytes(), CANARY.encode())
        self.assert_private(self.ring)
        self.assert_error(self.unseal(self.folder / "a.sealed", "a", "-o", out), "io.exists")
