#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor/gather_parts.hpp"
#include "platform/cpu_count.hpp"
#include "service/text.hpp"

// What the kernel says of itself and of this process.
namespace limpid::doctor {
namespace {

/// LANDLOCK_CREATE_RULESET_VERSION of linux/landlock.h.
constexpr std::uint32_t kAskLandlockVersion = 1U << 0U;

int landlock_version() {
    const long version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, kAskLandlockVersion);
    return static_cast<int>(std::max(version, 0L));
}

std::uint64_t soft_limit(__rlimit_resource resource) {
    rlimit limit{};
    return ::getrlimit(resource, &limit) == 0 ? limit.rlim_cur : 0;
}

std::string kernel_text(const std::string& path) {
    const auto text = read_text(path, 65'536);
    return text && *text ? **text : std::string();
}

template <class Number>
std::optional<Number> number_in(std::string_view text, int base = 10) {
    text = service::trimmed(text.substr(0, text.find('\n')));
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end == text.data()) return std::nullopt;
    return value;
}

std::optional<std::int64_t> kernel_number(const std::string& path) {
    return number_in<std::int64_t>(kernel_text(path));
}

/// What follows `name:` in a file of such lines.
std::string_view field_in(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':') {
            return line.substr(name.size() + 1);
        }
    }
    return {};
}

void take_status(MachineFacts& facts) {
    const std::string status = kernel_text("/proc/self/status");
    constexpr int kHex = 16;
    facts.effective_capabilities = number_in<std::uint64_t>(field_in(status, "CapEff"), kHex);
    facts.bounding_capabilities = number_in<std::uint64_t>(field_in(status, "CapBnd"), kHex);
    if (const auto flag = number_in<std::int64_t>(field_in(status, "NoNewPrivs"))) {
        facts.no_new_privileges = *flag == 1;
    }
}

std::uint64_t memory_of_machine() {
    const std::string info = kernel_text("/proc/meminfo");
    // "MemTotal:  16384 kB"
    const std::uint64_t total =
        number_in<std::uint64_t>(field_in(info, "MemTotal")).value_or(0) * 1024;
    // "max" where the container has no limit.
    const auto limit = kernel_number("/sys/fs/cgroup/memory.max");
    if (!limit || *limit <= 0) return total;
    return std::min(total, static_cast<std::uint64_t>(*limit));
}

}  // namespace

MachineFacts gather_machine() {
    MachineFacts facts;
    utsname name{};
    if (::uname(&name) == 0) facts.kernel_release = name.release;
    facts.landlock_abi = landlock_version();
    std::string actions = kernel_text("/proc/sys/kernel/seccomp/actions_avail");
    if (!actions.empty()) facts.seccomp_actions = std::move(actions);
    facts.memlock_bytes = soft_limit(RLIMIT_MEMLOCK);
    facts.core_bytes = soft_limit(RLIMIT_CORE);
    facts.open_files = soft_limit(RLIMIT_NOFILE);
    facts.user_id = ::geteuid();
    take_status(facts);
    facts.address_randomisation = kernel_number("/proc/sys/kernel/randomize_va_space");
    facts.ptrace_scope = kernel_number("/proc/sys/kernel/yama/ptrace_scope");
    facts.max_user_namespaces = kernel_number("/proc/sys/user/max_user_namespaces");
    facts.memory_bytes = memory_of_machine();
    facts.processors = platform::cpu_count();
    return facts;
}

}  // namespace limpid::doctor
