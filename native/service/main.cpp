// limpidd: enhance photographs over HTTP.

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "keeper/client.hpp"
#include "keeper/variables.hpp"
#include "limpid/version.hpp"
#include "platform/cpu_count.hpp"
#include "platform/find_program.hpp"
#include "platform/printable.hpp"
#include "platform/random_source.hpp"
#include "platform/read_file.hpp"
#include "platform/secret_reader.hpp"
#include "platform/write_file.hpp"
#include "service/audit_command.hpp"
#include "service/backup_command.hpp"
#include "service/identity/modes.hpp"
#include "service/keeper_setup.hpp"
#include "service/keys_command.hpp"
#include "service/lasting_reader.hpp"
#include "service/lockdown_command.hpp"
#include "service/pages/page_files.hpp"
#include "service/redis/redis_address.hpp"
#include "service/server.hpp"
#include "service/settings_sources.hpp"
#include "service/settings_text.hpp"
#include "service/sources/sign_url_command.hpp"
#include "service/tls_files.hpp"
#include "service/users_command.hpp"

namespace limpid::service {
namespace {

constexpr platform::ReadLimit kConfigLimit{.max_bytes = 1U << 20U,
                                           .limit_name = "--config",
                                           .too_large = ErrorCode::config_unreadable_file};

Result<Settings> read_settings(const CommandLine& line) {
    std::string text;
    if (!line.config_file.empty()) {
        const auto bytes = platform::read_file(line.config_file, kConfigLimit);
        if (!bytes) return std::unexpected(bytes.error());
        text.assign(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    }
    return gather_settings(text, line.config_file, process_environment(), line.flags);
}

worker::PoolOptions pool_options(const Settings& settings) {
    worker::PoolOptions options;
    options.program = settings.worker_program.empty() ? platform::find_program("limpid-worker")
                                                      : settings.worker_program;
    options.workers =
        settings.workers == 0 ? platform::cpu_count() : static_cast<int>(settings.workers);
    if (settings.queue_length != 0) {
        options.queue_length = static_cast<int>(settings.queue_length);
    }
    options.memory_bytes_per_worker = settings.worker_memory_bytes;
    return options;
}

/// A listener for this machine alone, whatever protects the others: it has no TLS.
Status choose_local(const std::string& setting, ListenAddress& out) {
    if (setting.empty()) return {};
    auto address = parse_listen_address(setting);
    if (!address) return std::unexpected(std::move(address).error());
    out = *std::move(address);
    return check_exposure(out, false);
}

/// The listeners, with what they may show to whom.
Status choose_addresses(const Settings& settings, bool authenticated, ServerOptions& options) {
    auto listen = parse_listen_address(settings.listen);
    if (!listen) return std::unexpected(std::move(listen).error());
    options.listen = *std::move(listen);
    if (!options.listen.unix_path.empty() && !settings.tls_cert_file.empty()) {
        return fail(ErrorCode::config_invalid_value,
                    "listen is a Unix socket, which takes no TLS: unset tls_cert_file");
    }
    if (Status status = check_exposure(options.listen, authenticated); !status) return status;
    if (!settings.rpc_listen.empty()) {
        auto rpc = parse_listen_address(settings.rpc_listen);
        if (!rpc) return std::unexpected(std::move(rpc).error());
        options.rpc_listen = *std::move(rpc);
        // Tokens are sent in every connection: never in the clear to other machines.
        const bool is_safe = authenticated && !settings.tls_cert_file.empty();
        if (!check_exposure(options.rpc_listen, is_safe)) {
            return fail(ErrorCode::service_exposed,
                        "rpc_listen beyond loopback needs keys and tls_cert_file");
        }
    }
    if (Status status = choose_local(settings.metrics_listen, options.metrics_listen); !status) {
        return status;
    }
    return choose_local(settings.admin_listen, options.admin_listen);
}

Result<Log> open_log(const Settings& settings) {
    if (settings.log_file.empty()) return Log();
    return Log::to_file(settings.log_file);
}

Result<std::unique_ptr<keeper::Client>> start_keeper(const Settings& settings,
                                                     security::RandomSource& random) {
    keeper::ClientOptions options;
    options.program = settings.keeper_program.empty() ? platform::find_program("limpid-keeper")
                                                      : settings.keeper_program;
    auto setup = keeper_setup(settings, new_instance(random));
    auto variables = keeper::take_variables(setup);
    if (!variables) return std::unexpected(std::move(variables).error());
    options.variables = *std::move(variables);
    keeper::refer_to_variables(setup);
    options.setup = std::move(setup);
    return keeper::Client::start(std::move(options));
}

/// Keep a secret out of the log; a shorter one would be found by chance in ordinary text.
Status hide(Log& log, const security::Secret* secret) {
    if (secret == nullptr || secret->size() < security::RedactionSet::kMinBytes) return {};
    return log.hide(*secret);
}

Status run_service(const CommandLine& line) {
    platform::SystemSecretReader reader;
    platform::SystemRandom random;
    auto settings = read_settings(line);
    if (!settings) return std::unexpected(std::move(settings).error());
    // Before this process reads any secret. It never has those of the keeper.
    std::unique_ptr<keeper::Client> keeper;
    if (!line.print_config) {
        auto started = start_keeper(*settings, random);
        if (!started) return std::unexpected(std::move(started).error());
        keeper = *std::move(started);
    }
    // Whoever made the key chose it: how hard it is to guess is not asked.
    const auto passphrase = resolve("tls_key_passphrase", settings->tls_key_passphrase, reader,
                                    random, {.min_characters = 0});
    if (!passphrase) return std::unexpected(passphrase.error());
    const auto redis_password = resolve("redis_password", settings->redis_password, reader, random);
    if (!redis_password) return std::unexpected(redis_password.error());
    if (Status status = redis::check_redis_settings(*settings, redis_password->has_value());
        !status) {
        return status;
    }
    LastingReader lasting(reader);
    const auto read_secrets = [&] { return read_live_secrets(*settings, lasting, random); };
    auto secrets = read_secrets();
    if (!secrets) return std::unexpected(std::move(secrets).error());
    if (line.print_config) return platform::print(config_text(*settings));

    // Before the log, which a demonstration has none of.
    if (Status status = identity::check_modes(*settings); !status) return status;

    auto log = open_log(*settings);
    if (!log) return std::unexpected(std::move(log).error());
    const auto value = [](const auto& secret) { return *secret ? &**secret : nullptr; };
    const security::Secret* const key_passphrase = value(passphrase);
    for (const auto* secret : {key_passphrase, value(redis_password)}) {
        if (Status status = hide(*log, secret); !status) return status;
    }
    if (Status status = hide_new(*log, {}, *secrets); !status) return status;
    auto service = Service::make(
        *settings, {.secrets = reader, .random = random, .keeper = keeper.get()}, *std::move(log));
    if (!service) return std::unexpected(std::move(service).error());
    const auto pages = pages::PageFiles::load(settings->playground_dir);
    if (!pages) return std::unexpected(pages.error());
    (*service)->attach_pages(&*pages);
    ServerOptions options;
    options.pool = pool_options(*settings);
    options.redis_password = value(redis_password);
    options.secrets = *std::move(secrets);
    options.reread_secrets = read_secrets;
    options.random = &random;
    options.reread = [&] { return read_settings(line); };
    options.read_tls = [&] { return read_tls(*settings, key_passphrase, reader); };
    if (Status status = choose_addresses(*settings, (*service)->authentication_required(), options);
        !status) {
        return status;
    }
    if (Status status = (*service)->open_audit(); !status) return status;
    return serve(**service, std::move(options));
}

/// What limpidd does when its first argument is one of these names.
constexpr std::array kCommands = {
    std::pair(std::string_view("audit"), &run_audit_command),
    std::pair(std::string_view("backup"), &run_backup_command),
    std::pair(std::string_view("keys"), &run_keys_command),
    std::pair(std::string_view("lockdown"), &run_lockdown_command),
    std::pair(std::string_view("sign-url"), &sources::run_sign_url_command),
    std::pair(std::string_view("users"), &run_users_command),
    std::pair(std::string_view("restore"), &run_restore_command),
};

int report(const Error& error) {
    std::fputs((platform::escaped(error.message()) + "\n").c_str(), stderr);
    return describe(error.id()).exit_code;
}

/// @return the exit code.
int run(std::span<const char* const> arguments) {
    const auto finish = [](const Status& status) { return status ? 0 : report(status.error()); };
    for (const auto& [name, command] : kCommands) {
        if (arguments.empty() || arguments.front() != name) continue;
        return finish(command(arguments.subspan(1)));
    }
    const auto line = parse_command_line(arguments);
    if (!line) return report(line.error());
    if (line->help) return finish(platform::print(help_text()));
    if (line->version) return finish(platform::print("limpidd " LIMPID_VERSION_STRING "\n"));
    return finish(run_service(*line));
}

/// With a standard stream closed, the next descriptor would get its number.
void occupy_closed_streams() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(fd, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDWR));
    }
}

}  // namespace
}  // namespace limpid::service

int main(int argc, char** argv) {
    using limpid::Error;
    using limpid::ErrorCode;
    limpid::service::occupy_closed_streams();
    std::signal(SIGPIPE, SIG_IGN);
    // Beyond its file size limit a write fails, as on a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    // Keys lie in this process: no core dump, and nobody of the same user looks in.
    ::prctl(PR_SET_DUMPABLE, 0);
    try {
        const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
        return limpid::service::run(arguments.subspan(1));
    } catch (const std::bad_alloc&) {
        return limpid::service::report(Error(ErrorCode::memory_exhausted));
    } catch (const std::exception& error) {
        return limpid::service::report(Error(ErrorCode::internal_failure, error.what()));
    }
}
