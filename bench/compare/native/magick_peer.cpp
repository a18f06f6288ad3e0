// ImageMagick through MagickWand, as bench/compare measures it (peer.hpp). Its pixels have 16 bits;
// filling them from bytes and reading them back is not in the times, but for "jpeg".

#include <MagickWand/MagickWand.h>

#include <memory>

#include "peer.hpp"

namespace {

using Wand = std::shared_ptr<MagickWand>;
Wand owned(MagickWand* wand) { return {wand, DestroyMagickWand}; }

using Filter = std::function<MagickBooleanType(MagickWand*)>;

double pixels_of(MagickWand* wand) {
    return double(MagickGetImageWidth(wand)) * double(MagickGetImageHeight(wand));
}

MagickBooleanType clahe(MagickWand* w) {
    return MagickCLAHEImage(w, MagickGetImageWidth(w) / 8, MagickGetImageHeight(w) / 8, 128, 2);
}
MagickBooleanType unsharp(MagickWand* w) { return MagickUnsharpMaskImage(w, 0, 1.5, 0.6, 0); }
MagickBooleanType stretch(MagickWand* w) {
    return MagickContrastStretchImage(w, 0.01 * pixels_of(w), 0.99 * pixels_of(w));
}
MagickBooleanType saturate(MagickWand* w) { return MagickModulateImage(w, 100, 130, 100); }
MagickBooleanType scaled(MagickWand* w, double factor) {
    return MagickResizeImage(w, std::size_t(double(MagickGetImageWidth(w)) * factor),
                             std::size_t(double(MagickGetImageHeight(w)) * factor), LanczosFilter);
}
MagickBooleanType denoise(MagickWand* w) {
    return MagickWaveletDenoiseImage(w, 0.02 * QuantumRange, 0);
}
MagickBooleanType chain(MagickWand* w) {
    const bool good =
        MagickWhiteBalanceImage(w) && stretch(w) && clahe(w) && saturate(w) && unsharp(w);
    return good ? MagickTrue : MagickFalse;
}

Wand decoded(const peer::Bytes& jpeg) {
    Wand wand = owned(NewMagickWand());
    peer::require(MagickReadImageBlob(wand.get(), jpeg.data(), jpeg.size()), "MagickReadImageBlob");
    return wand;
}

peer::Bytes encoded(MagickWand* wand) {
    std::size_t size = 0;
    MagickSetImageFormat(wand, "JPEG");
    MagickSetImageCompressionQuality(wand, 90);
    const double halves[] = {2, 1, 1};
    MagickSetSamplingFactors(wand, 3, halves);
    unsigned char* blob = MagickGetImageBlob(wand, &size);
    peer::require(blob != nullptr, "MagickGetImageBlob");
    peer::Bytes bytes(blob, blob + size);
    MagickRelinquishMemory(blob);
    return bytes;
}

Wand source, image;
peer::Bytes result;

peer::Output pixels() {
    const std::size_t width = MagickGetImageWidth(image.get());
    const std::size_t height = MagickGetImageHeight(image.get());
    result.resize(width * height * 3);
    peer::require(
        MagickExportImagePixels(image.get(), 0, 0, width, height, "RGB", CharPixel, result.data()),
        "MagickExportImagePixels");
    return {result, int(width), int(height)};
}

/// Filled at the first call, which is the warm-up; a process whose only run is its first measures
/// that too.
MagickWand* loaded(const peer::Pixels& p) {
    if (source == nullptr) {
        source = owned(NewMagickWand());
        peer::require(
            MagickConstituteImage(source.get(), std::size_t(p.width_px), std::size_t(p.height_px),
                                  "RGB", CharPixel, p.rgb.data()),
            "MagickConstituteImage");
    }
    return source.get();
}

peer::Operations operations(const peer::Input& input) {
    MagickSetResourceLimit(ThreadResource, MagickSizeType(input.threads));
    const auto on_pixels = [&input](const char* settings, const Filter& filter,
                                    const char* note = "") {
        return peer::Operation{settings,
                               [&input, filter] {
                                   image = owned(CloneMagickWand(loaded(input.pixels)));
                                   peer::require(filter(image.get()), "a MagickWand operation");
                               },
                               pixels, note};
    };
    const auto file = [] { return peer::Output{result}; };
    const char* five = "WhiteBalance, ContrastStretch 1-99 %, CLAHE 8x8, Modulate 130, UnsharpMask";
    peer::Operations all;
    all["gaussian"] =
        on_pixels("BlurImage(0, 1.5)", [](MagickWand* w) { return MagickBlurImage(w, 0, 1.5); });
    all["unsharp"] = on_pixels("UnsharpMaskImage(0, 1.5, 0.6, 0)", unsharp,
                               "sharpens the three channels, limpid luma");
    all["local_contrast"] =
        on_pixels("CLAHEImage(1/8, 1/8, 128, 2)", clahe, "CLAHE, limpid an edge-aware pyramid");
    all["white_balance"] = on_pixels("WhiteBalanceImage", MagickWhiteBalanceImage, "in Lab");
    all["levels"] = on_pixels("ContrastStretchImage 1-99 %", stretch);
    all["vibrance"] = on_pixels("ModulateImage(100, 130, 100)", saturate, "all colours alike");
    all["denoise"] = on_pixels("WaveletDenoiseImage(2 %)", denoise, "another method");
    all["up2"] = on_pixels("ResizeImage(Lanczos)", [](MagickWand* w) { return scaled(w, 2); });
    all["down2"] = on_pixels("ResizeImage(Lanczos)", [](MagickWand* w) { return scaled(w, 0.5); });
    all["chain"] = on_pixels(five, chain);
    all["decode"] = {"ReadImageBlob", [&input] { image = decoded(input.jpeg); }, pixels, "", true};
    all["encode"] = {"GetImageBlob(quality 90)",
                     [&input] {
                         image = owned(CloneMagickWand(loaded(input.pixels)));
                         result = encoded(image.get());
                     },
                     file, ""};
    all["jpeg"] = {five,
                   [&input] {
                       image = decoded(input.jpeg);
                       peer::require(chain(image.get()), "the chain");
                       result = encoded(image.get());
                   },
                   file, "", true};
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    MagickWandGenesis();
    return peer::main_of(argc, argv, {"ImageMagick", MagickLibVersionText, operations});
}
