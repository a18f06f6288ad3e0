#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "audit/chain.hpp"
#include "limpid/error.hpp"
#include "platform/file_descriptor.hpp"

// The head file, FILE.head, says where the log FILE ends. A log that was cut is whole up to the
// cut: only something beside it tells that there was more.
namespace limpid::audit {

/// Where a log ends.
struct Head {
    std::string log_id;
    std::uint64_t seq = 0;
    ChainValue chain{};
};

/// Of a head file: two values of 64 digits, an id of 32 and a number.
inline constexpr std::size_t kHeadBytes = 320;

/// "FILE.head"
[[nodiscard]] std::string head_path(const std::string& file);

/// Read FILE.head and check its own value, which the key makes.
/// @return nothing when there is none; audit.broken; io.unreadable.
[[nodiscard]] Result<std::optional<Head>> read_head(const std::string& file, const Chain& chain);

/// Keeps FILE.head up to date by writing over it. It has a fixed size below that of a disk's
/// sector, so that a power cut leaves the old text or the new one.
class HeadFile {
public:
    /// Opens it, or makes it with mode 0640. @return io.unwritable.
    [[nodiscard]] static Result<HeadFile> open(const std::string& file);

    /// @return io.unwritable; as Chain::next().
    [[nodiscard]] Status write(const Head& head, const Chain& chain);

private:
    HeadFile(std::string path, platform::FileDescriptor file)
        : path_(std::move(path)), file_(std::move(file)) {}
    std::string path_;
    platform::FileDescriptor file_;
};

}  // namespace limpid::audit
