#!/usr/bin/env python3
"""The rows of docs/requirements.md and the tests that are named after them.

    rows.py [ROOT]              a row's state agrees with the tests in the sources (make lint)
    rows.py --write [ROOT]      write `tested` and `open` into the table as the sources have it; `later` stays
    rows.py --ran LOG... [--all]  count the rows with a test that passed, from logs of ctest and of node's test runner;
                                with --all a row that is `tested` and was not is a failure

A test's name begins with its rows: TEST(Suite, V14_Name), def test_V14_P3_name, test('V14_Name'). A test that was skipped
shows nothing.
"""

import re
import sys
from pathlib import Path

from tree import ROOT, report, tracked_files

TABLE = "docs/requirements.md"
GROUPS = "VIFPW"
STATES = ("tested", "open", "later")
ROW = re.compile(r"^\| ([A-Z])(\d+) \| (.+) \| (\w+) \|$", re.MULTILINE)
NAMES = re.compile(rf"((?:[{GROUPS}]\d{{1,2}}_)+)")

# Where a test's name stands, in the sources and in what the runners print of those that passed.
IN_SOURCES = {
    ".cpp": re.compile(rf"^\s*TEST(?:_F|_P)?\(\w+,\s*({NAMES.pattern})", re.MULTILINE),
    ".py": re.compile(rf"^\s*def test_({NAMES.pattern})", re.MULTILINE),
    ".mjs": re.compile(rf"^\s*(?:await )?(?:test|it|t\.test)\(['\"`]({NAMES.pattern})", re.MULTILINE),
}
GOOGLETEST = re.compile(rf"^\[       OK \] [\w/]+\.({NAMES.pattern})")
NODE = re.compile(rf"^\s*(?:✔|ok \d+ -) ({NAMES.pattern})")
PYTHON_NAME = re.compile(r"^test_(\w+) \(")
PYTHON_PASSED = re.compile(r"(?:^|\.\.\. )ok$")


def rows_in(text):
    """'V14_P3_' → ['V14', 'P3']"""
    return re.findall(r"[A-Z]\d+", text)


def table(root):
    """{row: (line, state)} and what is wrong with the table itself."""
    text = (root / TABLE).read_text()
    rows, findings, numbers = {}, [], {}
    for match in ROW.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        group, number, state = match.group(1), int(match.group(2)), match.group(4)
        if group not in GROUPS:
            findings.append(f"{TABLE}:{line}: no group {group}")
        if number != numbers.get(group, 0) + 1:
            findings.append(f"{TABLE}:{line}: {group}{number} does not follow {group}{numbers.get(group, 0)}")
        if state not in STATES:
            findings.append(f"{TABLE}:{line}: the state {state} is none of {', '.join(STATES)}")
        numbers[group] = number
        rows[f"{group}{number}"] = (line, state)
    if not rows:
        findings.append(f"{TABLE}:1: no rows")
    return rows, findings


def tests_in_sources(root):
    """{row: place of a test}"""
    found = {}
    for path in tracked_files(root):
        pattern = IN_SOURCES.get(path.suffix)
        name = path.relative_to(root).as_posix()
        if pattern is None or not re.search(r"(^|/)tests?/", name) or name == "tests/architecture/checkers_test.py":
            continue
        text = path.read_text(errors="replace")
        for match in pattern.finditer(text):
            for row in rows_in(match.group(1)):
                found.setdefault(row, f"{name}:{text.count(chr(10), 0, match.start(1)) + 1}")
    return found


def check(root):
    rows, findings = table(root)
    tests = tests_in_sources(root)
    for row, (line, state) in rows.items():
        if state == "tested" and row not in tests:
            findings.append(f"{TABLE}:{line}: no test is named after {row}")
        elif state != "tested" and row in tests:
            findings.append(f"{TABLE}:{line}: {row} is {state}, and {tests[row]} tests it (rows.py --write)")
    for row in sorted(tests.keys() - rows.keys()):
        findings.append(f"{tests[row]}: there is no row {row} in {TABLE}")
    return findings


def write(root):
    tests = tests_in_sources(root)

    def line(match):
        group, number, promise, state = match.groups()
        if state != "later" or f"{group}{number}" in tests:
            state = "tested" if f"{group}{number}" in tests else "open"
        return f"| {group}{number} | {promise} | {state} |"

    path = root / TABLE
    path.write_text(ROW.sub(line, path.read_text()))


def passed_in(lines):
    """The rows of the tests that a log says have passed."""
    rows = set()
    python = ()
    for line in lines:
        if match := GOOGLETEST.match(line) or NODE.match(line):
            rows.update(rows_in(match.group(1)))
        elif match := PYTHON_NAME.match(line):
            names = NAMES.match(match.group(1))
            python = rows_in(names.group(1)) if names else ()
        # unittest writes the result after the docstring and after whatever the test let the program say.
        if PYTHON_PASSED.search(line.rstrip()):
            rows.update(python)
            python = ()
    return rows


def summary(rows, passed):
    """The line of counts, then what is missing, then what is for later."""
    later = [row for row, (_, state) in rows.items() if state == "later"]
    missing = [row for row in rows if row not in passed and row not in later]
    counts = []
    for group in GROUPS:
        of_group = [row for row in rows if row[0] == group]
        counts.append(f"{group} {sum(row in passed for row in of_group)}/{len(of_group)}")
    yield "rows: " + ", ".join(counts)
    if missing:
        yield "rows without a test that passed: " + " ".join(missing)
    if later:
        yield "rows for later: " + " ".join(later)


def ran(root, logs, everything):
    rows, findings = table(root)
    passed = set()
    for log in logs:
        with open(log, errors="replace") as lines:
            passed |= passed_in(lines)
    print("\n".join(summary(rows, passed)))
    if everything:
        findings += [f"{TABLE}:{line}: {row} is tested, and no test of it passed in this run"
                     for row, (line, state) in rows.items() if state == "tested" and row not in passed]
    return report(findings, "rows") if findings else 0


def main(arguments):
    flags = {a for a in arguments if a.startswith("--")}
    rest = [a for a in arguments if not a.startswith("--")]
    if "--ran" in flags:
        return ran(ROOT, rest, "--all" in flags)
    root = Path(rest[0]).resolve() if rest else ROOT
    if "--write" in flags:
        write(root)
        return 0
    return report(check(root), "rows")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
