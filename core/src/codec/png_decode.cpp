#include <algorithm>
#include <bit>
#include <limits>

#include "codec/codecs.hpp"
#include "codec/png_error.hpp"

// Why the decoder is set as it is:
//   ancillary chunks    all but tRNS are skipped inside libpng (their checksums are still checked):
//                       profiles and text were measured and read by inspect, so libpng's own
//                       parsers of them never see the file. gAMA, cHRM and sRGB are ignored with
//                       them: limpid returns samples as stored and carries the ICC profile.
//   CRC                 a wrong checksum is an error in every chunk, needed or not.
//   benign errors       are errors: image data too short or too long, or of a wrong Adler checksum.
//   16 bits             stay, in host order; 1, 2 and 4 bits are scaled to 8 (255 / 3 = 85 a step).

namespace limpid {
namespace {

/// libpng on a span. Must not move: libpng keeps pointers into it.
class PngDecoder {
public:
    explicit PngDecoder(const DecodeJob& job) noexcept : job_(job) {}
    PngDecoder(const PngDecoder&) = delete;
    PngDecoder& operator=(const PngDecoder&) = delete;
    PngDecoder(PngDecoder&&) = delete;
    PngDecoder& operator=(PngDecoder&&) = delete;
    ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

    // Frames for longjmp, without destructors; false means failure() says why.
    [[nodiscard]] bool open() noexcept;
    [[nodiscard]] bool read_rows(const MutableImageView& image, int first, int count) noexcept;
    [[nodiscard]] bool finish() noexcept;

    [[nodiscard]] bool is_as_claimed() const noexcept;
    [[nodiscard]] int passes() const noexcept { return passes_; }
    [[nodiscard]] std::unexpected<Error> failure() const { return png_failure(errors_); }

private:
    static void on_read(png_structp png, png_bytep out, std::size_t count);
    void set_limits() noexcept;
    void set_transforms() noexcept;

    const DecodeJob& job_;
    std::size_t position_ = 0;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    int passes_ = 1;
    PngErrors errors_{};
};

void PngDecoder::on_read(png_structp png, png_bytep out, std::size_t count) {
    auto& decoder = *static_cast<PngDecoder*>(png_get_io_ptr(png));
    const auto encoded = decoder.job_.encoded;
    if (count > encoded.size() - decoder.position_) {
        leave_png(png, ErrorCode::image_truncated, "inside a PNG chunk");
    }
    std::copy_n(reinterpret_cast<const png_byte*>(encoded.data()) + decoder.position_, count, out);
    decoder.position_ += count;
}

void PngDecoder::set_limits() noexcept {
    png_set_user_limits(png_, static_cast<png_uint_32>(job_.headers.stored_width_px),
                        static_cast<png_uint_32>(job_.headers.stored_height_px));
    // Nothing is cached, since every chunk but tRNS is skipped; 1 because 0 means no limit. The
    // size limit is that of a chunk to be skipped, and none is larger than the file.
    png_set_chunk_cache_max(png_, 1);
    png_set_chunk_malloc_max(
        png_, static_cast<png_alloc_size_t>(std::min<std::uint64_t>(
                  job_.limits.max_file_bytes, std::numeric_limits<png_uint_32>::max() / 2)));
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_benign_errors(png_, 0);
}

void PngDecoder::set_transforms() noexcept {
    const FileHeaders& headers = job_.headers;
    const ColorModel model = headers.info.color_model;
    if (model == ColorModel::palette) png_set_palette_to_rgb(png_);
    if (model == ColorModel::gray && headers.info.bit_depth < 8) {
        png_set_expand_gray_1_2_4_to_8(png_);
    }
    if (headers.has_color_key) png_set_tRNS_to_alpha(png_);
    const bool gray = model == ColorModel::gray || model == ColorModel::gray_alpha;
    if (gray && has_alpha(headers.info.pixel_format)) png_set_gray_to_rgb(png_);
    if (headers.info.bit_depth == 16 && std::endian::native == std::endian::little) {
        png_set_swap(png_);
    }
}

bool PngDecoder::open() noexcept {
    errors_.code = ErrorCode::memory_exhausted;
    png_ = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &errors_, on_png_error, on_png_warning,
                                    &errors_, on_png_malloc, on_png_free);
    if (png_ == nullptr) return false;
    if (setjmp(errors_.jump) != 0) return false;
    info_ = png_create_info_struct(png_);
    if (info_ == nullptr) leave_png(png_, ErrorCode::memory_exhausted, "libpng");
    png_set_read_fn(png_, this, on_read);
    set_limits();
    png_read_info(png_, info_);
    set_transforms();
    passes_ = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
}

/// libpng must be about to write what the image was made for.
bool PngDecoder::is_as_claimed() const noexcept {
    const FileHeaders& headers = job_.headers;
    const std::size_t row_bytes =
        static_cast<std::size_t>(headers.stored_width_px) *
        static_cast<std::size_t>(bytes_per_pixel(headers.info.pixel_format));
    return png_get_image_width(png_, info_) == static_cast<unsigned>(headers.stored_width_px) &&
           png_get_image_height(png_, info_) == static_cast<unsigned>(headers.stored_height_px) &&
           png_get_rowbytes(png_, info_) == row_bytes;
}

bool PngDecoder::read_rows(const MutableImageView& image, int first, int count) noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    for (int y = first; y < first + count; ++y) {
        png_read_row(png_, reinterpret_cast<png_bytep>(image.row(y)), nullptr);
    }
    return true;
}

bool PngDecoder::finish() noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    png_read_end(png_, nullptr);
    return true;
}

}  // namespace

Result<Image> decode_png(const DecodeJob& job) {
    const FileHeaders& headers = job.headers;
    PngDecoder decoder(job);
    if (!decoder.open()) return decoder.failure();
    if (!decoder.is_as_claimed()) return fail(ErrorCode::image_malformed, "PNG headers");
    auto image =
        Image::create(headers.info.pixel_format, headers.stored_width_px, headers.stored_height_px);
    if (!image) return image;
    const MutableImageView view = image->view();
    const double rows = static_cast<double>(decoder.passes()) * view.height_px;
    for (int pass = 0; pass < decoder.passes(); ++pass) {
        for (int y = 0; y < view.height_px; y += kRowsPerBatch) {
            const int count = std::min(kRowsPerBatch, view.height_px - y);
            if (!decoder.read_rows(view, y, count)) return decoder.failure();
            const double done = static_cast<double>(pass) * view.height_px + y + count;
            if (!job.progress.step(done / rows)) return fail(ErrorCode::run_cancelled);
        }
    }
    if (!decoder.finish()) return decoder.failure();
    return image;
}

}  // namespace limpid
