#include <array>

#include "fuzz/fuzz_target.hpp"
#include "limpid/security/api_key.hpp"
#include "limpid/security/secret_source.hpp"
#include "limpid/security/token.hpp"

namespace limpid::fuzz {

/// API keys and what is kept of them, session tokens, and references to secrets. Nothing here was
/// ever issued.
std::string credential(Input input) {
    const std::string_view text = text_of(input);
    std::string verdict;
    const auto note = [&](const auto& result) {
        verdict += result ? "ok " : verdict_of(result.error()) + " ";
    };
    const auto id = security::api_key_id(text);
    require(!id || text.find(*id) != std::string_view::npos, "an id is part of its key");
    note(id);
    note(security::presented_api_key({}, text));

    const auto record = security::parse_api_key_record(text);
    if (record) {
        const auto again = security::parse_api_key_record(security::to_json(*record));
        require(again && security::to_json(*again) == security::to_json(*record),
                "a record reads back as itself");
        const security::UnixSeconds now{1'700'000'000};
        require(!security::verify_api_key(text, {&*record, 1}, now), "a record is not its key");
    }
    note(record);

    security::MemoryTokenStore store;
    const auto session = security::verify_session(text, security::UnixSeconds{0}, store);
    require(!session, "no session was begun");
    note(session);
    note(security::parse_secret_reference(text));
    verdict.pop_back();
    return verdict;
}

}  // namespace limpid::fuzz
