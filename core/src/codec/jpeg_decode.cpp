#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "codec/cmyk.hpp"
#include "codec/codecs.hpp"
#include "codec/jpeg_error.hpp"

// Why the decoder is set as it is:
//   JDCT_ISLOW          the exact integer transform. libjpeg-turbo's SIMD versions of it give the
//   same
//                       bits as the C version; JDCT_IFAST loses quality, JDCT_FLOAT differs by
//                       machine.
//   fancy upsampling    the triangle filter every viewer uses; its SIMD and C versions agree.
//   Turned on
//                       explicitly, because off would also select merged upsampling, which rounds
//                       differently.
//   block smoothing     off: it only guesses at missing scans, and a file with missing scans is
//   refused. JCS_RGB             libjpeg's own colour conversion, straight into our rows.
//   max_memory_to_use   a progressive file needs all its coefficients at once. libjpeg would move
//                       them to a temporary file; this build has none, so it stops with an error.
// The end-of-image marker must be there: without it nobody can tell a complete progressive file
// from one that lost its last scans.

namespace limpid {
namespace {

/// libjpeg on a span. Owns what libjpeg allocates; must not move, libjpeg keeps pointers into it.
class JpegDecoder {
public:
    explicit JpegDecoder(const DecodeJob& job) noexcept : job_(job) {}
    JpegDecoder(const JpegDecoder&) = delete;
    JpegDecoder& operator=(const JpegDecoder&) = delete;
    JpegDecoder(JpegDecoder&&) = delete;
    JpegDecoder& operator=(JpegDecoder&&) = delete;
    ~JpegDecoder() { jpeg_destroy_decompress(&info_); }

    // Each is one call frame for longjmp to return to: no local with a destructor, no state kept in
    // locals across the jump. false means failure() says why.
    [[nodiscard]] bool open() noexcept;
    [[nodiscard]] bool start(J_COLOR_SPACE output) noexcept;
    [[nodiscard]] bool read_rows(JSAMPARRAY rows, unsigned count) noexcept;
    [[nodiscard]] bool finish() noexcept;

    [[nodiscard]] const jpeg_decompress_struct& info() const noexcept { return info_; }
    /// Does libjpeg read all scans before the first row?
    [[nodiscard]] bool collects_scans() noexcept {
        return jpeg_has_multiple_scans(&info_) != FALSE;
    }
    [[nodiscard]] std::unexpected<Error> failure() const { return jpeg_failure(errors_); }

private:
    static void on_source(j_decompress_ptr) {}
    static boolean on_more_input(j_decompress_ptr info);
    static void on_skip(j_decompress_ptr info, long count);
    static void on_progress(j_common_ptr info);
    static JpegDecoder& self(j_common_ptr info) {
        return *static_cast<JpegDecoder*>(info->client_data);
    }
    void limit_memory() const noexcept;

    const DecodeJob& job_;
    jpeg_decompress_struct info_{};
    JpegErrors errors_{};
    jpeg_source_mgr source_{};
    jpeg_progress_mgr progress_{};
};

/// The input is all there from the start, so being asked for more means that it ended. An end
/// marker lets libjpeg come to rest; the note makes it an error.
boolean JpegDecoder::on_more_input(j_decompress_ptr info) {
    static constexpr JOCTET kEndMarker[] = {0xFF, JPEG_EOI};
    self(reinterpret_cast<j_common_ptr>(info)).errors_.input_ended = true;
    info->src->next_input_byte = kEndMarker;
    info->src->bytes_in_buffer = sizeof kEndMarker;
    return TRUE;
}

void JpegDecoder::on_skip(j_decompress_ptr info, long count) {
    if (count <= 0) return;
    if (static_cast<unsigned long>(count) > info->src->bytes_in_buffer) {
        (void)on_more_input(info);
        return;
    }
    info->src->next_input_byte += count;
    info->src->bytes_in_buffer -= static_cast<std::size_t>(count);
}

/// libjpeg calls this once per row of blocks, also while it collects scans.
void JpegDecoder::on_progress(j_common_ptr info) {
    const auto* decompress = reinterpret_cast<j_decompress_ptr>(info);
    const DecodeJob& job = self(info).job_;
    const auto scan = static_cast<std::uint64_t>(std::max(decompress->input_scan_number, 0));
    if (scan > job.limits.max_progressive_scans) {
        leave_jpeg(info, ErrorCode::image_too_many_scans, "");
    }
    const double left = static_cast<double>(decompress->src->bytes_in_buffer);
    const double all = static_cast<double>(job.encoded.size());
    // Collecting scans is about half of the work.
    const bool collecting =
        decompress->output_scanline == 0 && scan > 0 && info->progress->total_passes > 1;
    const double fraction = collecting ? 0.5 * (all - left) / all : 0.0;
    if (!job.progress.step(fraction)) leave_jpeg(info, ErrorCode::run_cancelled, "");
}

void JpegDecoder::limit_memory() const noexcept {
    const std::uint64_t image =
        std::uint64_t{info_.image_width} * info_.image_height *
        static_cast<std::uint64_t>(bytes_per_pixel(job_.headers.info.pixel_format));
    const std::uint64_t limit = job_.limits.max_memory_bytes;
    // At least one, because 0 means that there is no limit.
    const std::uint64_t rest = limit > image ? limit - image : 1;
    info_.mem->max_memory_to_use =
        static_cast<long>(std::min<std::uint64_t>(rest, std::numeric_limits<long>::max()));
}

bool JpegDecoder::open() noexcept {
    install_jpeg_errors(errors_, reinterpret_cast<j_common_ptr>(&info_));
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_decompress(&info_);
    info_.client_data = this;
    source_.init_source = on_source;
    source_.fill_input_buffer = on_more_input;
    source_.skip_input_data = on_skip;
    source_.resync_to_restart = jpeg_resync_to_restart;
    source_.term_source = on_source;
    source_.next_input_byte = reinterpret_cast<const JOCTET*>(job_.encoded.data());
    source_.bytes_in_buffer = job_.encoded.size();
    info_.src = &source_;
    progress_.progress_monitor = on_progress;
    info_.progress = &progress_;
    (void)jpeg_read_header(&info_, TRUE);
    limit_memory();
    return true;
}

bool JpegDecoder::start(J_COLOR_SPACE output) noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    info_.out_color_space = output;
    info_.dct_method = JDCT_ISLOW;
    info_.do_fancy_upsampling = TRUE;
    info_.do_block_smoothing = FALSE;
    (void)jpeg_start_decompress(&info_);
    return true;
}

bool JpegDecoder::read_rows(JSAMPARRAY rows, unsigned count) noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    const unsigned end = info_.output_scanline + count;
    while (info_.output_scanline < end) {
        const unsigned left = end - info_.output_scanline;
        (void)jpeg_read_scanlines(&info_, rows + (count - left), left);
    }
    return true;
}

/// Reads on to the end marker.
bool JpegDecoder::finish() noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    (void)jpeg_finish_decompress(&info_);
    if (errors_.input_ended) {
        leave_jpeg(reinterpret_cast<j_common_ptr>(&info_), ErrorCode::image_truncated,
                   "no end marker");
    }
    return true;
}

int stored_components(ColorModel model) {
    switch (model) {
        case ColorModel::gray:
            return 1;
        case ColorModel::cmyk:
        case ColorModel::ycck:
            return 4;
        default:
            return 3;
    }
}

J_COLOR_SPACE output_space(ColorModel model) {
    switch (stored_components(model)) {
        case 1:
            return JCS_GRAYSCALE;
        case 4:
            return JCS_CMYK;
        default:
            return JCS_RGB;
    }
}

/// libjpeg must see the image that was held against the limits.
bool is_as_claimed(const jpeg_decompress_struct& info, const FileHeaders& headers) {
    return info.image_width == static_cast<unsigned>(headers.stored_width_px) &&
           info.image_height == static_cast<unsigned>(headers.stored_height_px) &&
           info.num_components == stored_components(headers.info.color_model);
}

/// Rows of four inks on their way to RGB; empty for other images.
Result<ByteBuffer> make_ink_rows(const FileHeaders& headers) {
    ByteBuffer rows;
    if (stored_components(headers.info.color_model) != 4) return rows;
    const std::size_t bytes =
        std::size_t{4} * static_cast<std::size_t>(headers.stored_width_px) * kRowsPerBatch;
    if (!rows.resize(bytes)) return fail(ErrorCode::memory_exhausted, "CMYK rows");
    return rows;
}

Status read_pixels(JpegDecoder& decoder, const MutableImageView& image, ByteBuffer& ink_rows,
                   ProgressGate& progress) {
    const bool collected = decoder.collects_scans();
    const bool inks = !ink_rows.empty();
    const bool inverted = decoder.info().saw_Adobe_marker != FALSE;
    // Where scans were collected first, half of the work is done (on_progress).
    const double share_before = collected ? 0.5 : 0.0;
    std::array<JSAMPROW, kRowsPerBatch> rows{};
    for (int y = 0; y < image.height_px; y += kRowsPerBatch) {
        const int count = std::min(kRowsPerBatch, image.height_px - y);
        for (int i = 0; i < count; ++i) {
            std::byte* row =
                inks ? ink_rows.data() + std::ptrdiff_t{4} * image.width_px * i : image.row(y + i);
            rows[static_cast<std::size_t>(i)] = reinterpret_cast<JSAMPROW>(row);
        }
        if (!decoder.read_rows(rows.data(), static_cast<unsigned>(count))) {
            return decoder.failure();
        }
        for (int i = 0; inks && i < count; ++i) {
            cmyk_to_rgb(reinterpret_cast<const std::byte*>(rows[static_cast<std::size_t>(i)]),
                        image.row(y + i), image.width_px, inverted);
        }
        const double share = static_cast<double>(y + count) / image.height_px;
        if (!progress.step(share_before + (1.0 - share_before) * share)) {
            return fail(ErrorCode::run_cancelled);
        }
    }
    return {};
}

std::unexpected<Error> explain(const JpegDecoder& decoder, const Limits& limits) {
    auto failure = decoder.failure();
    if (failure.error().id() == ErrorCode::image_too_many_scans) {
        return fail(ErrorCode::image_too_many_scans,
                    "more than " + std::to_string(limits.max_progressive_scans) +
                        " scans; max_progressive_scans is " +
                        std::to_string(limits.max_progressive_scans));
    }
    return failure;
}

}  // namespace

Result<Image> decode_jpeg(const DecodeJob& job) {
    const FileHeaders& headers = job.headers;
    JpegDecoder decoder(job);
    if (!decoder.open()) return decoder.failure();
    if (!is_as_claimed(decoder.info(), headers)) {
        return fail(ErrorCode::image_malformed, "two contradicting JPEG frame headers");
    }
    auto image =
        Image::create(headers.info.pixel_format, headers.stored_width_px, headers.stored_height_px);
    if (!image) return image;
    auto ink_rows = make_ink_rows(headers);
    if (!ink_rows) return std::unexpected(std::move(ink_rows).error());
    if (!decoder.start(output_space(headers.info.color_model))) return explain(decoder, job.limits);
    if (Status read = read_pixels(decoder, image->view(), *ink_rows, job.progress); !read) {
        return std::unexpected(std::move(read).error());
    }
    if (!decoder.finish()) return decoder.failure();
    return image;
}

}  // namespace limpid
