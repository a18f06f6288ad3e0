#include <optional>
#include <string>
#include <string_view>

#include "fuzz/fuzz_target.hpp"
#include "native/keeper/message.hpp"
#include "native/keeper/protocol.hpp"

namespace limpid::fuzz {
namespace {

/// What was read is written as what reads back the same.
template <class T>
bool reads(std::string_view text, std::optional<T> (*parse)(std::string_view)) {
    const auto value = parse(text);
    if (!value) return false;
    const std::string json = to_json(*value);
    const auto again = parse(json);
    require(again && to_json(*again) == json, "a message reads back as itself");
    return true;
}

}  // namespace

/// The JSON of a message of limpidd to its keeper, whichever it is.
std::string keeper_question(Input input) {
    const std::string_view text = text_of(input);
    if (reads(text, keeper::parse_setup)) return "setup";
    if (reads(text, keeper::parse_verify_token)) return "verify_token";
    if (reads(text, keeper::parse_open_audit)) return "open_audit";
    if (reads(text, keeper::parse_append)) return "append";
    if (reads(text, keeper::parse_sign_manifest)) return "sign_manifest";
    if (reads(text, keeper::parse_ask)) return "ask";
    return "none";
}

}  // namespace limpid::fuzz
