// libvips' C interface, as bench/compare measures it (peer.hpp). "chain" leaves local contrast out,
// because the only operation for it is slow; "chain:full" has it.

#include <vips/vips.h>

#include <memory>

#include "peer.hpp"

namespace {

/// Owns one reference.
using Image = std::shared_ptr<VipsImage>;
Image owned(VipsImage* image) {
    return {image, [](VipsImage* i) { g_object_unref(i); }};
}

/// Calls an operation of libvips whose result comes through a pointer before the options.
#define VIPS_CALL(function, in, ...)                                             \
    [&] {                                                                        \
        VipsImage* out_ = nullptr;                                               \
        peer::require(function((in).get(), &out_, __VA_ARGS__) == 0, #function); \
        return owned(out_);                                                      \
    }()

Image blurred(const Image& in) { return VIPS_CALL(vips_gaussblur, in, 1.5, nullptr); }

Image linear(const Image& in, std::vector<double> a, std::vector<double> b) {
    return VIPS_CALL(vips_linear, in, a.data(), b.data(), int(a.size()), "uchar", TRUE, nullptr);
}

Image unsharp(const Image& in) {
    const double up[] = {1.6}, down[] = {-0.6}, none[] = {0};
    const Image strong = VIPS_CALL(vips_linear, in, up, none, 1, nullptr);
    const Image soft = VIPS_CALL(vips_linear, blurred(in), down, none, 1, nullptr);
    VipsImage* sum = nullptr;
    peer::require(vips_add(strong.get(), soft.get(), &sum, nullptr) == 0, "vips_add");
    return VIPS_CALL(vips_cast, owned(sum), VIPS_FORMAT_UCHAR, nullptr);
}

Image sharpened(const Image& in) { return VIPS_CALL(vips_sharpen, in, nullptr); }

Image gray_world(const Image& in) {
    const Image stats = VIPS_CALL(vips_stats, in, nullptr);
    double mean[3];
    for (int band = 0; band < 3; band++) mean[band] = *VIPS_MATRIX(stats.get(), 4, band + 1);
    const double grey = (mean[0] + mean[1] + mean[2]) / 3;
    return linear(in, {grey / mean[0], grey / mean[1], grey / mean[2]}, {0, 0, 0});
}

Image levels(const Image& in) {
    const Image grey = VIPS_CALL(vips_colourspace, in, VIPS_INTERPRETATION_B_W, nullptr);
    int low = 0, high = 255;
    peer::require(vips_percent(grey.get(), 1, &low, nullptr) == 0, "vips_percent");
    peer::require(vips_percent(grey.get(), 99, &high, nullptr) == 0, "vips_percent");
    const double gain = 255.0 / std::max(1, high - low);
    return linear(in, {gain, gain, gain}, {-low * gain, -low * gain, -low * gain});
}

Image saturation(const Image& in) {
    const double s = 1.3, r = 0.299 * (1 - s), g = 0.587 * (1 - s), b = 0.114 * (1 - s);
    const Image matrix = owned(vips_image_new_matrixv(3, 3, r + s, g, b, r, g + s, b, r, g, b + s));
    const Image out = VIPS_CALL(vips_recomb, in, matrix.get(), nullptr);
    return VIPS_CALL(vips_cast, out, VIPS_FORMAT_UCHAR, nullptr);
}

Image chroma(const Image& in) {
    const double a[] = {1, 1.3, 1}, b[] = {0, 0, 0};
    const Image lch = VIPS_CALL(vips_colourspace, in, VIPS_INTERPRETATION_LCH, nullptr);
    const Image more = VIPS_CALL(vips_linear, lch, a, b, 3, nullptr);
    return VIPS_CALL(vips_colourspace, more, VIPS_INTERPRETATION_sRGB, nullptr);
}

Image local_contrast(const Image& in) {
    const Image lab = VIPS_CALL(vips_colourspace, in, VIPS_INTERPRETATION_LAB, nullptr);
    const Image l = VIPS_CALL(vips_extract_band, lab, 0, nullptr);
    const Image ab = VIPS_CALL(vips_extract_band, lab, 1, "n", 2, nullptr);
    const Image bytes = linear(l, {2.55}, {0});
    const Image equal = VIPS_CALL(vips_hist_local, bytes, 64, 64, "max_slope", 2, nullptr);
    const double back[] = {1 / 2.55}, none[] = {0};
    const Image light = VIPS_CALL(vips_linear, equal, back, none, 1, nullptr);
    VipsImage* joined = nullptr;
    peer::require(vips_bandjoin2(light.get(), ab.get(), &joined, nullptr) == 0, "vips_bandjoin");
    const Image all =
        VIPS_CALL(vips_copy, owned(joined), "interpretation", VIPS_INTERPRETATION_LAB, nullptr);
    return VIPS_CALL(vips_colourspace, all, VIPS_INTERPRETATION_sRGB, nullptr);
}

Image chain(const Image& in) { return unsharp(saturation(levels(gray_world(in)))); }
Image full(const Image& in) { return unsharp(saturation(local_contrast(levels(gray_world(in))))); }
Image median(const Image& in) { return VIPS_CALL(vips_median, in, 3, nullptr); }
Image doubled(const Image& in) { return VIPS_CALL(vips_resize, in, 2.0, nullptr); }
Image halved(const Image& in) { return VIPS_CALL(vips_resize, in, 0.5, nullptr); }

/// Pixels or a file that libvips allocated.
struct Memory {
    void* data = nullptr;
    std::size_t bytes = 0;
    int width_px = 0, height_px = 0;
    void take(void* other, std::size_t size, int width, int height) {
        g_free(data);
        data = other, bytes = size, width_px = width, height_px = height;
    }
    [[nodiscard]] peer::Output output() const {
        return {{static_cast<const std::uint8_t*>(data), bytes}, width_px, height_px};
    }
};
Memory result;

void to_memory(const Image& image) {
    std::size_t size = 0;
    void* data = vips_image_write_to_memory(image.get(), &size);
    peer::require(data != nullptr, "vips_image_write_to_memory");
    result.take(data, size, image->Xsize, image->Ysize);
}

void to_file(const Image& image) {
    void* data = nullptr;
    std::size_t size = 0;
    peer::require(vips_jpegsave_buffer(image.get(), &data, &size, "Q", 90, nullptr) == 0,
                  "jpegsave");
    result.take(data, size, 0, 0);
}

/// Read more than once by chains that measure first, hence not sequential.
Image decoded(const peer::Bytes& jpeg) {
    VipsImage* out = nullptr;
    peer::require(vips_jpegload_buffer(const_cast<std::uint8_t*>(jpeg.data()), jpeg.size(), &out,
                                       nullptr) == 0,
                  "jpegload");
    return owned(out);
}

peer::Operations operations(const peer::Input& input) {
    vips_concurrency_set(input.threads);
    vips_cache_set_max(0);
    const auto view = [&input] {
        const peer::Pixels& p = input.pixels;
        const Image raw = owned(vips_image_new_from_memory(p.rgb.data(), p.rgb.size(), p.width_px,
                                                           p.height_px, 3, VIPS_FORMAT_UCHAR));
        return VIPS_CALL(vips_copy, raw, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr);
    };
    const auto output = [] { return result.output(); };
    const auto on_pixels = [&](const char* settings, auto filter, const char* note = "") {
        return peer::Operation{settings, [view, filter] { to_memory(filter(view())); }, output,
                               note};
    };
    const auto on_file = [&](const char* settings, auto filter, const char* note) {
        return peer::Operation{settings, [&input, filter] { to_file(filter(decoded(input.jpeg))); },
                               output, note, true};
    };
    const char* fast = "stats+linear, percent+linear, recomb, unsharp (gaussblur, linear, add)";
    const char* with = "stats+linear, percent+linear, hist_local 64x64 on L, recomb, unsharp";
    peer::Operations all;
    all["gaussian"] = on_pixels("gaussblur(1.5)", blurred);
    all["unsharp"] = on_pixels("gaussblur(1.5), linear 1.6 and -0.6, add", unsharp,
                               "sharpens the three channels, limpid luma");
    all["local_contrast"] =
        on_pixels("LAB, hist_local(64, 64, max_slope 2) on L", local_contrast, "a sliding window");
    all["white_balance"] =
        on_pixels("stats, linear", gray_world, "gains of encoded samples, limpid of linear light");
    all["levels"] = on_pixels("percent 1 and 99 of grey, linear", levels);
    all["vibrance"] = on_pixels("LCH, chroma x 1.3", chroma, "all colours alike");
    all["denoise"] = on_pixels("median 3x3", median, "another, weaker method");
    all["up2"] =
        on_pixels("resize(2), lanczos3", doubled, "half an output pixel beside the others");
    all["down2"] = on_pixels("resize(0.5), lanczos3", halved);
    all["chain"] = on_pixels(fast, chain, "no local contrast");
    all["chain:full"] = on_pixels(with, full);
    all["decode"] = {"jpegload_buffer", [&input] { to_memory(decoded(input.jpeg)); }, output, "",
                     true};
    all["encode"] = {"jpegsave_buffer(Q 90)", [view] { to_file(view()); }, output, ""};
    all["jpeg"] = on_file(fast, chain, "no local contrast");
    // Beside the service (bench/service): the least that somebody does with a photograph.
    all["jpeg_sharpen"] = on_file("sharpen() as it comes", sharpened, "nothing but sharpening");
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    peer::require(VIPS_INIT(argv[0]) == 0, "vips_init");
    return peer::main_of(argc, argv, {"libvips", vips_version_string(), operations});
}
