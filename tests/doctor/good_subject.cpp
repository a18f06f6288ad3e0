#include "doctor/good_subject.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "native/doctor/live_probe.hpp"
#include "native/doctor/self_tests.hpp"
#include "native/doctor/versions.hpp"
#include "native/platform/random_source.hpp"

namespace limpid::doctor::test {
namespace {

MachineFacts good_machine() {
    MachineFacts machine;
    machine.kernel_release = "6.12.0-1-amd64";
    machine.landlock_abi = 6;
    machine.seccomp_actions = "kill_process kill_thread errno allow";
    machine.memlock_bytes = 8U << 20U;
    machine.core_bytes = 0;
    machine.open_files = 65'536;
    machine.user_id = 997;
    machine.effective_capabilities = 0;
    machine.bounding_capabilities = 0;
    machine.no_new_privileges = true;
    machine.address_randomisation = 2;
    machine.ptrace_scope = 1;
    machine.max_user_namespaces = 1000;
    machine.memory_bytes = std::uint64_t{256} << 30U;
    machine.processors = 32;
    return machine;
}

service::Settings good_settings() {
    service::Settings settings = service::default_settings();
    settings.listen = "127.0.0.1:8080";
    settings.metrics_listen = "127.0.0.1:9464";
    settings.admin_listen = "127.0.0.1:9465";
    settings.keys_file = "/var/lib/limpid/keys";
    settings.jwt_keys_file = "/etc/limpid/jwks.json";
    settings.jwt_issuer = "https://login.example.com";
    settings.jwt_audience = "limpid";
    settings.log_file = "/var/log/limpid/limpidd.log";
    settings.redis_url = "rediss://redis.example.com:6380";
    settings.trust_proxy = "1";
    settings.cors_origins = "https://photos.example.com";
    return settings;
}

std::vector<FileFacts> good_files() {
    const auto file = [](FileRole role, std::string path, unsigned mode, bool folder = false) {
        return FileFacts{.role = role,
                         .path = std::move(path),
                         .folder = folder,
                         .mode = mode,
                         .owner = 0,
                         .changed = {kNow.value - kDay}};
    };
    return {
        file(FileRole::config, "/etc/limpid/limpidd.toml", 0640),
        file(FileRole::config_folder, "/etc/limpid", 0755, true),
        file(FileRole::env_file, "/etc/limpid/.env", 0600),
        file(FileRole::keys, "/var/lib/limpid/keys", 0600),
        file(FileRole::keys_folder, "/var/lib/limpid", 0700, true),
        file(FileRole::jwt_keys, "/etc/limpid/jwks.json", 0600),
        file(FileRole::secret, "/etc/limpid/jwt_secret", 0400),
        file(FileRole::log, "/var/log/limpid/limpidd.log", 0640),
        file(FileRole::log_folder, "/var/log/limpid", 0750, true),
        file(FileRole::tls_key, "/etc/limpid/key.pem", 0600),
        file(FileRole::license, "/etc/limpid/license", 0640),
        file(FileRole::worker, "/usr/libexec/limpid-worker", 0755),
        file(FileRole::keeper, "/usr/libexec/limpid-keeper", 0755),
    };
}

CredentialFacts good_credentials() {
    CredentialFacts credentials;
    credentials.keys_file_present = true;
    security::ApiKeyRecord key;
    key.id = "k1k2k3k4";
    key.grant.scopes = {"enhance:submit"};
    key.grant.expires_at = security::UnixSeconds{kNow.value + 80 * kDay};
    key.created_at = {kNow.value - 10 * kDay};
    credentials.keys = {key};
    credentials.secrets = {{.setting = "jwt_secret",
                            .error = std::nullopt,
                            .origin = "credential",
                            .location = "credential jwt_secret"}};
    return credentials;
}

TlsFacts good_tls() {
    crypto::Certificate server;
    server.subject = "CN=photos.example.com";
    server.issuer = "CN=Example CA";
    server.not_before = {kNow.value - 10 * kDay};
    server.not_after = {kNow.value + 80 * kDay};
    server.names = {"photos.example.com"};
    server.key_kind = "EC";
    server.key_bits = 256;
    server.signature_digest = "SHA256";
    crypto::Certificate authority = server;
    authority.subject = "CN=Example CA";
    authority.self_signed = true;
    TlsFacts tls;
    tls.chain = {server, authority};
    tls.key_matches = true;
    return tls;
}

LicenseFacts good_license() {
    security::License license;
    license.issued_at = {kNow.value - 100 * kDay};
    LicenseFacts facts;
    facts.status.state = security::LicenseState::active;
    facts.status.license = license;
    facts.status.days_left = 200;
    return facts;
}

HttpReply answer(int status, std::string type) {
    HttpReply reply;
    reply.status = status;
    reply.fields = {
        {"Content-Type", std::move(type)},
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Strict-Transport-Security", "max-age=31536000"},
        {"RateLimit", "\"ip\";r=99;t=1"},
        {"Cache-Control", "no-store"},
    };
    reply.body = "{}";
    return reply;
}

LiveFacts good_live() {
    LiveFacts live;
    live.url = {.https = true, .host = "photos.example.com", .port = 443, .path = "/"};
    live.with_key = true;
    live.canary = "lmp_canary";
    const auto add = [&](std::string_view probe, HttpReply reply) {
        live.replies.emplace_back(std::string(probe), std::move(reply));
    };
    const std::string problem = "application/problem+json";
    add(kProbeReady, answer(200, "application/json"));
    add(kProbeNoKey, answer(401, problem));
    add(kProbeWrongKey, answer(401, problem));
    add(kProbeNotFound, answer(404, problem));
    add(kProbeForeignOrigin, answer(200, "application/json"));
    add(kProbeMetrics, answer(404, problem));
    add(kProbeLargeBody, answer(413, problem));
    add(kProbeTrace, answer(405, problem));
    add(kProbeKey, answer(200, "application/json"));
    return live;
}

ListenFacts listens_at(std::string text) {
    ListenFacts facts;
    facts.address = service::parse_listen_address(text).value();
    facts.text = std::move(text);
    return facts;
}

}  // namespace

Subject good_subject() {
    Subject subject;
    subject.profile = Profile::production;
    subject.now = kNow;
    subject.machine = good_machine();
    subject.config.path = "/etc/limpid/limpidd.toml";
    subject.config.settings = good_settings();
    subject.files = good_files();
    subject.repository.tracked = {{"limpidd.toml", ".env.example"}};
    subject.repository.git_ignore = "build\n.env\n";
    subject.repository.docker_ignore = ".git\n**/.env\n";
    subject.repository.has_dockerfile = true;
    subject.credentials = good_credentials();
    subject.listen = listens_at("127.0.0.1:8080");
    subject.metrics_listen = listens_at("127.0.0.1:9464");
    subject.admin_listen = listens_at("127.0.0.1:9465");
    // Once: each fixture begins with such a subject.
    static const SelfTestFacts self_tests = [] {
        platform::SystemRandom random;
        return run_self_tests(random);
    }();
    subject.self_tests = self_tests;
    // Depends on the limits of whoever runs the tests.
    subject.self_tests.memory_is_guarded = true;
    subject.sandbox.layers = {.no_new_privileges = true,
                              .syscall_filter = true,
                              .resource_limits = true,
                              .not_dumpable = true,
                              .no_capabilities = true,
                              .user_namespace = true,
                              .network_namespace = true,
                              .ipc_namespace = true,
                              .pid_namespace = true,
                              .landlock_abi = 6};
    subject.disks = {{.folder = "/var/log/limpid", .free_bytes = std::uint64_t{10} << 30U}};
    subject.libraries = library_versions();
    subject.advisories =
        "{\"updated_at\": " + std::to_string(kNow.value - kDay) + ", \"advisories\": []}";
    subject.tls = good_tls();
    subject.license = good_license();
    subject.deploy = DeployFacts{.compose = deploy_text("compose.yaml"),
                                 .dockerfile = deploy_text("Dockerfile"),
                                 .unit = deploy_text("limpidd.service")};
    subject.live = good_live();
    return subject;
}

std::string deploy_text(std::string_view name) {
    std::ifstream file(std::string(LIMPID_DEPLOY) + "/" + std::string(name));
    if (!file) throw std::runtime_error("no " + std::string(name));
    return {std::istreambuf_iterator<char>(file), {}};
}

FileFacts& file_of(Subject& subject, FileRole role) {
    return *std::ranges::find(subject.files, role, &FileFacts::role);
}

HttpReply& reply_of(Subject& subject, std::string_view probe) {
    for (auto& [name, reply] : subject.live->replies) {
        if (name == probe) return reply.value();
    }
    throw std::runtime_error("no probe " + std::string(probe));
}

}  // namespace limpid::doctor::test
