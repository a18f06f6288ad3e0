#pragma once

/// Automatic photo enhancement with the same bytes out on every target.
///
///     auto enhanced = limpid::enhance(file_bytes);             // decide and apply
///     if (!enhanced) return report(enhanced.error().message());
///     write(enhanced->bytes.span());
///
/// Errors are values (error.hpp); threads, limits, progress and cancellation are handed in
/// (run.hpp, limits.hpp). Every function is thread-safe unless it says otherwise.

#include "limpid/analysis.hpp"
#include "limpid/byte_buffer.hpp"
#include "limpid/codec.hpp"
#include "limpid/convert.hpp"
#include "limpid/cpu.hpp"
#include "limpid/decimal.hpp"
#include "limpid/digest.hpp"
#include "limpid/error.hpp"
#include "limpid/histogram.hpp"
#include "limpid/image.hpp"
#include "limpid/inspect.hpp"
#include "limpid/limits.hpp"
#include "limpid/lut.hpp"
#include "limpid/manifest.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/preset.hpp"
#include "limpid/preview.hpp"
#include "limpid/recipe.hpp"
#include "limpid/resize.hpp"
#include "limpid/run.hpp"
#include "limpid/signed_recipe.hpp"
#include "limpid/version.hpp"
