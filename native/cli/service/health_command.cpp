#include <cstdio>
#include <memory>
#include <string>

#include "cli/service/commands.hpp"
#include "doctor/http_client.hpp"
#include "platform/printable.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

constexpr const char* kDefaultUrl = "http://127.0.0.1:8080/readyz";

struct HealthArguments {
    CommonOptions& common;
    std::string url = {};
    std::string ca_file = {};
};

Status run_health(HealthArguments& arguments) {
    const auto url = doctor::parse_http_url(arguments.url.empty() ? kDefaultUrl : arguments.url);
    if (!url) return std::unexpected(url.error());
    const auto reply =
        doctor::http_request(*url, {.path = url->path}, {.ca_file = arguments.ca_file});
    // Whoever asks wants yes or no: container managers know 0 and 1.
    arguments.common.exit_code = reply && reply->status == 200 ? 0 : 1;
    if (!reply) {
        std::fputs((platform::escaped(reply.error().message()) + "\n").c_str(), stderr);
        return {};
    }
    return platform::print("status " + std::to_string(reply->status) + "\n");
}

}  // namespace

Command add_health_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command = add_command(program, "health", "ask a running limpidd whether it is ready",
                                    kServiceCommands);
    auto arguments = std::make_shared<HealthArguments>(HealthArguments{.common = common});
    add_optional_argument(command, "URL", arguments->url,
                          "what to ask [" + std::string(kDefaultUrl) + "]");
    add_value(command,
              {.names = "--ca",
               .value_name = "FILE",
               .help = "certificates in PEM to trust instead of the system's",
               .group = "Network"},
              [arguments](const std::string& text) { arguments->ca_file = text; });
    set_footer(command, [] {
        return std::string("Exit codes:\n  0    it answered with status 200\n  1    it did not");
    });
    return {command, [arguments] { return run_health(*arguments); }};
}

}  // namespace limpid::cli
