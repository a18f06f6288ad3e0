"""Stopping the program at any moment: exit code 130, and never half a file."""

import os
import signal
import time

import cli
import images


def wait_until(condition, process):
    """@return whether `condition` came true before the process ended."""
    deadline = time.monotonic() + cli.TIMEOUT_S
    while time.monotonic() < deadline:
        if condition():
            return True
        if process.poll() is not None:
            return False
    raise AssertionError("nothing happened")


class Signals(cli.TestCase):
    def setUp(self):
        super().setUp()
        # 18 MB out, so that writing takes a while.
        self.source = self.file("in.png", images.noise_png(3000, 2000))
        self.output = self.file("out.png", b"old")

    def temporary_files(self):
        return [name for name in os.listdir(self.folder) if name not in ("in.png", "out.png")]

    def start_work(self, **options):
        """A run that is past reading: its threads are there."""
        process = cli.start("enhance", self.source, "-o", self.output, "--threads", "2", **options)
        tasks = f"/proc/{process.pid}/task"
        self.assertTrue(wait_until(lambda: len(os.listdir(tasks)) > 1, process))
        return process

    def stop_while_writing(self):
        """A run that is stopped with a temporary file in the folder."""
        for _ in range(20):
            process = cli.start("enhance", self.source, "-o", self.output)
            if wait_until(self.temporary_files, process):
                process.send_signal(signal.SIGSTOP)
                os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
                if self.temporary_files():
                    return process
                process.send_signal(signal.SIGCONT)
            self.finish(process)  # too late: it was done
            self.output.write_bytes(b"old")
        self.fail("no run could be caught writing")

    def finish(self, process):
        stdout, stderr = process.communicate(timeout=cli.TIMEOUT_S)
        return cli.Ran(process.returncode, stdout, stderr)

    def assert_old_or_new(self):
        contents = self.output.read_bytes()
        if contents == b"old":
            return "old"
        self.assertEqual(contents, self.expected)
        return "new"

    def test_a_signal_during_the_work_cancels_it(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.start_work()
            process.send_signal(number)
            ran = self.finish(process)
            self.assert_error(ran, "run.cancelled")
            self.assertEqual(self.output.read_bytes(), b"old")
            self.assert_only("in.png", "out.png")

    def test_a_signal_while_waiting_for_input_cancels(self):
        for command in (("inspect", "-"), ("enhance", "-", "-o", self.output)):
            process = cli.start(*command)
            process.stdin.write(images.photo_png()[:100])
            process.stdin.flush()
            # Waiting in poll(), not starting up: the signal has to find the handlers in place.
            self.assertTrue(wait_until(lambda: self.is_polling(process), process))
            process.send_signal(signal.SIGINT)
            self.assert_error(self.finish(process), "run.cancelled")
            self.assert_only("in.png", "out.png")

    @staticmethod
    def is_polling(process):
        """Whether the process sleeps in poll() (x86-64) or ppoll() (x86-64, AArch64)."""
        with open(f"/proc/{process.pid}/syscall", "rb") as file:
            return file.read().split()[0] in (b"7", b"271", b"73")

    def test_a_signal_during_the_write_keeps_the_old_file_and_leaves_no_other(self):
        self.expected = self.new_contents()
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.stop_while_writing()
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)
            ran = self.finish(process)
            if self.assert_old_or_new() == "old":
                self.assert_error(ran, "run.cancelled")
            else:  # stopped between the last look at the flag and the rename: done is done
                self.assert_done(ran)
                self.output.write_bytes(b"old")
            self.assert_only("in.png", "out.png")

    def test_a_second_signal_ends_at_once_and_still_cleans_up(self):
        process = self.stop_while_writing()
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        ran = self.finish(process)
        self.assertEqual((ran.status, ran.stdout), (130, b""))
        self.assert_only("in.png", "out.png")
        self.assertEqual(self.output.read_bytes(), b"old")

    def test_kill_during_the_write_keeps_the_old_file_whole(self):
        for _ in range(3):
            process = self.stop_while_writing()
            process.kill()
            self.assertEqual(self.finish(process).status, -signal.SIGKILL)
            self.assertEqual(self.output.read_bytes(), b"old")
            # Nobody was left to remove it; its name says whose it is.
            (name,) = self.temporary_files()
            self.assertRegex(name, r"\A\.out\.png\.limpid-[0-9a-f]{8}\Z")
            os.unlink(self.folder / name)

    def new_contents(self):
        self.assert_done(cli.run("enhance", self.source, "-o", self.output, "-q"))
        contents = self.output.read_bytes()
        self.output.write_bytes(b"old")
        return contents

    def test_signals_that_were_ignored_stay_ignored(self):
        process = self.start_work(
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        self.assert_done(self.finish(process))
        self.assertNotEqual(self.output.read_bytes(), b"old")


