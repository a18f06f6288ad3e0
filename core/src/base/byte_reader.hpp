#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace limpid {

/// Walks bytes that may lie about their own length. Every read is bounds-checked; a read that does
/// not fit gives nothing and leaves the position as it was.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}

    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.size() - position_; }

    [[nodiscard]] std::optional<std::span<const std::byte>> take(std::uint64_t count) noexcept {
        if (count > remaining()) return std::nullopt;
        const auto taken = bytes_.subspan(position_, static_cast<std::size_t>(count));
        position_ += taken.size();
        return taken;
    }
    [[nodiscard]] bool skip(std::uint64_t count) noexcept { return take(count).has_value(); }

    [[nodiscard]] std::optional<std::uint8_t> u8() noexcept { return big_endian<std::uint8_t>(1); }
    [[nodiscard]] std::optional<std::uint16_t> be16() noexcept {
        return big_endian<std::uint16_t>(2);
    }
    [[nodiscard]] std::optional<std::uint32_t> be32() noexcept {
        return big_endian<std::uint32_t>(4);
    }
    [[nodiscard]] std::optional<std::uint16_t> le16() noexcept {
        return little_endian<std::uint16_t>(2);
    }
    [[nodiscard]] std::optional<std::uint32_t> le24() noexcept {
        return little_endian<std::uint32_t>(3);
    }
    [[nodiscard]] std::optional<std::uint32_t> le32() noexcept {
        return little_endian<std::uint32_t>(4);
    }

private:
    template <class T>
    [[nodiscard]] std::optional<T> big_endian(std::size_t count) noexcept {
        const auto bytes = take(count);
        if (!bytes) return std::nullopt;
        std::uint32_t value = 0;
        for (const std::byte b : *bytes) value = value << 8 | std::to_integer<std::uint32_t>(b);
        return static_cast<T>(value);
    }
    template <class T>
    [[nodiscard]] std::optional<T> little_endian(std::size_t count) noexcept {
        const auto bytes = take(count);
        if (!bytes) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            value |= std::to_integer<std::uint32_t>((*bytes)[i]) << (8 * i);
        }
        return static_cast<T>(value);
    }

    std::span<const std::byte> bytes_;
    std::size_t position_ = 0;
};

/// Do the bytes begin with this text? A literal's trailing NUL counts only when written as \0.
[[nodiscard]] inline bool starts_with(std::span<const std::byte> bytes,
                                      std::string_view text) noexcept {
    return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

}  // namespace limpid
