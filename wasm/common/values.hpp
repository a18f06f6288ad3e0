#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <emscripten/val.h>

#include "limpid/error.hpp"
#include "limpid/limits.hpp"

// JavaScript values to plain C++ ones and back, for every module. What comes in is checked again
// here, although js/ has checked it already: a module may be called without js/.

namespace limpid::wasm {

/// Number.MAX_SAFE_INTEGER.
inline constexpr std::int64_t kMaxSafeInteger = 9007199254740991;

/// Bytes of a Uint8Array, copied into wasm memory once and freed with this object.
class InputBytes {
public:
    /// @return argument.invalid when `bytes` is no Uint8Array, memory.exhausted.
    [[nodiscard]] static Result<InputBytes> copy_of(const emscripten::val& bytes);
    [[nodiscard]] std::span<const std::byte> span() const noexcept { return {data_.get(), size_}; }
    /// The same, read as characters.
    [[nodiscard]] std::string_view text() const noexcept {
        return {reinterpret_cast<const char*>(data_.get()), size_};
    }

private:
    std::unique_ptr<std::byte[]> data_;
    std::size_t size_ = 0;
};

/// A fresh Uint8Array of exactly these bytes, outside wasm memory and never shared.
[[nodiscard]] emscripten::val to_uint8_array(std::span<const std::byte> bytes);
/// The same in `spare`, a Uint8Array that nobody else uses, when it is a whole buffer of this size:
/// memory that is new costs more than copying into some that was written before. Otherwise, and
/// when it is undefined, a fresh one.
[[nodiscard]] emscripten::val to_uint8_array(std::span<const std::byte> bytes,
                                             const emscripten::val& spare);

/// Memory for that many bytes, whose contents are anything: `spare` under the same conditions, or a
/// fresh Uint8Array.
[[nodiscard]] emscripten::val uint8_array_of(std::size_t size, const emscripten::val& spare);

/// `{code, found}`. The sentence and the hint are in js/src/generated.ts.
[[nodiscard]] emscripten::val to_js(const Error& error);

/// What a call returns instead of results: `{error: {code, found}}`.
[[nodiscard]] emscripten::val failure(const Error& error);

/// argument.invalid in the one grammar; says nothing of what was received, which may be a secret.
[[nodiscard]] std::unexpected<Error> expected(std::string_view what, std::string_view name);

/// Members of `options` that are undefined leave `out` as it is.
/// Each returns argument.invalid for a member of the wrong type or outside its range.
[[nodiscard]] Status read_double(const emscripten::val& options, const char* name, double& out);
[[nodiscard]] Status read_integer(const emscripten::val& options, const char* name,
                                  std::int64_t min, std::int64_t max, std::int64_t& out);
[[nodiscard]] Status read_bool(const emscripten::val& options, const char* name, bool& out);
[[nodiscard]] Status read_text(const emscripten::val& options, const char* name, std::string& out);

/// A spelling and what it means.
template <class Enum>
using Name = std::pair<std::string_view, Enum>;

template <class Names, class Enum>
[[nodiscard]] Status read_enum(const emscripten::val& options, const char* name, const Names& names,
                               Enum& out) {
    std::string text;
    if (options[name].isUndefined()) return {};
    if (auto read = read_text(options, name, text); !read) return read;
    std::string known;
    for (const auto& [spelling, value] : names) {
        if (spelling == text) {
            out = value;
            return {};
        }
        known += (known.empty() ? "" : ", ") + std::string(spelling);
    }
    return expected("one of " + known, name);
}

/// From the member `limits`. @return argument.invalid also for an unknown name.
[[nodiscard]] Result<Limits> read_limits(const emscripten::val& options);

}  // namespace limpid::wasm
