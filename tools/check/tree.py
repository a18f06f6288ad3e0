"""What the checkers share: the files of the tree, C++ text without comments, and how a finding is reported."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CXX_SUFFIXES = {".cpp", ".hpp", ".h", ".c", ".cc", ".def"}


def tracked_files(root):
    """Every file that is, or by the ignore rules could be, in version control; all files where there is none."""
    if (root / ".git").exists():
        listing = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=root, check=True, capture_output=True).stdout.decode()
        names = [name for name in listing.split("\0") if name]
        if not (root / ".gitignore").exists():
            names = [n for n in names if not re.match(r"(build|js/node_modules|js/dist)/", n)]
        return sorted(root / name for name in names if (root / name).is_file())
    return sorted(path for path in root.rglob("*") if path.is_file())


def blank_comments_and_strings(text, keep_strings=False):
    """The same text, line for line and column for column, with comments (and the insides of literals) blanked."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
        re.DOTALL)

    def blank(match):
        found = match.group(0)
        if found[0] in "\"'R" and keep_strings:
            return found
        return re.sub(r"[^\n]", " ", found)

    return pattern.sub(blank, text)


def report(findings, what):
    """Print findings as path:line: text. Returns the exit code."""
    for finding in findings:
        print(finding, file=sys.stderr)
    if findings:
        print(f"{what}: {len(findings)} finding(s)", file=sys.stderr)
    return 1 if findings else 0
