#include "cli/help.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace limpid::cli {
namespace {

struct ExitCode {
    int status;
    std::string_view meaning;
};

constexpr std::array kExitCodes = {
    ExitCode{0, "done"},
    ExitCode{2, "the command line was not understood"},
    ExitCode{3, "the image or the recipe was refused"},
    ExitCode{4, "refused for security: a signature or key is missing or wrong"},
    ExitCode{5, "a file could not be read or written"},
    ExitCode{70, "limpid failed, or this machine lacks something it needs"},
    ExitCode{78, "the configuration of limpidd is unsafe"},
    ExitCode{130, "cancelled by a signal"},
};

constexpr bool is_documented(int status) {
    return std::ranges::find(kExitCodes, status, &ExitCode::status) != kExitCodes.end();
}
#define LIMPID_ERROR(identifier, code, sentence, hint, http_status, exit_code, visibility) \
    static_assert(is_documented(exit_code),                                                \
                  "say in kExitCodes what the exit code of " code " means");
#include "limpid/errors.def"
#undef LIMPID_ERROR

void append_row(std::string& out, std::string_view left, std::string_view right,
                std::size_t width) {
    out.append("  ").append(left);
    out.append(left.size() < width ? width - left.size() : 1, ' ');
    out.append(right).append("\n");
}

}  // namespace

std::string exit_codes_help() {
    std::string text = "Exit codes:\n";
    for (const ExitCode& code : kExitCodes) {
        append_row(text, std::to_string(code.status), code.meaning, 5);
    }
    text.append(
        "An error is one line on standard error: `code: what is wrong: what was found; what to "
        "do`.\n"
        "With --json it also is an object {\"error\": {\"code\", ...}} where the result would have "
        "been.");
    return text;
}

std::string limits_help() {
    constexpr std::size_t kWidth = 34;
    std::string text =
        "Limits (the largest value still accepted; K, M, G and Ki, Mi, Gi may follow):\n";
#define LIMPID_LIMIT(name, default_value, unit, doc) \
    append_row(text, #name "=" #default_value, doc " (" unit ")", kWidth);
#include "limpid/limits.def"
#undef LIMPID_LIMIT
    return text;
}

std::string recipe_help() {
    constexpr std::size_t kWidth = 26;
    std::string text = "Corrections, in the order of application, and their amounts:\n";
#define LIMPID_RECIPE_OP(op, doc) append_row(text, #op, doc, kWidth);
#define LIMPID_RECIPE_FIELD(op, field, unit, min, max, identity, doc) \
    append_row(text, "  " #field, doc "; " #min " to " #max " " unit, kWidth);
#define LIMPID_RECIPE_PARAM LIMPID_RECIPE_FIELD
#include "limpid/recipe.def"
#undef LIMPID_RECIPE_OP
#undef LIMPID_RECIPE_FIELD
#undef LIMPID_RECIPE_PARAM
    text.append("Each has a strength from 0 (no change) to 1: the member to edit in a recipe.\n");
    return text;
}

}  // namespace limpid::cli
