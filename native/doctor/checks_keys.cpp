#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/words.hpp"

// API keys, keys of tokens, and other secrets: are they there, fit, and not too old?
namespace limpid::doctor {
namespace {

using security::ApiKeyRecord;

constexpr std::int64_t kDaySeconds = 86'400;

bool is_expired(const ApiKeyRecord& key, security::UnixSeconds now) {
    return key.grant.expires_at && key.grant.expires_at->value < now.value;
}

bool is_valid(const ApiKeyRecord& key, security::UnixSeconds now) {
    return !key.revoked_at && !is_expired(key, now);
}

Outcome without_keys(const Subject& subject) {
    const bool named = subject.config.settings && !subject.config.settings->keys_file.empty();
    if (!named) return skipped("no keys_file");
    return skipped(subject.credentials.keys_file_present ? "the file cannot be used"
                                                         : "the file is not there");
}

bool have_keys(const Subject& subject) {
    return subject.credentials.keys_file_present && !subject.credentials.keys_error;
}

/// Ids of the valid keys that `is_wrong` is true of.
template <class IsWrong>
Outcome judge_keys(const Subject& subject, IsWrong is_wrong) {
    if (!have_keys(subject)) return without_keys(subject);
    std::vector<std::string> wrong;
    for (const ApiKeyRecord& key : subject.credentials.keys) {
        if (is_valid(key, subject.now) && is_wrong(key)) wrong.push_back(key.id);
    }
    return found_if(listed(wrong));
}

bool is_weakness(const Error& error) {
    return error.id() == ErrorCode::secret_too_weak || error.id() == ErrorCode::secret_empty ||
           error.id() == ErrorCode::secret_malformed || error.id() == ErrorCode::key_too_short;
}

/// Errors of secrets of which `is_wrong` is true.
template <class IsWrong>
Outcome judge_secrets(const Subject& subject, IsWrong is_wrong) {
    if (subject.credentials.secrets.empty()) return skipped("no secret is set");
    std::vector<std::string> wrong;
    for (const SecretFacts& secret : subject.credentials.secrets) {
        if (secret.error && is_wrong(*secret.error)) {
            wrong.push_back(secret.setting + ": " + secret.error->found());
        }
    }
    return found_if(listed(wrong));
}

}  // namespace

Outcome keys_file_present(const Subject& subject) {
    const bool named = subject.config.settings && !subject.config.settings->keys_file.empty();
    if (!named) return skipped("no keys_file");
    return subject.credentials.keys_file_present ? fine()
                                                 : found(subject.config.settings->keys_file);
}

Outcome keys_file_valid(const Subject& subject) {
    if (!subject.credentials.keys_file_present) return without_keys(subject);
    const std::optional<Error>& error = subject.credentials.keys_error;
    // Who may write it is another check's.
    if (!error || error->id() == ErrorCode::secret_exposed) return fine();
    return found(error->message());
}

Outcome keys_any_valid(const Subject& subject) {
    if (!have_keys(subject)) return without_keys(subject);
    const bool any = std::ranges::any_of(subject.credentials.keys, [&](const ApiKeyRecord& key) {
        return is_valid(key, subject.now);
    });
    if (any) return fine();
    return found(std::to_string(subject.credentials.keys.size()) + " keys, all expired or revoked");
}

Outcome keys_expiry(const Subject& subject) {
    return judge_keys(subject, [](const ApiKeyRecord& key) { return !key.grant.expires_at; });
}

Outcome keys_expiring_soon(const Subject& subject) {
    constexpr std::int64_t kSoon = 14 * kDaySeconds;
    return judge_keys(subject, [&](const ApiKeyRecord& key) {
        return key.grant.expires_at && key.grant.expires_at->value - subject.now.value < kSoon;
    });
}

Outcome keys_age(const Subject& subject) {
    // NIST SP 800-57 part 1, table 1: a year or two for keys that authenticate.
    constexpr std::int64_t kOld = 365 * kDaySeconds;
    return judge_keys(subject, [&](const ApiKeyRecord& key) {
        return subject.now.value - key.created_at.value > kOld;
    });
}

Outcome keys_admin(const Subject& subject) {
    return judge_keys(subject, [](const ApiKeyRecord& key) {
        return std::ranges::find(key.grant.scopes, "admin") != key.grant.scopes.end();
    });
}

Outcome keys_secret_strength(const Subject& subject) { return judge_secrets(subject, is_weakness); }

Outcome keys_secret_available(const Subject& subject) {
    return judge_secrets(subject, [](const Error& error) {
        // Who may read it is another check's.
        return !is_weakness(error) && error.id() != ErrorCode::secret_exposed;
    });
}

Outcome keys_secret_source(const Subject& subject) {
    if (subject.credentials.secrets.empty()) return skipped("no secret is set");
    std::vector<std::string> all;
    bool by_variable = false;
    for (const SecretFacts& secret : subject.credentials.secrets) {
        if (secret.error) continue;
        all.push_back(secret.setting + " from " + secret.location);
        by_variable = by_variable || secret.origin == "environment";
    }
    return by_variable ? found(listed(all)) : fine(listed(all));
}

Outcome keys_jwt_keys_valid(const Subject& subject) {
    if (!subject.config.settings || subject.config.settings->jwt_keys_file.empty()) {
        return skipped("no jwt_keys_file");
    }
    const std::optional<Error>& error = subject.credentials.jwt_keys_error;
    if (!error || error->id() == ErrorCode::secret_exposed) return fine();
    return found(error->message());
}

}  // namespace limpid::doctor
