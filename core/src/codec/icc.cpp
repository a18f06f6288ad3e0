#include "codec/icc.hpp"

#include "base/byte_reader.hpp"

namespace limpid {

bool icc_fits(std::span<const std::byte> profile, bool gray_pixels) noexcept {
    constexpr std::size_t kHeaderBytes = 128;
    constexpr std::size_t kColorSpaceOffset = 16;
    constexpr std::size_t kSignatureOffset = 36;
    if (profile.size() < kHeaderBytes) return false;
    return starts_with(profile.subspan(kSignatureOffset), "acsp") &&
           starts_with(profile.subspan(kColorSpaceOffset), gray_pixels ? "GRAY" : "RGB ");
}

}  // namespace limpid
