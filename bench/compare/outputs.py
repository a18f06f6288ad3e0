"""outputs.py JOBS.json: what each peer made of the photograph, beside limpid's and beside the photograph. Runs in build/peers-root.

A job is {"output", "reference" or null, "input" or null, "size"}: paths of PPM or JPEG files. Prints, for each, {"psnr_db":
against the reference, "change": mean difference from the input in levels}. Pixels are the photograph's middle, as peers
write it; of a JPEG the middle is taken here.
"""

import json
import math
import sys
from pathlib import Path

import numpy
from PIL import Image

CROP = 1024


def middle_of(path):
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(path) as image:
        width, height = (min(CROP, side) for side in image.size)
        left, top = (image.width - width) // 2, (image.height - height) // 2
        return numpy.asarray(image.convert("RGB").crop((left, top, left + width, top + height)), dtype=numpy.float32)


def psnr_db(a, b):
    if a.shape != b.shape:
        return 0.0
    mean_square = float(((a - b) ** 2).mean())
    return 99.0 if mean_square == 0 else min(99.0, 10 * math.log10(255**2 / mean_square))


def look_at(job):
    output = middle_of(job["output"])
    result = {}
    if job["reference"]:
        result["psnr_db"] = round(psnr_db(output, middle_of(job["reference"])), 2)
    if job["input"]:
        given = middle_of(job["input"])
        result["change"] = round(float(abs(output - given).mean()), 3) if output.shape == given.shape else None
    return result


print(json.dumps([look_at(job) for job in json.loads(Path(sys.argv[1]).read_text())]))
