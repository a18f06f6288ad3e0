#include "fuzz/fuzz_target.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace limpid::fuzz {

void require(bool holds, std::string_view promise) {
    if (holds) return;
    std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()),
                 promise.data());
    std::abort();
}

std::string verdict_of(const Error& error) {
    const std::string message = error.message();
    require(std::ranges::none_of(message, [](char c) { return c >= 0 && c < 0x20; }),
            "a message is one line");
    require(message.size() < 1024, "a message is short");
    return std::string(error.code());
}

}  // namespace limpid::fuzz
