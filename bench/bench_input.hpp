#pragma once

#include <span>
#include <string_view>

#include "bench_image.hpp"
#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"

namespace limpid::bench {

/// A row of inputs.def.
struct BenchInput {
    std::string_view name;
    enum class Kind { flat, noise, photo } kind;
    BenchSize size;
    std::string_view source;
};

std::span<const BenchInput> inputs();

/// What the row needs is installed.
bool available(const BenchInput& input);

/// The row's JPEG, quality 90; the same bytes on every target.
Result<ByteBuffer> encoded_input(const BenchInput& input);

/// The same of the drawn picture.
Result<ByteBuffer> encoded_drawing(const BenchSize& size);

}  // namespace limpid::bench
