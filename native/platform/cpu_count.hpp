#pragma once

namespace limpid::platform {

/// How many threads can run at a time here, 1..256: CPUs this process may use, no more than the CPU
/// quota of its container (cgroup v2) allows.
[[nodiscard]] int cpu_count();

}  // namespace limpid::platform
