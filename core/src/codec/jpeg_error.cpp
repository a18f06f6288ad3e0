#include "codec/jpeg_error.hpp"

#include <jerror.h>

#include <cstring>

namespace limpid {
namespace {

JpegErrors& errors_of(j_common_ptr info) noexcept {
    return *reinterpret_cast<JpegErrors*>(info->err);
}

ErrorCode code_of(int message_code) noexcept {
    switch (message_code) {
        case JERR_OUT_OF_MEMORY:
        case JERR_NO_BACKING_STORE:  // the arrays of a progressive image exceed max_memory_to_use
        case JERR_WIDTH_OVERFLOW:
            return ErrorCode::memory_exhausted;
        case JERR_ARITH_NOTIMPL:
        case JERR_BAD_PRECISION:
        case JERR_CCIR601_NOTIMPL:
        case JERR_COMPONENT_COUNT:
        case JERR_CONVERSION_NOTIMPL:
        case JERR_FRACT_SAMPLE_NOTIMPL:
        case JERR_SOF_UNSUPPORTED:
            return ErrorCode::image_unsupported;
        default:
            return ErrorCode::image_malformed;
    }
}

[[noreturn]] void leave_with_message(j_common_ptr info) noexcept {
    char text[JMSG_LENGTH_MAX] = {};
    info->err->format_message(info, text);
    leave_jpeg(info, code_of(info->err->msg_code), text);
}

[[noreturn]] void on_error(j_common_ptr info) { leave_with_message(info); }

/// libjpeg goes on after a warning, with grey or guessed pixels where the data is bad. We do so
/// only where no pixel is lost, which is decided per warning:
///
///   JWRN_EXTRANEOUS_DATA   bytes between segments, or after the last row: cameras pad. Tolerated.
///   JWRN_ADOBE_XFORM       unknown number in Adobe's segment; YCbCr assumed as everywhere.
///   Tolerated. JWRN_JFIF_MAJOR        JFIF 2 or so: the coding is the same. Tolerated.
///   JWRN_NOT_SEQUENTIAL    spectral numbers of a baseline scan, unused when decoding. Tolerated.
///   JWRN_BOGUS_PROGRESSION scans refine in an unusual order; each still says what it is.
///   Tolerated. JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE, JWRN_MUST_RESYNC, JWRN_JPEG_EOF,
///   JWRN_ARITH_BAD_CODE
///                          samples are missing or wrong. Errors.
///   anything else          Errors, until somebody has looked at it.
bool is_harmless(int message_code) noexcept {
    switch (message_code) {
        case JWRN_EXTRANEOUS_DATA:
        case JWRN_ADOBE_XFORM:
        case JWRN_JFIF_MAJOR:
        case JWRN_NOT_SEQUENTIAL:
        case JWRN_BOGUS_PROGRESSION:
            return true;
        default:
            return false;
    }
}

void on_message(j_common_ptr info, int level) {
    constexpr int kWarning = -1;
    if (level == kWarning && !is_harmless(info->err->msg_code)) leave_with_message(info);
}

void on_output(j_common_ptr) {}

}  // namespace

void install_jpeg_errors(JpegErrors& errors, j_common_ptr info) noexcept {
    std::memset(&errors, 0, sizeof errors);
    info->err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = on_error;
    errors.manager.emit_message = on_message;
    errors.manager.output_message = on_output;
    errors.code = ErrorCode::internal_failure;
}

void leave_jpeg(j_common_ptr info, ErrorCode code, const char* found) noexcept {
    JpegErrors& errors = errors_of(info);
    errors.code = code == ErrorCode::image_malformed && errors.input_ended
                      ? ErrorCode::image_truncated
                      : code;
    std::strncpy(errors.found, found, sizeof errors.found - 1);
    std::longjmp(errors.jump, 1);
}

std::unexpected<Error> jpeg_failure(const JpegErrors& errors) {
    return fail(errors.code, errors.found);
}

}  // namespace limpid
