#include "limpid/security/path.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace limpid::security::path_test {
namespace {

ErrorCode code_of(std::string_view text) {
    const std::string exact(text);
    const auto path = RelativePath::parse(exact);
    return path ? ErrorCode::internal_failure : path.error().id();
}

std::string percent_decoded(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto hex = text.substr(i + 1 < text.size() ? i + 1 : i, 2);
        if (text[i] == '%' && hex.size() == 2 &&
            hex.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos) {
            out += static_cast<char>(std::stoi(hex, nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Would any careless reader leave the folder? Decodes twice and takes backslashes for slashes.
bool escapes(std::string text) {
    for (int round = 0; round < 3; ++round) {
        std::string path = text;
        std::ranges::replace(path, '\\', '/');
        path = path.substr(0, path.find('\0'));
        const std::filesystem::path joined =
            (std::filesystem::path("/base/folder") / path).lexically_normal();
        if (!joined.string().starts_with("/base/folder/")) return true;
        text = percent_decoded(text);
    }
    return false;
}

TEST(RelativePath, V14_NoLineOfTheTraversalListsEscapes) {
    const std::string root = "/usr/share/wfuzz/wordlist/";
    if (!std::filesystem::exists(root)) GTEST_SKIP() << "the Debian package wfuzz is not installed";
    std::size_t lines = 0;
    std::size_t accepted = 0;
    for (const char* list : {"vulns/dirTraversal.txt", "vulns/dirTraversal-nix.txt",
                             "vulns/dirTraversal-win.txt", "Injections/Traversal.txt"}) {
        std::ifstream file(root + list, std::ios::binary);
        ASSERT_TRUE(file.is_open()) << list;
        for (std::string line; std::getline(file, line); ++lines) {
            for (const std::string& text : {line, percent_decoded(line)}) {
                const auto path = RelativePath::parse(text);
                if (!path) continue;
                ++accepted;
                EXPECT_FALSE(escapes(path->text())) << list << ": " << line;
            }
        }
    }
    EXPECT_GT(lines, 1000u);
    RecordProperty("lines", static_cast<int>(lines));
    std::printf("%zu lines, %zu accepted as harmless names, 0 escapes\n", lines, accepted);
}

TEST(RelativePath, V14_RefusesEverySpellingOfLeaving) {
    for (const char* text :
         {"..", "../a", "a/..", "a/../b", "/etc/passwd", "//host/share", "\\\\host\\share", "..\\a",
          "a\\b", "C:/a", "a:b", "c:a", "file:///etc/passwd", "http://x/", "...", "....//a",
          ". ./a", ".. /a", "..%2fa", "%2e%2e/a", "%252e%252e/a", "..%c0%af", "%u002e%u002e/a",
          "a%00.png",
          // two-dot leader, fullwidth dots, one-dot leaders, ellipsis, small full stops
          "\xE2\x80\xA5/a", "\xEF\xBC\x8E\xEF\xBC\x8E/a", "\xE2\x80\xA4\xE2\x80\xA4/a",
          "\xE2\x80\xA6/a", "\xEF\xB9\x92\xEF\xB9\x92/a",
          // fullwidth slash and backslash, division slash, fraction slash, yen sign
          "..\xEF\xBC\x8F"
          "a",
          "..\xEF\xBC\xBC"
          "a",
          "a\xE2\x88\x95"
          "b",
          "a\xE2\x81\x84"
          "b",
          "a\xC2\xA5"
          "b"}) {
        const ErrorCode code = code_of(text);
        EXPECT_TRUE(code == ErrorCode::path_escapes || code == ErrorCode::path_malformed) << text;
    }
    for (const char* text : {"..", "../a", "a/../b", "/etc/passwd", "..\\a", "%2e%2e/a"}) {
        EXPECT_EQ(code_of(text), ErrorCode::path_escapes) << text;
    }
}

TEST(RelativePath, RefusesNamesThatMeanSomethingElseSomewhere) {
    using namespace std::string_literals;
    for (const std::string& text : {"a\0b"s,
                                    "a\nb"s,
                                    "a\x7F"s,
                                    "a\xC2\x85"s,
                                    "con"s,
                                    "NUL"s,
                                    "nul.txt"s,
                                    "Com1.tar.gz"s,
                                    "LPT9"s,
                                    "com\xC2\xB9"s,
                                    "CONIN$"s,
                                    "aux .txt"s,
                                    "a."s,
                                    "a "s,
                                    " a"s,
                                    "a<"s,
                                    "a>"s,

                                    "a\"b"s,
                                    "a|b"s,
                                    "a?"s,
                                    "a*"s,
                                    "a\xE2\x80\xAEgpj.exe"s,
                                    "a\xE2\x81\xA6"s,
                                    "a\xE2\x80\x8B"s,
                                    "\xEF\xBB\xBF"
                                    "a"s,
                                    "\xFF"s,
                                    "\xC0\xAE\xC0\xAE"s,
                                    "\xED\xA0\x80"s,
                                    "\xF3\xA0\x80\xA0"s,
                                    "a\xC2\xA0"s}) {
        EXPECT_EQ(code_of(text), ErrorCode::path_malformed) << text;
        EXPECT_EQ(code_of("folder/" + text + "/x"), ErrorCode::path_malformed) << text;
    }
    EXPECT_EQ(code_of(""), ErrorCode::path_malformed);
    EXPECT_EQ(code_of("./."), ErrorCode::path_malformed);
}

TEST(RelativePath, NormalisesWhatIsHarmless) {
    const auto path =
        RelativePath::parse("./photos//2026/./Z\xC3\xBCrich \xE2\x80\x93 Limmat.JPEG/");
    ASSERT_TRUE(path.has_value()) << path.error().message();
    EXPECT_EQ(path->text(), "photos/2026/Z\xC3\xBCrich \xE2\x80\x93 Limmat.JPEG");
    EXPECT_EQ(path->parts().size(), 3u);
    EXPECT_EQ(path->name(), "Z\xC3\xBCrich \xE2\x80\x93 Limmat.JPEG");
    EXPECT_EQ(path->extension(), "jpeg");
    for (const char* text : {"a", ".hidden", "a..b", "100%", "100% wool", "com10", "console.log",
                             "common", "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x92\xBB.png",
                             "\xD8\xB5\xD9\x88\xD8\xB1\xD8\xA9.jpg", "wait\xE2\x80\xA6 what.jpg"}) {
        EXPECT_TRUE(RelativePath::parse(text).has_value()) << text;
    }
    EXPECT_EQ(RelativePath::parse(".hidden")->extension(), "");
    EXPECT_EQ(RelativePath::parse("a/b")->extension(), "");
}

TEST(RelativePath, HoldsToItsBounds) {
    EXPECT_TRUE(RelativePath::parse(std::string(kMaxNameBytes, 'a')).has_value());
    EXPECT_EQ(code_of(std::string(kMaxNameBytes + 1, 'a')), ErrorCode::path_too_long);
    std::string path = "a";
    for (std::size_t i = 1; i < kMaxPathParts; ++i) path += "/a";
    EXPECT_TRUE(RelativePath::parse(path).has_value());
    EXPECT_EQ(code_of(path + "/a"), ErrorCode::path_too_long);
    EXPECT_EQ(code_of(std::string(kMaxPathBytes + 1, '/')), ErrorCode::path_too_long);
}

TEST(ContentDisposition, F12_WritesTheFormsOfRfc6266) {
    EXPECT_EQ(content_disposition(Disposition::attachment, "photo.jpg"),
              "attachment; filename=\"photo.jpg\"");
    EXPECT_EQ(content_disposition(Disposition::shown_inline, "Z\xC3\xBCrich.png"),
              "inline; filename=\"Z_rich.png\"; filename*=UTF-8''Z%C3%BCrich.png");
    EXPECT_EQ(content_disposition(Disposition::attachment, "\xE2\x82\xAC rates"),
              "attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates");
    EXPECT_EQ(content_disposition(Disposition::attachment, "../../etc/passwd"),
              "attachment; filename=\".._.._etc_passwd\"");
    EXPECT_EQ(content_disposition(Disposition::attachment, ""),
              "attachment; filename=\"download\"");
    EXPECT_EQ(content_disposition(Disposition::attachment, "con.jpg"),
              "attachment; filename=\"_con.jpg\"");
}

TEST(ContentDisposition, F12_NoBytesBreakOutOfTheHeader) {
    for (int a = 0; a < 256; ++a) {
        for (int b = 0; b < 256; ++b) {
            const std::string name = {'x', static_cast<char>(a), static_cast<char>(b), 'y'};
            const std::string header = content_disposition(Disposition::attachment, name);
            for (const char c : header) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << a << " " << b;
            EXPECT_EQ(std::ranges::count(header, '"'), 2) << header;
            EXPECT_EQ(header.find('\\'), std::string::npos) << header;
        }
    }
    const std::string longest =
        content_disposition(Disposition::attachment, std::string(5000, '\xFF'));
    EXPECT_LT(longest.size(), 1200u);
}

}  // namespace
}  // namespace limpid::security::path_test
