#!/usr/bin/python3
"""Make files that lie: tests/data/make_hostile.py [--large] FOLDER

Without --large: the tiny files committed in tests/data/hostile, and expected.txt, which says what limpid must answer to
each (an error code, or "ok"). With --large: bombs too big to commit, for tests that make them on the spot; that needs
nothing but Python's own library.
"""
import os
import struct
import sys
import zlib

FOLDER = None
EXPECTED = []


def save(name, expected, data):
    with open(os.path.join(FOLDER, name), "wb") as f:
        f.write(data)
    EXPECTED.append(f"{name} {expected}\n")


def chunk(name, data, crc=None):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data) if crc is None else crc)


SIGNATURE = b"\x89PNG\r\n\x1a\n"
IEND = chunk(b"IEND", b"")


def ihdr(w, h, depth=8, color=2, interlace=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, interlace))


def idat(w, h, channels=3):
    return chunk(b"IDAT", zlib.compress((b"\0" + bytes(w * channels)) * h, 9))


def tiny_png(*extra, after=()):
    return SIGNATURE + ihdr(4, 4) + b"".join(extra) + idat(4, 4) + b"".join(after) + IEND


def deflated_zeros(count):
    """zlib stream of `count` zeros without holding them."""
    z, out = zlib.compressobj(9), []
    block = bytes(1 << 20)
    for _ in range(count >> 20):
        out.append(z.compress(block))
    out += [z.compress(bytes(count & 0xFFFFF)), z.flush()]
    return b"".join(out)


def flat_png(side):
    """A square grey PNG: its pixels deflate a thousand times."""
    return SIGNATURE + ihdr(side, side, 8, 2) + chunk(b"IDAT", deflated_zeros(side * (1 + 3 * side))) + IEND


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def tiff(entries, order="<", first=8, extra=b""):
    data = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, first) + bytes(first - 8)
    data += struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        data += struct.pack(order + "HHII", tag, kind, count, value)
    return data + struct.pack(order + "I", 0) + extra


def pngs():
    save("zero-width.png", "image.malformed", SIGNATURE + ihdr(0, 4) + idat(1, 4) + IEND)
    save("zero-height.png", "image.malformed", SIGNATURE + ihdr(4, 0) + idat(4, 1) + IEND)
    save("claims-20000.png", "image.too_large", SIGNATURE + ihdr(20000, 20000) + idat(4, 4) + IEND)
    save("claims-16000.png", "image.too_large", SIGNATURE + ihdr(16000, 16000) + idat(4, 4) + IEND)
    save("claims-2-31.png", "image.too_large", SIGNATURE + ihdr(0x7FFFFFFF, 0x7FFFFFFF) + idat(4, 4) + IEND)
    save("too-few-rows.png", "image.malformed", SIGNATURE + ihdr(4, 400) + idat(4, 4) + IEND)
    save("too-many-rows.png", "image.malformed", SIGNATURE + ihdr(4, 4) + idat(4, 400) + IEND)
    save("bad-depth.png", "image.malformed", SIGNATURE + ihdr(4, 4, 3) + idat(4, 4) + IEND)
    save("bad-interlace.png", "image.malformed", SIGNATURE + ihdr(4, 4, interlace=2) + idat(4, 4) + IEND)
    save("no-pixels.png", "image.malformed", SIGNATURE + ihdr(4, 4) + IEND)
    save("no-palette.png", "image.malformed", SIGNATURE + ihdr(4, 4, 8, 3) + idat(4, 4, 1) + IEND)
    save("two-headers.png", "image.malformed", SIGNATURE + ihdr(4, 4) + ihdr(9, 9) + idat(4, 4) + IEND)
    palette = chunk(b"PLTE", bytes(3))
    beyond = chunk(b"IDAT", zlib.compress(b"\0\0\0\0\7" * 4))
    # Black, as everywhere: libpng keeps its palette zeroed.
    save("index-beyond-palette.png", "ok", SIGNATURE + ihdr(4, 4, 8, 3) + palette + beyond + IEND)
    save("chunk-length.png", "image.malformed", SIGNATURE + ihdr(4, 4) + b"\xff\xff\xff\xffIDAT")
    save("wrong-crc-pixels.png", "image.malformed", tiny_png().replace(idat(4, 4), idat(4, 4)[:-1] + b"!"))
    save("wrong-crc-text.png", "image.malformed", tiny_png(chunk(b"tEXt", b"a\0b", crc=1)))
    save("wrong-crc-unknown.png", "image.malformed", tiny_png(chunk(b"prVt", b"x", crc=1)))
    wrong_adler = zlib.compress(b"\0" * 13 * 4)[:-1] + b"!"
    save("wrong-adler.png", "image.malformed", SIGNATURE + ihdr(4, 4) + chunk(b"IDAT", wrong_adler) + IEND)
    save("bad-filter.png", "image.malformed", SIGNATURE + ihdr(4, 4) + chunk(b"IDAT", zlib.compress(b"\x09" + bytes(51))) + IEND)
    save("icc-bomb.png", "image.metadata_too_large", tiny_png(chunk(b"iCCP", b"x\0\0" + deflated_zeros(3 << 20))))
    save("icc-damaged.png", "image.malformed", tiny_png(chunk(b"iCCP", b"x\0\0" + b"\x78\x9cgarbage")))
    save("icc-no-name-end.png", "image.malformed", tiny_png(chunk(b"iCCP", b"x" * 90)))
    save("xmp-bomb.png", "image.metadata_too_large", tiny_png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + deflated_zeros(3 << 20))))
    save("ztxt-bomb.png", "ok", tiny_png(chunk(b"zTXt", b"Comment\0\0" + deflated_zeros(3 << 20))))
    save("unknown-critical.png", "image.malformed", tiny_png(chunk(b"QQQQ", b"x")))
    animation = chunk(b"acTL", struct.pack(">II", 2, 0))
    save("animated.png", "image.too_many_frames", tiny_png(animation))
    frame = chunk(b"fcTL", bytes(26))
    save("animated-lie.png", "image.too_many_frames", tiny_png(chunk(b"acTL", struct.pack(">II", 1, 0)), frame, after=[frame, frame]))
    save("text-before-magic.png", "image.unrecognised", b"x" + tiny_png())
    save("trailing-bytes.png", "ok", tiny_png() + b"appended by somebody")


def exifs(jpeg):
    with_exif = lambda exif: jpeg[:2] + segment(0xE1, b"Exif\0\0" + exif) + jpeg[2:]
    orientation = (0x0112, 3, 1, 6)
    cycle = tiff([orientation, (0x8769, 4, 1, 8)])
    save("exif-cycle.jpg", "ok", with_exif(cycle[:-4] + struct.pack("<I", 8)))
    save("exif-count-lies.jpg", "ok", with_exif(b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", *orientation)))
    save("exif-odd-offset.jpg", "ok", with_exif(tiff([orientation], first=13)))
    save("exif-first-outside.jpg", "ok", with_exif(b"MM\0*\xff\xff\xff\xff" + bytes(40)))
    save("exif-value-outside.jpg", "ok", with_exif(tiff([(0x8298, 2, 0xFFFFFFFF, 4), orientation])))
    save("exif-orientation-9.jpg", "ok", with_exif(tiff([(0x0112, 3, 1, 9)])))
    save("exif-empty.jpg", "ok", with_exif(b""))


def jpegs():
    """From the 7 x 5 picture, edited by hand."""
    import subprocess

    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "sizes/7x5.jpg"), "rb") as f:
        jpeg = f.read()
    frame = jpeg.index(b"\xff\xc0")
    patched = lambda at, *values: jpeg[:at] + bytes(values) + jpeg[at + len(values) :]
    save("lossless.jpg", "image.unsupported", patched(frame + 1, 0xC3))
    save("arithmetic.jpg", "image.unsupported", patched(frame + 1, 0xC9))
    save("twelve-bit.jpg", "image.unsupported", patched(frame + 4, 12))
    save("zero-height.jpg", "image.malformed", patched(frame + 5, 0, 0))
    save("zero-width.jpg", "image.malformed", patched(frame + 7, 0, 0))
    save("claims-65535.jpg", "image.too_large", patched(frame + 5, 255, 255, 255, 255))
    save("claims-more-rows.jpg", "image.malformed", patched(frame + 5, 0x0F, 0xFF))
    save("two-components.jpg", "image.malformed", patched(frame + 9, 2))
    save("sampling-0.jpg", "image.malformed", patched(frame + 11, 0))
    save("two-frames.jpg", "image.malformed", jpeg[:frame] + jpeg[frame : frame + 19] + jpeg[frame:])
    scan = jpeg.index(b"\xff\xda")
    save("no-frame.jpg", "image.malformed", jpeg[:frame] + jpeg[frame + 19 :])
    save("no-image.jpg", "image.malformed", b"\xff\xd8\xff\xd9")
    save("no-tables.jpg", "image.malformed", jpeg[:2] + jpeg[frame : frame + 19] + jpeg[scan:])
    save("padding-between-segments.jpg", "ok", jpeg[:frame] + b"\0\0\xff\xff" + jpeg[frame:])
    save("trailing-bytes.jpg", "ok", jpeg + b"appended by somebody")
    save("no-end.jpg", "image.truncated", jpeg[:-2])
    save("short-segment.jpg", "image.malformed", jpeg[:2] + b"\xff\xe5\0\1" + jpeg[2:])
    exifs(jpeg)

    # A progressive file in which the first AC scan comes again and again, each time with the same coefficients.
    ppm = b"P6 8 8 255\n" + bytes(range(192))
    progressive = subprocess.run(["cjpeg", "-progressive"], input=ppm, stdout=subprocess.PIPE, check=True).stdout
    scan = progressive.index(b"\xff\xda", progressive.index(b"\xff\xda") + 2)
    end = progressive.index(b"\xff\xc4", scan)  # the tables of the next scan
    once = progressive.count(b"\xff\xda")
    with_scans = lambda n: progressive[:scan] + progressive[scan:end] * (n - once + 1) + progressive[end:]
    save("scans-100.jpg", "ok", with_scans(100))
    save("scan-bomb.jpg", "image.too_many_scans", with_scans(2000))


def webps():
    here = os.path.dirname(os.path.abspath(__file__))
    from io import BytesIO

    from PIL import Image

    def encode(image, **options):
        out = BytesIO()
        image.save(out, "WEBP", **options)
        return out.getvalue()

    image = Image.linear_gradient("L").resize((9, 6)).convert("RGB")
    lossy, lossless = encode(image, quality=80), encode(image, lossless=True)
    save("animated.webp", "image.too_many_frames", encode(image, save_all=True, append_images=[image.rotate(180)], duration=100))
    size = len(lossy) - 8
    resized = lambda n: lossy[:4] + struct.pack("<I", n & 0xFFFFFFFF) + lossy[8:]
    save("riff-too-long.webp", "image.truncated", resized(size + 2))
    save("riff-huge.webp", "image.truncated", resized(0xFFFFFFFE))
    save("riff-too-short.webp", "image.truncated", resized(size - 8))
    save("riff-zero.webp", "image.malformed", resized(0))
    save("trailing-bytes.webp", "ok", lossy + b"appended by somebody")
    vp8x = lambda w, h, flags=0: b"VP8X" + struct.pack("<II", 10, flags) + (w - 1).to_bytes(3, "little") + (h - 1).to_bytes(3, "little")
    riff = lambda body: b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    save("canvas-lies.webp", "image.malformed", riff(vp8x(10, 6) + lossy[12:]))
    save("canvas-16383.webp", "image.too_large", riff(vp8x(16383, 16383) + lossy[12:]))
    save("canvas-2-24.webp", "image.too_large", riff(vp8x(1 << 24, 1 << 24) + lossy[12:]))
    save("no-image.webp", "image.malformed", riff(vp8x(9, 6)))
    save("two-images.webp", "image.malformed", riff(lossless[12:] + lossless[12:]))
    save("not-a-key-frame.webp", "image.malformed", lossy[:20] + bytes([lossy[20] | 1]) + lossy[21:])
    save("lossless-version.webp", "image.malformed", lossless[:24] + bytes([lossless[24] | 0xE0]) + lossless[25:])
    save("icc-too-large.webp", "image.truncated", riff(vp8x(9, 6, 0x20) + b"ICCP\xff\xff\xff\x7f" + lossy[12:]))
    save("alpha-flag-without-alpha.webp", "ok", riff(vp8x(9, 6, 0x10) + lossy[12:]))


def others():
    save("empty.jpg", "image.empty", b"")
    save("text.jpg", "image.unrecognised", b"this is not a picture\n")
    save("gif.png", "image.unrecognised", b"GIF89a\1\0\1\0\0\0\0;")
    save("riff-wave.webp", "image.unrecognised", b"RIFF\x24\0\0\0WAVEfmt ")
    save("svg.png", "image.unrecognised", b"<svg xmlns='http://www.w3.org/2000/svg'/>")


def large():
    save("bomb-20000.png", "image.too_large", flat_png(20000))
    save("bomb-7000.png", "ok", flat_png(7000))
    save("ztxt-100-mb.png", "ok", tiny_png(chunk(b"zTXt", b"Comment\0\0" + deflated_zeros(100 << 20))))
    save("icc-100-mb.png", "image.metadata_too_large", tiny_png(chunk(b"iCCP", b"x\0\0" + deflated_zeros(100 << 20))))
    save("exif-2-mb.png", "image.metadata_too_large", tiny_png(chunk(b"eXIf", b"II*\0\x08\0\0\0" + bytes(2 << 20))))
    save("text-2-mb.png", "image.metadata_too_large", tiny_png(*[chunk(b"tEXt", b"Comment\0" + b"x" * 65536)] * 32))


def main():
    global FOLDER
    arguments = sys.argv[1:]
    want_large = "--large" in arguments
    folders = [a for a in arguments if not a.startswith("--")]
    if len(folders) != 1:
        sys.exit(__doc__)
    FOLDER = folders[0]
    os.makedirs(FOLDER, exist_ok=True)
    if want_large:
        large()
    else:
        pngs()
        jpegs()
        webps()
        others()
    with open(os.path.join(FOLDER, "expected.txt"), "w") as f:
        f.writelines(sorted(EXPECTED))


if __name__ == "__main__":
    main()
