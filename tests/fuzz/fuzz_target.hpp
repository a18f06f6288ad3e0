#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"

/// What all fuzz targets share. A target takes any bytes, gives them to one parser, checks what
/// must hold for whatever was accepted, and says in a word what became of them: the same on every
/// machine.
namespace limpid::fuzz {

/// Exactly as long as it says: one byte beyond is seen by the address sanitiser.
using Input = std::span<const std::byte>;

/// The input as text.
[[nodiscard]] inline std::string_view text_of(Input input) {
    return {reinterpret_cast<const char*>(input.data()), input.size()};
}

/// End the process when a promise is broken; a fuzzer keeps the input that did it.
void require(bool holds, std::string_view promise);

/// The code of an error; checks that its message is fit for a log: one line of text.
[[nodiscard]] std::string verdict_of(const Error& error);

#define LIMPID_FUZZ_TARGET(name, data) [[nodiscard]] std::string name(Input input);
#include LIMPID_FUZZ_TABLE
#undef LIMPID_FUZZ_TARGET

}  // namespace limpid::fuzz
