#include "inspect/jpeg_quality.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/byte_reader.hpp"

namespace limpid {
namespace {

/// ITU-T T.81, table K.1, in zigzag order.
constexpr std::array<int, 64> kLuma = {16,  11, 12, 14,  12,  10,  16,  14,  13, 14,  18,  17,  16,
                                       19,  24, 40, 26,  24,  22,  22,  24,  49, 35,  37,  29,  40,
                                       58,  51, 61, 60,  57,  51,  56,  55,  64, 72,  92,  78,  64,
                                       68,  87, 69, 55,  56,  80,  109, 81,  87, 95,  98,  103, 104,
                                       103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99};

/// libjpeg's scale of table K.1 (jcparam.c, jpeg_quality_scaling): per cent.
constexpr int scale_of(int quality) { return quality < 50 ? 5000 / quality : 200 - 2 * quality; }

}  // namespace

void QuantisationTables::read(std::span<const std::byte> payload) noexcept {
    ByteReader reader(payload);
    while (const auto head = reader.u8()) {
        const bool wide = *head >> 4 != 0;
        const std::size_t index = *head & 15;
        if (*head >> 4 > 1 || index >= tables_.size()) return;
        Table table{};
        for (std::uint16_t& entry : table) {
            if (wide) {
                entry = reader.be16().value_or(0);
            } else {
                entry = reader.u8().value_or(0);
            }
        }
        if (std::ranges::find(table, 0) == table.end()) tables_[index] = table;
    }
}

int QuantisationTables::quality_of(int index) const noexcept {
    if (index < 0 || index >= static_cast<int>(tables_.size())) return 0;
    const Table& table = tables_[static_cast<std::size_t>(index)];
    if (table[0] == 0) return 0;
    int best = 0;
    int best_distance = 0;
    for (int quality = 1; quality <= 100; ++quality) {
        int distance = 0;
        for (std::size_t i = 0; i < kEntries; ++i) {
            const int scaled = std::clamp((kLuma[i] * scale_of(quality) + 50) / 100, 1, 255);
            distance += std::abs(scaled - std::min<int>(table[i], 255));
        }
        if (best == 0 || distance < best_distance) {
            best = quality;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace limpid
