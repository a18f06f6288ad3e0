"""What the rows have in common: the processors, the photo, and what is made of answers."""

import hashlib
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import client
from server import BIN, WORK, Server

CAPACITY_S = 10


@dataclass(frozen=True)
class Bench:
    server_core: int
    client_core: int
    minutes: float

    def server(self, **settings):
        return Server(self.server_core, **settings)


def photo():
    return (WORK / "photo.jpg").read_bytes()


def right_digest():
    """SHA-256 of what the command line makes of the photo: the only right answer."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.jpg")
        subprocess.run([BIN / "limpid", "enhance", WORK / "photo.jpg", "-o", out, "-q", "--format", "jpeg"], check=True)
        return hashlib.sha256(out.read_bytes()).hexdigest()


def enhancing(server):
    return client.Client(server.port, "/v1/enhance", photo(), "image/jpeg", right_digest())


def require_status(server, wanted, *request, **options):
    status, _, body = server.ask(*request, **options)
    if status != wanted:
        raise RuntimeError(f"{request[1]} answers {status} instead of {wanted}: {body[:200]}")


def capacity_of(server):
    answers = client.fast(enhancing(server), 2, CAPACITY_S)
    if client.wrong(answers):
        raise RuntimeError(f"{client.wrong(answers)} of {len(answers)} answers are wrong when nothing is overloaded")
    return client.good_per_s(answers)


def milliseconds(seconds):
    return None if seconds is None else 1000 * seconds


def times_of(answers):
    """Milliseconds from when a request was due to its whole answer, and how late the client itself was."""
    good = [a.done - a.due for a in answers if a.right]
    if not good:
        raise RuntimeError("there was no right answer")
    late = [a.begun - a.due for a in answers]
    figures = {f"p{p}_ms": milliseconds(client.percentile(good, p)) for p in (50, 99)}
    return {**figures, "requests": len(answers), "late_p99_ms": milliseconds(client.percentile(late, 99))}
