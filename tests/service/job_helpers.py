"""What the tests of jobs share."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import limpidd
from limpidd import PHOTO

ENDED = ("done", "failed", "cancelled")


def cli_enhance(*arguments):
    with tempfile.TemporaryDirectory() as folder:
        source, out = pathlib.Path(folder, "in"), pathlib.Path(folder, "out")
        source.write_bytes(PHOTO)
        subprocess.run([limpidd.CLI, "enhance", source, "-o", out, "-q", *arguments], check=True,
                       timeout=limpidd.TIMEOUT_S)
        return out.read_bytes()


def until(condition, seconds=limpidd.TIMEOUT_S):
    """What `condition` gives as soon as that is true."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("it did not become true")
        time.sleep(0.02)
    return value


def worker_of(service):
    """The one that is ready."""
    assert service.post("/v1/inspect").status == 200
    return service.children("limpid-worker")[0]


def job(service, path, **headers):
    return service.request("GET", path, headers=headers).json()


def ended_job(service, path):
    return until(lambda: (found := job(service, path))["status"] in ENDED and found)


def events_of(text):
    """(id, status) of every event of a stream."""
    blocks = [dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
              for block in text.decode().split("\n\n") if block and not block.startswith(":")]
    return [(int(block["id"]), json.loads(block["data"])["status"]) for block in blocks if "id" in block]


@contextlib.contextmanager
def stopped_worker(service):
    """Jobs are taken and none ends."""
    pid = worker_of(service)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
