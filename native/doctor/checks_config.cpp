#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/authentication.hpp"
#include "doctor/check.hpp"
#include "doctor/words.hpp"
#include "limpid/security/origin.hpp"
#include "platform/printable.hpp"
#include "service/text.hpp"

// Settings: can limpidd read them, and are they fit for the profile?
namespace limpid::doctor {
namespace {

constexpr std::string_view kNoSettings = "the settings cannot be read";

Outcome no_settings() { return skipped(std::string(kNoSettings)); }

/// Errors of the file that one of these codes has. limpidd stops at the first error, and so does
/// doctor: the others show when it is gone.
Outcome judge_file(const Subject& subject, std::initializer_list<ErrorCode> codes) {
    if (subject.config.path.empty()) return skipped("no --config");
    if (!subject.config.file_error) return fine();
    const Error& error = *subject.config.file_error;
    if (std::ranges::find(codes, error.id()) == codes.end())
        return skipped("the file has another error");
    return found(error.found());
}

/// Calls `judge` with name and text of every setting that is no secret.
template <class Judge>
std::vector<std::string> judge_texts(const service::Settings& settings, Judge judge) {
    std::vector<std::string> wrong;
    for (const service::SettingRow& row : service::setting_rows()) {
        if (row.kind != service::SettingKind::text) continue;
        const std::string text = text_of(settings, row);
        if (!text.empty() && judge(row, text)) wrong.emplace_back(row.name);
    }
    return wrong;
}

/// Is the setting's value a path, by its name?
bool is_path(const service::SettingRow& row) {
    return row.name.ends_with("_file") || row.name.ends_with("_program") ||
           row.name.ends_with("_folder") || row.name.ends_with("_dir");
}

bool holds_password(std::string_view text) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return false;
    std::string_view authority = text.substr(scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    return authority.contains('@');
}

security::CorsSettings cors_settings(const service::Settings& settings) {
    security::CorsSettings cors;
    cors.origins = service::split(settings.cors_origins, ',');
    return cors;
}

}  // namespace

Outcome config_file(const Subject& subject) {
    if (subject.config.path.empty()) return skipped("no --config");
    if (!subject.config.file_error) return fine();
    const Error& error = *subject.config.file_error;
    const bool unreadable =
        error.id() == ErrorCode::config_unreadable_file || error.id() == ErrorCode::io_unreadable;
    return unreadable ? found(error.found()) : fine();
}

Outcome config_unknown_names(const Subject& subject) {
    return judge_file(subject, {ErrorCode::config_unknown_setting});
}

Outcome config_values(const Subject& subject) {
    return judge_file(subject, {ErrorCode::config_invalid_value});
}

Outcome config_placeholders(const Subject& subject) {
    return judge_file(subject, {ErrorCode::config_unresolved, ErrorCode::config_malformed});
}

Outcome config_secret_literals(const Subject& subject) {
    return judge_file(subject,
                      {ErrorCode::secret_literal_refused, ErrorCode::secret_malformed_reference,
                       ErrorCode::secret_unsupported_reference});
}

Outcome config_environment(const Subject& subject) {
    const std::optional<Error>& error = subject.config.environment_error;
    return error ? found(error->found()) : fine();
}

Outcome config_url_credentials(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    return found_if(listed(judge_texts(
        *subject.config.settings,
        [](const service::SettingRow&, const std::string& text) { return holds_password(text); })));
}

Outcome config_authentication(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    return asks_for_credentials(subject) ? fine() : found("there is no source of keys");
}

Outcome config_token_claims(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    const service::Settings& settings = *subject.config.settings;
    if (settings.jwt_keys_file.empty() && settings.jwt_keys_url.empty() &&
        !has_secret(subject, "jwt_secret")) {
        return skipped("no tokens are accepted");
    }
    std::vector<std::string> missing;
    if (settings.jwt_issuer.empty()) missing.emplace_back("jwt_issuer");
    if (settings.jwt_audience.empty()) missing.emplace_back("jwt_audience");
    return found_if(listed(missing));
}

Outcome config_rate_limits(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    const service::Settings& settings = *subject.config.settings;
    std::vector<std::string> open;
    if (settings.rate_limit_ip == 0) open.emplace_back("rate_limit_ip");
    if (settings.rate_limit_key == 0) open.emplace_back("rate_limit_key");
    if (settings.rate_limit_enhance == 0) open.emplace_back("rate_limit_enhance");
    return open.empty() ? fine() : found(listed(open) + " = 0: any number");
}

Outcome config_failure_block(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    return subject.config.settings->block_failures != 0 ? fine() : found("block_failures = 0");
}

Outcome config_body_limit(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    constexpr std::uint64_t kLargest = std::uint64_t{100} << 20U;
    const std::uint64_t bytes = subject.config.settings->max_body_bytes;
    return bytes <= kLargest ? fine() : found("max_body_bytes = " + std::to_string(bytes));
}

Outcome config_timeouts(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    // nginx waits 60 s by default for each of these; bodies and jobs may take longer.
    constexpr std::uint64_t kHead = 60;
    constexpr std::uint64_t kOther = 300;
    const service::Settings& settings = *subject.config.settings;
    std::vector<std::string> longer;
    if (settings.header_timeout_s > kHead) longer.emplace_back("header_timeout_s");
    if (settings.body_timeout_s > kOther) longer.emplace_back("body_timeout_s");
    if (settings.write_timeout_s > kOther) longer.emplace_back("write_timeout_s");
    if (settings.idle_timeout_s > kOther) longer.emplace_back("idle_timeout_s");
    if (settings.job_timeout_s > kOther) longer.emplace_back("job_timeout_s");
    return found_if(listed(longer));
}

Outcome config_cors_origins(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    const auto policy = security::CorsPolicy::make(cors_settings(*subject.config.settings));
    return policy ? fine() : found(policy.error().message());
}

Outcome config_cors_encryption(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    std::vector<std::string> plain;
    for (const std::string& origin : cors_settings(*subject.config.settings).origins) {
        if (origin.starts_with("http://")) plain.push_back(platform::printable(origin));
    }
    return found_if(listed(plain));
}

Outcome config_access_log(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    return subject.config.settings->access_log ? fine() : found("access_log = false");
}

Outcome config_metrics(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    return subject.config.settings->metrics_listen.empty() ? found("metrics_listen is empty")
                                                           : fine();
}

Outcome config_session_store(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    const auto& settings = *subject.config.settings;
    return settings.users && settings.redis_url.empty()
               ? found("users log in, and sessions are in memory")
               : fine();
}

Outcome config_guest(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    const bool reachable =
        !std::ranges::all_of(subject.listen.address.addresses, service::is_loopback);
    return subject.config.settings->guest && reachable
               ? found("guest = true at " + subject.listen.text)
               : fine();
}

Outcome config_demo(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    return subject.config.settings->demo ? found("demo = true") : fine();
}

Outcome config_temporary_paths(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    return found_if(listed(judge_texts(
        *subject.config.settings, [](const service::SettingRow& row, const std::string& text) {
            return is_path(row) && (text.starts_with("/tmp/") || text.starts_with("/var/tmp/") ||
                                    text.starts_with("/dev/shm/"));
        })));
}

Outcome config_relative_paths(const Subject& subject) {
    if (!subject.config.settings) return no_settings();
    return found_if(listed(judge_texts(*subject.config.settings,
                                       [](const service::SettingRow& row, const std::string& text) {
                                           return is_path(row) && !text.starts_with('/');
                                       })));
}

}  // namespace limpid::doctor
