#include "worker/landlock.hpp"

#include <cstddef>
#include <cstdint>

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

struct [[gnu::packed]] BelowFolder {
    std::uint64_t allowed_access;
    std::int32_t parent_fd;
};
constexpr int kRuleBelowFolder = 1;
// To write and read files, to list a folder, to remove and to make files, to rename them, to cut.
constexpr std::uint64_t kKeepFiles =
    1U << 1U | 1U << 2U | 1U << 3U | 1U << 5U | 1U << 8U | 1U << 13U | 1U << 14U;

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

}  // namespace

int forbid_paths() { return forbid_paths_but({}); }

int forbid_paths_but(std::span<const int> folders) {
    const long version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, kAskVersion);
    if (version < 1) return 0;
    const int abi = static_cast<int>(version);
    const RulesetAttributes attributes = everything(abi);
    const platform::FileDescriptor ruleset(static_cast<int>(
        ::syscall(SYS_landlock_create_ruleset, &attributes, size_for(abi), std::uint32_t{0})));
    if (!ruleset.valid()) return 0;
    for (const int folder : folders) {
        const BelowFolder below{.allowed_access = kKeepFiles & attributes.handled_access_fs,
                                .parent_fd = folder};
        if (::syscall(SYS_landlock_add_rule, ruleset.get(), kRuleBelowFolder, &below,
                      std::uint32_t{0}) != 0) {
            return 0;
        }
    }
    return ::syscall(SYS_landlock_restrict_self, ruleset.get(), std::uint32_t{0}) == 0 ? abi : 0;
}

}  // namespace limpid::worker
