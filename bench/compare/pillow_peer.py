"""Pillow, as bench/compare measures it: the arguments and the line of JSON are those of native/peer.hpp. It has one thread."""

import io
import json
import resource
import sys
import time
from pathlib import Path

import PIL
from PIL import Image, ImageEnhance, ImageFilter, ImageOps, ImageStat

CROP = 1024
NOTE_LOCAL = "an unsharp mask of 60 px, which is what Pillow has for it"


def gray_world(image):
    means = ImageStat.Stat(image).mean
    grey = sum(means) / 3
    return image.point([min(255, round(level * grey / mean)) for mean in means for level in range(256)])


def levels(image):
    return ImageOps.autocontrast(image, cutoff=1, preserve_tone=True)


def local_contrast(image):
    return image.filter(ImageFilter.UnsharpMask(60, 30, 0))


def saturation(image):
    return ImageEnhance.Color(image).enhance(1.3)


def unsharp(image):
    return image.filter(ImageFilter.UnsharpMask(1.5, 60, 0))


def chain(image):
    return unsharp(saturation(local_contrast(levels(gray_world(image)))))


def scaled(factor):
    return lambda image: image.resize([round(side * factor) for side in image.size], Image.Resampling.LANCZOS)


def encode(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def decode(file):
    image = Image.open(io.BytesIO(file))
    image.load()
    return image


CHAIN = "means+point, autocontrast(1), UnsharpMask(60, 30), Color(1.3), UnsharpMask(1.5, 60)"
# operation -> settings, function, note, starts from the file
OPERATIONS = {
    "gaussian": ("GaussianBlur(1.5)", lambda i: i.filter(ImageFilter.GaussianBlur(1.5)), "three boxes", False),
    "unsharp": ("UnsharpMask(1.5, 60, 0)", unsharp, "three boxes; the three channels, limpid luma", False),
    "local_contrast": ("UnsharpMask(60, 30, 0)", local_contrast, NOTE_LOCAL, False),
    "white_balance": ("ImageStat mean, point", gray_world, "gains of encoded samples, limpid of linear light", False),
    "levels": ("autocontrast(cutoff=1, preserve_tone=True)", levels, "", False),
    "vibrance": ("ImageEnhance.Color(1.3)", saturation, "all colours alike", False),
    "denoise": ("MedianFilter(3)", lambda i: i.filter(ImageFilter.MedianFilter(3)), "another, weaker method", False),
    "up2": ("resize(LANCZOS)", scaled(2), "", False),
    "down2": ("resize(LANCZOS)", scaled(0.5), "", False),
    "chain": (CHAIN, chain, NOTE_LOCAL, False),
    "decode": ("Image.open", decode, "", True),
    "encode": ("save(quality=90)", encode, "", False),
    "jpeg": (CHAIN, lambda file: encode(chain(decode(file))), NOTE_LOCAL, True),
}


def measure(run, rounds, budget_ms):
    """As peer.hpp's."""

    def once():
        cpu = time.process_time()
        start = time.perf_counter()
        result = run()
        wall = time.perf_counter() - start
        return (wall * 1000, (time.process_time() - cpu) * 1000), result

    first, result = once()
    if first[0] > budget_ms:
        return [first], result
    times = []
    for _ in range(min(rounds, max(1, int(budget_ms / first[0])))):
        result = None
        milliseconds, result = once()
        times.append(milliseconds)
    return times, result


def write_output(path, result):
    if isinstance(result, bytes):
        Path(path).write_bytes(result)
        return
    width, height = (min(CROP, side) for side in result.size)
    left, top = (result.width - width) // 2, (result.height - height) // 2
    result.crop((left, top, left + width, top + height)).save(path, "PPM")


def main(pixels, photo, threads, rounds, budget_ms, output, name):
    if name not in OPERATIONS or int(threads) != 1:
        print(json.dumps({"peer": "Pillow", "missing": True}))
        return
    Image.MAX_IMAGE_PIXELS = None
    settings, function, note, from_file = OPERATIONS[name]
    given = Path(photo).read_bytes() if from_file else decode(Path(pixels).read_bytes())
    times, result = measure(lambda: function(given), int(rounds), float(budget_ms))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write_output(output, result)
    wall, cpu = zip(*times, strict=True)
    row = {"peer": "Pillow", "version": PIL.__version__, "op": name, "threads": 1, "settings": settings, "note": note}
    print(json.dumps({**row, "peak_rss_kb": peak, "ms": wall, "cpu_ms": cpu}))


main(*sys.argv[1:])
