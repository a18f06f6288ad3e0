#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/resource.h>
#include <sys/stat.h>

#include "jobs_fixture.hpp"
#include "native/service/jobs/blob_store.hpp"
#include "native/service/jobs/database.hpp"
#include "native/service/jobs/state_folder.hpp"

namespace limpid::service::jobs {
namespace {

namespace fs = std::filesystem;

/// Every file written meanwhile may have so many bytes: the disk is full, as far as one can have it
/// without being root.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
        const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, SIG_DFL);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
};

TEST_F(JobsTest, P18_FilesAreForTheirOwnerAlone) {
    const mode_t before = ::umask(0);
    open();
    ASSERT_TRUE(submit("a").has_value());
    ::umask(before);
    EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
        EXPECT_EQ(entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all),
                  fs::perms::none)
            << entry.path();
    }
    fs::permissions(folder_, fs::perms::group_write, fs::perm_options::add);
    EXPECT_EQ(code_of(Storage::open(folder_)), ErrorCode::storage_exposed);
    EXPECT_EQ(code_of(open_state_folder(folder_ / "none" / "none")), ErrorCode::storage_failed);
}

TEST_F(JobsTest, BlobsAreWhatTheirNameSays) {
    const auto parent = open_state_folder(folder_);
    ASSERT_TRUE(parent.has_value());
    fs::create_directory(folder_ / "blobs");
    std::ofstream(folder_ / "blobs" / "incoming") << "half";
    auto store = BlobStore::open(*parent);
    ASSERT_TRUE(store.has_value());
    EXPECT_EQ(blobs(), 0U);
    const auto key = store->put(bytes_of("abc"));
    ASSERT_TRUE(key.has_value());
    // FIPS 180-4's example.
    EXPECT_EQ(*key, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(store->put(bytes_of("abc")), *key);
    EXPECT_EQ(blobs(), 1U);
    EXPECT_EQ(text_of(*store->get(*key)), "abc");
    EXPECT_EQ(store->keys()->size(), 1U);
    std::ofstream(folder_ / "blobs" / *key) << "abd";
    EXPECT_EQ(code_of(store->get(*key)), ErrorCode::storage_damaged);
    EXPECT_TRUE(store->remove(*key).has_value());
    EXPECT_TRUE(store->remove(*key).has_value());
    EXPECT_EQ(code_of(store->get(*key)), ErrorCode::storage_damaged);
}

TEST_F(JobsTest, AFullDiskIsToldAndLeavesNothing) {
    open();
    ASSERT_TRUE(submit("before").has_value());
    const std::string large(100'000, 'x');
    {
        const FileSizeLimit full(50'000);
        EXPECT_EQ(code_of(submit("large", large)), ErrorCode::storage_full);
        EXPECT_EQ(code_of(storage_->probe()), ErrorCode::storage_full);
    }
    {
        // Not even a row. SQLite tells a full disk from other failures, and not a limit of files.
        const FileSizeLimit full(0);
        EXPECT_FALSE(submit("row", "photo").has_value());
        EXPECT_FALSE(storage_->claim_next(2).has_value());
    }
    EXPECT_EQ(blobs(), 1U);
    EXPECT_EQ(storage_->counts()[0], 1);
    EXPECT_TRUE(storage_->probe().has_value());
    EXPECT_TRUE(submit("large", large).has_value());
    EXPECT_EQ(claim(), "before");
}

TEST_F(JobsTest, ForeignAndDamagedDatabasesAreRefused) {
    open();
    ASSERT_TRUE(submit("a").has_value());
    storage_.reset();
    const std::string path = folder_ / "jobs.db";
    {
        auto database = Database::open(path);
        ASSERT_TRUE(database.has_value());
        ASSERT_TRUE(database->run("PRAGMA user_version = 99").has_value());
    }
    EXPECT_EQ(code_of(Storage::open(folder_)), ErrorCode::storage_newer);
    std::fstream(path, std::ios::in | std::ios::out) << std::string(4096, 'x');
    EXPECT_EQ(code_of(Storage::open(folder_)), ErrorCode::storage_damaged);
}

TEST_F(JobsTest, W13_TextsAreValuesAndNeverStatements) {
    open();
    int number = 0;
    for (const std::string& text :
         {std::string("'; DROP TABLE job; --"), std::string("\" OR 1=1 --"), std::string("?1"),
          std::string("%"), std::string("a\0b", 3), std::string("\xF0\x9F\x93\xB7")}) {
        const std::string id = text + std::to_string(number++);
        ASSERT_TRUE(submit(id, text, text, kWide, text).has_value());
        const auto job = storage_->find(id, text);
        ASSERT_TRUE(job.has_value()) << text;
        EXPECT_EQ(job->idempotency_key, text);
        EXPECT_EQ(job->fingerprint, text);
        EXPECT_EQ(code_of(storage_->find(id, "' OR '1'='1")), ErrorCode::job_not_found);
    }
    EXPECT_EQ(storage_->counts()[0], number);
}

}  // namespace
}  // namespace limpid::service::jobs
