"""Secrets on the command line: how they come in, where they go, and that they are seen nowhere else."""

import base64
import os
import pathlib
import time

import cli
from secrets_case import CANARY, SecretsCase, run_on_terminal


class References(SecretsCase):
    """Every option that takes a secret takes a reference and nothing else."""

    def commands(self, reference):
        data = self.file("data", b"data")
        licence = self.file("licence", b"LIMPID-LICENSE-x.y\n")
        out = ("-o", self.folder / "out")
        yield "sign", data, "--key", reference
        yield "sign", data, "--key", f"file:{data}", "--key-password", reference
        for command in ("seal", "unseal"):
            yield command, data, "--name", "n", "--keyring", reference, *out
            yield command, data, "--name", "n", "--passphrase", reference, *out
        yield "keyring", "rotate", "--keyring", reference
        yield "keyring", "list", "--keyring", reference
        yield "keyring", "rekey", "--keyring", reference, f"n={data}"
        yield "license", "issue", "--product", "p", "--key", reference, *out
        yield "license", "request", "--id", GUID, "--product", "p", "--keyring", reference, *self.state(), *out
        yield "license", "verify", licence, "--issuer-key", PUBLIC_KEY, "--keyring", reference, *self.state()
        yield "enhance", data, "-o", self.folder / "out.png", "--manifest", self.folder / "m", "--sign-key", reference

    def state(self):
        return "--state", self.folder / "state"

    def test_V6_a_literal_is_refused_and_not_repeated(self):
        for command in self.commands(CANARY):
            for more in ((), ("--json",)) if command[:2] == ("keyring", "list") else ((),):
                ran = cli.run(*command, *more)
                with self.subTest(command[:2]):
                    self.assert_error(ran, "secret.literal_refused", "file:PATH, env:NAME or fd:NUMBER")
                    self.assertEqual(ran.status, 2)
                    self.assert_silent(ran, CANARY)
        self.assertFalse((self.folder / "out").exists())

    def test_V6_an_argument_too_many_is_not_repeated(self):
        ran = cli.run("sign", "data", CANARY, "--key", "env:KEY")
        self.assert_error(ran, "usage.invalid", "an argument too many")
        self.assert_silent(ran, CANARY)

    def test_malformed_and_unknown_references_are_refused(self):
        data = self.file("data", b"data")
        for reference, code in (("file:", "secret.malformed_reference"), ("env:A-B", "secret.malformed_reference"),
                                ("fd:1024", "secret.malformed_reference"), ("fd:x", "secret.malformed_reference"),
                                ("vault:secret/x", "secret.unsupported_reference"),
                                ("env:LIMPID_TEST_UNSET", "secret.not_found"), ("fd:77", "secret.not_found"),
                                (f"file:{self.folder}/none", "secret.not_found"),
                                (f"file:{self.folder}", "secret.unavailable")):
            with self.subTest(reference):
                self.assert_error(cli.run("sign", data, "--key", reference), code)

    def seal(self, reference, **options):
        return cli.run("seal", "-", "--name", "n", "--passphrase", reference, stdin=b"x", **options)

    def unseal(self, sealed, reference, **options):
        return cli.run("unseal", "-", "--name", "n", "--passphrase", reference, stdin=sealed, **options)

    def test_V6_files_variables_and_descriptors_give_the_same(self):
        path = self.secret_file("p", CANARY.encode() + b"\n")
        sealed = self.seal(f"file:{path}").stdout
        self.assertEqual(self.unseal(sealed, f"file:{path}").stdout, b"x")
        self.assertEqual(self.unseal(sealed, "env:PASS", env={**os.environ, "PASS": CANARY}).stdout, b"x")
        read, write = os.pipe()
        os.write(write, CANARY.encode())
        os.close(write)
        self.assertEqual(self.unseal(sealed, f"fd:{read}", pass_fds=(read,)).stdout, b"x")
        os.close(read)

    def test_V8_a_variable_is_wiped_when_it_was_read(self):
        running = cli.start("seal", "-", "--name", "n", "--passphrase", "env:PASS",
                            env={**os.environ, "PASS": CANARY})
        try:
            environ = f"/proc/{running.pid}/environ"
            deadline = time.monotonic() + cli.TIMEOUT_S
            while b"PASS=\0" not in (text := pathlib.Path(environ).read_bytes()):
                self.assertLess(time.monotonic(), deadline, "the variable is still there")
                time.sleep(0.01)
            self.assertNotIn(CANARY.encode(), text)
            self.assertNotIn(CANARY.encode(), pathlib.Path(f"/proc/{running.pid}/cmdline").read_bytes())
            out, err = running.communicate(b"x", timeout=cli.TIMEOUT_S)
        finally:
            running.kill()
            running.wait()
        self.assertEqual((running.returncode, err), (0, b""))
        self.assertTrue(out.startswith(b"limpid-sealed:v1:argon2id$"))

    def test_V10_a_file_is_trimmed_and_may_not_be_empty(self):
        path = self.secret_file("p", b" \t" + CANARY.encode() + b"\r\n\n")
        sealed = self.seal(f"file:{path}").stdout
        self.assertEqual(self.unseal(sealed, "env:PASS", env={**os.environ, "PASS": CANARY}).stdout, b"x")
        for contents in (b"", b"\n \t\n"):
            ran = self.seal(f"file:{self.secret_file('e', contents)}")
            self.assert_error(ran, "secret.empty")
            self.assertEqual(ran.status, 2)

    def test_V10_a_file_that_others_can_reach_is_refused(self):
        path = self.secret_file("p", CANARY.encode())
        for mode in (0o604, 0o644, 0o620, 0o660, 0o602, 0o777):
            path.chmod(mode)
            ran = self.seal(f"file:{path}")
            self.assert_error(ran, "secret.exposed", str(path)[-20:])
            self.assertEqual(ran.status, 4)
            self.assert_silent(ran, CANARY)
        for mode in (0o400, 0o600, 0o440, 0o640):
            path.chmod(mode)
            self.assert_done(self.seal(f"file:{path}"))

    def test_standard_input_is_one_thing(self):
        """Or nothing would be sealed or signed under the name of something."""
        for command in (("seal", "-", "--name", "n", "--passphrase", "fd:0"),
                        ("unseal", "-", "--name", "n", "--keyring", "fd:0"),
                        ("sign", "-", "--key", "fd:0"),
                        ("license", "issue", "-", "--key", "fd:0"),
                        ("license", "verify", "-", "--issuer-key", PUBLIC_KEY, "--keyring", "fd:0"),
                        ("enhance", "-", "-o", "-", "--manifest", self.folder / "m", "--sign-key", "fd:0")):
            with self.subTest(command[:2]):
                ran = cli.run(*command, stdin=CANARY.encode())
                self.assert_error(ran, "usage.invalid", "standard input")
                self.assertEqual(ran.stdout, b"")

    def test_a_weak_passphrase_seals_nothing(self):
        for weak in (b"short", b"aaaaaaaaaaaaaaaaaaaa", b"changemechangeme"):
            ran = self.seal(f"file:{self.secret_file('w', weak)}")
            self.assert_error(ran, "secret.too_weak")
            self.assert_silent(ran, weak)


class Generate(SecretsCase):
    def generate(self, *arguments):
        ran = cli.run("secret", "generate", *arguments)
        self.assert_done(ran)
        self.assertEqual(ran.stderr, "")
        return ran.stdout.decode().removesuffix("\n")

    def test_I12_makes_what_openssl_rand_makes(self):
        self.assertEqual(len(base64.b64decode(self.generate(), validate=True)), 32)
        self.assertEqual(len(base64.b64decode(self.generate("--bytes", "48"), validate=True)), 48)
        self.assertEqual(len({self.generate() for _ in range(20)}), 20)
        for bytes_ in ("15", "1025", "x"):
            self.assert_error(cli.run("secret", "generate", "--bytes", bytes_), "usage.invalid", "16 to 1024")

    def test_I12_a_generated_secret_is_strong_enough_to_seal_with(self):
        path = self.folder / "p"
        self.generate("-o", path)
        self.assert_done(cli.run("seal", "-", "--name", "n", "--passphrase", f"file:{path}", stdin=b"x"))

    def test_an_api_key_is_shown_once_and_kept_as_a_hash(self):
        record = self.folder / "record.json"
        key = self.generate("--kind", "api-key", "--scope", "enhance:read", "--expires", "90d", "--record", record)
        self.assertRegex(key, r"\Almp_[0-9a-z]{8}_[A-Za-z0-9_-]{43}_[0-9a-z]{6}\Z")
        self.assertIn("enhance:read", record.read_text())
        self.assertNotIn(key.split("_", 2)[2][:43], record.read_text())

    def test_tokens_are_kept_as_a_hash(self):
        for kind, prefix in (("session", "lms_"), ("ticket", "lmt_")):
            record = self.folder / f"{kind}.json"
            token = self.generate("--kind", kind, "--subject", "ada", "--record", record)
            self.assertTrue(token.startswith(prefix))
            self.assertNotIn(token[4:], record.read_text())
            self.assertIn('"subject":"ada"', record.read_text())

    def test_options_that_mean_nothing_are_refused(self):
        for arguments in (("--scope", "x"), ("--subject", "x"), ("--record", "r"), ("--kind", "api-key"),
                          ("--kind", "ticket", "--bytes", "32", "--record", "r", "--subject", "a")):
            self.assert_error(cli.run("secret", "generate", *arguments, cwd=self.folder), "usage.invalid")
        self.assert_only()

    def test_goes_to_a_private_file_or_where_it_is_asked(self):
        path = self.folder / "s"
        self.assertEqual(self.generate("-o", path), "")
        self.assert_private(path)
        self.assert_error(cli.run("secret", "generate", "-o", path), "io.exists")
        ran = run_on_terminal("secret", "generate")
        self.assert_error(ran, "io.unwritable", "--to-terminal")
        self.assertEqual(ran.stdout, b"")
        self.assertEqual(len(run_on_terminal("secret", "generate", "--to-terminal").stdout.strip()), 44)


class Canary(SecretsCase):
    """V5: whatever is done with a secret, it is in no message, and in no file but the one that is for it."""

    def test_V5_no_command_repeats_a_secret(self):
        signer, public = self.key_pair()
        ring = self.folder / "ring"
        cli.run("keyring", "create", "-o", ring)
        # Behind algorithms (6), salt (32), cost (16) and id (8): the seed.
        seed = base64.b64decode((self.folder / "signer.key").read_text().splitlines()[1])[62:94]
        master = ring.read_text().splitlines()[1].split(" ")[3].encode()
        broken = self.secret_file("broken", (self.folder / "signer.key").read_bytes().replace(b"RW", b"RX", 1))
        damaged = self.secret_file("damaged", ring.read_bytes()[:-9] + b"!" * 9)
        passphrase = self.secret_file("pass", CANARY.encode())
        data, sealed = self.file("data", b"data"), self.folder / "sealed"
        cli.run("seal", passphrase, "--name", "n", "--keyring", f"file:{ring}", "-o", sealed)
        for command in (
            ("sign", data, "--key", signer), ("sign", data, "--key", f"file:{broken}", "--force"),
            ("sign", data, "--key", f"file:{passphrase}"), ("sign", data, "--key", signer),
            ("sign", data, "--key", signer, "--key-password", f"file:{passphrase}", "--force"),
            ("verify", data, "--trusted-key", self.folder / "signer.key", "--json"),
            ("verify", data, "--trusted-key", public, "--json"), ("verify", data, "--trusted-key", passphrase),
            ("seal", data, "--name", "n", "--passphrase", f"file:{passphrase}"),
            ("seal", data, "--name", "n", "--keyring", f"file:{passphrase}"),
            ("unseal", sealed, "--name", "m", "--keyring", f"file:{ring}"),
            ("unseal", passphrase, "--name", "n", "--keyring", f"file:{ring}"),
            ("keyring", "list", "--keyring", f"file:{ring}", "--json"),
            ("keyring", "list", "--keyring", f"file:{damaged}", "--json"),
            ("keyring", "list", "--keyring", f"file:{passphrase}", "--json"),
            ("license", "issue", "--product", "p", "--key", signer),
            ("license", "verify", passphrase, "--issuer-key", public, "--json"),
            ("enhance", data, "-o", "-", "--manifest", self.folder / "m", "--sign-key", f"file:{passphrase}", "--json"),
        ):
            with self.subTest(command[:2]):
                self.assert_silent(cli.run(*command), CANARY, seed,
                                   master[:40])


GUID = "4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3"
# Of RFC 8032 section 7.1, test 1, with the id that limpid makes of it replaced by zeros.
PUBLIC_KEY = base64.b64encode(
    b"Ed" + bytes(8) + bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")).decode()
