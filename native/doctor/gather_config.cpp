#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "doctor/gather_parts.hpp"
#include "limpid/security/jwk.hpp"
#include "limpid/security/redact.hpp"
#include "platform/printable.hpp"
#include "service/key_file.hpp"
#include "service/text.hpp"

// Settings and credentials, read as limpidd reads them.
namespace limpid::doctor {
namespace {

using service::SettingKind;
using service::SettingRow;
using service::Variable;

constexpr std::string_view kPrefix = "LIMPID_";

/// Finds files below the root of an image.
class RootedReader final : public security::SecretReader {
public:
    RootedReader(const GatherOptions& options, security::SecretReader& inner)
        : options_(options), inner_(inner) {}

    Result<std::optional<security::Secret>> read_variable(std::string_view name) override {
        return inner_.read_variable(name);
    }
    Result<std::optional<security::Secret>> read_file(std::string_view path) override {
        return inner_.read_file(rooted(options_, std::string(path)));
    }
    Result<std::optional<security::Secret>> read_descriptor(int descriptor) override {
        return inner_.read_descriptor(descriptor);
    }
    Result<std::optional<security::Secret>> read_credential(std::string_view name) override {
        return inner_.read_credential(name);
    }

private:
    const GatherOptions& options_;
    security::SecretReader& inner_;
};

/// The variables that are limpidd's own, or the others.
std::vector<Variable> variables(const GatherOptions& options, bool own) {
    std::vector<Variable> some;
    std::ranges::copy_if(options.environment, std::back_inserter(some), [&](const Variable& entry) {
        return entry.name.starts_with(kPrefix) == own;
    });
    return some;
}

std::optional<Error> error_in(const Result<service::Settings>& settings) {
    return settings ? std::nullopt : std::optional(settings.error());
}

void note_variables(Subject& subject, const GatherOptions& options) {
    for (const Variable& variable : options.environment) {
        if (variable.name == "LD_PRELOAD" || variable.name == "LD_LIBRARY_PATH" ||
            variable.name == "LD_AUDIT") {
            subject.config.loader_variables.emplace_back(variable.name);
        }
        if (!variable.name.starts_with(kPrefix) || variable.value.empty()) continue;
        const SettingRow* const row =
            service::find_setting(service::lower_case(variable.name.substr(kPrefix.size())));
        if (row != nullptr && row->kind == SettingKind::secret) {
            subject.config.literal_variables.emplace_back(variable.name);
        }
    }
}

/// The file that a setting's reference or LIMPID_NAME_FILE names; empty: another source.
std::string secret_path(const GatherOptions& options, const SettingRow& row,
                        std::string_view reference) {
    constexpr std::string_view kFile = "file:";
    if (reference.starts_with(kFile)) return std::string(reference.substr(kFile.size()));
    for (const Variable& variable : options.environment) {
        if (!variable.name.starts_with(kPrefix) || !variable.name.ends_with("_FILE")) continue;
        const std::string name = service::lower_case(variable.name.substr(kPrefix.size()));
        if (name == std::string(row.name) + "_file") return std::string(variable.value);
    }
    return {};
}

void gather_secret(Subject& subject, const GatherOptions& options, GatherWorld& world,
                   const SettingRow& row) {
    RootedReader reader(options, world.secrets);
    const std::string reference = setting_text(subject, row.name);
    const std::string path = secret_path(options, row, reference);
    if (!path.empty()) add_file(subject, FileRole::secret, rooted(options, path));
    auto secret =
        security::resolve_secret({.name = row.name, .reference = reference}, reader, world.random);
    if (secret) {
        subject.credentials.secrets.push_back({.setting = std::string(row.name),
                                               .error = std::nullopt,
                                               .origin = std::string(to_string(secret->origin)),
                                               .location = secret->location});
    } else if (secret.error().id() != ErrorCode::secret_not_found || !reference.empty()) {
        subject.credentials.secrets.push_back({.setting = std::string(row.name),
                                               .error = secret.error(),
                                               .origin = {},
                                               .location = {}});
    }
}

void gather_keys_file(Subject& subject, const std::string& path) {
    if (path.empty()) return;
    std::error_code error;
    subject.credentials.keys_file_present = std::filesystem::exists(path, error);
    if (!subject.credentials.keys_file_present) return;
    auto keys = service::read_key_file(path);
    if (keys) {
        subject.credentials.keys = *std::move(keys);
    } else {
        subject.credentials.keys_error = keys.error();
    }
}

Status check_jwt_keys(const std::string& path, security::SecretReader& reader) {
    const auto text = reader.read_file(path);
    if (!text) return std::unexpected(text.error());
    if (!*text) return fail(ErrorCode::io_unreadable, platform::printable(path));
    const auto set = security::parse_jwk_set((*text)->expose_text());
    if (!set) return std::unexpected(set.error());
    return set->keys.empty() ? fail(ErrorCode::key_none, platform::printable(path)) : Status();
}

/// Does a setting of this name hold an address that the service connects to?
bool is_outbound(std::string_view name) {
    constexpr std::array<std::string_view, 5> kEndings = {"_url", "_urls", "_webhook", "_endpoint",
                                                          "_upstream"};
    // The hosts that jobs may name for their webhooks.
    if (name == "outbound_hosts") return true;
    return std::ranges::any_of(kEndings,
                               [&](std::string_view ending) { return name.ends_with(ending); });
}

ListenFacts listen_facts(const std::string& text) {
    ListenFacts facts;
    facts.text = text;
    auto address = service::parse_listen_address(text);
    if (address) facts.address = *std::move(address);
    std::string_view host = std::string_view(text).substr(0, text.rfind(':'));
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    facts.by_name = !security::IpAddress::parse(host).has_value();
    return facts;
}

}  // namespace

void gather_config(Subject& subject, const GatherOptions& options) {
    ConfigFacts& config = subject.config;
    config.path = options.config_file;
    std::string text;
    if (!config.path.empty()) {
        auto read = read_text(config.path);
        if (!read) config.file_error = read.error();
        if (read && !*read) {
            config.file_error = Error(ErrorCode::io_unreadable, platform::printable(config.path));
        }
        if (read && *read) text = **std::move(read);
    }
    config.secrets = scan_for_secrets(platform::printable(config.path), text);
    const std::vector<Variable> own = variables(options, true);
    const std::vector<Variable> others = variables(options, false);
    if (!config.file_error) {
        config.file_error = error_in(service::gather_settings(text, config.path, others, {}));
    }
    config.environment_error = error_in(service::gather_settings({}, {}, own, {}));
    auto settings = service::gather_settings(text, config.path, options.environment, {});
    // Whatever keeps limpidd from starting is a fact, or every check would be skipped.
    if (!settings && !config.environment_error && !config.file_error) {
        config.file_error = settings.error();
    }
    if (settings && !config.file_error) config.settings = *std::move(settings);
    note_variables(subject, options);
}

void gather_credentials(Subject& subject, const GatherOptions& options, GatherWorld& world) {
    if (!subject.config.settings) return;
    const service::Settings& settings = *subject.config.settings;
    gather_keys_file(subject, rooted(options, settings.keys_file));
    if (!settings.jwt_keys_file.empty()) {
        const Status status =
            check_jwt_keys(rooted(options, settings.jwt_keys_file), world.secrets);
        if (!status) subject.credentials.jwt_keys_error = status.error();
    }
    for (const SettingRow& row : service::setting_rows()) {
        if (row.kind == SettingKind::secret) gather_secret(subject, options, world, row);
    }
}

void gather_network(Subject& subject) {
    if (!subject.config.settings) return;
    subject.listen = listen_facts(subject.config.settings->listen);
    if (!subject.config.settings->metrics_listen.empty()) {
        subject.metrics_listen = listen_facts(subject.config.settings->metrics_listen);
    }
    if (!subject.config.settings->admin_listen.empty()) {
        subject.admin_listen = listen_facts(subject.config.settings->admin_listen);
    }
    for (const SettingRow& row : service::setting_rows()) {
        const std::string text = text_of(*subject.config.settings, row);
        if (row.kind != SettingKind::text || text.empty() || !is_outbound(row.name)) continue;
        subject.outbound.push_back(std::string(row.name) + " " +
                                   security::redact_url(text, security::RedactionSet()));
    }
}

}  // namespace limpid::doctor
