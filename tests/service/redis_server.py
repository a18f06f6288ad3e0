"""A real redis-server of the test's own, on a free port of 127.0.0.1."""

import os
import pathlib
import signal
import socket
import ssl
import subprocess
import time

import limpidd

PASSWORD = "Vx4v9Qm2Lr8Zt6Wc1Ny5Hb3Kd7Pf0GsA"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """@param tls  certificates.Pair: nothing but TLS is spoken. @param lines  of the configuration."""

    def __init__(self, folder, tls=None, lines=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.tls = tls
        self.lines = list(lines)
        self.process = None
        self.port = None
        self.start()

    @property
    def url(self):
        return f"redis{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    def start(self):
        """On the same port as before."""
        for _ in range(5):  # another program may have taken the port meanwhile
            port = self.port or free_port()
            self._spawn(port)
            if self._answers(port):
                self.port = port
                return
            self.kill()
        raise AssertionError(f"redis-server does not start: {(self.folder / 'log').read_text()[-1000:]}")

    def _spawn(self, port):
        config = ["bind 127.0.0.1", "save \"\"", "appendonly no", "daemonize no", "databases 4", f"requirepass {PASSWORD}",
                  f"logfile {self.folder}/log", f"dir {self.folder}", *self.lines]
        if self.tls:
            config += ["port 0", f"tls-port {port}", f"tls-cert-file {self.tls.certificate}", f"tls-key-file {self.tls.key}",
                       "tls-auth-clients no"]
        else:
            config += [f"port {port}"]
        path = self.folder / "redis.conf"
        path.write_text("\n".join(config) + "\n")
        self.process = subprocess.Popen(["redis-server", os.fspath(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def _answers(self, port):
        deadline = time.monotonic() + limpidd.TIMEOUT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self._ask(port, b"PING\r\n").startswith((b"-NOAUTH", b"+PONG")):
                    return True
            except OSError:
                time.sleep(0.02)
        return False

    def _ask(self, port, text):
        with socket.create_connection(("127.0.0.1", port), timeout=limpidd.TIMEOUT_S) as plain:
            if not self.tls:
                plain.sendall(text)
                return plain.recv(65536)
            trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            trust.check_hostname = False
            trust.verify_mode = ssl.CERT_NONE
            with trust.wrap_socket(plain) as encrypted:
                encrypted.sendall(text)
                return encrypted.recv(65536)

    def ask(self, *words):
        """What redis-cli answers to a command."""
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, check=False,
                              timeout=limpidd.TIMEOUT_S, env=os.environ | {"REDISCLI_AUTH": PASSWORD})
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode())
        return done.stdout.decode().strip()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(limpidd.TIMEOUT_S)
