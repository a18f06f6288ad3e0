#include "native/service/descriptor_reserve.hpp"

#include <sys/resource.h>

#include <filesystem>
#include <iterator>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

namespace limpid::service {
namespace {

std::ptrdiff_t count_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST(DescriptorReserve, KeepsNoneOpen) {
    boost::asio::io_context context;
    // Makes the context open what it waits with.
    reserve_descriptors(context.get_executor(), 1);
    const auto before = count_descriptors();
    reserve_descriptors(context.get_executor(), 300);
    EXPECT_EQ(count_descriptors(), before);
}

TEST(DescriptorReserve, TakesNoMoreThanThereAre) {
    boost::asio::io_context context;
    // Makes the context open what it waits with.
    reserve_descriptors(context.get_executor(), 1);
    const auto before = count_descriptors();
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    rlimit low = limit;
    low.rlim_cur = static_cast<rlim_t>(before) + 20;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    reserve_descriptors(context.get_executor(), 300);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(count_descriptors(), before);
}

}  // namespace
}  // namespace limpid::service
