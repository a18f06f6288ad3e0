#include "cli/options.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/choices.hpp"
#include "cli/help.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"

namespace limpid::cli {
namespace {

constexpr int kMaxThreads = 256;

constexpr std::array kCpuTiers = {
    Choice<CpuTier>{"baseline", CpuTier::baseline}, Choice<CpuTier>{"sse41", CpuTier::sse41},
    Choice<CpuTier>{"avx2", CpuTier::avx2},         Choice<CpuTier>{"avx512", CpuTier::avx512},
    Choice<CpuTier>{"neon", CpuTier::neon},
};

std::vector<std::string> limit_names() {
    std::vector<std::string> names;
#define LIMPID_LIMIT(name, default_value, unit, doc) names.emplace_back(#name);
#include "limpid/limits.def"
#undef LIMPID_LIMIT
    return names;
}

void take_limit(Limits& limits, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
        refuse_value("--limit", text, "NAME=VALUE, such as max_pixels=100M");
    }
    const std::string name = text.substr(0, equals);
    const std::string_view value = std::string_view(text).substr(equals + 1);
    if (!set_limit(limits, name, parse_count("--limit " + platform::printable(name), value))) {
        const std::string near = nearest(name, limit_names());
        refuse_value("--limit", name,
                     near.empty() ? "one of " + joined(limit_names())
                                  : "the name of a limit, did you mean " + near);
    }
}

}  // namespace

void add_input(CLI::App& command, CommonOptions& common) {
    add_argument(command, "IN", common.input, "JPEG, PNG or WebP file, or - for standard input");
}

void add_limit_option(CLI::App& command, CommonOptions& common) {
    add_value(command,
              {.names = "--limit",
               .value_name = "NAME=VALUE",
               .help = "allow more or less than the defaults, see below; repeatable",
               .group = "Running",
               .repeatable = true},
              [&common](const std::string& text) { take_limit(common.limits, text); });
    set_footer(command, [] { return limits_help() + "\n" + exit_codes_help(); });
}

void add_run_options(CLI::App& command, CommonOptions& common) {
    add_value(command,
              {.names = "--threads",
               .value_name = "N",
               .help = "1 to 256 [as many as CPUs]; the result is the same",
               .group = "Running"},
              [&common](const std::string& text) {
                  common.threads = parse_integer("--threads", text, 1, kMaxThreads);
              });
    add_value(command,
              {.names = "--cpu",
               .value_name = "TIER",
               .help = "use no better instructions than baseline, sse41,\n"
                       "avx2, avx512 or neon; the result is the same",
               .group = "Running"},
              [&common](const std::string& text) {
                  common.cpu = parse_choice("--cpu", text, kCpuTiers);
              });
}

Result<ByteBuffer> read_input(const CommonOptions& common) {
    return platform::read_file(
        common.input, {common.limits.max_file_bytes, "max_file_bytes", ErrorCode::image_too_large});
}

}  // namespace limpid::cli
