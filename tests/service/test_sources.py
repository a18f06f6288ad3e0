"""Pictures of sources that are set up at the service, for whoever has a signed URL."""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

import limpidd
from job_helpers import cli_enhance, stopped_worker, until
from limpidd import PHOTO, ROOT

KEY, SALT = "00112233445566778899aabbccddeeff" * 2, "0f1e2d3c4b5a6978"
OLD_KEY, OLD_SALT = "a0" * 32, "0b"
KEYS = f"{KEY}:{SALT} {OLD_KEY}:{OLD_SALT}"
ENV = {"LIMPID_URL_KEYS": KEYS}
NO_FILE = (400, 404)


def sign(path, key=KEY, salt=SALT):
    """As imgproxy's documentation says, by other code than the service's."""
    digest = hmac.new(bytes.fromhex(key), bytes.fromhex(salt) + path.encode(), hashlib.sha256).digest()
    return "/i/" + base64.urlsafe_b64encode(digest).decode().rstrip("=") + path


def base64url(url):
    return base64.urlsafe_b64encode(url.encode("utf-8", "surrogateescape")).decode().rstrip("=")


def plain(name, options="", query=""):
    return f"{options}/plain/local:///{urllib.parse.quote(name)}{query}"


class SourceTests(limpidd.TestCase):
    """One service for a class, with a folder of pictures."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = pathlib.Path(folder.name, "root")
        cls.root.mkdir()
        (cls.root / "a.jpg").write_bytes(PHOTO)
        (cls.root.parent / "secret.jpg").write_bytes(PHOTO)
        cls.service = limpidd.Service(env=ENV, source_root=cls.root, metrics_listen="127.0.0.1:0", **cls.settings)
        cls.addClassCleanup(cls.service.stop)

    def get(self, path, method="GET", **headers):
        """A path that is signed already."""
        return self.service.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})


class NewKeys(limpidd.TestCase):
    def reload(self, service, matches):
        before = len(service.records)
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: matches(r) and service.records.index(r) >= before)

    def serve(self, *arguments, **settings):
        root = self.folder / "root"
        root.mkdir(exist_ok=True)
        (root / "a.jpg").write_bytes(PHOTO)
        return self.start(*arguments, source_root=root, **settings)

    def test_V11_url_keys_are_replaced_without_a_failed_request(self):
        keys = self.file("keys", f"{OLD_KEY}:{OLD_SALT}\n")
        service = self.serve(f"--url-keys=file:{keys}")
        old, new = sign(plain("a.jpg"), OLD_KEY, OLD_SALT), sign(plain("a.jpg"))
        statuses, done = set(), threading.Event()

        def ask():
            while not done.is_set():
                statuses.add(service.request("GET", old).status)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            for broken in ("", "00:11", f"{KEY}:{SALT} {OLD_KEY}", "no keys"):
                keys.write_text(broken)
                self.reload(service, lambda r: str(r.get("error_code", "")).startswith(("key.", "secret.")))
            keys.unlink()
            self.reload(service, lambda r: r.get("error_code") == "secret.not_found")
            self.assertEqual(service.request("GET", new).status, 403)
            self.file("keys", KEYS)
            self.reload(service, lambda r: r.get("event") == "reloaded")
            self.assertEqual(service.request("GET", new).status, 200)
        finally:
            done.set()
            asking.join()
        self.assertEqual(statuses, {200})
        keys.write_text(f"{KEY}:{SALT}")
        self.reload(service, lambda r: r.get("event") == "reloaded")
        self.assertEqual(service.request("GET", new).status, 200)
        self.assert_problem(service.request("GET", old), 403, "url.mismatch")
        for key in (KEY, OLD_KEY):
            self.assertNotIn(key, json.dumps(service.records))

    def test_V11_url_keys_of_the_environment_stay(self):
        keys = self.file("keys", KEYS)
        for env in (ENV, {"LIMPID_URL_KEYS_FILE": str(keys)}):
            service = self.serve(env=env)
            self.reload(service, lambda r: r.get("event") == "reloaded")
            self.assertEqual(service.request("GET", sign(plain("a.jpg"))).status, 200)


class Pictures(SourceTests):
    def test_bytes_equal_the_command_lines(self):
        reply = self.get(sign(plain("a.jpg")))
        self.assertEqual(reply.status, 200, reply.body[:300])
        self.assertEqual(reply.body, cli_enhance())
        options = "/preset:vivid/strength:0.5/format:webp/quality:80"
        expected = cli_enhance("--format", "webp", "--preset", "vivid", "--strength", "0.5", "--quality", "80")
        for source in (plain("a.jpg", options), f"{options}/{base64url('local:///a.jpg')}"):
            reply = self.get(sign(source))
            self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "image/webp"), reply.body[:300])
            self.assertEqual(reply.body, expected)

    def test_resized_bytes_equal_the_command_lines(self):
        for options, arguments in (("/rs:fit:40:0", ("--resize", "40x")), ("/w:40/h:40", ("--resize", "40x40")),
                                   ("/rs:fill:40:40/quality:80", ("--resize", "40x40", "--fit", "fill", "--quality", "80")),
                                   ("/s:40:40/rt:force", ("--resize", "40x40", "--fit", "exact")), ("/w:2000", ()),
                                   ("/width:300/enlarge:1", ("--resize", "300x"))):
            with self.subTest(options):
                reply = self.get(sign(plain("a.jpg", options)))
                self.assertEqual(reply.status, 200, reply.body[:300])
                self.assertEqual(reply.body, cli_enhance(*arguments))
        tags = {self.get(sign(plain("a.jpg", options))).headers["ETag"] for options in ("", "/w:40", "/h:40", "/s:40:40")}
        self.assertEqual(len(tags), 4)
        self.assertEqual(self.get(sign(plain("a.jpg", "/w:40"))).headers["ETag"],
                         self.service.post("/v1/enhance?width=40").headers["ETag"])

    def test_sizes_that_cannot_be_are_refused(self):
        for options in ("/w:0", "/rs:fit:0:0", "/w:-5", "/w:1e2", "/s:70000:1", "/rs:auto:40:40", "/w:40/w:41", "/rt:fill"):
            with self.subTest(options):
                self.assert_problem(self.get(sign(plain("a.jpg", options))), 400, "argument.invalid")
        self.assert_problem(self.get(sign(plain("a.jpg", "/w:1"))), 422, "resize.out_of_range")
        self.assert_problem(self.get(sign(plain("a.jpg", "/w:65535/el:1"))), 413, "image.too_large")
        # The size is signed with the rest.
        signed = sign(plain("a.jpg", "/w:40"))
        self.assert_problem(self.get(signed.replace("/w:40", "/w:41")), 403, "url.mismatch")

    def test_headers_for_caches_and_pages(self):
        reply = self.get(sign(plain("a.jpg")))
        digest = base64.b64encode(hashlib.sha256(reply.body).digest()).decode()
        self.assertEqual(reply.headers["Repr-Digest"], f"sha-256=:{digest}:")
        self.assertEqual(reply.headers["Cache-Control"], "public, max-age=86400")
        self.assertEqual(reply.headers["Vary"], "Accept")
        self.assertEqual(reply.headers["Content-Disposition"], 'inline; filename="a.jpg"')
        self.assertEqual(reply.headers.get_all("Cross-Origin-Resource-Policy"), ["cross-origin"])
        self.assertEqual(reply.headers["X-Content-Type-Options"], "nosniff")
        # A tag that differs for everything that makes other bytes, and is that of POST.
        tag = reply.headers["ETag"]
        self.assertEqual(tag, self.service.post("/v1/enhance").headers["ETag"])
        self.assertNotEqual(tag, self.get(sign(plain("a.jpg", "/quality:80"))).headers["ETag"])
        again = self.get(sign(plain("a.jpg")), If_None_Match=f'"x", {tag}')
        self.assertEqual((again.status, again.body, again.headers["ETag"]), (304, b"", tag))
        self.assertEqual(again.headers["Cache-Control"], "public, max-age=86400")
        head = self.get(sign(plain("a.jpg")), "HEAD")
        self.assertEqual((head.status, head.body, head.headers["ETag"]), (200, b"", tag))
        self.assertEqual(int(head.headers["Content-Length"]), len(reply.body))

    def test_the_format_is_negotiated(self):
        reply = self.get(sign(plain("a.jpg")), Accept="image/webp,*/*;q=0.5")
        self.assertEqual((reply.headers["Content-Type"], reply.headers["Vary"]), ("image/webp", "Accept"))
        self.assertEqual(reply.headers["Content-Disposition"], 'inline; filename="a.webp"')
        reply = self.get(sign(plain("a.jpg", "/format:png")), Accept="image/webp")
        self.assertEqual((reply.headers["Content-Type"], reply.headers["Vary"]), ("image/png", None))
        self.assert_problem(self.get(sign(plain("a.jpg")), Accept="text/html"), 406, "http.not_acceptable")

    def test_what_is_not_known_is_refused(self):
        for options in ("/blur:5", "/quality:0", "/quality:80/quality:81", "/preset:odd", "/recipe:%7B%7D", "/format:gif"):
            with self.subTest(options):
                self.assert_problem(self.get(sign(plain("a.jpg", options))), 400, "argument.invalid")
        self.assert_problem(self.get(sign(plain("a.jpg", query="?quality=80"))), 400, "argument.invalid")
        self.assert_problem(self.get(sign("/plain/https://example.org/a.jpg")), 404, "source.not_found")
        self.assert_problem(self.get(sign("/plain/file:///etc/passwd")), 400, "argument.invalid")
        reply = self.service.post(sign(plain("a.jpg")))
        self.assert_problem(reply, 405, "http.method_not_allowed")
        self.assertEqual(reply.headers["Allow"], "GET, HEAD")

    def test_names_of_sources_break_out_of_no_header(self):
        for name in ('a";x=".jpg', "a\\b.jpg", "\u202egpj.exe.jpg", "päper.jpg", "a;b.jpg", "a'b%.jpg"):
            path = sign(f"/{base64url('local:///' + name)}")
            try:
                (self.root / name).write_bytes(PHOTO)
            except OSError:
                continue
            with self.subTest(name):
                reply = self.get(path)
                if reply.status == 200:
                    self.assertRegex(reply.headers["Content-Disposition"],
                                     r"""^inline; filename="[^"\\\x00-\x1f]*"(; filename\*=UTF-8''[-\w.%!#$&+^`|~]+)?$""")
                else:
                    self.assertIn(reply.status, NO_FILE)
        self.assertEqual(self.get(sign(plain("päper.jpg"))).status, 200)

    def test_P19_signed_urls_are_not_in_the_log(self):
        for method, status in (("GET", 200), ("PUT", 405)):
            reply = self.get(sign(plain("a.jpg")), method)
            record = self.service.wait_for(lambda r: r.get("request_id") == reply.headers["X-Request-Id"])
            self.assertEqual((record["path"], record["status"]), ("/i/{rest}", status))
            self.assertNotIn("a.jpg", json.dumps(record))

    def test_V23_bombs_get_the_cores_errors(self):
        hostile = ROOT / "tests/data/hostile"
        lines = [line.split() for line in (hostile / "expected.txt").read_text().splitlines()]
        chosen = [(name, code) for name, code in lines if code.startswith("image.too") or code in (
            "image.empty", "image.metadata_too_large", "image.malformed", "image.truncated")][:24]
        self.assertGreater(len({code for _, code in chosen}), 4)
        for name, code in chosen:
            with self.subTest(name):
                shutil.copy(hostile / name, self.root / name)
                reply = self.get(sign(plain(name)))
                self.assertEqual((reply.json()["code"], reply.status >= 400), (code, True), reply.body)
        for name, content in (("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("a.txt", b"text"),
                              ("b.jpg", PHOTO + b"<?php system('id'); ?>"), ("c.jpg", b"%PDF-1.7 " + PHOTO)):
            with self.subTest(name):
                (self.root / name).write_bytes(content)
                self.assertEqual(self.get(sign(plain(name))).status, 415)
        self.assertEqual(self.get(sign(plain("a.jpg"))).status, 200)


class Signatures(SourceTests):
    def test_no_other_bit_is_accepted(self):
        path = sign(plain("a.jpg", "/quality:80", "?exp=4102444800"))
        self.assertEqual(self.get(path).status, 200)
        at = len("/i/")
        changed = 0
        for position in range(at, len(path)):
            for bit in range(7):
                other = path[:position] + chr(ord(path[position]) ^ (1 << bit)) + path[position + 1:]
                # What no path can hold is refused as a request.
                if not 0x21 <= ord(other[position]) <= 0x7E or other[position] == "#":
                    continue
                changed += 1
                # A slash or question mark elsewhere moves what is taken for the signature.
                reply = self.get(other)
                self.assertIn((reply.status, reply.json()["code"]), ((403, "url.mismatch"), (400, "url.malformed")), other)
        self.assertGreater(changed, 500)

    def test_other_paths_and_cut_signatures(self):
        good = sign(plain("a.jpg"))
        signature = good[len("/i/"):good.index("/plain")]
        for path in (good.replace("a.jpg", "b.jpg"), good.replace(signature, signature[:-1]), good.replace(signature, signature + "="),
                     good.replace(signature, "unsafe"), good.replace(signature, "_"), good.replace(signature, "insecure"),
                     good + "?", good + "?exp=4102444800", good.replace("///", "/"), good.replace("plain", "%70lain"),
                     sign(plain("a.jpg"), key="11" * 32), sign(plain("a.jpg"), salt="00"), sign(plain("a.jpg"), OLD_KEY, SALT)):
            with self.subTest(path):
                self.assert_problem(self.get(path), 403, "url.mismatch")
        for path in ("/i/", "/i/x", "/i//plain/local:///a.jpg", f"/i/{signature}"):
            with self.subTest(path):
                self.assertIn(self.get(path).status, (400, 403))
        self.assertEqual(self.get("/i").status, 404)

    def test_an_old_key_verifies(self):
        self.assertEqual(self.get(sign(plain("a.jpg"), OLD_KEY, OLD_SALT)).status, 200)

    def test_urls_expire_and_caches_know(self):
        now = int(time.time())
        for path in (plain("a.jpg", query=f"?exp={now - 1}"), plain("a.jpg", f"/exp:{now - 1}")):
            self.assert_problem(self.get(sign(path)), 410, "url.expired")
        for path in (plain("a.jpg", query=f"?exp={now + 1000}"), plain("a.jpg", f"/exp:{now + 1000}")):
            reply = self.get(sign(path))
            self.assertEqual(reply.status, 200)
            age = int(re.fullmatch(r"public, max-age=(\d+)", reply.headers["Cache-Control"])[1])
            self.assertTrue(0 < age <= 1000, age)
        self.assert_problem(self.get(sign(plain("a.jpg", query="?exp=soon"))), 400, "url.malformed")

    def test_the_command_signs(self):
        status, out, err = limpidd.run("sign-url", "--options", "format:png", "--expires", "600", "local:///a.jpg", env=ENV)
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"^/i/[\w-]{43}/format:png/[\w-]+\?exp=\d+\n$")
        reply = self.get(out.strip())
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "image/png"))
        keys = self.file("keys", KEYS + "\n")
        status, out, _ = limpidd.run("sign-url", "--keys", f"file:{keys}", "local:///a.jpg")
        self.assertEqual((status, out), (0, sign("/" + base64url("local:///a.jpg")) + "\n"))
        for arguments in ((), ("--options", "blur:5", "local:///a.jpg"), ("local:///../a.jpg",), ("a.jpg",),
                          ("--expires", "0", "local:///a.jpg"), ("local:///a.jpg", "local:///b.jpg"), ("--x", "y", "local:///a.jpg")):
            with self.subTest(arguments):
                status, out, err = limpidd.run("sign-url", *arguments, env=ENV)
                self.assertNotEqual(status, 0)
                self.assertEqual(out, "")
                self.assertNotIn(KEY, err)
        status, _, err = limpidd.run("sign-url", "local:///a.jpg")
        self.assertEqual(status, 4)
        self.assertIn("key.none", err)


class Confinement(SourceTests):
    def readers(self, name):
        """The forms in which a name can come."""
        quoted = urllib.parse.quote(name, safe="")
        yield f"/plain/local:///{quoted}"
        yield f"/plain/local:///{urllib.parse.quote(quoted, safe='')}"
        yield f"/{base64url('local:///' + name)}"

    def test_V14_no_line_of_the_traversal_lists_leaves(self):
        lists = pathlib.Path("/usr/share/wfuzz/wordlist/vulns")
        names = [".." + "/.." * depth + "/etc/passwd" for depth in range(12)] + [
            "/etc/passwd", "//etc/passwd", "../secret.jpg", "..\\secret.jpg", "a/../../secret.jpg", "....//secret.jpg",
            "%2e%2e/secret.jpg", "%252e%252e%252fsecret.jpg", "..%c0%afsecret.jpg", "..%00/secret.jpg", "../secret.jpg\0.jpg",
            "a.jpg\0", "a.jpg/..", "./../secret.jpg", "file:///etc/passwd", "\u2025/secret.jpg", "C:\\a.jpg", "/proc/self/environ"]
        if (lists / "dirTraversal.txt").exists():
            lines = (lists / "dirTraversal.txt").read_bytes().decode("latin-1").splitlines()
            names += [line for line in lines if line][::7]
        # One connection: the lists are long.
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=limpidd.TIMEOUT_S)
        self.addCleanup(connection.close)
        for name in names:
            for path in self.readers(name):
                if len(path) > 4000:
                    continue
                connection.request("GET", sign(path))
                answer = connection.getresponse()
                body = answer.read()
                self.assertIn(answer.status, NO_FILE, path)
                for told in (b"root:", str(self.root).encode(), b"openat"):
                    self.assertNotIn(told, body, path)

    def test_V14_links_pipes_and_folders_are_no_pictures(self):
        os.symlink("a.jpg", self.root / "link.jpg")
        os.symlink("../secret.jpg", self.root / "out.jpg")
        os.symlink("/", self.root / "top")
        os.symlink(f"/proc/{os.getpid()}/root", self.root / "magic")
        os.mkfifo(self.root / "fifo.jpg")
        (self.root / "folder").mkdir()
        for name in ("link.jpg", "out.jpg", "top/etc/passwd", "magic/etc/passwd", "fifo.jpg", "folder", "folder/", "a.jpg/x",
                     "nothing.jpg", "top/proc/self/environ"):
            with self.subTest(name):
                self.assert_problem(self.get(sign(plain(name))), 404, "source.not_found")
        # Whether something is there or not is not told by another answer.
        described = [self.get(sign(plain(name))).json() for name in ("fifo.jpg", "out.jpg", "nothing.jpg")]
        self.assertEqual(len({json.dumps(one | {"request_id": ""}) for one in described}), 1)

    def test_V14_a_link_that_is_swapped_in_shows_nothing(self):
        """The name is a picture now and a link out of the folder then."""
        target = self.root / "swapped.jpg"
        stop = threading.Event()
        secret = self.root.parent / "secret.png"
        # What would be seen, if it ever were.
        subprocess.run([limpidd.CLI, "enhance", self.root / "a.jpg", "-o", secret, "-q"], check=True, timeout=limpidd.TIMEOUT_S)

        def swap():
            other = self.root / "other.jpg"
            while not stop.is_set():
                other.write_bytes(PHOTO)
                os.replace(other, target)
                os.symlink(secret, other)
                os.replace(other, target)

        thread = threading.Thread(target=swap)
        thread.start()
        try:
            tag = self.get(sign(plain("a.jpg", "/format:jpeg"))).headers["ETag"]
            # No picture has to be made to see which one it is.
            seen = [self.get(sign(plain("swapped.jpg", "/format:jpeg")), If_None_Match=tag).status for _ in range(400)]
        finally:
            stop.set()
            thread.join()
        self.assertLessEqual(set(seen), {304, 404})

    def test_I14_the_folder_is_held_without_a_right_to_it(self):
        process = pathlib.Path(f"/proc/{self.service.process.pid}")
        held = []
        try:
            for link in (process / "fd").iterdir():
                if os.readlink(link) == str(self.root):
                    info = (process / "fdinfo" / link.name).read_text()
                    held.append(int(re.search(r"flags:\s*(\d+)", info)[1], 8) & (os.O_PATH | os.O_WRONLY | os.O_RDWR))
        except PermissionError:
            self.skipTest("only root sees what a process holds that cannot be dumped")
        self.assertEqual(held, [os.O_PATH])

    def test_I14_the_thread_that_reads_is_confined(self):
        if any(record.get("event") == "sources_unconfined" for record in self.service.records):
            self.skipTest("this kernel has no Landlock")
        tasks = pathlib.Path(f"/proc/{self.service.process.pid}/task").iterdir()
        self.assertTrue(any("NoNewPrivs:\t1" in (task / "status").read_text() for task in tasks))


class Together(SourceTests):
    settings = {"queue_length": 1, "max_connections_per_ip": 200}

    def test_equal_requests_cost_one_run(self):
        expected = cli_enhance("--quality", "71")
        replies = []
        ask = lambda: replies.append(self.get(sign(plain("a.jpg", "/quality:71"))))
        with stopped_worker(self.service):
            threads = [threading.Thread(target=ask) for _ in range(50)]
            for thread in threads:
                thread.start()
            # The one that asks for the metrics is one more.
            until(lambda: self.service.metric("limpid_requests_in_progress") >= 51)
            self.assertEqual(self.service.metric("limpid_workers_busy"), 1)
            self.assertEqual(self.service.metric("limpid_queue_depth"), 0)
            # Another picture is another run.
            other = threading.Thread(target=lambda: self.get(sign(plain("a.jpg", "/quality:72"))))
            other.start()
            until(lambda: self.service.metric("limpid_queue_depth") == 1)
        for thread in (*threads, other):
            thread.join()
        self.assertEqual({reply.status for reply in replies}, {200})
        self.assertEqual({reply.body for reply in replies}, {expected})
        self.assertEqual(len({reply.headers["X-Request-Id"] for reply in replies}), 50)
        self.assertEqual(self.service.metric("limpid_jobs_turned_away_total"), 0)
        self.assertEqual(self.service.metric("limpid_body_bytes"), 0)

    def test_a_run_ends_when_the_last_client_goes(self):
        with stopped_worker(self.service):
            request = f"GET {sign(plain('a.jpg', '/quality:73'))} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
            clients = [self.service.connect() for _ in range(2)]
            for client in clients:
                client.sendall(request)
            until(lambda: self.service.metric("limpid_requests_in_progress") >= 3 and self.service.metric("limpid_workers_busy") == 1)
            clients[0].close()
            until(lambda: self.service.metric("limpid_requests_in_progress") == 2)
            self.assertEqual(self.service.metric("limpid_workers_busy"), 1)
            clients[1].close()
            until(lambda: self.service.metric("limpid_requests_in_progress") == 1)
        self.assertEqual(self.get(sign(plain("a.jpg", "/quality:73"))).status, 200)

    def test_who_has_the_picture_waits_for_no_worker(self):
        tag = self.get(sign(plain("a.jpg", "/quality:74"))).headers["ETag"]
        with stopped_worker(self.service):
            waiting = threading.Thread(target=lambda: self.get(sign(plain("a.jpg", "/quality:74"))))
            waiting.start()
            until(lambda: self.service.metric("limpid_workers_busy") == 1)
            self.assertEqual(self.get(sign(plain("a.jpg", "/quality:74")), If_None_Match=tag).status, 304)
        waiting.join()


class OtherServer(http.server.BaseHTTPRequestHandler):
    """Has a photo, and what is none."""

    ANSWERS = {"/a.jpg": (200, "image/jpeg", PHOTO), "/lie.jpg": (200, "image/png", PHOTO), "/page.html": (200, "text/html", b"<p>"),
               "/away.jpg": (302, "image/jpeg", b""), "/broken.jpg": (500, "text/plain", b"broken"),
               "/undeclared": (200, "application/octet-stream", PHOTO)}

    def do_GET(self):
        self.server.asked.append(self.path)
        status, kind, body = self.ANSWERS.get(self.path, (404, "text/plain", b"nothing"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/a.jpg")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Remote(limpidd.TestCase):
    """Pictures of another server. That its address is one that may be called is tested where calls are."""

    def setUp(self):
        super().setUp()
        self.other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), OtherServer)
        self.other.asked = []
        self.addCleanup(self.other.server_close)
        self.addCleanup(self.other.shutdown)
        threading.Thread(target=self.other.serve_forever, daemon=True).start()
        self.place = f"127.0.0.1:{self.other.server_port}"

    def get(self, service, name, options="", host=None):
        return service.request("GET", sign(f"{options}/{base64url(f'http://{host or self.place}/{name}')}"))

    def test_pictures_of_another_server(self):
        service = self.start(env=ENV, source_hosts="127.0.0.1", outbound_hosts=self.place, outbound_networks="127.0.0.0/8")
        for name in ("a.jpg", "undeclared"):
            reply = self.get(service, name, "/format:jpeg")
            self.assertEqual((reply.status, reply.body), (200, cli_enhance("--format", "jpeg")), reply.body[:300])
        self.assertEqual(reply.headers["Content-Disposition"], 'inline; filename="undeclared.jpg"')
        for name, status in (("nothing.jpg", 404), ("lie.jpg", 415), ("page.html", 415), ("away.jpg", 502), ("broken.jpg", 502)):
            with self.subTest(name):
                self.assertEqual(self.get(service, name).status, status)
        asked = len(self.other.asked)
        self.assertEqual(self.get(service, "a.jpg", host=f"localhost:{self.other.server_port}").status, 404)
        self.assertEqual(self.get(service, "a.jpg", "/format:gif").status, 400)
        self.assertEqual(len(self.other.asked), asked, "nothing is fetched for what is refused anyway")

    def test_a_source_is_called_only_where_calls_are_allowed(self):
        service = self.start(env=ENV, source_hosts="127.0.0.1", outbound_hosts="images.example")
        self.assert_problem(self.get(service, "a.jpg"), 403, "network.forbidden_address")
        self.assertEqual(self.other.asked, [])


class SetUp(limpidd.TestCase):
    def test_without_keys_nothing_is_served(self):
        (self.folder / "a.jpg").write_bytes(PHOTO)
        status, _, err = limpidd.run("--listen=127.0.0.1:0", f"--worker-program={limpidd.WORKER}", f"--source_root={self.folder}")
        self.assertEqual(status, 4)
        self.assertIn("key.none", err)
        service = self.start()
        for path in (plain("a.jpg"), sign(plain("a.jpg"))[2:], "/unsafe" + plain("a.jpg")):
            self.assert_problem(service.request("GET", "/i" + path), 404, "http.not_found")

    def test_V14_a_folder_that_is_not_there_is_told(self):
        for folder in (self.folder / "nothing", self.file("file", "")):
            status, _, err = limpidd.run("--listen=127.0.0.1:0", f"--worker-program={limpidd.WORKER}", f"--source_root={folder}", env=ENV)
            self.assertEqual(status, 2)
            self.assertIn("source_root", err)
            self.assertNotIn(KEY, err)

    def test_expiry_lockdown_and_limits_count(self):
        root, lock, keys = (self.folder / name for name in ("root", "lock", "keys"))
        root.mkdir()
        (root / "a.jpg").write_bytes(PHOTO)
        self.create_key(keys, "--scopes", "admin")
        service = self.start(env=ENV, source_root=root, url_require_expiry="true", lockdown_file=lock, keys_file=keys,
                             cors_origins="https://a.example", source_cache_s=0, max_body_bytes=len(PHOTO), rate_limit_enhance=3, block_breaches=0)
        self.assert_problem(service.request("GET", sign(plain("a.jpg"))), 400, "url.malformed")
        lasting = sign(plain("a.jpg", query="?exp=4102444800"))
        # Nobody needs another credential, and a wrong one changes nothing.
        reply = service.request("GET", lasting, headers={"Origin": "https://a.example", "x-api-key": "wrong"})
        self.assertEqual((reply.status, reply.headers["Access-Control-Allow-Origin"]), (200, "https://a.example"), reply.body[:300])
        self.assertEqual(reply.headers["Cache-Control"], "public, no-cache")
        (root / "b.jpg").write_bytes(PHOTO + b"\0")
        self.assert_problem(service.request("GET", sign(plain("b.jpg", query="?exp=4102444800"))), 413, "upload.too_large")
        self.assert_problem(service.request("GET", lasting), 429, "rate.limited")
        for mode in ("deny", "read-only"):
            self.assertEqual(limpidd.run("lockdown", "on", "--file", lock, "--mode", mode, "--reason", "x")[0], 0)
            until(lambda: service.request("GET", lasting).status == 503)


if __name__ == "__main__":
    unittest.main()
