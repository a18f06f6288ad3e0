"""Outputs appear whole or not at all, and only where they were asked for."""

import os
import resource
import stat
import subprocess

import cli
import images


class Unwritable(cli.TestCase):
    def refuse(self, output, *parts, expect=("in.png",)):
        source = self.file("in.png", images.photo_png())
        self.assert_error(cli.run("enhance", source, "-o", output, "--format", "png"),
                          "io.unwritable", *parts)
        self.assert_only(*expect)

    def test_a_missing_folder(self):
        self.refuse(self.folder / "none/out.png", "No such file or directory")

    def test_a_file_as_folder(self):
        self.refuse(self.folder / "in.png/out.png", "Not a directory")

    def test_a_folder_as_file(self):
        (self.folder / "out.png").mkdir()
        self.refuse(self.folder / "out.png", "is a directory", expect=("in.png", "out.png"))
        self.refuse(f"{self.folder}/", "is a directory", expect=("in.png", "out.png"))
        self.refuse("/", "is a directory", expect=("in.png", "out.png"))

    def test_no_name(self):
        self.refuse("", "names no file")
        self.refuse(f"{self.folder}/none/", "names no file")

    def test_a_name_that_is_too_long(self):
        self.refuse(self.folder / ("x" * 256), "File name too long")

    def test_a_full_device(self):
        self.refuse("/dev/full", "No space left on device")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/full").st_mode))

    def test_full_standard_output(self):
        source = self.file("in.png", images.photo_png())
        for command in (("enhance", source, "-o", "-"), ("inspect", source), ("analyse", source),
                        ("--help",), ("--version",)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([cli.PROGRAM, *map(str, command)], stdout=full,
                                      stderr=subprocess.PIPE, check=False, timeout=cli.TIMEOUT_S)
            self.assert_error(cli.Ran(done.returncode, b"", done.stderr), "io.unwritable",
                              "standard output")

    def test_closed_standard_output(self):
        source = self.file("in.png", images.photo_png())
        for output in ("-", self.folder / "out.png"):
            done = subprocess.run(
                ["sh", "-c", '"$0" enhance "$1" -o "$2" -q --json >&-', cli.PROGRAM, source, output],
                capture_output=True, check=False, timeout=cli.TIMEOUT_S)
            self.assertEqual(done.returncode, 5, done.stderr)
        # Messages did not end up in the photo.
        self.assertEqual((self.folder / "out.png").read_bytes()[:8], images.PNG_MAGIC)
        self.assert_done(cli.run("inspect", self.folder / "out.png"))

    def test_a_reader_that_went_away(self):
        source = self.file("in.png", images.photo_png(1024, 768))
        process = cli.start("enhance", source, "-o", "-")
        process.stdout.close()
        stderr = process.stderr.read()
        process.stderr.close()
        process.stdin.close()
        self.assert_error(cli.Ran(process.wait(cli.TIMEOUT_S), b"", stderr), "io.unwritable",
                          "Broken pipe")

    def test_a_disk_that_fills_up_keeps_the_old_file(self):
        """A file size limit stands for the full disk: the write fails in the middle."""
        source = self.file("in.png", images.noise_png(64, 64))
        output = self.file("out.png", b"old")

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))

        ran = cli.run("enhance", source, "-o", output, preexec_fn=limit)
        self.assert_error(ran, "io.unwritable", "File too large")
        self.assertEqual(output.read_bytes(), b"old")
        self.assert_only("in.png", "out.png")


class Written(cli.TestCase):
    def enhance_to(self, output, *options):
        source = self.file("in.png", images.photo_png())
        ran = cli.run("enhance", source, "-o", output, *options)
        self.assert_done(ran)
        return ran

    def test_new_files_get_the_usual_permissions(self):
        for umask in (0o022, 0o077, 0o002):
            output = self.folder / f"out{umask:o}.png"
            self.assert_done(
                cli.run("enhance", self.file("in.png", images.photo_png()), "-o", output,
                        umask=umask))
            self.assertEqual(stat.S_IMODE(output.stat().st_mode), 0o666 & ~umask)

    def test_an_existing_file_is_replaced(self):
        output = self.file("out.png", b"old")
        with open(output, "rb") as reader:
            self.enhance_to(output)
            self.assertEqual(reader.read(), b"old")  # whoever reads it keeps what he opened
        self.assertEqual(output.read_bytes()[:8], images.PNG_MAGIC)
        self.assert_only("in.png", "out.png")

    def test_the_input_may_be_the_output(self):
        expected = self.folder / "expected.png"
        self.enhance_to(expected)
        self.enhance_to(self.folder / "in.png")
        self.assertEqual((self.folder / "in.png").read_bytes(), expected.read_bytes())
        self.assert_only("expected.png", "in.png")

    def test_a_symbolic_link_stays_one(self):
        (self.folder / "folder").mkdir()
        target = self.file("folder/target.png", b"old")
        link = self.folder / "link.png"
        link.symlink_to("folder/target.png")
        self.enhance_to(link)
        self.assertTrue(link.is_symlink())
        self.assertEqual(target.read_bytes()[:8], images.PNG_MAGIC)
        self.assertEqual(os.listdir(self.folder / "folder"), ["target.png"])

    def test_devices_and_pipes_are_written_to_not_replaced(self):
        self.enhance_to("/dev/null", "--format", "png")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        ran = self.enhance_to("/dev/stdout", "--format", "png", "-q")
        self.assertEqual(ran.stdout[:8], images.PNG_MAGIC)

    def test_a_relative_name(self):
        self.file("in.png", images.photo_png())
        self.assert_done(cli.run("enhance", "in.png", "-o", "out.png", cwd=self.folder))
        self.assert_only("in.png", "out.png")

    def test_a_name_of_any_bytes(self):
        for name in ("ümläut 照片.png", "-o.png", "a\nb.png", "x" * 251 + ".png"):
            self.enhance_to(self.folder / name)
            self.assertTrue((self.folder / name).exists())


class Terminals(cli.TestCase):
    def on_a_terminal(self, *arguments, **streams):
        controller, terminal = os.openpty()
        try:
            done = subprocess.run([cli.PROGRAM, *map(str, arguments)], check=False,
                                  stderr=subprocess.PIPE, timeout=cli.TIMEOUT_S,
                                  **dict.fromkeys(streams, terminal))
        finally:
            os.close(terminal)
            os.close(controller)
        return cli.Ran(done.returncode, b"", done.stderr)

    def test_an_image_is_never_written_to_a_terminal(self):
        source = self.file("in.png", images.photo_png())
        ran = self.on_a_terminal("enhance", source, "-o", "-", stdout=True)
        self.assert_error(ran, "io.unwritable", "terminal", "-o")

    def test_an_image_is_never_read_from_a_terminal(self):
        ran = self.on_a_terminal("inspect", "-", stdin=True)
        self.assert_error(ran, "io.unreadable", "terminal")
