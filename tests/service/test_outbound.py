"""What limpidd calls, and what it must not: nothing by default, no private address, no redirect, no proxy."""

import contextlib
import gzip
import os
import re
import shutil
import socket
import subprocess
import time
import unittest

import certificates
import limpidd
import stub_server
from job_helpers import ended_job, until
from limpidd import PHOTO

# Hosts that mean this machine, its networks or nothing that may be called, however they are written.
FORBIDDEN = """
127.0.0.1 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 0x7F.0x0.0x0.0x1 017700000001 0177.1 0177.0.0.1
0177.0.0.01 00000177.0.0.1 0x7f.0x000001 2130706434 0x7fffffff 127.0.0.1. 0 0.0.0.0 0x0 00 0.0 0.0.0 0.1.2.3 10.0.0.1 10.255.255.255
10.1 167772161 0xa000001 0x0a.0x00.0x00.0x01 012.0.0.1 012.1 172.16.0.1 172.31.255.255 172.16.1 2886729729 0xac100001 0254.020.0.1
192.168.0.1 192.168.1.1 192.168.1 192.168.255.255 3232235521 0xc0a80001 0300.0250.0.1 0xc0.0xa8.0.1 169.254.169.254 169.254.0.1
2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 0xa9.0xfe.0xa9.0xfe 100.64.0.1 100.127.255.255 1681915905 0x64400001
192.0.0.1 192.0.0.170 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 239.255.255.255 3758096385
240.0.0.1 255.255.255.255 0xffffffff 4294967295 037777777777
[::1] [::] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::ffff:a00:1]
[::ffff:169.254.169.254] [::ffff:192.168.0.1] [::127.0.0.1] [::7f00:1] [::10.0.0.1] [fc00::1] [fd00::1] [fdff:ffff::1] [fe80::1] [febf::1]
[fec0::1] [ff02::1] [ff0e::1] [2002:7f00:1::] [2002:a00:1::1] [2002:c0a8:1::] [2002:a9fe:a9fe::] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1]
[64:ff9b::10.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [64:ff9b:1::7f00:1] [2001::1] [2001:0:7f00:1::] [2001:db8::1] [2001:10::1]
[100::1] [::ffff:0:127.0.0.1] [2001:4860::5efe:127.0.0.1] [2001:4860::200:5efe:10.0.0.1] [::ffff:0.0.0.0]
localhost LOCALHOST localhost. a.localhost printer printer.local x.internal metadata.google.internal router.home.arpa limpid
""".split()
# What is no host at all.
MALFORMED = """
127.0.0.256 256.1 1.2.3.4.5 0x100000000 4294967296 09.1.1.1 0x 1.0xg.1 [::1 ::1] [:::1] [::1]x [1::2::3] [::g] [fe80::1%25eth0] exa_mple..com
-.- a..b .. . %00 %2e a%00b xn-- 127.0.0.1%00.example.com example.com%2f@127.0.0.1 127.0.0.1%2f ①②⑦.0.0.1 １２７.0.0.1 user@example.com
user:secret@example.com example.com:0 example.com:65536 example.com:x
""".split()


def can_unshare(*options):
    return subprocess.run(["unshare", *options, "true"], capture_output=True, check=False).returncode == 0


class Webhooks(stub_server.TestCase):
    """The address of a webhook is what strangers choose."""

    def refused(self, service, url):
        reply = service.post("/v1/jobs?webhook=" + url)
        return (reply.status, reply.json().get("code")) == (422, "webhook.refused_target")

    def test_P26_V16_no_spelling_of_a_private_address_is_called(self):
        # Even an operator who lists the address itself has to allow its network as well.
        listed = [host for host in FORBIDDEN if host[0].isdigit() or host[0] == "["]
        service = self.start(state_dir=self.folder / "state", webhook_secret=self.secret(), outbound_hosts="*," + ",".join(listed))
        self.assertGreaterEqual(len(set(FORBIDDEN)), 120)
        for host in FORBIDDEN + MALFORMED:
            for scheme in ("https", "http"):
                quoted = "".join(c if c.isascii() and c not in "%&+" else "".join(f"%{b:02x}" for b in c.encode()) for c in host)
                with self.subTest(host=host, scheme=scheme):
                    self.assertTrue(self.refused(service, f"{scheme}://{quoted}/hook"))
        for url in ("ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "example.com", "//example.com", "https:", "javascript:1",
                    "https://example.com/" + "a" * 2100, "http://example.com/", "https://example.com:22/", "https://example.com:8443/"):
            with self.subTest(url=url):
                self.assertTrue(self.refused(service, url))
        reply = service.post("/v1/jobs?webhook=https://example.com/")
        self.assertEqual((reply.status, reply.json()["webhook"]), (202, {"status": "waiting", "attempts": 0}))

    def test_P26_only_listed_hosts_are_called(self):
        service = self.start(state_dir=self.folder / "state", webhook_secret=self.secret(),
                             outbound_hosts="hooks.example.com,*.example.org,example.net:8443")
        for url in ("https://hooks.example.com/", "https://HOOKS.example.com:443/x", "https://a.example.org/", "https://b.a.example.org/",
                    "https://example.net:8443/"):
            self.assertEqual(service.post("/v1/jobs?webhook=" + url).status, 202, url)
        for url in ("https://example.com/", "https://x.hooks.example.com/", "https://example.org/", "https://badexample.org/",
                    "https://example.net/", "https://hooks.example.com:444/", "https://hooks.example.com.evil.net/"):
            self.assertTrue(self.refused(service, url), url)

    def test_P26_without_hosts_or_without_a_secret_nothing_is_called(self):
        for settings in ({"webhook_secret": self.secret()}, {"outbound_hosts": "*"}):
            service = self.start(state_dir=self.folder / "state", **settings)
            self.assertTrue(self.refused(service, "https://example.com/"))
            service.stop()

    def calls(self, service, job, host, port):
        """Have a job tell this host, and wait until that was tried. @return calls that were refused by their address"""
        before = service.metric('limpid_outbound_calls_total{result="refused"}')
        path = service.post(f"/v1/jobs?webhook=https://{host}:{port}/").headers["Location"]
        ended_job(service, path)
        until(lambda: service.request("GET", path).json()["webhook"]["status"] == "dead")
        return service.metric('limpid_outbound_calls_total{result="refused"}') - before

    @unittest.skipUnless(can_unshare("-m") and os.access("/etc/hosts", os.R_OK), "needs a mount namespace")
    def test_P26_a_name_that_resolves_to_a_private_address_is_not_connected_to(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        listener.settimeout(0.3)
        port = listener.getsockname()[1]
        addresses = {"a": "127.0.0.1", "b": "10.0.0.1", "c": "169.254.169.254", "d": "192.168.0.1", "e": "::1", "f": "::ffff:127.0.0.1",
                     "g": "fd00::1", "h": "0.0.0.0"}
        hosts = self.file("hosts", "".join(f"{address} {name}.example.com\n" for name, address in addresses.items()))
        service = self.start(prefix=["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', hosts],
                             state_dir=self.folder / "state", webhook_secret=self.secret(), metrics_listen="127.0.0.1:0",
                             webhook_schedule=0, outbound_hosts=f"*:{port},localhost:{port}")
        for name in addresses:
            with self.subTest(address=addresses[name]):
                self.assertEqual(self.calls(service, PHOTO, f"{name}.example.com", port), 1)
        # A name that the operator listed is taken as it is, its address is not.
        self.assertEqual(self.calls(service, PHOTO, "localhost", port), 1)
        with self.assertRaises(TimeoutError):
            listener.accept()


class Client(stub_server.TestCase):
    """How it calls: seen by an authority, which says who may come in."""

    def asking(self, respond, pair=None, env=None, **settings):
        stub = self.stub(respond, pair)
        service = self.start(env=env, **(self.allowed(stub) | {"auth_forward_url": stub.url("/auth"), "auth_forward_timeout_ms": 10000,
                                                               "metrics_listen": "127.0.0.1:0"} | settings))
        return stub, service

    def status(self, service, cookie="a"):
        return service.post("/v1/inspect", Cookie=cookie).status

    def test_redirects_are_not_followed(self):
        stub, service = self.asking(lambda asked, _: (302, [("Location", "/elsewhere"), ("X-Auth-User", "u")], b""))
        self.assertEqual(self.status(service), 503)
        self.assertEqual([asked.path for asked in stub.asked], ["/auth"])

    def test_a_call_is_plain(self):
        stub, service = self.asking(lambda *_: (200, [("X-Auth-User", "u"), ("Set-Cookie", "x=y")], b""), auth_forward_ttl_s=0)
        self.assertEqual([self.status(service), self.status(service)], [200, 200])
        for asked in stub.asked:
            self.assertEqual(asked.headers["user-agent"], "limpidd/0.1.0")
            self.assertEqual(asked.headers["cookie"], "a")
            self.assertNotIn("accept-encoding", asked.headers)

    def test_what_is_too_much_is_cut(self):
        def endless_body(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Auth-User: u\r\n\r\n")
            for _ in range(10000):
                handler.wfile.write(b"x" * 65536)

        def endless_head(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Auth-User: u\r\n")
            for number in range(1000000):
                handler.wfile.write(b"X-%d: %s\r\n" % (number, b"y" * 100))

        def interim(handler):
            for _ in range(1000000):
                handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

        def trailer(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Auth-User: u\r\n\r\n")

        answers = {"a": endless_body, "b": endless_head, "c": interim, "d": trailer, "e": lambda h: h.wfile.write(b"garbage\r\n\r\n")}
        _, service = self.asking(lambda asked, _: answers[asked.headers["cookie"]])
        for cookie in answers:
            with self.subTest(answer=cookie):
                self.assertEqual(self.status(service, cookie), 503)

    def test_a_deadline_holds_however_slowly_it_comes(self):
        def drip(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Auth-User: u\r\nContent-Length: 100000\r\n\r\n")
            for _ in range(600):
                handler.wfile.write(b"x")
                time.sleep(0.1)

        _, service = self.asking(lambda *_: drip, auth_forward_timeout_ms=500)
        begin = time.monotonic()
        self.assertEqual(self.status(service), 503)
        self.assertLess(time.monotonic() - begin, 20)

    def test_nothing_is_decompressed(self):
        bomb = gzip.compress(b"\0" * 30_000_000)
        self.assertLess(len(bomb), 60_000)
        stub, service = self.asking(lambda *_: (200, [("Content-Encoding", "gzip"), ("X-Auth-User", "u")], bomb))
        self.assertEqual(self.status(service), 200)
        self.assertEqual(len(stub.asked), 1)

    def test_proxies_of_the_environment_are_not_used(self):
        proxy = self.stub(lambda *_: (200, [("X-Auth-User", "proxy")], b""))
        variables = {name: proxy.url() for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY")}
        stub, service = self.asking(lambda *_: (200, [("X-Auth-User", "u")], b""), env=variables | {"no_proxy": ""})
        self.assertEqual(self.status(service), 200)
        self.assertEqual((len(stub.asked), len(proxy.asked)), (1, 0))

    def test_certificates_are_verified(self):
        def ok(*_):
            return 200, [("X-Auth-User", "u")], b""

        authority = certificates.Authority(self.folder / "ca")
        good = authority.issue("good", "IP:127.0.0.1")
        stub, service = self.asking(ok, good, outbound_ca_file=authority.certificate)
        self.assertEqual(self.status(service), 200)
        wrong = {"its name": authority.issue("other", "DNS:example.com"), "its time": authority.issue("old", "IP:127.0.0.1",
                                                                                                    certificates.LONG_AGO)}
        for what, pair in wrong.items():
            with self.subTest(what):
                stub, service = self.asking(ok, pair, outbound_ca_file=authority.certificate)
                self.assertEqual((self.status(service), stub.asked), (503, []))
        stub, service = self.asking(ok, good)  # the system does not know this authority
        self.assertEqual((self.status(service), stub.asked), (503, []))

    def test_settings_that_cannot_work_keep_it_from_starting(self):
        for flags, words in (
                (["--auth-forward-url=https://a.example.com/"], "not in outbound_hosts"),
                (["--outbound-hosts=a.example.com", "--auth-forward-url=http://a.example.com/"], "not encrypted"),
                (["--outbound-hosts=a.example.com", "--jwt-keys-url=http://a.example.com/", "--jwt-issuer=i", "--jwt-audience=a"], "not encrypted"),
                (["--outbound-hosts=a.example.com", "--jwt-keys-url=https://a.example.com/"], "jwt_issuer"),
                (["--outbound-hosts=a.example.com", "--alert-webhook=https://a.example.com/"], "webhook_secret"),
                (["--outbound-hosts=10.0.0.1", "--auth-forward-url=https://10.0.0.1/"], "private"),
                (["--outbound-hosts=a b"], "outbound_hosts"), (["--outbound-hosts=*.10.0.0.1"], "outbound_hosts"),
                (["--outbound-networks=10.0.0.1/8"], "10.0.0.1/8"), (["--outbound-ca-file=/nowhere"], "/nowhere"),
                (["--webhook-schedule=1,x"], "webhook_schedule"), (["--webhook-schedule="], "webhook_schedule"),
                (["--auth-forward-headers=Host"], "auth_forward_headers")):
            with self.subTest(flags=flags):
                status, _, err = limpidd.run("--listen=127.0.0.1:0", f"--worker-program={limpidd.WORKER}", *flags)
                self.assertNotEqual(status, 0)
                self.assertIn(words, err)


class UnixService(limpidd.Service):
    """At a Unix socket, which a network namespace does not shut off."""

    def __init__(self, path, *arguments, **settings):
        self.path = path
        super().__init__(*arguments, listen=f"unix:{path}", **settings)

    def request(self, method, path, body=None, headers=None, port=None):
        with contextlib.closing(limpidd.http.client.HTTPConnection("localhost", timeout=limpidd.TIMEOUT_S)) as connection:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(os.fspath(self.path))
            connection.request(method, path, body, headers or {})
            return limpidd.Reply(connection.getresponse())


class Nothing(limpidd.TestCase):
    def use(self, service):
        self.assertEqual(service.post("/v1/enhance").status, 200)
        self.assertEqual(service.post("/v1/analyse").status, 200)
        path = service.post("/v1/jobs").headers["Location"]
        self.assertEqual(ended_job(service, path)["status"], "done")
        self.assertEqual(service.request("GET", "/readyz").status, 200)

    @unittest.skipUnless(can_unshare("-rn"), "needs a network namespace")
    def test_V16_everything_works_without_a_network(self):
        with UnixService(self.folder / "socket", prefix=("unshare", "-rn"), state_dir=self.folder / "state") as service:
            self.use(service)

    @unittest.skipUnless(shutil.which("strace") and not limpidd.SANITIZED, "needs strace")
    def test_V16_by_default_nobody_is_dialled(self):
        trace = self.folder / "trace"
        with UnixService(self.folder / "socket", prefix=("strace", "-D", "-f", "-q", "-e", "trace=bind,connect,sendto,sendmsg", "-o", trace),
                         state_dir=self.folder / "state") as service:
            self.use(service)
            number = service.process.pid
        until(lambda: re.search(rf"^{number} +\+\+\+ exited with 0", trace.read_text(), re.MULTILINE))
        self.assertIn("sa_family=AF_UNIX", trace.read_text())
        self.assertNotIn("AF_INET", trace.read_text())
