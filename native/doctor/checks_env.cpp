#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "doctor/check.hpp"
#include "doctor/words.hpp"
#include "platform/printable.hpp"

// The machine, and the account and limits that the service would have.
namespace limpid::doctor {
namespace {

struct KernelVersion {
    int major_number = 0;
    int minor_number = 0;
};

KernelVersion version_of(std::string_view release) {
    KernelVersion version;
    const char* const begin = release.data();
    const char* const end = begin + release.size();
    const auto [dot, error] = std::from_chars(begin, end, version.major_number);
    if (error == std::errc() && dot != end) std::from_chars(dot + 1, end, version.minor_number);
    return version;
}

std::string hexadecimal(std::uint64_t value) {
    std::string digits(16, '0');
    for (std::size_t i = digits.size(); i-- > 0; value >>= 4U) {
        digits[i] = "0123456789abcdef"[value & 15U];
    }
    return digits;
}

}  // namespace

Outcome env_kernel(const Subject& subject) {
    const KernelVersion version = version_of(subject.machine.kernel_release);
    const bool new_enough =
        version.major_number > 5 || (version.major_number == 5 && version.minor_number >= 13);
    const std::string release = platform::printable(subject.machine.kernel_release);
    return new_enough ? fine(release) : found(release);
}

Outcome env_seccomp(const Subject& subject) {
    if (!subject.machine.seccomp_actions) return skipped("the kernel does not tell");
    if (subject.machine.seccomp_actions->contains("kill_process")) return fine();
    return found("of the actions kill_process is missing");
}

Outcome env_landlock(const Subject& subject) {
    const int abi = subject.machine.landlock_abi;
    return abi > 0 ? fine("version " + std::to_string(abi)) : found("the kernel has none");
}

Outcome env_memlock(const Subject& subject) {
    // 64 secrets of four pages each: more than a service holds.
    constexpr std::uint64_t kEnough = 1U << 20U;
    const std::uint64_t bytes = subject.machine.memlock_bytes;
    return bytes >= kEnough ? fine() : found("RLIMIT_MEMLOCK is " + std::to_string(bytes));
}

Outcome env_core_dumps(const Subject& subject) {
    return subject.machine.core_bytes == 0 ? fine() : found("RLIMIT_CORE is not 0");
}

Outcome env_account(const Subject& subject) {
    return subject.machine.user_id == 0 ? found("user 0") : fine();
}

Outcome env_capabilities(const Subject& subject) {
    if (!subject.machine.effective_capabilities) return skipped("the kernel does not tell");
    constexpr std::uint64_t kNetBindService = std::uint64_t{1} << 10U;
    const std::uint64_t held = *subject.machine.effective_capabilities;
    return (held & ~kNetBindService) == 0 ? fine() : found("CapEff is " + hexadecimal(held));
}

Outcome env_bounding_set(const Subject& subject) {
    if (!subject.machine.bounding_capabilities) return skipped("the kernel does not tell");
    const std::uint64_t bound = *subject.machine.bounding_capabilities;
    return bound == 0 ? fine() : found("CapBnd is " + hexadecimal(bound));
}

Outcome env_no_new_privileges(const Subject& subject) {
    if (!subject.machine.no_new_privileges) return skipped("the kernel does not tell");
    return *subject.machine.no_new_privileges ? fine() : found("NoNewPrivs is 0");
}

Outcome env_address_randomisation(const Subject& subject) {
    if (!subject.machine.address_randomisation) return skipped("the kernel does not tell");
    const std::int64_t value = *subject.machine.address_randomisation;
    return value == 2 ? fine() : found("kernel.randomize_va_space is " + std::to_string(value));
}

Outcome env_ptrace_scope(const Subject& subject) {
    if (!subject.machine.ptrace_scope) return skipped("the kernel does not tell");
    return *subject.machine.ptrace_scope >= 1 ? fine() : found("kernel.yama.ptrace_scope is 0");
}

Outcome env_user_namespaces(const Subject& subject) {
    if (!subject.machine.max_user_namespaces) return skipped("the kernel does not tell");
    return *subject.machine.max_user_namespaces > 0 ? fine()
                                                    : found("user.max_user_namespaces is 0");
}

Outcome env_open_files(const Subject& subject) {
    if (!subject.config.settings) return skipped("the settings cannot be read");
    // A descriptor for each connection; for each worker its socket and two files of the job.
    constexpr std::uint64_t kOwn = 64;
    const std::uint64_t wanted = subject.config.settings->max_connections + 3 * 256 + kOwn;
    if (subject.machine.open_files >= wanted) return fine();
    return found("RLIMIT_NOFILE is " + std::to_string(subject.machine.open_files) + ", " +
                 std::to_string(wanted) + " may be needed");
}

Outcome env_loader_variables(const Subject& subject) {
    return found_if(listed(subject.config.loader_variables));
}

Outcome env_secret_variables(const Subject& subject) {
    return found_if(listed(subject.config.literal_variables));
}

Outcome env_clock(const Subject& subject) {
    // Clocks of file servers differ by minutes.
    constexpr std::int64_t kToleranceSeconds = 3600;
    for (const FileFacts& file : subject.files) {
        const std::int64_t ahead = file.changed.value - subject.now.value;
        if (ahead <= kToleranceSeconds) continue;
        return found(platform::printable(file.path) + " was changed " + std::to_string(ahead) +
                     " seconds after now");
    }
    return fine();
}

}  // namespace limpid::doctor
