#include <stdexcept>
#include <utility>

#include "doctor/fixtures.hpp"
#include "doctor/good_subject.hpp"

namespace limpid::doctor::test {
namespace {

using Member = std::optional<std::string> DeployFacts::*;

/// Replaces a text in one of the files.
Fixture edit(std::string_view id, Member file, std::string from, std::string to) {
    return {id, [file, from = std::move(from), to = std::move(to)](Subject& subject) {
                std::optional<std::string>& text = (*subject.deploy).*file;
                text = replaced(*text, from, to);
            }};
}

}  // namespace

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("no " + std::string(from));
    return text.replace(at, from.size(), to);
}

std::vector<Fixture> deploy_fixtures() {
    const Member compose = &DeployFacts::compose;
    const Member docker = &DeployFacts::dockerfile;
    const Member unit = &DeployFacts::unit;
    const std::string pids = "    pids_limit: 512\n";
    return {
        {"deploy.compose_file", [](Subject& s) { s.deploy->compose = "services: [\n"; }},
        edit("deploy.compose_user", compose, "user: \"10001:10001\"", "user: \"0:10001\""),
        edit("deploy.compose_read_only", compose, "read_only: true", "read_only: false"),
        edit("deploy.compose_capabilities", compose, "cap_drop: [ALL]", "cap_drop: [NET_RAW]"),
        edit("deploy.compose_no_new_privileges", compose, "[\"no-new-privileges:true\"]", "[]"),
        edit("deploy.compose_isolation", compose, pids, pids + "    privileged: true\n"),
        edit("deploy.compose_secrets", compose, pids,
             pids + "    environment: { JWT_SECRET: abc }\n"),
        edit("deploy.compose_ports", compose, pids, pids + "    ports: [\"8080:8080\"]\n"),
        edit("deploy.compose_network", compose, "internal: true", "internal: false"),
        edit("deploy.compose_limits", compose, "mem_limit: 4g", "oom_score_adj: 500"),
        edit("deploy.docker_user", docker, "USER 10001:10001", "USER root"),
        edit("deploy.docker_secrets", docker, "WORKDIR /src", "ARG API_TOKEN\nWORKDIR /src"),
        edit("deploy.docker_stages", docker, "FROM debian:trixie-slim\n", ""),
        edit("deploy.docker_base", docker, "FROM debian:trixie-slim", "FROM debian"),
        edit("deploy.docker_health", docker, "HEALTHCHECK", "LABEL"),
        edit("deploy.unit_user", unit, "\nUser=limpid\n", "\nUser=root\n"),
        edit("deploy.unit_privileges", unit, "NoNewPrivileges=yes", "NoNewPrivileges=no"),
        edit("deploy.unit_capabilities", unit, "CapabilityBoundingSet=\n",
             "CapabilityBoundingSet=CAP_SYS_ADMIN\n"),
        edit("deploy.unit_filesystem", unit, "ProtectSystem=strict", "ProtectSystem=full"),
        edit("deploy.unit_secrets", unit, "[Service]\n",
             "[Service]\nEnvironment=\"LIMPID_JWT_SECRET=abc\"\n"),
        edit("deploy.unit_limits", unit, "TasksMax=512", "TasksMax=infinity"),
        edit("deploy.unit_stop", unit, "TimeoutStopSec=45", "TimeoutStopSec=10"),
    };
}

}  // namespace limpid::doctor::test
