#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "native/doctor/git_index.hpp"
#include "native/doctor/secret_scan.hpp"

namespace limpid::doctor {
namespace {

// Put together here, so that nobody's scanner takes this file for a leak.
const std::string kRandom = std::string("q7Zk2Wm9") + "Xv4Tb8Ld3Rf6";

std::size_t count(const std::string& text) { return scan_for_secrets("f", text).size(); }

TEST(SecretScan, V4_TokensOfKnownFormAreFoundWithTheirLine) {
    for (const char* const prefix : {"whsec_", "IMGR-", "sk-", "ghp_", "glpat-", "AKIA"}) {
        const std::string text =
            "a = 1\n\ntoken: " + std::string(prefix) + kRandom + kRandom + "\n";
        const auto hits = scan_for_secrets("limpidd.toml", text);
        ASSERT_EQ(hits.size(), 1U) << prefix;
        EXPECT_EQ(hits.front().line, 3);
        const std::string told = describe_hits(hits);
        EXPECT_TRUE(told.starts_with("limpidd.toml:3 (")) << told;
        EXPECT_EQ(told.find(kRandom), std::string::npos);
    }
}

TEST(SecretScan, V4_PrivateKeysAreFound) {
    const std::string dashes(5, '-');
    for (const char* const kind : {"PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY"}) {
        const auto hits = scan_for_secrets("f", dashes + "BEGIN " + kind + dashes + "\nMIIE\n");
        ASSERT_EQ(hits.size(), 1U) << kind;
        EXPECT_EQ(hits.front().kind, SecretKind::private_key);
    }
    EXPECT_EQ(count(dashes + "BEGIN CERTIFICATE" + dashes + "\n"), 0U);
    EXPECT_EQ(count(dashes + "BEGIN PUBLIC KEY" + dashes + "\n"), 0U);
}

TEST(SecretScan, V4_AssignmentsOfRandomValuesAreFound) {
    EXPECT_EQ(count("jwt_secret = \"" + kRandom + "\"\n"), 1U);
    EXPECT_EQ(count("export API_TOKEN=" + kRandom + "\n"), 1U);
    EXPECT_EQ(count("  \"password\": \"" + kRandom + "\",\n"), 1U);
}

TEST(SecretScan, V4_ReferencesPathsAndWordsAreNone) {
    for (const char* const line :
         {"jwt_secret = \"file:/run/secrets/jwt_secret_0123456789\"", "password = ${DB_PASSWORD_2}",
          "token = \"env:API_TOKEN_0123456789\"", "keys_file = \"/var/lib/limpid/keys0123456789\"",
          "jwt_secret_file = abcdefgh0123456789xyz", "password: changeme",
          "# secret = q7Zk2Wm9Xv4Tb8Ld3", "whsec_...", "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx",
          "max_body_bytes = 52428800"}) {
        EXPECT_EQ(count(line), 0U) << line;
    }
}

TEST(SecretScan, FindingsAreBounded) {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "secret = " + kRandom + "\n";
    const auto hits = scan_for_secrets("f", text);
    EXPECT_EQ(hits.size(), 100U);
    EXPECT_TRUE(describe_hits(hits).ends_with("and 95 more"));
}

std::string number(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(value >> static_cast<unsigned>(shift) & 255U);
    }
    return bytes;
}

/// An index of version 2 or 3; of version 3 with extended flags.
std::string index_of(std::uint32_t version, const std::vector<std::string>& names) {
    std::string index = "DIRC" + number(version) + number(static_cast<std::uint32_t>(names.size()));
    for (const std::string& name : names) {
        std::string entry(60, 'x');
        const auto size = static_cast<char>(name.size());
        entry += version == 3 ? std::string("\x40") + size + std::string(2, '\0')
                              : std::string(1, '\0') + size;
        entry += name;
        entry.append(8 - entry.size() % 8, '\0');
        index += entry;
    }
    return index + std::string(20, 's');
}

TEST(GitIndex, F2_NamesAreReadOfEveryVersion) {
    const std::vector<std::string> names = {".env", "a/deploy.toml", "exactly-eight-more", "z"};
    for (const std::uint32_t version : {2U, 3U}) {
        const auto read = read_git_index(index_of(version, names));
        ASSERT_TRUE(read.has_value()) << version;
        EXPECT_EQ(*read, names);
    }
    // Version 4 says how much of the last name goes.
    std::string index = "DIRC" + number(4) + number(2);
    index += std::string(60, 'x') + std::string("\0\x08", 2) + std::string("\0", 1) + "a/b.toml" +
             std::string(1, '\0');
    index += std::string(60, 'x') + std::string("\0\x05", 2) + std::string("\x06", 1) + "c.x" +
             std::string(1, '\0');
    EXPECT_EQ(read_git_index(index).value(), (std::vector<std::string>{"a/b.toml", "a/c.x"}));
}

TEST(GitIndex, DamagedOnesAreRefusedAtEveryLength) {
    const std::string index = index_of(2, {"one", "two"});
    for (std::size_t size = 0; size + 20 < index.size(); ++size) {
        EXPECT_FALSE(read_git_index(std::string_view(index).substr(0, size)).has_value()) << size;
    }
    EXPECT_FALSE(read_git_index("DIRC" + number(2) + number(0xFFFFFFFF)).has_value());
    EXPECT_FALSE(read_git_index("DIRC" + number(9) + number(0)).has_value());
}

}  // namespace
}  // namespace limpid::doctor
