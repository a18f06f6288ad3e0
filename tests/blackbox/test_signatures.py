"""keygen, sign, verify, and what enhance signs and demands: the whole way, and every way to fail."""

import json
import shutil
import subprocess
import unittest

import cli
import images
from secrets_case import SecretsCase


class Keygen(SecretsCase):
    def test_writes_the_secret_key_for_its_owner_only(self):
        ran = cli.run("keygen", "-o", self.folder / "release.key", "--json", umask=0)
        self.assert_done(ran)
        made = ran.json()
        self.assert_private(self.folder / "release.key")
        self.assert_only("release.key", "release.pub")
        lines = (self.folder / "release.pub").read_text().splitlines()
        self.assertEqual(lines[1], made["public_key"])
        self.assertRegex(made["public_key"], r"\ARW[A-Za-z0-9+/]{54}\Z")
        self.assertRegex(made["key_id"], r"\A[0-9A-F]{16}\Z")
        self.assert_silent(ran, (self.folder / "release.key").read_text().splitlines()[1])

    def test_never_replaces_a_key_unasked(self):
        self.key_pair()
        before = [(self.folder / name).read_bytes() for name in ("signer.key", "signer.pub")]
        self.assert_error(cli.run("keygen", "-o", self.folder / "signer.key"), "io.exists", "signer.key")
        self.assert_error(cli.run("keygen", "-o", self.folder / "other.key", "--public", self.folder / "signer.pub"),
                          "io.exists", "signer.pub")
        self.assertEqual(before, [(self.folder / name).read_bytes() for name in ("signer.key", "signer.pub")])
        self.assert_only("signer.key", "signer.pub")
        self.assert_done(cli.run("keygen", "-o", self.folder / "signer.key", "--force"))
        self.assertNotEqual(before[0], (self.folder / "signer.key").read_bytes())

    def test_keeps_a_dangling_link(self):
        (self.folder / "signer.key").symlink_to(self.folder / "elsewhere")
        self.assert_error(cli.run("keygen", "-o", self.folder / "signer.key"), "io.exists")
        self.assert_only("signer.key")

    def test_two_keys_differ(self):
        self.key_pair("a"), self.key_pair("b")
        self.assertNotEqual((self.folder / "a.pub").read_bytes(), (self.folder / "b.pub").read_bytes())

    def test_needs_a_file(self):
        self.assert_error(cli.run("keygen", "-o", "-"), "usage.invalid", "names a file")


class Files(SecretsCase):
    def setUp(self):
        super().setUp()
        self.signer, self.public = self.key_pair()
        self.data = self.file("data.bin", bytes(range(256)) * 9000)

    def verify(self, *arguments, key=None):
        return cli.run("verify", self.data, "--trusted-key", key or self.public, *arguments)

    def test_proves_what_was_signed(self):
        for form, ending in (("minisign", ".minisig"), ("signify", ".sig")):
            self.assert_done(cli.run("sign", self.data, "--key", self.signer, "--as", form))
            self.assertTrue((self.folder / f"data.bin{ending}").exists())
            ran = self.verify("--as", form, "--json")
            self.assert_done(ran)
            self.assertEqual(ran.json()["verified"], f"file, by {form}")
            self.assertIn("key id: ", self.verify("--as", form).stdout.decode())
        self.assertRegex(self.verify("--json").json()["trusted_comment"], r"\Atimestamp:\d+\tfile:data\.bin\thashed\Z")

    def test_refuses_what_was_not_signed(self):
        _, stranger = self.key_pair("stranger")
        for form, ending in (("minisign", ".minisig"), ("signify", ".sig")):
            self.assert_done(cli.run("sign", self.data, "--key", self.signer, "--as", form))
            self.assert_error(self.verify("--as", form, key=stranger), "signature.unknown_key")
            signature = self.folder / f"data.bin{ending}"
            self.data.write_bytes(self.data.read_bytes()[:-1] + b"\x00")
            ran = self.verify("--as", form)
            self.assert_error(ran, "signature.mismatch")
            self.assertEqual((ran.status, ran.stdout), (4, b""))
            self.data.write_bytes(bytes(range(256)) * 9000)
            signature.write_bytes(b"untrusted comment: x\nRWQ=\n")
            self.assert_error(self.verify("--as", form), "signature.malformed")
        self.assert_error(self.verify("--signature", self.folder / "none"), "io.unreadable")

    def test_believes_any_of_several_keys(self):
        _, stranger = self.key_pair("stranger")
        self.assert_done(cli.run("sign", self.data, "--key", self.signer))
        text = self.public.read_text().splitlines()[1]
        self.assert_done(self.verify("--trusted-key", text, key=stranger))
        self.assert_error(cli.run("verify", self.data), "usage.invalid", "--trusted-key is required")

    def test_tells_the_reason_as_json(self):
        self.assert_done(cli.run("sign", self.data, "--key", self.signer))
        self.data.write_bytes(b"other")
        ran = self.verify("--json")
        self.assertEqual(ran.json()["error"]["code"], "signature.mismatch")
        self.assertEqual((ran.status, ran.json()["error"]["exit_code"]), (4, 4))

    def test_signs_what_comes_in_through_a_pipe(self):
        signed = cli.run("sign", "-", "--key", self.signer, stdin=self.data.read_bytes())
        self.assert_done(signed)
        signature = self.file("piped.minisig", signed.stdout)
        self.assert_done(cli.run("verify", "-", "--signature", signature, "--trusted-key", self.public,
                                 stdin=self.data.read_bytes()))
        self.assert_error(cli.run("verify", "-", "--trusted-key", self.public), "usage.invalid", "--signature")

    def test_an_option_that_would_not_be_obeyed_is_refused(self):
        self.assert_error(cli.run("sign", self.data, "--key", self.signer, "--expires", "1d"), "usage.invalid")
        self.assert_error(self.verify("--min-counter", "3"), "usage.invalid")
        self.assert_error(self.verify("--original", self.data), "usage.invalid", "--result")
        self.assert_only("data.bin", "signer.key", "signer.pub")

    def test_a_file_that_is_no_key_is_refused(self):
        self.assert_error(self.verify(key=self.folder / "signer.key"), "key.malformed")
        ran = cli.run("sign", self.data, "--key", f"file:{self.secret_file('x.key', b'no key')}")
        self.assert_error(ran, "key.malformed")

    @unittest.skipUnless(shutil.which("minisign"), "needs the Debian package minisign")
    def test_minisign_reads_our_files_and_we_read_its(self):
        self.assert_done(cli.run("sign", self.data, "--key", self.signer))
        subprocess.run(["minisign", "-Vq", "-p", self.public, "-m", self.data], check=True)
        theirs = self.folder / "theirs"
        subprocess.run(["minisign", "-G", "-W", "-p", f"{theirs}.pub", "-s", f"{theirs}.key"], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run(["minisign", "-S", "-s", f"{theirs}.key", "-m", self.data], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)
        self.assert_done(self.verify(key=f"{theirs}.pub"))
        (self.folder / "theirs.key").chmod(0o600)
        self.assert_done(cli.run("sign", self.data, "--key", f"file:{theirs}.key", "--force"))
        subprocess.run(["minisign", "-Vq", "-p", f"{theirs}.pub", "-m", self.data], check=True)

    @unittest.skipUnless(shutil.which("signify-openbsd"), "needs the Debian package signify-openbsd")
    def test_signify_reads_our_files(self):
        signer, public = self.key_pair("sig", "--format", "signify")
        self.assert_done(cli.run("sign", self.data, "--key", signer, "--as", "signify"))
        subprocess.run(["signify-openbsd", "-Vq", "-p", public, "-m", self.data, "-x", f"{self.data}.sig"], check=True)


class Documents(SecretsCase):
    def setUp(self):
        super().setUp()
        self.signer, self.public = self.key_pair()
        self.photo = self.file("in.png", images.photo_png())
        self.recipe = self.file("recipe.json", cli.run("analyse", self.photo).stdout)

    def sign(self, *arguments):
        ran = cli.run("sign", self.recipe, "--as", "recipe", "--key", self.signer, *arguments)
        self.assert_done(ran)
        return self.file("signed.json", ran.stdout)

    def verify(self, path, *arguments):
        return cli.run("verify", path, "--as", "recipe", "--trusted-key", self.public, *arguments)

    def test_says_what_was_proven(self):
        signed = self.sign("--expires", "2099-01-01", "--counter", "7")
        proven = self.verify(signed, "--json").json()
        self.assertEqual((proven["verified"], proven["purpose"], proven["expires_at"], proven["counter"]),
                         ("recipe", "limpid.recipe", "2099-01-01T00:00:00Z", 7))
        self.assertEqual(self.verify(self.sign(), "--json").json()["expires_at"], None)

    def test_refuses_what_is_not_as_it_was_signed(self):
        signed = self.sign("--expires", "2099-01-01", "--counter", "7")
        self.assert_error(self.verify(signed, "--at", "2099-01-02"), "signature.expired")
        self.assert_error(self.verify(signed, "--at", "2020-01-01"), "signature.not_yet_valid")
        self.assert_error(self.verify(signed, "--min-counter", "8"), "signature.rolled_back")
        self.assert_done(self.verify(signed, "--min-counter", "7", "--at", "2099-01-01T00:00:30Z"))
        self.assert_error(self.verify(signed, "--leeway", "0s", "--at", "2099-01-01T00:00:30Z"), "signature.expired")
        self.assert_error(cli.run("verify", signed, "--as", "manifest", "--trusted-key", self.public),
                          "signature.wrong_purpose")
        _, stranger = self.key_pair("stranger")
        self.assert_error(cli.run("verify", signed, "--as", "recipe", "--trusted-key", stranger),
                          "signature.unknown_key")
        signed.write_bytes(signed.read_bytes().replace(b'"counter":7', b'"counter":8'))
        self.assert_error(self.verify(signed), "signature.mismatch")
        self.assert_error(self.verify(self.recipe), "signature.malformed")

    def test_enhance_applies_only_what_was_signed(self):
        signed = self.sign()
        out = self.folder / "out.png"
        demand = ("enhance", self.photo, "-o", out, "--require-signed")
        self.assert_error(cli.run(*demand, self.recipe, "--trusted-key", self.public), "signature.malformed")
        _, stranger = self.key_pair("stranger")
        self.assert_error(cli.run(*demand, signed, "--trusted-key", stranger), "signature.unknown_key")
        self.assert_error(cli.run(*demand, signed), "usage.invalid", "--trusted-key")
        for more in (("--strength", "0.5"), ("--recipe", self.recipe), ("--preset", "vivid")):
            self.assert_error(cli.run(*demand, signed, "--trusted-key", self.public, *more), "usage.invalid",
                              "--require-signed")
        self.assertFalse(out.exists())
        self.assert_done(cli.run(*demand, signed, "--trusted-key", stranger, "--trusted-key", self.public))
        plain = self.folder / "plain.png"
        self.assert_done(cli.run("enhance", self.photo, "-o", plain, "--recipe", self.recipe))
        self.assertEqual(out.read_bytes(), plain.read_bytes())

    def test_a_manifest_says_which_file_became_which(self):
        out, manifest = self.folder / "out.png", self.folder / "out.manifest"
        self.assert_done(cli.run("enhance", self.photo, "-o", out, "--manifest", manifest, "--sign-key", self.signer))
        check = ("verify", manifest, "--as", "manifest", "--trusted-key", self.public)
        self.assertFalse(cli.run(*check, "--json").json()["files_compared"])
        proven = cli.run(*check, "--original", self.photo, "--result", out, "--json")
        self.assert_done(proven)
        self.assertTrue(proven.json()["files_compared"])
        self.assert_error(cli.run(*check, "--original", out, "--result", out), "manifest.input_mismatch")
        self.assert_error(cli.run(*check, "--original", self.photo, "--result", self.photo),
                          "manifest.output_mismatch")

    def test_signs_a_manifest_that_was_kept(self):
        signed = self.folder / "out.manifest"
        self.assert_done(cli.run("enhance", self.photo, "-o", self.folder / "out.png", "--manifest", signed,
                                 "--sign-key", self.signer))
        bare = self.file("bare.json", json.dumps(json.loads(signed.read_text())["payload"]).encode())
        again = cli.run("sign", bare, "--as", "manifest", "--key", self.signer, "--expires", "30d")
        self.assert_done(again)
        self.assert_done(cli.run("verify", "-", "--as", "manifest", "--trusted-key", self.public, stdin=again.stdout))
        self.assert_error(cli.run("sign", self.recipe, "--as", "manifest", "--key", self.signer), "manifest.malformed")

    def test_a_manifest_needs_its_key_before_the_work_is_done(self):
        out = self.folder / "out.png"
        for more, code in ((("--manifest", self.folder / "m"), "usage.invalid"),
                           (("--sign-key", self.signer), "usage.invalid"),
                           (("--manifest", self.folder / "m", "--sign-key", f"file:{self.folder}/none"),
                            "secret.not_found"),
                           (("--manifest", self.folder / "none/m", "--sign-key", self.signer), "io.unwritable")):
            self.assert_error(cli.run("enhance", self.photo, "-o", out, *more), code)
        self.assertFalse(out.exists())
