#pragma once

#include <png.h>

#include <csetjmp>

#include "limpid/error.hpp"

namespace limpid {

/// libpng's way out; the same rules as JpegErrors: functions that call libpng do setjmp first and
/// hold no destructors, owners live outside. Plain data; must not move once in use.
struct PngErrors {
    static constexpr int kTextBytes = 128;

    std::jmp_buf jump;
    ErrorCode code;
    bool out_of_memory;
    char found[kTextBytes];
};

/// Callbacks for png_create_*_struct_2, with a PngErrors as error_ptr and mem_ptr.
[[noreturn]] void on_png_error(png_structp png, png_const_charp message);
void on_png_warning(png_structp png, png_const_charp message);
png_voidp on_png_malloc(png_structp png, png_alloc_size_t bytes);
void on_png_free(png_structp png, png_voidp pointer);

/// Leave libpng from within one of its callbacks.
[[noreturn]] void leave_png(png_structp png, ErrorCode code, const char* found) noexcept;

[[nodiscard]] std::unexpected<Error> png_failure(const PngErrors& errors);

}  // namespace limpid
