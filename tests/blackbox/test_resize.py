"""--resize understands what users of other tools write, and the result has that size."""

import cli
import images


class Resize(cli.TestCase):
    def setUp(self):
        super().setUp()
        self.source = self.file("in.png", images.photo_png(90, 60))

    def size(self, *options):
        """(width, height) of the output, as its own header and the report say."""
        out = self.folder / "out.png"
        ran = cli.run("enhance", self.source, "-o", out, "--strength", "0", "--json", *options)
        self.assert_done(ran)
        report = ran.json()
        info = cli.run("inspect", out, "--json").json()
        size = (info["width_px"], info["height_px"])
        self.assertEqual(size, (report["output_width_px"], report["output_height_px"]))
        return size

    def test_reads_every_form_of_a_size(self):
        for text, size in (("45x", (45, 30)), ("x20", (30, 20)), ("30x30", (30, 20)), ("50%", (45, 30)),
                           ("33.3%", (30, 20)), ("200%", (180, 120)), ("45x1000", (45, 30))):
            self.assertEqual(self.size("--resize", text), size, text)

    def test_fits_fills_and_stretches(self):
        for fit, size in (("fit", (30, 20)), ("fill", (30, 30)), ("exact", (30, 30))):
            self.assertEqual(self.size("--resize", "30x30", "--fit", fit), size, fit)

    def test_enlarges_only_where_it_may(self):
        self.assertEqual(self.size("--resize", "180x", "--enlarge", "no"), (90, 60))
        self.assertEqual(self.size("--resize", "30x", "--enlarge", "no"), (30, 20))

    def test_filters_differ(self):
        made = set()
        for name in ("lanczos3", "magic"):
            self.size("--resize", "31x", "--filter", name)
            made.add((self.folder / "out.png").read_bytes())
        self.assertEqual(len(made), 2)

    def test_the_same_size_changes_no_pixel(self):
        out = self.folder / "out.png"
        ran = cli.run("enhance", self.source, "-o", out, "--strength", "0", "--json", "--resize", "90x60")
        self.assert_done(ran)
        self.assertTrue(ran.json()["pixels_unchanged"])

    def test_threads_change_no_byte(self):
        self.source = self.file("in.png", images.photo_png(900, 600))
        made = set()
        for threads in ("1", "2", "7"):
            self.assert_done(cli.run("enhance", self.source, "-o", self.folder / "out.png", "--resize", "411x",
                                     "--threads", threads))
            made.add((self.folder / "out.png").read_bytes())
        self.assertEqual(len(made), 1)

    def test_refuses_what_is_no_size(self):
        for text in ("", "x", "10", "0x", "x0", "-5x", "10x-5", "65536x", "10x10x10", "1e3x", "ax", "%", "0%",
                     "801%", "nan%", "-50%", "50 %", "10x%"):
            ran = cli.run("enhance", self.source, "-o", self.folder / "out.png", "--resize", text)
            self.assert_error(ran, "usage.invalid", "--resize", "WIDTHxHEIGHT")
        self.assert_only("in.png")

    def test_refuses_ratios_and_sizes_beyond_the_limits(self):
        self.assert_refused((self.source, "--resize", "721x"), "resize.out_of_range", "90 to 721")
        self.source = self.file("in.png", images.photo_png(900, 600))
        self.assert_refused((self.source, "--resize", "4x"), "resize.out_of_range")
        self.assert_refused((self.source, "--resize", "2000x", "--limit", "max_pixels=1M"), "image.too_large",
                            "max_pixels is 1000000")
