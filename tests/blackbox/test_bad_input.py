"""Hostile and broken images: one line, the documented exit code, and nothing written."""

import concurrent.futures
import os
import struct
import zlib

import cli
import images

# Where a cut file may fail, depending on where the cut is.
CUT_CODES = {"image.empty", "image.unrecognised", "image.truncated", "image.malformed"}


def samples():
    """Small valid files of every format, short enough to be cut at every byte."""
    jpeg = images.photo_jpeg(16, 16)
    rights = images.exif([(0x0112, 3, 1, struct.pack("<H", 6)), (0x8298, 2, 12, b"(c) somebody")])
    return {
        "png": images.photo_png(16, 16),
        "jpeg": jpeg,
        "progressive.jpeg": images.photo_jpeg(16, 16, "--progressive"),
        "exif.jpeg": images.jpeg_with_exif(jpeg, rights),
        "webp": images.photo_webp(16, 16),
        "lossless.webp": images.photo_webp(16, 16, "--lossless"),
    }


class Cut(cli.TestCase):
    def test_every_beginning_of_a_file_is_refused(self):
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for name, whole in samples().items():
                self.assert_done(cli.run("enhance", "-", "-o", "-", stdin=whole))
                ends = cli.places(len(whole))

                def refused(end):
                    return cli.run("enhance", "-", "-o", "-", stdin=whole[:end])

                for end, ran in zip(ends, pool.map(refused, ends)):
                    with self.subTest(file=name, end=end):
                        code = ran.stderr.split(":")[0]
                        self.assertIn(code, CUT_CODES, ran.stderr)
                        self.assert_error(ran, code)
                        self.assertEqual(ran.stdout, b"")

    def test_a_cut_file_leaves_no_output(self):
        for name, whole in samples().items():
            source = self.file(name, whole[: len(whole) // 2])
            self.assert_refused([source], "image.truncated")


class Damaged(cli.TestCase):
    def test_every_flipped_byte_is_refused_or_read_but_never_fatal(self):
        allowed = CUT_CODES | {"image.unsupported", "image.too_large", "image.too_many_frames",
                               "image.metadata_too_large", "image.too_many_scans",
                               "memory.exhausted"}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for name, whole in samples().items():
                places = cli.places(len(whole), 3)

                def enhanced(place):
                    damaged = bytearray(whole)
                    damaged[place] ^= 0xFF
                    return cli.run("enhance", "-", "-o", "-", "-q", stdin=bytes(damaged))

                for place, ran in zip(places, pool.map(enhanced, places)):
                    with self.subTest(file=name, place=place):
                        if ran.status == 0:
                            self.assertEqual(ran.stderr, "")
                            continue
                        code = ran.stderr.split(":")[0]
                        self.assertIn(code, allowed, ran.stderr)
                        self.assert_error(ran, code)

    def test_a_wrong_checksum_is_refused(self):
        whole = bytearray(images.photo_png())
        whole[whole.index(b"IEND") - 5] ^= 1  # the last byte of IDAT's CRC
        self.assert_refused([self.file("in.png", whole)], "image.malformed")


class NotAnImage(cli.TestCase):
    def test_empty_files(self):
        self.assert_refused([self.file("in.jpg", b"")], "image.empty")
        self.assert_refused(["-"], "image.empty", stdin=b"")

    def test_wrong_magic(self):
        for contents in (b"\0", b"GIF89a" + bytes(64), b"BM" + bytes(64), b"%PDF-1.7\n", b"<svg/>",
                         bytes(4096), b"\xff" * 64, b"RIFF\0\0\0\0WAVE" + bytes(32),
                         b"\x89PNG\n\r\x1a\n" + images.photo_png()[8:]):
            with self.subTest(contents[:12]):
                self.assert_refused([self.file("in.jpg", contents)], "image.unrecognised")

    def test_the_name_does_not_decide(self):
        source = self.file("in.jpg", images.photo_png())
        self.assert_done(cli.run("enhance", source, "-o", self.folder / "out"))
        self.assertEqual((self.folder / "out").read_bytes()[:8], images.PNG_MAGIC)

    def test_directories_pipes_and_devices(self):
        (self.folder / "folder.jpg").mkdir()
        self.assert_refused([self.folder / "folder.jpg"], "io.unreadable", "is a directory")
        os.mkfifo(self.folder / "pipe.jpg")
        self.assert_refused([self.folder / "pipe.jpg"], "io.unreadable", "named pipe", "or -")
        self.assert_refused(["/dev/zero"], "io.unreadable", "a device")

    def test_missing_files(self):
        self.assert_refused([self.folder / "none.jpg"], "io.unreadable", "none.jpg", "No such file")
        self.assert_refused([""], "io.unreadable")
        source = self.file("in.jpg", b"x")
        self.assert_refused([source / "in.jpg"], "io.unreadable", "Not a directory")

    def test_standard_input_that_is_a_directory_or_closed(self):
        with_folder = os.open(self.folder, os.O_RDONLY)
        try:
            done = cli.subprocess.run([cli.PROGRAM, "inspect", "-"], stdin=with_folder,
                                      capture_output=True, check=False, timeout=cli.TIMEOUT_S)
        finally:
            os.close(with_folder)
        self.assert_error(cli.Ran(done.returncode, done.stdout, done.stderr), "io.unreadable",
                          "standard input", "Is a directory")
        done = cli.subprocess.run(["sh", "-c", '"$0" inspect - <&-', cli.PROGRAM],
                                  capture_output=True, check=False, timeout=cli.TIMEOUT_S)
        self.assert_error(cli.Ran(done.returncode, done.stdout, done.stderr), "io.unreadable")


class Lies(cli.TestCase):
    def test_sizes_beyond_the_limits(self):
        for width, height, name in ((16385, 1, "max_width_px"), (1, 16385, "max_height_px"),
                                    (10000, 5001, "max_pixels"), (2**31 - 1, 2**31 - 1, "max_")):
            source = self.file("in.png", images.png_file(width, height, zlib.compress(b"")))
            self.assert_refused([source], "image.too_large", name)

    def test_sizes_that_do_not_exist(self):
        for width, height in ((0, 1), (1, 0), (2**31, 1), (2**32 - 1, 2**32 - 1)):
            source = self.file("in.png", images.png_file(width, height, zlib.compress(b"")))
            before = os.listdir(self.folder)
            ran = cli.run("enhance", source, "-o", self.folder / "out.png")
            code = ran.stderr.split(":")[0]
            self.assertIn(code, {"image.malformed", "image.too_large"})
            self.assert_error(ran, code)
            self.assert_only(*before)

    def test_more_rows_promised_than_held(self):
        for width, height in ((300, 300), (16000, 3000)):
            rows = zlib.compress(bytes(1 + 3 * width) * 2)
            ran = cli.run("enhance", self.file("in.png", images.png_file(width, height, rows)),
                          "-o", self.folder / "out.png")
            code = ran.stderr.split(":")[0]
            self.assertIn(code, {"image.truncated", "image.malformed"})
            self.assert_error(ran, code)
            self.assert_only("in.png")

    def test_a_jpeg_that_says_it_is_65535_by_65535(self):
        jpeg = bytearray(images.photo_jpeg(16, 16))
        frame = jpeg.index(b"\xff\xc0")
        jpeg[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
        self.assert_refused([self.file("in.jpg", jpeg)], "image.too_large", "65535")

    def test_a_chunk_that_is_longer_than_the_file(self):
        png = bytearray(images.photo_png())
        struct.pack_into(">I", png, png.index(b"IDAT") - 4, 0x7FFFFFFF)
        self.assert_refused([self.file("in.png", png)], "image.truncated")

    def test_metadata_beyond_the_limit(self):
        source = self.file("in.png", images.photo_png(extra=images.png_chunk(
            b"eXIf", b"II*\0" + bytes(1 << 20))))
        self.assert_refused([source], "image.metadata_too_large", "max_exif_bytes", "1048576")

    def test_files_beyond_the_limit(self):
        png = images.photo_png()
        source = self.file("in.png", png)
        limit = f"max_file_bytes={len(png) - 1}"
        self.assert_refused([source, "--limit", limit], "image.too_large", "max_file_bytes")
        self.assert_refused(["-", "--limit", limit], "image.too_large", "max_file_bytes", stdin=png)
        self.assert_done(cli.run("enhance", "-", "-o", "-", "--limit", f"max_file_bytes={len(png)}",
                                 stdin=png))

    def test_an_endless_standard_input_ends_at_the_limit(self):
        with open("/dev/zero", "rb") as endless:
            ran = cli.run("inspect", "-", stdin=endless)
        self.assert_error(ran, "image.too_large", "max_file_bytes is 52428800")

    def test_a_huge_sparse_file_is_read_to_the_limit_only(self):
        source = self.folder / "in.png"
        with open(source, "wb") as sparse:
            sparse.truncate(1 << 40)
        ran, peak_bytes = cli.run_measured("inspect", source)
        self.assert_error(ran, "image.too_large", "max_file_bytes")
        if not cli.SANITIZED:
            self.assertLess(peak_bytes, 80 << 20)


class Bombs(cli.TestCase):
    def bomb(self):
        source = self.file("bomb.png", images.bomb_png())
        self.assertAlmostEqual(source.stat().st_size, 1.2e6, delta=1e5)
        return source

    def assert_refused_cheaply(self, ran, peak_bytes, code, *parts):
        self.assert_error(ran, code, *parts)
        self.assert_only("bomb.png")
        if not cli.SANITIZED:
            self.assertLess(peak_bytes, 32 << 20)

    def test_a_20000_by_20000_png_of_1_2_mb(self):
        source = self.bomb()
        for command in (("inspect",), ("analyse",), ("enhance", "-o", self.folder / "out.png")):
            ran, peak_bytes = cli.run_measured(*command, source)
            self.assert_refused_cheaply(ran, peak_bytes, "image.too_large", "20000 x 20000",
                                        "16384")

    def test_with_the_size_allowed_memory_still_is_not(self):
        ran, peak_bytes = cli.run_measured(
            "enhance", self.bomb(), "-o", self.folder / "out.png", "--limit", "max_pixels=400M",
            "--limit", "max_width_px=20000", "--limit", "max_height_px=20000")
        code = ran.stderr.split(":")[0]
        self.assertIn(code, {"image.too_large", "memory.exhausted"})
        self.assert_refused_cheaply(ran, peak_bytes, code, "max_memory_bytes", "1073741824")

    def test_a_profile_that_unpacks_to_gigabytes(self):
        compressor = zlib.compressobj(9)
        packed = b"".join([compressor.compress(bytes(1 << 20)) for _ in range(512)])
        profile = b"bomb\0\0" + packed + compressor.flush()
        self.file("bomb.png", images.photo_png(extra=images.png_chunk(b"iCCP", profile)))
        ran, peak_bytes = cli.run_measured("enhance", self.folder / "bomb.png", "-o",
                                           self.folder / "out.png")
        self.assert_refused_cheaply(ran, peak_bytes, "image.metadata_too_large", "max_icc_bytes")
