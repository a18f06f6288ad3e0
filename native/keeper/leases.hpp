#pragma once

#include <cstdint>
#include <string>

#include "limpid/error.hpp"
#include "limpid/security/types.hpp"

namespace limpid::keeper {

/// The instances of one machine, counted in a folder that they share: `license.leases` has a line
/// for each, `license.lock` lets one at a time change it. Not thread-safe.
class Leases {
public:
    /// @param folder    is made, with mode 0700, when it is not there. @param instance  this one.
    /// @param max_instances  License::max_instances. @param lease_s  how long an instance counts
    /// that has not renewed its lease.
    Leases(std::string folder, std::string instance, std::uint32_t max_instances,
           std::int64_t lease_s);

    /// Take a lease, or renew one's own.
    /// @return license.too_many_instances; io.unreadable, io.unwritable.
    [[nodiscard]] Status renew(security::UnixSeconds now);
    /// Give it back.
    void release();

private:
    [[nodiscard]] Status change(security::UnixSeconds now, bool keeps);

    std::string folder_;
    std::string instance_;
    std::uint32_t max_instances_;
    std::int64_t lease_s_;
};

}  // namespace limpid::keeper
