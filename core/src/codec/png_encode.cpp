#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <string_view>

#include "codec/codecs.hpp"
#include "codec/png_error.hpp"

// Why the encoder is set as it is:
//   level, filters      see kCompressionLevel and kFilters: measured on 12 MP photographs.
//   Z_FILTERED          zlib's strategy for filtered samples, explicitly, so that no default of
//   libpng
//                       moves under the golden digests.
//   window, memory      zlib's defaults (15, 8), explicitly, for the same reason.
//   64 KiB IDAT         fewer chunks than libpng's 8 KiB; readers do not care.
//   no tIME             the same pixels must give the same bytes tomorrow.

namespace limpid {
namespace {

/// 12 MP photograph, all filters: level 3 takes 1.4 s for 16.8 MB, 4 takes 1.9 s for 16.3 MB, 6
/// takes 3.9 s for 15.9 MB. Fewer filters save little time: paeth alone at level 4 takes 2.0 s.
constexpr int kCompressionLevel = 4;
constexpr int kFilters = PNG_ALL_FILTERS;
constexpr std::size_t kIdatBytes = 65536;

/// libpng into a ByteBuffer. Must not move.
class PngEncoder {
public:
    explicit PngEncoder(const EncodeJob& job) noexcept : job_(job) {}
    PngEncoder(const PngEncoder&) = delete;
    PngEncoder& operator=(const PngEncoder&) = delete;
    PngEncoder(PngEncoder&&) = delete;
    PngEncoder& operator=(PngEncoder&&) = delete;
    ~PngEncoder() { png_destroy_write_struct(&png_, &info_); }

    // Frames for longjmp, without destructors; false means failure() says why.
    [[nodiscard]] bool start() noexcept;
    [[nodiscard]] bool write_chunk(const char* name, std::span<const std::byte> data) noexcept;
    [[nodiscard]] bool write_rows(int first, int count) noexcept;
    [[nodiscard]] bool finish() noexcept;

    [[nodiscard]] std::unexpected<Error> failure() const;
    [[nodiscard]] ByteBuffer take_file() noexcept { return std::move(file_); }

private:
    static void on_write(png_structp png, png_bytep data, std::size_t count);
    static void on_flush(png_structp) {}
    void configure() noexcept;

    const EncodeJob& job_;
    ByteBuffer file_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    PngErrors errors_{};
};

void PngEncoder::on_write(png_structp png, png_bytep data, std::size_t count) {
    auto& encoder = *static_cast<PngEncoder*>(png_get_io_ptr(png));
    if (!encoder.file_.append({reinterpret_cast<const std::byte*>(data), count})) {
        leave_png(png, ErrorCode::memory_exhausted, "PNG file");
    }
}

/// libpng's complaints are about our calls here, not about a file.
std::unexpected<Error> PngEncoder::failure() const {
    auto failure = png_failure(errors_);
    if (failure.error().id() != ErrorCode::image_malformed) return failure;
    return fail(ErrorCode::encode_failed, errors_.found);
}

int color_type_of(PixelFormat format) {
    switch (channels(format)) {
        case 1:
            return PNG_COLOR_TYPE_GRAY;
        case 4:
            return PNG_COLOR_TYPE_RGB_ALPHA;
        default:
            return PNG_COLOR_TYPE_RGB;
    }
}

void PngEncoder::configure() noexcept {
    const ImageView& pixels = job_.pixels;
    png_set_user_limits(png_, static_cast<png_uint_32>(pixels.width_px),
                        static_cast<png_uint_32>(pixels.height_px));
    png_set_compression_level(png_, kCompressionLevel);
    png_set_compression_strategy(png_, Z_FILTERED);
    png_set_compression_window_bits(png_, 15);
    png_set_compression_mem_level(png_, 8);
    png_set_compression_buffer_size(png_, kIdatBytes);
    png_set_filter(png_, PNG_FILTER_TYPE_BASE, kFilters);
    png_set_IHDR(png_, info_, static_cast<png_uint_32>(pixels.width_px),
                 static_cast<png_uint_32>(pixels.height_px), 8 * bytes_per_sample(pixels.format),
                 color_type_of(pixels.format), PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
                 PNG_FILTER_TYPE_BASE);
}

bool PngEncoder::start() noexcept {
    errors_.code = ErrorCode::memory_exhausted;
    png_ = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &errors_, on_png_error, on_png_warning,
                                     &errors_, on_png_malloc, on_png_free);
    if (png_ == nullptr) return false;
    if (setjmp(errors_.jump) != 0) return false;
    info_ = png_create_info_struct(png_);
    if (info_ == nullptr) leave_png(png_, ErrorCode::memory_exhausted, "libpng");
    png_set_write_fn(png_, this, on_write, on_flush);
    configure();
    png_write_info(png_, info_);
    return true;
}

bool PngEncoder::write_chunk(const char* name, std::span<const std::byte> data) noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    if (!data.empty()) {
        png_write_chunk(png_, reinterpret_cast<png_const_bytep>(name),
                        reinterpret_cast<png_const_bytep>(data.data()), data.size());
    }
    return true;
}

bool PngEncoder::write_rows(int first, int count) noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    if (first == 0 && bytes_per_sample(job_.pixels.format) == 2 &&
        std::endian::native == std::endian::little) {
        png_set_swap(png_);
    }
    for (int y = first; y < first + count; ++y) {
        png_write_row(png_, reinterpret_cast<png_const_bytep>(job_.pixels.row(y)));
    }
    return true;
}

bool PngEncoder::finish() noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    png_write_end(png_, nullptr);
    return true;
}

std::span<const std::byte> chunk_text(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// Name, NUL, method 0, zlib stream. Not through png_set_iCCP, which refuses profiles that its own
/// checks dislike although viewers read them.
Result<ByteBuffer> make_iccp(std::span<const std::byte> icc) {
    using namespace std::string_view_literals;
    constexpr auto kHead = "ICC profile\0\0"sv;
    ByteBuffer chunk;
    if (icc.empty()) return chunk;
    uLongf deflated = compressBound(static_cast<uLong>(icc.size()));
    if (!chunk.append(chunk_text(kHead)) || !chunk.resize(kHead.size() + deflated) ||
        compress2(reinterpret_cast<Bytef*>(chunk.data()) + kHead.size(), &deflated,
                  reinterpret_cast<const Bytef*>(icc.data()), static_cast<uLong>(icc.size()),
                  kCompressionLevel) != Z_OK ||
        !chunk.resize(kHead.size() + deflated)) {
        return fail(ErrorCode::memory_exhausted, "ICC profile");
    }
    return chunk;
}

/// Keyword, NUL, not compressed, method 0, no language, no translated keyword, packet: as XMP part
/// 3 asks for.
Result<ByteBuffer> make_xmp_text(std::span<const std::byte> xmp) {
    using namespace std::string_view_literals;
    constexpr auto kHead = "XML:com.adobe.xmp\0\0\0\0\0"sv;
    ByteBuffer chunk;
    if (xmp.empty()) return chunk;
    if (!chunk.append(chunk_text(kHead)) || !chunk.append(xmp)) {
        return fail(ErrorCode::memory_exhausted, "XMP");
    }
    return chunk;
}

}  // namespace

Result<ByteBuffer> encode_png(const EncodeJob& job) {
    const auto iccp = make_iccp(job.metadata.icc.span());
    if (!iccp) return std::unexpected(iccp.error());
    const auto xmp = make_xmp_text(job.metadata.xmp.span());
    if (!xmp) return std::unexpected(xmp.error());
    PngEncoder encoder(job);
    if (!encoder.start() || !encoder.write_chunk("iCCP", iccp->span()) ||
        !encoder.write_chunk("eXIf", job.metadata.exif.span()) ||
        !encoder.write_chunk("iTXt", xmp->span())) {
        return encoder.failure();
    }
    const int height_px = job.pixels.height_px;
    for (int y = 0; y < height_px; y += kRowsPerBatch) {
        const int count = std::min(kRowsPerBatch, height_px - y);
        if (!encoder.write_rows(y, count)) return encoder.failure();
        if (!job.progress.step(static_cast<double>(y + count) / height_px)) {
            return fail(ErrorCode::run_cancelled);
        }
    }
    if (!encoder.finish()) return encoder.failure();
    return encoder.take_file();
}

}  // namespace limpid
