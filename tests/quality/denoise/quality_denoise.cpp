// How much better photos get: quality_denoise FOLDER [--reference COUNT] prints a table for the PNG
// files of FOLDER.
//
// White noise is added to luma, which is then clipped and rounded to 8 bits as a camera's file is;
// JPEG files are written at several qualities with 4:2:0 chroma. PSNR of luma against the original,
// mean over the files. With --reference the first COUNT files are also denoised by the same
// algorithm in doubles, which shows what 16-bit arithmetic costs.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "kernels/denoise.hpp"
#include "limpid/codec.hpp"
#include "reference.hpp"

namespace {

using limpid::Image;
using limpid::ImageView;
using limpid::PixelFormat;
namespace kernels = limpid::kernels;

[[noreturn]] void stop(const std::string& why) {
    std::fprintf(stderr, "quality_denoise: %s\n", why.c_str());
    std::exit(1);
}

template <class T>
T take(limpid::Result<T> result) {
    if (!result) stop(result.error().message());
    return std::move(*result);
}

Image read_image(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    return take(limpid::decode(std::as_bytes(std::span(bytes)))).pixels;
}

/// Luma of Rec. 601, as JPEG has it, 0 .. 255, not rounded.
std::vector<double> luma_of(const ImageView& image) {
    std::vector<double> luma;
    const int count = limpid::channels(image.format);
    for (int y = 0; y < image.height_px; ++y) {
        const auto* p = reinterpret_cast<const std::uint8_t*>(image.row(y));
        for (int x = 0; x < image.width_px; ++x, p += count) {
            luma.push_back(count == 1 ? p[0] : 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]);
        }
    }
    return luma;
}

double psnr_db(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.size()) / sum);
}

Image grey_from(const std::vector<double>& luma, int width, int height) {
    Image image = take(Image::create(PixelFormat::gray8, width, height));
    auto* out = reinterpret_cast<std::uint8_t*>(image.view().data);
    std::ranges::transform(luma, out, [](double v) {
        return static_cast<std::uint8_t>(std::clamp(std::floor(v + 0.5), 0.0, 255.0));
    });
    return image;
}

Image denoised(const Image& input, const kernels::DenoiseLevels& levels) {
    Image output = take(Image::create(input.format(), input.width_px(), input.height_px()));
    const auto params = take(kernels::make_denoise_params(levels, input.format()));
    const limpid::Status done =
        kernels::denoise(kernels::whole(input.view()), params, kernels::whole(output.view()));
    if (!done) stop(done.error().message());
    return output;
}

struct Mean {
    double sum = 0;
    int count = 0;
    void add(double value) {
        sum += value;
        ++count;
    }
    [[nodiscard]] double value() const { return count == 0 ? 0 : sum / count; }
};

void print_noise(const std::vector<Image>& photos, std::size_t reference_count) {
    std::printf("%-14s %8s %8s %8s %10s\n", "white noise", "noisy", "limpid", "gain", "in doubles");
    for (const int sigma : {5, 15, 25, 50}) {
        Mean before, after, loss;
        for (std::size_t i = 0; i < photos.size(); ++i) {
            const std::vector<double> clean = luma_of(photos[i].view());
            std::vector<double> noisy = clean;
            std::mt19937 random(static_cast<unsigned>(i) + 1);
            std::normal_distribution<double> normal(0, sigma);
            for (double& v : noisy) v += normal(random);
            const int width = photos[i].width_px(), height = photos[i].height_px();
            const Image input = grey_from(noisy, width, height);
            const Image output = denoised(input, {.luma_sigma = sigma / 255.0});
            before.add(psnr_db(clean, luma_of(input.view())));
            const double psnr = psnr_db(clean, luma_of(output.view()));
            after.add(psnr);
            if (i >= reference_count) continue;
            loss.add(psnr_db(clean, limpid::quality::denoise_in_doubles(luma_of(input.view()),
                                                                        width, height, sigma)) -
                     psnr);
        }
        std::printf("sigma %-8d %8.2f %8.2f %+8.2f", sigma, before.value(), after.value(),
                    after.value() - before.value());
        if (loss.count > 0) std::printf("     %+.3f", loss.value());
        std::printf("\n");
    }
}

void print_jpeg(const std::vector<Image>& photos) {
    std::printf("%-14s %8s %8s %8s\n", "JPEG", "decoded", "limpid", "gain");
    for (const int quality : {10, 20, 30, 40, 60, 80}) {
        Mean before, after;
        for (const Image& photo : photos) {
            const std::vector<double> clean = luma_of(photo.view());
            const auto file = take(limpid::encode(photo.view(), {}, {.quality = quality}));
            const Image input = take(limpid::decode(file.span())).pixels;
            const Image output = denoised(
                input, {.deblock_amount = 1, .jpeg_quality = static_cast<double>(quality)});
            before.add(psnr_db(clean, luma_of(input.view())));
            after.add(psnr_db(clean, luma_of(output.view())));
        }
        std::printf("quality %-6d %8.2f %8.2f %+8.2f\n", quality, before.value(), after.value(),
                    after.value() - before.value());
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 && !(argc == 4 && std::string(argv[2]) == "--reference")) {
        stop("usage: quality_denoise FOLDER [--reference COUNT]");
    }
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        if (entry.path().extension() == ".png") paths.push_back(entry.path());
    }
    if (paths.empty()) stop(std::string("no PNG files in ") + argv[1]);
    std::ranges::sort(paths);
    std::vector<Image> photos;
    for (const auto& path : paths) photos.push_back(read_image(path));
    std::printf("%zu photos; PSNR of luma in dB\n", photos.size());
    print_noise(photos,
                argc == 4 ? static_cast<std::size_t>(std::strtoul(argv[3], nullptr, 10)) : 0);
    print_jpeg(photos);
}
