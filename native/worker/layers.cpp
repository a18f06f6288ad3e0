#include "worker/layers.hpp"

namespace limpid::worker {

const std::vector<LayerName>& layer_names() {
    static const std::vector<LayerName> kNames = {
        {"no_new_privileges", &Layers::no_new_privileges},
        {"syscall_filter", &Layers::syscall_filter},
        {"resource_limits", &Layers::resource_limits},
        {"not_dumpable", &Layers::not_dumpable},
        {"no_capabilities", &Layers::no_capabilities},
        {"user_namespace", &Layers::user_namespace},
        {"network_namespace", &Layers::network_namespace},
        {"ipc_namespace", &Layers::ipc_namespace},
        {"pid_namespace", &Layers::pid_namespace},
    };
    return kNames;
}

std::string missing_layers(const Layers& wanted, const Layers& found) {
    std::string missing;
    const auto add = [&missing](std::string_view name) {
        missing.append(missing.empty() ? "" : ", ").append(name);
    };
    for (const auto& [name, member] : layer_names()) {
        if (wanted.*member && !(found.*member)) add(name);
    }
    if (found.landlock_abi < wanted.landlock_abi) {
        add("landlock_abi " + std::to_string(wanted.landlock_abi));
    }
    return missing;
}

}  // namespace limpid::worker
