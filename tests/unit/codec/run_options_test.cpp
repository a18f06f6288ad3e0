#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "unit/codec/support.hpp"

namespace limpid::run_options_test {
namespace {

using test::outcome;
using test::read_data;

constexpr const char* kFiles[] = {"photos/casa-mila.jpg",     "jpeg/progressive.jpg",
                                  "sizes/257x129.png",        "png/rgba16-interlaced.png",
                                  "webp/lossless-alpha.webp", "webp/lossy.webp",
                                  "orientation/6.png"};

std::vector<EncodeOptions> all_encoders() {
    std::vector<EncodeOptions> all(5);
    all[1].progressive = true;
    all[2].format = FileFormat::png;
    all[3].format = FileFormat::webp;
    all[4].format = FileFormat::webp;
    all[4].lossless = true;
    return all;
}

/// Collects what was reported.
struct Recorder {
    std::vector<double> fractions;
    RunOptions options(Stage expected) {
        RunOptions run;
        run.on_progress = [this, expected](Stage stage, double fraction) {
            EXPECT_EQ(stage, expected);
            fractions.push_back(fraction);
            return true;
        };
        return run;
    }
    void expect_rises_from_zero_to_one(const std::string& name) const {
        ASSERT_GE(fractions.size(), 2u) << name;
        EXPECT_EQ(fractions.front(), 0.0) << name;
        EXPECT_EQ(fractions.back(), 1.0) << name;
        for (std::size_t i = 1; i < fractions.size(); ++i) {
            EXPECT_GT(fractions[i], fractions[i - 1]) << name;
        }
        EXPECT_LE(fractions.size(), 102u) << name;
    }
};

TEST(RunOptions, DecodingReportsRisingFractions) {
    for (const char* name : kFiles) {
        Recorder recorder;
        EXPECT_EQ(outcome(decode(read_data(name), {}, recorder.options(Stage::decode))), "ok");
        recorder.expect_rises_from_zero_to_one(name);
    }
}

TEST(RunOptions, EncodingReportsRisingFractions) {
    const Image image = test::make_picture(PixelFormat::rgb8, 257, 129);
    for (const EncodeOptions& options : all_encoders()) {
        Recorder recorder;
        EXPECT_EQ(outcome(encode(image.view(), {}, options, recorder.options(Stage::encode))),
                  "ok");
        recorder.expect_rises_from_zero_to_one(std::string(to_string(options.format)));
    }
}

TEST(RunOptions, ACallbackMayEndTheRunAtEveryStep) {
    for (const char* name : kFiles) {
        const auto file = read_data(name);
        Recorder recorder;
        (void)decode(file, {}, recorder.options(Stage::decode));
        for (std::size_t step = 0; step < recorder.fractions.size(); ++step) {
            std::size_t calls = 0;
            RunOptions run;
            run.on_progress = [&](Stage, double) { return calls++ != step; };
            EXPECT_EQ(outcome(decode(file, {}, run)), "run.cancelled") << name << " " << step;
            EXPECT_EQ(calls, step + 1) << name;
        }
    }
}

TEST(RunOptions, EncodingMayBeEndedAtEveryStep) {
    const Image image = test::make_picture(PixelFormat::rgb8, 257, 129);
    for (const EncodeOptions& options : all_encoders()) {
        Recorder recorder;
        (void)encode(image.view(), {}, options, recorder.options(Stage::encode));
        for (std::size_t step = 0; step < recorder.fractions.size(); ++step) {
            std::size_t calls = 0;
            RunOptions run;
            run.on_progress = [&](Stage, double) { return calls++ != step; };
            EXPECT_EQ(outcome(encode(image.view(), {}, options, run)), "run.cancelled") << step;
        }
    }
}

TEST(RunOptions, TheFlagIsSeenInTheMiddleOfTheWork) {
    // Large enough, or of enough passes, to be asked about more than at the start and the end.
    for (const char* name : {"photos/casa-mila.jpg", "jpeg/progressive.jpg", "sizes/257x129.png",
                             "png/rgba16-interlaced.png"}) {
        std::atomic<bool> cancel = false;
        int calls = 0;
        RunOptions run;
        run.cancel = &cancel;
        run.on_progress = [&](Stage, double) {
            if (++calls == 2) cancel = true;
            return true;
        };
        const std::string ended = outcome(decode(read_data(name), {}, run));
        EXPECT_EQ(ended, "run.cancelled") << name;
        EXPECT_EQ(calls, 2) << name;
    }
}

TEST(RunOptions, AFlagRaisedBeforehandEndsTheRunAtOnce) {
    std::atomic<bool> cancel = true;
    RunOptions run;
    run.cancel = &cancel;
    EXPECT_EQ(outcome(decode(read_data("sizes/7x5.jpg"), {}, run)), "run.cancelled");
    const Image image = test::make_picture(PixelFormat::rgb8, 8, 8);
    EXPECT_EQ(outcome(encode(image.view(), {}, {}, run)), "run.cancelled");
}

}  // namespace
}  // namespace limpid::run_options_test
