#include "keeper/leases.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "limpid/security/license.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"

namespace limpid::keeper {
namespace {

using security::UnixSeconds;

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxNameBytes = 128;

struct Lease {
    UnixSeconds renewed_at;
    std::string instance;
};

/// `SECONDS INSTANCE`
std::optional<Lease> parse_lease(std::string_view line) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    Lease lease;
    const std::string_view seconds = line.substr(0, blank);
    const auto [end, error] =
        std::from_chars(seconds.begin(), seconds.end(), lease.renewed_at.value);
    if (error != std::errc{} || end != seconds.end()) return std::nullopt;
    lease.instance = line.substr(blank + 1);
    if (lease.instance.empty() || lease.instance.size() > kMaxNameBytes) return std::nullopt;
    return lease;
}

Result<std::vector<Lease>> read_leases(const std::string& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT) return std::vector<Lease>();
    const auto bytes =
        platform::read_file(path, {kMaxFileBytes, "leases", ErrorCode::io_unreadable});
    if (!bytes) return std::unexpected(bytes.error());
    std::string_view rest(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    std::vector<Lease> leases;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        auto lease = parse_lease(rest.substr(0, end));
        if (!lease) {
            return fail(ErrorCode::io_unreadable, platform::printable(path) + " is damaged");
        }
        leases.push_back(*std::move(lease));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::ranges::sort(leases, {}, [](const Lease& lease) { return lease.renewed_at.value; });
    return leases;
}

/// The old file or the new one, whatever ends the process. After a crash of the machine nobody
/// runs, and it may be either.
Status write_leases(const std::string& path, const std::vector<Lease>& leases) {
    std::string text;
    for (const Lease& lease : leases) {
        text += std::to_string(lease.renewed_at.value) + " " + lease.instance + "\n";
    }
    const std::string made = path + ".new";
    platform::FileDescriptor file(
        ::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    const bool written =
        file.valid() &&
        ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::rename(made.c_str(), path.c_str()) == 0;
    return written ? Status()
                   : fail(ErrorCode::io_unwritable, platform::describe_errno(path, errno));
}

}  // namespace

Leases::Leases(std::string folder, std::string instance, std::uint32_t max_instances,
               std::int64_t lease_s)
    : folder_(std::move(folder)),
      instance_(std::move(instance)),
      max_instances_(max_instances),
      lease_s_(lease_s) {}

Status Leases::renew(UnixSeconds now) { return change(now, true); }

void Leases::release() { static_cast<void>(change({}, false)); }

Status Leases::change(UnixSeconds now, bool keeps) {
    const std::string lock_path = folder_ + "/license.lock";
    const platform::FileDescriptor lock(
        ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    // Held for as long as it takes to rename a file.
    if (!lock.valid() || ::flock(lock.get(), LOCK_EX) != 0) {
        return fail(ErrorCode::io_unwritable, platform::describe_errno(lock_path, errno));
    }
    const std::string path = folder_ + "/license.leases";
    auto leases = read_leases(path);
    if (!leases) return std::unexpected(std::move(leases).error());
    std::erase_if(*leases, [&](const Lease& lease) {
        const bool is_over = keeps && now.value - lease.renewed_at.value >= lease_s_;
        return is_over || (!keeps && lease.instance == instance_);
    });
    if (keeps) {
        security::InstanceLeases counted(max_instances_, lease_s_);
        for (const Lease& lease : *leases) {
            static_cast<void>(counted.acquire(lease.instance, lease.renewed_at));
        }
        if (Status status = counted.acquire(instance_, now); !status) return status;
        std::erase_if(*leases, [&](const Lease& lease) { return lease.instance == instance_; });
        leases->push_back({.renewed_at = now, .instance = instance_});
    }
    return write_leases(path, *leases);
}

}  // namespace limpid::keeper
