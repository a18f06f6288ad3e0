#include "platform/find_program.hpp"

#include <filesystem>
#include <system_error>

namespace limpid::platform {

std::string find_program(std::string_view name) {
    std::error_code error;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    auto beside = folder / name;
    if (std::filesystem::exists(beside, error)) return beside.string();
    return (folder.parent_path() / "libexec" / name).string();
}

}  // namespace limpid::platform
