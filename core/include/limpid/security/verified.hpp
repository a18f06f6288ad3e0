#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "limpid/error.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// What a verified signature says beside the content it covers. All of it was signed.
struct SignatureInfo {
    KeyId key_id;
    /// What the signature is for, e.g. "limpid.recipe".
    std::string purpose;
    UnixSeconds issued_at{};
    /// Absent: valid for as long as the key is trusted.
    std::optional<UnixSeconds> expires_at = std::nullopt;
    /// Number that grows with every newer version of the same document; absent when not counted.
    std::optional<std::uint64_t> counter = std::nullopt;
    friend bool operator==(const SignatureInfo&, const SignatureInfo&) = default;
};

class DocumentVerifier;

/// A value that came out of a signed document whose signature was verified.
///
/// There is no other way to get one: no constructor but copying and moving is public. A function
/// that takes a `const Verified<T>&` cannot be called with a T that nobody signed.
template <class T>
class Verified {
public:
    /// The value; cannot be changed.
    [[nodiscard]] const T& operator*() const& noexcept { return value_; }
    [[nodiscard]] const T* operator->() const noexcept { return &value_; }

    /// Who signed it, for what and when.
    [[nodiscard]] const SignatureInfo& signature() const noexcept { return signature_; }

    /// What `parse` makes of the value, as verified as the value is.
    /// @param parse  takes a `const T&`, gives a Result; it must not look at anything else.
    /// @return the error of `parse`.
    template <std::invocable<const T&> Parse>
    [[nodiscard]] auto parsed_by(Parse&& parse) const {
        using Parsed = typename std::invoke_result_t<Parse, const T&>::value_type;
        auto parsed = std::invoke(std::forward<Parse>(parse), value_);
        if (!parsed) return Result<Verified<Parsed>>(std::unexpected(std::move(parsed).error()));
        return Result<Verified<Parsed>>(Verified<Parsed>(std::move(*parsed), signature_));
    }

private:
    template <class>
    friend class Verified;
    friend class DocumentVerifier;

    Verified(T&& value, SignatureInfo signature)
        : value_(std::move(value)), signature_(std::move(signature)) {}

    T value_;
    SignatureInfo signature_;
};

}  // namespace limpid::security
