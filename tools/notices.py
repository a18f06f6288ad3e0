#!/usr/bin/env python3
"""Write THIRD-PARTY-NOTICES.md: what is inside limpid's artefacts that others wrote, and under which licence.

tools/notices.py            write it, from Debian source packages (tools/deps/build.sh has fetched them) and copyright files
tools/notices.py --check [PROGRAM...]
                            only compare its versions with tools/versions.env, and what the programs link with its table
"""

import re
import subprocess
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
    ("OpenSSL", None, "Apache-2.0", "limpidd, the limpid program", ["libssl-dev"]),
    ("SQLite", None, "blessing", "limpidd", ["libsqlite3-dev"]),
    ("libseccomp", None, "LGPL-2.1-only", "limpidd", ["libseccomp-dev", Path("/usr/share/common-licenses/LGPL-2.1")]),
    ("libyaml", None, "MIT", "the limpid program", ["libyaml-dev"]),
    ("libcurl", None, "curl", "limpidd", ["libcurl4-openssl-dev"]),
    ("hiredis", "HIREDIS_VERSION", "BSD-3-Clause", "limpidd", ["libhiredis-dev"]),
    ("zxcvbn", "ZXCVBN_VERSION", "MIT", "limpidd, as its list of common passwords", [PASSWORDS]),
    ("toml++", "TOMLPLUSPLUS_VERSION", "MIT", "limpidd, the limpid program", ["libtomlplusplus-dev"]),
    ("Emscripten runtime", "EMSCRIPTEN_VERSION", "MIT", "WebAssembly builds", ["emscripten"]),
    ("musl, in Emscripten", "EMSCRIPTEN_VERSION", "MIT", "WebAssembly builds", [EMSCRIPTEN / "libc/musl/COPYRIGHT"]),
    ("libc++ and compiler-rt, in Emscripten", "EMSCRIPTEN_VERSION", "Apache-2.0 WITH LLVM-exception",
     "WebAssembly builds", ["libclang-common-19-dev"]),
]

# What programs link, by the beginning of its name, and what of LIBRARIES that is.
LINKED = {
    "libjpeg": "libjpeg-turbo", "libpng": "libpng", "libwebp": "libwebp", "libz": "zlib", "libsodium": "libsodium", "libssl": "OpenSSL",
    "libcrypto": "OpenSSL", "libsqlite": "SQLite", "libseccomp": "libseccomp", "libyaml": "libyaml", "libcurl": "libcurl",
    "libhiredis": "hiredis", "libhiredis_ssl": "hiredis", "libtomlplusplus": "toml++",
}
# Whatever a program is built with: of the system, and not ours to hand on.
OF_THE_COMPILER = {"libc", "libm", "libgcc_s", "libstdc++", "libatomic", "ld-linux-x", "ld-linux-aarch"}


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
    # Paths that exist on Debian only. limpid is under the Apache License itself; other texts follow.
    body = re.sub(r"On Debian systems,? the (?:full|complete) text of the Apache.*?/Apache-2\.0'(?:\s+file)?\.?",
                  "The Apache License 2.0 is the text in LICENSE.", body, flags=re.DOTALL)
    body = re.sub(r'On Debian systems, the complete text of the GNU Lesser.*?LGPL-2\.1"\.', "Its complete text follows.", body, flags=re.DOTALL)
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


def linked_by(program: str) -> set[str]:
    """The names of the shared libraries it asks for, without version and ending."""
    dynamic = subprocess.run(["readelf", "--dynamic", "--wide", program], capture_output=True, check=True, text=True).stdout
    return {re.match(r"\D*?(?=-?\d|\.so)", name)[0] for name in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)}


def check(table: list[str], programs: list[str]) -> int:
    text = NOTICES.read_text()
    found = text.splitlines()
    wrong = [f"does not have '{row}' (tools/versions.env): run tools/notices.py" for row in table if row not in found]
    for program in programs:
        for name in sorted(linked_by(program) - OF_THE_COMPILER):
            if f"\n## {LINKED.get(name)}\n" not in text:
                wrong.append(f"does not have the licence of {name}, which {Path(program).name} links: add it to tools/notices.py")
    for line in wrong:
        print(f"{NOTICES.name}: {line}", file=sys.stderr)
    return 1 if wrong else 0


def main() -> int:
    table = rows(versions())
    if sys.argv[1:2] == ["--check"]:
        return check(table, sys.argv[2:])
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
