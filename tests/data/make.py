#!/usr/bin/python3
"""Make the test images in this folder: tests/data/make.py

Needs Debian's budgie-backgrounds, python3-pil and libjpeg-turbo-progs (cjpeg). Not run by the tests: the results are
committed, so that their digests mean something. Run it again only to add files; encoders of another version may write
other bytes.
"""
import io
import os
import struct
import subprocess
import zlib

from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
BACKGROUNDS = "/usr/share/backgrounds/budgie"

# Different kinds of light, colour and detail.
PHOTOS = {
    "beacon-street-sunset": 640,  # low sun, deep shadows
    "canyon-wren": 640,  # one subject, blurred background
    "casa-mila": 600,  # fine stone detail
    "lake-sherburne": 600,  # landscape, haze
    "oakland-zoo-otters": 560,  # animals, water
    "piazza-gae-aulenti": 640,  # architecture at night
    "roman-colosseum": 560,  # crowd, daylight
    "tea-gardens": 520,  # saturated green
}

SIZES = [(1, 1), (1, 37), (41, 1), (7, 5), (31, 17), (127, 61), (257, 129)]


def save(name, data):
    path = os.path.join(HERE, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def background(name):
    return Image.open(f"{BACKGROUNDS}/{name}.jpg").convert("RGB")


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 90, **options})
    return out.getvalue()


def webp(image, **options):
    out = io.BytesIO()
    image.save(out, "WEBP", **options)
    return out.getvalue()


def cjpeg(image, *options):
    ppm = io.BytesIO()
    image.save(ppm, "PPM")
    return subprocess.run(["cjpeg", "-quality", "90", *options], input=ppm.getvalue(), stdout=subprocess.PIPE, check=True).stdout


# --- PNG, written by hand: Pillow has neither 16-bit RGB nor every palette depth -------------------------------------

GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pack_row(samples, depth):
    if depth == 16:
        return struct.pack(f">{len(samples)}H", *samples)
    if depth == 8:
        return bytes(samples)
    row, used, byte = bytearray(), 0, 0
    for s in samples:
        byte, used = byte << depth | s, used + depth
        if used == 8:
            row.append(byte)
            byte, used = 0, 0
    if used:
        row.append(byte << (8 - used))
    return bytes(row)


def filtered(row, above, bpp, kind):
    """PNG filter type `kind` of a packed row; all five are used in turn, so that decoders meet them all."""
    out = bytearray()
    for i, v in enumerate(row):
        a = row[i - bpp] if i >= bpp else 0
        b = above[i]
        c = above[i - bpp] if i >= bpp else 0
        p = a + b - c
        paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        out.append((v - (0, a, b, (a + b) // 2, paeth)[kind]) & 255)
    return bytes([kind]) + bytes(out)


def png(width, height, depth, color_type, pixel, interlaced=False, before=(), after=()):
    """`pixel(x, y)` gives the samples; `before` and `after` are chunks before and after the pixels."""
    bpp = max(1, CHANNELS[color_type] * depth // 8)
    data = bytearray()
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        above = None
        for n, y in enumerate(range(y0, height, dy)):
            row = pack_row([s for x in range(x0, width, dx) for s in pixel(x, y)], depth)
            if not row:
                continue
            data += filtered(row, above or bytes(len(row)), bpp, n % 5)
            above = row
    head = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    parts = [chunk(b"IHDR", head), *before]
    parts.append(chunk(b"IDAT", zlib.compress(bytes(data), 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + b"".join(after) + chunk(b"IEND", b"")


# --- metadata, written by hand ---------------------------------------------------------------------------------------


def s15(value):
    return struct.pack(">i", round(value * 65536))


def icc(space, primaries, description):
    """A small ICC v2 matrix or grey profile with gamma 2.2 curves."""
    xyz = lambda v: b"XYZ " + bytes(4) + b"".join(map(s15, v))
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    text = description.encode() + b"\0"
    desc = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    desc += bytes(-len(desc) % 4)
    tags = [(b"desc", desc), (b"cprt", b"text" + bytes(4) + b"CC0\0"), (b"wtpt", xyz((0.9642, 1.0, 0.8249)))]
    if space == b"GRAY":
        tags.append((b"kTRC", curve))
    else:
        tags += [(n, xyz(v)) for n, v in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries)]
        tags += [(n, curve) for n in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    size = at + len(body)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02400000, b"mntr", space, b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + s15(0.9642) + s15(1.0) + s15(0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


# Display P3 primaries, adapted to D50 (as in Apple's and colord's profiles).
P3 = icc(b"RGB ", [(0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)], "limpid test P3")
GRAY_PROFILE = icc(b"GRAY", None, "limpid test grey")


class Tiff:
    """Writes an EXIF block; entries are (tag, type, count, value bytes)."""

    def __init__(self, little):
        self.order = "<" if little else ">"
        self.data = bytearray((b"II" if little else b"MM") + struct.pack(self.order + "HI", 42, 8))

    def short(self, tag, value):
        return tag, 3, 1, struct.pack(self.order + "H", value)

    def long(self, tag, value):
        return tag, 4, 1, struct.pack(self.order + "I", value)

    def text(self, tag, value):
        return tag, 2, len(value) + 1, value + b"\0"

    def ifd(self, entries, next_ifd=0):
        at = len(self.data)
        values = at + 2 + 12 * len(entries) + 4
        table, extra = struct.pack(self.order + "H", len(entries)), b""
        for tag, kind, count, value in entries:
            if len(value) > 4:
                field = struct.pack(self.order + "I", values + len(extra))
                extra += value + b"\0" * (len(value) % 2)
            else:
                field = value.ljust(4, b"\0")
            table += struct.pack(self.order + "HHI", tag, kind, count) + field
        self.data += table + struct.pack(self.order + "I", next_ifd) + extra
        return at


def simple_exif(orientation, little=True):
    tiff = Tiff(little)
    tiff.ifd([tiff.short(0x0112, orientation)])
    return bytes(tiff.data)


def full_exif(orientation, little, size, thumbnail):
    """Camera-like: copyright, EXIF and GPS directories, thumbnail in a second directory."""
    for attempt in range(2):  # the first pass finds the offsets
        tiff = Tiff(little)
        rational = lambda tag, *v: (tag, 5, len(v), struct.pack(tiff.order + f"{2 * len(v)}I", *(n for x in v for n in (x, 1))))
        at = locals().get("offsets", (0, 0, 0, 0))
        main = tiff.ifd(
            [
                tiff.text(0x010F, b"limpid"),
                tiff.short(0x0112, orientation),
                tiff.text(0x8298, b"(c) 2026 A. Photographer"),
                tiff.long(0x8769, at[0]),
                tiff.long(0x8825, at[1]),
            ],
            at[2],
        )
        exif_at = tiff.ifd([tiff.long(0xA002, size[0]), tiff.long(0xA003, size[1])])
        gps_at = tiff.ifd([tiff.text(0x0001, b"N"), rational(0x0002, 52, 31, 12), tiff.text(0x0003, b"E"), rational(0x0004, 13, 24, 36)])
        thumb_at = tiff.ifd([tiff.long(0x0201, at[3]), tiff.long(0x0202, len(thumbnail))])
        offsets = (exif_at, gps_at, thumb_at, len(tiff.data))
    return bytes(tiff.data) + thumbnail


def xmp(orientation):
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="{orientation}"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">limpid</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def with_segments(file, *segments):
    """Behind SOI and JFIF."""
    at = 2
    if file[2:4] == b"\xff\xe0":
        at = 4 + struct.unpack(">H", file[4:6])[0]
    return file[:at] + b"".join(segments) + file[at:]


def exif_segment(exif):
    return segment(0xE1, b"Exif\0\0" + exif)


def xmp_segment(packet):
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def icc_segments(profile, part=65519):
    parts = [profile[i : i + part] for i in range(0, len(profile), part)]
    return [segment(0xE2, b"ICC_PROFILE\0" + bytes([n + 1, len(parts)]) + p) for n, p in enumerate(parts)]


def webp_chunk(name, data):
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


# --- the files -------------------------------------------------------------------------------------------------------


def photos():
    for name, width in PHOTOS.items():
        image = background(name)
        height = round(image.height * width / image.width)
        small = image.resize((width, height), Image.LANCZOS)
        for quality in range(90, 60, -2):
            data = jpeg(small, quality=quality, subsampling="4:2:0", optimize=True)
            if len(data) <= 110_000:
                break
        save(f"photos/{name}.jpg", data)


def sizes(base):
    for w, h in SIZES:
        image = base.resize((w, h), Image.LANCZOS)
        px = image.load()
        save(f"sizes/{w}x{h}.png", png(w, h, 8, RGB, lambda x, y: px[x, y]))
        save(f"sizes/{w}x{h}.jpg", jpeg(image))


def pngs(image):
    w, h = image.size
    px = image.load()
    gray_image = image.convert("L")
    gray = gray_image.load()
    alpha = lambda x, y: min(255, 4 * x + 2 * y)
    wide = lambda x, y, v: min(65535, v * 257 + (x * 7 + y * 13) % 200)  # uses the low byte

    save("png/gray.png", png(w, h, 8, GRAY, lambda x, y: (gray[x, y],), before=[chunk(b"iCCP", b"grey\0\0" + zlib.compress(GRAY_PROFILE))]))
    save("png/gray-alpha.png", png(w, h, 8, GRAY_ALPHA, lambda x, y: (gray[x, y], alpha(x, y))))
    save("png/rgb.png", png(w, h, 8, RGB, lambda x, y: px[x, y]))
    save("png/rgba.png", png(w, h, 8, RGBA, lambda x, y: (*px[x, y], alpha(x, y))))
    save("png/gray16.png", png(w, h, 16, GRAY, lambda x, y: (wide(x, y, gray[x, y]),)))
    save("png/gray-alpha16.png", png(w, h, 16, GRAY_ALPHA, lambda x, y: (wide(x, y, gray[x, y]), wide(x, y, alpha(x, y)))))
    save("png/rgb16.png", png(w, h, 16, RGB, lambda x, y: [wide(x, y, v) for v in px[x, y]]))
    save("png/rgba16.png", png(w, h, 16, RGBA, lambda x, y: [wide(x, y, v) for v in (*px[x, y], alpha(x, y))]))
    for depth in 1, 2, 4:
        save(f"png/gray{depth}.png", png(w, h, depth, GRAY, lambda x, y: (gray[x, y] >> (8 - depth),)))
    for depth in 1, 2, 4, 8:
        reduced = image.quantize(1 << depth, dither=Image.Dither.NONE)
        index, table = reduced.load(), reduced.getpalette()[: 3 << depth]
        plte = chunk(b"PLTE", bytes(table))
        save(f"png/palette{depth}.png", png(w, h, depth, PALETTE, lambda x, y: (index[x, y],), before=[plte]))
        trns = chunk(b"tRNS", bytes([0, 128] if depth < 8 else range(0, 256, 2)))
        save(f"png/palette{depth}-trns.png", png(w, h, depth, PALETTE, lambda x, y: (index[x, y],), before=[plte, trns]))
    save("png/gray-trns.png", png(w, h, 8, GRAY, lambda x, y: (gray[x, y],), before=[chunk(b"tRNS", struct.pack(">H", gray[5, 5]))]))
    save("png/gray2-trns.png", png(w, h, 2, GRAY, lambda x, y: (gray[x, y] >> 6,), before=[chunk(b"tRNS", struct.pack(">H", 2))]))
    save("png/rgb-trns.png", png(w, h, 8, RGB, lambda x, y: px[x, y], before=[chunk(b"tRNS", struct.pack(">3H", *px[5, 5]))]))
    key = [wide(5, 5, v) for v in px[5, 5]]
    save("png/rgb16-trns.png", png(w, h, 16, RGB, lambda x, y: [wide(x, y, v) for v in px[x, y]], before=[chunk(b"tRNS", struct.pack(">3H", *key))]))
    save("png/rgb-interlaced.png", png(w, h, 8, RGB, lambda x, y: px[x, y], interlaced=True))
    save("png/rgba16-interlaced.png", png(w, h, 16, RGBA, lambda x, y: [wide(x, y, v) for v in (*px[x, y], alpha(x, y))], interlaced=True))
    save("png/gray1-interlaced.png", png(w, h, 1, GRAY, lambda x, y: (gray[x, y] >> 7,), interlaced=True))
    itxt = lambda packet: chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)
    zipped = chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp(6)))
    p3 = chunk(b"iCCP", b"P3\0\0" + zlib.compress(P3))
    gama = chunk(b"gAMA", struct.pack(">I", 100000))
    exif = lambda little: chunk(b"eXIf", simple_exif(6, little))
    save("png/metadata.png", png(w, h, 8, RGB, lambda x, y: px[x, y], before=[gama, p3, exif(True), itxt(xmp(6))]))
    save("png/metadata-late.png", png(w, h, 8, RGB, lambda x, y: px[x, y], before=[p3], after=[exif(False), zipped]))


def cmyk_planes(image):
    """Naive separation with some black, so that all four inks matter."""
    c, m, y = (plane.point(lambda v: 255 - v) for plane in image.split())
    k = Image.new("L", image.size)
    px, cp, mp, yp = k.load(), c.load(), m.load(), y.load()
    for j in range(image.height):
        for i in range(image.width):
            px[i, j] = min(cp[i, j], mp[i, j], yp[i, j]) // 2
            scale = 255 - px[i, j]
            for plane in cp, mp, yp:
                plane[i, j] = min(255, (plane[i, j] - px[i, j]) * 255 // scale)
    return c, m, y, k


def without_segment(file, marker):
    at = file.index(bytes([0xFF, marker]))
    return file[:at] + file[at + 2 + struct.unpack(">H", file[at + 2 : at + 4])[0] :]


def jpegs(image):
    save("jpeg/gray.jpg", with_segments(jpeg(image.convert("L")), *icc_segments(GRAY_PROFILE)))
    for name, sample in {"444": "1x1", "422": "2x1", "420": "2x2", "440": "1x2", "411": "4x1"}.items():
        save(f"jpeg/{name}.jpg", cjpeg(image, "-sample", sample))
    save("jpeg/progressive.jpg", cjpeg(image, "-progressive"))
    save("jpeg/progressive-gray.jpg", cjpeg(image.convert("L"), "-progressive", "-grayscale"))
    save("jpeg/restart.jpg", cjpeg(image, "-restart", "3B"))
    save("jpeg/rgb.jpg", cjpeg(image, "-rgb"))

    # Pillow writes CMYK inverted, with Adobe's segment.
    inks = cmyk_planes(image)
    adobe = jpeg(Image.merge("CMYK", inks))
    save("jpeg/cmyk-adobe.jpg", adobe)
    plain = jpeg(Image.merge("CMYK", [plane.point(lambda v: 255 - v) for plane in inks]))
    save("jpeg/cmyk-plain.jpg", without_segment(plain, 0xEE))
    # YCCK is YCbCr of the inverted stored CMY, and K. Pillow cannot write it: give the planes as CMYK
    # (inverted once more, because Pillow inverts) and say YCCK in Adobe's segment.
    stored = [plane.point(lambda v: 255 - v) for plane in inks]
    ycc = Image.merge("RGB", [plane.point(lambda v: 255 - v) for plane in stored[:3]]).convert("YCbCr").split()
    ycck = jpeg(Image.merge("CMYK", [plane.point(lambda v: 255 - v) for plane in (*ycc, stored[3])]))
    at = ycck.index(b"Adobe") + 11
    save("jpeg/ycck.jpg", ycck[:at] + b"\2" + ycck[at + 1 :])

    # Two parts, out of order: the numbers decide.
    parts = icc_segments(P3, 300)
    save("jpeg/p3.jpg", with_segments(jpeg(image, quality=92), *reversed(parts)))
    thumbnail = jpeg(image.resize((24, 16)), quality=60)
    turned = image.transpose(Image.Transpose.ROTATE_90)  # orientation 6 turns it back
    full = full_exif(6, False, turned.size, thumbnail)
    save("jpeg/exif-gps-thumbnail.jpg", with_segments(jpeg(turned), exif_segment(full), xmp_segment(xmp(6))))
    little = full_exif(8, True, image.size, thumbnail)
    save("jpeg/exif-little-endian.jpg", with_segments(jpeg(image.transpose(Image.Transpose.ROTATE_270)), exif_segment(little)))


# What was done to the upright picture to store it under this orientation.
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def orientations(image):
    for orientation, method in STORED_AS.items():
        stored = image.transpose(method) if method is not None else image
        data = with_segments(jpeg(stored, quality=95, subsampling="4:4:4"), exif_segment(simple_exif(orientation, orientation % 2 == 0)))
        save(f"orientation/{orientation}.jpg", data)
        px = stored.load()
        save(f"orientation/{orientation}.png", png(*stored.size, 8, RGB, lambda x, y: px[x, y], before=[chunk(b"eXIf", simple_exif(orientation))]))


def webps(image):
    alpha = Image.new("L", image.size)
    alpha.putdata([min(255, 4 * x + 2 * y) for y in range(image.height) for x in range(image.width)])
    rgba = image.copy()
    rgba.putalpha(alpha)
    save("webp/lossy.webp", webp(image, quality=85))
    save("webp/lossless.webp", webp(image, lossless=True))
    save("webp/lossy-alpha.webp", webp(rgba, quality=85))
    save("webp/lossless-alpha.webp", webp(rgba, lossless=True, exact=True))
    turned = image.transpose(Image.Transpose.ROTATE_90)
    save("webp/metadata.webp", webp(turned, quality=85, icc_profile=P3, exif=simple_exif(6), xmp=xmp(6)))
    save("webp/exif-prefix.webp", webp(turned, quality=85, exif=b"Exif\0\0" + simple_exif(6, False)))


def main():
    photos()
    crop = background("oakland-zoo-otters")
    sizes(ImageOps.fit(crop, (514, 258)))
    small = ImageOps.fit(crop, (90, 58), Image.LANCZOS)
    jpegs(ImageOps.fit(crop, (202, 134), Image.LANCZOS))
    pngs(small)
    webps(ImageOps.fit(crop, (150, 100), Image.LANCZOS))
    orientations(ImageOps.fit(crop, (83, 47), Image.LANCZOS))


if __name__ == "__main__":
    main()
