#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// Bytes that must not be seen: a key, a password, a token.
///
/// Move-only, never printed, never converted, compared in constant time, and overwritten with zeros
/// when destroyed, moved from or assigned to. Natively the bytes lie in memory of their own between
/// two guard pages, read-only, kept out of core dumps, and locked against swapping while the
/// process's RLIMIT_MEMLOCK allows it; where the system gives no such memory they lie on the heap.
/// WebAssembly has neither guard pages nor locking: there only the wiping remains.
///
/// Each guarded Secret costs four pages: it is meant for hundreds of secrets, not for millions.
/// Distinct objects may be used from distinct threads; one object may be read from many.
class LIMPID_API Secret {
public:
    /// Largest size in bytes; what is larger is a file, not a secret.
    static constexpr std::size_t kMaxBytes = 1U << 20U;

    Secret() noexcept = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    /// A copy of `bytes`; whoever owns those still has to wipe them.
    /// @return argument.invalid above kMaxBytes; memory.exhausted.
    [[nodiscard]] static Result<Secret> copy_of(Bytes bytes);

    /// The contents of `bytes`, which are overwritten with zeros, also on error.
    /// @return as copy_of().
    [[nodiscard]] static Result<Secret> take(std::span<std::byte> bytes);
    /// As take(bytes); the string is empty afterwards.
    [[nodiscard]] static Result<Secret> take(std::string& text);

    /// `size` bytes from `random`. @return as copy_of().
    [[nodiscard]] static Result<Secret> random(std::size_t size, RandomSource& random);

    /// A secret that `write` computes in place, so that no copy exists elsewhere.
    /// @param write  called once with `size` zero bytes; gives a Status.
    /// @return as copy_of(), or the error of `write`.
    template <std::invocable<std::span<std::byte>> Writer>
    [[nodiscard]] static Result<Secret> make(std::size_t size, Writer&& write) {
        Result<Secret> secret = allocate(size);
        if (!secret) return secret;
        Status written = std::forward<Writer>(write)(secret->writable());
        if (!written) return std::unexpected(std::move(written).error());
        secret->protect();
        return secret;
    }

    /// Number of bytes. Lengths are not kept secret.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// The bytes, borrowed until this object changes: the one way to see them. Copy them nowhere
    /// that is not wiped.
    [[nodiscard]] Bytes expose() const& noexcept { return {data_, size_}; }
    Bytes expose() const&& = delete;
    /// As expose(), read as characters.
    [[nodiscard]] std::string_view expose_text() const& noexcept {
        return {reinterpret_cast<const char*>(data_), size_};
    }
    std::string_view expose_text() const&& = delete;

    /// Equality in a time that depends on the lengths only.
    [[nodiscard]] bool equals(Bytes other) const noexcept;
    friend bool operator==(const Secret& a, const Secret& b) noexcept {
        return a.equals(b.expose());
    }

    /// A second, independent copy. @return memory.exhausted.
    [[nodiscard]] Result<Secret> clone() const { return copy_of(expose()); }

    /// Overwrite the bytes with zeros and be empty.
    void wipe() noexcept;

    /// Do the bytes lie between guard pages? Always false in WebAssembly; for a self-test report.
    [[nodiscard]] bool guarded() const noexcept { return storage_ == Storage::guarded; }

private:
    enum class Storage : unsigned char { none, heap, guarded };

    static Result<Secret> allocate(std::size_t size);
    [[nodiscard]] std::span<std::byte> writable() noexcept { return {data_, size_}; }
    void protect() noexcept;

    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
    Storage storage_ = Storage::none;
};

/// What a secret looks like wherever it is shown: always `[redacted]`.
[[nodiscard]] constexpr std::string_view to_log_string(const Secret&) noexcept {
    return "[redacted]";
}

}  // namespace limpid::security
