#pragma once

#include <string>

#include "limpid/error.hpp"

namespace limpid::service::jobs {

/// Make a folder with mode 0700. @return storage.full, storage.failed.
[[nodiscard]] Status make_private_folder(const std::string& path);

/// Bring a file, or the names in a folder, to the disk. @return storage.full, storage.failed.
[[nodiscard]] Status sync_to_disk(const std::string& path);

/// A folder that is filled under another name, PATH.partial, and takes its own when it is whole:
/// what bears the name is complete. Removed when it never is.
class NewFolder {
public:
    /// Begin, with mode 0700. What a run that was killed left is removed.
    /// @param path  missing, or an empty folder. @return storage.full, storage.failed.
    [[nodiscard]] static Result<NewFolder> make(const std::string& path);
    NewFolder(NewFolder&& other) noexcept;
    NewFolder& operator=(NewFolder&&) = delete;
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;
    ~NewFolder();

    /// Where to put what shall be in it.
    [[nodiscard]] const std::string& partial() const noexcept { return partial_; }

    /// Give it its name, also for after a power cut. @return storage.full, storage.failed.
    [[nodiscard]] Status finish();

private:
    explicit NewFolder(std::string path);
    std::string path_;
    std::string partial_;
};

}  // namespace limpid::service::jobs
