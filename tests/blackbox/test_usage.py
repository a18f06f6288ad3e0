"""What the command line accepts, what it says about itself, and how it refuses the rest."""

import re

import cli
import images

COMMANDS = ("enhance", "compare", "explain", "analyse", "inspect")
SECURITY_COMMANDS = ("keygen", "sign", "verify", "seal", "unseal", "keyring", "secret", "license")
SERVICE_COMMANDS = ("serve", "keys", "users", "audit", "lockdown", "sign-url", "backup", "restore", "health", "doctor")
# What these hold.
FAMILIES = {"keyring": ("create", "rotate", "rekey", "list"), "secret": ("generate",),
            "license": ("request", "issue", "activate", "verify", "deactivate")}


class Usage(cli.TestCase):
    def refuse(self, *arguments, says=()):
        ran = cli.run(*arguments)
        self.assert_error(ran, "usage.invalid", *says)
        self.assertEqual(ran.stdout, b"")

    def refuse_option(self, *arguments, says=()):
        """Refused although everything else is right."""
        source = self.file("in.png", images.photo_png())
        self.refuse("enhance", source, "-o", self.folder / "out.png", *arguments, says=says)
        self.assert_only("in.png")

    def test_needs_a_command(self):
        self.refuse(says=COMMANDS)

    def test_suggests_the_nearest_command(self):
        self.refuse("enhanse", "in.jpg", says=("'enhanse'", "did you mean enhance"))
        self.refuse("zzzzzzzz", says=("'zzzzzzzz'", *COMMANDS, *SECURITY_COMMANDS))
        self.refuse("license", "isue", says=("'isue'", "limpid license", "did you mean issue"))
        for family, commands in FAMILIES.items():
            self.refuse(family, says=("no command given", *commands))

    def test_suggests_the_nearest_option(self):
        self.refuse("enhance", "--qualty", "80", "in.jpg", "-o", "out.jpg",
                    says=("'--qualty'", "did you mean --quality"))
        self.refuse("inspect", "in.jpg", "--jsn", says=("'--jsn'", "did you mean --json"))
        self.refuse("license", "issue", "--grace-dys", "3", says=("limpid license issue", "did you mean --grace-days"))
        self.refuse("--verison", says=("did you mean --version",))
        self.refuse("inspect", "in.jpg", "--wholly-unknown=7", says=("'--wholly-unknown'",))

    def test_names_the_missing_argument(self):
        self.refuse("enhance", "-o", "out.jpg", says=("IN is required",))
        self.refuse("enhance", "in.jpg", says=("--output is required",))
        for command in ("inspect", "analyse", "explain"):
            self.refuse(command, says=("IN is required",))
        self.refuse("compare", "-o", "out.png", says=("IN is required",))
        self.refuse("compare", "in.jpg", says=("--output is required",))

    def test_names_the_option_whose_value_is_missing(self):
        for option in ("--quality", "--recipe", "--strength", "--limit", "--threads", "--resize", "--lut"):
            self.refuse_option(option, says=(f"{option} needs a value",))

    def test_reads_one_image_only(self):
        self.refuse("enhance", "a.jpg", "b.jpg", "-o", "out.jpg", says=("'b.jpg'", "one image"))

    def test_refuses_values_outside_the_range(self):
        for value in ("0", "101", "-1", "90.5", "", "x", "9" * 40, "90 ", "0x10"):
            self.refuse_option("--quality", value, says=("--quality", "from 1 to 100"))
        for value in ("NaN", "nan", "inf", "2", "-0.1", "1.00000001", "", "0.5x", "1e999"):
            self.refuse_option("--strength", value, says=("--strength", "from 0 to 1"))
        for value in ("0", "257", "two"):
            self.refuse_option("--threads", value, says=("--threads", "from 1 to 256"))

    def test_refuses_unknown_names(self):
        self.refuse_option("--format", "gif", says=("'gif'", "jpeg", "png", "webp"))
        self.refuse_option("--preset", "vibrant", says=("'vibrant'", "natural", "vivid", "restore"))
        self.refuse_option("--chroma", "411", says=("'411'", "420", "422", "444"))
        self.refuse_option("--metadata", "all", says=("'all'", "keep", "minimal", "strip"))
        self.refuse_option("--cpu", "sse9", says=("'sse9'", "avx2"))

    def test_refuses_bad_limits(self):
        self.refuse_option("--limit", "max_pixel=3", says=("did you mean max_pixels",))
        self.refuse_option("--limit", "max_pixels", says=("NAME=VALUE",))
        for value in ("", "-1", "1.5M", "3x", "M", "20000000000G", "18446744073709551616"):
            self.refuse_option("--limit", f"max_pixels={value}", says=("whole number",))

    def test_reads_suffixes_of_limits(self):
        size = 1_000_100
        source = self.file("in.png", images.photo_png(extra=images.png_chunk(b"teSt", bytes(size))))
        size = source.stat().st_size
        for enough in (str(size), "1001K", "1000Ki", "1000KiB", "2M", "1Mi", "1MiB", "1G", "1GiB"):
            self.assert_done(cli.run("inspect", source, "--limit", f"max_file_bytes={enough}"))
        for little in (str(size - 1), "1000K", "1000KB", "900Ki", "1M", "1MB"):
            self.assert_error(cli.run("inspect", source, "--limit", f"max_file_bytes={little}"),
                              "image.too_large", "max_file_bytes is ")
        self.assert_error(cli.run("inspect", source, "--limit", "max_pixels=1Ki"),
                          "image.too_large", "1024")

    def test_switches_take_no_value(self):
        self.refuse_option("--json=yes", says=("--json takes no value",))

    def test_refuses_an_output_name_of_no_known_format(self):
        source = self.file("in.png", images.photo_png())
        self.refuse("enhance", source, "-o", self.folder / "out.tiff", says=("out.tiff", "--format"))
        self.assert_only("in.png")
        self.assert_done(cli.run("enhance", source, "-o", self.folder / "out.tiff", "--format", "png"))

    def test_standard_input_is_read_once(self):
        self.refuse("enhance", "-", "--recipe", "-", "-o", self.folder / "out.png",
                    says=("standard input", "more than one thing"))

    def test_control_characters_stay_out_of_messages(self):
        self.refuse("inspect", "in.jpg", "--a\x1b[31m\nb", says=(r"\x1b", r"\x0a"))
        ran = cli.run("inspect", self.folder / "a\n\x1b[2Jb.jpg")
        self.assert_error(ran, "io.unreadable", r"a\x0a\x1b[2Jb.jpg")

    def test_names_after_two_dashes_are_files(self):
        self.file("--json", images.photo_png())
        ran = cli.run("inspect", "--", "--json", cwd=self.folder)
        self.assert_done(ran)
        self.assertIn(b"48 x 32", ran.stdout)

    def test_the_last_of_a_repeated_option_counts(self):
        source = self.file("in.png", images.photo_png())
        self.assert_done(cli.run("enhance", source, "-o", self.folder / "out.png",
                                 "--format", "jpeg", "--format", "webp"))
        self.assertEqual((self.folder / "out.png").read_bytes()[8:12], b"WEBP")

    def test_json_errors_are_objects_on_stdout_and_a_line_on_stderr(self):
        for arguments in (("inspect", "--json", self.folder / "none.jpg"),
                          ("inspect", "--json", self.folder, "--nosuch")):
            ran = cli.run(*arguments)
            error = ran.json()["error"]
            self.assert_error(ran, error["code"])
            self.assertEqual(error["message"] + "\n", ran.stderr)
            self.assertEqual(error["exit_code"], ran.status)
            self.assertEqual(error["hint"], cli.ERRORS[error["code"]]["hint"])

    def test_json_errors_go_to_stderr_when_stdout_is_for_the_image(self):
        ran = cli.run("enhance", self.folder / "none.jpg", "-o", "-", "--json")
        self.assertEqual(ran.stdout, b"")
        self.assertRegex(ran.stderr, r'\A\{"error":\{"code":"io.unreadable".*\}\}\n\Z')

    def test_json_errors_are_json_for_names_that_are_not_utf8(self):
        ran = cli.run("inspect", "--json", b"none\xff\xfe.jpg")
        self.assertEqual(ran.json()["error"]["code"], "io.unreadable")


class Help(cli.TestCase):
    def help_of(self, *arguments):
        ran = cli.run(*arguments, "--help")
        self.assert_done(ran)
        self.assertEqual(ran.stderr, "")
        return ran.stdout.decode()

    def test_names_every_command(self):
        text = self.help_of()
        photo, rest = text.split("Security commands:\n")
        security, service = rest.split("Service commands:\n")
        for commands, part in ((COMMANDS, photo.split("Photo commands:\n")[1]), (SECURITY_COMMANDS, security),
                               (SERVICE_COMMANDS, service)):
            for command in commands:
                self.assertRegex(part, rf"(?m)^  {command} ")
        for family, commands in FAMILIES.items():
            for command in commands:
                self.assertRegex(self.help_of(family), rf"(?m)^  {command} ")

    def test_states_every_limit_with_its_default(self):
        definitions = (cli.ROOT / "core/include/limpid/limits.def").read_text()
        limits = re.findall(r"^LIMPID_LIMIT\((\w+), (\d+),", definitions, re.MULTILINE)
        self.assertGreater(len(limits), 5)
        for command in COMMANDS:
            text = self.help_of(command)
            for name, default in limits:
                self.assertIn(f"{name}={default} ", text)

    def test_states_every_exit_code(self):
        plain = [command for command in (*COMMANDS, *SECURITY_COMMANDS) if command not in FAMILIES]
        inner = [(family, command) for family, commands in FAMILIES.items() for command in commands]
        for arguments in ((), *((command,) for command in plain), *inner):
            text = self.help_of(*arguments)
            for status in {0, *(row["exit"] for row in cli.ERRORS.values())}:
                self.assertRegex(text, rf"(?m)^  {status} +\w")

    def test_states_the_range_of_every_amount(self):
        definitions = (cli.ROOT / "core/include/limpid/recipe.def").read_text()
        fields = re.findall(r'^LIMPID_RECIPE_(?:FIELD|PARAM)\(\w+, (\w+), "[\w ]+", ([-\d.]+), ([-\d.]+),',
                            definitions, re.MULTILINE)
        self.assertGreater(len(fields), 5)
        text = self.help_of("explain")
        for name, low, high in fields:
            self.assertRegex(text, rf"(?m)^ +{name} .*; {low} to {high} ")

    def test_fits_a_terminal(self):
        inner = [(family, command) for family, commands in FAMILIES.items() for command in commands]
        for arguments in ((), ("enhance",), ("analyse",), ("inspect",),
                          *((command,) for command in (*SECURITY_COMMANDS, *SERVICE_COMMANDS)), *inner):
            longest = max(self.help_of(*arguments).splitlines(), key=len)
            self.assertLessEqual(len(longest), 100, longest)

    def test_version_is_the_header_s(self):
        header = (cli.ROOT / "core/include/limpid/version.hpp").read_text()
        version = re.search(r'LIMPID_VERSION_STRING "([\d.]+)"', header)[1]
        self.assertEqual(cli.run("--version").stdout.decode(), f"limpid {version}\n")
