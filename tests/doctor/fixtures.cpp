#include "doctor/fixtures.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "doctor/good_subject.hpp"

namespace limpid::doctor::test {
namespace {

using S = Subject&;

Fixture mode(std::string_view id, FileRole role, unsigned bits) {
    return {id, [role, bits](S s) { file_of(s, role).mode = bits; }};
}

Fixture file_error(std::string_view id, ErrorCode code) {
    return {id, [code](S s) { s.config.file_error = Error(code, "limpidd.toml:3: what"); }};
}

service::Settings& settings_of(S s) { return *s.config.settings; }
security::ApiKeyRecord& key_of(S s) { return s.credentials.keys.front(); }

Fixture secret_error(std::string_view id, ErrorCode code) {
    return {id, [code](S s) { s.credentials.secrets.front().error = Error(code, "why"); }};
}

void hit(std::vector<SecretHit>& hits, SecretKind kind) {
    hits.push_back({"limpidd.toml", 7, kind});
}

void listen_at(ListenFacts& facts, const std::string& text) {
    facts.text = text;
    facts.address = service::parse_listen_address(text).value();
}

void forget_credentials(S s) {
    settings_of(s).keys_file.clear();
    settings_of(s).jwt_keys_file.clear();
    s.credentials = {};
}

/// In production config.authentication would find something as well.
void open_without_keys(S s) {
    forget_credentials(s);
    listen_at(s.listen, "0.0.0.0:8080");
    s.profile = Profile::development;
}

void open_without_tls(S s) {
    listen_at(s.listen, "0.0.0.0:8080");
    s.tls.reset();
    settings_of(s).trust_proxy = "false";
}

std::vector<Fixture> env_fixtures() {
    return {
        {"env.kernel", [](S s) { s.machine.kernel_release = "5.10.0-30-amd64"; }},
        {"env.seccomp", [](S s) { s.machine.seccomp_actions = "kill_thread errno allow"; }},
        {"env.landlock", [](S s) { s.machine.landlock_abi = 0; }},
        {"env.memlock", [](S s) { s.machine.memlock_bytes = 65'536; }},
        {"env.core_dumps", [](S s) { s.machine.core_bytes = 1U << 20U; }},
        {"env.account", [](S s) { s.machine.user_id = 0; }},
        {"env.capabilities", [](S s) { s.machine.effective_capabilities = 0x400U | 0x200000U; }},
        {"env.bounding_set", [](S s) { s.machine.bounding_capabilities = 0x1FFU; }},
        {"env.no_new_privileges", [](S s) { s.machine.no_new_privileges = false; }},
        {"env.address_randomisation", [](S s) { s.machine.address_randomisation = 0; }},
        {"env.ptrace_scope", [](S s) { s.machine.ptrace_scope = 0; }},
        {"env.user_namespaces", [](S s) { s.machine.max_user_namespaces = 0; }},
        {"env.open_files", [](S s) { s.machine.open_files = 1024; }},
        {"env.loader_variables", [](S s) { s.config.loader_variables = {"LD_PRELOAD"}; }},
        {"env.secret_variables", [](S s) { s.config.literal_variables = {"LIMPID_JWT_SECRET"}; }},
        {"env.clock", [](S s) { s.files.front().changed.value = kNow.value + kDay; }},
    };
}

std::vector<Fixture> file_fixtures() {
    return {
        mode("files.config_writable", FileRole::config, 0660),
        mode("files.config_readable", FileRole::config, 0644),
        {"files.config_owner", [](S s) { file_of(s, FileRole::config).owner = 1000; }},
        mode("files.config_folder", FileRole::config_folder, 0777),
        mode("files.env_mode", FileRole::env_file, 0644),
        mode("files.keys_mode", FileRole::keys, 0640),
        mode("files.jwt_keys_mode", FileRole::jwt_keys, 0644),
        mode("files.secret_mode", FileRole::secret, 0644),
        mode("files.log_mode", FileRole::log, 0644),
        mode("files.log_folder_mode", FileRole::log_folder, 0755),
        mode("files.keys_folder", FileRole::keys_folder, 0777),
        mode("files.worker_program", FileRole::worker, 0757),
        mode("files.keeper_program", FileRole::keeper, 0757),
        {"files.backups", [](S s) { s.repository.backups = {"limpidd.toml~"}; }},
        {"files.env_tracked", [](S s) { s.repository.tracked->push_back("app/.env"); }},
        {"files.env_ignored", [](S s) { s.repository.git_ignore = "build\n#.env\n"; }},
        {"files.docker_ignore", [](S s) { s.repository.docker_ignore = ".git\n"; }},
        {"files.secrets_in_config", [](S s) { hit(s.config.secrets, SecretKind::assignment); }},
        {"files.secrets_tracked", [](S s) { hit(s.repository.secrets, SecretKind::token); }},
        {"files.private_keys_tracked",
         [](S s) { hit(s.repository.secrets, SecretKind::private_key); }},
    };
}

std::vector<Fixture> config_fixtures() {
    return {
        file_error("config.file", ErrorCode::config_unreadable_file),
        file_error("config.unknown_names", ErrorCode::config_unknown_setting),
        file_error("config.values", ErrorCode::config_invalid_value),
        file_error("config.placeholders", ErrorCode::config_unresolved),
        file_error("config.secret_literals", ErrorCode::secret_literal_refused),
        {"config.environment",
         [](S s) {
             s.config.environment_error = Error(ErrorCode::config_unknown_setting, "LIMPID_WORKER");
         }},
        {"config.url_credentials",
         [](S s) { settings_of(s).jwt_issuer = "https://user:word@login.example.com"; }},
        {"config.authentication", forget_credentials},
        {"config.token_claims", [](S s) { settings_of(s).jwt_audience.clear(); }},
        {"config.rate_limits", [](S s) { settings_of(s).rate_limit_ip = 0; }},
        {"config.failure_block", [](S s) { settings_of(s).block_failures = 0; }},
        {"config.body_limit", [](S s) { settings_of(s).max_body_bytes = 500U << 20U; }},
        {"config.timeouts", [](S s) { settings_of(s).header_timeout_s = 300; }},
        {"config.cors_origins", [](S s) { settings_of(s).cors_origins = "*"; }},
        {"config.cors_encryption",
         [](S s) { settings_of(s).cors_origins = "http://photos.example.com"; }},
        {"config.access_log", [](S s) { settings_of(s).access_log = false; }},
        {"config.metrics", [](S s) { settings_of(s).metrics_listen.clear(); }},
        {"config.session_store",
         [](S s) {
             settings_of(s).users = true;
             settings_of(s).redis_url.clear();
         }},
        {"config.guest",
         [](S s) {
             settings_of(s).guest = true;
             listen_at(s.listen, "0.0.0.0:8080");
         }},
        {"config.demo", [](S s) { settings_of(s).demo = true; }},
        {"config.temporary_paths", [](S s) { settings_of(s).log_file = "/tmp/limpidd.log"; }},
        {"config.relative_paths", [](S s) { settings_of(s).log_file = "limpidd.log"; }},
    };
}

std::vector<Fixture> key_fixtures() {
    return {
        {"keys.file_present", [](S s) { s.credentials.keys_file_present = false; }},
        {"keys.file_valid",
         [](S s) { s.credentials.keys_error = Error(ErrorCode::apikey_record_malformed); }},
        {"keys.any_valid", [](S s) { key_of(s).revoked_at = kNow; }},
        {"keys.expiry", [](S s) { key_of(s).grant.expires_at.reset(); }},
        {"keys.expiring_soon",
         [](S s) { key_of(s).grant.expires_at->value = kNow.value + 3 * kDay; }},
        {"keys.age", [](S s) { key_of(s).created_at.value = kNow.value - 400 * kDay; }},
        {"keys.admin", [](S s) { key_of(s).grant.scopes = {"admin"}; }},
        secret_error("keys.secret_strength", ErrorCode::secret_too_weak),
        secret_error("keys.secret_available", ErrorCode::secret_not_found),
        {"keys.secret_source", [](S s) { s.credentials.secrets.front().origin = "environment"; }},
        {"keys.jwt_keys_valid",
         [](S s) { s.credentials.jwt_keys_error = Error(ErrorCode::jwk_private_key); }},
    };
}

std::vector<Fixture> license_fixtures() {
    using security::LicenseState;
    return {
        {"license.genuine", [](S s) { s.license->error = Error(ErrorCode::license_not_genuine); }},
        {"license.state", [](S s) { s.license->status.state = LicenseState::expired; }},
        {"license.grace",
         [](S s) {
             s.license->status.state = LicenseState::grace;
             s.license->status.grace_until = security::UnixSeconds{kNow.value + 9 * kDay};
         }},
        {"license.days_left", [](S s) { s.license->status.days_left = 9; }},
        {"license.clock",
         [](S s) { s.license->status.license->issued_at.value = kNow.value + kDay; }},
        mode("license.file_mode", FileRole::license, 0644),
    };
}

std::vector<Fixture> crypto_fixtures() {
    return {
        {"crypto.sha256", [](S s) { s.self_tests.sha256_of_abc.front() = 'c'; }},
        {"crypto.ed25519", [](S s) { s.self_tests.ed25519_refuses = false; }},
        {"crypto.es256", [](S s) { s.self_tests.es256_accepts = false; }},
        {"crypto.sealing", [](S s) { s.self_tests.sealing_refuses = false; }},
        {"crypto.random", [](S s) { s.self_tests.random_differs = false; }},
        {"crypto.picture", [](S s) { s.self_tests.picture_digest.front() = 'e'; }},
        {"crypto.guarded_memory", [](S s) { s.self_tests.memory_is_guarded = false; }},
    };
}

std::vector<Fixture> tls_fixtures() {
    return {
        {"tls.certificate",
         [](S s) { s.tls->certificate_error = Error(ErrorCode::key_malformed); }},
        {"tls.validity", [](S s) { s.tls->chain.front().not_after.value = kNow.value - kDay; }},
        {"tls.expiry", [](S s) { s.tls->chain.front().not_after.value = kNow.value + 9 * kDay; }},
        {"tls.chain", [](S s) { s.tls->chain.front().signed_by_next = false; }},
        {"tls.self_signed", [](S s) { s.tls->chain.front().self_signed = true; }},
        {"tls.names", [](S s) { s.tls->chain.front().names.clear(); }},
        {"tls.signature", [](S s) { s.tls->chain.front().signature_digest = "SHA1"; }},
        {"tls.key_strength", [](S s) { s.tls->chain.front().key_bits = 160; }},
        {"tls.key", [](S s) { s.tls->key_error = Error(ErrorCode::key_malformed); }},
        {"tls.key_match", [](S s) { s.tls->key_matches = false; }},
        mode("tls.key_mode", FileRole::tls_key, 0640),
    };
}

std::vector<Fixture> net_fixtures() {
    return {
        {"net.address", [](S s) { s.listen.address.addresses.clear(); }},
        {"net.exposure", open_without_keys},
        {"net.metrics_exposure", [](S s) { listen_at(*s.metrics_listen, "0.0.0.0:9464"); }},
        {"net.admin_exposure", [](S s) { listen_at(*s.admin_listen, "0.0.0.0:9465"); }},
        {"net.plain_http", open_without_tls},
        {"net.trust_proxy", [](S s) { settings_of(s).trust_proxy = "true"; }},
        {"net.privileged_port", [](S s) { listen_at(s.listen, "127.0.0.1:443"); }},
        {"net.by_name", [](S s) { s.listen.by_name = true; }},
        {"net.redis", [](S s) { settings_of(s).redis_url = "redis://192.0.2.1:6379"; }},
        {"net.outbound", [](S s) { s.outbound = {"hook_url https://hooks.example.com"}; }},
        {"net.outbound_hosts",
         [](S s) { settings_of(s).auth_forward_url = "https://auth.example.com"; }},
        {"net.outbound_any", [](S s) { settings_of(s).outbound_hosts = "a.example.com,*"; }},
    };
}

std::vector<Fixture> sandbox_fixtures() {
    return {
        {"sandbox.worker", [](S s) { s.sandbox.error = Error(ErrorCode::worker_unavailable); }},
        {"sandbox.system_call_filter", [](S s) { s.sandbox.layers.syscall_filter = false; }},
        {"sandbox.no_new_privileges", [](S s) { s.sandbox.layers.no_new_privileges = false; }},
        {"sandbox.capabilities", [](S s) { s.sandbox.layers.no_capabilities = false; }},
        {"sandbox.not_dumpable", [](S s) { s.sandbox.layers.not_dumpable = false; }},
        {"sandbox.resource_limits", [](S s) { s.sandbox.layers.resource_limits = false; }},
        {"sandbox.landlock", [](S s) { s.sandbox.layers.landlock_abi = 0; }},
        {"sandbox.namespaces", [](S s) { s.sandbox.layers.pid_namespace = false; }},
    };
}

std::vector<Fixture> room_fixtures() {
    const auto advisories = [](std::int64_t age, std::string_view list) {
        return "{\"updated_at\": " + std::to_string(kNow.value - age) +
               ", \"advisories\": " + std::string(list) + "}";
    };
    const std::string old = advisories(60 * kDay, "[]");
    const std::string hits = advisories(
        kDay, R"([{"id": "TEST-1", "library": "limpid", "since": "0.1.0", "fixed_in": "99.0"}])");
    return {
        {"resources.memory", [](S s) { s.machine.memory_bytes = std::uint64_t{1} << 30U; }},
        {"resources.disk", [](S s) { s.disks.front().free_bytes = 1U << 20U; }},
        {"resources.workers", [](S s) { settings_of(s).workers = 65; }},
        {"deps.advisories_file", [](S s) { s.advisories = "[]"; }},
        {"deps.advisories", [hits](S s) { s.advisories = hits; }},
        {"deps.advisories_age", [old](S s) { s.advisories = old; }},
    };
}

std::vector<Fixture> all_fixtures() {
    std::vector<Fixture> all;
    for (auto part : {env_fixtures(), file_fixtures(), config_fixtures(), key_fixtures(),
                      license_fixtures(), crypto_fixtures(), tls_fixtures(), net_fixtures(),
                      sandbox_fixtures(), room_fixtures(), deploy_fixtures(), live_fixtures()}) {
        std::ranges::move(part, std::back_inserter(all));
    }
    return all;
}

}  // namespace

const std::vector<Fixture>& fixtures() {
    static const std::vector<Fixture> all = all_fixtures();
    return all;
}

}  // namespace limpid::doctor::test
