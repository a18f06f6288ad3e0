// limpid_bench [--cpu-tier=<tier>] [--digest] [Google Benchmark's options]

#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "bench_image.hpp"
#include "limpid/cpu.hpp"
#include "limpid/version.hpp"

namespace {

constexpr std::string_view kTierOption = "--cpu-tier=";

bool limit_tier(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(limpid::CpuTier::wasm_simd); i++) {
        const auto tier = static_cast<limpid::CpuTier>(i);
        if (limpid::to_string(tier) != name) continue;
        const limpid::Status limited = limpid::limit_cpu_tier(tier);
        if (!limited) std::fprintf(stderr, "%s\n", limited.error().message().c_str());
        return limited.has_value();
    }
    std::fprintf(stderr, "--cpu-tier: no tier is called %.*s\n", static_cast<int>(name.size()),
                 name.data());
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<char*> rest;
    for (int i = 0; i < argc; i++) {
        const std::string_view argument = argv[i];
        if (argument == "--digest") {
            limpid::bench::print_digests = true;
        } else if (!argument.starts_with(kTierOption)) {
            rest.push_back(argv[i]);
        } else if (!limit_tier(argument.substr(kTierOption.size()))) {
            return 2;
        }
    }
    int count = static_cast<int>(rest.size());
    benchmark::Initialize(&count, rest.data());
    if (benchmark::ReportUnrecognizedArguments(count, rest.data())) return 2;
    const std::string tier(limpid::to_string(limpid::best_cpu_tier()));
    benchmark::AddCustomContext("limpid_cpu_tier", tier);
    benchmark::AddCustomContext("limpid_compiler", __VERSION__);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
