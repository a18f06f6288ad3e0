#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/prctl.h>

#include "cli/choices.hpp"
#include "cli/security/license_options.hpp"
#include "cli/security/references.hpp"
#include "cli/service/commands.hpp"
#include "doctor/examination.hpp"
#include "doctor/fix_modes.hpp"
#include "doctor/gather.hpp"
#include "doctor/live_probe.hpp"
#include "platform/clock.hpp"
#include "platform/random_source.hpp"
#include "platform/secret_reader.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

using doctor::Profile;

constexpr std::array kProfiles = {
    Choice<Profile>{"development", Profile::development},
    Choice<Profile>{"production", Profile::production},
};

struct DoctorArguments {
    CommonOptions& common;
    doctor::GatherOptions where = {};
    std::vector<std::string> issuers = {};
    std::string live_url = {};
    std::string key_reference = {};
    std::string ca_file = {};
    bool fix = false;
};

Result<std::optional<doctor::LiveFacts>> look_at_service(const DoctorArguments& arguments) {
    if (arguments.live_url.empty()) {
        if (arguments.key_reference.empty()) return std::nullopt;
        return fail(ErrorCode::usage_invalid, "--key is for --live");
    }
    const auto url = doctor::parse_http_url(arguments.live_url);
    if (!url) return std::unexpected(url.error());
    std::optional<security::Secret> key;
    if (!arguments.key_reference.empty()) {
        auto read = read_passphrase(arguments.key_reference, 0);
        if (!read) return std::unexpected(read.error());
        key = *std::move(read);
    }
    return probe(*url, key ? &*key : nullptr, {.ca_file = arguments.ca_file});
}

Result<doctor::Subject> look(DoctorArguments& arguments) {
    if (!arguments.where.license_file.empty() || !arguments.issuers.empty()) {
        auto issuers = read_verify_keys(arguments.issuers);
        if (!issuers) return std::unexpected(issuers.error());
        arguments.where.license_issuers = *std::move(issuers);
    }
    // Before variables of secrets are read, and with that wiped.
    auto live = look_at_service(arguments);
    if (!live) return std::unexpected(live.error());
    const std::vector<service::Variable> environment = service::process_environment();
    arguments.where.environment = environment;
    platform::SystemSecretReader reader;
    platform::SystemRandom random;
    auto subject = doctor::gather(
        arguments.where, {.secrets = reader, .random = random, .now = platform::wall_clock()});
    if (subject) subject->live = *std::move(live);
    return subject;
}

Status run_doctor(DoctorArguments& arguments) {
    // It reads the secrets of limpidd: no core dump, and nobody of the same user looks in.
    ::prctl(PR_SET_DUMPABLE, 0);
    auto subject = look(arguments);
    if (!subject) return std::unexpected(subject.error());
    std::vector<std::string> fixed;
    if (arguments.fix) {
        fixed = doctor::fix_modes(subject->files);
        doctor::refresh_files(*subject);
    }
    const std::vector<doctor::Examined> examined = doctor::examine(*subject);
    arguments.common.exit_code = exit_code_of(doctor::summarise(examined));
    return platform::print(arguments.common.json ? report_json(*subject, examined, fixed)
                                                 : report_text(*subject, examined, fixed));
}

using Arguments = std::shared_ptr<DoctorArguments>;

/// An option that takes a path.
void add_path(CLI::App& command, const char* name, const char* value_name, const char* help,
              const char* group, std::string& target) {
    add_value(command, {.names = name, .value_name = value_name, .help = help, .group = group},
              [&target](const std::string& text) { target = text; });
}

void add_places(CLI::App& command, const Arguments& arguments) {
    doctor::GatherOptions& where = arguments->where;
    add_path(command, "--config", "FILE", "configuration of limpidd", "Installation",
             where.config_file);
    add_value(command,
              {.names = "--profile",
               .value_name = "NAME",
               .help = "development or production, which asks for more",
               .group = "Installation",
               .default_text = "development"},
              [arguments](const std::string& text) {
                  arguments->where.profile = parse_choice("--profile", text, kProfiles);
              });
    add_path(command, "--root", "DIR", "stands before absolute paths in the settings",
             "Installation", where.root);
    add_path(command, "--deploy", "DIR", "folder with compose.yaml, Dockerfile, limpidd.service",
             "Installation", where.deploy_folder);
    add_path(command, "--tls-cert", "FILE", "certificates in PEM, the server's first",
             "Installation", where.tls_certificate_file);
    add_path(command, "--tls-key", "FILE", "its private key in PEM", "Installation",
             where.tls_key_file);
    add_path(command, "--license", "FILE", "licence to judge", "Installation", where.license_file);
    add_verify_keys(command, arguments->issuers, "--issuer-key",
                    "public key of who issues licences: its text or a file;\nrepeatable", false);
    add_machine_id(command, where.machine_id_file);
    add_path(command, "--advisories", "FILE", "known defects, as docs/doctor.md describes them",
             "Installation", where.advisories_file);
}

}  // namespace

Command add_doctor_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command =
        add_command(program, "doctor", "judge an installation of limpidd", kServiceCommands);
    auto arguments = std::make_shared<DoctorArguments>(DoctorArguments{.common = common});
    add_places(command, arguments);
    add_path(command, "--live", "URL", "ask a running service as well", "Running service",
             arguments->live_url);
    add_reference(command,
                  {.names = "--key",
                   .help = "API key or token, to see more of it",
                   .group = "Running service"},
                  arguments->key_reference);
    add_path(command, "--ca", "FILE", "certificates in PEM to trust instead of the system's",
             "Running service", arguments->ca_file);
    add_switch(command, "--fix", arguments->fix,
               "take away permissions that files may not have,\nand say so", "Output");
    add_switch(command, "--json", common.json, "print a JSON object instead of words", "Output");
    set_footer(command, [] {
        return std::string(
            "The exit code is the number of FAIL, 100 at most. When doctor itself cannot do its\n"
            "work, there is an error line instead of a report, and its exit code.");
    });
    return {command, [arguments] { return run_doctor(*arguments); }};
}

}  // namespace limpid::cli
