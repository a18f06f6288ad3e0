#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "codec/codecs.hpp"
#include "codec/jpeg_error.hpp"
#include "image/pixel_rows.hpp"

// Why the encoder is set as it is:
//   JDCT_ISLOW          exact integers, the same bits from SIMD and C (see jpeg_decode.cpp).
//   smoothing 0         no blur before downsampling.
//   optimize_coding     off in baseline: own Huffman tables would save some 3 %, but need all
//                       coefficients in memory (3 bytes a pixel at 4:2:0) and a second pass.
//                       Progressive cannot do without them.
//   density 1:1         limpid does not know the print size, and says so. EXIF carries it when
//   kept. RGBX                opaque RGBA goes in as it is; the fourth byte is skipped by libjpeg.

namespace limpid {
namespace {

/// Largest payload of a JPEG segment: a 16-bit length that counts itself.
constexpr std::size_t kMaxSegmentBytes = 65533;

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr std::size_t kExifPrefixBytes = 6;
constexpr char kExifPrefix[] = "Exif\0";  // and the literal's own NUL
constexpr std::size_t kXmpPrefixBytes = 29;
constexpr char kXmpPrefix[] = "http://ns.adobe.com/xap/1.0/";  // and the literal's own NUL
static_assert(sizeof kExifPrefix == kExifPrefixBytes && sizeof kXmpPrefix == kXmpPrefixBytes);

/// libjpeg into a ByteBuffer. Must not move.
class JpegEncoder {
public:
    explicit JpegEncoder(const EncodeJob& job) noexcept : job_(job) {}
    JpegEncoder(const JpegEncoder&) = delete;
    JpegEncoder& operator=(const JpegEncoder&) = delete;
    JpegEncoder(JpegEncoder&&) = delete;
    JpegEncoder& operator=(JpegEncoder&&) = delete;
    ~JpegEncoder() { jpeg_destroy_compress(&info_); }

    // As in jpeg_decode.cpp: frames for longjmp, without destructors.
    [[nodiscard]] bool start() noexcept;
    [[nodiscard]] bool write_rows(JSAMPARRAY rows, unsigned count) noexcept;
    [[nodiscard]] bool finish() noexcept;

    [[nodiscard]] std::unexpected<Error> failure() const { return jpeg_failure(errors_); }
    [[nodiscard]] ByteBuffer take_file() noexcept { return std::move(file_); }

private:
    static void on_begin(j_compress_ptr info);
    static boolean on_full(j_compress_ptr info);
    static void on_end(j_compress_ptr info);
    static void on_progress(j_common_ptr info);
    static JpegEncoder& self(j_compress_ptr info) {
        return *static_cast<JpegEncoder*>(info->client_data);
    }
    void flush(std::size_t bytes) noexcept;
    void configure() noexcept;
    void write_metadata() noexcept;
    void write_segment(const char* prefix, std::size_t prefix_bytes,
                       std::span<const std::byte> data) noexcept;

    const EncodeJob& job_;
    ByteBuffer file_;
    std::array<std::byte, 16384> chunk_{};
    jpeg_compress_struct info_{};
    JpegErrors errors_{};
    jpeg_destination_mgr destination_{};
    jpeg_progress_mgr progress_{};
};

void JpegEncoder::on_begin(j_compress_ptr info) {
    JpegEncoder& encoder = self(info);
    info->dest->next_output_byte = reinterpret_cast<JOCTET*>(encoder.chunk_.data());
    info->dest->free_in_buffer = encoder.chunk_.size();
}

void JpegEncoder::flush(std::size_t bytes) noexcept {
    if (!file_.append(std::span(chunk_).first(bytes))) {
        leave_jpeg(reinterpret_cast<j_common_ptr>(&info_), ErrorCode::memory_exhausted,
                   "JPEG file");
    }
}

boolean JpegEncoder::on_full(j_compress_ptr info) {
    self(info).flush(self(info).chunk_.size());
    on_begin(info);
    return TRUE;
}

void JpegEncoder::on_end(j_compress_ptr info) {
    JpegEncoder& encoder = self(info);
    encoder.flush(encoder.chunk_.size() - info->dest->free_in_buffer);
}

/// Called per row of blocks, also in the passes of a progressive file after the last row.
void JpegEncoder::on_progress(j_common_ptr info) {
    const auto& encoder = self(reinterpret_cast<j_compress_ptr>(info));
    if (!encoder.job_.progress.step(0.0)) leave_jpeg(info, ErrorCode::run_cancelled, "");
}

J_COLOR_SPACE input_space(PixelFormat format) {
    switch (channels(format)) {
        case 1:
            return JCS_GRAYSCALE;
        case 4:
            return JCS_EXT_RGBX;
        default:
            return JCS_RGB;
    }
}

void JpegEncoder::configure() noexcept {
    const ImageView& pixels = job_.pixels;
    const EncodeOptions& options = job_.options;
    info_.image_width = static_cast<JDIMENSION>(pixels.width_px);
    info_.image_height = static_cast<JDIMENSION>(pixels.height_px);
    info_.input_components = channels(pixels.format);
    info_.in_color_space = input_space(pixels.format);
    jpeg_set_defaults(&info_);
    jpeg_set_quality(&info_, options.quality, TRUE);
    info_.dct_method = JDCT_ISLOW;
    info_.smoothing_factor = 0;
    info_.optimize_coding = FALSE;
    if (info_.num_components == 3) {
        const ChromaSubsampling chroma = options.chroma_subsampling;
        info_.comp_info[0].h_samp_factor = chroma == ChromaSubsampling::s444 ? 1 : 2;
        info_.comp_info[0].v_samp_factor = chroma == ChromaSubsampling::s420 ? 2 : 1;
    }
    if (options.progressive) jpeg_simple_progression(&info_);
}

void JpegEncoder::write_segment(const char* prefix, std::size_t prefix_bytes,
                                std::span<const std::byte> data) noexcept {
    if (data.empty()) return;
    jpeg_write_m_header(&info_, kExifMarker, static_cast<unsigned>(prefix_bytes + data.size()));
    for (std::size_t i = 0; i < prefix_bytes; ++i) jpeg_write_m_byte(&info_, prefix[i]);
    for (const std::byte b : data) jpeg_write_m_byte(&info_, std::to_integer<int>(b));
}

void JpegEncoder::write_metadata() noexcept {
    write_segment(kExifPrefix, kExifPrefixBytes, job_.metadata.exif.span());
    write_segment(kXmpPrefix, kXmpPrefixBytes, job_.metadata.xmp.span());
    const auto icc = job_.metadata.icc.span();
    if (icc.empty()) return;
    jpeg_write_icc_profile(&info_, reinterpret_cast<const JOCTET*>(icc.data()),
                           static_cast<unsigned>(icc.size()));
}

bool JpegEncoder::start() noexcept {
    install_jpeg_errors(errors_, reinterpret_cast<j_common_ptr>(&info_));
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_compress(&info_);
    info_.client_data = this;
    destination_.init_destination = on_begin;
    destination_.empty_output_buffer = on_full;
    destination_.term_destination = on_end;
    info_.dest = &destination_;
    progress_.progress_monitor = on_progress;
    info_.progress = &progress_;
    configure();
    jpeg_start_compress(&info_, TRUE);
    write_metadata();
    return true;
}

bool JpegEncoder::write_rows(JSAMPARRAY rows, unsigned count) noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    (void)jpeg_write_scanlines(&info_, rows, count);
    return true;
}

bool JpegEncoder::finish() noexcept {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_finish_compress(&info_);
    return true;
}

Status check_segments(const Metadata& metadata) {
    const auto refuse = [](const char* what, std::size_t bytes, std::size_t room) {
        return fail(ErrorCode::encode_unsupported,
                    std::string(what) + " of " + std::to_string(bytes) +
                        " bytes; a JPEG segment holds " + std::to_string(room) +
                        "; the metadata policy minimal leaves it out");
    };
    constexpr std::size_t kExifRoom = kMaxSegmentBytes - kExifPrefixBytes;
    constexpr std::size_t kXmpRoom = kMaxSegmentBytes - kXmpPrefixBytes;
    // One byte numbers the segments of a profile; 14 bytes of each are its header.
    constexpr std::size_t kIccRoom = 255 * (kMaxSegmentBytes - 14);
    if (metadata.exif.size() > kExifRoom) return refuse("EXIF", metadata.exif.size(), kExifRoom);
    if (metadata.xmp.size() > kXmpRoom) return refuse("XMP", metadata.xmp.size(), kXmpRoom);
    if (metadata.icc.size() > kIccRoom) return refuse("ICC", metadata.icc.size(), kIccRoom);
    return {};
}

/// Room for one batch of rows with 8 bits a sample; empty when the pixels have 8 already.
Result<ByteBuffer> make_narrow_rows(const ImageView& pixels) {
    ByteBuffer rows;
    if (bytes_per_sample(pixels.format) == 1) return rows;
    if (!rows.resize(pixels.row_bytes() / 2 * kRowsPerBatch)) {
        return fail(ErrorCode::memory_exhausted, "8-bit rows");
    }
    return rows;
}

Status write_pixels(JpegEncoder& encoder, const EncodeJob& job, ByteBuffer& narrow_rows) {
    const ImageView& pixels = job.pixels;
    const std::size_t samples = pixels.row_bytes() / 2;
    // After the last row a progressive file is coded: about half of the work.
    const double share = job.options.progressive ? 0.5 : 1.0;
    std::array<JSAMPROW, kRowsPerBatch> rows{};
    for (int y = 0; y < pixels.height_px; y += kRowsPerBatch) {
        const int count = std::min(kRowsPerBatch, pixels.height_px - y);
        for (int i = 0; i < count; ++i) {
            const auto index = static_cast<std::size_t>(i);
            // libjpeg's interface is not const-correct; it only reads the rows it is given.
            auto* row = const_cast<std::byte*>(pixels.row(y + i));
            if (!narrow_rows.empty()) {
                std::byte* narrowed = narrow_rows.data() + index * samples;
                narrow_samples(row, narrowed, samples);
                row = narrowed;
            }
            rows[index] = reinterpret_cast<JSAMPROW>(row);
        }
        if (!encoder.write_rows(rows.data(), static_cast<unsigned>(count))) {
            return encoder.failure();
        }
        if (!job.progress.step(share * (y + count) / pixels.height_px)) {
            return fail(ErrorCode::run_cancelled);
        }
    }
    return {};
}

}  // namespace

Result<ByteBuffer> encode_jpeg(const EncodeJob& job) {
    if (Status fits = check_segments(job.metadata); !fits) return std::unexpected(fits.error());
    auto narrow_rows = make_narrow_rows(job.pixels);
    if (!narrow_rows) return std::unexpected(std::move(narrow_rows).error());
    JpegEncoder encoder(job);
    if (!encoder.start()) return encoder.failure();
    if (Status written = write_pixels(encoder, job, *narrow_rows); !written) {
        return std::unexpected(std::move(written).error());
    }
    if (!encoder.finish()) return encoder.failure();
    return encoder.take_file();
}

}  // namespace limpid
