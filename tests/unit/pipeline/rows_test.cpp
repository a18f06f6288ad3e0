// RunOptions::on_rows: rows of the result as soon as they are final.

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <utility>

#include "limpid/digest.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/preview.hpp"
#include "limpid/resize.hpp"
#include "unit/analyse/synthetic.hpp"

namespace limpid::rows_test {
namespace {

Decimal dec(double value) { return Decimal::from_double(value); }

Image picture(int width_px, int height_px) {
    testing::Random random(11);
    return testing::make_rgb8(width_px, height_px, [&](int x, int y) {
        return static_cast<std::uint32_t>(x * 3 + y) % 200 * 0x010101U + random.below(32);
    });
}

Recipe sharper() {
    Recipe recipe;
    recipe.exposure.exposure_ev = dec(0.4);
    recipe.local_contrast.amount = dec(0.3);
    recipe.sharpen.amount = dec(0.8);
    return recipe;
}

/// Copies rows when they are given: plain memory, so that TSan sees when that is too early, or not
/// on the calling thread.
class Collector {
public:
    void operator()(const ImageView& image, int first_row, int count) {
        if (!copy_) {
            copy_ = std::move(Image::create(image.format, image.width_px, image.height_px).value());
        }
        EXPECT_EQ(first_row, rows_) << "each row once, in order";
        EXPECT_GT(count, 0);
        for (int y = first_row; y < first_row + count; ++y) {
            std::memcpy(copy_->view().row(y), image.row(y), image.row_bytes());
        }
        rows_ = first_row + count;
        ++calls_;
    }
    [[nodiscard]] RunOptions options(TaskRunner* runner) {
        RunOptions run;
        run.runner = runner;
        run.on_rows = [this](const ImageView& image, int first_row, int count) {
            (*this)(image, first_row, count);
        };
        return run;
    }
    void expect_all_of(const Image& image) const {
        ASSERT_TRUE(copy_.has_value());
        EXPECT_EQ(rows_, image.height_px());
        EXPECT_EQ(sha256(copy_->view()), sha256(image.view()));
    }
    [[nodiscard]] int calls() const { return calls_; }

private:
    std::optional<Image> copy_;
    int rows_ = 0;
    int calls_ = 0;
};

TEST(Rows, AreGivenWhileOthersAreMade) {
    const auto pool = make_thread_pool(3);
    for (TaskRunner* runner : {static_cast<TaskRunner*>(nullptr), pool ? pool->get() : nullptr}) {
        const Image input = picture(601, 2111);
        Collector rows;
        const auto output = render(input.view(), sharper(), rows.options(runner));
        ASSERT_TRUE(output.has_value());
        rows.expect_all_of(*output);
        if (runner == nullptr) {
            EXPECT_GT(rows.calls(), 4);
        }
    }
}

TEST(Rows, AreThoseOfTheResultWhateverIsDone) {
    const Image input = picture(301, 203);
    Recipe denoised = sharper();
    denoised.denoise.luma_sigma = dec(0.02);
    Recipe soft;
    soft.tone.contrast = dec(0.2);
    for (const Recipe& recipe : {Recipe{}, sharper(), denoised, soft}) {
        for (const bool resized : {false, true}) {
            EnhanceOptions options;
            options.recipe = recipe;
            if (resized) options.resize = Resize{.width_px = 150};
            Collector rows;
            const auto output = enhance_to_pixels(input.view(), options, rows.options(nullptr));
            ASSERT_TRUE(output.has_value());
            rows.expect_all_of(output->pixels);
        }
    }
}

TEST(Rows, AreNotGivenByWhatDoesNotRender) {
    const Image input = picture(301, 203);
    Collector rows;
    EXPECT_TRUE(analyse(input.view(), rows.options(nullptr)).has_value());
    EXPECT_TRUE(resize(input.view(), {.width_px = 150}, rows.options(nullptr)).has_value());
    EXPECT_EQ(rows.calls(), 0);
}

TEST(Rows, OfAPreviewAreThoseThatAreRendered) {
    const Image input = picture(301, 203);
    Collector rows;
    const auto preview = make_preview(input.view(), sharper(), 150, rows.options(nullptr));
    ASSERT_TRUE(preview.has_value());
    rows.expect_all_of(*preview);
}

TEST(Rows, OfWhatIsOnlyResizedAreGivenStripByStrip) {
    const Image input = picture(301, 2111);
    EnhanceOptions options;
    options.recipe = Recipe{};
    options.resize = Resize{.width_px = 150};
    Collector rows;
    const auto output = enhance_to_pixels(input.view(), options, rows.options(nullptr));
    ASSERT_TRUE(output.has_value());
    rows.expect_all_of(output->pixels);
    EXPECT_GT(rows.calls(), 4);
}

}  // namespace
}  // namespace limpid::rows_test
