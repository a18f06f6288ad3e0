#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/api_key.hpp"

// The file of API keys: one record a line, as security::to_json() writes it. Nothing in it is
// secret, and whoever can change it lets anybody in.
namespace limpid::service {

/// @return apikey.record_malformed with the line.
[[nodiscard]] Result<std::vector<security::ApiKeyRecord>> parse_key_file(std::string_view text);

/// @return io.unreadable, secret.exposed when others may write it; as parse_key_file().
[[nodiscard]] Result<std::vector<security::ApiKeyRecord>> read_key_file(const std::string& path);

/// Read the file, let `change` alter the records, and put the new file in its place, while no other
/// process does the same. A file that is not there is empty.
/// @return as read_key_file() and `change`; io.unwritable.
[[nodiscard]] Status change_key_file(
    const std::string& path,
    const std::function<Status(std::vector<security::ApiKeyRecord>&)>& change);

/// What became of keys between two readings of their file; by their public ids.
struct KeyChanges {
    std::vector<std::string> created;
    std::vector<std::string> revoked;
    std::vector<std::string> removed;
};

/// The records of a file, read anew when it changes. Not thread-safe.
class KeyFile {
public:
    /// @return as read_key_file().
    [[nodiscard]] static Result<KeyFile> open(std::string path);

    /// Look whether the file has changed, and read it. A file that cannot be read any more leaves
    /// no key valid: a revocation must not be lost.
    /// @return what differs from the last time the file could be read; as read_key_file().
    [[nodiscard]] Result<KeyChanges> refresh();

    [[nodiscard]] const std::vector<security::ApiKeyRecord>& records() const noexcept {
        return records_;
    }

private:
    explicit KeyFile(std::string path) : path_(std::move(path)) {}
    /// Differs after every change: a file that is replaced has another inode.
    [[nodiscard]] std::string state() const;
    /// What differs from known_, which is then the same as records_.
    [[nodiscard]] KeyChanges take_changes();

    std::string path_;
    std::string state_;
    std::vector<security::ApiKeyRecord> records_;
    /// Each id of the last reading, and whether it was revoked; nothing before the first reading.
    std::optional<std::map<std::string, bool>> known_;
};

}  // namespace limpid::service
