#include <webp/encode.h>

#include <limits>
#include <string>
#include <utility>

#include "codec/codecs.hpp"
#include "codec/webp_container.hpp"
#include "image/pixel_rows.hpp"

// Why the encoder is set as it is:
//   one thread          thread_level 0: the same bytes whatever the machine.
//   method 4            libwebp's default; 6 takes twice the time for some 2 %.
//   lossless, exact     level 6 of WebPConfigLosslessPreset (libwebp's default); colour under full
//                       transparency is kept, since lossless says so.
//   everything else     WebPConfigInit's values: quality 75 there is replaced by ours.

namespace limpid {
namespace {

/// Frees what libwebp hangs on a picture.
class Picture {
public:
    Picture() noexcept : ok_(WebPPictureInit(&picture_) != 0) {}
    Picture(const Picture&) = delete;
    Picture& operator=(const Picture&) = delete;
    Picture(Picture&&) = delete;
    Picture& operator=(Picture&&) = delete;
    ~Picture() { WebPPictureFree(&picture_); }
    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] WebPPicture* get() noexcept { return &picture_; }
    WebPPicture* operator->() noexcept { return &picture_; }

private:
    WebPPicture picture_{};
    bool ok_;  // after picture_, which its initialiser fills
};

struct Sink {
    ByteBuffer file;
    ProgressGate* progress = nullptr;
    bool out_of_memory = false;
};

int on_write(const std::uint8_t* data, std::size_t bytes, const WebPPicture* picture) {
    auto& sink = *static_cast<Sink*>(picture->custom_ptr);
    sink.out_of_memory = !sink.file.append({reinterpret_cast<const std::byte*>(data), bytes});
    return sink.out_of_memory ? 0 : 1;
}

int on_progress(int percent, const WebPPicture* picture) {
    auto& sink = *static_cast<Sink*>(picture->user_data);
    // 1 is encode()'s to say.
    return sink.progress->step(percent * 0.0099) ? 1 : 0;
}

Result<WebPConfig> make_config(const EncodeOptions& options) {
    constexpr int kLosslessLevel = 6;
    WebPConfig config;
    bool ok = WebPConfigInit(&config) != 0;
    if (options.lossless) {
        ok = ok && WebPConfigLosslessPreset(&config, kLosslessLevel) != 0;
        config.exact = 1;
    } else {
        config.quality = static_cast<float>(options.quality);
        config.method = 4;
    }
    config.thread_level = 0;
    if (!ok || WebPValidateConfig(&config) == 0) {
        return fail(ErrorCode::encode_failed, "libwebp refuses its configuration");
    }
    return config;
}

std::unexpected<Error> failure_of(const WebPPicture& picture, const Sink& sink) {
    if (sink.out_of_memory || picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY ||
        picture.error_code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY) {
        return fail(ErrorCode::memory_exhausted, "WebP");
    }
    if (picture.error_code == VP8_ENC_ERROR_USER_ABORT) return fail(ErrorCode::run_cancelled);
    return fail(ErrorCode::encode_failed,
                "libwebp error " + std::to_string(static_cast<int>(picture.error_code)));
}

int import_pixels(WebPPicture* picture, const ImageView& pixels) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(pixels.data);
    const int stride = static_cast<int>(pixels.row_stride_bytes);
    return has_alpha(pixels.format) ? WebPPictureImportRGBA(picture, data, stride)
                                    : WebPPictureImportRGB(picture, data, stride);
}

Result<ByteBuffer> encode_color8(const ImageView& pixels, const EncodeJob& job) {
    const auto config = make_config(job.options);
    if (!config) return std::unexpected(config.error());
    Sink sink;
    sink.progress = &job.progress;
    Picture picture;
    if (!picture.ok()) return fail(ErrorCode::encode_failed, "libwebp of another version");
    picture->width = pixels.width_px;
    picture->height = pixels.height_px;
    picture->use_argb = job.options.lossless ? 1 : 0;
    picture->writer = on_write;
    picture->custom_ptr = &sink;
    picture->progress_hook = on_progress;
    picture->user_data = &sink;
    if (import_pixels(picture.get(), pixels) == 0 || WebPEncode(&*config, picture.get()) == 0) {
        return failure_of(*picture.get(), sink);
    }
    return std::move(sink.file);
}

}  // namespace

Result<ByteBuffer> encode_webp(const EncodeJob& job) {
    const ImageView& pixels = job.pixels;
    // libwebp counts strides in int.
    const bool as_it_is =
        (pixels.format == PixelFormat::rgb8 || pixels.format == PixelFormat::rgba8) &&
        pixels.row_stride_bytes <= std::numeric_limits<int>::max();
    Image converted;
    if (!as_it_is) {
        auto color = to_color8(pixels);
        if (!color) return std::unexpected(std::move(color).error());
        converted = std::move(*color);
    }
    const ImageView source = as_it_is ? pixels : std::as_const(converted).view();
    auto file = encode_color8(source, job);
    if (!file) return file;
    return add_webp_metadata(std::move(*file), job.metadata, source.width_px, source.height_px,
                             !is_opaque(source));
}

}  // namespace limpid
