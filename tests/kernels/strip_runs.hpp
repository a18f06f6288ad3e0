#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/kernels.hpp"
#include "test_image.hpp"

namespace limpid::testing {

/// Runs `kernel(InputStrip, OutputStrip)` on the whole of `input` and then in strips of 1, 2, 5 and
/// 67 rows, each from an exactly sized copy of the rows that `needed` names, into padded rows, and
/// expects `expected` every time.
template <class Needed, class Kernel>
void expect_in_all_strips(const TestImage& input, const TestImage& expected, Needed&& needed,
                          Kernel&& kernel) {
    const int height = input.height_px();
    for (const int rows_per_strip : {height, 1, 2, 5, 67}) {
        if (rows_per_strip > height) continue;
        TestImage output(expected.format(), expected.width_px(), expected.height_px(), 3);
        for (int y = 0; y < height; y += rows_per_strip) {
            const kernels::RowRange rows = {y, std::min(y + rows_per_strip, height)};
            const kernels::RowRange source = needed(rows);
            const TestImage part(input, source);
            const Status done = kernel(kernels::InputStrip{part.view(), source.begin, height},
                                       kernels::strip(output.view(), rows));
            ASSERT_TRUE(done) << done.error().message();
        }
        EXPECT_EQ(output.difference(expected), "") << "in strips of " << rows_per_strip;
        EXPECT_TRUE(output.padding_untouched()) << "in strips of " << rows_per_strip;
    }
}

}  // namespace limpid::testing
