"""limpidd over TLS: what it is made with, what it refuses, and who may come in."""

import contextlib
import http.client
import json
import pathlib
import shutil
import signal
import socket
import ssl
import tempfile
import threading
import time

import certificates
import limpidd
from limpidd import PHOTO
from test_http import cli_enhance

LOCAL = "DNS:localhost,IP:127.0.0.1"
GET = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"


def only(version, context):
    context.minimum_version = context.maximum_version = version
    return context


class SecureService(limpidd.Service):
    """Spoken to over TLS, with `context` unless another one is given."""

    def __init__(self, context, *arguments, **settings):
        self.context = context
        super().__init__(*arguments, **settings)

    def request(self, method, path, body=None, headers=None, port=None, context=None):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=limpidd.TIMEOUT_S,
                                                 context=context or self.context)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            return limpidd.Reply(connection.getresponse())

    def secure(self, context=None, **options):
        return (context or self.context).wrap_socket(self.connect(), server_hostname="127.0.0.1", **options)


class TlsTestCase(limpidd.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.authority = certificates.Authority(pathlib.Path(folder.name, "authority"))
        cls.pair = cls.authority.issue("server", LOCAL)

    def context(self, pair=None):
        context = ssl.create_default_context(cafile=str(self.authority.certificate))
        if pair:
            context.load_cert_chain(pair.certificate, pair.key)
        return context

    def start(self, *arguments, pair=None, client=None, **settings):
        pair = pair or self.pair
        files = {"tls_cert_file": pair.certificate, "tls_key_file": pair.key}
        service = SecureService(self.context(client), *arguments, **(files | settings))
        self.addCleanup(service.stop)
        return service

    def assert_refused(self, code, status, env=None, **settings):
        flags = [f"--{name}={value}" for name, value in settings.items()]
        ran, out, err = limpidd.run("--listen=127.0.0.1:0", *flags, env=env)
        self.assertEqual((ran, err.split(": ")[0]), (status, code), err)
        return out + err

    def assert_alert(self, reason, service, context):
        """In TLS 1.3 a client has ended its handshake before the server looks at its certificate."""
        with self.assertRaises(ssl.SSLError) as raised, service.secure(context) as connection:
            connection.sendall(GET)
            connection.recv(100)
        self.assertIn(reason, str(raised.exception).upper().replace(" ", "_"))


class Protocols(TlsTestCase):
    def test_P6_protocols_and_ciphers(self):
        service = self.start()
        with service.secure() as connection:
            self.assertEqual(connection.version(), "TLSv1.3")
            self.assertEqual(connection.cipher()[0], "TLS_AES_256_GCM_SHA384")
            self.assertIsNone(connection.compression())
        with service.secure(only(ssl.TLSVersion.TLSv1_2, self.context())) as connection:
            self.assertEqual(connection.version(), "TLSv1.2")
            self.assertRegex(connection.cipher()[0], "^ECDHE-ECDSA-(AES|CHACHA20).*(GCM|POLY1305)")
        context = only(ssl.TLSVersion.TLSv1_2, self.context())
        with service.secure(context) as connection:
            session = connection.session
        with service.secure(context, session=session) as connection:
            self.assertFalse(connection.session_reused)
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            context = only(version, self.context())
            context.set_ciphers("ALL:@SECLEVEL=0")
            self.assert_alert("PROTOCOL_VERSION", service, context)
        for ciphers in ("ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256"):
            context = only(ssl.TLSVersion.TLSv1_2, self.context())
            context.set_ciphers(ciphers)
            self.assert_alert("HANDSHAKE_FAILURE", service, context)

    def test_P6_the_protocol_is_http_1_1(self):
        service = self.start()
        context = self.context()
        context.set_alpn_protocols(["h2", "http/1.1"])
        with service.secure(context) as connection:
            self.assertEqual(connection.selected_alpn_protocol(), "http/1.1")
        context.set_alpn_protocols(["h2"])
        self.assert_alert("NO_APPLICATION_PROTOCOL", service, context)
        self.assertNotIn(b"HTTP", service.raw(GET))
        self.assertEqual(service.request("GET", "/livez").status, 200)

    def test_I13_photos_over_TLS(self):
        service = self.start()
        reply = service.post("/v1/enhance")
        self.assertEqual(reply.status, 200, reply.body[:300])
        self.assertEqual(reply.body, cli_enhance(PHOTO, "--format", "jpeg"))
        chunks = (PHOTO[at:at + 999] for at in range(0, len(PHOTO), 999))
        self.assertEqual(service.request("POST", "/v1/inspect", chunks).status, 200)

    def test_P10_strict_transport_security(self):
        reply = self.start().request("GET", "/nothing")
        self.assertEqual(reply.status, 404)
        self.assertRegex(reply.headers["Strict-Transport-Security"], r"^max-age=31536000; includeSubDomains")

    def test_metrics_stay_without_TLS(self):
        service = self.start(metrics_listen="127.0.0.1:0")
        connection = http.client.HTTPConnection("127.0.0.1", service.metrics_port(), timeout=limpidd.TIMEOUT_S)
        with contextlib.closing(connection):
            connection.request("GET", "/metrics")
            reply = limpidd.Reply(connection.getresponse())
        self.assertEqual(reply.status, 200)
        self.assertNotIn("Strict-Transport-Security", reply.headers)


class Ends(TlsTestCase):
    """How connections end."""

    def test_handshakes_have_a_deadline_and_count_as_connections(self):
        service = self.start(header_timeout_s=3, max_connections_per_ip=2)
        with service.connect() as silent, service.connect() as half:
            half.sendall(b"\x16\x03\x01\x02\x00\x01")
            with self.assertRaises(OSError):
                service.secure()
            self.assertEqual(limpidd.read_all(silent), b"")
            self.assertEqual(limpidd.read_all(half), b"")
        deadline = time.monotonic() + limpidd.TIMEOUT_S
        while True:
            with contextlib.suppress(OSError):
                self.assertEqual(service.request("GET", "/livez").status, 200)
                break
            self.assertLess(time.monotonic(), deadline)

    def test_the_end_is_told(self):
        service = self.start(idle_timeout_s=1)
        # An end without close_notify would be an SSLEOFError.
        with service.secure(suppress_ragged_eofs=False) as idle, service.secure(suppress_ragged_eofs=False) as closed:
            idle.sendall(GET)
            closed.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            for connection in (idle, closed):
                self.assertEqual(limpidd.status_of(limpidd.read_all(connection)), 200)

    def test_stopping_answers_what_is_in_progress(self):
        service = self.start()
        with service.secure(suppress_ragged_eofs=False) as busy, service.secure(suppress_ragged_eofs=False) as idle:
            idle.sendall(GET)
            self.assertEqual(limpidd.status_of(idle.recv(65536)), 200)
            busy.sendall(b"POST /v1/inspect HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(PHOTO) + PHOTO[:-1])
            time.sleep(0.3)
            service.signal(signal.SIGTERM)
            service.wait_for(lambda r: r.get("event") == "stopping")
            busy.sendall(PHOTO[-1:])
            self.assertEqual(limpidd.status_of(limpidd.read_all(busy)), 200)
            limpidd.read_all(idle)
        # A second SIGTERM could find it with its handlers gone already.
        self.assertEqual(service.process.wait(limpidd.TIMEOUT_S), 0)


class Files(TlsTestCase):
    def test_P6_files_that_cannot_be_used(self):
        certificate, key = self.pair.certificate, self.pair.key
        open_key = self.file("open.key", key.read_text(), 0o644)
        other = self.authority.issue("other", LOCAL)
        old = self.authority.issue("old", LOCAL, certificates.LONG_AGO)
        weak = self.authority.issue("weak", LOCAL, key=("-newkey", "rsa:1024"))
        text = self.file("text.pem", "no certificate\n")
        no_key = self.file("no.key", certificate.read_text())
        cut = self.file("cut.pem", certificate.read_text()[:-60])
        for code, status, cert_file, key_file in (
                ("secret.exposed", 4, certificate, open_key), ("tls.key_mismatch", 4, certificate, other.key),
                ("tls.certificate_expired", 4, old.certificate, old.key), ("tls.certificate_malformed", 4, text, key),
                ("tls.certificate_malformed", 4, cut, key), ("tls.key_malformed", 4, certificate, no_key),
                ("tls.certificate_malformed", 4, weak.certificate, weak.key), ("io.unreadable", 5, self.folder / "none", key),
                ("io.unreadable", 5, certificate, self.folder / "none"), ("config.invalid_value", 2, certificate, ""),
                ("config.invalid_value", 2, "", key)):
            with self.subTest(code, key=key_file, certificate=cert_file):
                self.assert_refused(code, status, tls_cert_file=cert_file, tls_key_file=key_file)

    def test_settings_that_do_not_go_together(self):
        files = {"tls_cert_file": self.pair.certificate, "tls_key_file": self.pair.key}
        authority = self.authority.certificate
        for settings in ({"tls_client_ca_file": authority, "tls_client_names": "a"}, files | {"tls_client_ca_file": authority},
                         files | {"tls_client_names": "a"}, files | {"tls_client_crl_file": authority},
                         files | {"listen": f"unix:{self.folder}/socket"}):
            with self.subTest(settings):
                self.assert_refused("config.invalid_value", 2, **settings)
        clients = files | {"tls_client_names": "a", "tls_client_ca_file": self.file("empty", "")}
        self.assert_refused("tls.certificate_malformed", 4, **clients)
        everybodys = self.file("ca.pem", authority.read_text(), 0o666)
        self.assert_refused("secret.exposed", 4, **(clients | {"tls_client_ca_file": everybodys}))

    def test_P6_keys_may_be_encrypted(self):
        secret = self.file("passphrase", "sesame-4711-open")
        key = certificates.encrypt_key(self.pair, self.folder / "encrypted.key", secret)
        files = {"tls_cert_file": self.pair.certificate, "tls_key_file": key}
        self.assert_refused("tls.key_malformed", 4, **files)
        wrong = self.assert_refused("tls.key_malformed", 4, env={"LIMPID_TLS_KEY_PASSPHRASE": "sesame-wrong"}, **files)
        self.assertNotIn("sesame", wrong)
        service = self.start(env={"LIMPID_TLS_KEY_PASSPHRASE_FILE": str(secret)}, **files)
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("event") == "reloaded")
        self.assertEqual(service.request("GET", "/livez").status, 200)
        self.assertNotIn("sesame", json.dumps(service.records))

    def test_P6_SIGHUP_changes_the_certificate_and_drops_nothing(self):
        files = certificates.Pair(self.folder, "current")
        second = self.authority.issue("second", LOCAL)

        def use(pair):
            shutil.copy(pair.key, files.key)
            shutil.copy(pair.certificate, files.certificate)

        def serial(connection):
            return connection.getpeercert()["serialNumber"]

        def reload(event):
            before = len(service.records)
            service.signal(signal.SIGHUP)
            service.wait_for(lambda r: event(r) and service.records.index(r) >= before)

        use(self.pair)
        service = self.start(pair=files, header_timeout_s=300)
        statuses, done = [], threading.Event()

        def ask():
            while not done.is_set():
                try:
                    statuses.append(service.post("/v1/inspect").status)
                except OSError as error:
                    statuses.append(error)

        with service.secure() as old:
            first_serial = serial(old)
            asking = [threading.Thread(target=ask) for _ in range(2)]
            for thread in asking:
                thread.start()
            for pair in (second, self.pair, second):
                use(pair)
                reload(lambda r: r.get("event") == "reloaded")
                time.sleep(0.2)
            done.set()
            for thread in asking:
                thread.join()
            self.assertGreater(len(statuses), 3)
            self.assertEqual(set(statuses), {200})
            with service.secure() as new:
                second_serial = serial(new)
            self.assertNotEqual(first_serial, second_serial)
            old.sendall(GET)
            self.assertEqual(limpidd.status_of(old.recv(65536)), 200)

        files.certificate.write_text("broken\n")
        reload(lambda r: r.get("error_code") == "tls.certificate_malformed")
        with service.secure() as new:
            self.assertEqual(serial(new), second_serial)


class Clients(TlsTestCase):
    NAMES = "One.example, spiffe://test/two, three@test.example"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.authority.issue("one", "DNS:one.example")

    def settings(self, **more):
        return {"tls_client_ca_file": self.authority.certificate, "tls_client_names": self.NAMES} | more

    def test_W10_names_are_principals(self):
        service = self.start(client=self.one, **self.settings())
        for name, names in (("one.example", "DNS:x.example,DNS:ONE.example"), ("spiffe://test/two", "URI:spiffe://test/two"),
                            ("three@test.example", "email:three@test.example")):
            pair = self.authority.issue("client", names)
            reply = service.request("POST", "/v1/enhance", PHOTO, context=self.context(pair))
            self.assertEqual(reply.status, 200, reply.body[:300])
            record = service.wait_for(lambda r, reply=reply: r.get("request_id") == reply.headers["X-Request-Id"])
            self.assertEqual(record["principal"], f"mtls:{name}")
        for names in ("DNS:other.example", "DNS:three@test.example", "email:one.example", "DNS:spiffe://test/two",
                      "DNS:sub.one.example", "URI:one.example"):
            with self.subTest(names):
                pair = self.authority.issue("client", names)
                reply = service.request("POST", "/v1/inspect", PHOTO, context=self.context(pair))
                self.assert_problem(reply, 403, "tls.client_refused")

    def test_W10_without_a_good_certificate_there_is_an_alert(self):
        stranger = certificates.Authority(self.folder / "stranger").issue("one", "DNS:one.example")
        old = self.authority.issue("expired", "DNS:one.example", certificates.LONG_AGO)
        revoked = self.authority.issue("revoked", "DNS:one.example")
        lists = self.authority.revoke(revoked)
        service = self.start(client=self.one, **self.settings(tls_client_crl_file=lists))
        self.assertEqual(service.post("/v1/inspect").status, 200)
        self.assert_alert("CERTIFICATE_REQUIRED", service, self.context())
        self.assert_alert("HANDSHAKE_FAILURE", service, only(ssl.TLSVersion.TLSv1_2, self.context()))
        self.assert_alert("UNKNOWN_CA", service, self.context(stranger))
        self.assert_alert("CERTIFICATE_EXPIRED", service, self.context(old))
        self.assert_alert("CERTIFICATE_REVOKED", service, self.context(revoked))
        refused = service.wait_for(lambda r: r.get("event") == "handshake_refused")
        self.assertTrue(refused["detail"].startswith("127.0.0.1: "), refused)
        self.assertEqual(service.post("/v1/inspect").status, 200)

    def test_W10_lists_and_names_are_read_anew(self):
        gone = self.authority.issue("gone", "DNS:one.example")
        lists = self.authority.revoke()
        config = self.file("limpid.toml", 'tls_client_names = "one.example"\n')
        files = self.settings(tls_client_crl_file=lists)
        del files["tls_client_names"]
        service = self.start("--config", config, client=self.one, header_timeout_s=300, **files)
        self.assertEqual(service.request("POST", "/v1/inspect", PHOTO, context=self.context(gone)).status, 200)
        self.authority.revoke(gone)
        config.write_text('tls_client_names = "other.example"\n')
        with service.secure() as open_before:
            service.signal(signal.SIGHUP)
            service.wait_for(lambda r: r.get("event") == "reloaded")
            self.assert_alert("CERTIFICATE_REVOKED", service, self.context(gone))
            open_before.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertEqual(limpidd.status_of(open_before.recv(65536)), 403)
        # Once there were names, none are no reason to let everybody in.
        config.write_text("")
        service.signal(signal.SIGHUP)
        service.wait_for(lambda r: r.get("error_code") == "config.invalid_value")
        self.assertEqual(service.post("/v1/inspect").status, 403)

    def test_W10_certificates_are_authentication(self):
        keys = self.folder / "keys"
        reader = self.create_key(keys, "--scopes", "enhance:read")
        service = self.start("--listen=0.0.0.0:0", client=self.one, keys_file=keys, **self.settings())
        self.assertEqual(service.post("/v1/enhance").status, 200)
        self.assertEqual(service.post("/v1/inspect", x_api_key=reader).status, 200)
        self.assert_problem(service.post("/v1/enhance", x_api_key=reader), 403, "apikey.not_permitted")
        self.assertEqual(service.post("/v1/inspect", x_api_key="lmp_x").status, 401)
        with socket.create_connection(("127.0.0.1", service.port)) as plain:
            plain.sendall(GET)
            self.assertNotIn(b"HTTP", limpidd.read_all(plain))
