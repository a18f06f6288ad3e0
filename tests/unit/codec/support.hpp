#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/codec.hpp"

namespace limpid::test {

/// Bytes in a heap block of exactly their size, so that AddressSanitizer sees a read of one too
/// many. (A vector may have room to spare.)
class Bytes {
public:
    Bytes() = default;
    explicit Bytes(std::span<const std::byte> bytes);

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::span<const std::byte> span() const { return {data_.get(), size_}; }
    operator std::span<const std::byte>() const { return span(); }
    [[nodiscard]] std::byte& operator[](std::size_t i) { return data_[i]; }
    [[nodiscard]] Bytes first(std::size_t count) const { return Bytes(span().first(count)); }

private:
    std::unique_ptr<std::byte[]> data_;
    std::size_t size_ = 0;
};

/// A file of tests/data; the test fails, and gets no bytes, when it is not there.
[[nodiscard]] Bytes read_data(const std::string& name);
/// Names, relative to tests/data, of the committed pictures that must decode.
[[nodiscard]] std::vector<std::string> good_files();
/// Lines "file code" of tests/data/hostile/expected.txt.
struct HostileFile {
    std::string name;
    std::string expected;
};
[[nodiscard]] std::vector<HostileFile> hostile_files();

/// "ok" or the error's code.
template <class T>
[[nodiscard]] std::string outcome(const Result<T>& result) {
    return result ? "ok" : std::string(result.error().code());
}

/// Smooth colours with some texture, using both bytes of 16-bit samples; alpha varies.
[[nodiscard]] Image make_picture(PixelFormat format, int width_px, int height_px);
/// The same with every alpha opaque.
[[nodiscard]] Image make_opaque_picture(PixelFormat format, int width_px, int height_px);
[[nodiscard]] inline ImageView view_of(const Image& image) { return image.view(); }
/// Do they have the same size, format and samples?
[[nodiscard]] bool same_pixels(const Image& a, const Image& b);
/// Of two 8-bit images of the same shape; 99 when they are equal.
[[nodiscard]] double psnr(const Image& a, const Image& b);
/// Precondition: the file decodes; the test fails otherwise.
[[nodiscard]] DecodedImage must_decode(std::span<const std::byte> encoded,
                                       const Limits& limits = {});
[[nodiscard]] ByteBuffer must_encode(const Image& image, const EncodeOptions& options,
                                     const Metadata& metadata = {});

/// Builds PNG files that libpng would not write.
class PngBuilder {
public:
    PngBuilder();
    PngBuilder& header(std::uint32_t width_px, std::uint32_t height_px, int depth, int color_type);
    PngBuilder& chunk(std::string_view name, std::span<const std::byte> data);
    PngBuilder& chunk(std::string_view name, std::string_view data);
    /// `count` zero bytes, compressed without ever being held.
    PngBuilder& zero_pixels(std::uint64_t count);
    [[nodiscard]] Bytes end();

private:
    std::vector<std::byte> file_;
};
/// zlib stream of `count` zeros.
[[nodiscard]] std::vector<std::byte> deflated_zeros(std::uint64_t count);

[[nodiscard]] std::span<const std::byte> as_bytes(std::string_view text);
[[nodiscard]] ByteBuffer buffer_of(std::span<const std::byte> bytes);
/// First place of `text` in `bytes`, or npos.
[[nodiscard]] std::size_t find(std::span<const std::byte> bytes, std::string_view text);

}  // namespace limpid::test
