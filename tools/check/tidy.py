#!/usr/bin/env python3
"""clang-tidy over our translation units, skipping those that passed before with the same content.

    tidy.py [--build FOLDER] [--jobs N] [--list] [SOURCE…]

A unit is what the build compiles at once: several sources (CMake's unity build), which read their headers once. The key
of a unit covers clang-tidy's version, its configuration, the compile command and every file of ours it includes; headers
of the system change with the tools and their version. Passed keys live in build/lint/.
wasm/ is not among them: its units are in the compile commands of emcc only, and emcc compiles them with clang's warnings as errors.
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

from tree import ROOT, report

TIDY = "clang-tidy-19"
PASSED = ROOT / "build/lint/tidy-passed"
# Not tests/: as many units again, compiled with warnings as errors by two compilers, cost as much time as all the rest.
SOURCES = ("core/", "native/", "halide-generators/", "bench/")
# Warnings are the compiler's business, not tidy's, but for three. gcc's -Wshadow takes the private names of a unit's other
# sources for hidden ones. The other two say of a unit of many sources what misc-use-internal-linkage says of one. That a
# source is included is CMake's doing.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-everything"]
EXTRA += [f"--extra-arg=-W{name}" for name in ("shadow", "missing-prototypes", "missing-variable-declarations")]
EXTRA += ["--checks=-bugprone-suspicious-include,clang-diagnostic-*"]
# The analyser's full depth takes three times as long as all other checks together.
for _word in ("-Xclang", "-analyzer-config", "-Xclang", "mode=shallow"):
    EXTRA.append(f"--extra-arg={_word}")


def sources(unit):
    """The sources of ours that a unit is made of."""
    if unit.is_relative_to(ROOT / "build"):
        included = re.findall(r'^#include "(.*)"$', unit.read_text(), re.MULTILINE)
        return [Path(name) for name in included if Path(name).is_relative_to(ROOT)]
    return [unit]


def units(build):
    """One compile command for each unit of our sources."""
    seen = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = Path(entry["directory"], entry["file"]).resolve()
        ours = sources(path) if path.is_relative_to(ROOT) else []
        if any(source.relative_to(ROOT).as_posix().startswith(SOURCES) for source in ours):
            seen.setdefault(path, entry)
    return seen


def include_folders(command, directory):
    words = shlex.split(command)
    for index, word in enumerate(words):
        if word in ("-I", "-isystem", "-iquote"):
            yield Path(directory, words[index + 1])
        elif word.startswith("-I"):
            yield Path(directory, word[2:])


def files_of(path, folders, seen):
    """`path` and everything it includes that is not the system's."""
    if path in seen:
        return
    seen.add(path)
    for name in re.findall(r'^\s*#\s*include\s*["<]([^">]+)[">]', path.read_text(errors="replace"), re.MULTILINE):
        for folder in (path.parent, *folders):
            candidate = (folder / name).resolve()
            if candidate.is_file():
                if candidate.is_relative_to(ROOT):
                    files_of(candidate, folders, seen)
                break


@functools.cache
def configuration(folder):
    """What every .clang-tidy above `folder` says together; clang-tidy itself would look above the unit."""
    dump = subprocess.run([TIDY, "--dump-config", str(folder / "any.cpp"), "--"], check=True, capture_output=True, text=True)
    # clang-tidy names an option here that it refuses to read.
    return "".join(line for line in dump.stdout.splitlines(True) if "HungarianPrefix" not in line)


def key_of(path, entry, version):
    command = entry.get("command") or shlex.join(entry["arguments"])
    seen = set()
    files_of(path, list(include_folders(command, entry["directory"])), seen)
    digest = hashlib.sha256(version + command.encode() + " ".join(EXTRA).encode())
    digest.update(configuration(sources(path)[0].parent).encode())
    for file in sorted(seen):
        digest.update(str(file.relative_to(ROOT)).encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def tidy(path, build):
    start = time.monotonic()
    config = f"--config={configuration(sources(path)[0].parent)}"
    run = subprocess.run([TIDY, "-p", str(build), "--quiet", config, *EXTRA, str(path)], capture_output=True, text=True)
    found = re.findall(r"^([^\s:]+:\d+:\d+: (?:error|warning): .*)$", run.stdout, re.MULTILINE)
    found = [line.removeprefix(f"{ROOT}/").replace(": error: ", ": ").replace(",-warnings-as-errors]", "]") for line in found]
    if run.returncode != 0 and not found:
        found = [f"{path.relative_to(ROOT)}:1: {TIDY} failed: {(run.stdout + run.stderr).strip()[:600]}"]
    return found, time.monotonic() - start


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", type=Path, default=ROOT / "build/host-release")
    arguments.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 8))
    arguments.add_argument("--list", action="store_true", help="print the time of every unit")
    arguments.add_argument("files", nargs="*", type=Path)
    options = arguments.parse_args()

    if not (options.build / "compile_commands.json").exists():
        return report([f"{options.build}/compile_commands.json is missing: configure first"], "tidy")
    version = subprocess.run([TIDY, "--version"], check=True, capture_output=True).stdout
    chosen = {path.resolve() for path in options.files}
    work = {path: entry for path, entry in units(options.build).items() if not chosen or chosen & set(sources(path))}
    if not work:
        return report(["no translation unit of ours in compile_commands.json"], "tidy")
    PASSED.mkdir(parents=True, exist_ok=True)
    keys = {path: key_of(path, entry, version) for path, entry in work.items()}
    todo = [path for path in sorted(work) if not (PASSED / keys[path]).exists()]
    findings = set()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for path, (found, seconds) in zip(todo, pool.map(lambda p: tidy(p, options.build), todo)):
            if options.list:
                print(f"{seconds:6.1f} s  {path.relative_to(ROOT)}", flush=True)
            findings |= set(found)
            if not found:
                (PASSED / keys[path]).touch()
    print(f"{len(work)} units, {len(work) - len(todo)} unchanged since they passed")
    return report(sorted(findings), "tidy")


if __name__ == "__main__":
    sys.exit(main())
