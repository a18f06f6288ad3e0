#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/fuzz_target.hpp"
#include "native/keeper/message.hpp"
#include "native/keeper/protocol.hpp"

namespace limpid::fuzz {
namespace {

/// It goes to a log or a client: 1024 bytes, each of which may have become `\xNN`.
void require_bounded(const Error& error) {
    require(error.found().size() <= 4096, "the text of an error is bounded");
    require(std::ranges::none_of(error.found(),
                                 [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }),
            "the text of an error is one line");
}

std::string verdict_on(const keeper::Answer& answer) {
    require(keeper::parse_answer(to_json(answer)).has_value(), "an answer reads back");
    if (answer.error) {
        require_bounded(*answer.error);
        return "answer " + std::string(answer.error->code());
    }
    if (answer.token) return "token";
    if (answer.audit) return "audit";
    if (answer.license) return "license";
    require(answer.document.has_value(), "an answer answers something");
    return "document";
}

}  // namespace

/// The JSON of a message of a keeper to limpidd.
std::string keeper_answer(Input input) {
    const std::string_view text = text_of(input);
    if (const auto hello = keeper::parse_hello(text)) {
        if (hello->error) require_bounded(*hello->error);
        require(keeper::parse_hello(to_json(*hello)).has_value(), "a hello reads back");
        return "hello";
    }
    if (const auto answer = keeper::parse_answer(text)) return verdict_on(*answer);
    return "none";
}

}  // namespace limpid::fuzz
