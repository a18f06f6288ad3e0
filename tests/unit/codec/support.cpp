#include "unit/codec/support.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

namespace limpid::test {

Bytes::Bytes(std::span<const std::byte> bytes)
    : data_(new std::byte[bytes.size()]), size_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), data_.get());
}

Bytes read_data(const std::string& name) {
    std::ifstream in(std::string(LIMPID_TEST_DATA) + "/" + name, std::ios::binary);
    EXPECT_TRUE(in.good()) << name;
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return Bytes(as_bytes(text));
}

std::vector<std::string> good_files() {
    std::vector<std::string> names;
    for (const char* photo :
         {"beacon-street-sunset", "canyon-wren", "casa-mila", "lake-sherburne",
          "oakland-zoo-otters", "piazza-gae-aulenti", "roman-colosseum", "tea-gardens"}) {
        names.push_back(std::string("photos/") + photo + ".jpg");
    }
    for (const char* size : {"1x1", "1x37", "41x1", "7x5", "31x17", "127x61", "257x129"}) {
        names.push_back(std::string("sizes/") + size + ".jpg");
        names.push_back(std::string("sizes/") + size + ".png");
    }
    for (int i = 1; i <= 8; ++i) {
        names.push_back("orientation/" + std::to_string(i) + ".jpg");
        names.push_back("orientation/" + std::to_string(i) + ".png");
    }
    for (const char* jpeg : {"411", "420", "422", "440", "444", "cmyk-adobe", "cmyk-plain",
                             "exif-gps-thumbnail", "exif-little-endian", "gray", "p3",
                             "progressive", "progressive-gray", "restart", "rgb", "ycck"}) {
        names.push_back(std::string("jpeg/") + jpeg + ".jpg");
    }
    for (const char* png : {"gray",         "gray-alpha",
                            "gray-alpha16", "gray-trns",
                            "gray1",        "gray1-interlaced",
                            "gray16",       "gray2",
                            "gray2-trns",   "gray4",
                            "metadata",     "metadata-late",
                            "palette1",     "palette1-trns",
                            "palette2",     "palette2-trns",
                            "palette4",     "palette4-trns",
                            "palette8",     "palette8-trns",
                            "rgb",          "rgb-interlaced",
                            "rgb-trns",     "rgb16",
                            "rgb16-trns",   "rgba",
                            "rgba16",       "rgba16-interlaced"}) {
        names.push_back(std::string("png/") + png + ".png");
    }
    for (const char* webp :
         {"exif-prefix", "lossless", "lossless-alpha", "lossy", "lossy-alpha", "metadata"}) {
        names.push_back(std::string("webp/") + webp + ".webp");
    }
    return names;
}

std::vector<HostileFile> hostile_files() {
    std::ifstream in(std::string(LIMPID_TEST_DATA) + "/hostile/expected.txt");
    EXPECT_TRUE(in.good());
    std::vector<HostileFile> files;
    HostileFile file;
    while (in >> file.name >> file.expected) files.push_back(file);
    return files;
}

namespace {

std::uint32_t sample_at(int x, int y, int channel) {
    const double wave = std::sin(0.07 * x + 0.9 * channel) + std::cos(0.05 * y - 0.4 * channel);
    const auto texture = static_cast<std::uint32_t>(x * 7 + y * 13 + x * y) % 23;
    return static_cast<std::uint32_t>(30000 + 14000 * wave) + texture * 40;
}

void put_sample(std::byte* at, std::uint32_t value16, bool deep) {
    if (deep) {
        const auto value = static_cast<std::uint16_t>(value16);
        std::memcpy(at, &value, sizeof value);
    } else {
        *at = static_cast<std::byte>(value16 >> 8);
    }
}

Image make(PixelFormat format, int width_px, int height_px, bool opaque) {
    Result<Image> image = Image::create(format, width_px, height_px);
    EXPECT_TRUE(image.has_value());
    const bool deep = bytes_per_sample(format) == 2;
    const MutableImageView view = image->view();
    for (int y = 0; y < height_px; ++y) {
        std::byte* at = view.row(y);
        for (int x = 0; x < width_px; ++x) {
            for (int c = 0; c < channels(format); ++c, at += bytes_per_sample(format)) {
                put_sample(at, c == 3 && opaque ? 65535 : sample_at(x, y, c), deep);
            }
        }
    }
    return std::move(*image);
}

}  // namespace

Image make_picture(PixelFormat format, int width_px, int height_px) {
    return make(format, width_px, height_px, false);
}

Image make_opaque_picture(PixelFormat format, int width_px, int height_px) {
    return make(format, width_px, height_px, true);
}

bool same_pixels(const Image& a, const Image& b) {
    return a.format() == b.format() && a.width_px() == b.width_px() &&
           a.height_px() == b.height_px() && std::ranges::equal(a.bytes(), b.bytes());
}

double psnr(const Image& a, const Image& b) {
    EXPECT_EQ(a.bytes().size(), b.bytes().size());
    EXPECT_EQ(bytes_per_sample(a.format()), 1);
    if (a.bytes().size() != b.bytes().size()) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < a.bytes().size(); ++i) {
        const int difference =
            std::to_integer<int>(a.bytes()[i]) - std::to_integer<int>(b.bytes()[i]);
        sum += difference * difference;
    }
    const double mean = sum / static_cast<double>(a.bytes().size());
    return mean == 0 ? 99 : 10 * std::log10(255.0 * 255.0 / mean);
}

DecodedImage must_decode(std::span<const std::byte> encoded, const Limits& limits) {
    Result<DecodedImage> decoded = decode(encoded, limits);
    EXPECT_TRUE(decoded.has_value()) << (decoded ? "" : decoded.error().message());
    return decoded ? std::move(*decoded) : DecodedImage{};
}

ByteBuffer must_encode(const Image& image, const EncodeOptions& options, const Metadata& metadata) {
    Result<ByteBuffer> encoded = encode(image.view(), metadata, options);
    EXPECT_TRUE(encoded.has_value()) << (encoded ? "" : encoded.error().message());
    return encoded ? std::move(*encoded) : ByteBuffer{};
}

namespace {

void put_be32(std::vector<std::byte>& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::byte>(value >> shift & 0xFF));
    }
}

}  // namespace

PngBuilder::PngBuilder() {
    const auto signature = as_bytes("\x89PNG\r\n\x1a\n");
    file_.assign(signature.begin(), signature.end());
}

PngBuilder& PngBuilder::header(std::uint32_t width_px, std::uint32_t height_px, int depth,
                               int color_type) {
    std::vector<std::byte> data;
    put_be32(data, width_px);
    put_be32(data, height_px);
    for (const int value : {depth, color_type, 0, 0, 0}) {
        data.push_back(static_cast<std::byte>(value));
    }
    return chunk("IHDR", data);
}

PngBuilder& PngBuilder::chunk(std::string_view name, std::span<const std::byte> data) {
    put_be32(file_, static_cast<std::uint32_t>(data.size()));
    const std::size_t start = file_.size();
    const auto name_bytes = as_bytes(name);
    file_.insert(file_.end(), name_bytes.begin(), name_bytes.end());
    file_.insert(file_.end(), data.begin(), data.end());
    const auto* checked = reinterpret_cast<const Bytef*>(file_.data() + start);
    put_be32(file_, static_cast<std::uint32_t>(
                        crc32(0, checked, static_cast<uInt>(file_.size() - start))));
    return *this;
}

PngBuilder& PngBuilder::chunk(std::string_view name, std::string_view data) {
    return chunk(name, as_bytes(data));
}

PngBuilder& PngBuilder::zero_pixels(std::uint64_t count) {
    return chunk("IDAT", deflated_zeros(count));
}

Bytes PngBuilder::end() {
    chunk("IEND", std::span<const std::byte>());
    return Bytes(file_);
}

std::vector<std::byte> deflated_zeros(std::uint64_t count) {
    std::vector<std::byte> out;
    std::array<Bytef, 65536> zeros{};
    std::array<Bytef, 65536> step{};
    z_stream stream{};
    EXPECT_EQ(deflateInit(&stream, 9), Z_OK);
    int status = Z_OK;
    while (status == Z_OK) {
        if (stream.avail_in == 0) {
            stream.avail_in = static_cast<uInt>(std::min<std::uint64_t>(count, zeros.size()));
            stream.next_in = zeros.data();
            count -= stream.avail_in;
        }
        stream.next_out = step.data();
        stream.avail_out = static_cast<uInt>(step.size());
        status = deflate(&stream, count == 0 ? Z_FINISH : Z_NO_FLUSH);
        const auto* bytes = reinterpret_cast<const std::byte*>(step.data());
        out.insert(out.end(), bytes, bytes + (step.size() - stream.avail_out));
    }
    EXPECT_EQ(status, Z_STREAM_END);
    deflateEnd(&stream);
    return out;
}

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

ByteBuffer buffer_of(std::span<const std::byte> bytes) {
    ByteBuffer buffer;
    EXPECT_TRUE(buffer.append(bytes));
    return buffer;
}

std::size_t find(std::span<const std::byte> bytes, std::string_view text) {
    const auto at = std::ranges::search(bytes, as_bytes(text));
    return at.empty() && !text.empty() ? std::string_view::npos
                                       : static_cast<std::size_t>(at.begin() - bytes.begin());
}

}  // namespace limpid::test
