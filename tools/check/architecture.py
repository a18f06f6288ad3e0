#!/usr/bin/env python3
"""The direction of dependencies, and what the core may not touch.

    architecture.py [ROOT]

Everything the rules say stands in the tables below; a new folder or library must be entered here first.
"""

import re
import sys
from pathlib import Path

from tree import CXX_SUFFIXES, ROOT, blank_comments_and_strings, report, tracked_files

# Layer of core/src -> layers it may include besides itself.
ARROWS = {
    "base": set(),
    "image": {"base"},
    "security": {"base", "image"},
    "inspect": {"base", "image", "security"},
    "codec": {"base", "image", "inspect"},
    "kernels": {"base", "image"},
    "analyse": {"base", "image", "kernels"},
    "lut": {"base", "image"},
    "recipe": {"base", "security"},
    "pipeline": {"base", "security", "image", "inspect", "codec", "kernels", "analyse", "lut", "recipe"},
}

# Public header -> the layer it is the face of. A layer may include the headers of every layer it may include.
PUBLIC = {
    "byte_buffer": "base", "decimal": "base", "error": "base", "export": "base", "limits": "base", "run": "base",
    "version": "base", "errors.def": "base", "limits.def": "base",
    "convert": "image", "histogram": "image", "image": "image",
    "digest": "security",
    "security/api_key": "security", "security/asymmetric_verifier": "security", "security/block_list": "security",
    "security/byte_size": "security", "security/config": "security", "security/content_security_policy": "security",
    "security/encoding": "security", "security/foreign_license": "security", "security/forwarded": "security",
    "security/imagor_studio": "security", "security/json": "security", "security/json_rpc": "security",
    "security/jwk": "security", "security/jws": "security", "security/jwt": "security",
    "security/keygen_license": "security", "security/keyring": "security", "security/keys": "security",
    "security/license": "security", "security/license_activation": "security", "security/license_issue": "security",
    "security/network": "security", "security/origin": "security", "security/outbound": "security",
    "security/path": "security", "security/problem": "security", "security/rate_limit": "security",
    "security/rate_limit_headers": "security", "security/redact": "security", "security/replay_store": "security",
    "security/seal": "security", "security/secret": "security", "security/secret_source": "security",
    "security/sign_document": "security", "security/signature_files": "security",
    "security/signed_document": "security", "security/signed_url": "security", "security/signing_files": "security",
    "security/signing_key": "security", "security/token": "security", "security/trusted_keys": "security",
    "security/types": "security", "security/upload": "security", "security/verified": "security",
    "security/webhook": "security",
    "cpu": "kernels", "resize": "kernels",
    "lut": "lut", "preview": "pipeline",
    "inspect": "inspect",
    "codec": "codec",
    "preset": "recipe", "presets.def": "recipe", "recipe": "recipe", "recipe.def": "recipe", "signed_recipe": "recipe",
    "analysis": "analyse", "analysis.def": "analyse",
    "manifest": "pipeline", "pipeline": "pipeline",
    "limpid": "pipeline",
}

# (includer, public header): why. Types only.
PUBLIC_EXCEPTIONS = {
    ("recipe", "analysis"): "decide() reads the type Analysis",
    ("recipe", "analysis.def"): "and its scenes",
    ("analyse", "recipe"): "analysis.hpp declares decide(), which returns a Recipe",
}

# Folders that see the core through its public headers only.
OUTSIDE = ("native", "wasm")

# Folder of native/ -> folders of native/ it may include besides itself, where that is not every one.
NATIVE_ARROWS = {
    "platform": set(),
    "worker": {"platform"},
    "audit": {"crypto", "platform"},
    "keeper": {"audit", "crypto", "platform", "worker"},
    "doctor": {"crypto", "platform", "service", "worker"},
}

# Folders under these rules; examples/ and tools/ hold programs of their own.
CHECKED = ("core", "halide-generators", "native", "wasm", "tests", "bench")

# Library header (pattern) -> folders and files that may include it. What is in no row may be included nowhere.
LIBRARIES = [
    (r"sodium(/.*)?\.h", {"core/src/security/crypto", "core/src/security/digest.cpp", "native/crypto/password_hash.cpp"}),
    (r"(jpeglib|jerror|png)\.h", {"core/src/codec", "tests/unit/codec"}),
    (r"zlib\.h", {"core/src/codec", "core/src/inspect", "native/audit/log_parts.cpp", "tests/unit"}),
    (r"webp/.*\.h", {"core/src/codec", "tests/unit/codec"}),
    (r"nlohmann/json(_fwd)?\.hpp", {"core/src/security", "core/src/recipe", "core/src/pipeline", "native", "tests", "bench"}),
    (r"CLI/.*\.hpp", {"native/cli"}),
    (r"boost/.*\.hpp", {"native/worker", "native/service/connection.cpp", "native/service/connection_impl.hpp",
        "native/service/connection_reading.cpp", "native/service/connection_sending.cpp", "native/service/connections.hpp", "native/service/connections.cpp", "native/service/rpc", "native/service/listener.hpp", "native/service/listener.cpp",
        "native/service/server.cpp", "native/service/transport.hpp", "native/service/transport.cpp",
        "native/service/descriptor_reserve.hpp", "native/service/descriptor_reserve.cpp", "native/service/hasher.hpp",
        "native/service/hasher.cpp", "native/service/identity", "native/service/jobs",
        "native/service/outbound", "native/service/redis", "native/service/sources",
        "native/doctor/http_client.cpp", "native/doctor/gather_sandbox.cpp",
        "tests/worker", "tests/fuzz/fuzz_request_head.cpp", "tests/service/descriptor_reserve_test.cpp",
        "tests/service/hasher_test.cpp",
        "tests/service/identity_test.cpp", "tests/service/outbound_test.cpp", "tests/service/redis_fixture.hpp",
        "tests/service/sources_test.cpp", "bench/worker_bench.cpp"}),
    (r"hiredis/.*\.h", {"native/service/redis/redis_connection.cpp"}),
    (r"curl/curl\.h", {"native/service/outbound/curl_call.hpp", "native/service/outbound/curl_client.cpp",
        "native/service/outbound/url.cpp"}),
    (r"sqlite3\.h", {"native/service/jobs/database.cpp"}),
    (r"seccomp\.h", {"native/worker/seccomp_rules.cpp", "native/worker/syscall_filter.cpp", "native/keeper/confinement.cpp"}),
    (r"(linux|netinet)/[a-z_]+\.h", {"native/worker", "native/service/listen_address.cpp", "native/service/transport.cpp",
        "native/service/outbound/curl_call.cpp", "tests/worker"}),
    (r"openssl/.*\.h", {"native/crypto"}),
    (r"toml\+\+/toml\.h", {"native/service/toml_file.cpp"}),
    (r"yaml\.h", {"native/doctor/yaml.cpp"}),
    (r"netdb\.h", {"native/service/listen_address.cpp"}),
    (r"Halide\.h", {"halide-generators"}),
    (r"Halide(Buffer|Runtime)\w*\.h", {"core/src/kernels", "tests/kernels", "bench"}),
    (r"emscripten(/.*)?\.h", {"wasm", "bench/peak_memory.cpp", "tests/security/verdicts/browser.cpp"}),
    (r"malloc\.h", {"wasm", "bench/peak_memory.cpp", "native/worker/warm_up.cpp", "native/service/connections.cpp"}),
    (r"(gtest|gmock)/.*\.h", {"tests"}),
    (r"benchmark/benchmark\.h", {"bench"}),
    (r"(opencv2/\w+\.hpp|(vips/vips|MagickWand/MagickWand)\.h)", {"bench/compare/native"}),
    # Advice about pages, which is given where memory is taken.
    (r"sys/mman\.h", {"core/src/base/byte_buffer.cpp", "native", "tests", "bench"}),
    # POSIX: the world outside belongs to native/ and the tests that start programs.
    (r"(sys/[a-z_]+|unistd|fcntl|dirent|signal|poll|spawn|pthread|sched|termios)\.h", {"native", "tests", "bench"}),
    (r"(cpuid|immintrin|arm_neon|wasm_simd128)\.h", {"core/src/kernels", "core/src/base", "bench"}),
]

# What halide-generators/CMakeLists.txt names the headers it makes.
GENERATED = re.compile(r"kernel_\w+\.h")

# Standard headers the core does without: each touches the world, depends on the machine, or aborts.
CORE_BANNED_HEADERS = {
    "iostream", "ostream", "istream", "fstream", "sstream", "iomanip", "cstdio", "stdio.h", "filesystem", "locale",
    "clocale", "locale.h", "random", "chrono", "ctime", "time.h", "cassert", "assert.h", "csignal", "signal.h",
    "cfenv", "fenv.h", "thread", "future", "regex", "syncstream", "print", "format",
}

# Words the core does without, as calls.
CORE_BANNED_CALLS = {
    "prints": r"\b(printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|fputc|fwrite|perror|std::cout|std::cerr|std::clog)\b",
    "reads the environment": r"\b(getenv|secure_getenv|setenv|putenv|environ)\b",
    "opens a file": r"\b(fopen|freopen|fdopen|tmpfile|ifstream|ofstream|fstream|popen)\b",
    "ends the process": r"(?<![\w.>])(abort|exit|_exit|_Exit|quick_exit|terminate|assert|raise|__builtin_trap)\s*\(",
    "depends on the hour or on chance": r"(?<![\w.>:])(std::)?(rand|srand|random|time|clock|gettimeofday|clock_gettime)\s*\(|\brandom_device\b|_clock::now",
    "throws": r"(?<!\w)(throw\b|try\s*\{|catch\s*\()",
    # libm differs between machines in the last bit; sqrt, floor, ceil, trunc, fabs and the like are exact everywhere.
    "calls libm, which differs between targets": r"(?<![\w.>:])(std::|::)?(pow|exp|exp2|expm1|log|log2|log10|log1p|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot|tgamma|lgamma|erf|erfc|powf|expf|logf|sinf|cosf|tanf|cbrtf|hypotf)\s*\(",
    "changes rounding or associativity": r"#\s*pragma\s+(GCC\s+optimize|STDC\s+FP_CONTRACT|clang\s+fp)|\bfast-math\b",
}

# (path, word or header): why it is right there.
ALLOWED = {
    ("core/include/limpid/security/secret.hpp", "random"): "Secret::random(), which is handed its source",
    ("core/src/codec/jpeg_error.hpp", "cstdio"): "jpeglib.h needs FILE to be declared",
    ("core/src/base/thread_pool.cpp", "thread"): "make_thread_pool(), the one place that starts threads",
}

# Approximate or machine-dependent Halide functions: other bits on another CPU even with strict_float.
GENERATOR_BANNED = {
    "approximate": r"\bfast_(inverse|inverse_sqrt)\b",
    "libm, which differs between targets": r"(?<![\w.>:])(Halide::)?(sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|erf)\s*\(",
}

STANDARD_HEADER = re.compile(r"[a-z_]+$|(std(int|def|lib|arg|bool)|string|math|limits|float|errno|inttypes|setjmp)\.h$")


def includes(text):
    """(line number, header, quoted?) of every include."""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if match:
            yield number, match.group(1) or match.group(2), match.group(1) is not None


def layer_of(path):
    parts = path.split("/")
    return parts[2] if parts[:2] == ["core", "src"] and len(parts) > 3 else None


def public_name(header):
    """limpid/x.hpp -> x, limpid/x.def -> x.def"""
    name = header.removeprefix("limpid/")
    return name.removesuffix(".hpp").removesuffix(".h")


class Checker:
    """Collects findings over one tree."""

    def __init__(self, root):
        self.root = root
        self.findings = []
        self.used_allowances = set()
        self.files = {p.relative_to(root).as_posix(): p for p in tracked_files(root)
                      if p.suffix in CXX_SUFFIXES and p.relative_to(root).parts[0] in CHECKED}

    def add(self, path, line, text):
        self.findings.append(f"{path}:{line}: {text}")

    def allowed(self, path, word):
        if (path, word) in ALLOWED:
            self.used_allowances.add((path, word))
            return True
        return False

    def run(self):
        for path, file in self.files.items():
            text = file.read_text(errors="replace")
            self.check_includes(path, text)
            code = blank_comments_and_strings(text)
            if path.startswith("core/"):
                self.check_words(path, code, CORE_BANNED_CALLS, "the core never does this")
            if path.startswith("halide-generators/"):
                self.check_words(path, code, GENERATOR_BANNED, "see docs/byte-identity.md")
        self.check_cycles()
        self.check_layer_table()
        return self.findings

    def check_words(self, path, code, rules, why):
        for what, pattern in rules.items():
            for match in re.finditer(pattern, code):
                if not self.allowed(path, match.group(0).strip(" (")):
                    line = code.count("\n", 0, match.start()) + 1
                    self.add(path, line, f"{match.group(0).strip(' (')}: {what}; {why}")

    def check_includes(self, path, text):
        code = blank_comments_and_strings(text, keep_strings=True)
        for line, header, quoted in includes(code):
            problem = self.problem_with(path, header, quoted)
            if problem and not self.allowed(path, header):
                self.add(path, line, f"includes {header}: {problem}")

    def problem_with(self, path, header, quoted):
        if header.startswith("limpid/"):
            return self.problem_with_public(path, header)
        if self.is_generated(path, header):
            return None if path.startswith(("core/src/kernels/", "tests/kernels/", "bench/")) else \
                "generated kernel headers are for core/src/kernels only"
        if quoted and (target := self.resolve(path, header)):
            return self.problem_with_internal(path, target)
        if path.startswith("core/") and header in CORE_BANNED_HEADERS:
            return "the core prints nothing, opens nothing, depends on no clock and no locale"
        if STANDARD_HEADER.match(header):
            return None
        for pattern, folders in LIBRARIES:
            if re.fullmatch(pattern, header):
                return None if any(path == f or path.startswith(f + "/") for f in folders) else \
                    "only for " + ", ".join(sorted(folders))
        return "no such file, and no such library in tools/check/architecture.py"

    def is_generated(self, path, header):
        return GENERATED.fullmatch(Path(header).name) is not None and not self.resolve(path, header)

    def resolve(self, path, header):
        """The file of ours that an include means: next to the includer, in core/src, or from the top of its tree."""
        top = path.split("/")[0]
        for base in (str(Path(path).parent), "core/src", top, f"{top}/src", "tests", "."):
            candidate = Path(base, header)
            normal = Path(*[p for p in candidate.parts if p != "."]).as_posix()
            while re.search(r"[^/]+/\.\./", normal):
                normal = re.sub(r"[^/]+/\.\./", "", normal, count=1)
            if normal in self.files:
                return normal
        return None

    def problem_with_public(self, path, header):
        name = public_name(header)
        if name not in PUBLIC:
            return "no such public header in tools/check/architecture.py"
        if not (self.root / "core/include" / header).exists():
            return "no such file"
        if path.startswith("halide-generators/"):
            return "generators know nothing of the core"
        layer = layer_of(path)
        if layer is None or layer not in ARROWS:
            return None
        target = PUBLIC[name]
        if target == layer or target in ARROWS[layer] or (layer, name) in PUBLIC_EXCEPTIONS:
            return None
        return f"{layer} may include " + (", ".join(sorted(ARROWS[layer])) or "nothing of ours") + f", not {target}"

    def problem_with_internal(self, path, target):
        own_top, target_top = path.split("/")[0], target.split("/")[0]
        layer, target_layer = layer_of(path), layer_of(target)
        if path.startswith("core/include/") and not target.startswith("core/include/"):
            return "a public header may include public headers only"
        if layer in ARROWS:
            if target_layer == layer or target_layer in ARROWS[layer]:
                return None
            return f"{layer} may include " + (", ".join(sorted(ARROWS[layer])) or "nothing of ours") + \
                f", not {target_layer or target_top}"
        if own_top in OUTSIDE and target_top == "core":
            return f"{own_top}/ sees core/include only"
        if own_top in ("native", "wasm", "bench", "halide-generators") and target_top not in (own_top, "core"):
            if not (own_top == "bench" and target_top in ("tests", "native")):
                return f"{own_top}/ may not include from {target_top}/"
        if own_top == "halide-generators" and target_top == "core":
            return "generators know nothing of the core"
        if own_top == target_top == "native":
            return self.problem_within_native(path.split("/")[1], target.split("/")[1])
        return None

    @staticmethod
    def problem_within_native(own, other):
        allowed = NATIVE_ARROWS.get(own)
        if allowed is None or other == own or other in allowed:
            return None
        return f"native/{own} may include " + (", ".join(sorted(allowed)) or "nothing else of native/") + f", not {other}"

    def check_layer_table(self):
        """Every folder of core/src and every public header is in the tables, and no allowance is stale."""
        layers = {layer_of(path) for path in self.files} - {None}
        for layer in sorted(layers - set(ARROWS)):
            self.add(f"core/src/{layer}", 1, "a layer without arrows in tools/check/architecture.py")
        for path in self.files:
            if path.startswith("core/include/limpid/") and public_name(path.removeprefix("core/include/")) not in PUBLIC:
                self.add(path, 1, "a public header without a layer in tools/check/architecture.py")
        for path, word in ALLOWED:
            if path in self.files and (path, word) not in self.used_allowances:
                self.add(path, 1, f"the allowance for {word} in tools/check/architecture.py is no longer needed")

    def check_cycles(self):
        """Public headers include each other in one direction."""
        graph = {}
        for path, file in self.files.items():
            if path.startswith("core/include/limpid/"):
                graph[path] = ["core/include/" + h for _, h, _ in includes(file.read_text()) if h.startswith("limpid/")]
        done, open_ = set(), []

        def visit(path):
            if path in open_:
                self.add(path, 1, "include cycle: " + " -> ".join(open_[open_.index(path):] + [path]))
            elif path not in done:
                open_.append(path)
                for target in graph.get(path, []):
                    visit(target)
                open_.pop()
                done.add(path)

        for path in sorted(graph):
            visit(path)


def main():
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    return report(Checker(root).run(), "architecture")


if __name__ == "__main__":
    sys.exit(main())
