"""JSON-RPC over WebSocket: who may open one, what is said, how much, and how it ends."""

import base64
import contextlib
import json
import os
import pathlib
import resource
import signal
import threading
import time

import limpidd
import websocket
from job_helpers import stopped_worker, until
from limpidd import PHOTO
from test_tls import TlsTestCase
from websocket import BINARY, CLOSE, CONTINUATION, PING, TEXT, Closed, Refused, WebSocket

# Whole sizes where the machine is given over to it.
MESSAGES = int(os.environ.get("LIMPID_RPC_MESSAGES", "20000"))
ABANDONED = int(os.environ.get("LIMPID_RPC_ABANDONED", "200"))
IMAGE = base64.b64encode(PHOTO).decode()
MANY = {"rpc_max_connections_per_ip": 2000, "max_connections_per_ip": 4000, "max_connections": 5000,
        "ws_max_connections": 2000}


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


class RpcTestCase(limpidd.TestCase):
    def refused(self, service, headers=None, protocols=(), path="/v1/ws"):
        with self.assertRaises(Refused) as raised:
            WebSocket(service, headers, protocols, path)
        return raised.exception.status, raised.exception.code()

    def with_keys(self, **settings):
        self.path = self.folder / "keys"
        self.key = self.create_key(self.path, "--scopes", "enhance:submit,enhance:read")
        return self.start(keys_file=self.path, **settings)

    def assert_error(self, answer, code, name=None):
        self.assertEqual(answer["error"]["code"], code, answer)
        if name:
            self.assertEqual(answer["error"]["data"]["code"], name, answer)


class Opening(RpcTestCase):
    def test_F3_credentials_before_101(self):
        service = self.with_keys()
        self.assertEqual(self.refused(service), (401, "apikey.missing"))
        wrong = self.key[:-1] + ("0" if self.key[-1] != "0" else "1")
        self.assertEqual(self.refused(service, {"Authorization": f"Bearer {wrong}"})[0], 401)
        self.assertEqual(self.refused(service, protocols=("limpid.v1", f"limpid.bearer.{wrong}"))[0], 401)
        self.assertEqual(self.refused(service, protocols=("limpid.v1", "limpid.ticket.lmt_x"))[0], 401)
        for headers in ({"Authorization": f"Bearer {self.key}"}, {"x-api-key": self.key}):
            with WebSocket(service, headers) as client:
                self.assertEqual(client.result("ping"), {"echo": None})
                self.assertNotIn("sec-websocket-protocol", client.head)
        with WebSocket(service, protocols=("limpid.v1", f"limpid.bearer.{self.key}")) as client:
            self.assertEqual(client.head["sec-websocket-protocol"], "limpid.v1")
            self.assertEqual(client.result("ping"), {"echo": None})
        # A browser would take it for a failure if none of its protocols were chosen.
        self.assertEqual(self.refused(service, protocols=(f"limpid.bearer.{self.key}",)), (400, "http.malformed"))
        self.assertNotIn(self.key, json.dumps(service.records))

    def test_F3_tickets_work_once(self):
        service = self.with_keys()
        self.assertEqual(service.request("POST", "/v1/ws-ticket").status, 401)
        reply = service.request("POST", "/v1/ws-ticket", headers={"x-api-key": self.key})
        self.assertEqual((reply.status, reply.json()["expires_in"]), (200, 30))
        ticket = reply.json()["ticket"]
        protocols = ("limpid.v1", f"limpid.ticket.{ticket}")
        with WebSocket(service, protocols=protocols) as client:
            self.assertEqual(client.result("ping"), {"echo": None})
            self.assertEqual(self.refused(service, protocols=protocols)[0], 401)
            # It stands for the key, and ends with it.
            self.assertEqual(client.result("inspect", {"image": IMAGE})["format"], "jpeg")
            status, _, err = limpidd.run("keys", "revoke", "--file", self.path, "--id", self.key.split("_")[1])
            self.assertEqual(status, 0, err)
            until(lambda: "error" in client.ask("ping"))
            self.assert_error(client.ask("ping"), -32001)
        self.assertNotIn(ticket, json.dumps(service.records))

    def test_F3_no_token_in_the_query(self):
        service = self.with_keys()
        for query in (f"?token={self.key}", f"?access_token={self.key}", "?a=b"):
            self.assertEqual(self.refused(service, {"x-api-key": self.key}, path="/v1/ws" + query), (400, "http.malformed"))
        self.assertNotIn(self.key, json.dumps(service.records))

    def test_F3_browsers_come_from_known_origins(self):
        service = self.start(cors_origins="https://one.example")
        for origin in ("https://evil.example", "null", "http://one.example", "https://one.example.evil",
                       f"https://127.0.0.1:{service.port}"):
            self.assertEqual(self.refused(service, {"Origin": origin}), (403, "session.forged_request"), origin)
        for origin in ("https://one.example", f"http://127.0.0.1:{service.port}"):
            with WebSocket(service, {"Origin": origin}) as client:
                self.assertEqual(client.result("ping"), {"echo": None})

    def test_F3_only_upgrades(self):
        service = self.start()
        self.assert_problem(service.request("GET", "/v1/ws"), 426, "http.upgrade_required")
        for headers in ({"Upgrade": "h2c"}, {"Connection": "close"}, {"Sec-WebSocket-Version": "8"},
                        {"Sec-WebSocket-Key": "short"}, {"Sec-WebSocket-Key": None}):
            self.assertEqual(self.refused(service, headers), (426, "http.upgrade_required"), headers)
        self.assertEqual(service.request("POST", "/v1/ws").status, 405)
        early = service.raw(websocket.upgrade_request() + websocket.frame(TEXT, b"{}"))
        self.assertEqual(limpidd.status_of(early), 400)

    def test_F6_one_too_many_and_freed_by_a_reset(self):
        service = self.start(**(MANY | {"ws_max_connections": 100}))
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(WebSocket(service)) for _ in range(100)]
            self.assertEqual(self.refused(service), (503, "service.too_many_connections"))
            clients[0].reset()

            def opens():
                with contextlib.suppress(Refused):
                    return WebSocket(service)

            client = stack.enter_context(until(opens))
            self.assertEqual(client.result("ping"), {"echo": None})
            self.assertEqual(clients[1].result("ping"), {"echo": None})

    def test_F6_one_address_has_its_share(self):
        service = self.start(rpc_max_connections_per_ip=2)
        with WebSocket(service), WebSocket(service):
            self.assertEqual(self.refused(service), (503, "service.too_many_connections"))

    def test_F8_each_check_alone_rejects(self):
        network = self.start(network_allow="192.0.2.0/24")
        with self.assertRaises((Closed, OSError)):
            WebSocket(network)
        blocked = self.with_keys(block_failures=2)
        for _ in range(2):
            self.assertEqual(self.refused(blocked, {"x-api-key": "lmp_x"})[0], 401)
        self.assertEqual(self.refused(blocked, {"x-api-key": self.key}), (429, "client.blocked"))
        rated = self.start(rate_limit_ip=1)
        with WebSocket(rated):
            self.assertEqual(self.refused(rated), (429, "rate.limited"))

    def test_F8_a_rejected_upgrade_is_cheap(self):
        count = 2000
        service = self.with_keys(access_log="false", **MANY)
        request = websocket.upgrade_request(headers={"x-api-key": "lmp_x"})
        answer = service.raw(websocket.upgrade_request(headers={"x-api-key": "lmp_x", "Connection": "close"}))
        self.assertEqual(limpidd.status_of(answer), 401)
        before = cpu_seconds(service.process.pid)
        with service.connect() as connection:
            received = b""
            for _ in range(count // 20):
                connection.sendall(request * 20)
                while received.count(b"HTTP/1.1 401 ") < 20 or not received.endswith(b"}"):
                    received += connection.recv(65536)
                received = b""
        each_us = (cpu_seconds(service.process.pid) - before) / count * 1e6
        print(f"\na rejected upgrade takes {each_us:.0f} us", flush=True)
        # The goal is 50 us on a machine of its own; here others may have warmed nothing up.
        self.assertLess(each_us, 5000 if limpidd.SANITIZED else 500)


class Calls(RpcTestCase):
    def test_the_bytes_are_those_of_http(self):
        service = self.start()
        with WebSocket(service) as client:
            for params in ({}, {"format": "png"}, {"preset": "vivid", "strength": 0.5, "quality": 70},
                           {"width": 40, "height": 40, "fit": "cover"}):
                query = "&".join(f"{name}={value}" for name, value in params.items())
                expected = service.post(f"/v1/enhance?{query}")
                result = client.result("enhance", {"image": IMAGE} | params)
                self.assertEqual(base64.b64decode(result["image"]), expected.body)
                self.assertEqual(result["digest"], expected.headers["Repr-Digest"])
                self.assertEqual(result["type"], expected.headers["Content-Type"])
                client.tell("enhance", {"image": {"frame": True}} | params, id="f")
                client.send(BINARY, PHOTO)
                framed = client.receive_json()["result"]
                self.assertEqual(framed, result | {"image": {"frame": True}})
                self.assertEqual(client.receive(), (BINARY, expected.body))
            for method in ("analyse", "inspect"):
                self.assertEqual(client.result(method, {"image": IMAGE}), service.post(f"/v1/{method}").json())

    def test_what_a_recipe_is(self):
        service = self.start()
        with WebSocket(service) as client:
            recipe = client.result("analyse", {"image": IMAGE})["recipe"]
            made = [client.result("enhance", {"image": IMAGE, "recipe": form})["image"]
                    for form in (recipe, json.dumps(recipe))]
            self.assertEqual(made[0], made[1])
            self.assertEqual(made[0], client.result("enhance", {"image": IMAGE})["image"])

    def test_initialize_says_what_is_spoken(self):
        with WebSocket(self.start(max_message_bytes="2mb")) as client:
            said = client.result("initialize", {"clientInfo": {"name": "test"}})
        self.assertEqual(said["protocol"], "limpid.v1")
        self.assertEqual(said["limits"]["max_message_bytes"], 2 << 20)
        self.assertIn("enhance", said["methods"])
        self.assertEqual(said["server"]["name"], "limpidd")

    def test_errors_say_what_http_says(self):
        service = self.start()
        with WebSocket(service) as client:
            self.assert_error(client.ask("enhance", {"image": "AAAA"}), -32602, "upload.unsupported_type")
            self.assert_error(client.ask("enhance", {"image": ""}), -32602, "upload.missing")
            self.assert_error(client.ask("enhance", {"image": IMAGE, "quality": 101}), -32602, "argument.invalid")
            self.assert_error(client.ask("nonsense"), -32601)
            answer = client.ask("jobs.get", {"id": "a1"})
            self.assert_error(answer, -32602, "jobs.disabled")
            record = service.wait_for(lambda r: r.get("request_id") == answer["error"]["data"]["request_id"])
        self.assertEqual((record["method"], record["path"], record["error_code"]), ("RPC", "/v1/jobs/a1", "jobs.disabled"))

    def test_W14_scopes_and_limits_hold_for_every_call(self):
        path = self.folder / "keys"
        reader = self.create_key(path, "--scopes", "enhance:read")
        service = self.start(keys_file=path, rate_limit_enhance=2, rate_limit_ip=12)
        with WebSocket(service, {"x-api-key": reader}) as client:
            self.assert_error(client.ask("enhance", {"image": IMAGE}), -32000, "apikey.not_permitted")
            self.assertEqual(client.result("inspect", {"image": IMAGE})["format"], "jpeg")
            self.assert_error(client.ask("enhance", {"image": IMAGE}), -32000, "apikey.not_permitted")
            answer = client.ask("enhance", {"image": IMAGE})
            self.assert_error(answer, -32000, "rate.limited")
            self.assertGreater(answer["error"]["data"]["retry_after_s"], 0)
            refused = [client.ask("ping").get("error") for _ in range(20)]
            self.assertIsNone(refused[0])
            self.assertEqual(refused[-1]["data"]["code"], "rate.limited")

    def test_W14_calls_are_counted_and_logged(self):
        service = self.with_keys(metrics_listen="127.0.0.1:0")
        with WebSocket(service, {"x-api-key": self.key}) as client:
            client.result("ping")
            client.ask("enhance", {"image": "AAAA"})
            self.assertEqual(service.metric('limpid_rpc_connections{transport="websocket"}'), 1)
            self.assertEqual(service.metric('limpid_rpc_messages_total{transport="websocket"}'), 2)
            self.assertEqual(service.metric('limpid_rpc_calls_total{method="ping",code="ok"}'), 1)
            self.assertEqual(service.metric('limpid_rpc_calls_total{method="enhance",code="upload.unsupported_type"}'), 1)
        until(lambda: service.metric('limpid_rpc_connections{transport="websocket"}') == 0)
        record = service.wait_for(lambda r: r.get("method") == "RPC" and r.get("path") == "/v1/enhance")
        self.assertEqual((record["principal"], record["bytes_in"]), (self.key.split("_")[1], 3))

    def test_cancelling_ends_the_work(self):
        service = self.start(rpc_max_calls=2)
        with WebSocket(service) as client, stopped_worker(service):
            client.tell("enhance", {"image": IMAGE}, id="a")
            client.tell("enhance", {"image": IMAGE}, id="b")
            client.tell("enhance", {"image": IMAGE}, id="c")
            self.assert_error(client.receive_json(), -32000, "service.busy")
            client.tell("$/cancel", {"id": "a"})
            answer = client.receive_json()
            self.assertEqual(answer["id"], "a")
            self.assert_error(answer, -32000, "run.cancelled")
            client.reset()
            service.wait_for(lambda r: r.get("path") == "/v1/enhance" and r.get("error_code") == "run.cancelled")
            until(lambda: sum(r.get("error_code") == "run.cancelled" for r in service.records) == 2)
        until(lambda: service.post("/v1/enhance").status == 200)

    def test_F9_clients_do_not_see_each_other(self):
        service = self.start(access_log="false", **(MANY | {"rate_limit_ip": 0}))
        each = MESSAGES // 50
        wrong = []

        def talk(tag):
            with WebSocket(service) as client:
                for at in range(0, each, 20):
                    burst = [(number, f"{tag}-{number}") for number in range(at, min(at + 20, each))]
                    # All clients use the same ids.
                    client.connection.sendall(b"".join(
                        websocket.frame(TEXT, json.dumps({"jsonrpc": "2.0", "method": "ping", "params": [text],
                                                          "id": number}).encode()) for number, text in burst))
                    for number, text in burst:
                        answer = client.receive_json()
                        if answer != {"jsonrpc": "2.0", "id": number, "result": {"echo": [text]}}:
                            wrong.append((tag, answer))

        threads = [threading.Thread(target=talk, args=(tag,)) for tag in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_jobs_are_told_of(self):
        service = self.start(state_dir=self.folder / "state")
        with WebSocket(service) as client:
            job = service.post("/v1/jobs").json()
            client.tell("jobs.subscribe", {"id": job["id"]}, id=9)
            self.assertEqual(client.receive_json(), {"jsonrpc": "2.0", "id": 9, "result": {"subscribed": True}})
            while True:
                event = client.receive_json()
                self.assertEqual((event["method"], event["params"]["subscription"]), ("job.event", 9))
                self.assertEqual(event["params"]["job"]["id"], job["id"])
                if event["params"]["job"]["status"] == "done":
                    break
            self.assertEqual(client.result("jobs.get", {"id": job["id"]})["status"], "done")


class Limits(RpcTestCase):
    def test_F7_idle_closes_and_active_lives(self):
        service = self.start(ws_idle_timeout_s=2)
        with WebSocket(service) as silent, WebSocket(service) as answering:
            begun = time.monotonic()
            done = threading.Event()

            def answer():
                # Pongs alone keep it open.
                with contextlib.suppress(Closed):
                    answering.receive()
                done.set()

            thread = threading.Thread(target=answer, daemon=True)
            thread.start()
            with self.assertRaises(Closed):
                silent.receive(answer_pings=False)
            self.assertGreater(time.monotonic() - begun, 1)
            time.sleep(max(0, begun + 6 - time.monotonic()))
            self.assertFalse(done.is_set())
            answering.tell("ping", id=1)
            thread.join(limpidd.TIMEOUT_S)
            self.assertTrue(done.is_set())

    def test_F10_a_message_has_a_largest_size(self):
        service = self.start(max_message_bytes="100kb")
        text = b'{"jsonrpc":"2.0","method":"ping","id":1}'
        with WebSocket(service) as client:
            client.send(TEXT, text + b" " * (102400 - len(text)))
            self.assertEqual(client.receive_json()["result"], {"echo": None})
        for pieces in ([102401], [60000, 42401], [1] * 3 + [102398]):
            with self.subTest(pieces), WebSocket(service) as client:
                for at, size in enumerate(pieces):
                    client.send(CONTINUATION if at else TEXT, b" " * size, final=at == len(pieces) - 1)
                answer = client.receive_json()
                self.assertEqual((answer["id"], answer["error"]["code"]), (None, -32600))
                self.assertEqual(client.close_code(), 1009)

    def test_F10_memory_is_bounded_before_the_end(self):
        service = self.start(max_message_bytes="1mb")
        with WebSocket(service) as client:
            client.result("ping")
            before = resident_bytes(service.process.pid)
            with contextlib.suppress(OSError):
                client.connection.sendall(bytes([1, 0xff]) + (1 << 40).to_bytes(8, "big") + b"\0\0\0\0")
                for _ in range(256):
                    client.connection.sendall(b" " * 262144)
            if not limpidd.SANITIZED:  # which keeps what was freed
                self.assertLess(resident_bytes(service.process.pid) - before, 32 << 20)
        with WebSocket(service) as client:
            self.assertEqual(client.result("ping"), {"echo": None})

    def test_F10_all_messages_share_the_memory_of_bodies(self):
        service = self.start(max_body_bytes="1mb", max_body_memory_bytes="1mb", metrics_listen="127.0.0.1:0")
        with WebSocket(service) as one, WebSocket(service) as two:
            one.send(TEXT, b" " * 700_000, final=False)
            until(lambda: service.metric("limpid_body_bytes") >= 700_000)
            two.send(TEXT, b" " * 700_000, final=False)
            self.assert_error(two.receive_json(), -32000, "service.overloaded")
            self.assertEqual(two.close_code(), 1013)
        until(lambda: service.metric("limpid_body_bytes") == 0)

    def test_W14_a_message_that_never_ends(self):
        service = self.start(body_timeout_s=1, metrics_listen="127.0.0.1:0")
        with WebSocket(service) as client, WebSocket(service) as other:
            other.result("ping")
            client.send(TEXT, b"[" * 1000, final=False)
            self.assertEqual(client.close_code(), 1008)
            self.assertEqual(other.result("ping"), {"echo": None})
        until(lambda: service.metric("limpid_body_bytes") == 0)

    def test_W14_who_does_not_read_is_closed(self):
        service = self.start(write_timeout_s=1)
        with WebSocket(service) as client, WebSocket(service) as other:
            client.connection.settimeout(1)
            with contextlib.suppress(OSError):
                for number in range(100_000):
                    client.tell("ping", ["x" * 900], id=number)
            self.assertEqual(other.result("ping"), {"echo": None})
            client.connection.settimeout(limpidd.TIMEOUT_S)
            with self.assertRaises((Closed, OSError)):
                while True:
                    client.receive()


class Frames(RpcTestCase):
    def test_W14_what_a_client_must_not_send(self):
        service = self.start()
        wrong = {
            "not masked": [dict(opcode=TEXT, payload=b"{}", mask=False)],
            "a reserved bit": [dict(opcode=TEXT, payload=b"{}", reserved=4)],
            "a reserved opcode": [dict(opcode=3)],
            "a long ping": [dict(opcode=PING, payload=b"x" * 126)],
            "a ping in pieces": [dict(opcode=PING, final=False)],
            "a beginning within": [dict(opcode=TEXT, payload=b"{", final=False), dict(opcode=TEXT, payload=b"}")],
            "a continuation of nothing": [dict(opcode=CONTINUATION, payload=b"{}")],
        }
        for name, frames in wrong.items():
            with self.subTest(name), WebSocket(service) as client:
                for one in frames:
                    client.send(**one)
                self.assertEqual(client.close_code(), 1002)
        with WebSocket(service) as client:
            client.send(TEXT, b"\xff\xfe")
            self.assertEqual(client.close_code(), 1007)
        with WebSocket(service) as client:
            client.send(BINARY, b"a photo that nobody asked for")
            self.assertEqual(client.close_code(), 1003)

    def test_W14_messages_in_pieces(self):
        with WebSocket(self.start()) as client:
            text = b'{"jsonrpc":"2.0","method":"ping","id":1}'
            for at in range(len(text)):
                client.send(CONTINUATION if at else TEXT, text[at:at + 1], final=False)
                if at == 7:
                    client.send(PING, b"within")
            client.send(CONTINUATION)
            self.assertEqual(client.receive_json()["result"], {"echo": None})

    def test_W14_closing(self):
        service = self.start()
        for code in (1000, 1001, 3000, 4999):
            with WebSocket(service) as client:
                client.send(CLOSE, code.to_bytes(2, "big"))
                self.assertEqual(client.close_code(), code)
        for payload in (b"\x03", (999).to_bytes(2, "big"), (1005).to_bytes(2, "big"), (1000).to_bytes(2, "big") + b"\xff"):
            with self.subTest(payload), WebSocket(service) as client:
                client.send(CLOSE, payload)
                self.assertIn(client.close_code(), (1002, 1007))

    def test_W14_a_flood_of_pings_ends_it(self):
        service = self.start()
        with WebSocket(service) as client, WebSocket(service) as other:
            with contextlib.suppress(OSError):
                client.connection.sendall(websocket.frame(PING, b"x") * 5000)
            self.assertIn(client.close_code(), (1008, None))
            self.assertEqual(other.result("ping"), {"echo": None})

    def test_W14_nonsense_ends_it(self):
        with WebSocket(self.start()) as client:
            for _ in range(33):
                client.send(TEXT, b"nonsense")
            self.assertEqual(client.close_code(), 1008)

    def test_W14_the_service_goes_away(self):
        service = self.start(metrics_listen="127.0.0.1:0")
        with WebSocket(service) as idle, WebSocket(service) as busy:
            busy.tell("enhance", {"image": IMAGE}, id=1)
            until(lambda: service.metric('limpid_rpc_messages_total{transport="websocket"}') == 1)
            service.signal(signal.SIGTERM)
            self.assertEqual(idle.close_code(), 1001)
            self.assertIn("result", busy.receive_json())
            self.assertEqual(busy.close_code(), 1001)
        self.assertEqual(service.process.wait(limpidd.TIMEOUT_S), 0)

    def test_W14_abandoned_clients_cost_nothing(self):
        service = self.start(metrics_listen="127.0.0.1:0", **MANY)

        def abandon(count):
            clients = [WebSocket(service) for _ in range(count)]
            for client in clients:
                client.tell("ping", id=1)
                client.send(TEXT, b" " * 1000, final=False)
            for client in clients:
                client.reset()
            until(lambda: service.metric('limpid_rpc_connections{transport="websocket"}') == 0)

        abandon(ABANDONED)  # What is allocated once.
        before = resident_bytes(service.process.pid)
        for _ in range(3):
            abandon(ABANDONED)
        if not limpidd.SANITIZED:
            until(lambda: resident_bytes(service.process.pid) - before < (16 << 20), 30)


class Secure(TlsTestCase):
    def test_F16_websockets_over_TLS(self):
        service = self.start()
        with WebSocket(service, connection=service.secure()) as client:
            client.tell("enhance", {"image": {"frame": True}}, id=1)
            client.send(BINARY, PHOTO)
            self.assertEqual(client.receive_json()["result"]["image"], {"frame": True})
            self.assertEqual(client.receive()[1], service.post("/v1/enhance").body)
            client.send(CLOSE, (1000).to_bytes(2, "big"))
            self.assertEqual(client.close_code(), 1000)
        with WebSocket(service, connection=service.secure()) as client:
            service.signal(signal.SIGTERM)
            self.assertEqual(client.close_code(), 1001)
        self.assertEqual(service.process.wait(limpidd.TIMEOUT_S), 0)

    def test_W14_an_event_stream_over_TLS(self):
        service = self.start(state_dir=self.folder / "state", metrics_listen="127.0.0.1:0")
        job = service.post("/v1/jobs").json()
        with service.secure() as connection:
            connection.sendall(b"GET /v1/jobs/%s/events HTTP/1.1\r\nHost: a\r\n\r\n" % job["id"].encode())
            answer = limpidd.read_all(connection)
        self.assertEqual(limpidd.status_of(answer), 200)
        self.assertIn(b"text/event-stream", answer)
        self.assertIn(b'"done"', answer)
        self.assertTrue(answer.endswith(b"0\r\n\r\n"))
