"""What of a photo's metadata leaves the program."""

import struct

import cli
import images

GPS_PLACE = b"GPS-PLACE-47.1N-8.5E"
CAMERA = b"Camera Of Somebody"
RIGHTS = b"(c) 2024 The Photographer"
COMMENT = b"a private comment"
ICC = bytes([0, 0, 2, 0])


def exif_with_gps(orientation):
    """IFD0 with maker, orientation, rights and a GPS folder (as text, so that it can be searched)."""
    entries = [
        (0x010F, 2, len(CAMERA) + 1, CAMERA + b"\0"),
        (0x0112, 3, 1, struct.pack("<H", orientation)),
        (0x8298, 2, len(RIGHTS) + 1, RIGHTS + b"\0"),
    ]
    base = images.exif(entries + [(0x8825, 4, 1, struct.pack("<I", 0))])
    # The GPS folder follows: area information (0x001C) holds the place.
    gps_at = len(base) + len(base) % 2
    base = images.exif(entries + [(0x8825, 4, 1, struct.pack("<I", gps_at))])
    gps = struct.pack("<HHHII", 1, 0x001C, 7, len(GPS_PLACE), gps_at + 18) + bytes(4) + GPS_PLACE
    return base + bytes(len(base) % 2) + gps


class Metadata(cli.TestCase):
    def photo(self, orientation=1):
        jpeg = images.jpeg_with_exif(images.photo_jpeg(48, 32), exif_with_gps(orientation))
        comment = b"\xff\xfe" + struct.pack(">H", len(COMMENT) + 2) + COMMENT
        return self.file("in.jpg", jpeg[:2] + comment + jpeg[2:])

    def enhanced(self, name, *options, orientation=1):
        output = self.folder / name
        self.assert_done(cli.run("enhance", self.photo(orientation), "-o", output, *options))
        return output.read_bytes()

    def holds(self, contents, *wanted, without=()):
        for text in wanted:
            self.assertIn(text, contents)
        for text in without:
            self.assertNotIn(text, contents)

    def test_the_place_stays_home_by_default(self):
        for name in ("out.jpg", "out.png", "out.webp"):
            for options in ((), ("--metadata", "minimal")):
                self.holds(self.enhanced(name, *options), RIGHTS,
                           without=(GPS_PLACE, CAMERA, COMMENT))

    def test_keep_keeps_everything(self):
        for name in ("out.jpg", "out.png", "out.webp"):
            self.holds(self.enhanced(name, "--metadata", "keep"), GPS_PLACE, CAMERA, RIGHTS)

    def test_strip_leaves_nothing(self):
        for name in ("out.jpg", "out.png", "out.webp"):
            self.holds(self.enhanced(name, "--metadata", "strip"),
                       without=(GPS_PLACE, CAMERA, RIGHTS, COMMENT, b"Exif", b"eXIf"))

    def test_orientation_is_applied_once_and_then_written_as_one(self):
        upright = cli.run("inspect", self.photo(), "--json").json()
        for orientation in range(1, 9):
            for policy in ("keep", "minimal", "strip"):
                self.enhanced("out.jpg", "--metadata", policy, orientation=orientation)
                given = cli.run("inspect", self.photo(orientation), "--json").json()
                written = cli.run("inspect", self.folder / "out.jpg", "--json").json()
                self.assertEqual(given["orientation"], orientation)
                self.assertEqual(written["orientation"], 1)
                size = (upright["width_px"], upright["height_px"])
                turned = size if orientation <= 4 else size[::-1]
                self.assertEqual((written["width_px"], written["height_px"]), turned)
                self.assertEqual((given["width_px"], given["height_px"]), turned)
