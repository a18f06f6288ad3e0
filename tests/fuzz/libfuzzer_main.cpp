// libFuzzer's entry for the target LIMPID_FUZZ_TARGET_NAME.
#include <cstdint>

#include "fuzz/fuzz_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = std::as_bytes(std::span(data, size));
    const std::string first = limpid::fuzz::LIMPID_FUZZ_TARGET_NAME(input);
    limpid::fuzz::require(!first.empty(), "every input gets a verdict");
    return 0;
}
