#include "kernels/kernel_table.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

namespace limpid::testing::kernel_table_test {
namespace {

std::set<std::string> words(std::string_view text) {
    std::istringstream stream{std::string(text)};
    return {std::istream_iterator<std::string>(stream), {}};
}

TEST(KernelTable, HasExactlyTheKernelsThatAreBuilt) {
    std::set<std::string> documented;
    for (const kernels::KernelInfo& kernel : kernels::kernel_table()) {
        for (const std::string& format : words(kernel.formats)) {
            documented.insert(std::string(kernel.name) + "_" + format);
        }
    }
    EXPECT_EQ(documented, words(LIMPID_BUILT_KERNELS));
}

TEST(KernelTable, EveryRowIsFilled) {
    for (const kernels::KernelInfo& kernel : kernels::kernel_table()) {
        EXPECT_FALSE(kernel.summary.empty() || kernel.identity.empty()) << kernel.name;
    }
}

TEST(KernelTable, EveryBenchIdIsMeasured) {
    std::ifstream file(LIMPID_BENCH_SOURCE);
    ASSERT_TRUE(file) << LIMPID_BENCH_SOURCE;
    const std::string source{std::istreambuf_iterator<char>(file), {}};
    for (const kernels::KernelInfo& kernel : kernels::kernel_table()) {
        std::string literal(kernel.bench_id);
        literal.insert(literal.begin(), '"');
        literal.push_back('"');
        EXPECT_NE(source.find(literal), std::string::npos) << kernel.bench_id;
    }
}

}  // namespace
}  // namespace limpid::testing::kernel_table_test
