"""limpidd backup and limpidd restore: copies of the state folder of a service that runs."""

import stat
import threading
import unittest

import limpidd
from test_jobs import ended_job


class Backups(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        self.state = self.folder / "state"
        self.copy = self.folder / "copy"

    def service(self, state=None):
        return self.start(state_dir=state or self.state, max_jobs=10000, max_jobs_per_key=10000)

    def backup(self, to=None, state=None):
        return limpidd.run("backup", "--state-dir", state or self.state, "--to", to or self.copy)

    def restore(self, to):
        return limpidd.run("restore", "--from", self.copy, "--state-dir", to)

    def submit(self, service, quality):
        reply = service.post(f"/v1/jobs?quality={quality}")
        self.assertEqual(reply.status, 202, reply.body)
        return reply.headers["Location"]

    def assert_private(self, folder):
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
        for path in folder.rglob("*"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o700 if path.is_dir() else 0o600, path)

    def assert_refused(self, done, code):
        status, out, err = done
        self.assertEqual((out, err.split(": ")[0]), ("", code), err)
        self.assertNotEqual(status, 0)

    def test_I16_a_copy_under_load_has_every_job(self):
        service = self.service()
        paths = [self.submit(service, quality) for quality in range(1, 6)]
        done = [ended_job(service, path)["output"]["sha256"] for path in paths]
        over = threading.Event()
        more = []

        def load():
            while not over.is_set():
                more.append(self.submit(service, 1 + len(more) % 100))

        thread = threading.Thread(target=load)
        thread.start()
        try:
            counts = []
            for number in range(4):
                before = paths + more
                status, out, err = self.backup(self.folder / f"copy-{number}")
                self.assertEqual(status, 0, err)
                counts.append((before, self.folder / f"copy-{number}"))
        finally:
            over.set()
            thread.join()
        self.assertEqual(service.stop(), 0)
        self.assertGreater(len(more), 0)
        self.assertFalse(any(self.state.glob("backup*")))
        for before, copy in (counts[0], counts[-1]):
            self.copy = copy
            self.assert_private(copy)
            restored = self.folder / f"restored-{copy.name}"
            status, out, err = self.restore(restored)
            self.assertEqual(status, 0, err)
            self.assertGreaterEqual(int(out.split()[0]), len(before))
            self.assert_private(restored)
            again = self.service(restored)
            for path, digest in zip(paths, done):
                self.assertEqual(ended_job(again, path)["output"]["sha256"], digest)
                self.assertEqual(again.request("GET", path + "/output").status, 200)
            for path in before:
                self.assertEqual(ended_job(again, path)["status"], "done")
            self.assertEqual(again.stop(), 0)

    def test_I16_without_a_service(self):
        service = self.service()
        path = self.submit(service, 50)
        ended_job(service, path)
        service.stop()
        status, out, err = self.backup()
        self.assertEqual((status, out), (0, "1 jobs, 1 files of theirs\n"), err)
        # A folder that is there and empty will do.
        (self.folder / "new").mkdir(mode=0o700)
        self.assertEqual(self.restore(self.folder / "new")[0], 0)
        self.assertEqual(ended_job(self.service(self.folder / "new"), path)["status"], "done")

    def test_I16_what_is_there_stays(self):
        self.service().stop()
        self.assertEqual(self.backup()[0], 0)
        self.assert_refused(self.backup(), "storage.failed")
        self.assert_refused(self.restore(self.state), "storage.failed")
        self.assert_refused(self.backup(self.folder / "file", self.folder / "nowhere"), "storage.failed")
        self.file("file", "x")
        self.assert_refused(self.backup(self.folder / "file"), "storage.failed")
        self.assertEqual((self.folder / "file").read_text(), "x")
        self.assertFalse(list(self.folder.glob("*.partial")))
        for arguments in ((), ("--state-dir", "x"), ("--to", "x"), ("--state-dir", "x", "--to")):
            self.assert_refused(limpidd.run("backup", *arguments), "usage.invalid")
            self.assert_refused(limpidd.run("restore", *arguments), "usage.invalid")

    def test_I16_a_damaged_copy_is_not_restored(self):
        service = self.service()
        ended_job(service, self.submit(service, 50))
        service.stop()
        self.assertEqual(self.backup()[0], 0)
        (blob,) = (self.copy / "blobs").iterdir()
        whole = blob.read_bytes()
        blob.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        new = self.folder / "new"
        self.assert_refused(self.restore(new), "storage.damaged")
        blob.unlink()
        self.assert_refused(self.restore(new), "storage.damaged")
        blob.write_bytes(whole)
        blob.chmod(0o600)
        database = self.copy / "jobs.db"
        contents = database.read_bytes()
        database.write_bytes(contents[:100] + bytes(len(contents) - 100))
        self.assert_refused(self.restore(new), "storage.damaged")
        self.assertFalse(new.exists())
        database.write_bytes(contents)
        self.assertEqual(self.restore(new)[0], 0)


if __name__ == "__main__":
    unittest.main()
