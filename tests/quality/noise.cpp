#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "limpid/analysis.hpp"
#include "quality/report.hpp"

namespace limpid::quality {
namespace {

/// White noise of `sigma` 8-bit steps in every channel, clipped and rounded as a file is.
Image noisy(const ImageView& clean, double sigma, unsigned seed) {
    Image out =
        std::move(Image::create(PixelFormat::rgb8, clean.width_px, clean.height_px).value());
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0.0, sigma);
    for (int y = 0; y < clean.height_px; ++y) {
        const auto* in = reinterpret_cast<const std::uint8_t*>(clean.row(y));
        auto* to = reinterpret_cast<std::uint8_t*>(out.view().row(y));
        for (int i = 0; i < 3 * clean.width_px; ++i) {
            to[i] = static_cast<std::uint8_t>(std::clamp(in[i] + normal(random) + 0.5, 0.0, 255.0));
        }
    }
    return out;
}

/// Of all three channels.
double psnr_db(const ImageView& one, const ImageView& other) {
    double sum = 0.0;
    for (int y = 0; y < one.height_px; ++y) {
        const auto* p = reinterpret_cast<const std::uint8_t*>(one.row(y));
        const auto* q = reinterpret_cast<const std::uint8_t*>(other.row(y));
        for (int i = 0; i < 3 * one.width_px; ++i) sum += (p[i] - q[i]) * (p[i] - q[i]);
    }
    const double count = 3.0 * one.width_px * one.height_px;
    return 10.0 * std::log10(255.0 * 255.0 * count / std::max(sum, 1.0));
}

Image denoised(const ImageView& pixels, double luma_sigma, double chroma_sigma) {
    Recipe recipe;
    recipe.denoise.luma_sigma = Decimal::from_double(std::min(luma_sigma, 0.2));
    recipe.denoise.chroma_sigma = Decimal::from_double(std::min(chroma_sigma, 0.2));
    return rendered(pixels, recipe);
}

/// Of (77 R + 150 G + 29 B) / 256, and of R - G, when every channel has 1.
const double kLumaShare = std::sqrt(77.0 * 77.0 + 150.0 * 150.0 + 29.0 * 29.0) / 256.0;
const double kChromaShare = std::sqrt(2.0);

std::string error_text(const Sample& error) { return number(100.0 * error.mean()) + " %"; }

}  // namespace

void report_noise(const std::vector<Photo>& photos) {
    table("Noise put on the middle of the photos, at full size",
          "estimate wrong by: luma, chroma; PSNR noisy, decided, told");
    for (const double sigma : {5.0, 10.0, 15.0, 25.0, 50.0}) {
        Sample luma_error, chroma_error, before, after, told;
        for (std::size_t i = 0; i < photos.size(); ++i) {
            const ImageView clean = photos[i].detail.view();
            const std::string& name = photos[i].name;
            const Image input = noisy(clean, sigma, static_cast<unsigned>(i) + 1);
            const Analysis a = analyse_pixels(input.view()).value();
            const double luma = kLumaShare * sigma / 255.0;
            const double chroma = kChromaShare * sigma / 255.0;
            luma_error.add(std::fabs(a.noise_sigma.to_double() / luma - 1.0), name);
            chroma_error.add(std::fabs(a.chroma_noise_sigma.to_double() / chroma - 1.0), name);
            const Denoise decision = decide(a).denoise;
            before.add(psnr_db(clean, input.view()), name);
            after.add(psnr_db(clean, denoised(input.view(), decision.luma_sigma.to_double(),
                                              decision.chroma_sigma.to_double())
                                         .view()),
                      name);
            told.add(psnr_db(clean, denoised(input.view(), luma, chroma).view()), name);
        }
        row("sigma " + number(sigma),
            error_text(luma_error) + ", " + error_text(chroma_error) + "; " +
                number(before.mean()) + ", " + number(after.mean()) + ", " + number(told.mean()) +
                " dB",
            "decided = told");
    }
    Sample harm;
    for (const Photo& photo : photos) {
        const Denoise decision = decided(photo.detail.view(), photo.jpeg_quality).denoise;
        harm.add(255.0 * decision.luma_sigma.to_double(), photo.name);
    }
    row("luma sigma decided for the photos as they are", harm.text(), "-");
}

}  // namespace limpid::quality
