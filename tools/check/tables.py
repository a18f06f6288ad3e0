#!/usr/bin/env python3
"""The tables in core/include/limpid/*.def agree with themselves.

    tables.py [INCLUDE_FOLDER]
"""

import re
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tree import ROOT, report

# errors.def: what an exit code means, and which first words of a code may carry it.
EXIT_CODES = {2: "usage", 3: "input refused", 4: "security refusal", 5: "input/output", 70: "internal", 78: "unsafe configuration", 130: "cancelled"}
ROW = re.compile(r"^(LIMPID_[A-Z_]+)\((.*)\)$")


def rows(path, macro, columns):
    """(line, cells) of every row of a table; a line that is neither a row nor a comment is a finding."""
    found, findings = [], []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("//"):
            continue
        match = ROW.match(line)
        if not match:
            findings.append(f"{path.name}:{number}: neither a row nor a comment")
        elif match.group(1) == macro:
            cells = [c.strip() for c in re.findall(r'\s*("(?:\\.|[^"\\])*"|[^,]+)\s*(?:,|$)', match.group(2))]
            if len(cells) != columns:
                findings.append(f"{path.name}:{number}: {len(cells)} cells, {columns} expected")
            else:
                found.append((number, cells))
    if not found:
        findings.append(f"{path.name}:1: no {macro} row")
    return found, findings


def unique(path, found, column):
    seen = {}
    for number, cells in found:
        key = cells[column]
        if key in seen:
            yield f"{path.name}:{number}: {key} stands in line {seen[key]} already"
        seen.setdefault(key, number)


def check_text(where, cell, sentence):
    """One line of plain text; a sentence starts small and has no full stop, for it is put together with others."""
    text = cell.strip('"')
    if not text or not (cell.startswith('"') and cell.endswith('"')):
        yield f"{where}: empty or not a literal"
    elif sentence and (text[-1] in ".!;:," or re.match(r"(?!WebAssembly)[A-Z][a-z]", text)):
        yield f"{where}: '{text}' starts large or ends with a mark: it is joined to other parts"


def check_errors(path):
    found, findings = rows(path, "LIMPID_ERROR", 7)
    findings += unique(path, found, 0)
    findings += unique(path, found, 1)
    for number, (identifier, code, sentence, hint, status, exit_code, visibility) in found:
        where = f"{path.name}:{number}"
        if not re.fullmatch(r'"[a-z]+\.[a-z_]+"', code):
            findings.append(f"{where}: {code} is not of the form noun.reason")
        if identifier != code.strip('"').replace(".", "_"):
            findings.append(f"{where}: identifier {identifier} does not spell {code}")
        findings += check_text(where, sentence, True)
        findings += check_text(where, hint, True)
        if not re.fullmatch(r"[45]\d\d", status):
            findings.append(f"{where}: HTTP status {status} is no error")
        if not exit_code.isdigit() or int(exit_code) not in EXIT_CODES:
            findings.append(f"{where}: exit code {exit_code} is not one of {sorted(EXIT_CODES)}")
        if visibility not in ("client", "operator", "operator_only"):
            findings.append(f"{where}: visibility {visibility}")
    return findings


def check_limits(path):
    found, findings = rows(path, "LIMPID_LIMIT", 4)
    findings += unique(path, found, 0)
    for number, (name, default, unit, doc) in found:
        where = f"{path.name}:{number}"
        if not re.fullmatch(r"max_[a-z_]+", name):
            findings.append(f"{where}: {name} is not of the form max_<what>")
        if not default.isdigit() or not 0 < int(default) < 2**64:
            findings.append(f"{where}: default {default} is not a positive 64-bit count")
        for suffix, wanted in (("_bytes", '"bytes"'), ("_px", '"pixels"')):
            if name.endswith(suffix) and unit != wanted:
                findings.append(f"{where}: {name} counts {unit}")
        findings += check_text(where, doc, True)
    return findings


def check_recipe(path):
    ops, findings = rows(path, "LIMPID_RECIPE_OP", 2)
    fields = []
    for macro in ("LIMPID_RECIPE_FIELD", "LIMPID_RECIPE_PARAM"):
        some, more = rows(path, macro, 7)
        fields += some
        findings += more
    findings += unique(path, ops, 0)
    names = {cells[0]: number for number, cells in ops}
    for number, (_, doc) in ops:
        findings += check_text(f"{path.name}:{number}", doc, True)
    seen = set()
    for number, (op, field, _unit, low, high, identity, doc) in fields:
        where = f"{path.name}:{number}"
        if op not in names or names[op] > number:
            findings.append(f"{where}: no LIMPID_RECIPE_OP({op}, …) above")
        if (op, field) in seen:
            findings.append(f"{where}: {op}.{field} stands in the table already")
        seen.add((op, field))
        try:
            numbers = [Decimal(n) for n in (low, high, identity)]
        except InvalidOperation:
            findings.append(f"{where}: a bound is not a number")
            continue
        if any(n * 10_000 != int(n * 10_000) for n in numbers):
            findings.append(f"{where}: more than four digits after the point")
        if not numbers[0] <= numbers[2] <= numbers[1] or numbers[0] == numbers[1]:
            findings.append(f"{where}: identity {identity} is not within {low}..{high}")
        findings += check_text(where, doc, True)
    for op in names.keys() - {cells[0] for _, cells in fields}:
        findings.append(f"{path.name}:{names[op]}: {op} has no field")
    return findings


def check_analysis(path):
    found, findings = rows(path, "LIMPID_ANALYSIS", 4)
    findings += unique(path, found, 1)
    for number, (_type, _member, _unit, doc) in found:
        findings += check_text(f"{path.name}:{number}", doc, False)
    scenes, more = rows(path, "LIMPID_SCENE", 2)
    findings += more + list(unique(path, scenes, 0))
    for number, (_name, doc) in scenes:
        findings += check_text(f"{path.name}:{number}", doc, True)
    return findings


def check_presets(path, recipe):
    presets, findings = rows(path, "LIMPID_PRESET", 2)
    fields, more = rows(path, "LIMPID_PRESET_FIELD", 5)
    amounts = {tuple(cells[:2]) for macro in ("FIELD", "PARAM") for _, cells in rows(recipe, f"LIMPID_RECIPE_{macro}", 7)[0]}
    findings += more + list(unique(path, presets, 0))
    names = {cells[0]: number for number, cells in presets}
    seen = set()
    for number, (preset, op, field, gain, add) in fields:
        where = f"{path.name}:{number}"
        if preset not in names or names[preset] > number:
            findings.append(f"{where}: no LIMPID_PRESET({preset}, …) above")
        if (op, field) not in amounts:
            findings.append(f"{where}: recipe.def has no {op}.{field}")
        if (preset, op, field) in seen:
            findings.append(f"{where}: {preset} names {op}.{field} already")
        seen.add((preset, op, field))
        if Decimal(gain) == 1 and Decimal(add) == 0:
            findings.append(f"{where}: changes nothing")
    return findings


def check(include):
    folder = include / "limpid"
    return check_errors(folder / "errors.def") + check_limits(folder / "limits.def") + check_recipe(folder / "recipe.def") + (
        check_analysis(folder / "analysis.def") + check_presets(folder / "presets.def", folder / "recipe.def")
    )


def main():
    include = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "core/include"
    return report(check(include), "tables")


if __name__ == "__main__":
    sys.exit(main())
