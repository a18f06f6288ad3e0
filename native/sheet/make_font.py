#!/usr/bin/env python3
"""Draws the letters of the comparison sheet once, when limpid is built: make_font.py FOLDER OUT.cpp

FOLDER holds OpenSans-Regular.ttf and OpenSans-Semibold.ttf. OUT.cpp gets coverage bitmaps, so that the program needs
neither a font nor a font library where it runs.
"""

import sys
from pathlib import Path

from PIL import ImageFont

# Of native/sheet/font.hpp, in its order: name, file, size in pixels.
FACES = [
    ("small", "OpenSans-Regular.ttf", 13),
    ("text", "OpenSans-Regular.ttf", 16),
    ("strong", "OpenSans-Semibold.ttf", 16),
    ("title", "OpenSans-Semibold.ttf", 26),
]
# Names of files: Latin, Greek and Cyrillic letters. What is no letter in Open Sans becomes a question mark.
BLOCKS = [(0x20, 0x7E), (0xA0, 0x17F), (0x384, 0x3CE), (0x400, 0x45F)]
LETTERS = [chr(c) for first, last in BLOCKS for c in range(first, last + 1) if chr(c).isprintable()]
CHARACTERS = sorted(LETTERS + list("–→…−"))


def face(path, size):
    """Glyphs of one face: (code, advance in 1/64 px, left, top above the baseline, width, height, coverage)."""
    font = ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
    for character in CHARACTERS:
        advance = round(font.getlength(character) * 64)
        left, top, right, bottom = font.getbbox(character, anchor="ls")
        width, height = right - left, bottom - top
        coverage = b""
        if width > 0 and height > 0:
            mask = font.getmask(character, mode="L")
            width, height = mask.size
            coverage = bytes(mask)
        yield ord(character), advance, left, -top, width, height, coverage


def main(folder, out):
    pixels, glyphs = bytearray(), []
    counts = []
    for _, file, size in FACES:
        rows = list(face(Path(folder) / file, size))
        counts.append(len(rows))
        for code, advance, left, top, width, height, coverage in rows:
            glyphs.append(f"    {{{code}, {advance}, {left}, {top}, {width}, {height}, {len(pixels)}}},")
            pixels += coverage
    if len(set(counts)) != 1:
        sys.exit("make_font.py: the faces have different characters")
    lines = [
        "// Made by native/sheet/make_font.py.",
        '#include "sheet/font.hpp"',
        "",
        "namespace limpid::sheet {",
        f"const int kGlyphsPerFace = {counts[0]};",
        "const Glyph kGlyphs[] = {",
        *glyphs,
        "};",
        "const unsigned char kCoverage[] = {",
    ]
    lines += ["    " + ",".join(map(str, pixels[i:i + 32])) + "," for i in range(0, len(pixels), 32)]
    lines += ["};", "}  // namespace limpid::sheet", ""]
    Path(out).write_text("\n".join(lines))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
