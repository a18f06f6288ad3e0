#include <webp/decode.h>

#include <algorithm>
#include <memory>

#include "base/byte_reader.hpp"
#include "codec/codecs.hpp"

// Why the decoder is set as it is:
//   one thread, fancy upsampling, no dithering: libwebp's defaults, stated because the pixels
//   depend on them. All three are integer code, and its SIMD versions give the same bits as the C
//   version. The incremental interface, fed in steps, so that a large file can be cancelled.

namespace limpid {
namespace {

struct FreeDecoder {
    void operator()(WebPIDecoder* decoder) const noexcept { WebPIDelete(decoder); }
};

ErrorCode code_of(VP8StatusCode status) {
    switch (status) {
        case VP8_STATUS_OUT_OF_MEMORY:
            return ErrorCode::memory_exhausted;
        case VP8_STATUS_SUSPENDED:
        case VP8_STATUS_NOT_ENOUGH_DATA:
            return ErrorCode::image_truncated;
        case VP8_STATUS_UNSUPPORTED_FEATURE:
            return ErrorCode::image_unsupported;
        default:
            return ErrorCode::image_malformed;
    }
}

/// libwebp must see the image that was held against the limits.
Status check_claim(std::span<const std::byte> riff, const FileHeaders& headers) {
    WebPBitstreamFeatures features;
    const VP8StatusCode status =
        WebPGetFeatures(reinterpret_cast<const std::uint8_t*>(riff.data()), riff.size(), &features);
    if (status != VP8_STATUS_OK) return fail(code_of(status), "WebP headers");
    if (features.width != headers.stored_width_px || features.height != headers.stored_height_px ||
        (features.has_alpha != 0) != has_alpha(headers.info.pixel_format)) {
        return fail(ErrorCode::image_malformed, "contradicting WebP headers");
    }
    return {};
}

WebPDecoderConfig make_config(const MutableImageView& view) {
    WebPDecoderConfig config;
    (void)WebPInitDecoderConfig(&config);  // fails on an ABI mismatch only, which linking rules out
    config.options.use_threads = 0;
    config.options.no_fancy_upsampling = 0;
    config.options.dithering_strength = 0;
    config.options.alpha_dithering_strength = 0;
    config.output.colorspace = has_alpha(view.format) ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = reinterpret_cast<std::uint8_t*>(view.data);
    config.output.u.RGBA.stride = static_cast<int>(view.row_stride_bytes);
    config.output.u.RGBA.size =
        static_cast<std::size_t>(view.row_stride_bytes) * static_cast<std::size_t>(view.height_px);
    return config;
}

Status feed(WebPIDecoder* decoder, std::span<const std::byte> riff, ProgressGate& progress) {
    constexpr std::size_t kSmallestStepBytes = 65536;
    constexpr std::size_t kMostSteps = 64;
    const std::size_t step = std::max(kSmallestStepBytes, riff.size() / kMostSteps);
    VP8StatusCode status = VP8_STATUS_SUSPENDED;
    for (std::size_t fed = 0; fed < riff.size() && status == VP8_STATUS_SUSPENDED;) {
        if (!progress.step(static_cast<double>(fed) / static_cast<double>(riff.size()))) {
            return fail(ErrorCode::run_cancelled);
        }
        fed = std::min(fed + step, riff.size());
        status = WebPIUpdate(decoder, reinterpret_cast<const std::uint8_t*>(riff.data()), fed);
    }
    if (status != VP8_STATUS_OK) return fail(code_of(status), "WebP image data");
    return {};
}

}  // namespace

Result<Image> decode_webp(const DecodeJob& job) {
    const FileHeaders& headers = job.headers;
    if (headers.animated) {
        return fail(ErrorCode::image_unsupported, "animated WebP; still WebP is read");
    }
    // The walk has shown that the RIFF chunk is all there; what follows it is not ours.
    ByteReader reader(job.encoded);
    (void)reader.skip(4);
    const auto riff = job.encoded.first(
        std::min<std::size_t>(job.encoded.size(), std::size_t{8} + *reader.le32()));
    if (Status claim = check_claim(riff, headers); !claim) return std::unexpected(claim.error());

    auto image =
        Image::create(headers.info.pixel_format, headers.stored_width_px, headers.stored_height_px);
    if (!image) return image;
    WebPDecoderConfig config = make_config(image->view());
    const std::unique_ptr<WebPIDecoder, FreeDecoder> decoder(WebPIDecode(nullptr, 0, &config));
    if (decoder == nullptr) return fail(ErrorCode::memory_exhausted, "libwebp");
    if (Status fed = feed(decoder.get(), riff, job.progress); !fed) {
        return std::unexpected(std::move(fed).error());
    }
    return image;
}

}  // namespace limpid
