"""JSON-RPC over TCP: one text a line."""

import base64
import contextlib
import json
import signal
import socket
import time

import limpidd
from job_helpers import until
from limpidd import PHOTO
from test_tls import TlsTestCase
from test_websocket import MANY, RpcTestCase, resident_bytes
from wire import Wire

IMAGE = base64.b64encode(PHOTO).decode()


class Lines(Wire):
    """A connection to the listener for JSON-RPC."""

    def __init__(self, service, context=None):
        place = service.wait_for(lambda r: r.get("event") == "listening_rpc")["detail"]
        connection = socket.create_connection(("127.0.0.1", int(place.rsplit(":", 1)[1])), timeout=limpidd.TIMEOUT_S)
        if context:
            connection = context.wrap_socket(connection, server_hostname="127.0.0.1")
        super().__init__(connection)

    def send(self, data):
        self.connection.sendall(data)

    def receive(self):
        """The next line as JSON; None at the end."""
        while b"\n" not in self.waiting:
            if not self.read_on():
                return None
        line, _, self.waiting = self.waiting.partition(b"\n")
        return json.loads(line)

    def ask(self, method, params=None, id=1):
        message = {"jsonrpc": "2.0", "method": method, "id": id}
        if params is not None:
            message["params"] = params
        self.send(json.dumps(message).encode() + b"\n")
        return self.receive()


class Tcp(RpcTestCase):
    def start(self, **settings):
        return super().start(**({"rpc_listen": "127.0.0.1:0"} | settings))

    def test_F4_authenticate_comes_first(self):
        service = self.with_keys()
        with Lines(service) as client:
            self.assert_error(client.ask("ping"), -32001)
            self.assert_error(client.ask("enhance", {"image": IMAGE}), -32001)
            self.assertEqual(client.ask("initialize")["result"]["protocol"], "limpid.v1")
            self.assert_error(client.ask("authenticate", {"token": "lmp_wrong"}), -32001)
            self.assert_error(client.ask("ping"), -32001)
            answer = client.ask("authenticate", {"token": self.key})
            self.assertEqual(answer["result"], {"principal": self.key.split("_")[1]})
            self.assertEqual(client.ask("ping", [1])["result"], {"echo": [1]})
            for value in (0, "", None, 1.5, -7, "1"):
                self.assertEqual(client.ask("ping", id=value), {"jsonrpc": "2.0", "id": value, "result": {"echo": None}})
        record = service.wait_for(lambda r: r.get("path") == "/rpc/ping")
        self.assertEqual(record["principal"], self.key.split("_")[1])
        self.assertNotIn(self.key, json.dumps(service.records))

    def test_F4_and_within_its_time(self):
        service = self.with_keys(rpc_auth_timeout_s=1)
        with Lines(service) as late, Lines(service) as early:
            self.assertIn("result", early.ask("authenticate", {"token": self.key}))
            begun = time.monotonic()
            self.assertIsNone(late.receive())
            self.assertLess(time.monotonic() - begun, limpidd.TIMEOUT_S / 2)
            time.sleep(1)
            self.assertIn("result", early.ask("ping"))

    def test_F5_guessing_ends_in_a_block(self):
        service = self.with_keys(block_failures=3)
        with Lines(service) as client:
            for _ in range(3):
                self.assert_error(client.ask("authenticate", {"token": "lmp_x"}), -32001)
            self.assert_error(client.ask("authenticate", {"token": self.key}), -32000, "client.blocked")
            self.assertIsNone(client.receive())
        with Lines(service) as client:
            self.assert_error(client.receive(), -32000, "client.blocked")
            self.assertIsNone(client.receive())

    def test_the_bytes_are_those_of_http(self):
        service = self.start()
        with Lines(service) as client:
            answer = client.ask("enhance", {"image": IMAGE, "format": "webp"})
            self.assertEqual(base64.b64decode(answer["result"]["image"]), service.post("/v1/enhance?format=webp").body)
            self.assert_error(client.ask("enhance", {"image": {"frame": True}}), -32602, "argument.invalid")
            client.send(b'\r\n[{"jsonrpc":"2.0","method":"ping","id":1},\t{"jsonrpc":"2.0","method":"ping","id":2}]\r\n')
            self.assertEqual(len(client.receive()), 2)
            self.assert_error(client.ask("authenticate"), -32602)

    def test_F6_one_too_many_and_freed_by_a_reset(self):
        service = self.start(**(MANY | {"rpc_max_connections": 50}))
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(Lines(service)) for _ in range(50)]
            for client in clients:
                self.assertIn("result", client.ask("ping"))
            more = stack.enter_context(Lines(service))
            self.assert_error(more.receive(), -32000, "service.too_many_connections")
            self.assertIsNone(more.receive())
            clients[0].reset()

            def opens():
                client = stack.enter_context(Lines(service))
                with contextlib.suppress(OSError):
                    return "result" in (client.ask("ping") or {})

            until(opens)

    def test_F7_silence_ends_it(self):
        service = self.start(rpc_idle_timeout_s=2)
        with Lines(service) as silent, Lines(service) as active:
            begun = time.monotonic()
            while time.monotonic() - begun < 5:
                self.assertIn("result", active.ask("ping"))
                time.sleep(0.3)
            self.assertIsNone(silent.receive())

    def test_F10_a_line_has_a_largest_size(self):
        service = self.start(max_message_bytes="100kb", metrics_listen="127.0.0.1:0")
        text = b'{"jsonrpc":"2.0","method":"ping","id":1}'
        with Lines(service) as client:
            client.send(text + b" " * (102400 - len(text)) + b"\n")
            self.assertIn("result", client.receive())
            client.send(b" " * 102401)
            answer = client.receive()
            self.assertEqual((answer["id"], answer["error"]["code"]), (None, -32600))
            self.assertIsNone(client.receive())
        until(lambda: service.metric("limpid_body_bytes") == 0)
        before = resident_bytes(service.process.pid)
        with Lines(service) as client, contextlib.suppress(OSError):
            for _ in range(200):
                client.send(b"x" * 262144)
        self.assertLess(resident_bytes(service.process.pid) - before, 32 << 20)

    def test_W14_a_line_that_never_ends(self):
        service = self.start(body_timeout_s=1)
        with Lines(service) as client:
            for _ in range(3):
                client.send(b'{"jsonrpc":"2.0","method":"ping","id":1}\n {"jsonrpc"')
                self.assertIn("result", client.receive())
                time.sleep(0.5)
                client.send(b':"2.0","method":"ping","id":2}\n')
                self.assertIn("result", client.receive())
            client.send(b"[")
            self.assertIsNone(client.receive())

    def test_the_service_goes_away(self):
        service = self.start(metrics_listen="127.0.0.1:0")
        with Lines(service) as idle, Lines(service) as busy:
            self.assertIn("result", idle.ask("ping"))
            busy.send(json.dumps({"jsonrpc": "2.0", "method": "enhance", "id": 1, "params": {"image": IMAGE}}).encode() + b"\n")
            until(lambda: service.metric('limpid_rpc_messages_total{transport="tcp"}') == 2)
            service.signal(signal.SIGTERM)
            self.assertIsNone(idle.receive())
            self.assertIn("result", busy.receive())
            self.assertIsNone(busy.receive())
        self.assertEqual(service.process.wait(limpidd.TIMEOUT_S), 0)

    def test_F8_other_machines_only_with_keys_and_TLS(self):
        path = self.folder / "keys"
        self.create_key(path, "--scopes", "admin")
        for flags in ([], [f"--keys-file={path}"]):
            status, _, err = limpidd.run("--listen=127.0.0.1:0", "--rpc-listen=0.0.0.0:0", *flags)
            self.assertEqual((status, err.split(": ")[0]), (78, "service.exposed"), err)

    def test_a_unix_socket(self):
        path = self.folder / "rpc.sock"
        service = self.start(rpc_listen=f"unix:{path}")
        service.wait_for(lambda r: r.get("event") == "listening_rpc")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(limpidd.TIMEOUT_S)
            connection.connect(str(path))
            connection.sendall(b'{"jsonrpc":"2.0","method":"ping","id":1}\n')
            self.assertEqual(json.loads(connection.recv(1000))["result"], {"echo": None})


class Secure(TlsTestCase):
    def test_F16_lines_over_TLS(self):
        keys = self.folder / "keys"
        key = self.create_key(keys, "--scopes", "admin")
        service = self.start(rpc_listen="127.0.0.1:0", keys_file=keys)
        with Lines(service, self.context()) as client:
            self.assertEqual(client.ask("ping")["error"]["code"], -32001)
            self.assertIn("result", client.ask("authenticate", {"token": key}))
            answer = client.ask("inspect", {"image": IMAGE})
            self.assertEqual(answer["result"]["format"], "jpeg")
            service.signal(signal.SIGTERM)
            self.assertIsNone(client.receive())
        with self.assertRaises(OSError):
            Lines(service, self.context())

    def test_W10_a_certificate_stands_for_authenticate(self):
        one, other = self.authority.issue("one", "DNS:one.example"), self.authority.issue("other", "DNS:other.example")
        service = self.start(client=one, rpc_listen="127.0.0.1:0", tls_client_ca_file=self.authority.certificate,
                             tls_client_names="one.example")
        with Lines(service, self.context(one)) as client:
            self.assertEqual(client.ask("ping", [1])["result"], {"echo": [1]})
        self.assertEqual(service.wait_for(lambda r: r.get("path") == "/rpc/ping")["principal"], "mtls:one.example")
        with Lines(service, self.context(other)) as client:
            self.assertEqual(client.ask("ping")["error"]["data"]["code"], "tls.client_refused")
