#include "worker/shared_memory.hpp"

#include <cerrno>
#include <limits>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/printable.hpp"

namespace limpid::worker {
namespace {

Status out_of_memory(std::uint64_t size_bytes) {
    return fail(ErrorCode::memory_exhausted,
                platform::describe_errno(
                    "shared memory of " + std::to_string(size_bytes) + " bytes", errno));
}

platform::FileDescriptor make_anonymous_file() {
    // Never executable, where the kernel can say so (Linux 6.3).
#ifdef MFD_NOEXEC_SEAL
    constexpr unsigned kNeverExecutable = MFD_NOEXEC_SEAL;
#else
    constexpr unsigned kNeverExecutable = 0x0008U;
#endif
    const int fd = ::memfd_create("limpid", MFD_CLOEXEC | MFD_ALLOW_SEALING | kNeverExecutable);
    if (fd >= 0 || errno != EINVAL) return platform::FileDescriptor(fd);
    return platform::FileDescriptor(::memfd_create("limpid", MFD_CLOEXEC | MFD_ALLOW_SEALING));
}

bool write_all(int fd, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

Mapping::~Mapping() {
    if (data_ != nullptr) ::munmap(data_, size_);
}

Result<Mapping> Mapping::map(int fd, std::uint64_t size_bytes, int protection, int flags) {
    if (size_bytes == 0) return Mapping();
    if (size_bytes > std::numeric_limits<std::size_t>::max()) {
        return fail(ErrorCode::memory_exhausted);
    }
    const auto size = static_cast<std::size_t>(size_bytes);
    void* data = ::mmap(nullptr, size, protection, flags, fd, 0);
    if (data == MAP_FAILED) return std::unexpected(out_of_memory(size_bytes).error());
    return Mapping(static_cast<std::byte*>(data), size);
}

Result<Mapping> Mapping::for_reading(int fd, std::uint64_t size_bytes) {
    // Private: kernels before 6.7 refuse to share what is sealed against writing.
    return map(fd, size_bytes, PROT_READ, MAP_PRIVATE);
}

Result<Mapping> Mapping::for_writing(int fd, std::uint64_t size_bytes) {
    return map(fd, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED);
}

Result<platform::FileDescriptor> make_sealed(std::span<const std::span<const std::byte>> parts) {
    std::uint64_t size_bytes = 0;
    for (const auto part : parts) size_bytes += part.size();
    platform::FileDescriptor file = make_anonymous_file();
    if (!file.valid()) return std::unexpected(out_of_memory(size_bytes).error());
    for (const auto part : parts) {
        if (!write_all(file.get(), part)) {
            return std::unexpected(out_of_memory(size_bytes).error());
        }
    }
    constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    if (::fcntl(file.get(), F_ADD_SEALS, kSeals) != 0) {
        return std::unexpected(out_of_memory(size_bytes).error());
    }
    return file;
}

Result<platform::FileDescriptor> make_fixed_size(std::uint64_t size_bytes) {
    platform::FileDescriptor file = make_anonymous_file();
    if (!file.valid() || !std::in_range<off_t>(size_bytes) ||
        ::ftruncate(file.get(), static_cast<off_t>(size_bytes)) != 0 ||
        ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) {
        return std::unexpected(out_of_memory(size_bytes).error());
    }
    return file;
}

bool seal_contents(int fd) { return ::fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL) == 0; }

}  // namespace limpid::worker
