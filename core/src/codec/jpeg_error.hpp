#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>  // jpeglib.h needs FILE

#include <jpeglib.h>

#include "codec/progress.hpp"
#include "limpid/error.hpp"

namespace limpid {

/// libjpeg's way out. Its error callback may not return, so every call into libjpeg is made from a
/// function that first does setjmp on `jump`; the callback notes what went wrong and jumps there.
/// Nothing between the two has a destructor: those functions hold plain values only, and the
/// objects that own memory live outside, in their caller.
///
/// Plain data; must not move once installed.
struct JpegErrors {
    jpeg_error_mgr manager;  // first: libjpeg hands back a pointer to it
    std::jmp_buf jump;
    ErrorCode code;
    /// The compressed bytes ran out: any complaint that follows is about that.
    bool input_ended;
    char found[JMSG_LENGTH_MAX];
};

/// Prepare `errors` and make `info` use it. Before jpeg_create_*.
void install_jpeg_errors(JpegErrors& errors, j_common_ptr info) noexcept;

/// Leave libjpeg from within one of its callbacks.
[[noreturn]] void leave_jpeg(j_common_ptr info, ErrorCode code, const char* found) noexcept;

/// The error that was noted.
[[nodiscard]] std::unexpected<Error> jpeg_failure(const JpegErrors& errors);

}  // namespace limpid
