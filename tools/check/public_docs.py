#!/usr/bin/env python3
"""Every public declaration in core/include/limpid has a /// comment, and the comments agree with the code.

    public_docs.py [INCLUDE_FOLDER]

Reads clang's syntax tree, so macros and tables are seen as the compiler sees them. Must be documented: types,
aliases, functions, constants, data members, public member functions, macros. A comment also covers the declarations
directly below it, up to a blank line. Need none: enumerators and table rows (the enumeration explains them),
constructors without parameters, copying, moving, destruction, comparison and friends.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tree import ROOT, report

COMPILER = "clang++-19"
WANTED = {
    "CXXRecordDecl", "EnumDecl", "FunctionDecl", "CXXMethodDecl", "CXXConstructorDecl", "CXXConversionDecl",
    "FieldDecl", "VarDecl", "TypeAliasDecl", "TypedefDecl", "ClassTemplateDecl", "FunctionTemplateDecl",
    "TypeAliasTemplateDecl", "ConceptDecl",
}
# What is looked into for further declarations.
SCOPES = {"NamespaceDecl", "CXXRecordDecl", "ClassTemplateDecl", "LinkageSpecDecl"}
SELF_EXPLANATORY = re.compile(r"operator(=|==|!=|<=>)$")


class Tree:
    """Walks the syntax tree. clang leaves out a location's file and line where they equal the previous one's."""

    def __init__(self):
        self.file = ""
        self.line = 0
        self.found = []  # (file, line, name, documented)

    def locate(self, node):
        """Follow the locations of one node in the order they were printed."""
        place = None
        for key in ("loc", "range"):
            for location in self.locations(node.get(key, {})):
                self.file = location.get("file", self.file)
                self.line = location.get("line", self.line)
                if key == "loc" and location.get("col"):
                    place = (self.file, self.line)
        return place

    @staticmethod
    def locations(value):
        if "spellingLoc" in value or "expansionLoc" in value:
            return [value[k] for k in ("spellingLoc", "expansionLoc") if k in value]
        if "begin" in value:
            return Tree.locations(value["begin"]) + Tree.locations(value.get("end", {}))
        return [value]

    def skip(self, node):
        """A subtree of no interest still moves the current location."""
        self.locate(node)
        for child in node.get("inner", []):
            self.skip(child)

    def visit(self, node, public):
        place = self.locate(node)
        children = node.get("inner", [])
        kind = node["kind"]
        documented = any(child.get("kind") == "FullComment" for child in children)
        wanted = public and place and kind in WANTED and not self.exempt(node)
        if wanted:
            self.found.append((*place, node.get("name", "?"), documented))
        if kind not in SCOPES:
            for child in children:
                self.skip(child)
            return
        templated = kind == "ClassTemplateDecl"
        access = node.get("tagUsed") != "class"
        for child in children:
            if child.get("kind") == "AccessSpecDecl":
                access = child["access"] == "public"
                self.locate(child)
            elif child.get("kind") == "FullComment" or templated and child.get("kind") != "CXXRecordDecl":
                self.skip(child)
            else:
                self.visit(child, public and access)

    @staticmethod
    def exempt(node):
        name = node.get("name", "")
        if node.get("isImplicit") or not name or SELF_EXPLANATORY.match(name):
            return True
        if node["kind"] == "CXXRecordDecl" and not node.get("completeDefinition"):
            return True  # a forward declaration
        if node["kind"] == "CXXConstructorDecl":
            signature = node["type"]["qualType"]
            return signature.startswith("void ()") or f"{name} &" in signature
        return False


def syntax_tree(source, include):
    """The limpid namespaces of one translation unit."""
    command = [COMPILER, "-std=c++23", f"-I{include}", "-fsyntax-only", "-Wdocumentation", "-Werror",
               "-Xclang", "-ast-dump=json", "-Xclang", "-ast-dump-filter=limpid", str(source)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        return None, run.stderr
    decoder, text, place, nodes = json.JSONDecoder(), run.stdout, 0, []
    while place < len(text):
        node, place = decoder.raw_decode(text, place)
        nodes.append(node)
        while place < len(text) and text[place].isspace():
            place += 1
    return nodes, ""


def continues_documented(lines, line, documented_lines):
    """True when the declaration stands directly below a documented one or below a /// comment."""
    index = line - 2
    while index >= 0 and lines[index].strip():
        if lines[index].lstrip().startswith("///") or index + 1 in documented_lines:
            return True
        index -= 1
    return "///<" in lines[line - 1]


def undocumented_macros(header, lines):
    for number, line in enumerate(lines, 1):
        macro = re.match(r"\s*#\s*define\s+(LIMPID_\w+)", line)
        local = any(re.match(rf"\s*#\s*undef\s+{macro.group(1)}\b", l) for l in lines) if macro else True
        if local or any(re.match(r"\s*///", l) for l in enclosing_block(lines, number)):
            continue
        yield f"{header}:{number}: undocumented macro {macro.group(1)}"


def enclosing_block(lines, number):
    """The lines above `number` up to a blank line."""
    start = number - 1
    while start > 0 and lines[start - 1].strip():
        start -= 1
    return lines[start:number - 1]


def check(include):
    """Findings for every header below `include`/limpid."""
    headers = sorted((include / "limpid").rglob("*.hpp")) + sorted((include / "limpid").rglob("*.h"))
    if not headers:
        return [f"{include}: no public header found"]
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as unit:
        unit.write("".join(f'#include "{h.relative_to(include)}"\n' for h in headers))
        unit.flush()
        nodes, errors = syntax_tree(unit.name, include)
    if nodes is None:
        return errors.strip().splitlines()
    tree = Tree()
    for node in nodes:
        tree.visit(node, True)
    findings = []
    seen = 0
    for header in headers:
        lines = header.read_text().splitlines()
        own = [(line, name, documented) for file, line, name, documented in tree.found
               if Path(file).resolve() == header.resolve()]
        seen += len(own)
        documented_lines = {line for line, _, documented in own if documented}
        shown = header.relative_to(ROOT) if header.is_relative_to(ROOT) else header
        for line, name, documented in sorted(set(own)):
            if not documented and not continues_documented(lines, line, documented_lines):
                findings.append(f"{shown}:{line}: undocumented {name}")
        findings += undocumented_macros(shown, lines)
    if not seen:
        findings.append(f"{include}: the syntax tree holds no declaration of limpid: is {COMPILER} the right one?")
    return findings


def main():
    include = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "core/include"
    return report(check(include), "public_docs")


if __name__ == "__main__":
    sys.exit(main())
