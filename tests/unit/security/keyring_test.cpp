#include "limpid/security/keyring.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::keyring_test {
namespace {

constexpr UnixSeconds kNow{1'800'000'000};
constexpr std::int64_t kDay = 86'400;

TEST(Keyring, I3_AFormerKeyOpensDuringTheOverlapAndNotAfter) {
    SeededRandom random(1);
    Keyring ring = Keyring::create("2026-11", kNow, random).value();
    const Secret former = ring.subkey("2026-11", "jwt").value();
    ASSERT_TRUE(ring.rotate("2026-12", kNow, kDay, random).has_value());
    EXPECT_EQ(ring.primary_id(), "2026-12");
    EXPECT_FALSE(former == ring.subkey("2026-12", "jwt").value());
    EXPECT_TRUE(former == ring.subkey("2026-11", "jwt").value());
    EXPECT_TRUE(ring.usable("2026-11", {kNow.value + kDay}).has_value());
    EXPECT_EQ(code_of(ring.usable("2026-11", {kNow.value + kDay + 1})), "sealed.key_expired");
    EXPECT_TRUE(ring.usable("2026-12", {kNow.value + 1000 * kDay}).has_value());
    EXPECT_EQ(code_of(ring.usable("2027-01", kNow)), "sealed.unknown_key");
}

TEST(Keyring, I3_InstancesThatShareTheTextShareTheKeys) {
    SeededRandom random(1);
    Keyring ring = Keyring::create("a", kNow, random).value();
    ASSERT_TRUE(ring.rotate("b", kNow, kDay, random).has_value());
    ASSERT_TRUE(ring.rotate("c", {kNow.value + 5}, 2 * kDay, random).has_value());
    const Secret text = ring.to_secret().value();
    EXPECT_TRUE(text.expose_text().starts_with("limpid-keyring:v1\nc 1800000005 - "));

    const Keyring other = Keyring::parse(text).value();
    EXPECT_TRUE(other.to_secret().value() == text);
    ASSERT_EQ(other.keys().size(), 3U);
    EXPECT_EQ(other.keys()[1].id, "b");
    EXPECT_EQ(other.keys()[1].valid_until, (UnixSeconds{kNow.value + 5 + 2 * kDay}));
    for (const char* id : {"a", "b", "c"}) {
        EXPECT_TRUE(ring.subkey(id, "jwt").value() == other.subkey(id, "jwt").value());
    }
}

TEST(Keyring, EachPurposeHasAKeyOfItsOwn) {
    SeededRandom random(1);
    const Keyring ring = Keyring::create("a", kNow, random).value();
    EXPECT_FALSE(ring.subkey("a", "jwt").value() == ring.subkey("a", "registry").value());
    EXPECT_EQ(ring.subkey("a", "jwt").value().size(), 32U);
    EXPECT_FALSE(ring.subkey("a", "").has_value());
    EXPECT_FALSE(ring.subkey("a", std::string(256, 'x')).has_value());
    EXPECT_FALSE(ring.subkey("b", "jwt").has_value());
}

TEST(Keyring, RefusesWhatWouldMakeKeysAmbiguous) {
    SeededRandom random(1);
    Keyring ring = Keyring::create("a", kNow, random).value();
    EXPECT_EQ(code_of(ring.rotate("a", kNow, kDay, random)), "argument.invalid");
    EXPECT_EQ(ring.primary_id(), "a");
    EXPECT_FALSE(ring.keys()[0].valid_until.has_value());
    for (const std::string& id : {std::string(), std::string("a b"), std::string("a:b"),
                                  std::string("\xC3\xA4"), std::string(65, 'a')}) {
        EXPECT_FALSE(Keyring::create(id, kNow, random).has_value()) << id;
    }
    EXPECT_EQ(code_of(ring.rotate("b", kNow, -1, random)), "argument.invalid");
    EXPECT_EQ(code_of(ring.rotate("b", kNow, INT64_MAX, random)), "argument.invalid");
    EXPECT_EQ(code_of(ring.add("b", secret_of("31 bytes......................."), kNow)),
              "argument.invalid");
    EXPECT_EQ(code_of(ring.remove("a")), "argument.invalid");
    EXPECT_EQ(code_of(ring.remove("b")), "sealed.unknown_key");
}

TEST(Keyring, BoundsTheNumberOfKeys) {
    SeededRandom random(1);
    Keyring ring = Keyring::create("k0", kNow, random).value();
    for (std::size_t i = 1; i < Keyring::kMaxKeys; ++i) {
        ASSERT_TRUE(ring.rotate("k" + std::to_string(i), kNow, kDay, random).has_value());
    }
    EXPECT_EQ(code_of(ring.rotate("one-more", kNow, kDay, random)), "argument.invalid");
    ASSERT_TRUE(ring.remove("k0").has_value());
    EXPECT_TRUE(ring.rotate("one-more", kNow, kDay, random).has_value());
    EXPECT_TRUE(Keyring::parse(ring.to_secret().value()).has_value());
}

TEST(Keyring, ReadsExactlyWhatItWrites) {
    const std::string key(43, 'A');
    const auto read = [](const std::string& text) { return Keyring::parse(secret_of(text)); };
    EXPECT_TRUE(read("limpid-keyring:v1\n").has_value());
    EXPECT_TRUE(read("limpid-keyring:v1\na 1 - " + key + "\nb 1 2 " + key + "\n").has_value());
    for (const std::string& text :
         {std::string(), std::string("limpid-keyring:v2\n"), std::string("limpid-keyring:v1"),
          "limpid-keyring:v1\na 1 - " + key, "limpid-keyring:v1\na 1 2 " + key + "\n",
          "limpid-keyring:v1\na 1 - " + key + "\nb 1 - " + key + "\n",
          "limpid-keyring:v1\na 1 - " + key + "\na 1 2 " + key + "\n",
          "limpid-keyring:v1\na 01 - " + key + "\n", "limpid-keyring:v1\na 1 - " + key + " \n",
          "limpid-keyring:v1\na 1 - " + key + "\r\n", "limpid-keyring:v1\na 1 - " + key + "\n\n",
          "limpid-keyring:v1\na  1 - " + key + "\n", "limpid-keyring:v1\na 1 - " + key + "A\n",
          "limpid-keyring:v1\na 1 -1 " + key + "\n"}) {
        const auto ring = read(text);
        ASSERT_FALSE(ring.has_value()) << text;
        EXPECT_EQ(ring.error().id(), ErrorCode::keyring_malformed);
        EXPECT_EQ(ring.error().message().find(key), std::string::npos);
    }
}

}  // namespace
}  // namespace limpid::security::keyring_test
