"""Peak memory is what the report states plus what the documentation says comes on top."""

import unittest

import cli
import images

# The program itself, its threads' stacks, the codec's rows and tables.
OVERHEAD_BYTES = 32 << 20


@unittest.skipIf(cli.SANITIZED, "a sanitizer's own memory hides the program's")
class Memory(cli.TestCase):
    def assert_bounded(self, source, output, *options):
        ran, peak_bytes = cli.run_measured("enhance", source, "-o", output, "--json", *options)
        self.assert_done(ran)
        report = ran.json()
        # The output may grow by doubling while it is encoded.
        stated_bytes = (report["peak_pixel_bytes"] + source.stat().st_size
                        + 2 * report["output_bytes"])
        self.assertLess(peak_bytes, stated_bytes + OVERHEAD_BYTES)
        # And the statement is not empty: the process did hold those pixels.
        self.assertGreater(peak_bytes, report["peak_pixel_bytes"])
        return report

    def test_12_and_24_megapixels(self):
        for width, height in ((4000, 3000), (6000, 4000)):
            source = self.file("in.jpg", images.photo_jpeg(width, height))
            for threads in ("1", "4"):
                report = self.assert_bounded(source, self.folder / "out.jpg", "--threads", threads)
                pixels = width * height * 3
                self.assertGreaterEqual(report["peak_pixel_bytes"], pixels)
                # Decoded and rendered together, and strips.
                self.assertLess(report["peak_pixel_bytes"], 2 * pixels + (16 << 20))

    def test_an_unchanged_image_is_held_once(self):
        source = self.file("in.jpg", images.photo_jpeg(4000, 3000))
        report = self.assert_bounded(source, self.folder / "out.jpg", "--strength", "0")
        self.assertLess(report["peak_pixel_bytes"], 4000 * 3000 * 3 + (16 << 20))

    def test_the_memory_limit_is_kept_or_refused(self):
        source = self.file("in.jpg", images.photo_jpeg(4000, 3000))
        need = cli.run("enhance", source, "-o", self.folder / "out.jpg", "--json").json()
        peak = need["peak_pixel_bytes"]
        self.assert_done(cli.run("enhance", source, "-o", self.folder / "out.jpg", "--limit",
                                 f"max_memory_bytes={peak}"))
        (self.folder / "out.jpg").unlink()
        for little in (peak - 1, peak // 2, 1, 0):
            ran = cli.run("enhance", source, "-o", self.folder / "out.jpg", "--limit",
                          f"max_memory_bytes={little}")
            code = ran.stderr.split(":")[0]
            self.assertIn(code, {"image.too_large", "memory.exhausted"})
            self.assert_error(ran, code, "max_memory_bytes")
            self.assert_only("in.jpg")
