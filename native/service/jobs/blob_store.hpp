#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "platform/file_descriptor.hpp"

namespace limpid::service::jobs {

/// Files named by the SHA-256 of their contents, mode 0600, in a folder of their own.
///
/// A file is written under another name, reaches the disk, and then takes its name: whatever has a
/// name is whole, also after a crash or a power cut. Not thread-safe; one object for each folder.
class BlobStore {
public:
    /// Open the folder `blobs` below an open folder, making it when it is missing. What a crash
    /// left half-written is removed. @return storage.full, storage.failed.
    [[nodiscard]] static Result<BlobStore> open(const platform::FileDescriptor& parent);

    /// Keep `bytes`; they are on the disk when this returns.
    /// @return the key, 64 hex digits; storage.full, storage.failed.
    [[nodiscard]] Result<std::string> put(std::span<const std::byte> bytes);

    /// Read what `key` names.
    /// @return storage.damaged when it is missing or is not what its name says; storage.failed,
    ///         memory.exhausted.
    [[nodiscard]] Result<ByteBuffer> get(const std::string& key) const;

    /// Remove a blob; one that is not there is no error. @return storage.failed.
    [[nodiscard]] Status remove(const std::string& key);

    /// The keys of everything that is kept. @return storage.failed.
    [[nodiscard]] Result<std::vector<std::string>> keys() const;

    /// Is there room again? Writes kProbeBytes and removes them.
    /// @return storage.full, storage.failed.
    [[nodiscard]] Status probe();

    /// Room that a service needs to be called ready: more than most photos.
    static constexpr std::size_t kProbeBytes = std::size_t{1} << 20U;

private:
    explicit BlobStore(platform::FileDescriptor folder) noexcept : folder_(std::move(folder)) {}
    [[nodiscard]] Status write_incoming(std::span<const std::byte> bytes);
    void remove_incoming();
    [[nodiscard]] Status sync_names() const;

    platform::FileDescriptor folder_;
};

}  // namespace limpid::service::jobs
