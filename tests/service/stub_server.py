"""A server that limpidd calls: it answers as a test says, and remembers what it was asked."""

import http.server
import ssl
import threading
import time

import limpidd


class Asked:
    """One request that came."""

    def __init__(self, handler, body):
        self.method = handler.command
        self.path = handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.body = body
        self.time = time.time()


class Stub:
    """`respond(asked, number)` gives (status, headers, body), or a function of the handler that writes the answer itself. Over TLS
    with a certificates.Pair."""

    def __init__(self, respond, pair=None):
        self.asked = []
        self._changed = threading.Condition()
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = limpidd.TIMEOUT_S

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = Asked(self, body)
                with stub._changed:
                    stub.asked.append(asked)
                    number = len(stub.asked)
                    stub._changed.notify_all()
                answer = respond(asked, number)
                if callable(answer):
                    self.close_connection = True
                    return answer(self)
                status, headers, content = answer
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # limpidd goes away in the middle
        if pair:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pair.certificate, pair.key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if pair else "http"
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path="/", host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    def wait_for(self, count):
        """The first `count` requests."""
        deadline = time.monotonic() + limpidd.TIMEOUT_S
        with self._changed:
            while len(self.asked) < count:
                if time.monotonic() > deadline:
                    raise AssertionError(f"{len(self.asked)} requests came, not {count}")
                self._changed.wait(1)
            return self.asked[:count]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class TestCase(limpidd.TestCase):
    SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"

    def stub(self, respond, pair=None):
        stub = Stub(respond, pair)
        self.addCleanup(stub.close)
        return stub

    def allowed(self, *stubs):
        """The settings with which limpidd may call these."""
        return {"outbound_hosts": ",".join(f"127.0.0.1:{stub.port}" for stub in stubs), "outbound_networks": "127.0.0.0/8"}

    def secret(self):
        return f"file:{self.file('webhook-secret', self.SECRET)}"

