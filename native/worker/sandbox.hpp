#pragma once

#include <cstdint>

#include "worker/layers.hpp"

namespace limpid::worker {

/// The descriptor over which a worker is spoken to; the only one its system calls may name for
/// messages.
inline constexpr int kSocket = 3;

/// What a confined process may consume.
struct SandboxOptions {
    /// Address space; what is mapped already counts.
    std::uint64_t memory_bytes = 0;
    std::uint64_t cpu_seconds = 0;
};

/// Confine this process for the rest of its life, as far as the kernel allows.
///
/// Afterwards it can compute, take and give back memory, receive and send on kSocket, close what it
/// was sent, and end. Any other system call ends it (SIGSYS). It opens nothing, so everything that
/// is read lazily must have been read. Call it while there is one thread. Namespaces are given
/// from outside, by spawn().
/// @return the layers that are in force.
[[nodiscard]] Layers enter_sandbox(const SandboxOptions& options);

}  // namespace limpid::worker
