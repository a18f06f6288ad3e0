"""photo.py OUT: makes the photographs that bench/compare measures with, once: OUT/{1mp,12mp,24mp}.{ppm,jpg}.

Mosaics of the photographs of Debian's budgie-backgrounds (CC0), 4000 x 3000 and 6000 x 4000 (and a small one to try
the driver with): files of camera size with the
content of photographs, which no free set of Debian's has. The PPM holds the pixels that the JPEG (quality 90, 4:2:0)
decodes to. Needs Debian's python3-pil.
"""

import sys
from pathlib import Path

from PIL import Image, ImageOps

PHOTOS = Path("/usr/share/backgrounds/budgie")
SIZES = {"1mp": (1200, 900), "12mp": (4000, 3000), "24mp": (6000, 4000)}
COLUMNS = 3
ROWS = 3


def mosaic(size):
    photos = sorted(PHOTOS.glob("*.jpg"))[: COLUMNS * ROWS]
    if len(photos) < COLUMNS * ROWS:
        sys.exit(f"photo.py: {COLUMNS * ROWS} photographs expected in {PHOTOS}: install budgie-backgrounds")
    image = Image.new("RGB", size)
    for index, path in enumerate(photos):
        column, row = index % COLUMNS, index // COLUMNS
        left, right = (size[0] * edge // COLUMNS for edge in (column, column + 1))
        top, bottom = (size[1] * edge // ROWS for edge in (row, row + 1))
        tile = ImageOps.fit(Image.open(path).convert("RGB"), (right - left, bottom - top), Image.Resampling.LANCZOS)
        image.paste(tile, (left, top))
    return image


def main(out):
    for name, size in SIZES.items():
        jpeg = out / f"{name}.jpg"
        if (out / f"{name}.ppm").exists():
            continue
        mosaic(size).save(jpeg, quality=90, subsampling="4:2:0")
        with Image.open(jpeg) as decoded:
            decoded.save(out / f"{name}.part", "PPM")
        (out / f"{name}.part").rename(out / f"{name}.ppm")


main(Path(sys.argv[1]))
