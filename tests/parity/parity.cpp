// Computes the digests of golden.txt on this target and compares them, or writes them.
//
//   parity --data DIR --parity DIR [--cpu-tier TIER] [--threads N] [--write FILE]
//
// The same program and the same golden.txt run natively on every CPU tier, under qemu-aarch64 and
// under node; js/test checks the same file through the npm package, also in Chromium. Exit code 0
// when every row agrees, 1 when one does not, 77 when this machine lacks the tier.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/limpid.hpp"
#include "parity/golden.hpp"

namespace limpid::parity {
namespace {

constexpr int kExitSkipped = 77;

struct Arguments {
    std::string data_dir;
    std::string parity_dir;
    std::string cpu_tier;
    std::string write_to;
    int threads = 1;
};

std::optional<Arguments> parse_arguments(int argc, char** argv) {
    Arguments arguments;
    const std::map<std::string_view, std::string*> texts = {{"--data", &arguments.data_dir},
                                                            {"--parity", &arguments.parity_dir},
                                                            {"--cpu-tier", &arguments.cpu_tier},
                                                            {"--write", &arguments.write_to}};
    for (int i = 1; i + 1 < argc; i += 2) {
        if (const auto text = texts.find(argv[i]); text != texts.end()) {
            *text->second = argv[i + 1];
        } else if (std::string_view(argv[i]) == "--threads") {
            arguments.threads = std::atoi(argv[i + 1]);
        } else {
            return std::nullopt;
        }
    }
    if (argc % 2 == 0 || arguments.data_dir.empty() || arguments.parity_dir.empty()) {
        return std::nullopt;
    }
    return arguments;
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        std::fprintf(stderr, "parity: cannot read %s\n", path.c_str());
        std::exit(2);
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

struct NamedRecipe {
    std::string name;
    std::optional<Recipe> recipe;  // none: decided from the image
    Preset preset = Preset::natural;
};

/// Presets change decisions, not kernels: the photographs are enough, and the file alone.
constexpr Preset kPresets[] = {Preset::vivid, Preset::portrait, Preset::landscape, Preset::document,
                               Preset::restore};
bool takes_presets(std::string_view input) { return input.starts_with("photos/"); }

/// In the order of golden.txt.
std::vector<NamedRecipe> load_recipes(const std::string& parity_dir) {
    std::vector<NamedRecipe> recipes = {{"auto", std::nullopt}};
    for (const char* name : {"light", "detail", "everything", "extreme"}) {
        const std::string text = read_file(parity_dir + "/recipes/" + name + ".json");
        auto recipe = parse_recipe(text);
        if (!recipe) {
            std::fprintf(stderr, "parity: %s: %s\n", name, recipe.error().message().c_str());
            std::exit(2);
        }
        recipes.push_back({name, std::move(*recipe)});
    }
    return recipes;
}

template <class T>
std::string error_of(const Result<T>& result) {
    return "error:" + std::string(result.error().code());
}

class Computer {
public:
    explicit Computer(TaskRunner* runner) { run_.runner = runner; }

    void add_input(const std::string& name, const std::string& file,
                   const std::vector<NamedRecipe>& recipes) {
        const auto bytes = std::as_bytes(std::span(file));
        const auto decoded = decode(bytes, {}, run_);
        rows_.push_back({decoded ? to_hex(sha256(decoded->pixels.view())) : error_of(decoded),
                         "decoded", name, "-"});
        if (!decoded) return;
        for (const NamedRecipe& recipe : recipes) add_recipe(name, bytes, *decoded, recipe);
        if (!takes_presets(name)) return;
        for (const Preset preset : kPresets) {
            const NamedRecipe decided = {"preset:" + std::string(to_string(preset)), {}, preset};
            add_file(name, bytes, decoded->info.format, decided);
        }
    }

    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

private:
    void add_recipe(const std::string& name, std::span<const std::byte> bytes,
                    const DecodedImage& decoded, const NamedRecipe& named) {
        Recipe recipe;
        if (named.recipe) {
            recipe = *named.recipe;
        } else {
            recipe = decide(
                analyse_pixels(decoded.pixels.view(), run_, decoded.info.jpeg_quality).value());
        }
        const auto rendered = render(decoded.pixels.view(), recipe, run_);
        rows_.push_back({rendered ? to_hex(sha256(rendered->view())) : error_of(rendered),
                         "rendered", name, named.name});
        // All formats once, for the decided recipe; its own format for the others.
        for (const FileFormat format : {FileFormat::jpeg, FileFormat::png, FileFormat::webp}) {
            if (named.recipe && format != decoded.info.format) continue;
            add_file(name, bytes, format, named);
        }
    }

    void add_file(const std::string& name, std::span<const std::byte> bytes, FileFormat format,
                  const NamedRecipe& named) {
        EnhanceOptions options;
        options.recipe = named.recipe;
        options.preset = named.preset;
        options.format = format;
        const auto enhanced = enhance(bytes, options, run_);
        rows_.push_back({enhanced ? to_hex(sha256(enhanced->bytes.span())) : error_of(enhanced),
                         std::string(to_string(format)), name, named.name});
    }

    RunOptions run_;
    std::vector<Row> rows_;
};

int compare(const std::vector<Row>& computed, const std::vector<Row>& golden) {
    std::map<std::string, std::string> expected;
    for (const Row& row : golden) expected[row.key()] = row.digest;
    int failed = 0;
    for (const Row& row : computed) {
        const auto found = expected.find(row.key());
        const std::string wanted = found == expected.end() ? "no row" : found->second;
        if (wanted != row.digest) {
            ++failed;
            std::printf("DIFFERS %s\n  golden %s\n  here   %s\n", row.key().c_str(), wanted.c_str(),
                        row.digest.c_str());
        }
        if (found != expected.end()) expected.erase(found);
    }
    for (const auto& [key, digest] : expected) std::printf("NOT COMPUTED %s\n", key.c_str());
    failed += static_cast<int>(expected.size());
    std::printf("%zu passed, %d failed\n", computed.size() - static_cast<std::size_t>(failed),
                failed);
    return failed == 0 && !computed.empty() ? 0 : 1;
}

void write(const std::vector<Row>& rows, const std::string& path) {
    std::ofstream out(path, std::ios::binary);
    out << "# <sha256> <stage> <input below tests/data> <recipe>; written by "
           "tests/parity/regenerate.sh\n"
           "# decoded and rendered: pixels without padding, 16-bit samples little-endian.\n"
           "# jpeg, png, webp: the file that enhance() writes with default options.\n";
    for (const Row& row : rows) out << row.digest << ' ' << row.key() << '\n';
}

int set_cpu_tier(const std::string& name) {
    if (name.empty()) return 0;
    for (const CpuTier tier : {CpuTier::baseline, CpuTier::sse41, CpuTier::avx2, CpuTier::avx512,
                               CpuTier::neon, CpuTier::wasm, CpuTier::wasm_simd}) {
        if (to_string(tier) != name) continue;
        if (limit_cpu_tier(tier)) return 0;
        std::printf("this machine or build lacks %s\n", name.c_str());
        return kExitSkipped;
    }
    std::fprintf(stderr, "parity: no CPU tier is called %s\n", name.c_str());
    return 2;
}

int run(const Arguments& arguments) {
    if (const int exit_code = set_cpu_tier(arguments.cpu_tier); exit_code != 0) return exit_code;
    auto pool = make_thread_pool(arguments.threads);
    if (!pool) {
        std::fprintf(stderr, "parity: %s\n", pool.error().message().c_str());
        return 2;
    }
    const std::vector<NamedRecipe> recipes = load_recipes(arguments.parity_dir);
    std::ifstream inputs(arguments.parity_dir + "/inputs.txt");
    Computer computer(pool->get());
    for (const std::string& input : read_inputs(inputs)) {
        computer.add_input(input, read_file(arguments.data_dir + "/" + input), recipes);
    }
    if (!arguments.write_to.empty()) {
        write(computer.rows(), arguments.write_to);
        return 0;
    }
    std::ifstream golden(arguments.parity_dir + "/golden.txt");
    return compare(computer.rows(), read_golden(golden));
}

}  // namespace
}  // namespace limpid::parity

int main(int argc, char** argv) {
    const auto arguments = limpid::parity::parse_arguments(argc, argv);
    if (!arguments) {
        std::fprintf(stderr,
                     "usage: parity --data DIR --parity DIR [--cpu-tier TIER] [--threads N] "
                     "[--write FILE]\n");
        return 2;
    }
    return limpid::parity::run(*arguments);
}
