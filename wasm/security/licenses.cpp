#include <string>
#include <utility>
#include <vector>

#include "limpid/security/license.hpp"
#include "security/bindings.hpp"
#include "security/marshal.hpp"

namespace limpid::wasm {
namespace {

using emscripten::val;
using security::License;
using security::LicenseConditions;
using security::LicenseMemory;
using security::LicenseStatus;
using security::RevocationList;
using security::UnixSeconds;
using security::VerifyKey;

constexpr std::int64_t kMaxInstances = 4'294'967'295;

Result<std::vector<VerifyKey>> read_issuers(const val& options) {
    std::vector<std::string> texts;
    if (auto read = read_texts(options, "issuers", texts); !read) {
        return std::unexpected(read.error());
    }
    std::vector<VerifyKey> issuers;
    for (const std::string& text : texts) {
        const auto key = security::parse_verify_key(text);
        if (!key) return std::unexpected(key.error());
        issuers.push_back(*key);
    }
    return issuers;
}

/// `memory`: {last_seen, issued_at, deactivated, revocations_seen}, or undefined.
Result<std::optional<LicenseMemory>> read_memory(const val& options) {
    const val given = options["memory"];
    if (given.isUndefined()) return std::nullopt;
    LicenseMemory memory;
    std::optional<UnixSeconds> last_seen;
    std::optional<UnixSeconds> issued_at;
    std::int64_t revocations_seen = 0;
    Status read = read_moment(given, "last_seen", last_seen);
    if (read) read = read_moment(given, "issued_at", issued_at);
    if (read) read = read_bool(given, "deactivated", memory.deactivated);
    if (read) read = read_integer(given, "revocations_seen", 0, kMaxSafeInteger, revocations_seen);
    if (!read) return std::unexpected(read.error());
    if (!last_seen || !issued_at) return expected("last_seen and issued_at", "memory");
    memory.last_seen = *last_seen;
    memory.issued_at = *issued_at;
    memory.revocations_seen = static_cast<std::uint64_t>(revocations_seen);
    return memory;
}

val to_js(const License& license) {
    val features = val::array();
    for (const std::string& feature : license.features) features.call<void>("push", feature);
    val object = val::object();
    object.set("id", license.id);
    object.set("product", license.product);
    object.set("licensee", license.licensee);
    object.set("fingerprint", license.fingerprint);
    object.set("features", features);
    object.set("max_instances", static_cast<double>(license.max_instances));
    object.set("grace_days", static_cast<double>(license.grace_days));
    object.set("issued_at", static_cast<double>(license.issued_at.value));
    object.set("not_before", static_cast<double>(license.not_before.value));
    set_moment(object, "expires_at", license.expires_at);
    return object;
}

val to_js(const LicenseMemory& memory) {
    val object = val::object();
    object.set("last_seen", static_cast<double>(memory.last_seen.value));
    object.set("issued_at", static_cast<double>(memory.issued_at.value));
    object.set("deactivated", memory.deactivated);
    object.set("revocations_seen", static_cast<double>(memory.revocations_seen));
    return object;
}

/// The state and all that is known of the licence; `refused` beside it where it cannot be used.
Result<val> to_reply(const LicenseStatus& status, const std::string& feature) {
    const Status usable = feature.empty() ? security::require_license(status)
                                          : security::require_feature(status, feature);
    val reply = val::object();
    if (!usable) {
        auto refusal = refused(usable.error());
        if (!refusal) return refusal;
        reply = std::move(*refusal);
    }
    reply.set("state", std::string(security::to_string(status.state)));
    reply.set("memory", to_js(status.memory));
    if (status.license) reply.set("license", to_js(*status.license));
    if (status.days_left) reply.set("days_left", static_cast<double>(*status.days_left));
    set_moment(reply, "grace_until", status.grace_until);
    return reply;
}

Status read_conditions(const val& options, LicenseConditions& conditions) {
    std::int64_t others = 0;
    const auto now = read_now(options);
    if (!now) return std::unexpected(now.error());
    conditions.now = *now;
    auto memory = read_memory(options);
    if (!memory) return std::unexpected(memory.error());
    conditions.memory = *memory;
    Status read = read_integer(options, "clock_tolerance_s", 0, kMaxSafeInteger,
                               conditions.clock_tolerance_s);
    if (read) read = read_integer(options, "other_instances", 0, kMaxInstances, others);
    conditions.other_instances = static_cast<std::uint32_t>(others);
    return read;
}

}  // namespace

val verify_license_text(const val& text, const val& options) {
    return answered([&]() -> Result<val> {
        const auto bytes = InputBytes::copy_of(text);
        if (!bytes) return std::unexpected(bytes.error());
        const auto issuers = read_issuers(options);
        if (!issuers) return std::unexpected(issuers.error());
        LicenseConditions conditions;
        std::string fingerprint;
        std::string feature;
        Status read = read_conditions(options, conditions);
        if (read) read = read_text(options, "fingerprint", fingerprint);
        if (read) read = read_text(options, "feature", feature);
        if (!read) return std::unexpected(read.error());
        conditions.fingerprint = fingerprint;

        RevocationList revocations;
        if (const val given = options["revocations"]; !given.isUndefined()) {
            const auto list = InputBytes::copy_of(given);
            if (!list) return std::unexpected(list.error());
            const auto seen = conditions.memory ? conditions.memory->revocations_seen : 0;
            auto read_list = security::read_revocations(list->text(), *issuers, seen);
            if (!read_list) return refused(read_list.error());
            revocations = std::move(*read_list);
            conditions.revocations = &revocations;
        }
        return to_reply(security::check_license(bytes->text(), *issuers, conditions), feature);
    });
}

}  // namespace limpid::wasm
