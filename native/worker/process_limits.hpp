#pragma once

#include <span>

#include <sys/resource.h>

namespace limpid::worker {

/// The most of something that this process and what it starts may have, from now on.
struct ResourceLimit {
    __rlimit_resource resource;
    rlim_t value;
};

/// Set them all, as far as they can be. @return were all set?
bool limit_resources(std::span<const ResourceLimit> limits);

/// Give up every capability, in every set. @return was that possible?
bool drop_capabilities();

}  // namespace limpid::worker
