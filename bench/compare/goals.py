"""The goals for speed and size, and what a run says about each. `figures` is report.Figures."""

from dataclasses import dataclass
from typing import Callable

NODE_24 = ("node", "chain", "24mp")
NATIVE_24 = ("native", "chain", "24mp")


@dataclass(frozen=True)
class Goal:
    id: str
    claim: str
    must: str
    judge: Callable  # figures -> list of (measured value or None, bound, 'least' | 'most', what)
    next_idea: str


def _chain(f):
    return [
        (f.ratio(*NATIVE_24, threads, peer), bound, "least", f"{peer} {threads}T")
        for threads in (1, 2)
        for peer, bound in (("OpenCV", 5), ("OpenCV quality", 7))
    ]


def _others(f):
    return [(f.ratio(*NATIVE_24, 1, p), 15, "least", p) for p in ("libvips", "sharp", "Pillow", "ImageMagick")]


def _wasm_peers(f):
    return [
        (f.ratio(*NODE_24, 1, "opencv.js"), 10, "least", "opencv.js 1T"),
        (f.ratio(*NODE_24, 2, "wasm-vips"), 8, "least", "wasm-vips 2T"),
    ]


def _wasm_to_native(f):
    wasm = f.time(*NODE_24, 1, "limpid")
    return [
        (f.quotient(wasm, f.time(*NATIVE_24, 1, "limpid sse41")), 2, "most", "of SSE4.1"),
        (f.quotient(wasm, f.time(*NATIVE_24, 1, "limpid")), 2, "most", "of the best tier"),
    ]


def _two_threads(f):
    return [
        (f.quotient(f.time(*row, 1, "limpid"), f.time(*row, 2, "limpid")), 1.7, "least", row[0])
        for row in (NATIVE_24, NODE_24)
    ]


def _jpeg_native(f):
    row = ("native", "jpeg", "24mp", 1)
    return [(f.ratio(*row, "OpenCV"), 2.5, "least", "OpenCV"), (f.ratio(*row, "OpenCV quality"), 3.5, "least", "OpenCV quality")]


def _single(f):
    row = lambda operation: ("native", operation, "12mp", 1)  # noqa: E731
    fused = ("local_contrast", "white_balance", "levels", "vibrance", "up2", "down2")
    return [
        (f.ratio(*row("unsharp"), "OpenCV"), 3, "least", "unsharp"),
        *((f.ratio(*row(operation), "OpenCV"), 0.8, "least", operation) for operation in fused),
    ]


def _memory(f):
    kilobytes = f.value("native", "jpeg", "24mp", 1, "limpid", "peak_rss_kb")
    return [(kilobytes and kilobytes / 1024, 200, "most", "MB")]


def _downloads(f):
    kilobytes = {name: size / 1024 for name, size in f.sizes.items()}
    return [
        (kilobytes.get("limpid core"), 200, "most", "KB, core"),
        (kilobytes.get("limpid core + JPEG"), 350, "most", "KB, with JPEG"),
    ]


def _scale(f):
    base = f.scale_ms_per_mp("12mp")
    return [(f.quotient(f.scale_ms_per_mp(size), base), 1.15, "most", f"of 12 MP, at {size[:-2]} MP") for size in ("50mp", "200mp")]


def _memcpy(f):
    copy = f.time("native", "memcpy", "24mp", 1, "limpid")
    return [(f.quotient(f.time(*NATIVE_24, 1, "limpid"), copy), 25, "most", "copies")]


GOALS = [
    Goal("P1", "whole chain, 24 MP, against OpenCV with as many threads", "5x; 7x its quality chain", _chain,
         "one pass less over the pixels: statistics on every second row, as far as decisions stay the same"),
    Goal("P2", "the same, in copies of the image (memcpy), 1 thread", "at most 25", _memcpy,
         "a lower resolution for what the chain interpolates per pixel, such as the local gain"),
    Goal("P3", "whole chain against libvips, sharp, Pillow, ImageMagick, 1 thread", "15x each", _others,
         "as P1: the peers leave steps out (see the notes), which the ratio forgives them"),
    Goal("P4", "WebAssembly, 24 MP, against opencv.js with 1 thread and wasm-vips with 2", "10x; 8x", _wasm_peers,
         "as P5"),
    Goal("P5", "WebAssembly over native, chain, 1 thread", "at most 2.0", _wasm_to_native,
         "V8 takes five instructions for each i16x8.q15mulr_sat_s and makes both masks of a shuffle anew: luma from the tables, "
         "pixels taken apart by unpacking"),
    Goal("P6", "two threads over one", "1.7x native and WebAssembly", _two_threads,
         "copy input while analysis reads it: in Node one thread does that alone, of 24 MP 7 ms and again 7 ms in each call"),
    Goal("P7", "JPEG to JPEG, 24 MP, native, against OpenCV, 1 thread", "2.5x; 3.5x its quality chain", _jpeg_native,
         "the codec is most of it: decode, render and encode by strips, so that they overlap and stay in the cache"),
    Goal("P8", "JPEG to JPEG, 12 MP, WebAssembly in Node, against the best peer, 1 thread", "3x",
         lambda f: [(f.ratio_to_best("node", "jpeg", "12mp", 1), 3, "least", "best peer")],
         "the codec: SIMD for its transforms, or the browser's own codecs where bytes need not be the same"),
    Goal("P9", "single operations, native, 1 thread, against OpenCV", "unsharp 3x; none below 0.8x", _single,
         "kernels for one correction alone: the colour pass does all of them at once, whatever is asked for"),
    Goal("P10", "denoising against OpenCV's non-local means (another method), 12 MP, 1 thread", "20x",
         lambda f: [(f.ratio("native", "denoise", "12mp", 1, "OpenCV nlm"), 20, "least", "OpenCV nlm")],
         "luma by strips that stay in the second-level cache"),
    Goal("P11", "peak memory of JPEG to JPEG, 24 MP, native", "at most 200 MB", _memory,
         "read, render and write by strips: then the height no longer counts"),
    Goal("P12", "time per megapixel of the chain at 100 MP and 1 GP over that at 12 MP (measured: 50 and 200 MP)", "at most 1.15", _scale,
         "render by strips: then what a pass leaves is still in the cache when the next one reads it"),
    Goal("P13", "download, WebAssembly files with brotli", "200 KB core; 350 KB with JPEG", _downloads,
         "fewer variants of each kernel: formats that the package does not offer"),
    Goal("P14", "start-up to the first call", "60 ms in Node; 100 ms in Chromium",
         lambda f: [(f.start_ms("node", "limpid"), 60, "most", "ms, Node"), (f.start_ms("chromium", "limpid"), 100, "most", "ms, Chromium")],
         "load the JPEG codec when the first JPEG comes"),
    Goal("P15", "the same pixels natively, in Node and in Chromium, with 1 and 2 threads (`make test` compares every byte)", "always",
         lambda f: [(f.different_outputs(), 0, "most", "outputs that differ")],
         "find the first kernel whose digest differs with the parity test"),
    Goal("P16", "verifying a signature, of JPEG to JPEG, 24 MP, native", "at most 2 %",
         lambda f: [(f.signature_percent(), 2, "most", "% of the time")],
         "libsodium's newer assembly"),
]  # fmt: skip


def verdict(goal, figures):
    """('reached' | 'missed' | 'not measured' | 'reached where measured', what was measured)."""
    judged = goal.judge(figures)
    known = [(value, bound, way, what) for value, bound, way, what in judged if value is not None]
    if not known:
        return "not measured", ""
    good = all(value >= bound if way == "least" else value <= bound for value, bound, way, _ in known)
    text = ", ".join(f"{value:.3g} ({what})" for value, _, _, what in known)
    if not good:
        return "missed", text
    return ("reached" if len(known) == len(judged) else "reached where measured"), text
