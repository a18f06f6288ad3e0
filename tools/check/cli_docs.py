#!/usr/bin/env python3
"""docs/cli.md and the program's --help name the same commands, options and exit codes.

    cli_docs.py PROGRAM [DOCUMENT]
"""

import re
import subprocess
import sys
from pathlib import Path

from tree import ROOT, report

OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
# Sections whose options belong to several commands.
SECURITY = {"keygen", "sign", "verify", "seal", "unseal", "keyring", "secret", "license"}
SERVICE = {"serve", "keys", "users", "audit", "lockdown", "sign-url", "backup", "restore", "health", "doctor"}
SHARED = {"Running": lambda command, option: command.split()[0] not in SECURITY | SERVICE and
          (command != "inspect" or option == "--limit")}
EVERYWHERE = {"-h", "--help"}


def help_of(program, *command):
    run = subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=True)
    return run.stdout


def options_in_help(text):
    """Options at the start of a line: those that are defined, not those that are mentioned."""
    found = set()
    for line in text.splitlines():
        if match := re.match(r"\s+(-[\w-]+(?:,\s*-[\w-]+)*)", line):
            found |= set(OPTION.findall(match.group(1)))
    return found


def commands_in_help(text):
    """The commands under every heading that ends in "commands"."""
    sections = re.findall(r"^(?:\w+ )?[Cc]ommands:?\n(.*?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return {name for section in sections for name in re.findall(r"^  ([a-z-]+)", section, re.MULTILINE)}


def helps_of(program, *family):
    """Command -> its help text; of a family (`license`) those of its commands, `license request` and so on."""
    found = {}
    for name in sorted(commands_in_help(help_of(program, *family))):
        inner = helps_of(program, *family, name)
        found |= inner or {" ".join([*family, name]): help_of(program, *family, name)}
    return found


def exit_codes(text):
    """(number, meaning) of every line or table row that starts with a number after `Exit codes`."""
    part = re.split(r"^(?:## )?Exit codes:?$", text, flags=re.MULTILINE)[-1]
    return set(re.findall(r"^\s*\|?\s*(\d+)\s+\|?\s*(.*?)\s*\|?$", part, re.MULTILINE))


def sections_of(document):
    """Heading -> text, of the headings of the second level."""
    parts = re.split(r"^## (.+)$", document, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def check(main_help, command_helps, document):
    sections = sections_of(document)
    findings = []
    if not command_helps:
        findings.append("--help names no command")
    documented = {name for name in sections if name[0].islower()}
    for command in sorted(command_helps.keys() ^ documented):
        findings.append(f"command {command}: only in {'the document' if command in documented else '--help'}")
    for command, text in command_helps.items():
        real = options_in_help(text) - EVERYWHERE
        written = set(OPTION.findall(sections.get(command, ""))) - EVERYWHERE
        for name, applies in SHARED.items():
            written |= {o for o in OPTION.findall(sections.get(name, "")) if applies(command, o)}
        # A command's text may name another command's option in passing.
        mentioned = {o for o in written if re.search(rf"[a-z] {o}`", sections.get(command, ""))}
        for option in sorted(real - written):
            findings.append(f"{command}: {option} is in --help, not in the document")
        for option in sorted(written - real - mentioned):
            findings.append(f"{command}: {option} is in the document, not in --help")
    real, written = exit_codes(main_help), exit_codes(document)
    if not real:
        findings.append("--help names no exit code")
    for code, meaning in sorted(real ^ written):
        findings.append(f"exit code {code} ({meaning}): only in {'--help' if (code, meaning) in real else 'the document'}")
    return findings


def main():
    program = sys.argv[1]
    document = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs/cli.md"
    return report(check(help_of(program), helps_of(program), document.read_text()), "cli_docs")


if __name__ == "__main__":
    sys.exit(main())
