#!/usr/bin/env python3
"""Write THIRD-PARTY-NOTICES.md: what is inside limpid's artefacts that others wrote, and under which licence.

tools/notices.py            write it, from Debian source packages (tools/deps/build.sh has fetched them) and copyright files
tools/notices.py --check    only compare its versions with tools/versions.env
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "THIRD-PARTY-NOTICES.md"
SOURCES = ROOT / "build/deps/src"
EMSCRIPTEN = Path("/usr/share/emscripten/system/lib")

# Instead of a version.
SYSTEMS = "the system's"

# A table of ours that has its licence at its head, as comments.
PASSWORDS = ROOT / "native/service/identity/common_passwords.def"

# Name, key in versions.env (None: the system's is as good), SPDX licence, where it ends up, its licence texts: a file, a
# file from one line to another, or the main stanza of a Debian package's copyright file.
LIBRARIES = [
    ("libjpeg-turbo", "LIBJPEG_TURBO_VERSION", "IJG AND BSD-3-Clause AND Zlib", "every build",
     [SOURCES / "libjpeg-turbo/LICENSE.md", (SOURCES / "libjpeg-turbo/README.ijg", "LEGAL ISSUES\n=", "REFERENCES\n=")]),
    ("libpng", "LIBPNG_VERSION", "libpng-2.0", "every build", [SOURCES / "libpng1.6/LICENSE"]),
    ("libwebp", "LIBWEBP_VERSION", "BSD-3-Clause", "every build",
     [SOURCES / "libwebp/COPYING", SOURCES / "libwebp/PATENTS"]),
    ("zlib", "ZLIB_VERSION", "Zlib", "every build", [SOURCES / "zlib/LICENSE"]),
    ("libsodium", "LIBSODIUM_VERSION", "ISC", "every build", [SOURCES / "libsodium/LICENSE"]),
    ("JSON for Modern C++", "NLOHMANN_JSON_VERSION", "MIT", "every build", ["nlohmann-json3-dev"]),
    ("Halide runtime", "HALIDE_VERSION", "MIT", "every build, inside the kernels", ["libhalide19-dev"]),
    ("CLI11", "CLI11_VERSION", "BSD-3-Clause", "the limpid program", ["libcli11-dev"]),
    ("Open Sans", "OPEN_SANS_VERSION", "Apache-2.0", "the limpid program, as the letters of its sheets",
     ["fonts-open-sans"]),
    ("Boost", "BOOST_VERSION", "BSL-1.0", "limpidd, the limpid program", ["libboost1.83-dev"]),
    ("libcurl", None, "curl", "limpidd", ["libcurl4-openssl-dev"]),
    ("hiredis", "HIREDIS_VERSION", "BSD-3-Clause", "limpidd", ["libhiredis-dev"]),
    ("zxcvbn", "ZXCVBN_VERSION", "MIT", "limpidd, as its list of common passwords", [PASSWORDS]),
    ("toml++", "TOMLPLUSPLUS_VERSION", "MIT", "limpidd, the limpid program", ["libtomlplusplus-dev"]),
    ("Emscripten runtime", "EMSCRIPTEN_VERSION", "MIT", "WebAssembly builds", ["emscripten"]),
    ("musl, in Emscripten", "EMSCRIPTEN_VERSION", "MIT", "WebAssembly builds", [EMSCRIPTEN / "libc/musl/COPYRIGHT"]),
    ("libc++ and compiler-rt, in Emscripten", "EMSCRIPTEN_VERSION", "Apache-2.0 WITH LLVM-exception",
     "WebAssembly builds", ["libclang-common-19-dev"]),
]


def versions() -> dict[str, str]:
    text = (ROOT / "tools/versions.env").read_text()
    found = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", text, re.MULTILINE))
    # A part of ours, so that no build depends on it.
    return found | {"ZXCVBN_VERSION": re.search(r"zxcvbn\s+(\d[\d.]+\d)", head_of_table(PASSWORDS))[1]}


def rows(version_of: dict[str, str]) -> list[str]:
    return [f"| {name} | {version_of[key] if key else SYSTEMS} | {licence} | {where} |" for name, key, licence, where, _ in LIBRARIES]


def debian_copyright(package: str) -> str:
    """The copyright line and licence of most of the package's files, without Debian's own packaging."""
    text = Path(f"/usr/share/doc/{package}/copyright").read_text(errors="replace")
    stanzas = [dict(fields) for fields in (
        re.findall(r"^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t]+.*)*)", stanza, re.MULTILINE) for stanza in re.split(r"\n\s*\n", text))]
    files = [s for s in stanzas if "Files" in s and not s["Files"].startswith("debian/")]
    main = next((s for s in files if s["Files"].strip() == "*"), files[0])
    names, _, body = main["License"].partition("\n")
    own = {s["License"].partition("\n")[0]: s["License"].partition("\n")[2]
           for s in stanzas if "Files" not in s and "\n" in s.get("License", "")}
    first_choice = names.split(" or ")[0].strip()
    if not body or (" or " in names and first_choice in own):
        body += ("\n\n" if body else "") + own[first_choice]
    body = "\n".join("" if line.strip() == "." else line for line in body.split("\n"))
    # A path that exists on Debian only; limpid is under the same licence.
    body = re.sub(r"On Debian systems the full text of the Apache.*?file\.", "The Apache License 2.0 is the text in LICENSE.",
                  body, flags=re.DOTALL)
    copyright_lines = "\n".join(line.strip() for line in main["Copyright"].split("\n"))
    return f"Copyright {copyright_lines}\n\n{body}"


def head_of_table(path: Path) -> str:
    head = path.read_text().split('R"', 1)[0]
    return "\n".join(line.removeprefix("//").removeprefix(" ") for line in head.splitlines())


def licence_of_table(path: Path) -> str:
    text = head_of_table(path)
    copyright_line = re.search(r"Copyright [^;]+(?=;)", text)[0]
    return copyright_line + "\n\n" + text[text.index("Permission is hereby granted"):]


def licence_text(source) -> str:
    if source == PASSWORDS:
        text = licence_of_table(source)
    elif isinstance(source, tuple):
        path, first, last = source
        text = path.read_text(errors="replace")
        text = text[text.index(first):text.index(last)]
    elif isinstance(source, str):
        text = debian_copyright(source)
    else:
        text = source.read_text(errors="replace")
    lines = [line.rstrip().expandtabs() for line in text.strip("\n").splitlines()]
    return "\n".join(lines)


def main() -> int:
    table = rows(versions())
    if "--check" in sys.argv[1:]:
        found = NOTICES.read_text().splitlines()
        wrong = [row for row in table if row not in found]
        for row in wrong:
            print(f"{NOTICES.name}: does not have '{row}' (tools/versions.env): run tools/notices.py", file=sys.stderr)
        return 1 if wrong else 0
    parts = [
        "# Third-party notices",
        "",
        "limpid itself is under the licence in LICENSE. Its artefacts contain or link the following. Written by",
        "`tools/notices.py`; versions come from `tools/versions.env`.",
        "",
        "| Library | Version | Licence | Used in |",
        "| --- | --- | --- | --- |",
        *table,
    ]
    for name, _, _, _, texts in LIBRARIES:
        parts += ["", f"## {name}"]
        for source in texts:
            parts += ["", "```text", licence_text(source), "```"]
    NOTICES.write_text("\n".join(parts) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
