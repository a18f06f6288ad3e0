#!/usr/bin/env python3
"""Each checker of tools/check finds what is planted for it, names the line, and is silent on clean text."""

import contextlib
import io
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/check"), str(ROOT / "tools")]

import architecture  # noqa: E402
import cli_docs  # noqa: E402
import kernels_doc  # noqa: E402
import notices  # noqa: E402
import public_docs  # noqa: E402
import rows  # noqa: E402
import tables  # noqa: E402
import text_rules  # noqa: E402
import tidy  # noqa: E402
import tree  # noqa: E402


class Planted(unittest.TestCase):
    """A small tree in a temporary folder."""

    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="limpid-checkers-"))
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def assert_finds(self, findings, *parts):
        self.assertTrue(any(all(part in finding for part in parts) for finding in findings),
                        f"{parts} not in {findings}")


class Architecture(Planted):
    def setUp(self):
        super().setUp()
        self.write("core/include/limpid/error.hpp", "#pragma once\n#include <string>\n")
        self.write("core/include/limpid/image.hpp", '#pragma once\n#include "limpid/error.hpp"\n')
        self.write("core/include/limpid/codec.hpp", '#pragma once\n#include "limpid/image.hpp"\n')
        self.write("core/src/base/text.hpp", "#pragma once\n#include <string_view>\n")
        self.write("core/src/codec/jpeg.hpp", '#pragma once\n#include "base/text.hpp"\n#include "limpid/codec.hpp"\n')

    def findings(self):
        return architecture.Checker(self.root).run()

    def plant(self, path, text):
        self.write(path, text)
        return self.findings()

    def test_accepts_a_clean_tree(self):
        self.assertEqual(self.findings(), [])

    def test_rejects_an_include_against_the_arrows(self):
        self.assert_finds(self.plant("core/src/base/a.cpp", '#include "base/text.hpp"\n#include "codec/jpeg.hpp"\n'),
                          "core/src/base/a.cpp:2", "codec/jpeg.hpp", "base may include nothing of ours")

    def test_rejects_an_include_against_the_arrows_by_a_relative_path(self):
        self.assert_finds(self.plant("core/src/base/a.cpp", '#include "../codec/jpeg.hpp"\n'), "a.cpp:1", "not codec")

    def test_rejects_a_public_header_of_a_higher_layer(self):
        self.assert_finds(self.plant("core/src/image/a.cpp", '#include "limpid/codec.hpp"\n'), "a.cpp:1", "not codec")

    def test_sees_angle_brackets_and_odd_spacing(self):
        self.assert_finds(self.plant("core/src/base/a.cpp", "  #  include   <limpid/codec.hpp>\n"), "a.cpp:1")

    def test_ignores_includes_in_comments(self):
        self.assertEqual(self.plant("core/src/base/a.cpp", '/*\n#include "codec/jpeg.hpp"\n*/\n'), [])

    def test_rejects_generated_headers_outside_kernels(self):
        self.assert_finds(self.plant("core/src/codec/a.cpp", '#include "kernel_box_downscale_rgb8.h"\n'), "a.cpp:1", "generated")
        self.assertFalse([f for f in self.plant("core/src/kernels/a.cpp", '#include "kernel_box_downscale_rgb8.h"\n') if "kernels/a" in f])

    def test_rejects_halide_in_the_core(self):
        self.assert_finds(self.plant("core/src/analyse/a.cpp", "#include <HalideBuffer.h>\n"), "a.cpp:1", "core/src/kernels")

    def test_rejects_internal_headers_in_native_and_wasm(self):
        for folder in ("native/cli", "wasm/src"):
            for header in ("base/text.hpp", "../../core/src/base/text.hpp"):
                path = f"{folder}/{'b' if '..' in header else 'a'}.cpp"
                self.assert_finds(self.plant(path, f'#include "{header}"\n'), f"{path}:1", "core/include only")

    def test_rejects_arrows_against_the_table_of_native(self):
        self.plant("native/cli/a.hpp", "int a();\n")
        self.assertEqual(self.plant("native/cli/b.cpp", '#include "cli/a.hpp"\n'), [])
        self.assert_finds(self.plant("native/worker/a.cpp", '#include "cli/a.hpp"\n'), "native/worker/a.cpp:1", "not cli")

    def test_rejects_the_core_in_generators(self):
        self.assert_finds(self.plant("halide-generators/a.cpp", '#include "limpid/error.hpp"\n'), "a.cpp:1", "generators know nothing")

    def test_rejects_internal_headers_in_public_ones(self):
        self.assert_finds(self.plant("core/include/limpid/run.hpp", '#include "base/text.hpp"\n'), "run.hpp:1", "public headers only")

    def test_rejects_libraries_in_the_wrong_place(self):
        for header in ("<jpeglib.h>", "<sodium.h>", '"webp/decode.h"', "<nlohmann/json.hpp>", "<emscripten/val.h>", "<unistd.h>",
                       "<boost/asio/post.hpp>", "<seccomp.h>"):
            self.assert_finds(self.plant("core/src/base/a.cpp", f"#include {header}\n"), "a.cpp:1", header.strip('<>"'))

    def test_rejects_unknown_headers(self):
        self.assert_finds(self.plant("core/src/base/a.cpp", "#include <absl/any.h>\n"), "a.cpp:1", "no such library")

    def test_rejects_headers_that_touch_the_world(self):
        for header in architecture.CORE_BANNED_HEADERS:
            self.assert_finds(self.plant("core/src/base/a.cpp", f"#include <{header}>\n"), "a.cpp:1", header)

    def test_rejects_calls_that_touch_the_world(self):
        calls = ["std::printf(\"x\")", "std::cerr << 1", "getenv(\"A\")", "std::fopen(p, \"r\")", "abort()", "std::abort()",
                 "std::exit(1)", "std::rand()", "time(nullptr)", "std::chrono::steady_clock::now()", "throw 1", "assert(x)",
                 "std::pow(a, b)", "pow(a, b)", "std::exp(a)", "cbrt(a)", "std::random_device d", "std::terminate()"]
        for call in calls:
            self.assert_finds(self.plant("core/src/base/a.cpp", f"\n\nvoid f() {{ {call}; }}\n"), "core/src/base/a.cpp:3")

    def test_allows_calls_that_only_look_alike(self):
        calls = ["x.time()", "log_line(1)", "gaussian_exp(1)", "run.abort()", "std::sqrt(2.0)", "std::floor(a)", "my::pow(a)",
                 "print_f(1)", "entry()", "runtime(1)", 'f("abort() printf throw")', "text /* throw */"]
        for call in calls:
            self.assertEqual(self.plant("core/src/base/a.cpp", f"void f() {{ {call}; }} // time() abort()\n"), [], call)

    def test_rejects_approximate_functions_in_generators(self):
        self.assert_finds(self.plant("halide-generators/a.cpp", "Expr e = fast_inverse(x);\n"), "a.cpp:1", "fast_inverse")
        self.assert_finds(self.plant("halide-generators/a.cpp", "Expr e = Halide::sin(x);\n"), "a.cpp:1", "sin")

    def test_rejects_an_include_cycle_of_public_headers(self):
        self.assert_finds(self.plant("core/include/limpid/error.hpp", '#include "limpid/codec.hpp"\n'), "include cycle")

    def test_rejects_a_layer_and_a_public_header_without_arrows(self):
        self.assert_finds(self.plant("core/src/extra/a.cpp", "#include <vector>\n"), "core/src/extra", "without arrows")
        self.assert_finds(self.plant("core/include/limpid/extra.hpp", "#pragma once\n"), "extra.hpp", "without a layer")

    def test_the_arrows_have_no_cycle(self):
        done = set()
        while rest := {layer for layer in architecture.ARROWS if layer not in done}:
            ready = {layer for layer in rest if architecture.ARROWS[layer] <= done}
            self.assertTrue(ready, f"cycle among {rest}")
            done |= ready


class Tables(Planted):
    def setUp(self):
        super().setUp()
        shutil.copytree(ROOT / "core/include/limpid", self.root / "limpid")

    def plant(self, table, old, new):
        path = self.root / "limpid" / table
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1))
        found = tables.check(self.root)
        path.write_text(text)
        return found

    def test_accepts_the_tables(self):
        self.assertEqual(tables.check(self.root), [])

    def test_rejects_a_code_used_twice(self):
        self.assert_finds(self.plant("errors.def", '"image.truncated"', '"image.malformed"'), "stands in line")

    def test_rejects_an_identifier_that_does_not_spell_its_code(self):
        self.assert_finds(self.plant("errors.def", "LIMPID_ERROR(image_empty", "LIMPID_ERROR(image_void"), "does not spell")

    def test_rejects_an_unknown_exit_code_and_status(self):
        self.assert_finds(self.plant("errors.def", "413, 3, client", "413, 9, client"), "exit code 9")
        self.assert_finds(self.plant("errors.def", "413, 3, client", "200, 3, client"), "HTTP status 200")

    def test_rejects_a_missing_cell_and_a_stray_line(self):
        self.assert_finds(self.plant("errors.def", ", 413, 3, client", ", 413, client"), "7 expected")
        self.assert_finds(self.plant("errors.def", "LIMPID_ERROR(image_empty", "int x;\nLIMPID_ERROR(image_empty"), "neither a row")

    def test_rejects_text_that_cannot_be_joined(self):
        self.assert_finds(self.plant("errors.def", '"the input has no bytes"', '"The input has no bytes"'), "starts large")
        self.assert_finds(self.plant("errors.def", '"the input has no bytes"', '"the input has no bytes."'), "starts large or ends")

    def test_rejects_a_limit_with_the_wrong_unit_or_default(self):
        self.assert_finds(self.plant("limits.def", '"bytes"', '"pixels"'), "counts")
        self.assert_finds(self.plant("limits.def", "max_pixels, 50000000", "max_pixels, 0"), "default 0")

    def test_rejects_an_identity_outside_its_range(self):
        self.assert_finds(self.plant("recipe.def", '"ratio", 0.25, 4, 1,', '"ratio", 2, 4, 1,'), "identity 1")

    def test_rejects_more_digits_than_a_decimal_holds(self):
        self.assert_finds(self.plant("recipe.def", '"ratio", 0.25, 4, 1,', '"ratio", 0.25001, 4, 1,'), "four digits")


@unittest.skipUnless(shutil.which(public_docs.COMPILER), f"{public_docs.COMPILER} is not installed")
class PublicDocs(Planted):
    def findings(self, text):
        self.write("limpid/a.hpp", f"#pragma once\nnamespace limpid {{\n\n{text}\n\n}}\n")
        return public_docs.check(self.root)

    def test_accepts_documented_declarations(self):
        self.assertEqual(self.findings(
            "/// A.\nstruct A {\n    /// B.\n    int b;\n    int c;\n\n    A() = default;\n    A(const A&) = default;\n"
            "    /// F.\n    void f();\n\nprivate:\n    int hidden_;\n};\n\n/// E.\nenum class E { one, two };\n\n/// G.\nvoid g();"), [])

    def test_rejects_each_kind_of_undocumented_declaration(self):
        for name, text in {"f": "void f();", "S": "struct S {};", "E": "enum class E { a };", "Alias": "using Alias = int;",
                           "kX": "inline constexpr int kX = 1;", "T": "template <class X> struct T {};",
                           "h": "template <class X> void h(X);"}.items():
            self.assert_finds(self.findings(text), "a.hpp:4", f"undocumented {name}")

    def test_rejects_an_undocumented_member_after_a_blank_line(self):
        self.assert_finds(self.findings("/// S.\nstruct S {\n    int a;\n\n    int b;\n};"), "a.hpp:8", "undocumented b")

    def test_rejects_an_undocumented_method_of_a_template(self):
        self.assert_finds(self.findings("/// T.\ntemplate <class X>\nclass T {\npublic:\n    T() = default;\n\n    void f();\n};"),
                          "a.hpp:10", "undocumented f")

    def test_does_not_take_an_ordinary_comment_for_documentation(self):
        self.assert_finds(self.findings("// F.\nvoid f();"), "undocumented f")

    def test_rejects_an_undocumented_macro(self):
        self.assert_finds(self.findings("#define LIMPID_X 1"), "undocumented macro LIMPID_X")

    def test_rejects_a_comment_about_a_parameter_that_is_not_there(self):
        self.assert_finds(self.findings("/// F.\n/// @param y  nothing\nvoid f(int x);"), "a.hpp:5", "'y'")

    def test_rejects_headers_that_do_not_compile_alone(self):
        self.assert_finds(self.findings("/// F.\nstd::string f();"), "a.hpp:5")


class TextRules(Planted):
    def setUp(self):
        super().setUp()
        self.write("core/include/limpid/version.hpp", "#define LIMPID_VERSION_MAJOR 1\n#define LIMPID_VERSION_MINOR 2\n"
                   '#define LIMPID_VERSION_PATCH 3\n#define LIMPID_VERSION_STRING "1.2.3"\n')
        self.write("js/package.json", '{"version": "1.2.3"}\n')
        self.write("CHANGELOG.md", "# Changelog\n\n## [1.2.3] - Unreleased\n")
        self.write("README.md", "# x\n")

    def plant(self, path, text):
        self.write(path, text)
        return text_rules.check(self.root)

    def test_accepts_clean_text(self):
        self.assertEqual(text_rules.check(self.root), [])
        self.assertEqual(self.plant("a.md", "a worker, `wasm/workers/x`, tools/workspace, a shared/ library, build/work/x\n"), [])

    def test_rejects_registries_and_mirrors(self):
        for name in ("registry npmjs org", "deb debian org", "pypi org", "cdn jsdelivr net", "unpkg com", "ghcr io"):
            host = name.replace(" ", ".")  # spelt out here it would be what it forbids
            self.assert_finds(self.plant("a.md", f"\nsee https://{host}/x\n"), "a.md:2", host)

    def test_rejects_places_outside_the_repository(self):
        for place in ("/{}/main/x".format("work"), "`/{}`".format("work"), "{}/photos".format("shared"), "../{}/photos".format("shared")):
            self.assert_finds(self.plant("a.md", f"see {place}\n"), "a.md:1", "outside the repository")

    def test_rejects_a_long_readme(self):
        self.assertEqual(self.plant("README.md", "x\n" * 180), [])
        self.assert_finds(self.plant("README.md", "x\n" * 181), "181 lines")

    def test_rejects_versions_that_differ(self):
        self.assert_finds(self.plant("js/package.json", '{"version": "1.2.4"}\n'), "js/package.json", "1.2.4")
        self.assert_finds(self.plant("CHANGELOG.md", "# Changelog\n\n## [1.3.0]\n"), "CHANGELOG.md", "1.3.0")

    def test_rejects_links_that_lead_nowhere(self):
        self.assert_finds(self.plant("docs/a.md", "[x](missing.md)\n"), "docs/a.md:1", "missing.md")
        self.assert_finds(self.plant("docs/a.md", "# Here\n[x](#there)\n"), "docs/a.md:2", "no such heading")
        self.assertEqual(self.plant("docs/a.md", "# Exit codes\n[x](#exit-codes) [y](../README.md) [z](https://example.org)\n"), [])

    def test_rejects_untidy_ends(self):
        self.assert_finds(self.plant("a.py", "x = 1 \n"), "a.py:1", "blanks")
        self.assert_finds(self.plant("a.py", "x = 1"), "a.py:1", "no end")
        self.assert_finds(self.plant("a.py", "<<<<<<< ours\n"), "a.py:1", "merge conflict")


class CliDocs(unittest.TestCase):
    MAIN = "Usage\n\nCommands:\n  go     goes\n  look   looks\n\nExit codes:\n  0    done\n  2    misused\n"
    HELPS = {"go": "Options:\n  -o,--output OUT  see --other\n  --threads N\n  -h,--help\n", "look": "Options:\n  --threads N\n"}
    DOCUMENT = ("# Command line\n\n## go\n\n| `-o`, `--output OUT` | x |\n\n## look\n\nLooks, for `go --output`.\n\n"
                "## Running\n\n| `--threads N` | y |\n\n## Exit codes\n\n| Code | Meaning |\n| --- | --- |\n| 0 | done |\n| 2 | misused |\n")

    def findings(self, main=None, helps=None, document=None):
        return " ".join(cli_docs.check(main or self.MAIN, helps or self.HELPS, document or self.DOCUMENT))

    def test_accepts_a_document_that_agrees(self):
        self.assertEqual(self.findings(), "")

    def test_reads_the_commands_of_a_help_text(self):
        self.assertEqual(cli_docs.commands_in_help(self.MAIN), {"go", "look"})
        more = self.MAIN.replace("Exit codes", "Other commands:\n  rest   rests\n         at length\n\nExit codes")
        self.assertEqual(cli_docs.commands_in_help(more), {"go", "look", "rest"})

    def test_reads_the_commands_of_a_family(self):
        program = Path(tempfile.mkdtemp(prefix="limpid-checkers-")) / "program"
        self.addCleanup(shutil.rmtree, program.parent)
        program.write_text(
            "#!/bin/sh\ncase $1 in\n--help) printf 'Commands:\\n  go   goes\\n  one  has others\\n' ;;\n"
            "one) [ \"$2\" = --help ] && printf 'Commands:\\n  two  is inside\\n' || echo 'Options: two' ;;\n"
            "*) echo 'Options: go' ;;\nesac\n")
        program.chmod(0o700)
        self.assertEqual(cli_docs.helps_of(program), {"go": "Options: go\n", "one two": "Options: two\n"})

    def test_rejects_an_option_only_one_side_has(self):
        self.assertIn("go: --fast is in --help", self.findings(helps=self.HELPS | {"go": self.HELPS["go"] + "  --fast\n"}))
        self.assertIn("go: --slow is in the document", self.findings(document=self.DOCUMENT.replace("`-o`", "`-o`, `--slow`")))

    def test_rejects_a_command_only_one_side_has(self):
        self.assertIn("command run", self.findings(helps=self.HELPS | {"run": ""}))
        self.assertIn("command stop", self.findings(document=self.DOCUMENT + "\n## stop\n"))

    def test_rejects_an_exit_code_that_differs(self):
        self.assertIn("exit code 2", self.findings(main=self.MAIN.replace("misused", "misread")))
        self.assertIn("exit code 9", self.findings(document=self.DOCUMENT + "| 9 | other |\n"))


class KernelsDoc(unittest.TestCase):
    TABLE = ('// LIMPID_KERNEL(name, …)\nLIMPID_KERNEL(one, "gray8 rgb8", "Does (a thing)",\n    "a 0..1 first; "\n    "b 2 second", "a 0", "one")\n'
             'LIMPID_KERNEL(two, "rgb8", "Does another", "", "none", "two")\n')

    def test_makes_one_line_of_every_row(self):
        rows = kernels_doc.page(self.TABLE).removeprefix(kernels_doc.HEAD).splitlines()
        self.assertEqual(rows, ["| `one` | Does (a thing) | gray8 rgb8 | `a` 0..1 first; `b` 2 second | a 0 | `one` |",
                                "| `two` | Does another | rgb8 | – | none | `two` |"])

    def test_sees_every_kernel_of_the_table(self):
        text = kernels_doc.TABLE.read_text()
        names = [row[0] for row in kernels_doc.kernels(text)]
        self.assertEqual(len(names), len([l for l in text.splitlines() if l.startswith("LIMPID_KERNEL(")]))


class Notices(unittest.TestCase):
    def check(self, table, linked):
        errors = io.StringIO()
        with mock.patch.object(notices, "linked_by", lambda _: linked), contextlib.redirect_stderr(errors):
            return notices.check(table, ["bin/program"]), errors.getvalue()

    def test_accepts_what_is_there(self):
        self.assertEqual(self.check(notices.rows(notices.versions()), {"libc", *notices.LINKED}), (0, ""))

    def test_rejects_another_version_and_a_library_without_a_licence(self):
        code, errors = self.check(["| zlib | 0.0 | Zlib | every build |"], {"libc", "libplanted"})
        self.assertEqual(code, 1)
        self.assertIn("| zlib | 0.0 |", errors)
        self.assertIn("libplanted, which program links", errors)

    def test_names_what_a_program_links(self):
        program = shutil.which("readelf")
        self.assertIn("libc", notices.linked_by(program))


class Rows(Planted):
    def setUp(self):
        super().setUp()
        self.table = "| V1 | a | tested |\n| V2 | b | open |\n| V3 | c | later |\n| I1 | d | tested |\n"
        self.write("docs/requirements.md", self.table)
        self.write("tests/unit/a_test.cpp", "TEST(Suite, V1_Works) {\n}\n")
        self.write("tests/service/test_a.py", "class A:\n    def test_V1_I1_works(self):\n")

    def findings(self):
        return rows.check(self.root)

    def test_accepts_a_table_that_agrees(self):
        self.assertEqual(self.findings(), [])
        self.write("js/test/node/a.test.mjs", "test('V1_Works', () => {\n")
        self.assertEqual(self.findings(), [])

    def test_rejects_a_tested_row_without_a_test(self):
        self.write("tests/service/test_a.py", "# V1_I1\nclass A:\n    def test_works(self): pass\n")
        self.assert_finds(self.findings(), "requirements.md:4", "after I1")

    def test_rejects_a_row_that_is_tested_and_does_not_say_so(self):
        self.write("tests/unit/b_test.cpp", "TEST_F(Suite, V2_V3_Works) {\n}\n")
        self.assert_finds(self.findings(), "requirements.md:2", "V2 is open", "b_test.cpp:1")
        self.assert_finds(self.findings(), "requirements.md:3", "V3 is later", "b_test.cpp:1")
        rows.write(self.root)
        self.assertEqual(self.findings(), [])

    def test_rejects_gaps_unknown_states_and_unknown_rows(self):
        self.write("docs/requirements.md", self.table.replace("V3", "V4").replace("open", "soon"))
        self.assert_finds(self.findings(), "requirements.md:3", "V4 does not follow V2")
        self.assert_finds(self.findings(), "requirements.md:2", "soon")
        self.write("tests/unit/b_test.cpp", "TEST(Suite, W9_Works) {\n}\n")
        self.assert_finds(self.findings(), "b_test.cpp:1", "no row W9")

    def test_counts_what_passed_and_nothing_else(self):
        log = """[ RUN      ] Suite.V1_Works
[       OK ] Suite.V1_Works (0 ms)
[       OK ] All/Suite.V2_P3_Works/0 (0 ms)
[  FAILED  ] Suite.V4_Works (0 ms)
[  SKIPPED ] Suite.V5_Works (0 ms)
test_I1_works (test_a.A.test_I1_works) ... ok
test_I2_I3_works (test_a.A.test_I2_works)
What it is about. ... noise of the program
ok
test_I4_works (test_a.A.test_I4_works) ... FAIL
test_I5_works (test_a.A.test_I5_works) ... skipped 'slow'
test_works (test_a.A.test_works) ... ok
✔ F1_Works (1.5ms)
  ✔ F2_Works: of many (1.5ms)
✖ F3_Works (1.5ms)
﹣ F4_Works (1.5ms) # SKIP
"""
        passed = rows.passed_in(log.splitlines(keepends=True))
        self.assertEqual(passed, {"V1", "V2", "P3", "I1", "I2", "I3", "F1", "F2"})
        found, _ = rows.table(self.root)
        self.assertEqual(list(rows.summary(found, {"V1"})), [
            "rows: V 1/3, I 0/1, F 0/0, P 0/0, W 0/0", "rows without a test that passed: V2 I1", "rows for later: V3"])


class TidyCache(Planted):
    """The key of a unit changes with everything its findings depend on."""

    def setUp(self):
        super().setUp()
        self.root = self.root.resolve()
        self.addCleanup(setattr, tidy, "ROOT", tidy.ROOT)
        tidy.ROOT = self.root
        self.write(".clang-tidy", "Checks: '-*'\n")
        self.write("core/a.hpp", '#include "b.hpp"\n')
        self.write("core/inc/b.hpp", "int b();\n")
        self.write("core/a.cpp", '#include "a.hpp"\n#include <vector>\n')

    def key(self, options="", version=b"19"):
        entry = {"directory": str(self.root), "command": f"g++ {options} -Icore/inc -c core/a.cpp"}
        tidy.configuration.cache_clear()  # one run reads each configuration once
        return tidy.key_of(self.root / "core/a.cpp", entry, version)

    def test_stays_the_same_when_nothing_changes(self):
        self.assertEqual(self.key(), self.key())
        before = self.key()
        self.write("core/other.hpp", "")
        self.assertEqual(self.key(), before)

    def test_changes_with_source_headers_configuration_command_and_version(self):
        keys = {self.key(), self.key(options="-DX"), self.key(version=b"20")}
        for path, text in (("core/a.cpp", '#include "a.hpp"\n'), ("core/a.hpp", '#include "b.hpp"\nint a();\n'),
                           ("core/inc/b.hpp", "long b();\n"), (".clang-tidy", "Checks: '*'\n"), ("core/.clang-tidy", "Checks: 'cert-*'\n")):
            self.write(path, text)
            keys.add(self.key())
        self.assertEqual(len(keys), 8)

    @unittest.skipUnless(shutil.which(tidy.TIDY), f"{tidy.TIDY} is not installed")
    def test_reports_a_planted_finding_with_its_line(self):
        shutil.copy(ROOT / ".clang-tidy", self.root)
        self.write("core/bad.cpp", "#include <cstddef>\n\nnamespace limpid {\nint* Bad_Name(std::size_t n) { return (int*)n; }\n}\n")
        self.write("build/compile_commands.json", f'[{{"directory": "{self.root}", "file": "core/bad.cpp", "command": "g++ -c core/bad.cpp"}}]')
        found, _ = tidy.tidy(self.root / "core/bad.cpp", self.root / "build")
        self.assert_finds(found, "core/bad.cpp:4", "readability-identifier-naming")
        self.assert_finds(found, "core/bad.cpp:4", "cstyle-cast")

    @unittest.skipUnless(shutil.which(tidy.TIDY), f"{tidy.TIDY} is not installed")
    def test_reports_a_unit_that_does_not_compile(self):
        shutil.copy(ROOT / ".clang-tidy", self.root)
        self.write("core/bad.cpp", '#include "missing.hpp"\n')
        self.write("build/compile_commands.json", f'[{{"directory": "{self.root}", "file": "core/bad.cpp", "command": "g++ -c core/bad.cpp"}}]')
        found, _ = tidy.tidy(self.root / "core/bad.cpp", self.root / "build")
        self.assert_finds(found, "core/bad.cpp:1", "missing.hpp", "not found")


class Tree(unittest.TestCase):
    def test_blanks_comments_and_strings_in_place(self):
        text = 'a("x // y"); // b\n/* c\n d */ e(\'"\'); R"(f " g)" h 1\'000\n'
        blank = tree.blank_comments_and_strings(text)
        self.assertEqual(len(blank), len(text))
        self.assertEqual(blank.count("\n"), text.count("\n"))
        self.assertEqual(blank.split(), ["a(", ");", "e(", ");", "h", "1'000"])


@unittest.skipUnless(all(map(shutil.which, ("git", "shellcheck", "clang-format-19"))), "a tool of lint is not installed")
class Lint(Planted):
    def setUp(self):
        super().setUp()
        (self.root / "tools").mkdir()
        shutil.copy(ROOT / "tools/lint.sh", self.root / "tools")
        shutil.copy(ROOT / ".clang-format", self.root)
        subprocess.run(["git", "init", "-q", self.root], check=True)

    def lint(self, *steps):
        run = subprocess.run([self.root / "tools/lint.sh", *steps], capture_output=True, text=True, check=False)
        return run.returncode, run.stdout + run.stderr

    def test_is_content_with_clean_files(self):
        self.write("core/a.cpp", "int a();\n")
        self.write("b.sh", "#!/bin/sh\nexit 0\n")
        code, output = self.lint("format", "shell")
        self.assertEqual(code, 0, output)

    def test_rejects_unformatted_code_and_still_runs_the_other_steps(self):
        self.write("core/a.cpp", "int   a( ) ;\n")
        code, output = self.lint("format", "shell")
        self.assertEqual(code, 1, output)
        self.assertRegex(output, r"format +FAILED")
        self.assertRegex(output, r"shell +ok")

    def test_rejects_a_bad_script_also_without_an_extension(self):
        self.write("ci/run", "#!/usr/bin/env bash\ncd $1\n")
        code, output = self.lint("shell")
        self.assertEqual(code, 1, output)
        self.assertIn("ci/run", output)

    def test_refuses_an_unknown_step(self):
        code, output = self.lint("nonsense")
        self.assertEqual(code, 2)
        self.assertIn("nonsense", output)


if __name__ == "__main__":
    unittest.main()
