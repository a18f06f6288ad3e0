#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace limpid::worker {

/// What stands between a worker and the machine. Which of it there is depends on the kernel, and
/// on what the container that the service runs in allows.
struct Layers {
    /// PR_SET_NO_NEW_PRIVS: no program it could start would gain rights.
    bool no_new_privileges = false;
    /// The allow-list of system calls; anything else ends the process.
    bool syscall_filter = false;
    /// Limits of memory, processor time, files, processes, and no core dump.
    bool resource_limits = false;
    /// PR_SET_DUMPABLE 0: processes of the same user cannot look into it.
    bool not_dumpable = false;
    /// No capability in any set.
    bool no_capabilities = false;
    /// Namespaces of its own: no user, no network, no System V objects, no other process.
    bool user_namespace = false;
    bool network_namespace = false;
    bool ipc_namespace = false;
    bool pid_namespace = false;
    /// Version of Landlock that is in force, with no path allowed; 0 is none. From 4 on no TCP,
    /// from 6 on no signal and no abstract socket beyond the process.
    int landlock_abi = 0;

    friend bool operator==(const Layers&, const Layers&) = default;
};

/// One layer by its name, as configurations, logs and doctor spell it.
struct LayerName {
    std::string_view name;
    bool Layers::* member;
};

/// Names of all layers but Landlock, which has a version: "no_new_privileges", ….
[[nodiscard]] const std::vector<LayerName>& layer_names();

/// The layers of `wanted` that `found` lacks, with commas between them; empty when it has all.
[[nodiscard]] std::string missing_layers(const Layers& wanted, const Layers& found);

}  // namespace limpid::worker
