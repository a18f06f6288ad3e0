"""The playground's files, served at /."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import unittest

import limpidd
from limpidd import ROOT

FILES = {
    "index.html": b"<!doctype html><script type=module src=./assets/main-1a2b.js></script>",
    "service-worker.js": b"self.addEventListener('fetch', () => {})",
    "manifest.webmanifest": b"{}",
    "icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "licences.txt": b"Apache-2.0",
    "assets/main-1a2b.js": b"import './other.mjs'",
    "assets/limpid-1a2b.wasm": b"\0asm\1\0\0\0" + bytes(range(256)) * 300,
    "assets/inter-1a2b.woff2": b"wOF2",
    "assets/page-1a2b.css": b"body { color: red }",
    "samples/a.jpg": limpidd.PHOTO,
    "data": b"\0\1\2",
    "empty.txt": b"",
}
TYPES = {"html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "wasm": "application/wasm",
         "css": "text/css; charset=utf-8", "jpg": "image/jpeg", "svg": "image/svg+xml", "txt": "text/plain; charset=utf-8",
         "woff2": "font/woff2", "webmanifest": "application/manifest+json"}


class Playground(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        self.page = self.folder / "page"
        for name, content in FILES.items():
            path = self.page / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def test_every_file_is_served_as_it_is(self):
        service = self.start(playground_dir=self.page, rate_limit_ip=2)
        for name, content in FILES.items():
            with self.subTest(name):
                reply = service.request("GET", "/" + name)
                self.assertEqual((reply.status, reply.body), (200, content))
                ending = name.rpartition(".")[2]
                self.assertEqual(reply.headers["Content-Type"], TYPES.get(ending, "application/octet-stream"))
                lasting = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
                self.assertEqual(reply.headers["Cache-Control"], lasting)
                self.assertEqual(reply.headers["ETag"], f'"{hashlib.sha256(content).hexdigest()[:32]}"')
                again = service.request("GET", "/" + name, headers={"If-None-Match": reply.headers["ETag"]})
                self.assertEqual((again.status, again.body), (304, b""))
                head = service.request("HEAD", "/" + name)
                self.assertEqual((head.status, head.body, head.headers["Content-Length"]), (200, b"", str(len(content))))
        self.assertEqual(service.request("GET", "/").body, FILES["index.html"])
        self.assertEqual(service.request("GET", "/?recipe=1").body, FILES["index.html"])
        # All of that took nothing of anybody's quota.
        self.assertEqual(service.post("/v1/inspect").status, 200)

    def test_P26_the_page_may_ask_nobody_else(self):
        service = self.start(playground_dir=self.page)
        server = (ROOT / "js/playground/scripts/server.mjs").read_text()
        expected = "; ".join(re.findall(r'"([^"]+)",', server[server.index("PLAYGROUND_CSP"):server.index("].join")]))
        self.assertIn("connect-src 'self'", expected)
        for path in ("/", "/service-worker.js", "/assets/main-1a2b.js"):
            headers = service.request("GET", path).headers
            self.assertEqual(headers.get_all("Content-Security-Policy"), [expected])
            self.assertNotRegex(expected, r"https?:|\*|data:")
            for name, value in (("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Embedder-Policy", "require-corp"),
                                ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Content-Type-Options", "nosniff"),
                                ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer")):
                self.assertEqual(headers.get_all(name), [value], name)
        # What is no page keeps the policy for interfaces.
        self.assertEqual(service.request("GET", "/livez").headers["Content-Security-Policy"], "default-src 'none'; frame-ancestors 'none'")
        self.assertEqual(service.request("GET", "/nothing").headers["Content-Security-Policy"], "default-src 'none'; frame-ancestors 'none'")

    def test_P26_a_browser_asks_nobody_else_and_gives_it_threads(self):
        browser = shutil.which("chromium")
        if browser is None:
            self.skipTest("Debian's chromium is not installed")
        stranger = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(stranger.close)
        there = f"http://127.0.0.1:{stranger.getsockname()[1]}/"
        (self.page / "index.html").write_text(
            "<!doctype html><body><script type=module src=./assets/main-1a2b.js></script><script>document.title = 'inline'</script>")
        (self.page / "assets/empty-1a2b.wasm").write_bytes(b"\0asm\1\0\0\0")
        (self.page / "assets/main-1a2b.js").write_text("""
            const there = 'THERE';
            const refused = async (work) => { try { await work(); return false; } catch { return true; } };
            const image = new Promise((resolve) => {
              const picture = new Image();
              picture.onload = () => resolve('shown');
              picture.onerror = () => resolve('refused');
              picture.src = there + 'a.png';
            });
            const seen = {
              isolated: crossOriginIsolated,
              memory: typeof SharedArrayBuffer,
              wasm: String(await WebAssembly.instantiateStreaming(fetch('./assets/empty-1a2b.wasm')).then(() => 'runs')),
              own: (await fetch('./licences.txt')).status,
              fetch: await refused(() => fetch(there, { mode: 'no-cors' })),
              eval: await refused(() => new Function('return 1')()),
              image: await image,
              title: document.title,
            };
            const out = document.createElement('pre');
            out.id = 'seen';
            out.textContent = JSON.stringify(seen);
            document.body.append(out);
        """.replace("THERE", there))
        service = self.start(playground_dir=self.page)
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={self.folder}/profile",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
                     "--virtual-time-budget=20000", "--dump-dom"]
        done = subprocess.run([browser, *arguments, f"http://127.0.0.1:{service.port}/"], capture_output=True, check=False,
                              timeout=4 * limpidd.TIMEOUT_S, env={**os.environ, "HOME": str(self.folder)})
        found = re.search(r'<pre id="seen">(.*?)</pre>', done.stdout.decode())
        self.assertIsNotNone(found, done.stdout[-500:] + done.stderr[-1000:])
        self.assertEqual(json.loads(found[1]), {"isolated": True, "memory": "function", "wasm": "runs", "own": 200, "fetch": True,
                                                "eval": True, "image": "refused", "title": ""})
        stranger.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            self.fail(f"it was asked by {stranger.accept()[1]}")

    def test_V14_nothing_but_its_files(self):
        (self.folder / "secret.txt").write_text("secret")
        os.symlink("../secret.txt", self.page / "link.txt")
        os.symlink("..", self.page / "up")
        (self.page / ".env").write_text("secret")
        (self.page / ".git").mkdir()
        (self.page / ".git/config").write_text("secret")
        os.mkfifo(self.page / "fifo")
        service = self.start(playground_dir=self.page)
        (self.page / "later.txt").write_text("later")
        (self.page / "licences.txt").write_text("changed")
        for path in ("/link.txt", "/up/secret.txt", "/.env", "/.git/config", "/fifo", "/later.txt", "/assets", "/assets/", "//", "/index.html/",
                     "/../secret.txt", "/assets/../index.html", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%252fsecret.txt",
                     "/assets%2fmain-1a2b.js", "/INDEX.HTML", "/index.html%00", "/./index.html", "//index.html", "/..\\secret.txt", "/etc/passwd"):
            with self.subTest(path):
                answer = service.raw(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
                self.assertEqual(limpidd.status_of(answer), 404)
                self.assertNotIn(b"secret", answer.split(b"\r\n\r\n", 1)[1])
        self.assertEqual(service.request("GET", "/licences.txt").body, FILES["licences.txt"])

    def test_it_takes_no_other_method_and_shadows_no_route(self):
        (self.page / "livez").write_text("page")
        (self.page / "v1").mkdir()
        (self.page / "v1/enhance").write_text("page")
        service = self.start(playground_dir=self.page)
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            reply = service.request(method, "/index.html")
            self.assert_problem(reply, 405, "http.method_not_allowed")
            self.assertEqual(reply.headers["Allow"], "GET, HEAD")
        self.assert_problem(service.request("GET", "/index.html", b"body"), 400, "http.malformed")
        self.assertEqual(service.request("GET", "/livez").json()["status"], "ok")
        self.assert_problem(service.request("GET", "/v1/enhance"), 405, "http.method_not_allowed")
        self.assert_problem(service.request("GET", "/metrics"), 404, "http.not_found")

    def test_it_needs_no_key_and_opens_nothing_else(self):
        keys = self.folder / "keys"
        self.create_key(keys, "--scopes", "admin")
        service = self.start(playground_dir=self.page, keys_file=keys)
        self.assertEqual(service.request("GET", "/").status, 200)
        self.assertEqual(service.post("/v1/inspect").status, 401)
        self.assertEqual(service.request("GET", "/openapi.json").status, 401)

    def test_without_the_setting_there_is_no_page(self):
        self.assert_problem(self.start().request("GET", "/"), 404, "http.not_found")

    def test_what_is_no_page_is_told_at_the_start(self):
        empty = self.folder / "empty"
        empty.mkdir()
        large = self.folder / "large"
        large.mkdir()
        (large / "index.html").write_text("")
        with open(large / "a.bin", "wb") as file:
            file.truncate((64 << 20) + 1)
        for folder in (self.folder / "nothing", empty, self.page / "index.html", large):
            with self.subTest(folder):
                status, _, err = limpidd.run("--listen=127.0.0.1:0", f"--worker-program={limpidd.WORKER}", f"--playground_dir={folder}")
                self.assertEqual(status, 2, err)
                self.assertIn("playground_dir", err)


if __name__ == "__main__":
    unittest.main()
