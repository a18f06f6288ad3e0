"""Rotation and rekeying, killed between any two system calls: whole files, and every sealed value still opens."""

import itertools
import os
import shutil

import cli
from secrets_case import CANARY, SecretsCase
from stepped import Stepped

NAMES = ("a", "b", "c")


class KilledRekey(SecretsCase):
    def setUp(self):
        super().setUp()
        # What is killed works in a folder of its own, whose state says how far it came.
        self.work = self.folder / "work"
        self.work.mkdir()
        self.ring = self.work / "ring"
        self.other = self.folder / "other"
        for ring, key in ((self.ring, "first"), (self.other, "moved")):
            self.assert_done(cli.run("keyring", "create", "-o", ring, "--id", key))
        for name in NAMES:
            secret = self.secret_file(f"secret-{name}", f"{CANARY}-{name}".encode())
            self.assert_done(cli.run("seal", secret, "--name", name, "--keyring", f"file:{self.ring}",
                                     "-o", self.work / name))

    def kill_everywhere(self, command, check, every=1):
        """Run `command` on copies of the folder as it is now, killed after each system call (or each of `every`) from its first
        change of the folder on. check(files before) judges what is left each time."""
        saved = self.folder / "saved"
        shutil.copytree(self.work, saved)
        before = self.contents()
        # Two steps are one system call.
        for steps in itertools.count(step=2 * every):
            process = Stepped(*command)
            while len(os.listdir(self.work)) == len(before):
                self.assertTrue(process.step(), "it ended without a temporary file")
            alive = True
            for _ in range(steps):
                alive = process.step()
                if not alive:
                    break
            if not alive:
                self.assertEqual(process.status, 0)
                return
            process.kill()
            check(before)
            shutil.rmtree(self.work)
            shutil.copytree(saved, self.work)

    def contents(self):
        return {path.name: path.read_bytes() for path in self.work.iterdir()}

    def assert_opens(self, *rings):
        """Every value opens under one of the keyrings. @return the ids of the keys that seal them"""
        sealed_by = []
        for name in NAMES:
            ran = [cli.run("unseal", self.work / name, "--name", name, "--keyring", f"file:{ring}") for ring in rings]
            opened = [one.stdout for one in ran if one.status == 0]
            self.assertEqual(opened, [f"{CANARY}-{name}".encode()], [one.stderr for one in ran])
            sealed_by.append((self.work / name).read_text().split(":")[2])
        return sealed_by

    def ids(self):
        return [key["id"] for key in cli.run("keyring", "list", "--keyring", f"file:{self.ring}", "--json").json()["keys"]]

    def test_I9_a_killed_rotation_leaves_the_old_ring_or_the_new_one(self):
        rings = []

        def check(before):
            rings.append(self.ids())
            self.assertIn(rings[-1], (["first"], ["second", "first"]))
            if rings[-1] == ["first"]:
                self.assertEqual(self.ring.read_bytes(), before["ring"])
            self.assertEqual(self.assert_opens(self.ring), ["first"] * 3)

        self.kill_everywhere(("keyring", "rotate", "--keyring", f"file:{self.ring}", "--id", "second"), check)
        # It was killed before and after the one step that counts.
        self.assertEqual(rings, sorted(rings, key=len))
        self.assertEqual({len(ring) for ring in rings}, {1, 2})

    def rekey_everywhere(self, old, new, rings, *to):
        """@return how many values had been sealed anew after each kill"""
        done = []
        command = ("keyring", "rekey", "--keyring", f"file:{self.ring}", *to,
                   *(f"{name}={self.work / name}" for name in NAMES))

        def check(before):
            self.assertEqual(self.ring.read_bytes(), before["ring"])
            sealed_by = self.assert_opens(*rings)
            done.append(sealed_by.count(new))
            self.assertEqual(sealed_by, [new] * done[-1] + [old] * (3 - done[-1]))
            # And what was interrupted can be finished.
            self.assert_done(cli.run(*command))
            self.assertEqual(self.assert_opens(*rings), [new] * 3)

        # A sanitiser makes more system calls of its own, and each start of a program slow.
        self.kill_everywhere(command, check, every=12 if cli.SANITIZED else 1)
        return done

    def test_I9_a_killed_rekey_leaves_each_value_old_or_new(self):
        self.assert_done(cli.run("keyring", "rotate", "--keyring", f"file:{self.ring}", "--id", "second"))
        done = self.rekey_everywhere("first", "second", (self.ring,))
        self.assertEqual(done, sorted(done))
        self.assertEqual(set(done), {0, 1, 2, 3})

    def test_I9_a_killed_move_to_another_ring_can_be_finished(self):
        done = self.rekey_everywhere("first", "moved", (self.ring, self.other), "--to", f"file:{self.other}")
        self.assertEqual(set(done), {0, 1, 2, 3})
