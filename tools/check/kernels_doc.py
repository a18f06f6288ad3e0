#!/usr/bin/env python3
"""docs/kernels.md is made from core/src/kernels/kernels.def.

    kernels_doc.py            fails when the document is stale
    kernels_doc.py --write    rewrites it
"""

import re
import sys

from tree import ROOT, report

TABLE = ROOT / "core/src/kernels/kernels.def"
DOCUMENT = ROOT / "docs/kernels.md"

HEAD = """<!-- Made by tools/check/kernels_doc.py --write from core/src/kernels/kernels.def. Do not edit. -->
# Kernels

Each kernel is a Halide generator in `halide-generators/`, compiled once per sample format and called through
`core/src/kernels/kernels.hpp`. All are integer arithmetic, but for the gains of `dct_wiener`, floats whose operations
IEEE 754 rounds exactly; all give the same bytes on every target.
Benchmarks are named `kernels/<benchmark>/<format>/{12mp,24mp}`.

| Kernel | What it does | Formats | Parameters: range, meaning | Changes nothing at | Benchmark |
| --- | --- | --- | --- | --- | --- |
"""


def kernels(text):
    """The cells of every row; neighbouring literals are one."""
    code = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    for row in re.findall(r"LIMPID_KERNEL\((.*?)\)\s*(?=LIMPID_KERNEL|\Z)", code, re.DOTALL):
        joined = re.sub(r'"\s*\n\s*"', "", row)
        name, rest = joined.split(",", 1)
        yield [name.strip(), *re.findall(r'"([^"]*)"', rest)]


def page(text):
    lines = []
    for name, formats, summary, parameters, identity, bench in kernels(text):
        cells = []
        for parameter in filter(None, (p.strip() for p in parameters.split(";"))):
            word, _, meaning = parameter.partition(" ")
            cells.append(f"`{word}` {meaning}")
        lines.append(f"| `{name}` | {summary} | {formats} | {'; '.join(cells) or '–'} | {identity} | `{bench}` |\n")
    return HEAD + "".join(lines)


def main():
    wanted = page(TABLE.read_text())
    if wanted == HEAD:
        return report([f"{TABLE.relative_to(ROOT)}:1: no row found"], "kernels_doc")
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(wanted)
        return 0
    stale = not DOCUMENT.exists() or DOCUMENT.read_text() != wanted
    return report(["docs/kernels.md:1: stale: run tools/check/kernels_doc.py --write"] if stale else [], "kernels_doc")


if __name__ == "__main__":
    sys.exit(main())
