#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "limpid/error.hpp"
#include "platform/file_descriptor.hpp"

namespace limpid::worker {

/// Memory behind a file descriptor, mapped into this process; owning, move-only.
class Mapping {
public:
    Mapping() noexcept = default;
    Mapping(Mapping&& other) noexcept;
    Mapping& operator=(Mapping&& other) noexcept;
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();

    /// Map the first `size_bytes` for reading; 0 bytes are an empty span. The file must be as long
    /// and of fixed size, as make_sealed() and make_fixed_size() give it: what is cut off while it
    /// is mapped ends the process that reads it.
    /// @return memory.exhausted.
    [[nodiscard]] static Result<Mapping> for_reading(int fd, std::uint64_t size_bytes);
    /// The same for writing, shared with everyone who holds the descriptor.
    [[nodiscard]] static Result<Mapping> for_writing(int fd, std::uint64_t size_bytes);

    /// The bytes; valid while the mapping lives.
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::span<std::byte> writable_bytes() noexcept { return {data_, size_}; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    Mapping(std::byte* data, std::size_t size) noexcept : data_(data), size_(size) {}
    [[nodiscard]] static Result<Mapping> map(int fd, std::uint64_t size_bytes, int protection,
                                             int flags);

    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

/// An anonymous file that holds `parts` one after the other and that nobody can change any more.
/// @return memory.exhausted.
[[nodiscard]] Result<platform::FileDescriptor> make_sealed(
    std::span<const std::span<const std::byte>> parts);

/// An anonymous file of `size_bytes` zeros whose size is fixed. Takes memory where it is written.
/// @return memory.exhausted.
[[nodiscard]] Result<platform::FileDescriptor> make_fixed_size(std::uint64_t size_bytes);

/// Forbid any further change of the contents. Whoever maps the file for writing prevents it.
/// @return false when somebody does.
[[nodiscard]] bool seal_contents(int fd);

}  // namespace limpid::worker
