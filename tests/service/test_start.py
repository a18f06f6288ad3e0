"""How limpidd starts, and what it refuses to start with."""

import os
import pathlib
import re
import shutil
import subprocess

import limpidd

SECRET = "xJ4v9Qm2Lr8Zt6Wc1Ny5Hb3Kd7Pf0GsAu"


class Start(limpidd.TestCase):
    def assert_refused(self, arguments, status, code, env=None):
        ran, out, err = limpidd.run(*arguments, env=env)
        self.assertEqual(ran, status, err)
        self.assertTrue(err.startswith(code + ": "), err)
        self.assertNotIn(SECRET, out + err)
        return err

    def test_W4_open_addresses_need_authentication(self):
        for address in ("0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0"):
            self.assert_refused(["--listen", address], 78, "service.exposed")
        for listener in ("--metrics-listen", "--admin-listen"):
            self.assert_refused([listener, "0.0.0.0:0"], 78, "service.exposed")
        keys = self.folder / "keys"
        self.create_key(keys, "--scopes", "admin")
        for listener in ("--metrics-listen", "--admin-listen"):
            self.assert_refused([listener, "0.0.0.0:0", "--keys-file", keys], 78, "service.exposed")

    def test_W2_with_keys_it_serves_everybody(self):
        keys = self.folder / "keys"
        key = self.create_key(keys, "--scopes", "admin")
        service = self.start("--listen=0.0.0.0:0", keys_file=keys)
        self.assertEqual(service.post("/v1/inspect").status, 401)
        self.assertEqual(service.post("/v1/inspect", x_api_key=key).status, 200)

    def test_P25_a_user_of_its_own_with_settings_it_cannot_change(self):
        # Where the tests may, as the container's user; a copy of the programs that this user can reach.
        self.folder.chmod(0o755)
        program, worker = (shutil.copy(program, self.folder) for program in (limpidd.PROGRAM, limpidd.WORKER))
        config = self.file("limpid.toml", 'cors_origins = "https://one.example"\n', 0o444)
        become = ("setpriv", "--reuid=10001", "--regid=10001", "--clear-groups", "--bounding-set=-all", "--no-new-privs")
        become = become if os.geteuid() == 0 else ()
        # Instead of the program that a test starts otherwise.
        service = self.start("--config", config, prefix=(*become, "sh", "-c", f'shift; exec {program} "$@"', "sh"), worker_program=worker)
        status = pathlib.Path(f"/proc/{service.process.pid}/status").read_text()
        for line in ("Uid", "Gid"):
            self.assertNotIn("0", re.search(rf"^{line}:\t(.*)$", status, re.MULTILINE).group(1).split())
        self.assertRegex(status, r"\nCapEff:\t0+\n")
        self.assertEqual(service.post("/v1/inspect").status, 200)
        # Whoever takes it over cannot change what it is told.
        self.assertFalse(config.stat().st_mode & 0o222)
        if become:
            done = subprocess.run([*become, "sh", "-c", f"echo x >> {config}"], capture_output=True, check=False)
            self.assertNotEqual(done.returncode, 0)
        self.assertEqual(config.read_text(), 'cors_origins = "https://one.example"\n')
        allowed = service.request("GET", "/livez", headers={"Origin": "https://one.example"}).headers
        self.assertEqual(allowed["Access-Control-Allow-Origin"], "https://one.example")

    def test_V6_secrets_on_the_command_line_are_refused(self):
        self.assert_refused(["--jwt-secret", SECRET], 2, "secret.literal_refused")
        self.assert_refused([f"--jwt-secret={SECRET}"], 2, "secret.literal_refused")

    def test_V8_the_environment_is_wiped_and_ambiguity_refused(self):
        path = self.file("secret", SECRET)
        env = {"LIMPID_JWT_SECRET": SECRET, "LIMPID_JWT_SECRET_FILE": str(path)}
        self.assert_refused([], 2, "secret.ambiguous", env)
        del env["LIMPID_JWT_SECRET_FILE"]
        service = self.start(env=env, jwt_issuer="i", jwt_audience="a")
        for name in ("environ", "cmdline"):
            # As root: the process is not dumpable.
            try:
                seen = pathlib.Path(f"/proc/{service.process.pid}/{name}").read_bytes()
            except PermissionError:
                continue
            self.assertNotIn(SECRET.encode(), seen)

    def test_V10_secret_files_are_trimmed_and_guarded(self):
        good = {"jwt_issuer": "i", "jwt_audience": "a"}
        self.start(env={"LIMPID_JWT_SECRET_FILE": str(self.file("good", SECRET + " \n"))}, **good)
        self.assert_refused([], 2, "secret.empty", {"LIMPID_JWT_SECRET_FILE": str(self.file("empty", "\n"))})
        self.assert_refused([], 4, "secret.exposed", {"LIMPID_JWT_SECRET_FILE": str(self.file("open", SECRET, 0o644))})
        self.assert_refused([], 2, "secret.too_weak", {"LIMPID_JWT_SECRET_FILE": str(self.file("weak", "changeme"))})

    def test_F1_unknown_names_are_errors(self):
        self.assertIn("nearest is workers", self.assert_refused([], 2, "config.unknown_setting", {"LIMPID_WORKER": "1"}))
        self.assertIn("nearest is listen", self.assert_refused(["--lisen", "x"], 2, "config.unknown_setting"))
        config = self.file("limpid.toml", "prot = 1\n")
        self.assert_refused(["--config", config], 2, "config.unknown_setting")
        self.assert_refused(["--config", self.folder / "none"], 5, "io.unreadable")
        self.assert_refused(["--workers", "x"], 2, "config.invalid_value")
        self.assert_refused(["positional"], 2, "usage.invalid")

    def test_tokens_need_issuer_and_audience(self):
        env = {"LIMPID_JWT_SECRET": SECRET}
        self.assert_refused([], 2, "config.invalid_value", env)
        self.assert_refused(["--jwt-issuer=i"], 2, "config.invalid_value", env)

    def test_key_files_that_cannot_be_used(self):
        self.assert_refused(["--keys-file", self.folder / "none"], 5, "io.unreadable")
        self.assert_refused(["--keys-file", self.file("keys", "{}\n")], 4, "apikey.record_malformed")
        self.assert_refused(["--jwt-keys-file", self.file("jwks", '{"keys":[]}'), "--jwt-issuer=i", "--jwt-audience=a"], 4,
                            "key.none")

    def test_policies_that_are_unsafe(self):
        self.assert_refused(["--cors-origins", "*"], 2, "policy.unsafe")
        self.assert_refused(["--cors-origins", "null"], 2, "origin.malformed")
        self.assert_refused(["--trust-proxy", "maybe"], 2, "policy.malformed")

    def test_W11_printed_configurations_hold_no_secret(self):
        path = self.file("secret", SECRET)
        status, out, err = limpidd.run("--print-config", f"--jwt-secret=file:{path}", "--workers=3")
        self.assertEqual(status, 0, err)
        self.assertIn("workers = 3\n", out)
        self.assertIn('jwt_secret = "[redacted]"', out)
        self.assertNotIn(str(path), out)

    def test_help_names_every_setting(self):
        status, out, _ = limpidd.run("--help")
        self.assertEqual(status, 0)
        table = (limpidd.ROOT / "native/service/settings.def").read_text()
        names = [line.split(",")[1].strip() for line in table.splitlines() if line.startswith("LIMPID_SETTING(")]
        self.assertGreater(len(names), 30)
        for name in names:
            self.assertIn("--" + name.replace("_", "-") + " ", out)

    def test_an_address_in_use(self):
        service = self.start()
        self.assert_refused([f"--listen=127.0.0.1:{service.port}", f"--worker-program={limpidd.WORKER}", "--workers=1"], 5,
                            "service.unbound")

    def test_P18_log_files_are_not_for_everybody(self):
        log = self.folder / "log"
        process = subprocess.Popen([limpidd.PROGRAM, "--listen=127.0.0.1:0", f"--worker-program={limpidd.WORKER}",
                                    "--workers=1", f"--log-file={log}"], env=limpidd.environment(), umask=0)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for _ in range(300):
            if log.exists() and b"listening" in log.read_bytes():
                break
            with self.assertRaises(subprocess.TimeoutExpired):
                process.wait(0.1)
        self.assertEqual(log.stat().st_mode & 0o777, 0o640)
