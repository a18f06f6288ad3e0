#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/exact_math.hpp"
#include "limpid/analysis.hpp"
#include "limpid/preset.hpp"
#include "recipe/fields.hpp"

namespace limpid::decide_test {
namespace {

Decimal dec(double value) { return Decimal::from_double(value); }

Percentiles spread(double p1, double p50, double p99) {
    return {.p0_3 = dec(p1),
            .p1 = dec(p1),
            .p5 = dec(p1 + (p50 - p1) * 0.15),
            .p25 = dec(p1 + (p50 - p1) * 0.55),
            .p50 = dec(p50),
            .p75 = dec(p50 + (p99 - p50) * 0.45),
            .p95 = dec(p50 + (p99 - p50) * 0.85),
            .p99 = dec(p99),
            .p99_5 = dec(p99)};
}

/// A photograph that nobody would touch.
Analysis good_photo() {
    Analysis a;
    a.luma = a.red = a.green = a.blue = spread(0.0, 0.47, 1.0);
    a.luma.p5 = dec(0.06);
    a.luma.p95 = dec(0.93);
    a.luma_mean = a.luma_mean_center = dec(0.47);
    const Illuminant neutral = {dec(0.3333), dec(0.3333), dec(0.3333)};
    a.illuminant_pca = a.illuminant_shades_of_gray = a.illuminant_gray_edge = neutral;
    a.exposure_key = dec(0.47);
    a.lit_share = dec(0.95);
    a.local_contrast = dec(0.06);
    a.gray_surface_light = neutral;
    a.gray_surface_odds = dec(1);
    a.chroma_mean = dec(0.26);
    a.chroma_p95 = dec(0.5);
    a.edge_width_px = dec(1.9);
    a.noise_sigma = dec(0.004);
    a.chroma_noise_sigma = dec(0.008);
    return a;
}

/// The recipe for numbers whose scene is what they say it is.
Recipe decided(Analysis a) {
    a.scene = classify_scene(a);
    return decide(a);
}

/// What a white thing reads in light that has `share` of a channel.
Decimal white_under(Decimal share) {
    return dec(linear_to_srgb(std::min(0.8 * 3.0 * share.to_double(), 1.0)));
}

/// A cool light that all estimates see, and grey and white things under it.
Analysis with_cast(Analysis a, double deg) {
    const double shift = 0.0067 * deg;
    a.illuminant_pca = a.illuminant_shades_of_gray =
        a.illuminant_gray_edge = {dec(0.3333 - shift), dec(0.3333), dec(0.3334 + shift)};
    a.cast_deg = dec(deg);
    a.illuminant_disagreement_deg = dec(0.7);
    a.gray_surface_light = a.illuminant_pca;
    a.gray_surface_cast_deg = dec(deg);
    a.gray_surface_odds = dec(3);
    a.red.p99_5 = white_under(a.gray_surface_light.red);
    a.green.p99_5 = white_under(a.gray_surface_light.green);
    a.blue.p99_5 = white_under(a.gray_surface_light.blue);
    return a;
}

TEST(Decide, LeavesAGoodPhotoAlone) { EXPECT_TRUE(is_identity(decided(good_photo()))); }

TEST(Decide, EveryCorrectionSaysWhyAlsoWhenItDoesNothing) {
    Analysis a = good_photo();
    for (int scene = 0; scene <= static_cast<int>(SceneClass::monochrome); ++scene) {
        a.scene = static_cast<SceneClass>(scene);
        for (const Analysis& numbers : {a, with_cast(a, 6), Analysis{.scene = a.scene}}) {
            const Recipe recipe = decide(numbers);
            for (const recipe::Op& op : recipe::ops()) {
                EXPECT_TRUE(op.get(recipe).reason.ends_with(".")) << op.name;
                EXPECT_FALSE(op.get(recipe).evidence.empty()) << op.name;
            }
        }
    }
}

/// A photo whose mid-tones are darker than they should be, with neither strong colours nor white.
Analysis dark_photo() {
    Analysis a = good_photo();
    a.luma = a.red = a.green = a.blue = spread(0.0, 0.2, 0.78);
    a.exposure_key = dec(0.25);
    a.chroma_mean = dec(0.12);
    return a;
}

TEST(Decide, BrightensADarkPhotoToTheEdgeOfWhatLooksRight) {
    const Recipe recipe = decided(dark_photo());
    EXPECT_GT(recipe.exposure.exposure_ev, dec(0.4));
    EXPECT_LT(recipe.exposure.exposure_ev, dec(1.5001));
    EXPECT_EQ(recipe.exposure.confidence, dec(1));
}

TEST(Decide, IsMoreCarefulWhenThereAreBrightParts) {
    Analysis a = dark_photo();
    const Decimal plain = decided(a).exposure.exposure_ev;
    // Also in one channel: a blue sky has little luma.
    a.blue.p95 = dec(0.9);
    a.blue.p99_5 = dec(0.95);
    EXPECT_LT(decided(a).exposure.exposure_ev, plain);
    a.luma.p95 = a.red.p95 = a.green.p95 = dec(0.9);
    a.luma.p99_5 = a.red.p99_5 = a.green.p99_5 = dec(0.95);
    EXPECT_LT(decided(a).exposure.exposure_ev, plain);
}

TEST(Decide, StrongColoursAreBrighterThanTheirLuma) {
    Analysis a = dark_photo();
    a.chroma_mean = dec(0.4);
    EXPECT_EQ(decided(a).exposure.exposure_ev, dec(0));
}

TEST(Decide, GivesBackTheLightOfAPhotoWithoutAnythingBright) {
    Analysis a = dark_photo();
    a.luma = a.red = a.green = a.blue = spread(0.02, 0.42, 0.60);
    a.exposure_key = dec(0.42);
    const Exposure exposure = decided(a).exposure;
    EXPECT_GT(exposure.exposure_ev, dec(0.7));
    EXPECT_EQ(exposure.reason, "Brightened: nothing in the picture comes near white.");
    // A dark half belongs to it, too, which beside a lamp would be the night.
    a.luma.p50 = dec(0.07);
    EXPECT_GT(decided(a).exposure.exposure_ev, dec(0.7));
    // Where mid-tones are bright, the scene has no white.
    a.luma.p50 = dec(0.58);
    a.exposure_key = dec(0.58);
    EXPECT_EQ(decided(a).exposure.exposure_ev, dec(0));
    // One bright channel says that there was light.
    a.luma.p50 = a.exposure_key = dec(0.42);
    a.red.p99_5 = dec(0.9);
    EXPECT_EQ(decided(a).exposure.exposure_ev, dec(0));
}

TEST(Decide, DarkensWhereHighlightsAreLostAndNothingIsDark) {
    Analysis a = good_photo();
    a.luma = spread(0.25, 0.75, 1.0);
    a.luma.p5 = dec(0.30);
    a.exposure_key = dec(0.66);
    a.clipped_high_share = dec(0.2);
    a.channel_clipped_high = {dec(0.2), dec(0.15), dec(0.1)};
    ASSERT_EQ(classify_scene(a), SceneClass::ordinary);
    EXPECT_LT(decided(a).exposure.exposure_ev, dec(-0.8));
    // A strong colour clips one channel, a light that is too strong another one, too.
    a.exposure_key = dec(0.5);
    a.clipped_high_share = dec(0.12);
    a.channel_clipped_high = {dec(0.12), dec(0), dec(0)};
    EXPECT_EQ(decided(a).exposure.exposure_ev, dec(0));
    a.channel_clipped_high.green = dec(0.12);
    EXPECT_LT(decided(a).exposure.exposure_ev, dec(-0.3));
    // A bright picture that keeps its highlights is bright on purpose as often as not.
    a.exposure_key = dec(0.66);
    a.clipped_high_share = dec(0.01);
    a.channel_clipped_high = {};
    a.chroma_mean = dec(0.2);
    EXPECT_EQ(decided(a).exposure.exposure_ev, dec(0));
    // Neither is a glare on something black.
    a.clipped_high_share = dec(0.2);
    a.channel_clipped_high = {dec(0.2), dec(0.15), dec(0.1)};
    a.luma.p1 = dec(0.02);
    a.luma.p5 = dec(0.07);
    EXPECT_EQ(decided(a).exposure.exposure_ev, dec(0));
    // A clipped sky over a scene with its shadows is no mistake.
    a.clipped_high_share = dec(0.2);
    a.luma.p5 = dec(0.05);
    a.exposure_key = dec(0.5);
    EXPECT_EQ(decided(a).exposure.exposure_ev, dec(0));
}

TEST(Decide, ALitSubjectBeforeABlackBackgroundIsNotUnderexposed) {
    Analysis a = good_photo();
    a.luma.p25 = dec(0.01);
    a.luma.p50 = dec(0.03);
    a.luma.p75 = dec(0.4);
    a.lit_share = dec(0.45);
    a.exposure_key = dec(0.45);  // of what is lit
    EXPECT_EQ(decided(a).exposure.exposure_ev, dec(0));
    EXPECT_EQ(decided(a).shadows_highlights.shadows, dec(0));
}

TEST(Decide, NightStaysNight) {
    Analysis a = good_photo();
    a.luma = a.red = a.green = a.blue = spread(0.0, 0.03, 0.9);
    a.luma.p75 = dec(0.08);
    a.lit_share = dec(0.2);
    a.exposure_key = dec(0.1);
    ASSERT_EQ(classify_scene(a), SceneClass::night);
    EXPECT_LT(decided(a).exposure.exposure_ev, dec(0.35));
    EXPECT_LT(decided(a).shadows_highlights.shadows, dec(0.1));
}

TEST(Decide, SilhouettesAreNotLiftedAndSunsetsKeepTheirCast) {
    Analysis a = with_cast(good_photo(), 16);
    a.illuminant_shades_of_gray = {dec(0.50), dec(0.32), dec(0.18)};
    a.luma = spread(0.0, 0.16, 0.8);
    a.luma.p5 = dec(0.02);
    a.exposure_key = dec(0.2);
    ASSERT_EQ(classify_scene(a), SceneClass::silhouette_sunset);
    const Recipe recipe = decided(a);
    EXPECT_EQ(recipe.exposure.exposure_ev, dec(0));
    EXPECT_EQ(recipe.shadows_highlights.shadows, dec(0));
    EXPECT_EQ(recipe.white_balance.red_gain, dec(1));
    EXPECT_EQ(recipe.white_balance.blue_gain, dec(1));
}

TEST(Decide, FogStaysFog) {
    Analysis a = good_photo();
    a.luma = a.red = a.green = a.blue = spread(0.35, 0.55, 0.72);
    a.exposure_key = dec(0.55);
    a.chroma_mean = dec(0.04);
    a.local_contrast = dec(0.015);
    ASSERT_EQ(classify_scene(a), SceneClass::fog);
    const Recipe recipe = decided(a);
    EXPECT_EQ(recipe.dehaze.amount, dec(0));
    EXPECT_LT(recipe.tone.black_point, dec(0.1));
    EXPECT_LT(recipe.tone.contrast, dec(0.1));
}

TEST(Decide, SnowIsNotDarkened) {
    Analysis a = good_photo();
    a.luma = a.red = a.green = a.blue = spread(0.2, 0.75, 0.98);
    a.exposure_key = dec(0.74);
    a.chroma_mean = dec(0.05);
    ASSERT_EQ(classify_scene(a), SceneClass::snow_high_key);
    EXPECT_EQ(decided(a).exposure.exposure_ev, dec(0));
}

TEST(Decide, DocumentsAndGraphicsAreLeftAlone) {
    Analysis page = good_photo();
    page.luma = page.red = page.green = page.blue = spread(0.05, 0.96, 0.98);
    page.luma.p25 = dec(0.9);
    page.chroma_mean = dec(0.01);
    ASSERT_EQ(classify_scene(page), SceneClass::document);
    EXPECT_TRUE(is_identity(decided(page)));
    Analysis chart = good_photo();
    chart.luma = spread(0.2, 0.3, 0.5);
    chart.exposure_key = dec(0.2);
    chart.flat_share = dec(0.9);
    chart.noise_sigma = dec(0);
    ASSERT_EQ(classify_scene(chart), SceneClass::graphic);
    EXPECT_TRUE(is_identity(decided(chart)));
}

TEST(Decide, StretchesAFlatPhotoWithoutCuttingAnyChannel) {
    Analysis a = good_photo();
    a.luma = a.red = a.green = a.blue = spread(0.25, 0.45, 0.65);
    a.blue.p0_3 = a.blue.p1 = dec(0.08);
    const Recipe recipe = decided(a);
    EXPECT_GT(recipe.tone.black_point, dec(0.02));
    EXPECT_LT(recipe.tone.black_point, dec(0.08));
    EXPECT_LT(recipe.tone.white_point, dec(0.95));
    EXPECT_GT(recipe.tone.contrast, dec(0));
}

TEST(Decide, RemovesACastThatGraySurfacesHave) {
    const WhiteBalance wb = decided(with_cast(good_photo(), 6)).white_balance;
    EXPECT_GT(wb.red_gain, dec(1.02));
    EXPECT_LT(wb.blue_gain, dec(0.98));
    // The light becomes neutral, as bright as before.
    const double red = wb.red_gain.to_double() * 3.0 * (0.3333 - 0.0402);
    const double green = wb.green_gain.to_double() * 3.0 * 0.3333;
    const double blue = wb.blue_gain.to_double() * 3.0 * (0.3334 + 0.0402);
    EXPECT_NEAR(red, green, 0.002);
    EXPECT_NEAR(blue, green, 0.002);
    EXPECT_NEAR(0.2126 * wb.red_gain.to_double() + 0.7152 * wb.green_gain.to_double() +
                    0.0722 * wb.blue_gain.to_double(),
                1.0, 0.001);
}

TEST(Decide, LeavesCastsAloneThatAreDoubtfulOrTheScene) {
    const Analysis cast = with_cast(good_photo(), 6);
    EXPECT_GT(decided(cast).white_balance.red_gain, dec(1));
    EXPECT_EQ(decided(with_cast(good_photo(), 0.9)).white_balance.red_gain, dec(1));
    EXPECT_EQ(decided(with_cast(good_photo(), 31)).white_balance.red_gain, dec(1));
    Analysis doubtful = cast;
    doubtful.gray_surface_odds = dec(1);
    EXPECT_EQ(decided(doubtful).white_balance.red_gain, dec(1));
    Analysis half_sure = cast;
    half_sure.gray_surface_odds = dec(1.1);
    EXPECT_GT(decided(half_sure).white_balance.red_gain, dec(1));
    EXPECT_LT(decided(half_sure).white_balance.red_gain, decided(cast).white_balance.red_gain);
}

TEST(Decide, WarmLightNeedsBetterOdds) {
    Analysis cool = with_cast(good_photo(), 6);
    cool.gray_surface_odds = dec(1.2);
    Analysis warm = cool;
    for (Illuminant* light : {&warm.gray_surface_light, &warm.illuminant_gray_edge}) {
        std::swap(light->red, light->blue);
    }
    std::swap(warm.red.p99_5, warm.blue.p99_5);
    EXPECT_EQ(decided(cool).white_balance.confidence, dec(1));
    EXPECT_GT(decided(warm).white_balance.confidence, dec(0));
    EXPECT_LT(decided(warm).white_balance.confidence, dec(0.3));
}

TEST(Decide, LeavesCastsAloneThatWhiteThingsOrEdgesDoNotHave) {
    Analysis white = with_cast(good_photo(), 6);
    white.red.p99_5 = white.blue.p99_5 = white.green.p99_5;
    EXPECT_EQ(decided(white).white_balance.red_gain, dec(1));
    Analysis edges = with_cast(good_photo(), 6);
    std::swap(edges.illuminant_gray_edge.red, edges.illuminant_gray_edge.blue);
    EXPECT_EQ(decided(edges).white_balance.red_gain, dec(1));
}

TEST(Decide, MonochromeKeepsItsTone) {
    Analysis a = with_cast(good_photo(), 6);
    a.monochrome = true;
    a.chroma_mean = a.chroma_p95 = dec(0);
    const Recipe recipe = decided(a);
    EXPECT_EQ(recipe.white_balance.red_gain, dec(1));
    EXPECT_EQ(recipe.vibrance.vibrance, dec(0));
    EXPECT_TRUE(recipe.memory_colours.skin == dec(0) && recipe.memory_colours.sky == dec(0));
}

TEST(Decide, OpensShadowsOfASubjectAgainstTheLight) {
    Analysis a = good_photo();
    a.luma.p25 = dec(0.1);
    a.backlight = dec(0.15);
    const Decimal against_the_light = decided(a).shadows_highlights.shadows;
    EXPECT_GT(against_the_light, dec(0.1));
    a.backlight = dec(-0.2);
    EXPECT_LT(decided(a).shadows_highlights.shadows, against_the_light);
}

TEST(Decide, StrengthensMutedColoursAndLeavesStrongOnes) {
    Analysis a = good_photo();
    a.chroma_mean = dec(0.09);
    a.chroma_p95 = dec(0.25);
    EXPECT_GT(decided(a).vibrance.vibrance, dec(0.1));
    a.chroma_mean = dec(0.2);
    EXPECT_EQ(decided(a).vibrance.vibrance, dec(0));
}

TEST(Decide, TakesOffHazeThatGrowsWithDistanceOnly) {
    Analysis a = good_photo();
    a.luma = spread(0.25, 0.55, 0.85);
    a.chroma_mean = dec(0.07);
    a.haze_level = dec(0.6);
    a.airlight = {dec(0.8), dec(0.82), dec(0.85)};
    a.airlight_saturation = dec(0.06);
    a.transmission_p5 = dec(0.3);
    a.transmission_p95 = dec(0.8);
    EXPECT_GT(decided(a).dehaze.amount, dec(0.2));
    EXPECT_EQ(decided(a).dehaze.airlight_blue, dec(0.85));
    const Analysis hazy = a;
    a.chroma_mean = dec(0.15);  // a bright beach
    EXPECT_EQ(decided(a).dehaze.amount, dec(0));
    a = hazy;
    a.transmission_p95 = dec(0.4);  // a bright wall
    EXPECT_EQ(decided(a).dehaze.amount, dec(0));
}

/// Haze, levels and darkening would all answer the same want.
TEST(Decide, AsksForTheBlacksOfAHazyPhotoOnce) {
    Analysis a = good_photo();
    a.luma = a.red = a.green = a.blue = spread(0.3, 0.72, 0.95);
    a.exposure_key = dec(0.72);
    a.chroma_mean = dec(0.05);
    const Recipe clear = decided(a);
    EXPECT_GT(clear.tone.black_point, dec(0.05));
    a.haze_level = dec(0.6);
    a.airlight = {dec(0.9), dec(0.9), dec(0.9)};
    a.airlight_saturation = dec(0);
    a.transmission_p5 = dec(0.3);
    a.transmission_p95 = dec(0.8);
    const Recipe hazy = decided(a);
    EXPECT_GT(hazy.dehaze.amount, dec(0.1));
    EXPECT_EQ(hazy.exposure.exposure_ev, dec(0));
    EXPECT_LT(hazy.tone.black_point, clear.tone.black_point);
    a.clipped_high_share = dec(0.3);
    EXPECT_EQ(decided(a).dehaze.amount, dec(0)) << "lost highlights are no haze";
    EXPECT_LT(decided(a).exposure.exposure_ev, dec(-0.5));
}

TEST(Decide, TurnsMemoryColoursOnlyWhereThereIsEnoughOfThem) {
    Analysis a = good_photo();
    a.sky_share = dec(0.2);
    a.skin_share = dec(0.02);
    a.clipped_high_share = dec(0.05);  // so that it is no picture that is left alone
    const MemoryColours colours = decided(a).memory_colours;
    EXPECT_GT(colours.sky, dec(0.1));
    EXPECT_EQ(colours.skin, dec(0));
    EXPECT_EQ(colours.foliage, dec(0));
}

TEST(Decide, DoesNotSharpenNoise) {
    Analysis a = good_photo();
    a.edge_width_px = dec(4);
    EXPECT_GT(decided(a).sharpen.amount, dec(0.3));
    a.noise_sigma = dec(0.05);
    a.chroma_noise_sigma = dec(0.1);
    EXPECT_EQ(decided(a).sharpen.amount, dec(0));
}

TEST(Decide, RemovesNearlyTheNoiseItMeasuresInLumaAndInChroma) {
    Analysis a = good_photo();
    EXPECT_EQ(decided(a).denoise.luma_sigma, dec(0));
    EXPECT_EQ(decided(a).denoise.chroma_sigma, dec(0));
    a.noise_sigma = dec(0.03);
    a.chroma_noise_sigma = dec(0.06);
    EXPECT_GT(decided(a).denoise.luma_sigma, dec(0.02));
    EXPECT_LT(decided(a).denoise.luma_sigma, dec(0.03));
    EXPECT_GT(decided(a).denoise.chroma_sigma, dec(0.04));
    EXPECT_LT(decided(a).denoise.chroma_sigma, dec(0.06));
}

TEST(Decide, RemovesColouredSpecksWithoutTouchingLuma) {
    Analysis a = good_photo();
    a.chroma_noise_sigma = dec(0.03);
    EXPECT_EQ(decided(a).denoise.luma_sigma, dec(0));
    EXPECT_GT(decided(a).denoise.chroma_sigma, dec(0.02));
}

TEST(Decide, RemovesNoiseThatBrighterShadowsWouldShow) {
    Analysis a = dark_photo();
    a.noise_sigma = dec(0.0075);
    a.chroma_noise_sigma = dec(0.0115);
    const Denoise denoise = decided(a).denoise;
    EXPECT_GT(denoise.luma_sigma, dec(0.002));
    EXPECT_GT(denoise.chroma_sigma, dec(0.003));
    EXPECT_LT(denoise.luma_sigma, a.noise_sigma);
    EXPECT_NE(denoise.reason.find("brighter shadows"), std::string::npos) << denoise.reason;
    // As weak in a photo that stays as dark as it is, it is not seen.
    Analysis good = good_photo();
    good.noise_sigma = a.noise_sigma;
    good.chroma_noise_sigma = a.chroma_noise_sigma;
    EXPECT_EQ(decided(good).denoise.luma_sigma, dec(0));
    EXPECT_EQ(decided(good).denoise.chroma_sigma, dec(0));
}

TEST(Decide, TakesColourlessNoiseOfColourPicturesForTexture) {
    Analysis a = good_photo();
    a.noise_sigma = dec(0.03);
    a.chroma_noise_sigma = dec(0.004);
    EXPECT_EQ(decided(a).denoise.luma_sigma, dec(0));
    a.monochrome = true;
    a.chroma_mean = a.chroma_p95 = a.chroma_noise_sigma = dec(0);
    EXPECT_GT(decided(a).denoise.luma_sigma, dec(0.02));
}

TEST(Decide, DeblocksOnlyWhatWasCompressedHard) {
    Analysis a = good_photo();
    for (const int quality : {0, 75, 92, 100}) {
        a.jpeg_quality = quality;
        EXPECT_EQ(decided(a).deblock.amount, dec(0)) << quality;
    }
    a.jpeg_quality = 40;
    EXPECT_GT(decided(a).deblock.amount, dec(0.4));
    EXPECT_EQ(decided(a).deblock.quality, dec(40));
}

/// Whatever the numbers, the recipe is one that validate() accepts.
TEST(Decide, NeverLeavesTheRanges) {
    std::uint32_t state = 1;
    const auto next = [&state] {  // numerical recipes' LCG; the sequence is fixed
        state = state * 1664525U + 1013904223U;
        return dec(static_cast<double>(state >> 8) / (1 << 24));
    };
    for (int i = 0; i < 5000; ++i) {
        Analysis a;
        for (Percentiles* p : {&a.luma, &a.red, &a.green, &a.blue}) {
            *p = {next(), next(), next(), next(), next(), next(), next(), next(), next()};
        }
        a.illuminant_pca = {next(), next(), next()};
        a.illuminant_shades_of_gray = {next(), next(), next()};
        a.illuminant_gray_edge = {next(), next(), next()};
        a.scene = static_cast<SceneClass>(i % (static_cast<int>(SceneClass::monochrome) + 1));
        a.exposure_key = next();
        a.lit_share = next();
        a.backlight = dec(next().to_double() - 0.5);
        a.local_contrast = dec(next().to_double() * 0.2);
        a.jpeg_quality = i % 101;
        a.skin_share = next();
        a.sky_share = next();
        a.foliage_share = next();
        a.haze_level = next();
        a.airlight = {next(), next(), next()};
        a.airlight_saturation = next();
        a.transmission_p5 = dec(next().to_double() * 0.5);
        a.transmission_p95 = next();
        a.cast_deg = dec(next().to_double() * 20);
        a.illuminant_disagreement_deg = dec(next().to_double() * 8);
        a.gray_surface_light = {next(), next(), next()};
        a.gray_surface_cast_deg = dec(next().to_double() * 20);
        a.gray_surface_odds = dec(1 + next().to_double() * 99);
        a.chroma_mean = next();
        a.chroma_p95 = next();
        a.edge_width_px = dec(next().to_double() * 12);
        a.noise_sigma = dec(next().to_double() * 0.1);
        a.chroma_noise_sigma = dec(next().to_double() * 0.3);
        const Recipe recipe = decide(a);
        for (int preset = 0; preset <= static_cast<int>(Preset::restore); ++preset) {
            const Status valid = validate(apply_preset(recipe, static_cast<Preset>(preset)));
            ASSERT_TRUE(valid.has_value()) << valid.error().message();
        }
    }
}

}  // namespace
}  // namespace limpid::decide_test
