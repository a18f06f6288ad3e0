#pragma once

#include <string_view>

#include "doctor/subject.hpp"

namespace limpid::doctor {

/// SHA-256 of the JPEG file that the built-in picture, tests/data/sizes/7x5.png, is enhanced to:
/// the line `jpeg sizes/7x5.png auto` of tests/parity/golden.txt, which holds on every target.
inline constexpr std::string_view kPictureDigest =
    "7cff93598fc03fbd1a03a0db2ff6d5e2d493f6836cd8c4666f63eef2cc2986ba";

/// Compute with every part of the library that security rests on, and say what came out. Takes
/// some milliseconds. Draws 64 bytes from `random`.
[[nodiscard]] SelfTestFacts run_self_tests(security::RandomSource& random);

}  // namespace limpid::doctor
