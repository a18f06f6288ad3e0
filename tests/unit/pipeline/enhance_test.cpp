#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "limpid/digest.hpp"
#include "limpid/pipeline.hpp"
#include "unit/analyse/synthetic.hpp"

namespace limpid::enhance_test {
namespace {

using testing::make_rgb8;
using testing::Random;

Decimal dec(double value) { return Decimal::from_double(value); }

/// A dark, muted picture that asks for most corrections.
Image dull_picture(int width_px = 400, int height_px = 300) {
    Random random(9);
    return make_rgb8(width_px, height_px, [&](int x, int y) {
        const auto v =
            static_cast<std::uint32_t>(10 + (x / 16 + y / 16) % 5 * 24 + x * 40 / width_px);
        const std::uint32_t n = random.below(3);
        return (v + n + 8) << 16 | (v + n) << 8 | (v + n - 8);
    });
}

ByteBuffer encoded(const Image& image, FileFormat format = FileFormat::png) {
    auto bytes = encode(image.view(), {}, {.format = format});
    EXPECT_TRUE(bytes.has_value()) << bytes.error().message();
    return std::move(*bytes);
}

TEST(Enhance, DecidesAppliesAndReports) {
    const Image image = dull_picture();
    const ByteBuffer file = encoded(image);
    const auto enhanced = enhance(file.span());
    ASSERT_TRUE(enhanced.has_value()) << enhanced.error().message();
    const Report& report = enhanced->report;
    EXPECT_EQ(report.output_format, FileFormat::png);
    EXPECT_EQ(report.output_bytes, enhanced->bytes.size());
    EXPECT_TRUE(report.analysis.has_value());
    EXPECT_FALSE(report.pixels_unchanged);
    EXPECT_GT(report.recipe.exposure.exposure_ev, dec(0.1));
    const auto output = decode(enhanced->bytes.span());
    ASSERT_TRUE(output.has_value());
    const auto rendered = render(image.view(), report.recipe);
    ASSERT_TRUE(rendered.has_value());
    EXPECT_EQ(sha256(output->pixels.view()), sha256(rendered->view()));
}

TEST(Enhance, AnalysisAndItsRecipeReplayToTheSameBytes) {
    const ByteBuffer file = encoded(dull_picture(), FileFormat::jpeg);
    const auto once = enhance(file.span());
    const auto analysed = analyse(file.span());
    ASSERT_TRUE(once.has_value() && analysed.has_value());
    EXPECT_EQ(once->report.recipe, analysed->recipe);
    EnhanceOptions options;
    options.recipe = parse_recipe(to_json(analysed->recipe)).value();
    const auto replayed = enhance(file.span(), options);
    ASSERT_TRUE(replayed.has_value());
    EXPECT_EQ(sha256(once->bytes.span()), sha256(replayed->bytes.span()));
    EXPECT_FALSE(replayed->report.analysis.has_value());
}

TEST(Enhance, PixelsAreThoseOfTheFile) {
    const Image image = dull_picture();
    EnhanceOptions options;
    options.resize = Resize{.width_px = 200};
    options.preset = Preset::vivid;
    options.format = FileFormat::png;
    const ByteBuffer file = encoded(image);
    const auto as_file = enhance(file.span(), options);
    const auto as_pixels = enhance_to_pixels(file.span(), options);
    ASSERT_TRUE(as_file && as_pixels);
    const auto decoded = decode(as_file->bytes.span());
    ASSERT_TRUE(decoded);
    EXPECT_EQ(sha256(decoded->pixels.view()), sha256(as_pixels->pixels.view()));
    EXPECT_EQ(as_pixels->report.recipe, as_file->report.recipe);
    EXPECT_EQ(as_pixels->report.output_width_px, 200);
    EXPECT_EQ(as_pixels->report.output_bytes, 0U);
    EXPECT_FALSE(as_pixels->report.output_format.has_value());
}

TEST(Enhance, OfPixelsIsThatOfALosslessFileOfThem) {
    const Image image = dull_picture();
    EnhanceOptions options;
    options.format = FileFormat::webp;
    const auto of_file = enhance(encoded(image).span(), options);
    const auto of_pixels = enhance(image.view(), options);
    const auto to_pixels = enhance_to_pixels(image.view(), options);
    ASSERT_TRUE(of_file && of_pixels && to_pixels);
    EXPECT_EQ(sha256(of_file->bytes.span()), sha256(of_pixels->bytes.span()));
    EXPECT_EQ(of_pixels->report.recipe, of_file->report.recipe);
    EXPECT_EQ(sha256(render(image.view(), of_pixels->report.recipe)->view()),
              sha256(to_pixels->pixels.view()));
    EXPECT_FALSE(of_pixels->report.input.has_value());
    EXPECT_EQ(analyse(image.view())->recipe, of_file->report.recipe);
}

TEST(Enhance, PixelsThatNothingChangesAreCopied) {
    const Image image = dull_picture();
    EnhanceOptions options;
    options.strength = dec(0);
    const auto copy = enhance_to_pixels(image.view(), options);
    ASSERT_TRUE(copy);
    EXPECT_TRUE(copy->report.pixels_unchanged);
    EXPECT_NE(copy->pixels.view().data, image.view().data);
    EXPECT_EQ(sha256(copy->pixels.view()), sha256(image.view()));
}

TEST(Enhance, PixelsNeedAFormatAndPixels) {
    const Image image = dull_picture();
    EXPECT_EQ(enhance(image.view(), EnhanceOptions{}).error().id(), ErrorCode::argument_invalid);
    EnhanceOptions as_png;
    as_png.format = FileFormat::png;
    EXPECT_EQ(enhance(ImageView{}, as_png).error().id(), ErrorCode::argument_invalid);
    EXPECT_EQ(enhance_to_pixels(ImageView{}).error().id(), ErrorCode::argument_invalid);
}

TEST(Enhance, StrengthZeroChangesNoPixelAndTakesNoSecondImage) {
    const Image image = dull_picture();
    const ByteBuffer file = encoded(image);
    EnhanceOptions options;
    options.strength = dec(0);
    const auto enhanced = enhance(file.span(), options);
    ASSERT_TRUE(enhanced.has_value());
    EXPECT_TRUE(enhanced->report.pixels_unchanged);
    EXPECT_EQ(enhanced->report.peak_pixel_bytes, 400u * 300 * 3);
    const auto output = decode(enhanced->bytes.span());
    ASSERT_TRUE(output.has_value());
    EXPECT_EQ(sha256(output->pixels.view()), sha256(image.view()));
}

TEST(Enhance, EnhancingTwiceChangesLittleMore) {
    const auto mean_difference = [](const ImageView& a, const ImageView& b) {
        std::uint64_t sum = 0;
        for (int y = 0; y < a.height_px; ++y) {
            for (std::size_t i = 0; i < a.row_bytes(); ++i) {
                sum += static_cast<std::uint64_t>(std::abs(std::to_integer<int>(a.row(y)[i]) -
                                                           std::to_integer<int>(b.row(y)[i])));
            }
        }
        return static_cast<double>(sum) / (a.height_px * static_cast<double>(a.row_bytes()));
    };
    const Image image = dull_picture();
    const auto once = enhance(encoded(image).span());
    ASSERT_TRUE(once.has_value());
    const auto twice = enhance(once->bytes.span());
    ASSERT_TRUE(twice.has_value());
    const auto first = decode(once->bytes.span());
    const auto second = decode(twice->bytes.span());
    const double change = mean_difference(image.view(), first->pixels.view());
    const double further = mean_difference(first->pixels.view(), second->pixels.view());
    EXPECT_GT(change, 10.0);
    EXPECT_LT(further, change / 2);
}

TEST(Enhance, ConvertsBetweenAllFormats) {
    const Image image = dull_picture(61, 43);
    for (const FileFormat from : {FileFormat::jpeg, FileFormat::png, FileFormat::webp}) {
        const ByteBuffer file = encoded(image, from);
        for (const FileFormat to : {FileFormat::jpeg, FileFormat::png, FileFormat::webp}) {
            EnhanceOptions options;
            options.format = to;
            const auto enhanced = enhance(file.span(), options);
            ASSERT_TRUE(enhanced.has_value()) << enhanced.error().message();
            const auto info = inspect(enhanced->bytes.span());
            ASSERT_TRUE(info.has_value());
            EXPECT_EQ(info->format, to);
            EXPECT_EQ(info->width_px, 61);
            EXPECT_EQ(info->height_px, 43);
        }
    }
}

TEST(Enhance, StagesComeInOrderAndReachTheirEnd) {
    const ByteBuffer file = encoded(dull_picture(), FileFormat::jpeg);
    std::vector<std::pair<Stage, double>> seen;
    RunOptions run;
    run.on_progress = [&](Stage stage, double fraction) {
        seen.emplace_back(stage, fraction);
        return true;
    };
    ASSERT_TRUE(enhance(file.span(), {}, run).has_value());
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    for (const Stage stage :
         {Stage::inspect, Stage::decode, Stage::analyse, Stage::render, Stage::encode}) {
        EXPECT_TRUE(std::ranges::count(seen, std::pair(stage, 1.0)) >= 1) << to_string(stage);
    }
}

TEST(Enhance, StagesWithNothingToDoAreReportedToo) {
    EnhanceOptions options;
    options.recipe.emplace();
    std::vector<Stage> ended;
    RunOptions run;
    run.on_progress = [&](Stage stage, double fraction) {
        if (fraction == 1.0) ended.push_back(stage);
        return true;
    };
    ASSERT_TRUE(enhance(encoded(dull_picture()).span(), options, run).has_value());
    EXPECT_EQ(ended, (std::vector{Stage::inspect, Stage::decode, Stage::render, Stage::encode}));
}

TEST(Enhance, CanBeCancelledAtEveryProgressCall) {
    const ByteBuffer file = encoded(dull_picture(), FileFormat::jpeg);
    int total = 0;
    RunOptions run;
    run.on_progress = [&](Stage, double) { return ++total, true; };
    ASSERT_TRUE(enhance(file.span(), {}, run).has_value());
    for (int stop = 1; stop <= total; ++stop) {
        int calls = 0;
        run.on_progress = [&](Stage, double) { return ++calls < stop; };
        const auto enhanced = enhance(file.span(), {}, run);
        ASSERT_FALSE(enhanced.has_value()) << stop;
        EXPECT_EQ(enhanced.error().id(), ErrorCode::run_cancelled);
        EXPECT_EQ(calls, stop) << "went on after it was told to stop";
    }
}

TEST(Enhance, PixelMemoryIsStatedAndBounded) {
    const ByteBuffer file = encoded(dull_picture());
    const auto enhanced = enhance(file.span());
    ASSERT_TRUE(enhanced.has_value());
    const std::uint64_t peak = enhanced->report.peak_pixel_bytes;
    EXPECT_GE(peak, 2u * 400 * 300 * 3);
    EnhanceOptions options;
    options.limits.max_memory_bytes = peak;
    EXPECT_TRUE(enhance(file.span(), options).has_value());
    options.limits.max_memory_bytes = peak - 1;
    const auto refused = enhance(file.span(), options);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().id(), ErrorCode::memory_exhausted);
    EXPECT_NE(refused.error().found().find("max_memory_bytes"), std::string::npos);
}

TEST(Enhance, ErrorsOfEveryStepComeThrough) {
    const ByteBuffer file = encoded(dull_picture());
    EXPECT_EQ(enhance({}).error().id(), ErrorCode::image_empty);
    EnhanceOptions options;
    options.strength = dec(1.5);
    EXPECT_EQ(enhance(file.span(), options).error().id(), ErrorCode::argument_invalid);
    options = {};
    options.recipe.emplace().exposure.exposure_ev = dec(9);
    EXPECT_EQ(enhance(file.span(), options).error().id(), ErrorCode::recipe_out_of_range);
    options = {};
    options.encode.quality = 0;
    options.format = FileFormat::jpeg;
    EXPECT_EQ(enhance(file.span(), options).error().id(), ErrorCode::argument_invalid);
    options = {};
    options.limits.max_pixels = 1000;
    EXPECT_EQ(enhance(file.span(), options).error().id(), ErrorCode::image_too_large);
}

TEST(Report, IsJsonWithEveryMember) {
    const auto enhanced = enhance(encoded(dull_picture()).span());
    ASSERT_TRUE(enhanced.has_value());
    const std::string json = to_json(enhanced->report);
    for (const char* member : {"analysis", "input", "output_bytes", "output_format",
                               "peak_pixel_bytes", "pixels_unchanged", "recipe"}) {
        EXPECT_NE(json.find("\"" + std::string(member) + "\":"), std::string::npos) << member;
    }
}

}  // namespace
}  // namespace limpid::enhance_test
