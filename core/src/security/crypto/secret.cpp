#include "limpid/security/secret.hpp"

#include <sodium.h>

#include <cstdlib>
#include <cstring>
#include <utility>

#include "security/crypto/memory.hpp"
#include "security/crypto/sodium.hpp"

namespace limpid::security {

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      storage_(std::exchange(other.storage_, Storage::none)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
        storage_ = std::exchange(other.storage_, Storage::none);
    }
    return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept {
    if (storage_ == Storage::guarded) {
        // Makes the pages writable, checks the canary, zeroes, unlocks and unmaps.
        sodium_free(data_);
    } else if (storage_ == Storage::heap) {
        security::wipe(writable());
        std::free(data_);
    }
    data_ = nullptr;
    size_ = 0;
    storage_ = Storage::none;
}

Result<Secret> Secret::allocate(std::size_t size) {
    Secret secret;
    if (size > kMaxBytes) {
        return fail(
            ErrorCode::argument_invalid,
            "a secret of " + std::to_string(size) + " bytes; at most " + std::to_string(kMaxBytes));
    }
    if (size == 0) return secret;
#if !defined(__EMSCRIPTEN__)
    if (ensure_sodium()) {
        // Locking is best effort within: beyond RLIMIT_MEMLOCK the memory is guarded but may swap.
        secret.data_ = static_cast<std::byte*>(sodium_malloc(size));
        if (secret.data_ != nullptr) secret.storage_ = Storage::guarded;
    }
#endif
    if (secret.data_ == nullptr) {
        // Under WebAssembly libsodium's allocator is plain malloc, and does not wipe when freeing.
        secret.data_ = static_cast<std::byte*>(std::malloc(size));
        if (secret.data_ == nullptr) return fail(ErrorCode::memory_exhausted);
        secret.storage_ = Storage::heap;
    }
    secret.size_ = size;
    std::memset(secret.data_, 0, size);
    return secret;
}

void Secret::protect() noexcept {
    // A system that refuses leaves the pages writable, and the secret as usable as before.
    if (storage_ == Storage::guarded) static_cast<void>(sodium_mprotect_readonly(data_));
}

Result<Secret> Secret::copy_of(Bytes bytes) {
    return make(bytes.size(), [&](std::span<std::byte> out) -> Status {
        if (!bytes.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
        return {};
    });
}

Result<Secret> Secret::take(std::span<std::byte> bytes) {
    Result<Secret> secret = copy_of(bytes);
    security::wipe(bytes);
    return secret;
}

Result<Secret> Secret::take(std::string& text) {
    Result<Secret> secret = take(std::as_writable_bytes(std::span(text)));
    text.clear();
    return secret;
}

Result<Secret> Secret::random(std::size_t size, RandomSource& random) {
    return make(size, [&](std::span<std::byte> out) -> Status {
        random.fill(out);
        return {};
    });
}

bool Secret::equals(Bytes other) const noexcept { return equal_constant_time(expose(), other); }

}  // namespace limpid::security
