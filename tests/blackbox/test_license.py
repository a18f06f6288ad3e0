"""Licences from the request to the release, for a site and for a machine, and every way they end."""

import datetime
import os
import time

import cli
from secrets_case import CANARY, SecretsCase

GUID = "4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3"


def day(offset):
    """RFC 3339, `offset` days from now."""
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=offset)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class LicenseCase(SecretsCase):
    def setUp(self):
        super().setUp()
        self.signer, self.public = self.key_pair("issuer")
        self.state = ("--state", self.folder / "state")

    def issue(self, *arguments, product="limpid-pro", name="site.lic"):
        path = self.folder / name
        about = () if product is None else ("--product", product)
        self.assert_done(cli.run("license", "issue", *arguments, *about, "--key", self.signer, "-o", path, "--force"))
        return path

    def verify(self, path, *arguments):
        return cli.run("license", "verify", path, "--issuer-key", self.public, *arguments)

    def assert_status(self, ran, *parts):
        self.assert_done(ran)
        for part in parts:
            self.assertIn(part, ran.stdout.decode().split())


class Site(LicenseCase):
    def setUp(self):
        super().setUp()
        # Not the home of whoever runs the tests.
        os.environ["XDG_STATE_HOME"] = str(self.folder / "home")
        self.addCleanup(os.environ.pop, "XDG_STATE_HOME")

    def test_V1_a_site_licence_works_on_any_machine(self):
        path = self.issue("--id", GUID, "--expires", "365d")
        self.assert_private(path)
        ran = self.verify(path)
        self.assert_status(ran, "status=active", "binding=none", "grace_days=45")
        self.assertRegex(ran.stdout, rb" days_left=36[45]\b")
        self.assertEqual(ran.stderr, "")
        self.assert_status(self.verify(path, "--machine-id", self.folder / "none"), "status=active")

    def test_V1_after_its_end_it_is_in_grace_and_then_over(self):
        path = self.issue("--not-before", day(-400), "--expires", day(-1), "--grace-days", "45")
        ran = self.verify(path)
        self.assert_status(ran, "status=grace")
        self.assertRegex(ran.stderr, r"\Awarning: the licence has ended; it works until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n\Z")
        ran = self.verify(path, "--at", day(45))
        self.assertEqual(ran.stdout.split()[0], b"status=expired")
        self.assert_error(ran, "license.expired")
        self.assertEqual(ran.status, 4)
        self.assertEqual(self.verify(path, "--at", day(45), "--json").json()["error"]["code"], "license.expired")

    def test_V1_a_malformed_guid_is_a_usage_error(self):
        for guid in (GUID.upper(), GUID[:-1], GUID.replace("-", ""), "x"):
            ran = cli.run("license", "issue", "--id", guid, "--product", "p", "--key", self.signer)
            self.assert_error(ran, "usage.invalid", "--id takes a GUID")
            self.assertEqual(ran.status, 2)

    def test_V5_the_guid_and_the_licensee_are_never_shown(self):
        path = self.issue("--id", GUID, "--licensee", "ada@example.org", "--expires", "1d")
        for ran in (self.verify(path), self.verify(path, "--json"), self.verify(path, "--at", day(90)),
                    self.verify(path, "--feature", "hdr"),
                    cli.run("license", "issue", "--id", GUID + "x", "--product", "p", "--key", self.signer)):
            self.assert_silent(ran, GUID if ran.status != 2 else GUID + "x", "ada@example.org")

    def test_V8_the_licence_comes_from_a_variable_or_a_file_but_not_both(self):
        text = self.issue().read_text()
        keep = {**os.environ}

        def verify(**variables):
            return cli.run("license", "verify", "--issuer-key", self.public, env={**keep, **variables})
        self.assert_status(verify(LIMPID_LICENSE_KEY=text), "status=active")
        self.assert_status(verify(LIMPID_LICENSE_KEY_FILE=str(self.folder / "site.lic")), "status=active")
        both = verify(LIMPID_LICENSE_KEY=text, LIMPID_LICENSE_KEY_FILE=str(self.folder / "site.lic"))
        self.assert_error(both, "secret.ambiguous")
        self.assertEqual(both.status, 2)
        self.assert_error(verify(), "secret.not_found")
        self.assert_error(verify(LIMPID_LICENSE_KEY=""), "secret.empty")
        ran = verify(LIMPID_LICENSE_KEY=CANARY)
        self.assert_error(ran, "license.not_genuine")
        self.assert_silent(ran, CANARY)

    def test_I11_features_that_are_not_licensed_are_refused(self):
        path = self.issue("--feature", "hdr", "--feature", "raw", "--max-instances", "2")
        self.assert_status(self.verify(path, "--feature", "hdr"), "features=hdr,raw", "max_instances=2")
        self.assert_error(self.verify(path, "--feature", "hdr", "--feature", "video"), "license.feature_not_licensed",
                          "video")

    def test_I10_the_public_status_holds_no_personal_data(self):
        path = self.issue("--licensee", "ada@example.org")
        status = self.verify(path, "--json").json()
        self.assertEqual(sorted(status), ["binding", "features", "grace_days", "max_instances", "state", "usable"])

    def test_V2_every_changed_byte_is_not_genuine(self):
        whole = self.issue("--expires", "1d").read_bytes()
        for at in cli.places(len(whole)):
            changed = bytearray(whole)
            changed[at] ^= 1
            ran = cli.run("license", "verify", "-", "--issuer-key", self.public, stdin=bytes(changed))
            self.assert_error(ran, "license.not_genuine")
        _, stranger = self.key_pair("stranger")
        self.assert_error(cli.run("license", "verify", self.folder / "site.lic", "--issuer-key", stranger),
                          "license.not_genuine")

    def test_not_before_and_impossible_terms(self):
        self.assert_error(self.verify(self.issue("--not-before", "2d")), "license.not_yet_valid")
        ran = cli.run("license", "issue", "--product", "p", "--expires", "2020-01-01", "--key", self.signer)
        self.assert_error(ran, "usage.invalid", "ends before it begins")
        self.assert_error(cli.run("license", "issue", "--key", self.signer), "usage.invalid", "--product")
        self.assert_error(cli.run("license", "issue", "--product", "p q", "--key", self.signer), "argument.invalid")

    def test_a_clock_that_was_turned_back_is_noticed(self):
        path = self.issue("--not-before", day(-30))
        self.assert_status(self.verify(path, *self.state), "status=active")
        self.assert_error(self.verify(path, *self.state, "--at", day(-1)), "license.clock_rollback")
        self.assert_status(self.verify(path, *self.state, "--at", day(-0.01)), "status=active")
        # A look at another time is not remembered.
        self.assert_status(self.verify(path, *self.state, "--at", day(900)), "status=active")
        self.assert_status(self.verify(path, *self.state), "status=active")

    def test_what_is_remembered_cannot_be_edited(self):
        path = self.issue("--id", GUID)
        self.assert_status(self.verify(path, *self.state), "status=active")
        memory = self.folder / "state" / f"{GUID}.memory"
        self.assert_private(memory)
        memory.write_bytes(memory.read_bytes()[:-2] + b"AA")
        self.assert_error(self.verify(path, *self.state), "sealed.not_genuine")


class Machine(LicenseCase):
    def setUp(self):
        super().setUp()
        self.machine = ("--machine-id", self.file("machine-id", b"0123456789abcdef" * 2 + b"\n"))
        self.request = self.folder / "machine.req"

    def ask(self, guid=GUID):
        ran = cli.run("license", "request", "--id", guid, "--product", "limpid-pro", *self.machine, *self.state,
                      "-o", self.request, "--force")
        self.assert_done(ran)
        self.assertEqual((ran.stdout, ran.stderr), (b"", ""))

    def activate(self, path, machine=None):
        return cli.run("license", "activate", path, "--issuer-key", self.public, *(machine or self.machine),
                       *self.state)

    def bound(self, *arguments):
        self.ask()
        return self.issue(self.request, *arguments, product=None, name="machine.lic")

    def test_V2_request_issue_activate_verify_deactivate(self):
        path = self.bound("--expires", "365d")
        self.assert_status(self.activate(path), "status=active", "binding=machine")
        self.assert_status(self.verify(path, *self.machine, *self.state), "status=active", "binding=machine")
        release = self.folder / "release"
        gone = cli.run("license", "deactivate", path, "--issuer-key", self.public, *self.state, "-o", release)
        self.assert_done(gone)
        self.assert_error(self.verify(path, *self.machine, *self.state), "license.deactivated")
        self.assert_error(self.activate(path), "license.wrong_request")
        proof = cli.run("license", "verify", path, "--issuer-key", self.public, "--release", release)
        self.assert_done(proof)
        self.assertIn(b"released_at=", proof.stdout)

    def test_V2_another_machine_is_refused(self):
        path = self.bound()
        other = ("--machine-id", self.file("other-id", b"fedcba9876543210" * 2 + b"\n"))
        self.assert_error(self.activate(path, other), "license.machine_mismatch")
        self.assert_status(self.activate(path), "status=active")
        self.assert_error(self.verify(path, *other, *self.state), "license.machine_mismatch")

    def test_V2_only_the_answer_to_the_own_request_is_accepted(self):
        path = self.bound()
        self.ask()  # a new request: the former licence answers another
        self.assert_error(self.activate(path), "license.wrong_request")
        self.assert_error(self.activate(self.issue()), "license.wrong_request")
        ran = cli.run("license", "issue", self.request, "--product", "other", "--key", self.signer)
        self.assert_error(ran, "argument.invalid")

    def test_after_a_release_a_new_request_works(self):
        path = self.bound()
        self.assert_done(self.activate(path))
        self.assert_done(cli.run("license", "deactivate", path, "--issuer-key", self.public, *self.state))
        time.sleep(1.1)  # issued later: times are whole seconds
        self.assert_status(self.activate(self.bound()), "status=active")

    def test_V2_a_changed_request_is_not_genuine(self):
        self.ask()
        whole = self.request.read_bytes()
        for at in cli.places(len(whole), 7):
            changed = bytearray(whole)
            changed[at] ^= 1
            ran = cli.run("license", "issue", "-", "--key", self.signer, stdin=bytes(changed))
            self.assert_error(ran, "license.not_genuine")

    def test_the_machine_s_id_is_never_shown(self):
        path = self.bound()
        for ran in (self.activate(path), self.verify(path, *self.machine, *self.state, "--json")):
            self.assert_silent(ran, "0123456789abcdef" * 2)
        for name in os.listdir(self.folder / "state"):
            self.assert_private(self.folder / "state" / name)
            self.assertNotIn(b"0123456789abcdef0123", (self.folder / "state" / name).read_bytes())
        self.assertNotIn(b"0123456789abcdef0123", self.request.read_bytes() + path.read_bytes())
        self.assertEqual(self.mode_of(self.folder / "state"), 0o700)

    def test_a_machine_without_an_id_is_refused(self):
        for contents in (b"", b"uninitialized\n", b"0123\n", b"0123456789ABCDEF" * 2):
            bad = self.file("bad-id", contents)
            self.assert_error(cli.run("license", "request", "--id", GUID, "--product", "p", "--machine-id", bad,
                                      *self.state), "io.unreadable", "machine id")

    def test_a_state_folder_that_others_can_write_is_refused(self):
        (self.folder / "state").mkdir()
        (self.folder / "state").chmod(0o777)
        ran = cli.run("license", "request", "--id", GUID, "--product", "p", *self.machine, *self.state)
        self.assert_error(ran, "secret.exposed", "state")

    def test_a_keyring_from_elsewhere_seals_the_state(self):
        ring = self.folder / "ring"
        self.assert_done(cli.run("keyring", "create", "-o", ring))
        ran = cli.run("license", "request", "--id", GUID, "--product", "p", *self.machine, *self.state,
                      "--keyring", f"file:{ring}")
        self.assert_done(ran)
        self.assertEqual(sorted(os.listdir(self.folder / "state")), [f"{GUID}.request", "device.sealed"])
