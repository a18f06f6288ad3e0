#include "quality/photos.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "limpid/codec.hpp"

namespace limpid::quality {
namespace {

constexpr int kLongestPx = 512;

/// Alpha is left out; gray is repeated.
std::uint8_t sample(const ImageView& image, int x, int y, int channel) {
    const int count = channels(image.format);
    const int index = x * count + (count == 1 ? 0 : channel);
    if (bytes_per_sample(image.format) == 1) {
        return std::to_integer<std::uint8_t>(image.row(y)[index]);
    }
    const auto* row = reinterpret_cast<const std::uint16_t*>(image.row(y));
    return static_cast<std::uint8_t>((row[index] + 128) / 257);
}

Result<Image> made_small(const ImageView& image) {
    const int factor = (std::max(image.width_px, image.height_px) + kLongestPx - 1) / kLongestPx;
    const int width_px = std::max(image.width_px / factor, 1);
    const int height_px = std::max(image.height_px / factor, 1);
    auto small = Image::create(PixelFormat::rgb8, width_px, height_px);
    if (!small) return small;
    for (int y = 0; y < height_px; ++y) {
        auto* out = reinterpret_cast<std::uint8_t*>(small->view().row(y));
        for (int x = 0; x < width_px; ++x) {
            for (int c = 0; c < 3; ++c) {
                int sum = 0;
                for (int dy = 0; dy < factor; ++dy) {
                    for (int dx = 0; dx < factor; ++dx) {
                        sum += sample(image, x * factor + dx, y * factor + dy, c);
                    }
                }
                *out++ = static_cast<std::uint8_t>((sum + factor * factor / 2) / (factor * factor));
            }
        }
    }
    return small;
}

Result<Image> middle_of(const ImageView& image) {
    const int width_px = std::min(image.width_px, kLongestPx);
    const int height_px = std::min(image.height_px, kLongestPx);
    const int left = (image.width_px - width_px) / 2;
    const int top = (image.height_px - height_px) / 2;
    auto middle = Image::create(PixelFormat::rgb8, width_px, height_px);
    if (!middle) return middle;
    for (int y = 0; y < height_px; ++y) {
        auto* out = reinterpret_cast<std::uint8_t*>(middle->view().row(y));
        for (int x = 0; x < width_px; ++x) {
            for (int c = 0; c < 3; ++c) *out++ = sample(image, left + x, top + y, c);
        }
    }
    return middle;
}

Result<Photo> read_photo(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    auto decoded = decode(std::as_bytes(std::span(bytes)));
    if (!decoded) return std::unexpected(std::move(decoded).error());
    auto small = made_small(std::as_const(decoded->pixels).view());
    if (!small) return std::unexpected(std::move(small).error());
    auto middle = middle_of(std::as_const(decoded->pixels).view());
    if (!middle) return std::unexpected(std::move(middle).error());
    return Photo{path.filename().string(), decoded->info.jpeg_quality, std::move(*small),
                 std::move(*middle)};
}

bool is_image(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending == ".jpg" || ending == ".jpeg" || ending == ".png" || ending == ".webp";
}

}  // namespace

Result<std::vector<Photo>> read_photos(const std::string& folder) {
    std::vector<std::filesystem::path> paths;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        if (is_image(entry.path())) paths.push_back(entry.path());
    }
    if (failed) return fail(ErrorCode::io_unreadable, folder + ": " + failed.message());
    std::ranges::sort(paths);
    std::vector<Photo> photos;
    for (const auto& path : paths) {
        auto photo = read_photo(path);
        if (!photo) return fail(photo.error().id(), path.string() + ": " + photo.error().message());
        photos.push_back(std::move(*photo));
    }
    return photos;
}

Image relit(const ImageView& photo, double red, double green, double blue) {
    Image out =
        std::move(Image::create(PixelFormat::rgb8, photo.width_px, photo.height_px).value());
    std::array<std::array<std::uint8_t, 256>, 3> tables{};
    const std::array gains = {red, green, blue};
    for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t i = 0; i < 256; ++i) {
            const double u = static_cast<double>(i) / 255.0;
            const double linear = u <= 0.04045 ? u / 12.92 : std::pow((u + 0.055) / 1.055, 2.4);
            const double lit = std::min(linear * gains[c], 1.0);
            const double encoded =
                lit <= 0.0031308 ? lit * 12.92 : 1.055 * std::pow(lit, 1.0 / 2.4) - 0.055;
            tables[c][i] = static_cast<std::uint8_t>(encoded * 255.0 + 0.5);
        }
    }
    for (int y = 0; y < photo.height_px; ++y) {
        const auto* in = reinterpret_cast<const std::uint8_t*>(photo.row(y));
        auto* to = reinterpret_cast<std::uint8_t*>(out.view().row(y));
        for (int i = 0; i < 3 * photo.width_px; ++i) {
            to[i] = tables[static_cast<std::size_t>(i % 3)][in[i]];
        }
    }
    return out;
}

}  // namespace limpid::quality
