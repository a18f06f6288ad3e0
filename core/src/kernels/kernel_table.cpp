#include "kernels/kernel_table.hpp"

#include <array>

namespace limpid::kernels {

std::span<const KernelInfo> kernel_table() noexcept {
    static constexpr auto kTable = std::to_array<KernelInfo>({
#define LIMPID_KERNEL(name, formats, summary, parameters, identity, bench_id) \
    {#name, formats, summary, parameters, identity, bench_id},
#include "kernels/kernels.def"
#undef LIMPID_KERNEL
    });
    return kTable;
}

}  // namespace limpid::kernels
