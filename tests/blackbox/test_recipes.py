"""Recipes: what analyse prints is what enhance reads, and bad ones are refused with a pointer."""

import json

import cli
import images


class RoundTrip(cli.TestCase):
    def test_the_printed_recipe_gives_the_decided_result(self):
        for name, photo in (("png", images.photo_png(200, 100)), ("jpeg", images.photo_jpeg(99, 101))):
            source = self.file(f"in.{name}", photo)
            decided = cli.run("enhance", source, "-o", self.folder / "decided.png")
            self.assert_done(decided)
            recipe = cli.run("analyse", source)
            self.assert_done(recipe)
            self.assertEqual(recipe.stderr, "")
            given = cli.run("enhance", source, "-o", self.folder / "given.png", "--recipe", "-",
                            stdin=recipe.stdout)
            self.assert_done(given)
            self.assertEqual((self.folder / "decided.png").read_bytes(),
                             (self.folder / "given.png").read_bytes())

    def test_json_holds_the_same_recipe(self):
        source = self.file("in.png", images.photo_png(200, 100))
        recipe = cli.run("analyse", source).json()
        analysed = cli.run("analyse", source, "--json").json()
        self.assertEqual(set(analysed), {"analysis", "info", "recipe"})
        self.assertEqual(analysed["recipe"], recipe)
        self.assertEqual(analysed["analysis"]["proxy_width_px"], 200)
        report = cli.run("enhance", source, "-o", self.folder / "out.png", "--json").json()
        self.assertEqual(report["recipe"], recipe)

    def test_explain_says_the_reason_of_every_correction(self):
        source = self.file("in.png", images.photo_png(200, 100))
        recipe = cli.run("analyse", source).json()
        ran = cli.run("explain", source)
        self.assert_done(ran)
        text = ran.stdout.decode()
        corrections = [name for name, value in recipe.items() if isinstance(value, dict)]
        made, left = text.split("\nLeft alone\n")
        self.assertIn("\nCorrected\n", made)  # this photo is dim and warm
        for name in corrections:
            spoken = name.replace("_", " ")
            reason = recipe[name]["reason"].removeprefix("Left alone: ")
            self.assertTrue(reason)
            self.assertRegex(text, rf"(?m)^  {spoken} +\S")
            self.assertIn(f" {reason}\n", left if recipe[name]["reason"] != reason else text)

    def test_explain_says_what_was_seen(self):
        source = self.file("in.jpg", images.photo_jpeg(99, 101))
        text = cli.run("explain", source).stdout.decode()
        self.assertRegex(text, r"(?m)^File +99 x 101 px, jpeg of quality \d+$")
        for label in ("Scene", "Light", "Colour", "Detail"):
            self.assertRegex(text, rf"(?m)^{label} +\S")
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 160)

    def test_a_preset_changes_the_decided_recipe_and_no_given_one(self):
        source = self.file("in.png", images.photo_png(200, 100))
        out = self.folder / "out.png"
        natural = cli.run("enhance", source, "-o", out, "--json").json()
        same = cli.run("enhance", source, "-o", out, "--json", "--preset", "natural").json()
        self.assertEqual(same["output_sha256"], natural["output_sha256"])
        vivid = cli.run("enhance", source, "-o", out, "--json", "--preset", "vivid").json()
        self.assertGreater(vivid["recipe"]["vibrance"]["vibrance"],
                           natural["recipe"]["vibrance"]["vibrance"])
        self.assertIn("preset vivid", vivid["recipe"]["vibrance"]["reason"])
        recipe = self.file("recipe.json", b'{"version":1}')
        self.assert_error(cli.run("enhance", source, "-o", out, "--recipe", recipe, "--preset", "vivid"),
                          "usage.invalid", "--recipe", "--preset")

    def test_strength_scales_every_correction(self):
        source = self.file("in.png", images.photo_png(200, 100))
        full = cli.run("enhance", source, "-o", self.folder / "out.png", "--json").json()
        half = cli.run("enhance", source, "-o", self.folder / "out.png", "--json", "--strength",
                       ".5").json()
        for name, correction in full["recipe"].items():
            if isinstance(correction, dict):
                self.assertEqual(half["recipe"][name]["strength"], correction["strength"] / 2)


class Refused(cli.TestCase):
    def refuse(self, recipe, code, *parts):
        text = recipe if isinstance(recipe, (str, bytes)) else json.dumps(recipe)
        contents = text if isinstance(text, bytes) else text.encode()
        source = self.file("in.png", images.photo_png())
        file = self.file("recipe.json", contents)
        self.assert_refused([source, "--recipe", file], code, *parts)
        self.assert_refused([source, "--recipe", "-"], code, *parts, stdin=contents)

    def test_malformed(self):
        for text in ("", "{", "[]x", '{"version":1}}', '{"version":1,}', "\0", b"\xff\xfe",
                     '{"version":1,"version":1}', '{"version":1,"exposure":{"strength":NaN}}',
                     "[" * 10000):
            with self.subTest(text[:20]):
                self.refuse(text, "recipe.malformed")

    def test_unknown_members(self):
        self.refuse({"version": 1, "exposur": {}}, "recipe.unknown_field", "/exposur")
        self.refuse({"version": 1, "exposure": {"ev": 1}}, "recipe.unknown_field", "/exposure/ev")
        self.refuse({"version": 1, "a/b~\n": 1}, "recipe.unknown_field", "/a~1b~0")

    def test_missing_members(self):
        self.refuse({}, "recipe.missing_field", "/version")

    def test_wrong_types(self):
        self.refuse([], "recipe.wrong_type")
        self.refuse({"version": "1"}, "recipe.wrong_type", "/version")
        self.refuse({"version": 1, "exposure": 1}, "recipe.wrong_type", "/exposure")
        self.refuse({"version": 1, "exposure": {"exposure_ev": "1"}}, "recipe.wrong_type",
                    "/exposure/exposure_ev")
        self.refuse({"version": 1, "tone": {"reason": 1}}, "recipe.wrong_type", "/tone/reason")

    def test_out_of_range(self):
        for op, field, value in (("exposure", "exposure_ev", 4.1), ("exposure", "strength", 1.1),
                                 ("exposure", "strength", -0.1), ("white_balance", "red_gain", 0),
                                 ("tone", "white_point", 0.4), ("sharpen", "radius_px", 1e300),
                                 ("vibrance", "vibrance", -2)):
            self.refuse({"version": 1, op: {field: value}}, "recipe.out_of_range", f"/{op}/{field}")

    def test_other_versions(self):
        for version in (0, 2, 99):
            self.refuse({"version": version}, "recipe.unsupported_version", "/version")

    def test_too_large(self):
        source = self.file("in.png", images.photo_png())
        text = b'{"version":1}'
        self.refuse(text + b" " * (65536 - len(text) + 1), "recipe.too_large", "65536")
        file = self.file("recipe.json", text + b" " * (65536 - len(text)))
        self.assert_done(cli.run("enhance", source, "-o", self.folder / "out.png", "--recipe", file))

    def test_unreadable(self):
        source = self.file("in.png", images.photo_png())
        self.assert_refused([source, "--recipe", self.folder / "none.json"], "io.unreadable",
                            "none.json")
        self.assert_refused([source, "--recipe", self.folder], "io.unreadable", "is a directory")
