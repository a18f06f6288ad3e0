"""--lut applies a .cube table, and says where a file is not one."""

import cli
import images


def lattice(points, colour):
    rows = [f"LUT_3D_SIZE {points}"]
    for b in range(points):
        for g in range(points):
            for r in range(points):
                rows.append(" ".join(f"{v:.6f}" for v in colour(*(c / (points - 1) for c in (r, g, b)))))
    return "\n".join(rows).encode() + b"\n"


class Lut(cli.TestCase):
    def setUp(self):
        super().setUp()
        self.source = self.file("in.png", images.photo_png())

    def enhance(self, *options, stdin=b""):
        ran = cli.run("enhance", self.source, "-o", self.folder / "out.png", "--strength", "0", "--json", *options,
                      stdin=stdin)
        self.assert_done(ran)
        return ran.json(), (self.folder / "out.png").read_bytes()

    def test_a_table_that_changes_nothing_changes_no_pixel(self):
        table = self.file("same.cube", lattice(17, lambda r, g, b: (r, g, b)))
        self.assertTrue(self.enhance("--lut", table)[0]["pixels_unchanged"])

    def test_strength_goes_from_nothing_to_all(self):
        table = self.file("swap.cube", lattice(2, lambda r, g, b: (b, g, r)))
        self.assertTrue(self.enhance("--lut", table, "--lut-strength", "0")[0]["pixels_unchanged"])
        half, whole = (self.enhance("--lut", table, "--lut-strength", s)[1] for s in ("0.5", "1"))
        self.assertNotEqual(half, whole)
        self.assertEqual(whole, self.enhance("--lut", table)[1])

    def test_reads_standard_input(self):
        table = lattice(2, lambda r, g, b: (b, g, r))
        from_file = self.enhance("--lut", self.file("t.cube", table))[1]
        self.assertEqual(self.enhance("--lut", "-", stdin=table)[1], from_file)

    def test_standard_input_is_read_once(self):
        ran = cli.run("enhance", self.source, "-o", self.folder / "out.png", "--lut", "-", "--recipe", "-")
        self.assert_error(ran, "usage.invalid", "standard input")

    def test_curves_and_resizing_go_together(self):
        table = self.file("c.cube", b"LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n")
        report, _ = self.enhance("--lut", table, "--resize", "24x")
        self.assertEqual((report["output_width_px"], report["output_height_px"]), (24, 16))
        self.assertFalse(report["pixels_unchanged"])

    def test_says_where_a_file_is_not_a_table(self):
        for text, code, *says in (
                (b"", "lut.malformed", "no LUT_1D_SIZE"),
                (b"LUT_3D_SIZE 2\n0 0 0\n0 nan 0\n", "lut.malformed", "line 3"),
                (b"\x89PNG\r\n\x1a\n", "lut.malformed", "line 1"),
                (b"LUT_1D_SIZE 2\n0 0 0\n0 0 1e9\n", "lut.out_of_range", "colour 2")):
            table = self.file("bad.cube", text)
            self.assert_refused((self.source, "--lut", table), code, *says)
        table = self.file("bad.cube", b"#" * 100)
        self.assert_refused((self.source, "--lut", table, "--limit", "max_lut_bytes=99"), "lut.too_large",
                            "max_lut_bytes is 99")
        self.assert_refused((self.source, "--lut", self.folder / "none.cube"), "io.unreadable")
