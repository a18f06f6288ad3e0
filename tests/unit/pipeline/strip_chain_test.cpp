#include "pipeline/strip_chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "limpid/digest.hpp"

namespace limpid::pipeline::strip_chain_test {
namespace {

using kernels::InputStrip;
using kernels::OutputStrip;
using kernels::RowRange;

constexpr int kWidth = 5;

Image ramp(int height_px) {
    Image image = std::move(Image::create(PixelFormat::gray8, kWidth, height_px).value());
    for (int y = 0; y < height_px; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            image.view().row(y)[x] = static_cast<std::byte>(y * 37 + x * 11);
        }
    }
    return image;
}

/// Sum of the rows up to `halo` above and below, clamped to the image, modulo 256.
StripStage sum_of_rows(int halo, int height_px) {
    return {[=](RowRange rows) {
                return RowRange{std::max(rows.begin - halo, 0),
                                std::min(rows.end + halo, height_px)};
            },
            [=](const InputStrip& in, const OutputStrip& out) -> Status {
                for (int y = out.first_row; y < out.first_row + out.rows.height_px; ++y) {
                    for (int x = 0; x < kWidth; ++x) {
                        int sum = 0;
                        for (int j = -halo; j <= halo; ++j) {
                            const int row = std::clamp(y + j, 0, height_px - 1) - in.first_row;
                            if (row < 0 || row >= in.rows.height_px) {
                                return fail(ErrorCode::internal_failure, "a row is missing");
                            }
                            sum += std::to_integer<int>(in.rows.row(row)[x]);
                        }
                        out.rows.row(y - out.first_row)[x] = static_cast<std::byte>(sum);
                    }
                }
                return {};
            }};
}

Sha256 through(const std::vector<StripStage>& stages, int strip_rows, const Image& input,
               const RunOptions& run = {}) {
    Image output =
        std::move(Image::create(PixelFormat::gray8, input.width_px(), input.height_px()).value());
    MemoryBudget budget(UINT64_MAX);
    const Status done = run_chain(stages, strip_rows, input.view(), output.view(), budget, run);
    EXPECT_TRUE(done.has_value()) << done.error().message();
    return sha256(std::as_const(output).view());
}

TEST(StripChain, CuttingChangesNothing) {
    for (const int height : {1, 7, 64, 201}) {
        const Image input = ramp(height);
        std::vector<StripStage> stages;
        for (const int halo : {0, 3, 1, 2}) {
            stages.push_back(sum_of_rows(halo, height));
            const Sha256 whole = through(stages, height, input);
            for (const int strip_rows : {1, 2, 16, 63}) {
                EXPECT_EQ(through(stages, strip_rows, input), whole)
                    << stages.size() << " stages, " << height << " rows by " << strip_rows;
            }
        }
    }
}

TEST(StripChain, CountsItsBuffersAndLetsGoOfThem) {
    const Image input = ramp(100);
    Image output = ramp(100);
    const std::vector stages = {sum_of_rows(0, 100), sum_of_rows(2, 100), sum_of_rows(1, 100)};
    // Two buffers of ten rows and the halos of the stages behind the first.
    constexpr std::uint64_t kBuffers = 2 * (10 + 2 * (2 + 1)) * kWidth;
    MemoryBudget enough(kBuffers);
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(run_chain(stages, 10, input.view(), output.view(), enough, {}));
    }
    EXPECT_EQ(enough.peak_bytes(), kBuffers);
    MemoryBudget little(kBuffers - 1);
    const Status refused = run_chain(stages, 10, input.view(), output.view(), little, {});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().id(), ErrorCode::memory_exhausted);
}

TEST(StripChain, EndsWithTheFirstFailure) {
    const Image input = ramp(300);
    Image output = ramp(300);
    int calls = 0;
    const std::vector<StripStage> stages = {{[](RowRange rows) { return rows; },
                                             [&](const InputStrip&, const OutputStrip&) -> Status {
                                                 ++calls;
                                                 return fail(ErrorCode::argument_invalid,
                                                             "refused");
                                             }}};
    MemoryBudget budget(UINT64_MAX);
    const Status failed = run_chain(stages, 10, input.view(), output.view(), budget, {});
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().found(), "refused");
    EXPECT_LT(calls, 30);
}

TEST(StripChain, ReportsHowFarItIs) {
    const Image input = ramp(50);
    Image output = ramp(50);
    std::vector<double> fractions;
    RunOptions run;
    run.on_progress = [&](Stage, double fraction) {
        fractions.push_back(fraction);
        return true;
    };
    MemoryBudget budget(UINT64_MAX);
    const std::vector stages = {sum_of_rows(1, 50)};
    ASSERT_TRUE(run_chain(stages, 10, input.view(), output.view(), budget, run));
    EXPECT_GT(fractions.front(), 0.0);
    EXPECT_EQ(fractions.back(), 1.0);
}

}  // namespace
}  // namespace limpid::pipeline::strip_chain_test
