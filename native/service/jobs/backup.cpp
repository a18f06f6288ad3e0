#include "service/jobs/backup.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "platform/write_file.hpp"
#include "service/jobs/blob_store.hpp"
#include "service/jobs/database.hpp"
#include "service/jobs/new_folder.hpp"
#include "service/jobs/state_folder.hpp"
#include "service/jobs/storage_error.hpp"

namespace limpid::service::jobs {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJobs = "jobs.db";
constexpr std::string_view kBlobs = "blobs";
// In the state folder, while blobs are copied: other names of what jobs may let go of meanwhile.
constexpr std::string_view kHeld = "backup.blobs";

constexpr std::string_view kNamedBlobs =
    "SELECT input FROM job WHERE input IS NOT NULL"
    " UNION SELECT output FROM job WHERE output IS NOT NULL";

std::string below(const std::string& folder, std::string_view name) {
    std::string path = folder;
    path += '/';
    path += name;
    return path;
}

/// Names below a folder that end in .db.
Result<std::vector<std::string>> databases_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.ends_with(".db") &&
            entry->symlink_status(error).type() == fs::file_type::regular) {
            names.push_back(name);
        }
    }
    if (error) {
        return std::unexpected(
            storage_error("listing " + platform::printable(folder), error.value()));
    }
    if (std::ranges::find(names, kJobs) == names.end()) {
        return fail(ErrorCode::storage_failed,
                    platform::printable(folder) + " holds no jobs.db: is it a state folder?");
    }
    return names;
}

/// A copy of a database as it is at one moment.
Status copy_database(Database& database, const std::string& target) {
    // SQLite would make it with the permissions that the umask leaves.
    if (Status status = platform::write_file(target, {}, {.mode = platform::kPrivateMode});
        !status) {
        return status;
    }
    Statement statement = database.prepare("VACUUM INTO ?");
    statement.text(target);
    if (Status status = statement.run(); !status) return status;
    return sync_to_disk(target);
}

Status copy_database(const std::string& source, const std::string& target) {
    auto database = Database::open(source, Sharing::shared);
    if (!database) return std::unexpected(std::move(database).error());
    return copy_database(*database, target);
}

Result<std::vector<std::string>> named_blobs(Database& database) {
    std::vector<std::string> keys;
    Statement statement = database.prepare(kNamedBlobs);
    while (true) {
        const auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        if (!*row) return keys;
        keys.push_back(statement.text_at(0));
    }
}

/// Give each blob another name in `held`: the service may remove the first one now.
Status hold_blobs(const std::vector<std::string>& keys, const std::string& state,
                  const std::string& held) {
    for (const std::string& key : keys) {
        const std::string from = below(below(state, kBlobs), key);
        if (::link(from.c_str(), below(held, key).c_str()) == 0) continue;
        if (errno == ENOENT) return fail(ErrorCode::storage_damaged, "a blob is missing");
        return std::unexpected(storage_error("linking a blob", errno));
    }
    return {};
}

/// The database of jobs and its blobs at the same moment.
/// @return the blobs, which then lie in `held`.
Result<std::vector<std::string>> freeze_jobs(const std::string& state, const std::string& target,
                                             const std::string& held) {
    const std::string source = below(state, kJobs);
    auto database = Database::open(source, Sharing::shared);
    if (!database) return std::unexpected(std::move(database).error());
    auto reader = Database::open(source, Sharing::shared);
    if (!reader) return std::unexpected(std::move(reader).error());
    // Nobody else changes jobs until this ends: a blob that one names is there, for it is removed
    // after the change that lets go of it.
    auto pause = Transaction::begin(*database);
    if (!pause) return std::unexpected(std::move(pause).error());
    if (Status status = copy_database(*reader, below(target, kJobs)); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto keys = named_blobs(*reader);
    if (!keys) return keys;
    if (Status status = hold_blobs(*keys, state, held); !status) {
        return std::unexpected(std::move(status).error());
    }
    return keys;
}

/// Copy blobs, each of which must be what its name says. @param from  a folder of them.
Status copy_blobs(const std::vector<std::string>& keys, const BlobStore& from,
                  const std::string& target) {
    const auto folder = open_state_folder(target);
    if (!folder) return std::unexpected(folder.error());
    auto to = BlobStore::open(*folder);
    if (!to) return std::unexpected(std::move(to).error());
    for (const std::string& key : keys) {
        const auto bytes = from.get(key);
        if (!bytes) return std::unexpected(bytes.error());
        if (const auto kept = to->put(bytes->span()); !kept) return std::unexpected(kept.error());
    }
    return {};
}

Result<std::uint64_t> count_jobs(Database& database) {
    Statement statement = database.prepare("SELECT count(*) FROM job");
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    return static_cast<std::uint64_t>(statement.integer_at(0));
}

Result<BackupCounts> count_copy(const std::string& folder, std::size_t blobs) {
    auto database = Database::open(below(folder, kJobs), Sharing::shared);
    if (!database) return std::unexpected(std::move(database).error());
    const auto jobs = count_jobs(*database);
    if (!jobs) return std::unexpected(jobs.error());
    return BackupCounts{.jobs = *jobs, .blobs = blobs};
}

/// The folder of other names, for as long as it is needed.
class HeldBlobs {
public:
    explicit HeldBlobs(std::string path) : path_(std::move(path)) { clear(); }
    HeldBlobs(const HeldBlobs&) = delete;
    HeldBlobs& operator=(const HeldBlobs&) = delete;
    ~HeldBlobs() { clear(); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    void clear() const {
        std::error_code error;
        fs::remove_all(path_, error);
    }
    std::string path_;
};

/// Both folders exist and are this account's. Unlike a service, a copy makes none.
Result<platform::FileDescriptor> open_existing(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        return fail(ErrorCode::storage_failed, platform::printable(path) + " is no folder");
    }
    return open_state_folder(path);
}

/// One copy at a time: each clears what another one left in kHeld.
Result<platform::FileDescriptor> lock_blobs(const std::string& state) {
    const std::string path = below(state, kBlobs);
    platform::FileDescriptor folder(
        ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!folder.valid()) {
        return std::unexpected(storage_error("opening the folder of blobs", errno));
    }
    if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) return fail(ErrorCode::storage_in_use);
    return folder;
}

/// Copy all databases but that of the jobs.
Status copy_other_databases(const std::string& from, const std::string& target) {
    const auto names = databases_in(from);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (name == kJobs) continue;
        if (Status status = copy_database(below(from, name), below(target, name)); !status) {
            return status;
        }
    }
    return {};
}

}  // namespace

Result<BackupCounts> back_up(const std::string& state, const std::string& target) {
    const auto folder = open_existing(state);
    if (!folder) return std::unexpected(folder.error());
    auto copy = NewFolder::make(target);
    if (!copy) return std::unexpected(std::move(copy).error());
    if (Status status = copy_other_databases(state, copy->partial()); !status) {
        return std::unexpected(std::move(status).error());
    }
    const auto alone = lock_blobs(state);
    if (!alone) return std::unexpected(alone.error());
    // A state folder in small, which a blob store can read.
    const HeldBlobs held(below(state, kHeld));
    const std::string held_blobs = below(held.path(), kBlobs);
    for (const std::string& made : {held.path(), held_blobs}) {
        if (Status status = make_private_folder(made); !status) {
            return std::unexpected(std::move(status).error());
        }
    }
    const auto keys = freeze_jobs(state, copy->partial(), held_blobs);
    if (!keys) return std::unexpected(keys.error());
    const auto held_folder = open_state_folder(held.path());
    if (!held_folder) return std::unexpected(held_folder.error());
    const auto blobs = BlobStore::open(*held_folder);
    if (!blobs) return std::unexpected(blobs.error());
    if (Status status = copy_blobs(*keys, *blobs, copy->partial()); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto counts = count_copy(copy->partial(), keys->size());
    if (!counts) return counts;
    if (Status status = copy->finish(); !status) return std::unexpected(std::move(status).error());
    return counts;
}

Result<BackupCounts> restore(const std::string& copy, const std::string& state) {
    const auto folder = open_existing(copy);
    if (!folder) return std::unexpected(folder.error());
    auto made = NewFolder::make(state);
    if (!made) return std::unexpected(std::move(made).error());
    if (Status status = copy_other_databases(copy, made->partial()); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto database = Database::open(below(copy, kJobs), Sharing::shared);
    if (!database) return std::unexpected(std::move(database).error());
    if (Status status = copy_database(*database, below(made->partial(), kJobs)); !status) {
        return std::unexpected(std::move(status).error());
    }
    const auto keys = named_blobs(*database);
    if (!keys) return std::unexpected(keys.error());
    const auto blobs = BlobStore::open(*folder);
    if (!blobs) return std::unexpected(blobs.error());
    if (Status status = copy_blobs(*keys, *blobs, made->partial()); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto counts = count_copy(made->partial(), keys->size());
    if (!counts) return counts;
    if (Status status = made->finish(); !status) return std::unexpected(std::move(status).error());
    return counts;
}

}  // namespace limpid::service::jobs
