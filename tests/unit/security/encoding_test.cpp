#include "limpid/security/encoding.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace limpid::security::encoding_test {
namespace {

constexpr std::array kForms = {Base64::standard, Base64::standard_unpadded, Base64::url,
                               Base64::url_unpadded};

std::string text_of(const ByteBuffer& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// RFC 4648 section 10.
TEST(Base64, AgreesWithTheStandardsExamples) {
    constexpr std::array<std::array<std::string_view, 3>, 7> kExamples = {
        {{"", "", ""},
         {"f", "Zg==", "66"},
         {"fo", "Zm8=", "666f"},
         {"foo", "Zm9v", "666f6f"},
         {"foob", "Zm9vYg==", "666f6f62"},
         {"fooba", "Zm9vYmE=", "666f6f6261"},
         {"foobar", "Zm9vYmFy", "666f6f626172"}}};
    for (const auto& [plain, base64, hex] : kExamples) {
        EXPECT_EQ(encode_base64(as_bytes(plain), Base64::standard), base64);
        EXPECT_EQ(encode_hex(as_bytes(plain)), hex);
        const auto decoded = decode_base64(base64, Base64::standard);
        ASSERT_TRUE(decoded) << base64;
        EXPECT_EQ(text_of(*decoded), plain);
        const auto from_hex = decode_hex(hex);
        ASSERT_TRUE(from_hex) << hex;
        EXPECT_EQ(text_of(*from_hex), plain);
    }
}

TEST(Base64, FormsDifferInAlphabetAndPadding) {
    constexpr std::array kBytes = {std::byte{0xfb}, std::byte{0xff}};
    EXPECT_EQ(encode_base64(kBytes, Base64::standard), "+/8=");
    EXPECT_EQ(encode_base64(kBytes, Base64::standard_unpadded), "+/8");
    EXPECT_EQ(encode_base64(kBytes, Base64::url), "-_8=");
    EXPECT_EQ(encode_base64(kBytes, Base64::url_unpadded), "-_8");
    for (const Base64 written : kForms) {
        for (const Base64 read : kForms) {
            const auto decoded = decode_base64(encode_base64(kBytes, written), read);
            EXPECT_EQ(decoded.has_value(), written == read);
        }
    }
}

TEST(Base64, AcceptsOneTextForEachValue) {
    // Every text of four characters from a hostile alphabet is refused or is what we would write.
    constexpr std::string_view kAlphabet = "AQgZ9+/-_= \n.\xff";
    std::string text(4, '\0');
    std::size_t accepted = 0;
    for (const char a : kAlphabet) {
        for (const char b : kAlphabet) {
            for (const char c : kAlphabet) {
                for (const char d : kAlphabet) {
                    text = {a, b, c, d};
                    for (const Base64 form : kForms) {
                        const auto decoded = decode_base64(text, form);
                        if (!decoded) {
                            EXPECT_EQ(decoded.error().id(), ErrorCode::encoding_malformed);
                            continue;
                        }
                        ++accepted;
                        ASSERT_EQ(encode_base64(decoded->span(), form), text);
                    }
                }
            }
        }
    }
    EXPECT_GT(accepted, 1000U);
}

TEST(Base64, RefusesWhatIsNotCanonical) {
    for (const char* text : {"Zh==", "Zm9=", "Zg=", "Zg", "Zg===", "=", "Z",
                             "Zg==Zg==", " Zg==", "Zg==\n", "Z\ng==", "Zg=\0="}) {
        EXPECT_FALSE(decode_base64(text, Base64::standard)) << text;
    }
    for (const char* text : {"Zh", "Zm9", "Z", "Zg==", "Zg ", "+/8"}) {
        EXPECT_FALSE(decode_base64(text, Base64::url_unpadded)) << text;
    }
}

TEST(Base64, RefusesEveryByteOutsideItsAlphabet) {
    for (int c = 0; c < 256; ++c) {
        const bool is_digit = std::string_view("+/").contains(static_cast<char>(c)) ||
                              (c < 0x80 && std::isalnum(c) != 0);
        const std::string text = std::string("AAB") + static_cast<char>(c);
        EXPECT_EQ(decode_base64(text, Base64::standard).has_value(), is_digit) << c;
    }
}

TEST(Hex, ReadsBothCasesAndWritesLower) {
    const auto decoded = decode_hex("00fFAb7e");
    ASSERT_TRUE(decoded);
    EXPECT_EQ(encode_hex(decoded->span()), "00ffab7e");
}

TEST(Hex, RefusesOddLengthAndOtherCharacters) {
    for (const char* text : {"0", "abc", "0g", "0x00", " 00", "00 ", "0 0", "-1", "\xc3\xa9"}) {
        const auto decoded = decode_hex(text);
        ASSERT_FALSE(decoded) << text;
        EXPECT_EQ(decoded.error().id(), ErrorCode::encoding_malformed);
    }
}

TEST(Encoding, ErrorsDoNotRepeatTheText) {
    EXPECT_EQ(decode_hex("secretsecret!").error().message().find("secretsecret"),
              std::string::npos);
    EXPECT_EQ(decode_base64("c2VjcmV0!", Base64::url).error().message().find("c2VjcmV0"),
              std::string::npos);
}

}  // namespace
}  // namespace limpid::security::encoding_test
