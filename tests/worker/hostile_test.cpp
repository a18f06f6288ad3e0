// V23 with the real worker: files that lie, bombs, and workers that are killed under load.
#include <gtest/gtest.h>

#include <charconv>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "worker/processes.hpp"
#include "worker/test_pool.hpp"

namespace limpid::worker {
namespace {

using test::one_worker;
using test::outcome;
using test::read_data;
using test::TestPool;

struct HostileFile {
    std::string name;
    std::string expected;
};

std::vector<HostileFile> hostile_files() {
    std::ifstream lines(LIMPID_TEST_DATA "/hostile/expected.txt");
    std::vector<HostileFile> files;
    for (HostileFile file; lines >> file.name >> file.expected;) files.push_back(file);
    return files;
}

/// The most memory that a process had in RAM at a time.
std::uint64_t peak_resident_bytes(pid_t id) {
    const std::string text = test::status_of(id, "VmHWM");
    std::uint64_t kib = 0;
    std::from_chars(text.data(), text.data() + text.size(), kib);
    return kib * 1024;
}

TEST(HostileFilesInWorkers, V23_GetTheirAnswersWithinTheMemoryOfOneWorker) {
    PoolOptions options = one_worker();
    options.memory_bytes_per_worker = std::uint64_t{1} << 30;
    options.kept_memory_bytes_per_worker = options.memory_bytes_per_worker;
    TestPool pool(options);
    const auto files = hostile_files();
    ASSERT_GT(files.size(), 70U);
    for (const auto& file : files) {
        const auto bytes = read_data("hostile/" + file.name);
        Job job;
        job.input = bytes.span();
        EXPECT_EQ(outcome(pool.run(job)), file.expected) << file.name;
    }
    const Stats stats = pool->stats();
    EXPECT_EQ(stats.died, 0U);
    EXPECT_EQ(stats.started, 1U);  // nothing made a new one necessary
    const std::uint64_t peak = peak_resident_bytes(test::children().front());
    EXPECT_GT(peak, 1'000'000U);
#ifndef LIMPID_WORKER_SANITIZED
    EXPECT_LT(peak, options.memory_bytes_per_worker);
#endif
    const auto good = read_data("sizes/31x17.jpg");
    Job job;
    job.input = good.span();
    EXPECT_EQ(outcome(pool.run(job)), "ok");
}

#ifndef LIMPID_WORKER_SANITIZED  // no limit of address space there
TEST(HostileFilesInWorkers, V23_ABombStopsAtTheMemoryOfItsWorker) {
    PoolOptions options = one_worker();
    options.memory_bytes_per_worker = std::uint64_t{256} << 20;
    TestPool pool(options);
    // 16,000 x 16,000 px in a few bytes, and limits that would let it in.
    const auto bomb = read_data("hostile/claims-16000.png");
    Job job;
    job.input = bomb.span();
    job.options.limits.max_pixels = std::uint64_t{1} << 40;
    job.options.limits.max_memory_bytes = std::uint64_t{1} << 40;
    EXPECT_EQ(outcome(pool.run(job)), "memory.exhausted");
    const auto good = read_data("sizes/31x17.jpg");
    job = {};
    job.input = good.span();
    EXPECT_EQ(outcome(pool.run(job)), "ok");
}
#endif

/// Kill one of two workers that both have a job.
/// @return how many of the jobs ended well.
int kill_one_of_two(TestPool& pool, const Job& job, bool first) {
    pool.wait_until(2, 0);
    const auto workers = test::children();
    if (workers.size() != 2) return -1;
    // Stopped, so that both have their job when the one is killed.
    for (const pid_t worker : workers) ::kill(worker, SIGSTOP);
    auto one = pool.start(job);
    auto other = pool.start(job);
    pool.wait_until(2, 2);
    ::kill(workers[first ? 0 : 1], SIGKILL);
    ::kill(workers[first ? 1 : 0], SIGCONT);
    int succeeded = 0;
    for (auto* result : {&one, &other}) {
        const std::string end = outcome(result->get());
        if (end == "ok")
            ++succeeded;
        else
            EXPECT_EQ(end, "worker.died");
    }
    return succeeded;
}

TEST(KilledWorkers, V23_CostExactlyTheirJobAHundredTimes) {
    PoolOptions options = one_worker();
    options.workers = 2;
    TestPool pool(options);
    const auto photo = read_data("sizes/31x17.jpg");
    Job job;
    job.input = photo.span();
#ifdef LIMPID_WORKER_SANITIZED
    constexpr int kTimes = 10;  // a sanitised worker takes long to start
#else
    constexpr int kTimes = 100;
#endif
    for (int i = 0; i < kTimes; ++i) {
        ASSERT_EQ(kill_one_of_two(pool, job, i % 2 == 0), 1) << i;
    }
    EXPECT_EQ(pool->stats().died, static_cast<std::uint64_t>(kTimes));
    EXPECT_EQ(outcome(pool.run(job)), "ok");
}

}  // namespace
}  // namespace limpid::worker
