#include "native/doctor/fix_modes.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

namespace limpid::doctor {
namespace {

namespace fs = std::filesystem;

class FixModes : public testing::Test {
protected:
    FixModes() {
        std::string name = (fs::temp_directory_path() / "limpid-doctor-XXXXXX").string();
        folder_ = fs::canonical(::mkdtemp(name.data()));
    }
    ~FixModes() override { fs::remove_all(folder_); }

    FileFacts file(FileRole role, const std::string& name, unsigned mode) {
        const std::string path = (folder_ / name).string();
        std::ofstream(path) << "x";
        ::chmod(path.c_str(), mode);
        return at(role, path, mode);
    }
    static FileFacts at(FileRole role, const std::string& path, unsigned mode) {
        return {
            .role = role, .path = path, .folder = false, .mode = mode, .owner = 0, .changed = {}};
    }
    static unsigned mode_of(const std::string& path) {
        struct stat status{};
        return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
    }

    fs::path folder_;
};

TEST_F(FixModes, P18_PermissionsAreTakenAwayAndNeverGiven) {
    const std::vector<FileFacts> files = {
        file(FileRole::config, "limpidd.toml", 0666), file(FileRole::env_file, ".env", 0644),
        file(FileRole::keys, "keys", 0400), file(FileRole::log, "log", 0755)};
    const auto lines = fix_modes(files);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0], "chmod 0640 " + files[0].path);
    EXPECT_EQ(mode_of(files[0].path), 0640U);
    EXPECT_EQ(mode_of(files[1].path), 0600U);
    EXPECT_EQ(mode_of(files[2].path), 0400U);
    EXPECT_EQ(mode_of(files[3].path), 0640U);
}

TEST_F(FixModes, P18_LinksAreNotFollowed) {
    const FileFacts real = file(FileRole::config, "real", 0666);
    const fs::path link = folder_ / "link.toml";
    fs::create_symlink(real.path, link);
    fs::create_directory(folder_ / "inner");
    fs::create_directory_symlink(folder_, folder_ / "inner" / "up");
    const std::string through = (folder_ / "inner" / "up" / "real").string();
    for (const std::string& path : {link.string(), through}) {
        const auto lines = fix_modes({at(FileRole::config, path, 0666)});
        ASSERT_EQ(lines.size(), 1U);
        EXPECT_TRUE(lines[0].starts_with("left ")) << lines[0];
    }
    EXPECT_EQ(mode_of(real.path), 0666U);
}

TEST_F(FixModes, P18_FilesWithSeveralNamesAreLeftAlone) {
    const FileFacts real = file(FileRole::config, "real", 0666);
    fs::create_hard_link(real.path, folder_ / "other");
    const auto lines = fix_modes({real});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(lines[0].starts_with("left ")) << lines[0];
    EXPECT_EQ(mode_of(real.path), 0666U);
}

TEST_F(FixModes, P18_WhatOthersManageIsLeftAlone) {
    EXPECT_TRUE(fix_modes({at(FileRole::secret, "/run/secrets/jwt_secret", 0444)}).empty());
    EXPECT_EQ(fix_modes({at(FileRole::secret, "/run/secrets/../../x", 0444)}).size(), 1U);
}

}  // namespace
}  // namespace limpid::doctor
