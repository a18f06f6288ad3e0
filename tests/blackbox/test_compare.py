"""`compare` draws sheets of one photo, of many, and of folders."""

import json

import cli
import images


class Compare(cli.TestCase):
    def sheet(self, *arguments, name="sheet.png", **options):
        """(width, height, format) of the sheet."""
        ran = cli.run("compare", *arguments, "-o", self.folder / name, **options)
        self.assert_done(ran)
        self.assertEqual(ran.stdout, b"")
        info = cli.run("inspect", self.folder / name, "--json").json()
        return info["width_px"], info["height_px"], info["format"]

    def test_one_photo_fills_a_sheet(self):
        source = self.file("in.png", images.photo_png(900, 600))
        width, height, kind = self.sheet(source)
        self.assertEqual((width, kind), (2 * 768 + 24 + 2 * 32, "png"))
        self.assertGreater(height, 512)

    def test_the_ending_chooses_the_format(self):
        source = self.file("in.png", images.photo_png())
        self.assertEqual(self.sheet(source, name="sheet.jpg")[2], "jpeg")
        self.assertEqual(self.sheet(source, name="sheet.webp")[2], "webp")

    def test_standard_streams(self):
        ran = cli.run("compare", "-", "-o", "-", stdin=images.photo_png())
        self.assert_done(ran)
        self.assertTrue(ran.stdout.startswith(images.PNG_MAGIC))

    def test_folders_become_contact_sheets(self):
        photos = self.folder / "photos"
        photos.mkdir()
        for name in ("b.png", "A.PNG", "c.webp.txt", ".hidden.png"):
            (photos / name).write_bytes(images.photo_png())
        two = self.sheet(photos)
        extra = self.file("d.png", images.photo_png())
        three = self.sheet(photos, extra)
        self.assertEqual(two[0], three[0])
        self.assertGreater(three[1], two[1])

    def test_the_same_photo_gives_the_same_sheet(self):
        source = self.file("in.png", images.photo_png())
        made = set()
        for threads in ("1", "3"):
            self.sheet(source, "--threads", threads)
            made.add((self.folder / "sheet.png").read_bytes())
        self.assertEqual(len(made), 1)

    def test_a_recipe_and_strength_are_applied(self):
        source = self.file("in.png", images.photo_png())
        recipe = self.file("r.json", json.dumps({"version": 1, "exposure": {"exposure_ev": 1}}).encode())
        made = set()
        for options in ((), ("--strength", "0"), ("--recipe", recipe)):
            self.sheet(source, *options)
            made.add((self.folder / "sheet.png").read_bytes())
        self.assertEqual(len(made), 3)

    def test_names_from_outside_are_only_drawn(self):
        source = self.file("a\x1b[31m\u00e9\u4e2d.png", images.photo_png())
        self.sheet(source)

    def test_names_are_drawn_in_latin_greek_and_cyrillic(self):
        made = set()
        for name in ("?.png", "\u00e9.png", "\u0142.png", "\u03bc.png", "\u0436.png"):
            self.sheet(self.file(name, images.photo_png()))
            made.add((self.folder / "sheet.png").read_bytes())
        self.assertEqual(len(made), 5)

    def test_long_reasons_are_not_cut(self):
        source = self.file("in.png", images.photo_png(100, 150))
        recipe = {"version": 1, "exposure": {"exposure_ev": 1, "reason": "Brightened."}}
        heights = []
        for reason in ("Brightened.", "Brightened: " + "it was dark, " * 12):
            recipe["exposure"]["reason"] = reason
            heights.append(self.sheet(source, "--recipe", self.file("r.json", json.dumps(recipe).encode()))[1])
        self.assertGreater(heights[1], heights[0])

    def test_says_which_of_many_is_bad(self):
        good, bad = self.file("good.png", images.photo_png()), self.file("bad.png", b"no image")
        ran = cli.run("compare", good, bad, "-o", self.folder / "sheet.png")
        self.assert_error(ran, "image.unrecognised", "bad.png")
        self.assert_only("good.png", "bad.png")

    def test_refuses_what_it_cannot_show(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.assert_error(cli.run("compare", empty, "-o", self.folder / "s.png"), "io.unreadable", "holds no")
        for i in range(81):
            (empty / f"{i}.png").write_bytes(b"")
        self.assert_error(cli.run("compare", empty, "-o", self.folder / "s.png"), "io.unreadable", "more than 80")
        source = self.file("in.png", images.photo_png())
        self.assert_error(cli.run("compare", *[source] * 81, "-o", self.folder / "s.png"), "usage.invalid", "81 photos")
        self.assert_error(cli.run("compare", source, "-o", self.folder / "s.tiff"), "usage.invalid", "s.tiff")
        self.assert_error(cli.run("compare", "-", "--recipe", "-", "-o", self.folder / "s.png"), "usage.invalid",
                          "standard input")
        self.assert_only("empty", "in.png")
