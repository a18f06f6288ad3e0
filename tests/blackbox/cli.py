"""Runs the limpid program and judges how it failed. LIMPID_CLI names the program."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("LIMPID_CLI", str(ROOT / "build/bin/limpid"))
SANITIZED = bool(os.environ.get("LIMPID_SANITIZE"))
# A hang is a failure; sanitizers are slow.
TIMEOUT_S = 300 if SANITIZED else 120


def places(length, step=1):
    """Where to cut or change a file of `length` bytes: every `step`-th byte. A sanitized program takes ten times as long to
    start, so it gets one of thirteen, elsewhere in each file; the unit tests try them all within one process."""
    return range(length % 13, length, 13 * step) if SANITIZED else range(0, length, step)


_ROW = re.compile(
    r'^LIMPID_ERROR\((\w+), "([^"]+)", "([^"]*)", "([^"]*)", (\d+), (\d+), (\w+)\)$', re.MULTILINE
)


def _read_errors():
    text = (ROOT / "core/include/limpid/errors.def").read_text()
    rows = {m[2]: {"sentence": m[3], "hint": m[4], "exit": int(m[6])} for m in _ROW.finditer(text)}
    assert len(rows) == text.count("\nLIMPID_ERROR("), "a row of errors.def was not understood"
    return rows


ERRORS = _read_errors()


class Ran:
    def __init__(self, status, stdout, stderr):
        self.status = status
        self.stdout = stdout
        self.stderr = stderr.decode("utf-8", "backslashreplace")

    def json(self):
        return json.loads(self.stdout)


def run(*arguments, stdin=b"", **options):
    """Run limpid to its end. `stdin` is bytes, or an open file."""
    feed = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    done = subprocess.run(
        [PROGRAM, *map(os.fspath, arguments)],
        capture_output=True, timeout=TIMEOUT_S, check=False, **feed, **options,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def start(*arguments, **options):
    return subprocess.Popen(
        [PROGRAM, *map(os.fspath, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )


# Linux counts what a process held before exec() as well, so a small process starts the measured one.
_MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(done.returncode)
"""


def run_measured(*arguments):
    """Run limpid; @return what it did and its peak resident memory in bytes."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _MEASURE, PROGRAM, *map(os.fspath, arguments)],
        capture_output=True, timeout=TIMEOUT_S, check=False,
    )
    *stderr, peak_kib = done.stderr.splitlines(keepends=True)
    return Ran(done.returncode, done.stdout, b"".join(stderr)), int(peak_kib) * 1024


class TestCase(unittest.TestCase):
    """A test with an empty folder, `self.folder`, that is gone afterwards."""

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))

    def file(self, name, contents):
        path = self.folder / name
        path.write_bytes(contents)
        return path

    def assert_done(self, ran):
        self.assertEqual(ran.status, 0, ran.stderr)

    def assert_error(self, ran, code, *parts):
        """One line `code: sentence[: found]; hint` on stderr, and the exit code errors.def states."""
        self.assertRegex(ran.stderr, r"\A[^\n]+\n\Z")
        line = ran.stderr[:-1]
        # No control characters: what came from outside may not move the cursor.
        self.assertRegex(line, r"\A[^\x00-\x1f\x7f]*\Z")
        self.assertEqual(line.split(": ")[0], code, line)
        row = ERRORS[code]
        self.assertTrue(line.startswith(f"{code}: {row['sentence']}"), line)
        self.assertTrue(line.endswith(f"; {row['hint']}"), line)
        for part in parts:
            self.assertIn(part, line)
        self.assertEqual(ran.status, row["exit"], line)

    def assert_only(self, *names):
        """Nothing but these files is in the folder: no partial and no temporary file."""
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))

    def assert_refused(self, arguments, code, *parts, stdin=b""):
        """`enhance` with these arguments fails with `code` and leaves no output."""
        before = sorted(os.listdir(self.folder))
        ran = run("enhance", *arguments, "-o", self.folder / "refused.png", stdin=stdin)
        self.assert_error(ran, code, *parts)
        self.assertEqual(ran.stdout, b"")
        self.assert_only(*before)
