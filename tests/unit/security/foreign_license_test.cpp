#include "limpid/security/foreign_license.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "unit/security/hex.hpp"
#include "unit/security/secret_helpers.hpp"

namespace limpid::security::foreign_license_test {
namespace {

// Made by tests/data/keygen/make.py, which signs and encrypts with Python's cryptography package.
constexpr std::string_view kLicenseKey = "C1B6DE-39A6E3-DE1529-8559A0-4AF593-V3";
constexpr std::string_view kFingerprint =
    "198e9fe586114844f6a4eaca5069b41a7ed43fb5a2df84892b69826d64573e39";
constexpr std::string_view kImagorKey =
    "IMGR-eyJ0eXBlIjoiY29tbWVyY2lhbCIsImVtYWlsIjoiYnVzaW5lc3NAZXhhbXBsZS5jb20iLCJmZWF0dXJlcyI6WyJo"
    "ZHIiLCJiYXRjaCJdLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTkwMDAwMDAwMH0.7O6KIaUHx9KnR43COiJmrPnalHkM"
    "iU8BFJNQv4TRJGw18UJkGC1OzUi5QOnOKG0WDFZOpQA3GaDR8Rm48ep9DQ";
constexpr std::string_view kImagorPersonalKey =
    "IMGR-eyJ0eXBlIjoicGVyc29uYWwiLCJlbWFpbCI6InVzZXJAZXhhbXBsZS5jb20iLCJpYXQiOjE4MDAwMDAwMDB9.eGy"
    "XL4QKvMsIoMjp3DDJHgw1MSWrJ5wCFtDGqbzBBCLnGeccnJlP9S8FfG18K2KJDEklccsln5VY5ilw8IRXDw";

VerifyKey account() {
    return VerifyKey::from_bytes(
               hex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"))
        .value();
}

std::string file(const std::string& name) {
    std::ifstream in(std::string(LIMPID_TEST_DATA) + "/keygen/" + name, std::ios::binary);
    EXPECT_TRUE(in.good()) << name;
    return {std::istreambuf_iterator<char>(in), {}};
}

Result<License> read(const std::string& text, std::string_view fingerprint = kFingerprint) {
    const Secret key = secret_of(kLicenseKey);
    return read_keygen_file(text, account(), {.license_key = &key, .fingerprint = fingerprint});
}

std::string_view state_at(const License& license, std::string_view time,
                          std::string_view fingerprint = kFingerprint) {
    return to_string(
        evaluate_license(license, {.now = parse_rfc3339(time).value(), .fingerprint = fingerprint})
            .state);
}

TEST(KeygenFile, ReadsLicenceFilesPlainAndEncrypted) {
    for (const char* name : {"license.lic", "license-encrypted.lic"}) {
        const auto license = read(file(name));
        ASSERT_TRUE(license.has_value()) << name << ": " << license.error().message();
        EXPECT_EQ(license->id, "218810ed-2ac8-4c26-a725-a6da67500561");
        EXPECT_EQ(license->licensee, "Acme GmbH");
        EXPECT_EQ(license->features, (std::vector<std::string>{"HDR", "BATCH"}));
        EXPECT_EQ(license->max_instances, 2U);
        EXPECT_TRUE(license->fingerprint.empty());
        EXPECT_EQ(state_at(*license, "2026-12-01T00:00:00Z"), "not_yet_valid");
        EXPECT_EQ(state_at(*license, "2027-12-01T00:00:00Z"), "active");
        // The file's time to live is over before the licence is.
        EXPECT_EQ(state_at(*license, "2027-12-01T00:00:01Z"), "expired");
    }
}

TEST(KeygenFile, ReadsMachineFilesPlainAndEncrypted) {
    for (const char* name : {"machine.lic", "machine-encrypted.lic"}) {
        const auto license = read(file(name));
        ASSERT_TRUE(license.has_value()) << name << ": " << license.error().message();
        EXPECT_EQ(license->id, "218810ed-2ac8-4c26-a725-a6da67500561");
        EXPECT_EQ(license->fingerprint, kFingerprint);
        EXPECT_EQ(license->features.size(), 2U);
        EXPECT_EQ(state_at(*license, "2027-06-01T00:00:00Z"), "active");
        EXPECT_EQ(state_at(*license, "2027-06-01T00:00:00Z", "another"), "machine_mismatch");
    }
}

TEST(KeygenFile, EveryFlippedByteIsRefused) {
    for (const char* name : {"license.lic", "machine-encrypted.lic"}) {
        std::string text = file(name);
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const int flip : {1, 32, 128}) {
                const char before = text[at];
                text[at] = static_cast<char>(before ^ flip);
                const auto license = read(text);
                EXPECT_FALSE(license.has_value()) << name << ' ' << at << " ^ " << flip;
                text[at] = before;
            }
        }
    }
}

TEST(KeygenFile, TheWrongKeyOpensNothing) {
    const std::string encrypted = file("machine-encrypted.lic");
    const Secret wrong = secret_of("another licence key");
    EXPECT_EQ(code_of(read_keygen_file(encrypted, account(),
                                       {.license_key = &wrong, .fingerprint = kFingerprint})),
              "license.not_genuine");
    EXPECT_EQ(code_of(read(encrypted, "another machine")), "license.not_genuine");
    EXPECT_EQ(code_of(read_keygen_file(encrypted, account(), {})), "argument.invalid");
    // A plain file needs none.
    EXPECT_TRUE(read_keygen_file(file("license.lic"), account(), {}).has_value());
    const auto other = VerifyKey::from_bytes(
        hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    EXPECT_EQ(code_of(read_keygen_file(file("license.lic"), other.value(), {})),
              "license.not_genuine");
}

TEST(KeygenFile, AMachineFileIsNoLicenceFile) {
    std::string text = file("machine.lic");
    for (std::size_t at = text.find("MACHINE"); at != std::string::npos;
         at = text.find("MACHINE")) {
        text.replace(at, 7, "LICENSE");
    }
    EXPECT_EQ(code_of(read(text)), "license.not_genuine");
}

TEST(KeygenFile, RefusesOtherAlgorithmsAndOtherFiles) {
    // {"enc":"AA==","sig":"AA==","alg":"aes-256-gcm+rsa-sha256"}
    EXPECT_EQ(code_of(read("-----BEGIN LICENSE FILE-----\n"
                           "eyJlbmMiOiJBQT09Iiwic2lnIjoiQUE9PSIsImFsZyI6ImFlcy0yNTYtZ2NtK3JzYS1z"
                           "aGEyNTYifQ==\n-----END LICENSE FILE-----\n")),
              "license.unsupported");
    for (const char* text :
         {"-----BEGIN LICENSE FILE-----", "-----BEGIN LICENSE FILE----------END LICENSE FILE-----",
          "-----BEGIN LICENSE FILE-----\n-----END MACHINE FILE-----", "no file", "\n"}) {
        EXPECT_EQ(code_of(read(text)), "license.not_genuine") << text;
    }
    EXPECT_EQ(code_of(read("")), "license.malformed");
    EXPECT_EQ(code_of(read(std::string(70'000, 'A'))), "license.malformed");
}

TEST(ImagorLicense, I10_ReadsAKeyInItsOneSpelling) {
    const License license = read_imagor_license(kImagorKey, account()).value();
    EXPECT_EQ(license.product, "imagor-studio-commercial");
    EXPECT_EQ(license.licensee, "business@example.com");
    EXPECT_EQ(license.features, (std::vector<std::string>{"hdr", "batch"}));
    EXPECT_TRUE(is_license_id(license.id));
    EXPECT_EQ(to_string(evaluate_license(license, {.now = {1'900'000'001}}).state), "expired");
    const License personal = read_imagor_license(kImagorPersonalKey, account()).value();
    EXPECT_FALSE(personal.expires_at.has_value());
    EXPECT_TRUE(personal.features.empty());
    EXPECT_EQ(mask_license_key(kImagorKey), "IMGR-eyJ...p9DQ");

    // Padding, another alphabet, unused bits: their reader takes some of these for the same key.
    std::string padded(kImagorKey);
    padded.insert(padded.find('.'), "=");
    std::string last_bits(kImagorKey);
    last_bits.back() = 'R';
    for (const std::string& other :
         {padded, last_bits, std::string(kImagorKey) + "==", std::string(kImagorKey) + ".",
          " " + std::string(kImagorKey)}) {
        EXPECT_EQ(code_of(read_imagor_license(other, account())), "license.not_genuine");
    }
}

TEST(ImagorLicense, I10_EveryFlippedByteIsNotGenuine) {
    std::string text(kImagorKey);
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128}) {
            const char before = text[at];
            text[at] = static_cast<char>(before ^ flip);
            EXPECT_EQ(code_of(read_imagor_license(text, account())), "license.not_genuine");
            text[at] = before;
        }
    }
}

TEST(Rfc3339, ReadsTimesAndRefusesTheRest) {
    const auto at = [](std::string_view text) { return parse_rfc3339(text).value().value; };
    EXPECT_EQ(at("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(at("2027-01-15T08:00:00Z"), 1'800'000'000);
    EXPECT_EQ(at("2027-01-15T08:00:00.123456Z"), 1'800'000'000);
    EXPECT_EQ(at("2027-01-15T10:30:00+02:30"), 1'800'000'000);
    EXPECT_EQ(at("2000-02-29T00:00:00Z"), 951'782'400);
    EXPECT_EQ(at("9999-12-31T23:59:59Z"), 253'402'300'799);
    for (const char* text : {"",
                             "2027-01-15",
                             "2027-01-15T08:00:00",
                             "2027-1-15T08:00:00Z",
                             "2027-13-15T08:00:00Z",
                             "2027-02-29T08:00:00Z",
                             "2100-02-29T08:00:00Z",
                             "2027-01-32T08:00:00Z",
                             "2027-01-15T24:00:00Z",
                             "2027-01-15T08:60:00Z",
                             "2027-01-15T08:00:61Z",
                             "2027-01-15T08:00:00.Z",
                             "2027-01-15 08:00:00Z",
                             "2027-01-15T08:00:00Z ",
                             "2027-01-15T08:00:00+0230",
                             "1969-12-31T23:59:59Z",
                             "1970-01-01T00:00:00+00:01",
                             "-027-01-15T08:00:00Z",
                             "2027-01-00T08:00:00Z",
                             "2027-00-15T08:00:00Z"}) {
        EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace limpid::security::foreign_license_test
