// V23: a worker that was taken over and says what it likes costs the job it was given.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "worker/test_pool.hpp"

namespace limpid::worker {
namespace {

using test::one_worker;
using test::outcome;
using test::TestPool;

constexpr std::array<std::string_view, 30> kLies = {
    "keep mapped",
    "empty packet",
    "one byte",
    "garbage",
    "large packet",
    "header alone",
    "not JSON",
    "array",
    "deep",
    "no members",
    "more members",
    "negative",
    "fraction",
    "huge report",
    "huge output",
    "no report",
    "report of zeros",
    "report of text",
    "output not asked for",
    "unknown format",
    "unknown error",
    "error of others",
    "error without text",
    "hello again",
    "job",
    "files",
    "no job",
    "job before",
    "job to come",
    "error of another job",
};

TEST(LyingWorker, V23_CostsItsJobAlone) {
    TestPool pool(one_worker(LIMPID_LYING_WORKER));
    for (const std::string_view lie : kLies) {
        const auto done = pool.inspect_text(lie);
        EXPECT_EQ(outcome(done), "worker.died")
            << lie << (done ? done->report_json : done.error().message());
        EXPECT_EQ(outcome(pool.inspect_text("honest")), "ok") << "after " << lie;
    }
    EXPECT_GE(pool->stats().misbehaved, kLies.size() - 1);
}

TEST(LyingWorker, ThatLeavesIsReplaced) {
    TestPool pool(one_worker(LIMPID_LYING_WORKER));
    for (const char* way : {"exit", "hang up"}) {
        EXPECT_EQ(outcome(pool.inspect_text(way)), "worker.died") << way;
        EXPECT_EQ(outcome(pool.inspect_text("honest")), "ok") << way;
    }
    EXPECT_EQ(outcome(pool.inspect_text("out of memory")), "memory.exhausted");
    EXPECT_EQ(outcome(pool.inspect_text("honest")), "ok");
    EXPECT_EQ(pool->stats().died, 3U);
}

TEST(LyingWorker, ThatSaysNothingIsEndedAtTheDeadline) {
    TestPool pool(one_worker(LIMPID_LYING_WORKER));
    Job job;
    job.task = Task::inspect;
    job.input = std::as_bytes(std::span(std::string_view("silence")));
    job.deadline = std::chrono::milliseconds(100);
    EXPECT_EQ(outcome(pool.run(job)), "worker.timeout");
    EXPECT_EQ(outcome(pool.inspect_text("honest")), "ok");
}

TEST(LyingWorker, MovesNoCursor) {
    TestPool pool(one_worker(LIMPID_LYING_WORKER));
    const auto done = pool.inspect_text("terminal");
    ASSERT_EQ(outcome(done), "image.malformed");
    EXPECT_EQ(done.error().found(), "\\x1b[2J\\x0ax");
}

TEST(LyingWorker, ThatAnswersTwiceCostsAtMostOneMoreJob) {
    TestPool pool(one_worker(LIMPID_LYING_WORKER));
    EXPECT_EQ(outcome(pool.inspect_text("twice")), "ok");
    // The second answer comes before or after the next job is given. It names another job than that
    // one, which may thus be lost and never gets it: code that took a worker over has that one too.
    int lost = 0;
    for (int i = 0; i < 5; ++i) {
        const std::string next = outcome(pool.inspect_text("honest"));
        EXPECT_TRUE(next == "ok" || next == "worker.died") << next;
        if (next != "ok") ++lost;
    }
    EXPECT_LE(lost, 1);
}

/// The lying worker under a name that says what it does as it starts.
class NamedWorker {
public:
    explicit NamedWorker(const std::string& name)
        : path_(std::filesystem::temp_directory_path() /
                ("limpid-" + std::to_string(::getpid()) + "-" + name)) {
        std::filesystem::create_symlink(LIMPID_LYING_WORKER, path_);
    }
    ~NamedWorker() { std::filesystem::remove(path_); }
    NamedWorker(const NamedWorker&) = delete;
    NamedWorker& operator=(const NamedWorker&) = delete;
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

TEST(LyingWorker, IsNotBelievedAsItStarts) {
    const std::map<std::string, std::string> cases = {
        {"unconfined", "worker.not_confined"}, {"old", "worker.unavailable"},
        {"silent", "worker.unavailable"},      {"mute", "worker.unavailable"},
        {"garbage", "worker.unavailable"},
    };
    for (const auto& [name, expected] : cases) {
        const NamedWorker worker(name);
        PoolOptions options = one_worker(worker.path());
        if (name == "silent") options.start_timeout = std::chrono::milliseconds(300);
        boost::asio::io_context context;
        const auto pool = Pool::create(context.get_executor(), options);
        EXPECT_EQ(outcome(pool), expected) << name;
    }
}

TEST(LyingWorker, WhoseSuccessorsDoNotStartIsTriedEverLessOften) {
    // The first one is believed; then its name leads to one that ends at once.
    auto worker = std::make_unique<NamedWorker>("honest");
    const std::string path = worker->path();
    TestPool pool(one_worker(path));
    std::filesystem::remove(path);
    std::filesystem::create_symlink("/bin/false", path);
    EXPECT_EQ(outcome(pool.inspect_text("exit")), "worker.died");
    Job job;
    job.task = Task::inspect;
    job.input = std::as_bytes(std::span(std::string_view("honest")));
    job.deadline = std::chrono::milliseconds(1'000);
    EXPECT_EQ(outcome(pool.run(job)), "worker.unavailable");
    // After 0, 0.1, 0.3, 0.7 s, not as often as a process can be started.
    EXPECT_LE(pool->stats().started, 6U);
    EXPECT_GE(pool->stats().started, 3U);
    std::filesystem::remove(path);
    std::filesystem::create_symlink(LIMPID_LYING_WORKER, path);
    EXPECT_EQ(outcome(pool.inspect_text("honest")), "ok");
}

}  // namespace
}  // namespace limpid::worker
