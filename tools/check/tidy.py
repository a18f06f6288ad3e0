#!/usr/bin/env python3
"""clang-tidy over our translation units, skipping those that passed before with the same content.

    tidy.py [--build FOLDER] [--jobs N] [--list] [FILE…]

The key of a unit covers clang-tidy's version, its configuration, the compile command and every file of ours it
includes; headers of the system change with the tools and their version. Passed keys live in build/lint/.
wasm/ is not among them: its units are in the compile commands of emcc only, and emcc compiles them with clang's warnings as errors.
"""

import argparse
import concurrent.futures
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
# Options of gcc that clang does not know; warnings are the compiler's business, not tidy's.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-everything", "--extra-arg=-Wno-error"]
# The analyser's full depth takes three times as long as all other checks together.
for _word in ("-Xclang", "-analyzer-config", "-Xclang", "mode=shallow"):
    EXTRA.append(f"--extra-arg={_word}")


def units(build):
    """One compile command for each of our sources."""
    seen = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).as_posix().startswith(SOURCES):
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


def configuration(path):
    """The text of every .clang-tidy that holds for `path`."""
    folder = path.parent
    while folder.is_relative_to(ROOT):
        if (folder / ".clang-tidy").exists():
            yield (folder / ".clang-tidy").read_bytes()
        folder = folder.parent


def key_of(path, entry, version):
    command = entry.get("command") or shlex.join(entry["arguments"])
    seen = set()
    files_of(path, list(include_folders(command, entry["directory"])), seen)
    digest = hashlib.sha256(version + command.encode() + " ".join(EXTRA).encode())
    for text in configuration(path):
        digest.update(hashlib.sha256(text).digest())
    for file in sorted(seen):
        digest.update(str(file.relative_to(ROOT)).encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def tidy(path, build):
    start = time.monotonic()
    run = subprocess.run([TIDY, "-p", str(build), "--quiet", *EXTRA, str(path)], capture_output=True, text=True)
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
    work = {path: entry for path, entry in units(options.build).items() if not chosen or path in chosen}
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
