#include "native/service/key_file.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/platform/clock.hpp"
#include "native/platform/random_source.hpp"

namespace limpid::service {
namespace {

class KeyFileTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("limpid-keys-" + std::to_string(::getpid()));
        std::filesystem::create_directory(folder_);
        path_ = folder_ / "keys";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    security::IssuedApiKey add() {
        platform::SystemRandom random;
        auto issued =
            security::issue_api_key({.scopes = {"enhance:read"}}, platform::wall_clock(), random);
        EXPECT_TRUE(issued.has_value());
        EXPECT_TRUE(change_key_file(path_, [&](auto& records) -> Status {
                        records.push_back(issued->record);
                        return {};
                    }).has_value());
        return *std::move(issued);
    }

    std::filesystem::path folder_;
    std::string path_;
};

TEST_F(KeyFileTest, V3_HoldsNoKey) {
    const auto issued = add();
    std::ifstream file(path_);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    EXPECT_TRUE(text.contains(issued.record.id));
    const std::string_view secret = issued.text.expose_text();
    EXPECT_FALSE(text.contains(secret.substr(13, 20)));
    struct stat status{};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(KeyFileTest, P23_ChangesAreSeen) {
    add();
    auto file = KeyFile::open(path_);
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(file->records().size(), 1U);
    add();
    ASSERT_TRUE(file->refresh().has_value());
    EXPECT_EQ(file->records().size(), 2U);
}

TEST_F(KeyFileTest, ABrokenOrMissingFileLeavesNoKeyValid) {
    add();
    auto file = KeyFile::open(path_);
    ASSERT_TRUE(file.has_value());
    std::ofstream(path_) << "{}\n";
    EXPECT_FALSE(file->refresh().has_value());
    EXPECT_TRUE(file->records().empty());
    std::filesystem::remove(path_);
    EXPECT_FALSE(file->refresh().has_value());
    EXPECT_FALSE(KeyFile::open(path_).has_value());
}

TEST_F(KeyFileTest, P18_AFileThatOthersCanWriteIsRefused) {
    add();
    ASSERT_EQ(::chmod(path_.c_str(), 0622), 0);
    const auto file = KeyFile::open(path_);
    ASSERT_FALSE(file.has_value());
    EXPECT_EQ(file.error().id(), ErrorCode::secret_exposed);
}

}  // namespace
}  // namespace limpid::service
