#include "bench_input.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "limpid/codec.hpp"

namespace limpid::bench {
namespace {

constexpr const char* kPhotoFolder = "/usr/share/backgrounds/budgie/";

constexpr BenchInput kInputs[] = {
#define LIMPID_BENCH_SIZE(name, width_px, height_px)
#define LIMPID_BENCH_INPUT(name, kind, size, source) {#name, BenchInput::Kind::kind, size, source},
#include "inputs.def"
#undef LIMPID_BENCH_INPUT
#undef LIMPID_BENCH_SIZE
};

std::vector<std::string> photo_paths(std::string_view source) {
    std::istringstream names{std::string(source)};
    std::vector<std::string> paths;
    for (std::string name; names >> name;) paths.push_back(kPhotoFolder + name + ".jpg");
    return paths;
}

unsigned number_of(std::string_view source) {
    unsigned number = 0;
    std::from_chars(source.data(), source.data() + source.size(), number);
    return number;
}

void fill(MutableImageView view, const BenchInput& input) {
    std::mt19937 random(number_of(input.source));  // the standard says what it gives
    for (int y = 0; y < view.height_px; y++) {
        std::byte* row = view.row(y);
        for (std::size_t i = 0; i < view.row_bytes(); i++) {
            row[i] = static_cast<std::byte>(
                input.kind == BenchInput::Kind::flat ? number_of(input.source) : random() >> 24);
        }
    }
}

/// Position `i` of a cell of `cell` pixels in the middle of `length` pixels, which repeat mirrored.
int middle(int i, int cell, int length) {
    const int period = 2 * length;
    const int place = (((i + (length - cell) / 2) % period) + period) % period;
    return std::min(place, period - 1 - place);
}

void place(const ImageView& photo, MutableImageView mosaic, int left, int top, int width,
           int height) {
    const auto pixel = static_cast<std::ptrdiff_t>(bytes_per_pixel(photo.format));
    for (int y = 0; y < height; y++) {
        const std::byte* source = photo.row(middle(y, height, photo.height_px));
        std::byte* target = mosaic.row(top + y) + left * pixel;
        for (int x = 0; x < width; x++) {
            std::copy_n(source + middle(x, width, photo.width_px) * pixel, pixel,
                        target + x * pixel);
        }
    }
}

Status lay_photos(MutableImageView mosaic, std::string_view source) {
    const std::vector<std::string> paths = photo_paths(source);
    int side = 1;
    while (static_cast<std::size_t>(side * side) < paths.size()) side++;
    const int width = mosaic.width_px / side, height = mosaic.height_px / side;
    for (int i = 0; i < static_cast<int>(paths.size()); i++) {
        std::ifstream file(paths[static_cast<std::size_t>(i)], std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        const auto photo = decode(std::as_bytes(std::span(bytes)));
        if (!photo) return std::unexpected(photo.error());
        place(photo->pixels.view(), mosaic, i % side * width, i / side * height, width, height);
    }
    return {};
}

Result<ByteBuffer> encoded(const Image& image) {
    EncodeOptions options;
    options.format = FileFormat::jpeg;
    options.quality = 90;
    return encode(image.view(), Metadata{}, options);
}

}  // namespace

std::span<const BenchInput> inputs() { return kInputs; }

bool available(const BenchInput& input) {
    if (input.kind != BenchInput::Kind::photo) return true;
    return std::ranges::all_of(photo_paths(input.source),
                               [](const std::string& path) { return std::ifstream(path).good(); });
}

Result<ByteBuffer> encoded_input(const BenchInput& input) {
    auto image = Image::create(PixelFormat::rgb8, input.size.width_px, input.size.height_px);
    if (!image) return std::unexpected(image.error());
    if (input.kind == BenchInput::Kind::photo) {
        if (const Status laid = lay_photos(image->view(), input.source); !laid) {
            return std::unexpected(laid.error());
        }
    } else {
        fill(image->view(), input);
    }
    return encoded(*image);
}

Result<ByteBuffer> encoded_drawing(const BenchSize& size) {
    return encoded(make_photo(PixelFormat::rgb8, size));
}

}  // namespace limpid::bench
