#include "inspect/inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace limpid {
namespace {

constexpr std::size_t kStepBytes = 4096;

/// zlib's stream, ended when it goes out of scope.
class Inflater {
public:
    explicit Inflater(std::span<const std::byte> deflated) noexcept
        : stream_(stream_over(deflated)), status_(inflateInit(&stream_)), open_(status_ == Z_OK) {}
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    Inflater(Inflater&&) = delete;
    Inflater& operator=(Inflater&&) = delete;
    ~Inflater() {
        if (open_) inflateEnd(&stream_);
    }

    [[nodiscard]] bool finished() const noexcept { return status_ == Z_STREAM_END; }

    /// The next bytes of the stream, at most one step of them; empty only at its end.
    [[nodiscard]] Result<std::span<const std::byte>> next() {
        if (!open_) return fail(ErrorCode::memory_exhausted, "zlib");
        stream_.next_out = reinterpret_cast<Bytef*>(step_.data());
        stream_.avail_out = static_cast<uInt>(step_.size());
        if (!finished()) status_ = inflate(&stream_, Z_NO_FLUSH);
        if (status_ == Z_MEM_ERROR) return fail(ErrorCode::memory_exhausted, "zlib");
        if (status_ != Z_OK && status_ != Z_STREAM_END) {
            return fail(ErrorCode::image_malformed, "a compressed metadata block is damaged");
        }
        return std::span<const std::byte>(step_).first(step_.size() - stream_.avail_out);
    }

private:
    static z_stream stream_over(std::span<const std::byte> deflated) noexcept {
        z_stream stream{};
        // zlib's interface is not const-correct; it only reads next_in.
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(deflated.data()));
        stream.avail_in = static_cast<uInt>(
            std::min<std::size_t>(deflated.size(), std::numeric_limits<uInt>::max()));
        return stream;
    }

    z_stream stream_;
    std::array<std::byte, kStepBytes> step_{};
    int status_;
    bool open_;
};

}  // namespace

Result<InflatedSize> measure_inflated(std::span<const std::byte> deflated,
                                      std::uint64_t max_bytes) {
    Inflater inflater(deflated);
    InflatedSize size;
    while (!inflater.finished()) {
        const auto step = inflater.next();
        if (!step) return std::unexpected(step.error());
        size.bytes += step->size();
        if (size.bytes > max_bytes) return InflatedSize{max_bytes + 1, true};
    }
    return size;
}

Result<ByteBuffer> inflate_bounded(std::span<const std::byte> deflated, std::uint64_t max_bytes) {
    Inflater inflater(deflated);
    ByteBuffer out;
    while (!inflater.finished()) {
        const auto step = inflater.next();
        if (!step) return std::unexpected(step.error());
        if (out.size() + step->size() > max_bytes) {
            return fail(ErrorCode::image_malformed, "a compressed metadata block grew");
        }
        if (!out.append(*step)) return fail(ErrorCode::memory_exhausted, "metadata");
    }
    return out;
}

}  // namespace limpid
