#include "worker/landlock.hpp"

#include <cstddef>
#include <cstdint>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/file_descriptor.hpp"

namespace limpid::worker {
namespace {

// Of linux/landlock.h, whose version in Debian 12 ends with the second.
struct RulesetAttributes {
    std::uint64_t handled_access_fs;
    std::uint64_t handled_access_net;
    std::uint64_t scoped;
};
constexpr std::uint32_t kAskVersion = 1U << 0U;

// As the kernel lays it out, without a gap after its last member.
struct [[gnu::packed]] PathBeneath {
    std::uint64_t allowed_access;
    std::int32_t parent_fd;
};
constexpr int kPathBeneath = 1;
constexpr std::uint64_t kReadFile = 1U << 2U;
// To write and read files, to list a folder, to remove and to make files, to rename them, to cut.
constexpr std::uint64_t kKeepFiles =
    1U << 1U | kReadFile | 1U << 3U | 1U << 5U | 1U << 8U | 1U << 13U | 1U << 14U;

constexpr std::uint64_t lowest_bits(unsigned count) { return (std::uint64_t{1} << count) - 1; }

/// Every right that version `abi` can take away, so that a ruleset without rules takes it.
RulesetAttributes everything(int abi) {
    RulesetAttributes attributes{};
    // Execute … make symbolic link; 2: refer; 3: truncate; 5: ioctl of devices.
    attributes.handled_access_fs =
        lowest_bits(13U + unsigned{abi >= 2} + unsigned{abi >= 3} + unsigned{abi >= 5});
    if (abi >= 4) attributes.handled_access_net = lowest_bits(2);  // bind and connect TCP
    if (abi >= 6) attributes.scoped = lowest_bits(2);              // abstract sockets, signals
    return attributes;
}

/// As much of the structure as version `abi` has.
std::size_t size_for(int abi) {
    if (abi >= 6) return sizeof(RulesetAttributes);
    return abi >= 4 ? offsetof(RulesetAttributes, scoped)
                    : offsetof(RulesetAttributes, handled_access_net);
}

/// A ruleset that takes everything away; version 0 when there is none.
struct Ruleset {
    platform::FileDescriptor descriptor;
    int abi = 0;
};

Ruleset forbid_everything() {
    Ruleset ruleset;
    const long version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, kAskVersion);
    if (version < 1) return ruleset;
    const int abi = static_cast<int>(version);
    const RulesetAttributes attributes = everything(abi);
    ruleset.descriptor = platform::FileDescriptor(static_cast<int>(
        ::syscall(SYS_landlock_create_ruleset, &attributes, size_for(abi), std::uint32_t{0})));
    if (ruleset.descriptor.valid()) ruleset.abi = abi;
    return ruleset;
}

/// @return is it so?
bool allow_below(const Ruleset& ruleset, int folder, std::uint64_t access) {
    const PathBeneath rule{.allowed_access = access & everything(ruleset.abi).handled_access_fs,
                           .parent_fd = folder};
    return ::syscall(SYS_landlock_add_rule, ruleset.descriptor.get(), kPathBeneath, &rule,
                     std::uint32_t{0}) == 0;
}

/// @return the version that is in force from now on; 0: none.
int enforce(const Ruleset& ruleset) {
    if (ruleset.abi == 0) return 0;
    const int fd = ruleset.descriptor.get();
    return ::syscall(SYS_landlock_restrict_self, fd, std::uint32_t{0}) == 0 ? ruleset.abi : 0;
}

}  // namespace

int forbid_paths() { return forbid_paths_but({}); }

int forbid_paths_but(std::span<const int> folders) {
    const Ruleset ruleset = forbid_everything();
    if (ruleset.abi == 0) return 0;
    for (const int folder : folders) {
        if (!allow_below(ruleset, folder, kKeepFiles)) return 0;
    }
    return enforce(ruleset);
}

int allow_reading_below(int folder) {
    const Ruleset ruleset = forbid_everything();
    if (ruleset.abi == 0 || !allow_below(ruleset, folder, kReadFile) ||
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return 0;
    }
    return enforce(ruleset);
}

}  // namespace limpid::worker
