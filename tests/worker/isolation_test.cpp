// V20, V21, V23, V24: what a worker can reach, and what becomes of the service when one tries.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <ranges>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "limpid/security/json.hpp"
#include "worker/processes.hpp"
#include "worker/test_pool.hpp"

namespace limpid::worker {
namespace {

using test::one_worker;
using test::outcome;
using test::read_data;
using test::TestPool;

/// The names that a false worker answers to.
std::vector<std::string> names_of(TestPool& pool) {
    const auto done = pool.inspect_text("names");
    if (!done) return {};
    const auto document = security::parse_json_strict(done->report_json);
    std::vector<std::string> names;
    for (const auto name :
         std::views::split(*document->root().find("names")->as_string(), std::string_view(","))) {
        if (!name.empty()) names.emplace_back(std::string_view(name));
    }
    return names;
}

TEST(ConfinedWorker, V23_EveryAttackIsDeniedAndCostsItsJobAlone) {
    TestPool pool(one_worker(LIMPID_CANARY_WORKER));
    const auto attacks = names_of(pool);
    ASSERT_GT(attacks.size(), 20U);
    for (const std::string& attack : attacks) {
#ifdef LIMPID_WORKER_SANITIZED
        if (attack == "write") continue;  // sanitisers may
#endif
        const auto done = pool.inspect_text(attack);
        ASSERT_EQ(outcome(done), "worker.died") << attack << (done ? done->report_json : "");
        EXPECT_EQ(done.error().found(), "signal SYS") << attack;
        EXPECT_EQ(outcome(pool.inspect_text("harmless")), "ok") << "after " << attack;
    }
    EXPECT_EQ(describe(ErrorCode::worker_died).http_status, 422);
    EXPECT_GE(pool->stats().died, attacks.size() - 1);
    EXPECT_EQ(pool->stats().forbidden_calls, pool->stats().died);
}

TEST(ConfinedWorker, V21_HoldsNoCapabilityAndMayGainNone) {
    TestPool pool;
    ASSERT_EQ(test::children().size(), 1U);
    const pid_t worker = test::children().front();
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
        EXPECT_EQ(test::status_of(worker, set), "0000000000000000") << set;
    }
    EXPECT_EQ(test::status_of(worker, "NoNewPrivs"), "1");
    EXPECT_EQ(test::status_of(worker, "Seccomp"), "2");
#ifndef LIMPID_WORKER_SANITIZED  // some of which run a thread of their own
    EXPECT_EQ(test::status_of(worker, "Threads"), "1");
#endif
    EXPECT_NE(test::status_of(::getpid(), "Seccomp"), "");  // the line is there to be read
}

TEST(ConfinedWorker, HasItsLimits) {
    PoolOptions options = one_worker();
    options.memory_bytes_per_worker = 987'654'321;
    options.cpu_seconds_per_worker = 1'234;
    TestPool pool(options);
    const auto limit = [worker = test::children().front()](auto resource) {
        rlimit value{};
        EXPECT_EQ(::prlimit(worker, resource, nullptr, &value), 0);
        EXPECT_EQ(value.rlim_cur, value.rlim_max);
        return value.rlim_max;
    };
    if (::getuid() != 0) GTEST_SKIP() << "only root may ask for the limits of what is not dumpable";
#ifndef LIMPID_WORKER_SANITIZED
    EXPECT_EQ(limit(RLIMIT_AS), 987'654'321U);
    EXPECT_EQ(limit(RLIMIT_NOFILE), 6U);
#endif
    EXPECT_EQ(limit(RLIMIT_CPU), 1'234U);
    for (const auto none : {RLIMIT_FSIZE, RLIMIT_NPROC, RLIMIT_CORE, RLIMIT_MEMLOCK}) {
        EXPECT_EQ(limit(none), 0U);
    }
}

TEST(ConfinedWorker, SaysWhichLayersItHas) {
    TestPool pool;
    const Layers layers = pool->stats().layers;
    EXPECT_TRUE(layers.no_new_privileges);
    EXPECT_TRUE(layers.syscall_filter);
    EXPECT_TRUE(layers.not_dumpable);
    EXPECT_TRUE(layers.no_capabilities);
#ifndef LIMPID_WORKER_SANITIZED  // which cannot run within a limit of address space
    EXPECT_TRUE(layers.resource_limits);
#endif
    // What it says of its namespaces is true, whichever this machine allows.
    const pid_t worker = test::children().front();
    const auto target = [&](pid_t id, const char* name) {
        std::array<char, 64> text{};
        const std::string path = "/proc/" + std::to_string(id) + "/ns/" + name;
        if (::readlink(path.c_str(), text.data(), text.size() - 1) < 0) return std::string();
        return std::string(text.data());
    };
    if (target(worker, "net").empty()) GTEST_SKIP() << "only root may look";
    EXPECT_EQ(target(worker, "user") != target(::getpid(), "user"), layers.user_namespace);
    EXPECT_EQ(target(worker, "net") != target(::getpid(), "net"), layers.network_namespace);
    EXPECT_EQ(target(worker, "ipc") != target(::getpid(), "ipc"), layers.ipc_namespace);
    EXPECT_EQ(target(worker, "pid") != target(::getpid(), "pid"), layers.pid_namespace);
}

TEST(ConfinedWorker, V24_HasNeitherEnvironmentNorSecretNorFile) {
#ifdef LIMPID_WORKER_SANITIZED
    GTEST_SKIP() << "the memory of sanitisers is too large to be searched";
#endif
    // Built at run time, so that it is nowhere in a program.
    std::string secret = "canary-";
    for (int i = 0; i < 32; ++i) secret += static_cast<char>('a' + (i * 7) % 26);
    ::setenv("LIMPID_TEST_SECRET", secret.c_str(), 1);
    const auto heap = std::make_unique<std::string>(secret);
    TestPool pool;
    // After a job, too: what it was sent is the job's.
    Job job;
    const auto photo = read_data("sizes/31x17.jpg");
    job.input = photo.span();
    ASSERT_EQ(outcome(pool.run(job)), "ok");

    ASSERT_EQ(test::children().size(), 1U);
    const pid_t worker = test::children().front();
    EXPECT_EQ(test::read_proc(worker, "environ"), "");
    ASSERT_GT(test::search_memory(::getpid(), secret).found, 0) << "the search finds nothing";
    const auto search = test::search_memory(worker, secret);
    EXPECT_EQ(search.found, 0);
    const auto files = test::open_files(worker);
    if (::getuid() == 0) {
        EXPECT_GT(search.bytes_read, 1'000'000U);
        ASSERT_EQ(files.size(), 4U);
        for (int i = 0; i < 3; ++i) EXPECT_EQ(files[static_cast<std::size_t>(i)], "/dev/null");
        EXPECT_TRUE(files[3].starts_with("socket:")) << files[3];
    } else {
        EXPECT_EQ(search.bytes_read, 0U) << "a worker can be looked into by its own user";
        EXPECT_TRUE(files.empty());
    }
    ::unsetenv("LIMPID_TEST_SECRET");
}

TEST(ConfinedWorker, CannotChangeWhatItWasGivenNorWhatItGave) {
    TestPool pool(one_worker(LIMPID_LYING_WORKER));
    const auto done = pool.inspect_text("memory");
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(done->report_json,
              R"({"shrink_input":0,"grow_input":0,"write_input":0,"map_input":0,)"
              R"("shrink_output":0,"grow_output":0})");
    EXPECT_EQ(outcome(pool.inspect_text("keep mapped")), "worker.died");
}

TEST(ConfinedWorker, EndsWithTheThreadThatStartedIt) {
    pid_t worker = 0;
    {
        boost::asio::io_context context;
        std::unique_ptr<Pool> pool;
        std::thread([&] {
            auto made = Pool::create(context.get_executor(), one_worker());
            if (!made) return;
            pool = std::move(*made);
            worker = test::children().front();
        }).join();
        ASSERT_TRUE(pool);
        // SIGKILL reaches it when the thread has gone.
        for (int i = 0; i < 1000 && !test::status_of(worker, "State").starts_with("Z"); ++i) {
            ::usleep(10'000);
        }
        EXPECT_TRUE(test::status_of(worker, "State").starts_with("Z"));
    }
}

}  // namespace
}  // namespace limpid::worker
