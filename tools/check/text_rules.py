#!/usr/bin/env python3
"""Rules for the text of every file, and facts that stand in more than one file.

    text_rules.py [ROOT]

No file names a package registry or mirror (machines differ: set-up takes addresses from the machine), nor a place
outside the repository. README.md fits three screens. The version is the same wherever it stands. Links lead somewhere.
"""

import json
import re
import sys
from pathlib import Path

from tree import ROOT, report, tracked_files

README_MAX_LINES = 180

# These two hold the patterns themselves and files that break them.
EXEMPT = {"tools/check/text_rules.py", "tests/architecture/checkers_test.py"}

HOSTS = re.compile(
    r"\b((?:registry|cdn|proxy|static|files)\.[a-z0-9.-]+\.[a-z]+|(?:deb|security|snapshot|ftp)(?:\.[a-z]+)?\.debian\.org|"
    r"(?:www\.)?(?:npmjs|pypi|unpkg)\.(?:com|org)|(?:ghcr|quay|docker)\.io|esm\.sh)\b", re.IGNORECASE)
OUTSIDE = re.compile(r"(?<![\w.}/$-])/work(?:/|\b)(?!er)|(?:^|[\s\"'`(=\[])(?:\.\./)*shared/(?=\w)")
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".wasm", ".gz", ".icc", ".bin", ".ppm", ".raw", ".avif", ".gif", ".bmp", ".tiff"}


def text_files(root):
    for path in tracked_files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() in BINARY or name in EXEMPT or name.startswith(("tests/data/", "tests/fuzz/seeds/")):
            continue
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            yield name, data.decode(errors="replace")


def check_text(name, text):
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in (("a registry or mirror", HOSTS), ("a place outside the repository", OUTSIDE)):
            if match := pattern.search(line):
                yield f"{name}:{number}: names {what}: {match.group(0).strip()}"
        if line != line.rstrip() and not name.endswith((".md", ".patch", ".txt")):
            yield f"{name}:{number}: blanks at the end of the line"
        if re.match(r"(<{7}|>{7}|={7})( |$)", line):
            yield f"{name}:{number}: a merge conflict"
    if text and not text.endswith("\n"):
        yield f"{name}:{text.count(chr(10)) + 1}: the last line has no end"


def check_readme(root):
    lines = (root / "README.md").read_text().count("\n") if (root / "README.md").exists() else None
    if lines is None:
        yield "README.md:1: missing"
    elif lines > README_MAX_LINES:
        yield f"README.md:{lines}: {lines} lines; at most {README_MAX_LINES}"


def versions(root):
    """(place, version) for each file that states it."""
    header = root / "core/include/limpid/version.hpp"
    text = header.read_text() if header.exists() else ""
    parts = [re.search(rf"LIMPID_VERSION_{p} (\d+)", text) for p in ("MAJOR", "MINOR", "PATCH")]
    yield "core/include/limpid/version.hpp", ".".join(m.group(1) for m in parts) if all(parts) else None
    literal = re.search(r'LIMPID_VERSION_STRING "([^"]+)"', text)
    yield "core/include/limpid/version.hpp (string)", literal.group(1) if literal else None
    package = root / "js/package.json"
    yield "js/package.json", json.loads(package.read_text()).get("version") if package.exists() else None
    lock = root / "js/package-lock.json"
    if lock.exists():
        yield "js/package-lock.json", json.loads(lock.read_text()).get("version")
    log = root / "CHANGELOG.md"
    entry = re.search(r"^## \[(\d[^\]]*)\]", log.read_text(), re.MULTILINE) if log.exists() else None
    yield "CHANGELOG.md (top entry)", entry.group(1) if entry else None


def check_versions(root):
    found = list(versions(root))
    wanted = found[0][1]
    for place, version in found:
        if version is None:
            yield f"{place}: no version found"
        elif version != wanted:
            yield f"{place}: version {version}, but version.hpp says {wanted}"


def anchors(text):
    """The anchors GitHub makes of the headings."""
    for heading in re.findall(r"^#+\s+(.*)$", text, re.MULTILINE):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        yield re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")


def check_links(root, name, text):
    prose = re.sub(r"^```.*?^```", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.DOTALL | re.MULTILINE)
    for number, line in enumerate(prose.splitlines(), 1):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            place = (root / name).parent / file if file else root / name
            if not place.exists():
                yield f"{name}:{number}: link to {target}, which does not exist"
            elif anchor and place.suffix == ".md" and anchor not in set(anchors(place.read_text())):
                yield f"{name}:{number}: link to {target}, which has no such heading"


def check(root):
    findings = []
    for name, text in text_files(root):
        findings += check_text(name, text)
        if name.endswith(".md"):
            findings += check_links(root, name, text)
    return findings + list(check_readme(root)) + list(check_versions(root))


def main():
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    return report(check(root), "text_rules")


if __name__ == "__main__":
    sys.exit(main())
