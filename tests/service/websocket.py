"""A WebSocket client (RFC 6455) that can also do what a client must not; the standard library only."""

import base64
import contextlib
import hashlib
import json
import os
import struct

import limpidd
from wire import Wire

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Refused(Exception):
    """The upgrade was answered with something else than 101."""

    def __init__(self, answer):
        head, _, self.body = answer.partition(b"\r\n\r\n")
        self.status = limpidd.status_of(answer)
        self.head = head.decode()
        super().__init__(f"{self.status} {self.body[:200]}")

    def code(self):
        return json.loads(self.body)["code"]


class Closed(Exception):
    """The other side has closed: with `code`, or without a close frame (None)."""

    def __init__(self, code=None):
        self.code = code
        super().__init__(code)


def upgrade_request(path="/v1/ws", headers=None, key="AAAAAAAAAAAAAAAAAAAAAA==", host="127.0.0.1"):
    fields = {"Host": host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
              "Sec-WebSocket-Key": key} | (headers or {})
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "\r\n"]).encode()


def frame(opcode, payload=b"", final=True, mask=True, reserved=0):
    first = (0x80 if final else 0) | reserved << 4 | opcode
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head = struct.pack("!BB", first, bit | len(payload))
    elif len(payload) < 65536:
        head = struct.pack("!BBH", first, bit | 126, len(payload))
    else:
        head = struct.pack("!BBQ", first, bit | 127, len(payload))
    if not mask:
        return head + payload
    key = os.urandom(4)
    repeated = (key * (len(payload) // 4 + 1))[:len(payload)]
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")
    return head + key + masked


class WebSocket(Wire):
    """Connected to a limpidd.Service; closed with the `with` block."""

    def __init__(self, service, headers=None, protocols=(), path="/v1/ws", connection=None):
        super().__init__(connection or service.connect())
        self.next_id = 0
        key = base64.b64encode(os.urandom(16)).decode()
        fields = dict(headers or {})
        if protocols:
            fields["Sec-WebSocket-Protocol"] = ", ".join(protocols)
        try:
            self.connection.sendall(upgrade_request(path, fields, key, f"127.0.0.1:{service.port}"))
            while b"\r\n\r\n" not in self.waiting:
                if not self.read_on():
                    raise Closed
            if limpidd.status_of(self.waiting) != 101:
                self.connection.settimeout(5)
                with contextlib.suppress(OSError):
                    head = self.waiting.partition(b"\r\n\r\n")
                    length = int(head[0].lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                    while len(self.waiting) < len(head[0]) + 4 + length and self.read_on():
                        pass
                raise Refused(self.waiting)
        except BaseException:
            self.connection.close()
            raise
        head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
        self.head = {name.lower(): value for name, value in
                     (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])}
        expected = base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
        assert self.head["sec-websocket-accept"] == expected, self.head

    def send(self, opcode, payload=b"", **options):
        self.connection.sendall(frame(opcode, payload, **options))

    def _take(self, size):
        while len(self.waiting) < size:
            if not self.read_on():
                raise Closed
        taken, self.waiting = self.waiting[:size], self.waiting[size:]
        return taken

    def receive_frame(self):
        first, second = self._take(2)
        assert not second & 0x80, "servers do not mask"
        length = second & 0x7f
        if length == 126:
            length, = struct.unpack("!H", self._take(2))
        elif length == 127:
            length, = struct.unpack("!Q", self._take(8))
        return first & 0x0f, self._take(length), bool(first & 0x80)

    def receive(self, answer_pings=True):
        """The next message: (opcode, payload). @raise Closed"""
        kind, payload = None, b""
        while True:
            opcode, piece, final = self.receive_frame()
            if opcode == CLOSE:
                with contextlib.suppress(OSError):
                    self.send(CLOSE, piece[:2])
                raise Closed(struct.unpack("!H", piece[:2])[0] if piece else None)
            if opcode == PING and answer_pings:
                self.send(PONG, piece)
            if opcode >= CLOSE:
                continue
            kind = kind if opcode == CONTINUATION else opcode
            payload += piece
            if final:
                return kind, payload

    def tell(self, method, params=None, **more):
        message = {"jsonrpc": "2.0", "method": method} | more
        if params is not None:
            message["params"] = params
        self.send(TEXT, json.dumps(message).encode())

    def receive_json(self):
        kind, payload = self.receive()
        assert kind == TEXT, kind
        return json.loads(payload)

    def ask(self, method, params=None):
        """Call, and give the whole answer."""
        self.next_id += 1
        self.tell(method, params, id=self.next_id)
        while (answer := self.receive_json()).get("id") != self.next_id:
            pass
        return answer

    def result(self, method, params=None):
        answer = self.ask(method, params)
        assert "result" in answer, answer
        return answer["result"]

    def close_code(self):
        """How the other side closes."""
        try:
            while True:
                self.receive()
        except Closed as closed:
            return closed.code
