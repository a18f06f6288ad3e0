"""The examples of docs/service.md, as they stand there: every block under <!-- run: NAME -->."""

import re
import socket
import subprocess
import unittest

import limpidd

DOCUMENT = limpidd.ROOT / "docs/service.md"
BLOCKS = dict(re.findall(r"^<!-- run: ([a-z-]+) -->\n\n((?:    .*\n)+)", DOCUMENT.read_text(), re.MULTILINE))
LOCAL = "127.0.0.1:8080"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Examples(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        (self.folder / "photo.jpg").write_bytes(limpidd.PHOTO)
        programs = self.folder / "build/bin"
        programs.mkdir(parents=True)
        # Beside each other, as installed: limpidd looks for its worker there.
        (programs / "limpidd").symlink_to(limpidd.PROGRAM)

    def bash(self, text, port):
        """Run a part of a block on `port`. What it leaves running ends with it. @return what it printed"""
        text = text.replace(LOCAL, f"127.0.0.1:{port}").replace("0.0.0.0:8080", f"0.0.0.0:{port}")
        script = f"exec 2>log\ntrap 'kill $(jobs -p) || true; wait' EXIT\n{text}"
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=limpidd.TIMEOUT_S,
                              env=limpidd.environment(LIMPID_LISTEN=f"127.0.0.1:{port}", LIMPID_WORKER_PROGRAM=limpidd.WORKER))
        self.assertEqual(done.returncode, 0, text + (self.folder / "log").read_text())
        return done.stdout.decode(errors="replace")

    def local(self):
        """What the command line makes of the photo."""
        subprocess.run([limpidd.CLI, "enhance", "photo.jpg", "-o", "local.jpg"], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "local.jpg").read_bytes()

    def out(self, name="out.jpg"):
        return (self.folder / name).read_bytes()

    def test_W20_one_line_starts_it_and_enhances(self):
        self.bash(BLOCKS["begin"], free_port())
        self.assertEqual(self.out(), self.local())

    def test_W20_with_keys(self):
        self.bash(BLOCKS["keys"], free_port())
        self.assertEqual(self.out(), self.local())

    def test_W20_requests(self):
        printed = self.bash(BLOCKS["requests"], self.start().port)
        self.assertEqual(self.out("out.webp")[8:12], b"WEBP")
        self.assertEqual(self.out("out.png")[1:4], b"PNG")
        self.assertIn('"recipe"', printed)
        self.assertIn('"format":"jpeg"', printed)

    def test_W20_sizes(self):
        service = self.start()
        self.bash(BLOCKS["sizes"], service.port)
        self.assertEqual(self.out(), self.local())
        info = service.post("/v1/inspect", self.out("small.jpg")).json()
        self.assertEqual((info["width_px"], info["height_px"]), (120, 120))

    def test_W20_jobs(self):
        service = self.start(state_dir=self.folder / "state")
        submit, *others = BLOCKS["jobs"].splitlines()
        printed = self.bash(submit, service.port)
        self.assertTrue(printed.startswith("HTTP/1.1 202"), printed)
        identity = re.search(r"^Location: /v1/jobs/([0-9a-f]{32})\r$", printed, re.MULTILINE).group(1)
        printed = self.bash("\n".join(others).replace("/ID", f"/{identity}"), service.port)
        self.assertIn('"status":"done"', printed)
        self.assertEqual(self.out(), self.local())

    def test_nothing_is_left_out(self):
        self.assertEqual(set(BLOCKS), {"begin", "keys", "requests", "sizes", "jobs"})
        self.assertEqual(len(BLOCKS), DOCUMENT.read_text().count("<!-- run:"))


if __name__ == "__main__":
    unittest.main()
