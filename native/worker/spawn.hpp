#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "limpid/error.hpp"
#include "platform/file_descriptor.hpp"
#include "worker/layers.hpp"

namespace limpid::worker {

/// A program that was started, with our end of the socket it has as kSocket.
struct Process {
    pid_t id = 0;
    /// Refers to the process whatever becomes of its number; readable when it has ended.
    platform::FileDescriptor handle;
    platform::FileDescriptor socket;
    /// The namespaces it has of its own; nothing else is set.
    Layers namespaces;
};

/// Start a program with an empty environment and no descriptor but kSocket and /dev/null as its
/// standard streams.
///
/// Safe in a process with many threads: nothing but system calls happens between the copy of the
/// process and the new program.
/// @param arguments   without the program's own name.
/// @param namespaces  ask for user, network, IPC and process namespaces; where the system does not
///     allow them, the program starts without.
/// @return worker.unavailable. That the program cannot be executed shows as its end with
///     kNotExecuted.
[[nodiscard]] Result<Process> spawn(const std::string& program,
                                    const std::vector<std::string>& arguments, bool namespaces);

/// Exit status of a process in which the program could not be started.
inline constexpr int kNotExecuted = 127;

/// How a process ended.
struct End {
    /// True when a signal ended it, false when it left by itself.
    bool by_signal = false;
    /// The signal, or the exit status.
    int number = 0;
};

/// End a process (SIGKILL); nothing when it has ended.
void kill_process(const platform::FileDescriptor& handle) noexcept;

/// Wait until a process has ended, and let go of it.
[[nodiscard]] End reap(const platform::FileDescriptor& handle) noexcept;

/// "signal SYS" or "exit status 1".
[[nodiscard]] std::string to_string(const End& end);

/// Memory of a process that is in RAM, RSS; 0 when it cannot be known.
[[nodiscard]] std::uint64_t resident_bytes(pid_t id);

}  // namespace limpid::worker
