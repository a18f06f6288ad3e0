#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include <emscripten/val.h>

#include "common/values.hpp"
#include "limpid/error.hpp"
#include "limpid/security/types.hpp"
#include "limpid/security/verified.hpp"
#include "security/wiping.hpp"

// JavaScript values to the security layer's types and back.

namespace limpid::wasm {

/// Runs `call` (a function returning Result<val>), and nothing it leaves on the stack stays there.
/// Only operator new throws, when memory is out: js/ sees what was thrown and drops the instance.
template <class Call>
emscripten::val answered(const Call& call) {
    Result<emscripten::val> result = call();
    emscripten::val reply = result ? std::move(*result) : failure(result.error());
    wipe_stack();
    return reply;
}

/// What a verification that failed returns: `{refused: {code, found}}`. An error that says
/// nothing about what was verified (a bad argument, no memory) stays an error.
[[nodiscard]] Result<emscripten::val> refused(const Error& error);

/// The moment to take for now: the member `now`, Unix seconds, which must be there.
[[nodiscard]] Result<security::UnixSeconds> read_now(const emscripten::val& options);

/// A moment in Unix seconds, or nothing when the member is undefined.
[[nodiscard]] Status read_moment(const emscripten::val& options, const char* name,
                                 std::optional<security::UnixSeconds>& out);

/// An array of texts; undefined leaves `out` as it is.
[[nodiscard]] Status read_texts(const emscripten::val& options, const char* name,
                                std::vector<std::string>& out);

/// The elements of the member `name`. @return argument.invalid when it is no array, or has more
/// than `max` elements.
[[nodiscard]] Result<std::vector<emscripten::val>> read_array(const emscripten::val& options,
                                                              const char* name, unsigned max);

/// Random bytes from the function that JavaScript hands in, which fills a Uint8Array. Where that
/// throws, the whole call ends with what it threw.
class CallerRandom final : public security::RandomSource {
public:
    explicit CallerRandom(emscripten::val fill_array) : fill_array_(std::move(fill_array)) {}
    void fill(std::span<std::byte> bytes) noexcept override;

private:
    emscripten::val fill_array_;
};

/// `{key_id, purpose, issued_at, expires_at?, counter?}`.
[[nodiscard]] emscripten::val to_js(const security::SignatureInfo& signature);

/// Sets a member unless there is nothing to set.
void set_moment(emscripten::val& object, const char* name,
                const std::optional<security::UnixSeconds>& moment);

}  // namespace limpid::wasm
