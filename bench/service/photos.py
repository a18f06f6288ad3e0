"""photos.py OUT: the inputs of bench/service, once. Needs Debian's python3-pil and budgie-backgrounds (CC0).

  photo.jpg  2000 x 1333, quality 90, 4:2:0
  noise.png  some 20 MB that do not compress
"""

import os
import sys
from pathlib import Path

from PIL import Image, ImageOps

PHOTOS = Path("/usr/share/backgrounds/budgie")
PHOTO_SIZE = (2000, 1333)
NOISE_SIZE = (2600, 2600)


def write(path, image, **options):
    if path.exists():
        return
    part = path.with_name("part" + path.suffix)
    image().save(part, **options)
    part.rename(path)


def photo():
    sources = sorted(PHOTOS.glob("*.jpg"))
    if not sources:
        sys.exit(f"photos.py: no photographs in {PHOTOS}: install budgie-backgrounds")
    with Image.open(sources[0]) as source:
        return ImageOps.fit(source.convert("RGB"), PHOTO_SIZE, Image.Resampling.LANCZOS)


def noise():
    return Image.frombytes("RGB", NOISE_SIZE, os.urandom(3 * NOISE_SIZE[0] * NOISE_SIZE[1]))


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    write(out / "photo.jpg", photo, quality=90, subsampling="4:2:0")
    write(out / "noise.png", noise, compress_level=1)


main(Path(sys.argv[1]))
