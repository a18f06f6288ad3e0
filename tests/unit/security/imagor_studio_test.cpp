#include "limpid/security/imagor_studio.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::imagor_studio_test {
namespace {

// Made by their algorithm with Python's hashlib.pbkdf2_hmac and cryptography's AESGCM.
constexpr std::string_view kDatabase = "/app/data/imagor-studio.db";
constexpr std::string_view kJwtSecret = "Vh3qJrQy0l2m8C1p7nYtXw5sKdEbGuZa";
const ImagorStudioRow kJwtRow{
    "config.jwt_secret",
    "AQIDBAUGBwgJCgsMhyLO+qIULDsyN3uROLuT2BMCw1lGtD1KRdOt31N+CavAI+cSpGPnFPeJGYb6KRgY"};
const ImagorStudioRow kAccessKeyRow{
    "config.s3_access_key_id", "FBUWFxgZGhscHR4fqJnArpqp0JCedRbv/lyUr5u3aXTHithcUiDxSVx7S2GQbU/V"};
const ImagorStudioRow kSecretKeyRow{
    "config.s3_secret_access_key",
    "FRYXGBkaGxwdHh8gtkJjZUZlOHgYMLMtSJczDZ7NVXEFAVApJVjushyueKwCyDg4uRDjzuHcBO9PSYIcwn1TFOL42ME="};
const ImagorStudioRow kImagorRow{"config.imagor_secret",
                                 "FhcYGRobHB0eHyAhowBN0iNfGBJ+fnoRTrJ5N/xpkjOhDFeG"};

TEST(ImagorStudio, I5_TheDatabasePathOpensTheJwtSecretOnly) {
    const ImagorStudioKeys keys{.database_path = kDatabase};
    EXPECT_EQ(text_of(open_imagor_studio_row(keys, kJwtRow)), kJwtSecret);
    EXPECT_EQ(code_of(open_imagor_studio_row({.database_path = "/elsewhere.db"}, kJwtRow)),
              "sealed.not_genuine");
    EXPECT_EQ(code_of(open_imagor_studio_row(keys, kAccessKeyRow)), "argument.invalid");
    EXPECT_EQ(code_of(open_imagor_studio_row({}, kJwtRow)), "argument.invalid");
}

TEST(ImagorStudio, I6_TheJwtSecretOpensTheOthers) {
    const Secret jwt = secret_of(kJwtSecret);
    const ImagorStudioKeys keys{.database_path = kDatabase, .jwt_secret = &jwt};
    EXPECT_EQ(text_of(open_imagor_studio_row(keys, kAccessKeyRow)), "AKIAIOSFODNN7EXAMPLE");
    EXPECT_EQ(text_of(open_imagor_studio_row(keys, kSecretKeyRow)),
              "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    EXPECT_EQ(text_of(open_imagor_studio_row(keys, kImagorRow)), "mysecret");
    EXPECT_EQ(text_of(open_imagor_studio_row(keys, {"license_key", ""})), "");
}

TEST(ImagorStudio, I6_AnImportedRegistryNoticesSwappedRecords) {
    SeededRandom random(1);
    const UnixSeconds now{1'800'000'000};
    const Keyring ring = Keyring::create("k1", now, random).value();
    const std::vector<ImagorStudioRow> rows = {kImagorRow, kJwtRow, kAccessKeyRow};
    const auto records =
        import_imagor_studio({.database_path = kDatabase}, rows, ring, "registry", random).value();
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(text_of(unseal(ring, {"registry", rows[0].key}, records[0].sealed, now)), "mysecret");
    EXPECT_EQ(text_of(unseal(ring, {"registry", rows[1].key}, records[1].sealed, now)), kJwtSecret);
    EXPECT_EQ(code_of(unseal(ring, {"registry", rows[1].key}, records[0].sealed, now)),
              "sealed.not_genuine");
}

TEST(ImagorStudio, ImportsEveryRowOrNone) {
    SeededRandom random(1);
    const Keyring ring = Keyring::create("k1", {}, random).value();
    std::vector<ImagorStudioRow> rows = {kJwtRow, kAccessKeyRow, kImagorRow};
    rows[2].ciphertext[20] ^= 1;
    const auto refused =
        import_imagor_studio({.database_path = kDatabase}, rows, ring, "registry", random);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().found().find("config.imagor_secret"), std::string::npos);
    const auto without = import_imagor_studio({.database_path = kDatabase},
                                              std::span(rows).subspan(1), ring, "registry", random);
    EXPECT_EQ(code_of(without), "argument.invalid");
}

TEST(ImagorStudio, I7_EveryFlippedBitIsNoticed) {
    ImagorStudioRow row = kImagorRow;
    const Secret jwt = secret_of(kJwtSecret);
    const ImagorStudioKeys keys{.database_path = kDatabase, .jwt_secret = &jwt};
    for (std::size_t bit = 0; bit < row.ciphertext.size() * 8; bit += 1) {
        char& c = row.ciphertext[bit / 8];
        const char before = c;
        c = static_cast<char>(c ^ (1 << (bit % 8)));
        EXPECT_FALSE(open_imagor_studio_row(keys, row).has_value()) << bit;
        c = before;
    }
    EXPECT_EQ(code_of(open_imagor_studio_row(keys, {"license_key", "AQIDBAUGBwgJCgsM"})),
              "sealed.malformed");
    EXPECT_EQ(code_of(open_imagor_studio_row(keys, {"license_key", std::string(70'000, 'A')})),
              "sealed.malformed");
}

TEST(ImagorStudio, I8_OnlySecretRowsAreEncrypted) {
    for (const char* key : {"jwt_secret", "imagor_secret", "license_key", "s3_access_key_id",
                            "s3_secret_access_key", "s3_session_token"}) {
        EXPECT_TRUE(is_imagor_studio_secret(key));
        EXPECT_TRUE(is_imagor_studio_secret("config." + std::string(key)));
    }
    for (const char* key : {"database_url", "port", "config.port", "image_path", "", "config.",
                            "config.config.jwt_secret", "jwt_secret "}) {
        EXPECT_FALSE(is_imagor_studio_secret(key)) << key;
        EXPECT_EQ(code_of(open_imagor_studio_row({.database_path = kDatabase}, {key, "AAAA"})),
                  "argument.invalid");
    }
}

}  // namespace
}  // namespace limpid::security::imagor_studio_test
