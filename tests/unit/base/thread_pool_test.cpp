#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "base/run_control.hpp"
#include "limpid/run.hpp"

namespace limpid::thread_pool_test {
namespace {

bool has_threads() { return make_thread_pool(2).has_value(); }

TEST(ThreadPool, RunsEveryTaskOnceInManyBatches) {
    for (const int threads : {1, 2, 5}) {
        if (threads > 1 && !has_threads()) continue;
        auto pool = make_thread_pool(threads);
        ASSERT_TRUE(pool.has_value());
        EXPECT_EQ((*pool)->concurrency(), threads);
        for (int batch = 0; batch < 200; ++batch) {
            std::vector<std::atomic<int>> calls(static_cast<std::size_t>(batch % 17));
            (*pool)->run(batch % 17, [&](int i) { ++calls[static_cast<std::size_t>(i)]; });
            for (const auto& count : calls) ASSERT_EQ(count.load(), 1);
        }
    }
}

TEST(ThreadPool, TasksSeeWhatWasWrittenBefore) {
    if (!has_threads()) GTEST_SKIP() << "this build has no threads";
    auto pool = make_thread_pool(4);
    ASSERT_TRUE(pool.has_value());
    std::vector<int> values(64, 0);  // plain ints: TSan would object to a missing order
    for (int round = 1; round <= 50; ++round) {
        (*pool)->run(64, [&](int i) { values[static_cast<std::size_t>(i)] += round; });
    }
    for (const int value : values) EXPECT_EQ(value, 50 * 51 / 2);
}

TEST(ThreadPool, EndsWithoutEverRunning) {
    if (!has_threads()) GTEST_SKIP() << "this build has no threads";
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(make_thread_pool(3).has_value());
}

TEST(ThreadPool, RefusesCountsOutsideItsRange) {
    for (const int threads : {0, -1, 257}) {
        const auto pool = make_thread_pool(threads);
        ASSERT_FALSE(pool.has_value());
        EXPECT_EQ(pool.error().id(), ErrorCode::argument_invalid);
    }
}

TEST(RunControl, ProgressSaysWhenTheCallerHasEnough) {
    RunOptions run;
    EXPECT_TRUE(report_progress(run, Stage::decode, 0.5).has_value());
    run.on_progress = [](Stage stage, double fraction) {
        return stage == Stage::decode && fraction < 0.7;
    };
    EXPECT_TRUE(report_progress(run, Stage::decode, 0.5).has_value());
    const Status refused = report_progress(run, Stage::decode, 0.8);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().id(), ErrorCode::run_cancelled);
}

TEST(RunControl, TheFlagCancelsWithoutACallback) {
    std::atomic<bool> cancel = false;
    RunOptions run;
    run.cancel = &cancel;
    EXPECT_TRUE(report_progress(run, Stage::render, 0.1).has_value());
    cancel = true;
    EXPECT_TRUE(is_cancelled(run));
    EXPECT_FALSE(report_progress(run, Stage::render, 0.1).has_value());
}

TEST(RunControl, TheFirstFailureInTaskOrderCounts) {
    auto pool = make_thread_pool(has_threads() ? 3 : 1);
    ASSERT_TRUE(pool.has_value());
    RunOptions run;
    for (TaskRunner* runner : {static_cast<TaskRunner*>(nullptr), pool->get()}) {
        run.runner = runner;
        const Status status = run_tasks(run, 50, [](int i) -> Status {
            if (i < 7) return {};
            return fail(ErrorCode::argument_invalid, std::to_string(i));
        });
        ASSERT_FALSE(status.has_value());
        EXPECT_EQ(status.error().found(), "7");
        EXPECT_TRUE(run_tasks(run, 50, [](int) -> Status { return {}; }).has_value());
    }
}

TEST(RunControl, TasksBehindAFailureAreLeftOut) {
    int ran = 0;
    const Status status = run_tasks({}, 50, [&](int i) -> Status {
        ++ran;
        if (i < 7) return {};
        return fail(ErrorCode::argument_invalid);
    });
    EXPECT_FALSE(status.has_value());
    EXPECT_EQ(ran, 8);
}

TEST(RunControl, AStageTellsItsCallerHowFarItIs) {
    auto pool = make_thread_pool(has_threads() ? 3 : 1);
    ASSERT_TRUE(pool.has_value());
    for (TaskRunner* runner : {static_cast<TaskRunner*>(nullptr), pool->get()}) {
        for (const int count : {0, 1, 5, 200}) {
            std::vector<double> fractions;  // written by one thread alone, or TSan says so
            std::atomic<int> ran = 0;
            RunOptions run;
            run.runner = runner;
            run.on_progress = [&](Stage stage, double fraction) {
                fractions.push_back(fraction);
                return stage == Stage::render;
            };
            const Status status = run_stage(run, Stage::render, count, [&](int) -> Status {
                ++ran;
                return {};
            });
            EXPECT_TRUE(status.has_value());
            EXPECT_EQ(ran.load(), count);
            EXPECT_TRUE(std::ranges::is_sorted(fractions));
            ASSERT_FALSE(fractions.empty());
            EXPECT_EQ(fractions.back(), 1.0);
            EXPECT_EQ(std::ranges::count(fractions, 1.0), 1);
            EXPECT_LE(fractions.size(), 65u);
            if (runner == nullptr) {
                EXPECT_GE(fractions.size(), static_cast<std::size_t>(count) / 8);
            }
        }
    }
}

TEST(RunControl, AStageEndsWhenItsCallerHasEnough) {
    RunOptions run;
    run.on_progress = [](Stage, double fraction) { return fraction < 0.5; };
    int ran = 0;
    const Status status = run_stage(run, Stage::render, 100, [&](int) -> Status {
        ++ran;
        return {};
    });
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().id(), ErrorCode::run_cancelled);
    EXPECT_LT(ran, 60);
}

TEST(RunControl, TasksAreLeftOutOnceTheFlagIsUp) {
    std::atomic<bool> cancel = false;
    std::atomic<int> ran = 0;
    RunOptions run;
    run.cancel = &cancel;
    const Status status = run_tasks(run, 10, [&](int i) -> Status {
        ++ran;
        cancel = i == 3;
        return {};
    });
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().id(), ErrorCode::run_cancelled);
    EXPECT_EQ(ran.load(), 4);
}

TEST(Stage, NamesAreDistinct) {
    std::set<std::string_view> names;
    for (const Stage stage :
         {Stage::inspect, Stage::decode, Stage::analyse, Stage::render, Stage::encode}) {
        EXPECT_TRUE(names.insert(to_string(stage)).second);
        EXPECT_FALSE(to_string(stage).empty());
    }
}

}  // namespace
}  // namespace limpid::thread_pool_test
