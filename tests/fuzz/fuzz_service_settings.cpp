#include <string>
#include <string_view>

#include "fuzz/fuzz_target.hpp"
#include "limpid/security/redact.hpp"
#include "native/service/key_file.hpp"
#include "native/service/settings_sources.hpp"
#include "native/service/settings_text.hpp"

namespace limpid::fuzz {
namespace {

constexpr std::string_view kFileName = "limpid.toml";

/// What --print-config prints gives the same settings, but for what it hides.
void require_printed_settings_read_back(const service::Settings& settings) {
    if (!settings.jwt_secret.empty()) return;
    const std::string printed = service::config_text(settings);
    const auto again = service::gather_settings(printed, kFileName, {}, {});
    require(again.has_value(), "printed settings can be read");
    // Beside what was hidden, more may look like a secret the next time.
    if (printed.contains(security::kRedacted)) return;
    require(service::config_text(*again) == printed, "printed settings read back as themselves");
}

}  // namespace

/// A configuration file; the same text as a file of API keys.
std::string service_settings(Input input) {
    const std::string_view text = text_of(input);
    const auto settings = service::gather_settings(text, kFileName, {}, {});
    std::string verdict = settings ? "ok" : verdict_of(settings.error());
    if (settings) require_printed_settings_read_back(*settings);

    const auto records = service::parse_key_file(text);
    if (!records) return verdict + " " + verdict_of(records.error());
    std::string lines;
    for (const security::ApiKeyRecord& record : *records) lines += to_json(record) + "\n";
    const auto again = service::parse_key_file(lines);
    require(again && again->size() == records->size(), "a file of keys reads back as itself");
    return verdict + " " + std::to_string(records->size()) + " keys";
}

}  // namespace limpid::fuzz
