#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace limpid {

/// The quantisation tables of a JPEG, for what they say about its quality.
class QuantisationTables {
public:
    /// Take the tables of one DQT segment (ITU-T T.81, B.2.4.1). What is malformed is left out: the
    /// decoder refuses it.
    void read(std::span<const std::byte> payload) noexcept;

    /// The quality, 1..100, at which libjpeg's table for luma is nearest to table `index` (0..3);
    /// exact for files of libjpeg and its kin. 0 when there is no such table.
    [[nodiscard]] int quality_of(int index) const noexcept;

private:
    static constexpr std::size_t kEntries = 64;
    using Table = std::array<std::uint16_t, kEntries>;

    std::array<Table, 4> tables_{};  // in zigzag order; an entry of 0 marks an absent table
};

}  // namespace limpid
