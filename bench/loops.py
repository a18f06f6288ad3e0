#!/usr/bin/env python3
"""Innermost loops of x86-64 assembly, the longest first: what a schedule became.

    loops.py FILE.s

One line a loop: instructions, how many of them are vector ones, products (pmulhrsw, pmadd), shuffles, and how many
touch the stack, which are spills or stages that live there.
"""

import re
import sys

KINDS = {
    "vector": r"\b[xyz]mm\d",
    "products": r"^\s*v?p?mul|^\s*v?pmadd",
    "shuffles": r"^\s*v?(?:p?shuf|punpck|perm|p?blend|pinsr|pextr|insert|extract|pack|pack|palign)",
    "stack": r"\(%r[sb]p",
}


def innermost(lines):
    """Pairs of line numbers: a label, and a later jump to it, with no such pair inside."""
    labels = {line.split(":")[0]: number for number, line in enumerate(lines) if re.match(r"\.L\w+:", line)}
    loops = []
    for number, line in enumerate(lines):
        jump = re.match(r"\s+j\w+\s+(\.L\w+)", line)
        if jump and labels.get(jump[1], number) < number:
            loops.append((labels[jump[1]], number))
    return [one for one in loops if not any(one != other and one[0] <= other[0] and other[1] <= one[1] for other in loops)]


def main(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    print(path)
    rows = []
    for first, last in innermost(lines):
        body = [line for line in lines[first : last + 1] if re.match(r"\s+[a-z]", line)]
        rows.append([len(body)] + [sum(bool(re.search(kind, line)) for line in body) for kind in KINDS.values()])
    print("  instructions" + "".join(f"{kind:>10}" for kind in KINDS))
    for row in sorted(rows, reverse=True)[:8]:
        print(f"  {row[0]:12}" + "".join(f"{value:10}" for value in row[1:]))


if __name__ == "__main__":
    main(sys.argv[1])
