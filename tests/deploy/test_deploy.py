"""The examples of deploy/ are what they say: judged by the programs they are for, and by the rules they stand for."""

import ipaddress
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNPACKED = ROOT / "build/test-data"  # by tools/setup.sh


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


class Systemd(unittest.TestCase):
    def test_V21_the_unit_is_exposed_no_more_than_1_point_5(self):
        result = run("systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=15",
                     DEPLOY / "limpidd.service")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"Overall exposure level for limpidd.service: [01]\.\d")

    def test_V21_a_unit_with_capabilities_is_more_exposed(self):
        with tempfile.TemporaryDirectory() as folder:
            lax = Path(folder, "lax.service")
            text = (DEPLOY / "limpidd.service").read_text()
            for line in ("CapabilityBoundingSet=", "User=limpid", "RestrictNamespaces=yes", "NoNewPrivileges=yes"):
                self.assertIn(f"{line}\n", text)
                text = text.replace(f"{line}\n", "")
            lax.write_text(text)
            result = run("systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=15", lax)
            self.assertNotEqual(result.returncode, 0, "the check above finds nothing")

    def test_V19_the_unit_and_the_account_are_the_same_and_not_root(self):
        unit = (DEPLOY / "limpidd.service").read_text()
        account = re.search(r"^u (\w+) ", (DEPLOY / "limpid.sysusers").read_text(), re.MULTILINE).group(1)
        self.assertIn(f"\nUser={account}\n", unit)
        self.assertNotEqual(account, "root")

    def test_the_unit_binds_the_ports_of_the_settings(self):
        settings = (DEPLOY / "limpidd.toml").read_text()
        ports = set(re.findall(r'^\w*listen = "127\.0\.0\.1:(\d+)"', settings, re.MULTILINE))
        allowed = set(re.findall(r"^SocketBindAllow=ipv4:tcp:(\d+)", (DEPLOY / "limpidd.service").read_text(), re.MULTILINE))
        self.assertEqual(ports, allowed)


class Settings(unittest.TestCase):
    def limpidd(self, *arguments):
        # Without the environment: a LIMPID_ variable that limpidd does not know keeps it from starting.
        return run(os.environ["LIMPIDD"], "--config", DEPLOY / "limpidd.toml", *arguments, env={})

    def test_limpidd_takes_its_settings(self):
        result = self.limpidd("--print-config")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('keys_file = "/var/lib/limpid/keys"', result.stdout)

    def test_P6_limpidd_takes_its_settings_for_TLS(self):
        settings = (DEPLOY / "limpidd-tls.toml").read_text()
        with tempfile.TemporaryDirectory() as folder:
            # With everything that stands there for those who want it.
            whole = Path(folder, "limpidd.toml")
            whole.write_text(re.sub(r"^#(?=\w+ = )", "", settings, flags=re.MULTILINE))
            result = run(os.environ["LIMPIDD"], "--config", whole, "--print-config", env={})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('tls_cert_file = "/etc/limpid/tls/fullchain.pem"', result.stdout)
        self.assertIn('tls_client_names = "uploader.example.com', result.stdout)

    def test_F18_beyond_loopback_it_does_not_start_without_its_keys(self):
        result = self.limpidd("--listen", "0.0.0.0:0", "--keys-file", "/nonexistent/keys")
        self.assertEqual(result.returncode, 5, result.stderr)
        self.assertIn("/nonexistent/keys", result.stderr)
        with tempfile.TemporaryDirectory() as folder:
            # Without any key source, which is another way to be open.
            settings = (DEPLOY / "limpidd.toml").read_text()
            keyless = Path(folder, "limpidd.toml")
            keyless.write_text(re.sub(r"^keys_file.*\n", "", settings, flags=re.MULTILINE))
            result = run(os.environ["LIMPIDD"], "--config", keyless, "--listen", "0.0.0.0:0", env={})
            self.assertEqual(result.returncode, 78, result.stderr)


class Nginx(unittest.TestCase):
    def check(self, text):
        """nginx -t on what conf.d would hold, with a certificate made here and names that resolve."""
        with tempfile.TemporaryDirectory() as folder:
            key, certificate = Path(folder, "key.pem"), Path(folder, "certificate.pem")
            made = run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                       "-keyout", key, "-out", certificate, "-subj", "/CN=photos.example.com", "-days", "1")
            self.assertEqual(made.returncode, 0, made.stderr)
            text = text.replace("/etc/limpid/tls/fullchain.pem", str(certificate)).replace("/etc/limpid/tls/privkey.pem", str(key))
            temporary = "".join(
                f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            Path(folder, "nginx.conf").write_text(
                f"pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
                f"http {{\naccess_log off;\n{temporary}{text}}}\n")
            return run(UNPACKED / "usr/sbin/nginx", "-t", "-e", "stderr", "-p", folder, "-c", f"{folder}/nginx.conf")

    def test_V18_nginx_takes_its_files(self):
        front = (DEPLOY / "nginx/limpidd.conf").read_text()
        for upstream in ("local", "unix", "compose"):
            text = (DEPLOY / f"nginx/upstream-{upstream}.conf").read_text().replace("limpidd:8080", "localhost:8080")
            result = self.check(text + front)
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotEqual(self.check(front).returncode, 0, "without an upstream it says nothing")

    def test_P6_no_protocol_before_TLS_1_2(self):
        front = (DEPLOY / "nginx/limpidd.conf").read_text()
        self.assertEqual(re.findall(r"ssl_protocols (.*);", front), ["TLSv1.2 TLSv1.3"])
        for suite in re.search(r"ssl_ciphers (.*);", front).group(1).split(":"):
            self.assertRegex(suite, r"^ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)$")

    def test_V13_the_front_takes_no_more_than_limpidd(self):
        front = (DEPLOY / "nginx/limpidd.conf").read_text()
        settings = (DEPLOY / "limpidd.toml").read_text()
        self.assertEqual(re.search(r"client_max_body_size (\d+)m;", front).group(1),
                         re.search(r'max_body_bytes = "(\d+)mb"', settings).group(1))

    def test_P8_limpidd_believes_the_one_hop_that_the_front_adds(self):
        self.assertIn("X-Forwarded-For $proxy_add_x_forwarded_for;", (DEPLOY / "nginx/limpidd.conf").read_text())
        self.assertIn('trust_proxy = "1"', (DEPLOY / "limpidd.toml").read_text())


class Firewall(unittest.TestCase):
    def check(self, text):
        # Its account exists where it is installed; rules are looked at in a network of their own.
        nft = shutil.which("nft", path=os.environ["PATH"] + ":/usr/sbin")
        text = text.replace('limpid_account = "limpid"', "limpid_account = 65534")
        command = (nft, "--check", "--file", "-") if os.geteuid() == 0 else ("unshare", "-rn", nft, "--check", "--file", "-")
        return run(*command, input=text)

    def test_P22_nft_takes_its_rules(self):
        text = (DEPLOY / "limpid.nft").read_text()
        result = self.check(text)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotEqual(self.check(text.replace("policy drop", "policy perhaps")).returncode, 0)

    def test_V17_what_is_not_allowed_is_dropped(self):
        text = (DEPLOY / "limpid.nft").read_text()
        for chain in ("input", "forward"):
            self.assertRegex(text, rf"hook {chain} priority filter; policy drop;")


class PrivateNetwork(unittest.TestCase):
    def test_W6_limpidd_takes_connections_from_the_private_network_alone(self):
        text = (DEPLOY / "wireguard/limpid.conf").read_text()
        inside = ipaddress.ip_interface(re.search(r"^Address = (.*)$", text, re.MULTILINE).group(1))
        settings = dict(re.findall(r'^#   (\w+) = "(.*)"$', text, re.MULTILINE))
        self.assertEqual(settings["listen"], f"{inside.ip}:8080")
        self.assertEqual(settings["network_allow"], str(inside.network))
        for peer in re.findall(r"^AllowedIPs = (.*)$", text, re.MULTILINE):
            self.assertTrue(ipaddress.ip_network(peer).subnet_of(inside.network))
        self.assertNotIn("PrivateKey", text)
        result = run(os.environ["LIMPIDD"], "--network-allow", settings["network_allow"], "--print-config", env={})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f'network_allow = "{inside.network}"', result.stdout)


class Containers(unittest.TestCase):
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    dockerfile = (DEPLOY / "Dockerfile").read_text()

    def test_V20_V21_F17_no_service_may_write_or_gain_anything(self):
        for name, service in self.compose["services"].items():
            with self.subTest(name):
                self.assertIs(service["read_only"], True)
                self.assertEqual(service["cap_drop"], ["ALL"])
                self.assertEqual(service["security_opt"], ["no-new-privileges:true"])
                self.assertNotIn("privileged", service)
                for volume in service.get("volumes", ()):
                    if volume != "state:/var/lib/limpid":
                        self.assertRegex(volume, r":ro,Z$")
        limpidd = self.compose["services"]["limpidd"]
        # The folder that the settings name is in it, and the image has made it for the account.
        self.assertIn("state:/var/lib/limpid", limpidd["volumes"])
        self.assertIn("state", self.compose["volumes"])
        self.assertIn('state_dir = "/var/lib/limpid/', (DEPLOY / "limpidd.toml").read_text())
        self.assertIn("install -d -o 10001 -g 10001 -m 0700 /var/lib/limpid\n", self.dockerfile)
        self.assertNotIn("cap_add", limpidd)
        self.assertNotIn("ports", limpidd)
        self.assertRegex(limpidd["user"], r"^[1-9]\d+:[1-9]\d+$")

    def test_V18_limpidd_has_no_way_out(self):
        self.assertEqual(self.compose["services"]["limpidd"]["networks"], ["inside"])
        self.assertIs(self.compose["networks"]["inside"]["internal"], True)

    def test_V10_secrets_come_as_files(self):
        for service in self.compose["services"].values():
            self.assertNotIn("environment", service)
            self.assertNotIn("env_file", service)
        limpidd = self.compose["services"]["limpidd"]
        (secret,) = limpidd["secrets"]
        self.assertIn(f"/run/secrets/{secret['target']}", limpidd["command"])
        self.assertEqual(secret["mode"], 0o400)
        self.assertIn("file", self.compose["secrets"][secret["source"]])

    def test_P4_V10_redis_is_reached_by_a_socket_and_its_password_is_a_file(self):
        extra = yaml.safe_load((DEPLOY / "compose-redis.yaml").read_text())
        limpidd, redis = extra["services"]["limpidd"], extra["services"]["redis"]
        # What it takes the place of, and more.
        before = self.compose["services"]["limpidd"]["command"]
        self.assertEqual(limpidd["command"][:len(before)], before)
        self.assertEqual(limpidd["command"][len(before):], ["--redis-url", "unix:/run/redis/socket"])
        self.assertEqual(redis["network_mode"], "none")
        self.assertNotIn("ports", redis)
        self.assertEqual((redis["read_only"], redis["cap_drop"], redis["security_opt"]),
                         (True, ["ALL"], ["no-new-privileges:true"]))
        self.assertEqual(redis["user"], self.compose["services"]["limpidd"]["user"])
        for service in (limpidd, redis):
            self.assertEqual(service["volumes"], ["redis:/run/redis"])
            self.assertNotIn("environment", service)
            (secret,) = service["secrets"]
            self.assertEqual((secret["target"], secret["mode"]), ("redis_password", 0o400))
            self.assertIn("file", extra["secrets"][secret["source"]])
        self.assertIn("deploy/redis-password", (ROOT / ".dockerignore").read_text().split())
        self.assertIn("/deploy/redis-password", (ROOT / ".gitignore").read_text().split())

    def test_P4_redis_starts_with_the_password_by_standard_input(self):
        (script,) = yaml.safe_load((DEPLOY / "compose-redis.yaml").read_text())["services"]["redis"]["command"]
        with tempfile.TemporaryDirectory() as folder:
            password = Path(folder) / "password"
            password.write_text("Vx4v9Qm2Lr8Zt6Wc1Ny5Hb3Kd7Pf0GsA\n")
            script = script.replace("$$", "$").replace("/run/secrets/redis_password", str(password)).replace("/run/redis", folder)
            server = subprocess.Popen(["/bin/sh", "-ec", script], stdout=subprocess.DEVNULL, cwd=folder)
            try:
                asked = ["redis-cli", "-s", f"{folder}/socket"]
                deadline = time.monotonic() + 60
                while "NOAUTH" not in subprocess.run([*asked, "GET", "x"], capture_output=True, text=True, check=False).stdout:
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
                known = subprocess.run([*asked, "PING"], capture_output=True, text=True, check=True,
                                       env=os.environ | {"REDISCLI_AUTH": password.read_text().strip()})
                self.assertEqual(known.stdout, "PONG\n")
            finally:
                subprocess.run([*asked, "SHUTDOWN", "NOSAVE"], check=False, capture_output=True,
                               env=os.environ | {"REDISCLI_AUTH": password.read_text().strip()})
                server.wait(60)

    def test_V7_nothing_secret_is_baked_in(self):
        instructions = re.findall(r"^(ARG|ENV|COPY|ADD)\s+(.*)", self.dockerfile, re.MULTILINE)
        self.assertTrue(instructions)
        for name, rest in instructions:
            self.assertNotIn(name, ("ARG", "ENV", "ADD"))
            self.assertNotRegex(rest.lower(), r"secret|token|passw|(^|[/ ])\.env|\.pem|api-key")
        ignored = (ROOT / ".dockerignore").read_text().split()
        for kept_out in (".git", "build", "**/node_modules", "deploy/api-keys", "deploy/tls", "**/.env"):
            self.assertIn(kept_out, ignored)

    def test_V19_the_image_is_built_in_stages_and_runs_as_nobody_special(self):
        stages = re.split(r"^FROM ", self.dockerfile, flags=re.MULTILINE)[1:]
        self.assertEqual(len(stages), 2)
        self.assertIn("COPY --from=build", stages[1])
        users = re.findall(r"^USER (.*)", stages[1], re.MULTILINE)
        self.assertEqual(users, [self.compose["services"]["limpidd"]["user"]])


def sections(text):
    """A Quadlet file: {section: {key: [values]}}."""
    found, section = {}, None
    for line in text.splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = found.setdefault(match.group(1), {})
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            section.setdefault(key, []).append(value)
    return found


class OwnTls(unittest.TestCase):
    """Containers that speak TLS themselves."""

    compose = yaml.safe_load((DEPLOY / "compose-tls.yaml").read_text())["services"]["limpidd"]
    quadlet = sections((DEPLOY / "podman/limpidd.container").read_text())["Container"]
    settings = (DEPLOY / "limpidd-tls.toml").read_text()

    def mounts(self):
        """All examples' mounts but that of the state: (from, to, options)"""
        front = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
        named = [*self.compose["volumes"], *self.quadlet["Volume"], *front["nginx"]["volumes"], *front["limpidd"]["volumes"]]
        return [mount.split(":") for mount in named if not mount.startswith("state:")]

    def test_P7_certificates_are_mounted_read_only_for_docker_and_podman(self):
        folder = str(Path(re.search(r'^tls_cert_file = "(.*)"', self.settings, re.MULTILINE).group(1)).parent)
        self.assertEqual(folder, str(Path(re.search(r'^tls_key_file = "(.*)"', self.settings, re.MULTILINE).group(1)).parent))
        certificates = [options for _, to, options in self.mounts() if to == folder]
        self.assertEqual(certificates, ["ro,Z"] * 3)  # docker with a front, docker without, podman

    def test_P25_settings_are_read_only_and_the_user_is_its_own(self):
        self.assertEqual([options for _, to, options in self.mounts() if to == "/etc/limpid/limpidd.toml"], ["ro,Z"] * 3)
        for _, _, options in self.mounts():
            self.assertEqual(options, "ro,Z")
        user = re.findall(r"^USER (.*)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)[-1]
        self.assertEqual(self.compose["user"], user)
        self.assertEqual(f"{self.quadlet['User'][0]}:{self.quadlet['Group'][0]}", user)
        self.assertNotIn("0", user.split(":"))

    def test_V20_V21_F17_nothing_may_be_written_or_gained(self):
        self.assertIs(self.compose["read_only"], True)
        self.assertEqual(self.compose["cap_drop"], ["ALL"])
        self.assertEqual(self.compose["security_opt"], ["no-new-privileges:true"])
        for key, value in {"ReadOnly": "true", "DropCapability": "all", "NoNewPrivileges": "true"}.items():
            self.assertEqual(self.quadlet[key], [value])
        for name in ("AddCapability", "Environment", "EnvironmentFile", "PodmanArgs"):
            self.assertNotIn(name, self.quadlet)

    def test_the_published_port_is_the_one_that_is_listened_at(self):
        port = re.search(r'^listen = "0\.0\.0\.0:(\d+)"', self.settings, re.MULTILINE).group(1)
        self.assertEqual([published.split(":")[1] for published in self.compose["ports"]], [port])
        self.assertEqual([published.split(":")[1] for published in self.quadlet["PublishPort"]], [port])

    def test_limpidd_takes_the_command(self):
        for command in (self.compose["command"], self.quadlet["Exec"][0].split()):
            command = [DEPLOY / "limpidd-tls.toml" if part == "/etc/limpid/limpidd.toml" else part for part in command]
            result = run(os.environ["LIMPIDD"], *command, "--print-config", env={})
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn('keys_file = "/run/secrets/api-keys"', result.stdout)


class KeptOut(unittest.TestCase):
    """What version control and images must not hold."""

    SECRETS = (".env", ".env.local", ".env.production", "deploy/api-keys", "deploy/tls/privkey.pem", "tls.key", "privkey.pem",
               "js/.env.local")
    EXPORTS = ("exports/2026-01.json", "evidence.json", "evidence-7.json", "backups/monday/jobs.db", "audit.jsonl", "audit.jsonl.head",
               "audit.jsonl.000000000001.gz", "build/x", "js/dist/index.js")
    WANTED = (".env.example", "docs/service.md", "deploy/limpidd.toml", "js/package.json")

    def ignored(self, rules):
        """Those of the names that git ignores by these rules."""
        with tempfile.TemporaryDirectory() as folder:
            run("git", "init", "--quiet", folder)
            Path(folder, ".gitignore").write_text(rules)
            names = "\n".join((*self.SECRETS, *self.EXPORTS, *self.WANTED))
            return set(run("git", "-C", folder, "check-ignore", "--no-index", "--stdin", input=names).stdout.split())

    def test_W12_version_control_keeps_secrets_and_exports_out(self):
        self.assertEqual(self.ignored((ROOT / ".gitignore").read_text()), {*self.SECRETS, *self.EXPORTS})

    def test_W12_images_keep_secrets_and_exports_out(self):
        # The rules are like git's, but for a path without **/, which is meant from the root.
        rules = [re.sub(r"^(!?)(?=[^!*]|\*[^*])", r"\1/", line) for line in (ROOT / ".dockerignore").read_text().split()]
        self.assertEqual(self.ignored("\n".join(rules)), {*self.SECRETS, *self.EXPORTS})

    def test_W12_nothing_that_is_ignored_is_in_version_control(self):
        if not (ROOT / ".git").exists():
            self.skipTest("not out of version control")
        self.assertEqual(run("git", "-C", ROOT, "ls-files", "--cached", "--ignored", "--exclude-standard").stdout, "")


if __name__ == "__main__":
    unittest.main()
