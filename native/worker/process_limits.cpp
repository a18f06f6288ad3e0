#include "worker/process_limits.hpp"

#include <array>

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace limpid::worker {

bool limit_resources(std::span<const ResourceLimit> limits) {
    bool all_set = true;
    for (const auto& [resource, value] : limits) {
        const rlimit both{.rlim_cur = value, .rlim_max = value};
        all_set = ::setrlimit(resource, &both) == 0 && all_set;
    }
    return all_set;
}

bool drop_capabilities() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
    return ::syscall(SYS_capset, &header, none.data()) == 0;
}

}  // namespace limpid::worker
