#pragma once

#include <span>
#include <string_view>

namespace limpid::kernels {

/// One row of kernels.def. All text has static storage duration.
struct KernelInfo {
    std::string_view name;
    std::string_view formats;
    std::string_view summary;
    std::string_view parameters;
    std::string_view identity;
    std::string_view bench_id;
};

/// Every kernel, in the order of kernels.def.
[[nodiscard]] std::span<const KernelInfo> kernel_table() noexcept;

}  // namespace limpid::kernels
