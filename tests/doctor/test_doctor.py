"""limpid doctor, health and serve on installations that are made here, and on limpidd itself."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/service"))

import limpidd  # noqa: E402

DEPLOY = ROOT / "deploy"
# Put together here, so that nobody's scanner takes this file for a leak.
RANDOM = "q7Zk2Wm9" + "Xv4Tb8Ld3Rf6"
SECRET = RANDOM + "Hn5Jc1Gy0Pe8Ua"


class Ran:
    def __init__(self, done):
        self.status = done.returncode
        self.stdout = done.stdout.decode()
        self.stderr = done.stderr.decode()


def limpid(*arguments, env=None, cwd=None):
    return Ran(subprocess.run([limpidd.CLI, *map(os.fspath, arguments)], capture_output=True, check=False, cwd=cwd,
                              timeout=4 * limpidd.TIMEOUT_S, stdin=subprocess.DEVNULL, env=limpidd.environment(**(env or {}))))


def program(*arguments, **options):
    subprocess.run(arguments, check=True, capture_output=True, timeout=limpidd.TIMEOUT_S, **options)


class Report:
    """What doctor --json printed."""

    def __init__(self, ran):
        self.ran = ran
        self.report = json.loads(ran.stdout)
        self.checks = {check["id"]: check for check in self.report["checks"]}

    def found(self, severity):
        return {name for name, check in self.checks.items() if check["verdict"] == "finding" and check["severity"] == severity}

    def verdict(self, name):
        return self.checks[name]["verdict"]

    def detail(self, name):
        return self.checks[name]["detail"]


class TestCase(limpidd.TestCase):
    def doctor(self, *arguments, env=None, cwd=None):
        ran = limpid("doctor", "--json", *arguments, env=env, cwd=cwd)
        self.assertEqual(ran.stderr, "")
        report = Report(ran)
        self.assertEqual(ran.status, min(len(report.found("fail")), 100), ran.stdout)
        return report

    def copy_of_deploy(self):
        """A copy with the modes of a checkout, whatever the umask was."""
        folder = self.folder / "deploy"
        shutil.copytree(DEPLOY, folder)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        return folder


class Examples(TestCase):
    def test_F18_the_examples_that_deploy_pass(self):
        folder = self.copy_of_deploy()
        report = self.doctor("--profile", "production", "--config", folder / "limpidd.toml", "--deploy", folder)
        self.assertEqual(report.found("fail"), set(), report.ran.stdout)
        for name in ("config.authentication", "deploy.compose_user", "deploy.docker_user", "deploy.unit_user", "sandbox.worker",
                     "crypto.picture", "net.exposure"):
            self.assertEqual(report.verdict(name), "ok", report.checks[name])
        self.assertGreaterEqual(len(report.checks), 60)
        text = limpid("doctor", "--profile", "production", "--config", folder / "limpidd.toml", "--deploy", folder)
        self.assertEqual(text.status, 0)
        self.assertRegex(text.stdout, r"\n\d+ checks for production: \d+ ok, 0 FAIL, ")

    def test_F18_the_exit_code_counts_the_failures(self):
        config = self.file("limpidd.toml", 'listen = "0.0.0.0:8080"\nrate_limit_ip = 0\ntrust_proxy = "true"\n', 0o640)
        report = self.doctor("--profile", "production", "--config", config)
        expected = {"config.authentication", "config.rate_limits", "net.exposure", "net.plain_http", "net.trust_proxy"}
        self.assertEqual(report.found("fail"), expected, report.ran.stdout)
        self.assertEqual(report.report["summary"]["failed"], 5)
        self.assertEqual(report.ran.status, 5)

    def test_wrong_use_is_an_error_and_no_report(self):
        for arguments, status in ((["--profile", "prod"], 2), (["--live", "ftp://x"], 2), (["--deploy", self.folder], 5),
                                  (["--advisories", self.folder / "none"], 5), (["--key", "env:X"], 2),
                                  (["--license", self.folder / "none"], 4)):
            ran = limpid("doctor", *arguments)
            self.assertEqual((ran.status, ran.stdout), (status, ""), ran.stderr)


class Settings(TestCase):
    def config(self, text):
        return self.file("limpidd.toml", text, 0o640)

    def only_failure(self, text, name, env=None):
        report = self.doctor("--config", self.config(text), env=env)
        self.assertEqual(report.found("fail"), {name}, report.ran.stdout)
        return report

    def test_F1_unknown_names_in_file_and_environment(self):
        self.assertIn("workers", self.only_failure("wrokers = 1\n", "config.unknown_names").detail("config.unknown_names"))
        report = self.only_failure("", "config.environment", {"LIMPID_LISEN": "x"})
        self.assertIn("listen", report.detail("config.environment"))

    def test_P17_literals_and_placeholders(self):
        report = self.only_failure("jwt_secret = 'changeme'\n", "config.secret_literals")
        self.assertNotIn("changeme", report.ran.stdout)
        self.only_failure("log_file = '${NO_SUCH_VARIABLE}'\n", "config.placeholders")
        self.only_failure("workers = 1000\n", "config.values")
        self.only_failure("workers = \n", "config.file")

    def test_V4_a_secret_in_the_configuration(self):
        report = self.doctor("--config", self.config(f"workers = 1\njwt_secret = '{RANDOM}'\n"))
        self.assertEqual(report.found("fail"), {"config.secret_literals", "files.secrets_in_config"})
        self.assertIn("limpidd.toml:2", report.detail("files.secrets_in_config"))
        self.assertNotIn(RANDOM, report.ran.stdout)

    def test_I12_I2_weak_secrets_and_their_source(self):
        good = "jwt_issuer = 'i'\njwt_audience = 'a'\n"
        weak = self.file("weak", "changeme\n")
        report = self.only_failure(good, "keys.secret_strength", {"LIMPID_JWT_SECRET_FILE": str(weak)})
        self.assertNotIn("changeme", report.ran.stdout)
        strong = self.file("strong", SECRET)
        report = self.doctor("--config", self.config(good), env={"LIMPID_JWT_SECRET_FILE": str(strong)})
        self.assertEqual(report.found("fail"), set(), report.ran.stdout)
        self.assertIn("LIMPID_JWT_SECRET_FILE", report.detail("keys.secret_source"))
        report = self.doctor("--config", self.config(good), env={"LIMPID_JWT_SECRET": SECRET})
        self.assertEqual(report.verdict("keys.secret_source"), "finding")
        self.assertEqual(report.verdict("env.secret_variables"), "finding")
        self.assertNotIn(SECRET, report.ran.stdout)

    def test_F19_P24_keys_are_read_below_the_root(self):
        root = self.folder / "root"
        (root / "var").mkdir(parents=True, mode=0o700)
        self.create_key(root / "var/keys", "--scopes", "admin", "--days", "5")
        report = self.doctor("--profile", "production", "--config", self.config("keys_file = '/var/keys'\n"), "--root", root)
        self.assertEqual(report.found("fail"), set(), report.ran.stdout)
        self.assertEqual(report.verdict("keys.any_valid"), "ok")
        for name in ("keys.admin", "keys.expiring_soon"):
            self.assertEqual(report.verdict(name), "finding", report.checks[name])


class Files(TestCase):
    def test_P18_modes_are_found_and_fixed(self):
        config = self.file("limpidd.toml", f"keys_file = '{self.folder}/keys'\nlog_file = '{self.folder}/log'\n", 0o666)
        self.create_key(self.folder / "keys", "--scopes", "enhance:read")
        (self.folder / "keys").chmod(0o644)
        self.file(".env", "", 0o644)
        self.file("log", "", 0o666)
        wrong = {"files.config_writable", "files.keys_mode", "files.env_mode", "files.log_mode"}
        self.assertEqual(self.doctor("--config", config).found("fail"), wrong)
        fixed = self.doctor("--config", config, "--fix")
        self.assertEqual(fixed.found("fail"), set(), fixed.ran.stdout)
        self.assertEqual(len(fixed.report["fixed"]), 4, fixed.report["fixed"])
        modes = {name: (self.folder / name).stat().st_mode & 0o777 for name in ("limpidd.toml", "keys", ".env", "log")}
        self.assertEqual(modes, {"limpidd.toml": 0o640, "keys": 0o600, ".env": 0o600, "log": 0o640})
        self.assertEqual(self.doctor("--config", config, "--fix").report["fixed"], [])

    def test_F2_V4_what_version_control_keeps(self):
        folder = self.folder / "tree"
        (folder / "deploy").mkdir(parents=True)
        config = folder / "deploy/limpidd.toml"
        config.write_text("workers = 1\n")
        config.chmod(0o640)
        (folder / ".gitignore").write_text("build\n.env\n")
        git = ["git", "-C", folder, "-c", "core.fsync=none"]
        program("git", "init", "-q", folder)
        program(*git, "add", ".")
        report = self.doctor("--config", config)
        self.assertEqual(report.found("fail"), set(), report.ran.stdout)
        self.assertEqual(report.verdict("files.env_tracked"), "ok")
        (folder / ".env").write_text("A=1\n")
        (folder / "deploy/hook.py").write_text(f"import x\n\nhook('whsec_{RANDOM}')\n")
        (folder / "deploy/tls.txt").write_text("-----BEGIN EC " + "PRIVATE KEY-----\n")
        (folder / "elsewhere.py").write_text(f"hook('whsec_{RANDOM}')\n")
        program(*git, "add", "-f", ".")
        report = self.doctor("--config", config)
        self.assertEqual(report.found("fail"), {"files.env_tracked", "files.secrets_tracked", "files.private_keys_tracked"})
        self.assertEqual(report.detail("files.secrets_tracked"), "deploy/hook.py:3 (a token)")
        self.assertEqual(report.detail("files.private_keys_tracked"), "deploy/tls.txt:1 (a private key)")
        self.assertNotIn(RANDOM, report.ran.stdout)
        self.assertIn("elsewhere.py:1", self.doctor("--config", config, "--root", folder).detail("files.secrets_tracked"))


class Tls(TestCase):
    def certificate(self, name, days):
        key, path = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        program("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                "-out", path, "-subj", f"/CN={name}.example.com", "-addext", f"subjectAltName=DNS:{name}.example.com",
                "-days", str(days))
        key.chmod(0o600)
        return key, path

    def test_P6_certificates_and_their_keys(self):
        key, path = self.certificate("a", 90)
        report = self.doctor("--tls-cert", path, "--tls-key", key)
        self.assertEqual(report.found("fail"), set(), report.ran.stdout)
        self.assertEqual(report.detail("tls.names"), "a.example.com")
        for name in ("tls.certificate", "tls.validity", "tls.expiry", "tls.key_match", "tls.key_mode", "tls.key_strength"):
            self.assertEqual(report.verdict(name), "ok", report.checks[name])
        other, soon = self.certificate("b", 9)
        report = self.doctor("--tls-cert", soon, "--tls-key", key)
        self.assertEqual(report.found("fail"), {"tls.key_match"})
        self.assertEqual(report.verdict("tls.expiry"), "finding")
        other.chmod(0o644)
        self.assertEqual(self.doctor("--tls-cert", soon, "--tls-key", other).found("fail"), {"tls.key_mode"})
        both = self.file("both.pem", path.read_text() + soon.read_text())
        self.assertEqual(self.doctor("--tls-cert", both).found("fail"), {"tls.chain"})
        self.assertEqual(self.doctor("--tls-cert", self.file("no.pem", "x")).found("fail"), {"tls.certificate"})


class Licence(TestCase):
    def test_V1_V2_licences_are_judged(self):
        for name in ("issuer", "stranger"):
            self.assertEqual(limpid("keygen", "-o", self.folder / f"{name}.key").status, 0)
        issued = limpid("license", "issue", "--product", "limpid", "--key", f"file:{self.folder}/issuer.key",
                        "--expires", "20d", "-o", self.folder / "license")
        self.assertEqual(issued.status, 0, issued.stderr)
        (self.folder / "license").chmod(0o640)
        license_of = ["--license", self.folder / "license", "--issuer-key"]
        report = self.doctor(*license_of, self.folder / "issuer.pub")
        self.assertEqual(report.found("fail"), set(), report.ran.stdout)
        self.assertEqual(report.verdict("license.days_left"), "finding")
        self.assertEqual(report.verdict("license.state"), "ok")
        self.assertEqual(self.doctor(*license_of, self.folder / "stranger.pub").found("fail"), {"license.genuine"})


class Running(TestCase):
    def live(self, service, *arguments, env=None):
        return self.doctor("--live", f"http://127.0.0.1:{service.port}/", *arguments, env=env)

    def test_P30_W17_a_running_service_is_judged(self):
        keys = self.folder / "keys"
        key = self.create_key(keys, "--scopes", "admin")
        report = self.live(self.start(keys_file=keys, metrics_listen="127.0.0.1:0"), "--key", "env:THE_KEY", env={"THE_KEY": key})
        live = {name: check["verdict"] for name, check in report.checks.items() if check["group"] == "live"}
        self.assertEqual(live.pop("live.hsts"), "skipped")
        self.assertEqual(set(live.values()), {"ok"}, live)
        self.assertNotIn(key, report.ran.stdout)

    def test_P30_W17_an_open_service_fails(self):
        report = self.live(self.start())
        self.assertEqual(report.found("fail"), {"live.authentication", "live.wrong_key"}, report.ran.stdout)

    def test_P30_a_service_that_is_not_there(self):
        with limpidd.Service() as service:
            port = service.port
        report = self.doctor("--live", f"http://127.0.0.1:{port}")
        self.assertEqual(report.found("fail"), {"live.reachable"})
        ran = limpid("health", f"http://127.0.0.1:{port}/readyz")
        self.assertEqual((ran.status, ran.stderr[:20]), (1, "service.unreachable:"))

    def test_health_says_yes_or_no(self):
        service = self.start()
        self.assertEqual(limpid("health", f"http://127.0.0.1:{service.port}/readyz").status, 0)
        self.assertEqual(limpid("health", f"http://127.0.0.1:{service.port}/nowhere").status, 1)
        self.assertEqual(limpid("health", "127.0.0.1:1").status, 2)

    def test_serve_becomes_limpidd(self):
        self.assertRegex(limpid("serve", "--version").stdout, r"\Alimpidd \d")
        ran = limpid("serve", "--listen", "0.0.0.0:0", f"--worker-program={limpidd.WORKER}", f"--keeper-program={limpidd.KEEPER}")
        self.assertEqual(ran.status, 78, ran.stderr)
        self.assertTrue(ran.stderr.startswith("service.exposed: "), ran.stderr)
        self.assertEqual(limpid("serve", "keys", "list", "--file", self.folder / "none").status, 5)

    def test_commands_of_limpidd_are_commands_of_limpid(self):
        keys = self.folder / "keys"
        made = limpid("keys", "create", "--file", keys, "--scopes", "enhance:read")
        self.assertEqual((made.status, made.stdout[:4]), (0, "lmp_"), made.stderr)
        self.assertIn("enhance:read", limpid("keys", "list", "--file", keys).stdout)
        self.assertEqual(limpid("lockdown", "on", "--file", self.folder / "lockdown").status, 0)
        self.assertTrue((self.folder / "lockdown").exists())
        for command, says in (("users", "set-role"), ("audit", "verify"), ("sign-url", "SOURCE"), ("backup", "--state-dir"),
                              ("restore", "--state-dir")):
            ran = limpid(command)
            self.assertEqual(ran.status, 2)
            self.assertTrue(ran.stderr.startswith("usage.invalid: "), ran.stderr)
            self.assertIn(says, ran.stderr)


if __name__ == "__main__":
    limpidd.unittest.main()
