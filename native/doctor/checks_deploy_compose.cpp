#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/deploy_files.hpp"
#include "doctor/words.hpp"
#include "limpid/security/redact.hpp"
#include "platform/printable.hpp"

// compose.yaml: what the container of limpidd may do.
namespace limpid::doctor {
namespace {

using nlohmann::json;

/// Calls `judge` with the compose file, when there is one that can be read.
template <class Judge>
Outcome with_compose(const Subject& subject, Judge judge) {
    if (!subject.deploy || !subject.deploy->compose) return skipped("no compose.yaml");
    const auto compose = read_compose(*subject.deploy->compose);
    return compose ? judge(*compose) : skipped("compose.yaml cannot be read");
}

bool has(const std::vector<std::string>& list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

/// "0", "root", "0:0", "root:…" and no user at all.
bool is_root_user(std::string_view user) {
    const std::string_view name = user.substr(0, user.find(':'));
    return name.empty() || name == "root" || name.find_first_not_of('0') == std::string_view::npos;
}

/// The source of a volume, in its short or long form.
std::string volume_source(const json& volume) {
    if (volume.is_string()) {
        const auto& text = volume.get_ref<const std::string&>();
        return text.substr(0, text.find(':'));
    }
    if (!volume.is_object() || !volume.contains("source")) return {};
    const json& source = volume.at("source");
    return source.is_string() ? source.get<std::string>() : std::string();
}

bool is_host_volume(const json& volume) {
    const std::string source = volume_source(volume);
    return source == "/" || source.contains("docker.sock") || source.contains("podman.sock") ||
           source.contains("containerd.sock") || source == "/proc" || source == "/sys" ||
           source == "/dev" || source == "/etc" || source.starts_with("/var/run/docker");
}

std::vector<std::string> holes_of(const Compose& compose) {
    std::vector<std::string> holes;
    const json privileged = compose.member("privileged");
    if (!privileged.is_null() && privileged != false && privileged != "false") {
        holes.emplace_back("privileged");
    }
    for (const char* const key : {"network_mode", "pid", "ipc", "userns_mode", "uts", "cgroup"}) {
        if (compose.member(key) == "host") holes.push_back(std::string(key) + ": host");
    }
    const json devices = compose.member("devices");
    if (!devices.is_null() && !devices.empty()) holes.emplace_back("devices");
    const json volumes = compose.member("volumes");
    if (volumes.is_array() && std::any_of(volumes.begin(), volumes.end(), is_host_volume)) {
        holes.emplace_back("a volume of the host");
    }
    for (const std::string& option : compose.list("security_opt")) {
        if (option.contains("unconfined") || option.contains("label:disable") ||
            option.contains("label=disable")) {
            holes.push_back(platform::printable(option));
        }
    }
    return holes;
}

/// Names of `environment`, a list of NAME=VALUE or a mapping.
std::vector<std::string> variable_names(const Compose& compose) {
    std::vector<std::string> names;
    const json environment = compose.member("environment");
    if (environment.is_object()) {
        for (const auto& [name, value] : environment.items()) names.push_back(name);
    }
    for (const std::string& entry : compose.list("environment")) {
        names.push_back(entry.substr(0, entry.find('=')));
    }
    return names;
}

/// Is a port published on every address of the host?
bool is_published_to_all(const json& port) {
    if (port.is_object()) {
        const auto address = port.find("host_ip");
        return address == port.end() || !address->is_string() ||
               !address->get_ref<const std::string&>().starts_with("127.");
    }
    if (!port.is_string()) return true;
    const auto& text = port.get_ref<const std::string&>();
    return !text.starts_with("127.") && !text.starts_with("[::1]:");
}

bool is_internal_network(const Compose& compose, const std::string& name) {
    const auto networks = compose.document.find("networks");
    if (networks == compose.document.end() || !networks->is_object()) return false;
    const auto network = networks->find(name);
    return network != networks->end() && network->is_object() &&
           network->value("internal", json(false)) == true;
}

bool has_deploy_limit(const Compose& compose, const char* name) {
    const json deploy = compose.member("deploy");
    const json::json_pointer path(std::string("/resources/limits/") + name);
    return deploy.is_object() && deploy.contains(path);
}

}  // namespace

Outcome deploy_compose_file(const Subject& subject) {
    if (!subject.deploy || !subject.deploy->compose) return skipped("no compose.yaml");
    const auto compose = read_compose(*subject.deploy->compose);
    return compose ? fine("service " + platform::printable(compose->name))
                   : found(compose.error().found());
}

Outcome deploy_compose_user(const Subject& subject) {
    return with_compose(subject, [](const Compose& compose) {
        const json user = compose.member("user");
        const std::string text = user.is_string() ? user.get<std::string>() : "";
        return is_root_user(text) ? found("user: " + (text.empty() ? "not set" : text)) : fine();
    });
}

Outcome deploy_compose_read_only(const Subject& subject) {
    return with_compose(subject, [](const Compose& compose) {
        return compose.member("read_only") == true ? fine() : found("read_only is not true");
    });
}

Outcome deploy_compose_capabilities(const Subject& subject) {
    return with_compose(subject, [](const Compose& compose) {
        if (!has(compose.list("cap_drop"), "ALL")) return found("cap_drop is not [ALL]");
        std::vector<std::string> added;
        for (const std::string& name : compose.list("cap_add")) {
            if (name != "NET_BIND_SERVICE" && name != "CAP_NET_BIND_SERVICE") {
                added.push_back(platform::printable(name));
            }
        }
        return found_if(listed(added));
    });
}

Outcome deploy_compose_no_new_privileges(const Subject& subject) {
    return with_compose(subject, [](const Compose& compose) {
        const std::vector<std::string> options = compose.list("security_opt");
        const bool set = has(options, "no-new-privileges:true") ||
                         has(options, "no-new-privileges=true") ||
                         has(options, "no-new-privileges");
        return set ? fine() : found("security_opt does not say so");
    });
}

Outcome deploy_compose_isolation(const Subject& subject) {
    return with_compose(subject,
                        [](const Compose& compose) { return found_if(listed(holes_of(compose))); });
}

Outcome deploy_compose_secrets(const Subject& subject) {
    return with_compose(subject, [](const Compose& compose) {
        std::vector<std::string> wrong;
        if (!compose.member("env_file").is_null()) wrong.emplace_back("env_file");
        for (const std::string& name : variable_names(compose)) {
            if (security::is_sensitive_name(name) && !name.ends_with("_FILE")) {
                wrong.push_back(platform::printable(name));
            }
        }
        return found_if(listed(wrong));
    });
}

Outcome deploy_compose_ports(const Subject& subject) {
    return with_compose(subject, [](const Compose& compose) {
        const json ports = compose.member("ports");
        const bool open =
            ports.is_array() && std::any_of(ports.begin(), ports.end(), is_published_to_all);
        return open ? found("it publishes a port on every address") : fine();
    });
}

Outcome deploy_compose_network(const Subject& subject) {
    return with_compose(subject, [](const Compose& compose) {
        if (compose.member("network_mode") == "none") return fine();
        std::vector<std::string> names = compose.list("networks");
        const json networks = compose.member("networks");
        if (networks.is_object()) {
            for (const auto& [name, options] : networks.items()) names.push_back(name);
        }
        if (names.empty()) names.emplace_back("default");
        std::vector<std::string> open;
        for (const std::string& name : names) {
            if (!is_internal_network(compose, name)) open.push_back(platform::printable(name));
        }
        return found_if(listed(open));
    });
}

Outcome deploy_compose_limits(const Subject& subject) {
    return with_compose(subject, [](const Compose& compose) {
        std::vector<std::string> missing;
        if (compose.member("mem_limit").is_null() && !has_deploy_limit(compose, "memory")) {
            missing.emplace_back("mem_limit");
        }
        if (compose.member("pids_limit").is_null() && !has_deploy_limit(compose, "pids")) {
            missing.emplace_back("pids_limit");
        }
        return found_if(missing.empty() ? "" : "without " + listed(missing));
    });
}

}  // namespace limpid::doctor
