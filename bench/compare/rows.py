"""What is measured: the peers, and which operation at which size with how many threads."""

from dataclasses import dataclass

OPERATIONS = [
    "gaussian", "unsharp", "local_contrast", "white_balance", "levels", "vibrance", "denoise", "up2", "down2",
]  # fmt: skip
CODEC = ["decode", "encode"]

# Operations whose work is the same everywhere, and how near outputs must be to limpid's, in dB (outputs.py). Measured with
# the small photograph: 41 and more, codecs 38 and more, but for what is listed below. Undone, blurring gives 25 and unsharp
# masking 31; a nearest neighbour 33 enlarging and 27 shrinking. Gaussian blur is not in limpid's interface: there OpenCV
# is what the others are held against.
ALIKE_DB = {"gaussian": 38, "unsharp": 38, "up2": 45, "down2": 45, "decode": 55, "encode": 36}
LESS_ALIKE_DB = {
    ("sharp", "unsharp"): 30,  # in LabS, with a curve of its own
    ("Photon", "unsharp"): 0,  # a fixed kernel
    ("Photon", "gaussian"): 0,  # no sigma
    ("OpenCV", "down2"): 34,  # a box, not Lanczos
    ("opencv.js", "down2"): 34,
    # libvips enlarges to half an output pixel beside the others (32.65 dB, and as much one pixel to the other side).
    ("libvips", "up2"): 30,
    ("sharp", "up2"): 30,
    ("wasm-vips", "up2"): 30,
}


def least_db(peer, operation):
    return LESS_ALIKE_DB.get((peer, operation), ALIKE_DB.get(operation, 0))


# What a peer's user may choose instead; reported as a peer of its own.
VARIANTS = {
    "chain": {"OpenCV": ["quality"], "libvips": ["full"], "opencv.js": ["quality"], "limpid": ["sse41"]},
    "jpeg": {"OpenCV": ["quality"]},
}
SLOW_VARIANTS = {"denoise": {"OpenCV": ["nlm"]}}  # some 45 s a run: with one thread only


@dataclass(frozen=True)
class Peer:
    name: str
    program: tuple[str, ...]  # {root}: the repository
    in_root: bool = False  # runs inside build/peers-root
    threads: bool = True


def _js(runner, module, name, threads=True):
    return Peer(name, ("node", f"{{root}}/bench/compare/js/{runner}.mjs", module), threads=threads)


PEERS = {
    "native": [
        Peer("limpid", ("{root}/build/bin/limpid_compare",)),
        Peer("OpenCV", ("/compare/opencv_peer",), in_root=True),
        Peer("libvips", ("/compare/vips_peer",), in_root=True),
        _js("node", "sharp", "sharp"),
        Peer("Pillow", ("python3", "/compare/pillow_peer.py"), in_root=True, threads=False),
        Peer("ImageMagick", ("/compare/magick_peer",), in_root=True),
    ],
    "node": [
        _js("node", "limpid", "limpid"),
        _js("node", "wasm-vips", "wasm-vips"),
        _js("node", "opencv-js", "opencv.js", threads=False),
        _js("node", "photon", "Photon", threads=False),
        _js("node", "jsquash", "jSquash", threads=False),
    ],
    "chromium": [
        _js("chromium", "limpid", "limpid"),
        _js("chromium", "wasm-vips", "wasm-vips"),
        _js("chromium", "opencv-js", "opencv.js", threads=False),
        _js("chromium", "photon", "Photon", threads=False),
    ],
}


@dataclass(frozen=True)
class Row:
    target: str
    operation: str
    size: str
    threads: int

    @property
    def label(self):
        return f"{self.operation} {self.size.upper()} {self.target} {self.threads}T"


def _rows(target, operations, size, threads):
    return [Row(target, operation, size, count) for operation in operations for count in threads]


def rows(quick):
    if quick:
        return [
            *_rows("native", ["unsharp", "down2", "chain", "jpeg"], "12mp", [1]),
            *_rows("node", ["unsharp", "chain"], "12mp", [1]),
        ]
    return [
        *_rows("native", ["memcpy", "auto"], "24mp", [1]),  # limpid alone
        *_rows("native", ["chain", "jpeg"], "24mp", [1, 2]),
        # Also what the outputs of the rows below are held against.
        *_rows("native", [*OPERATIONS, *CODEC, "chain", "jpeg"], "12mp", [1]),
        *_rows("native", OPERATIONS, "12mp", [2]),
        *_rows("node", ["chain"], "24mp", [1, 2]),
        *_rows("node", ["jpeg"], "12mp", [1, 2]),
        *_rows("node", [*OPERATIONS, *CODEC], "12mp", [1]),
        *_rows("chromium", ["chain", "jpeg"], "12mp", [1, 2]),
        *_rows("chromium", ["unsharp", "local_contrast", "down2"], "12mp", [1]),
    ]


def runs(row):
    """(peer, name of its operation) of a row, limpid first."""
    for peer in PEERS[row.target]:
        if row.threads > 1 and not peer.threads:
            continue
        yield peer, row.operation
        variants = VARIANTS.get(row.operation, {}).get(peer.name, [])
        if row.threads == 1:
            variants = [*variants, *SLOW_VARIANTS.get(row.operation, {}).get(peer.name, [])]
        for variant in variants:
            yield peer, f"{row.operation}:{variant}"
