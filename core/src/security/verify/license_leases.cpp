#include <algorithm>
#include <string>

#include "limpid/security/license.hpp"

namespace limpid::security {

InstanceLeases::InstanceLeases(std::uint32_t max_instances, std::int64_t lease_s) noexcept
    : max_instances_(max_instances == 0 ? kMaxInstances
                                        : std::min<std::size_t>(max_instances, kMaxInstances)),
      lease_s_(std::max<std::int64_t>(lease_s, 1)) {}

/// A lease from the future is alive: a clock that goes back frees nothing.
bool InstanceLeases::alive(const Lease& lease, UnixSeconds now) const noexcept {
    std::int64_t age_s = 0;
    return __builtin_sub_overflow(now.value, lease.renewed_at.value, &age_s) ? false
                                                                             : age_s < lease_s_;
}

Status InstanceLeases::acquire(std::string_view instance, UnixSeconds now) {
    if (instance.empty() || instance.size() > 128) {
        return fail(ErrorCode::argument_invalid, "an instance's name has 1..128 bytes");
    }
    std::erase_if(leases_, [&](const Lease& lease) { return !alive(lease, now); });
    const auto own = std::ranges::find(leases_, instance, &Lease::instance);
    if (own != leases_.end()) {
        own->renewed_at = now;
        return {};
    }
    if (leases_.size() >= max_instances_) {
        return fail(ErrorCode::license_too_many_instances,
                    std::to_string(leases_.size()) + " of " + std::to_string(max_instances_));
    }
    leases_.push_back({std::string(instance), now});
    return {};
}

void InstanceLeases::release(std::string_view instance) noexcept {
    std::erase_if(leases_, [&](const Lease& lease) { return lease.instance == instance; });
}

std::size_t InstanceLeases::count(UnixSeconds now) const noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(leases_, [&](const Lease& lease) { return alive(lease, now); }));
}

}  // namespace limpid::security
