"""Makes image files: PNG with the standard library, JPEG and WebP from those with limpid itself."""

import functools
import pathlib
import random
import struct
import tempfile
import zlib

import cli

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
GRAY, RGB = 0, 2


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height, color=RGB, bits=8):
    return png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0))


def png_file(width, height, compressed, color=RGB, extra=b""):
    return (PNG_MAGIC + png_header(width, height, color) + extra
            + png_chunk(b"IDAT", compressed) + png_chunk(b"IEND", b""))


def photo_rows(width, height):
    """Rows of a smooth picture with some texture: dim, warm, and not grey."""
    # A texture that repeats in x keeps making megapixels fast.
    tile = bytearray()
    for x in range(256):
        wave = abs(x - 128)
        noise = (x * 7919 + x * x * 31) % 13
        tile += bytes((40 + wave // 2 + noise, 30 + wave // 3 + noise, 20 + wave // 4 + noise))
    line = bytes(tile) * (width // 256 + 1)
    for y in range(height):
        shift = 3 * (y * 5 % 97)
        yield (line[shift:] + line[:shift])[: width * 3]


@functools.cache
def photo_png(width=48, height=32, extra=b""):
    compressor = zlib.compressobj(1)
    parts = [compressor.compress(b"\0" + row) for row in photo_rows(width, height)]
    return png_file(width, height, b"".join(parts) + compressor.flush(), extra=extra)


@functools.cache
def noise_png(width, height):
    """Nothing compresses it: the file, and what is made of it, is as large as its pixels."""
    row = random.Random(width * height).randbytes
    rows = b"".join(b"\0" + row(3 * width) for _ in range(height))
    return png_file(width, height, zlib.compress(rows, 0))


def converted(png, *options):
    """`png` as limpid writes it with these options, pixels unchanged."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "in.png"), pathlib.Path(folder, "out")
        source.write_bytes(png)
        ran = cli.run("enhance", source, "-o", target, "--strength", "0", *options)
        assert ran.status == 0, ran.stderr
        return target.read_bytes()


@functools.cache
def photo_jpeg(width=48, height=32, *options):
    return converted(photo_png(width, height), "--format", "jpeg", *options)


@functools.cache
def photo_webp(width=48, height=32, *options):
    return converted(photo_png(width, height), "--format", "webp", *options)


@functools.cache
def bomb_png(side=20000):
    """1.2 MB that unpack to side * side RGB pixels, 1.2 GB: a valid file, every checksum right."""
    compressor = zlib.compressobj(6)
    row = bytes(1 + 3 * side)
    parts = [compressor.compress(row) for _ in range(side)]
    return png_file(side, side, b"".join(parts) + compressor.flush())


def exif(entries, byte_order="<"):
    """A TIFF structure with IFD0 entries (tag, type, count, data)."""
    mark = b"II*\0" if byte_order == "<" else b"MM\0*"
    directory = struct.pack(byte_order + "H", len(entries))
    data_at = 8 + 2 + 12 * len(entries) + 4
    data = b""
    for tag, kind, count, value in sorted(entries):
        directory += struct.pack(byte_order + "HHI", tag, kind, count)
        if len(value) <= 4:
            directory += value.ljust(4, b"\0")
        else:
            directory += struct.pack(byte_order + "I", data_at + len(data))
            data += value
    return mark + struct.pack(byte_order + "I", 8) + directory + bytes(4) + data


def jpeg_with_exif(jpeg, tiff):
    body = b"Exif\0\0" + tiff
    assert jpeg[:2] == b"\xff\xd8"
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]
