#include "native/service/hasher.hpp"

#include <memory>
#include <new>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace limpid::service {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text));
}

TEST(Hasher, AnswersInTurnOnTheThreadOfItsExecutor) {
    boost::asio::io_context context;
    Hasher hasher(context.get_executor());
    // Around the size of a block, by FIPS 180-4 section 5.1.1: 55 bytes are the most of one.
    const std::vector<std::string> texts = {std::string(1 << 20, 'a'), "",
                                            std::string(70'000, 'b'),  std::string(55, 'c'),
                                            std::string(56, 'd'),      std::string(64, 'e')};
    std::vector<Sha256> digests;
    auto guard = boost::asio::make_work_guard(context);
    for (const std::string& text : texts) {
        hasher.async_sha256(bytes_of(text),
                            [&, here = std::this_thread::get_id()](const Sha256& digest) {
                                EXPECT_EQ(std::this_thread::get_id(), here);
                                digests.push_back(digest);
                                if (digests.size() == texts.size()) guard.reset();
                            });
    }
    EXPECT_TRUE(digests.empty());
    context.run();
    ASSERT_EQ(digests.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        EXPECT_EQ(digests[i], sha256(bytes_of(texts[i])));
}

TEST(Hasher, WorksBesideAndGoesOnHere) {
    boost::asio::io_context context;
    Hasher hasher(context.get_executor());
    auto guard = boost::asio::make_work_guard(context);
    const auto here = std::this_thread::get_id();
    std::thread::id there = here;
    bool done = false;
    hasher.async_run([&there] { there = std::this_thread::get_id(); },
                     [&done, here] { done = std::this_thread::get_id() == here; });
    bool done_without_memory = false;
    hasher.async_run([] { throw std::bad_alloc(); },
                     [&] {
                         done_without_memory = true;
                         guard.reset();
                     });
    EXPECT_FALSE(done);
    context.run();
    EXPECT_NE(there, here);
    EXPECT_TRUE(done);
    EXPECT_TRUE(done_without_memory);
}

TEST(Hasher, LetsGoOfWhatItHasNotDone) {
    const auto text = std::make_shared<std::string>(1 << 20, 'a');
    bool called = false;
    {
        boost::asio::io_context context;
        Hasher hasher(context.get_executor());
        for (int i = 0; i < 100; ++i) {
            hasher.async_sha256(bytes_of(*text), [text, &called](const Sha256&) { called = true; });
        }
    }
    EXPECT_FALSE(called);
    EXPECT_EQ(text.use_count(), 1);
}

}  // namespace
}  // namespace limpid::service
