#include "platform/cpu_count.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace limpid::platform {
namespace {

constexpr int kMaxThreads = 256;

/// cpu.max holds "quota period" in microseconds, or "max period".
int quota_of(const char* text, const char* end) {
    long long quota_us = 0;
    long long period_us = 0;
    const auto [next, error] = std::from_chars(text, end, quota_us);
    if (error != std::errc{} || next == end) return kMaxThreads;
    if (std::from_chars(next + 1, end, period_us).ec != std::errc{}) return kMaxThreads;
    if (quota_us <= 0 || period_us <= 0) return kMaxThreads;
    const long long cpus = quota_us / period_us + (quota_us % period_us != 0 ? 1 : 0);
    return static_cast<int>(std::min<long long>(cpus, kMaxThreads));
}

int container_quota() {
    const int fd = ::open("/sys/fs/cgroup/cpu.max", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return kMaxThreads;
    std::array<char, 64> text{};
    const ssize_t size = ::read(fd, text.data(), text.size());
    ::close(fd);
    return size > 0 ? quota_of(text.data(), text.data() + size) : kMaxThreads;
}

}  // namespace

int cpu_count() {
    const auto allowed = static_cast<int>(std::min(std::thread::hardware_concurrency(), 256U));
    return std::clamp(std::min(allowed, container_quota()), 1, kMaxThreads);
}

}  // namespace limpid::platform
