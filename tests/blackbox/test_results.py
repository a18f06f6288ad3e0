"""What enhance writes: the right format, the same bytes for any thread count, a true report."""

import hashlib
import json
import os

import cli
import images

MAGIC = {"jpeg": b"\xff\xd8\xff", "png": images.PNG_MAGIC, "webp": b"RIFF"}


class Results(cli.TestCase):
    def enhance(self, source, *options, output="-"):
        ran = cli.run("enhance", source, "-o", output, *options)
        self.assert_done(ran)
        return ran.stdout if output == "-" else output.read_bytes()

    def source(self, width=300, height=211):
        return self.file("in.png", images.photo_png(width, height))

    def test_threads_do_not_change_the_bytes(self):
        source = self.source(1500, 1001)
        for options in (("--format", "png"), ("--format", "jpeg", "--progressive"),
                        ("--format", "webp")):
            one = self.enhance(source, "--threads", "1", *options)
            for threads in ("2", "4", "7"):
                self.assertEqual(one, self.enhance(source, "--threads", threads, *options))
            self.assertEqual(one, self.enhance(source, *options))

    def test_a_profile_accounts_for_the_time(self):
        source, output = self.source(1500, 1001), self.folder / "out.jpg"
        ran = cli.run("enhance", source, "-o", output, "--profile", "--quiet")
        self.assert_done(ran)
        lines = [line.split() for line in ran.stderr.splitlines()]
        self.assertEqual([line[0] for line in lines],
                         ["read", "inspect", "decode", "analyse", "render", "encode", "write", "all"])
        times = [float(line[1]) for line in lines]
        self.assertAlmostEqual(sum(times[:-1]), times[-1], delta=0.5)
        self.assertGreater(times[2], 0)

        report = cli.run("enhance", source, "-o", output, "--profile", "--json")
        steps = json.loads(report.stdout)["profile_ms"]
        self.assertEqual(list(steps), [line[0] for line in lines[:-1]])
        self.assertTrue(all(value >= 0 for value in steps.values()))
        without = cli.run("enhance", source, "-o", output, "--json")
        self.assertNotIn("profile_ms", json.loads(without.stdout))

    def test_cpu_tiers_do_not_change_the_bytes(self):
        source = self.source(500, 333)
        best = self.enhance(source)
        tried = 0
        for tier in ("baseline", "sse41", "avx2", "avx512", "neon"):
            ran = cli.run("enhance", source, "-o", "-", "--cpu", tier)
            if ran.status == 0:
                tried += 1
                self.assertEqual(ran.stdout, best, tier)
            else:
                self.assert_error(ran, "argument.invalid", tier)
        self.assertGreaterEqual(tried, 1)
        # No machine has both.
        self.assertLess(tried, 5)

    def test_streams_and_files_give_the_same_bytes(self):
        source = self.source()
        to_file = self.enhance(source, output=self.folder / "out.png")
        self.assertEqual(to_file, self.enhance(source))
        ran = cli.run("enhance", "-", "-o", "-", stdin=source.read_bytes())
        self.assertEqual(to_file, ran.stdout)

    def test_a_slow_pipe_gives_the_same_bytes(self):
        source = self.source()
        process = cli.start("enhance", "-", "-o", "-", "-q")
        contents = source.read_bytes()
        for at in range(0, len(contents), 4096):
            process.stdin.write(contents[at : at + 4096])
            process.stdin.flush()
        stdout, stderr = process.communicate(timeout=cli.TIMEOUT_S)
        self.assertEqual(process.returncode, 0, stderr)
        self.assertEqual(stdout, self.enhance(source))

    def test_the_output_s_name_decides_the_format(self):
        source = self.source()
        for name, format_name in (("a.jpg", "jpeg"), ("a.JPEG", "jpeg"), ("a.png", "png"),
                                  ("a.b.WebP", "webp"), ("noending", "png"), (".hidden", "png")):
            bytes_ = self.enhance(source, output=self.folder / name)
            self.assertTrue(bytes_.startswith(MAGIC[format_name]), name)

    def test_format_outranks_the_name(self):
        bytes_ = self.enhance(self.source(), "--format", "webp", output=self.folder / "out.png")
        self.assertTrue(bytes_.startswith(MAGIC["webp"]))

    def test_the_input_s_format_is_kept_on_standard_output(self):
        for name, photo in (("jpeg", images.photo_jpeg()), ("png", images.photo_png()),
                            ("webp", images.photo_webp())):
            self.assertTrue(self.enhance(self.file("in", photo)).startswith(MAGIC[name]))

    def test_options_reach_the_encoder(self):
        source = self.source()
        jpeg = self.enhance(source, "--format", "jpeg")
        self.assertEqual(jpeg, self.enhance(source, "--format", "jpeg", "--quality", "90",
                                            "--chroma", "420", "--metadata", "minimal"))
        self.assertLess(len(self.enhance(source, "--format", "jpeg", "--quality", "20")), len(jpeg))
        for chroma, said in (("420", "4:2:0"), ("422", "4:2:2"), ("444", "4:4:4")):
            self.enhance(source, "--chroma", chroma, output=self.folder / "out.jpg")
            info = cli.run("inspect", self.folder / "out.jpg", "--json").json()
            self.assertEqual(info["chroma_subsampling"], said)
            self.assertFalse(info["progressive"])
        self.enhance(source, "--progressive", output=self.folder / "out.jpg")
        self.assertTrue(cli.run("inspect", self.folder / "out.jpg", "--json").json()["progressive"])
        for options, lossless in (((), False), (("--lossless",), True)):
            self.enhance(source, *options, output=self.folder / "out.webp")
            info = cli.run("inspect", self.folder / "out.webp", "--json").json()
            self.assertEqual(info["lossless"], lossless)

    def test_strength_zero_changes_no_pixel(self):
        original = self.source()
        untouched = self.enhance(original, "--strength", "0", output=self.folder / "once.png")
        again = self.enhance(self.folder / "once.png", "--strength", "0")
        self.assertEqual(untouched, again)
        self.assertNotEqual(untouched, self.enhance(original))
        report = cli.run("enhance", original, "-o", self.folder / "x.png", "--strength", "0",
                         "--json").json()
        self.assertTrue(report["pixels_unchanged"])


class Reports(cli.TestCase):
    def test_the_digest_is_the_file_s(self):
        source = self.file("in.png", images.photo_png(300, 200))
        output = self.folder / "out.jpg"
        ran = cli.run("enhance", source, "-o", output, "--json")
        self.assert_done(ran)
        self.assertEqual(ran.stderr, "")
        report = ran.json()
        self.assertEqual(report["output_sha256"], hashlib.sha256(output.read_bytes()).hexdigest())
        self.assertEqual(report["output_bytes"], output.stat().st_size)
        self.assertEqual(report["output_format"], "jpeg")
        self.assertEqual((report["input"]["width_px"], report["input"]["height_px"]), (300, 200))
        self.assertGreaterEqual(report["peak_pixel_bytes"], 300 * 200 * 3)
        self.assertFalse(report["pixels_unchanged"])

    def test_the_report_goes_to_stderr_when_stdout_is_the_image(self):
        source = self.file("in.png", images.photo_png())
        ran = cli.run("enhance", source, "-o", "-", "--json")
        self.assert_done(ran)
        report = cli.json.loads(ran.stderr)
        self.assertEqual(report["output_sha256"], hashlib.sha256(ran.stdout).hexdigest())

    def test_one_line_for_people_and_none_when_quiet(self):
        source = self.file("in.png", images.photo_png())
        ran = cli.run("enhance", source, "-o", self.folder / "out.png")
        self.assertEqual(ran.stdout, b"")
        self.assertRegex(ran.stderr, r"\A.*in\.png -> .*out\.png: 48 x 32 px, png, \d+ bytes; "
                                     r"corrected: \w[\w, ]*\n\Z")
        ran = cli.run("enhance", source, "-o", self.folder / "out.png", "--quiet")
        self.assertEqual((ran.stdout, ran.stderr), (b"", ""))

    def test_inspect_says_the_same_twice(self):
        source = self.file("in.png", images.photo_png())
        words = cli.run("inspect", source).stdout.decode()
        info = cli.run("inspect", source, "--json").json()
        self.assertIn(f"{info['width_px']} x {info['height_px']} px", words)
        self.assertIn(info["format"], words)

    def test_no_progress_where_there_is_no_terminal(self):
        source = self.file("in.png", images.photo_png(3000, 2000))
        ran = cli.run("analyse", source)
        self.assertEqual(ran.stderr, "")

    def test_progress_on_a_terminal_erases_itself(self):
        """Slow enough to be worth a word: one thread, the largest default image."""
        source = self.file("in.png", images.photo_png(8000, 6000))
        controller, terminal = os.openpty()
        process = cli.subprocess.Popen(
            [cli.PROGRAM, "enhance", source, "-o", self.folder / "out.png", "--threads", "1"],
            stderr=terminal)
        os.close(terminal)
        shown = b""
        try:
            while part := os.read(controller, 65536):
                shown += part
        except OSError:  # how Linux ends a terminal nobody has open
            pass
        os.close(controller)
        self.assertEqual(process.wait(cli.TIMEOUT_S), 0)
        progress, summary = shown.rsplit(b"\r\x1b[K", 1)
        self.assertRegex(progress, rb"\A(\r\x1b\[K\w+ \d+ %)+\Z")
        self.assertIn(b" -> ", summary)
