#include "codec/png_error.hpp"

#include <cstdlib>
#include <cstring>

namespace limpid {

void on_png_error(png_structp png, png_const_charp message) {
    const auto& errors = *static_cast<const PngErrors*>(png_get_error_ptr(png));
    leave_png(png, errors.out_of_memory ? ErrorCode::memory_exhausted : ErrorCode::image_malformed,
              message);
}

/// What is left as a warning after png_set_benign_errors(png, 0) loses no pixel.
void on_png_warning(png_structp, png_const_charp) {}

png_voidp on_png_malloc(png_structp png, png_alloc_size_t bytes) {
    png_voidp memory = std::malloc(bytes);
    if (memory == nullptr) static_cast<PngErrors*>(png_get_mem_ptr(png))->out_of_memory = true;
    return memory;
}

void on_png_free(png_structp, png_voidp pointer) { std::free(pointer); }

void leave_png(png_structp png, ErrorCode code, const char* found) noexcept {
    auto& errors = *static_cast<PngErrors*>(png_get_error_ptr(png));
    errors.code = code;
    std::strncpy(errors.found, found, sizeof errors.found - 1);
    std::longjmp(errors.jump, 1);
}

std::unexpected<Error> png_failure(const PngErrors& errors) {
    return fail(errors.code, errors.found);
}

}  // namespace limpid
