"""limpidd at a Unix socket behind nginx, with the files of deploy/."""

import contextlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
NGINX = ROOT / "build/test-data/usr/sbin/nginx"  # by tools/setup.sh
PHOTO = (ROOT / "tests/data/jpeg/420.jpg").read_bytes()
TIMEOUT_S = 30


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(condition):
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("nothing happened")
        time.sleep(0.05)


class Front(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.port = free_port()

    def launch(self, *command, log):
        with open(self.folder / log, "wb") as file:
            process = subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=file, stderr=file, env={})
        self.addCleanup(process.wait, TIMEOUT_S)
        self.addCleanup(process.terminate)
        return process

    def settings_of_nginx(self):
        upstream = (DEPLOY / "nginx/upstream-unix.conf").read_text().replace("/run/limpid", str(self.folder))
        front = (DEPLOY / "nginx/limpidd.conf").read_text()
        front = re.sub(r"listen \[::\].*\n", "\n", front).replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
        front = front.replace("listen 443 ", f"listen 127.0.0.1:{self.port} ")
        front = front.replace("/etc/limpid/tls/fullchain.pem", str(self.folder / "certificate.pem"))
        front = front.replace("/etc/limpid/tls/privkey.pem", str(self.folder / "key.pem"))
        temporary = "".join(f"{name}_temp_path {self.folder}/{name};\n"
                            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # As another account it could not enter the folder.
        user = "user root;\n" if os.geteuid() == 0 else ""
        return (f"{user}daemon off;\npid {self.folder}/pid;\nerror_log stderr;\nevents {{}}\n"
                f"http {{\naccess_log off;\n{temporary}{upstream}{front}}}\n")

    def is_served(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False

    def test_I13_photos_pass_the_front(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", self.folder / "key.pem", "-out", self.folder / "certificate.pem", "-days", "1",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                       check=True, capture_output=True)
        path = self.folder / "limpidd.sock"
        self.launch(os.environ["LIMPIDD"], f"--listen=unix:{path}", "--trust-proxy=loopback", "--workers=1", log="limpidd.log")
        wait_for(path.exists)
        (self.folder / "nginx.conf").write_text(self.settings_of_nginx())
        self.launch(NGINX, "-e", "stderr", "-p", self.folder, "-c", self.folder / "nginx.conf", log="nginx.log")
        wait_for(self.is_served)
        context = ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=TIMEOUT_S, context=context,
                                                 source_address=("127.0.0.9", 0))
        with contextlib.closing(connection):
            connection.request("POST", "/v1/enhance", PHOTO, {"Content-Type": "image/jpeg"})
            response = connection.getresponse()
            body = response.read()
        self.assertEqual(response.status, 200, (body[:300], (self.folder / "nginx.log").read_text()))
        self.assertTrue(body.startswith(b"\xff\xd8"))
        self.assertEqual(response.headers.get_all("Strict-Transport-Security"), ["max-age=31536000; includeSubDomains"])
        lines = [json.loads(line) for line in (self.folder / "limpidd.log").read_text().splitlines()]
        self.assertEqual([line["client"] for line in lines if line["stream"] == "access"], ["127.0.0.9"])


if __name__ == "__main__":
    unittest.main()
