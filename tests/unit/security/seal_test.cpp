#include "limpid/security/seal.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::seal_test {
namespace {

constexpr UnixSeconds kNow{1'800'000'000};
constexpr RecordName kRecord{"registry", "config.jwt_secret"};
constexpr std::string_view kPlaintext = "a secret of some length";

Keyring ring_with(const char* id, std::uint64_t seed = 1) {
    SeededRandom random(seed);
    return Keyring::create(id, kNow, random).value();
}

TEST(Seal, OpensWhatItSealedAndSaysWithWhichKey) {
    const Keyring ring = ring_with("k1");
    SeededRandom random(7);
    for (const std::string_view plaintext :
         {kPlaintext, std::string_view("x"), std::string_view()}) {
        const std::string sealed = seal(ring, kRecord, as_bytes(plaintext), random).value();
        EXPECT_TRUE(sealed.starts_with("limpid-sealed:v1:k1:")) << sealed;
        EXPECT_EQ(sealing_key_id(sealed).value(), "k1");
        EXPECT_EQ(text_of(unseal(ring, kRecord, sealed, kNow)), plaintext);
    }
}

// The bytes of the format, fixed: a value sealed by one release opens in the next. Computed apart
// from this library, with Python's hmac and libsodium's XChaCha20-Poly1305.
TEST(Seal, TheFormatIsFixed) {
    std::vector<std::byte> key(32);
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::byte>(i);
    Keyring ring;
    ASSERT_TRUE(ring.add("k1", Secret::copy_of(key).value(), kNow).has_value());
    const auto opened =
        unseal(ring, kRecord,
               "limpid-sealed:v1:k1:ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7nNatk7BOCodYwlf4yrhH0q6tgJw_"
               "eBH5rFvcC1pbWbwD43yC-n1o",
               kNow);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    EXPECT_EQ(opened->expose_text(), kPlaintext);
}

TEST(Seal, I6_ASwappedRecordDoesNotOpen) {
    const Keyring ring = ring_with("k1");
    SeededRandom random(7);
    const std::string a = seal(ring, {"registry", "a"}, as_bytes("secret a"), random).value();
    const std::string b = seal(ring, {"registry", "b"}, as_bytes("secret b"), random).value();
    EXPECT_EQ(code_of(unseal(ring, {"registry", "a"}, b, kNow)), "sealed.not_genuine");
    EXPECT_EQ(code_of(unseal(ring, {"registry", "b"}, a, kNow)), "sealed.not_genuine");
    EXPECT_EQ(code_of(unseal(ring, {"other", "a"}, a, kNow)), "sealed.not_genuine");
    // Nor where purpose and name only join to the same letters.
    EXPECT_EQ(code_of(unseal(ring, {"registrya", "a"}, a, kNow)), "sealed.not_genuine");
    EXPECT_EQ(text_of(unseal(ring, {"registry", "a"}, a, kNow)), "secret a");
}

TEST(Seal, I7_TheSamePlaintextNeverLooksTheSame) {
    const Keyring ring = ring_with("k1");
    SeededRandom random(7);
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(seen.insert(seal(ring, kRecord, as_bytes("x"), random).value()).second);
    }
}

TEST(Seal, I7_EveryFlippedBitIsNoticed) {
    const Keyring ring = ring_with("k1");
    SeededRandom random(7);
    std::string sealed = seal(ring, kRecord, as_bytes(kPlaintext), random).value();
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        const auto flip = static_cast<char>(1 << (bit % 8));
        sealed[bit / 8] = static_cast<char>(sealed[bit / 8] ^ flip);
        EXPECT_FALSE(unseal(ring, kRecord, sealed, kNow).has_value()) << "bit " << bit;
        sealed[bit / 8] = static_cast<char>(sealed[bit / 8] ^ flip);
    }
    EXPECT_TRUE(unseal(ring, kRecord, sealed, kNow).has_value());
}

TEST(Seal, RefusesEveryTruncationAndAddition) {
    const Keyring ring = ring_with("k1");
    SeededRandom random(7);
    const std::string sealed = seal(ring, kRecord, as_bytes(kPlaintext), random).value();
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        EXPECT_FALSE(unseal(ring, kRecord, sealed.substr(0, size), kNow).has_value()) << size;
    }
    for (const char* more : {" ", "\n", "=", "A", ":", ":AAAA"}) {
        EXPECT_FALSE(unseal(ring, kRecord, sealed + more, kNow).has_value()) << more;
    }
    EXPECT_EQ(code_of(unseal(ring, kRecord, std::string(3'000'000, 'A'), kNow)),
              "sealed.malformed");
}

TEST(Seal, TellsAnUnknownKeyFromADamagedValue) {
    SeededRandom random(7);
    const std::string sealed = seal(ring_with("k1"), kRecord, as_bytes("x"), random).value();
    EXPECT_EQ(code_of(unseal(ring_with("k2"), kRecord, sealed, kNow)), "sealed.unknown_key");
    EXPECT_EQ(code_of(unseal(ring_with("k1", 2), kRecord, sealed, kNow)), "sealed.not_genuine");
}

TEST(Seal, NeedsAKeyAndNames) {
    SeededRandom random(7);
    const Keyring ring = ring_with("k1");
    EXPECT_EQ(code_of(seal(Keyring(), kRecord, {}, random)), "argument.invalid");
    EXPECT_EQ(code_of(seal(ring, {"", "a"}, {}, random)), "argument.invalid");
    EXPECT_EQ(code_of(seal(ring, {"a", ""}, {}, random)), "argument.invalid");
    EXPECT_EQ(code_of(seal(ring, {std::string(256, 'a'), "a"}, {}, random)), "argument.invalid");
    const std::vector<std::byte> large(Secret::kMaxBytes + 1);
    EXPECT_EQ(code_of(seal(ring, kRecord, large, random)), "argument.invalid");
    const std::string full =
        seal(ring, kRecord, std::span(large).first(Secret::kMaxBytes), random).value();
    EXPECT_EQ(unseal(ring, kRecord, full, kNow).value().size(), Secret::kMaxBytes);
}

TEST(Seal, I9_RekeyingSealsAllRecordsAnewOrNone) {
    Keyring ring = ring_with("old");
    SeededRandom random(7);
    std::vector<SealedRecord> records;
    for (const char* name : {"a", "b", "c"}) {
        records.push_back({name, seal(ring, {"registry", name}, as_bytes(name), random).value()});
    }
    ASSERT_TRUE(ring.rotate("new", kNow, 0, random).has_value());
    const UnixSeconds later{kNow.value + 1};
    EXPECT_EQ(code_of(unseal(ring, {"registry", "a"}, records[0].sealed, later)),
              "sealed.key_expired");

    const auto anew = rekey(ring, ring, "registry", records, random).value();
    ASSERT_TRUE(ring.remove("old").has_value());
    ASSERT_EQ(anew.size(), 3U);
    for (const SealedRecord& record : anew) {
        EXPECT_EQ(sealing_key_id(record.sealed).value(), "new");
        EXPECT_EQ(text_of(unseal(ring, {"registry", record.name}, record.sealed, later)),
                  record.name);
    }

    std::swap(records[1].sealed, records[2].sealed);
    const auto refused = rekey(ring_with("old"), ring, "registry", records, random);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().id(), ErrorCode::sealed_not_genuine);
    EXPECT_NE(refused.error().found().find("'b'"), std::string::npos);
}

TEST(Seal, I9_AnInterruptedMoveToAnotherRingCanBeFinished) {
    const Keyring from = ring_with("old");
    const Keyring to = ring_with("new");
    SeededRandom random(7);
    std::vector<SealedRecord> records;
    for (const char* name : {"a", "b"}) {
        records.push_back({name, seal(from, {"registry", name}, as_bytes(name), random).value()});
    }
    records[0].sealed = rekey(from, to, "registry", {records.data(), 1}, random).value()[0].sealed;
    const auto finished = rekey(from, to, "registry", records, random).value();
    EXPECT_EQ(finished[0].sealed, records[0].sealed);
    for (const SealedRecord& record : finished) {
        EXPECT_EQ(sealing_key_id(record.sealed).value(), "new");
        EXPECT_EQ(text_of(unseal(to, {"registry", record.name}, record.sealed, kNow)), record.name);
    }

    // What neither ring opens is still refused, whichever ring's key it names.
    std::swap(records[0].sealed, records[1].sealed);
    EXPECT_EQ(code_of(rekey(from, to, "registry", records, random)), "sealed.not_genuine");
    records[0].sealed = seal(ring_with("third"), {"registry", "a"}, as_bytes("a"), random).value();
    EXPECT_EQ(code_of(rekey(from, to, "registry", records, random)), "sealed.unknown_key");
}

TEST(Seal, I5_APassphraseOpensWithItsOwnParameters) {
    SeededRandom random(7);
    const PassphraseCost cheap{.memory_kib = 64, .passes = 1};
    const Secret passphrase = secret_of("correct horse battery staple");
    const std::string sealed =
        seal_with_passphrase(passphrase, kRecord, as_bytes(kPlaintext), cheap, random).value();
    EXPECT_TRUE(sealed.starts_with("limpid-sealed:v1:argon2id$m=64$t=1$")) << sealed;
    EXPECT_EQ(sealing_key_id(sealed).value(), "");
    EXPECT_EQ(text_of(unseal_with_passphrase(passphrase, kRecord, sealed)), kPlaintext);
    EXPECT_EQ(
        code_of(unseal_with_passphrase(secret_of("correct horse battery staplf"), kRecord, sealed)),
        "sealed.not_genuine");
    EXPECT_EQ(code_of(unseal_with_passphrase(passphrase, {"registry", "b"}, sealed)),
              "sealed.not_genuine");
    EXPECT_EQ(code_of(unseal(ring_with("k1"), kRecord, sealed, kNow)), "sealed.unknown_key");
    EXPECT_EQ(code_of(seal_with_passphrase(secret_of("7 bytes"), kRecord, {}, cheap, random)),
              "argument.invalid");
}

TEST(Seal, I5_TheDefaultCostIs64MebibytesAndThreePasses) {
    SeededRandom random(7);
    const Secret passphrase = secret_of("correct horse battery staple");
    const std::string sealed =
        seal_with_passphrase(passphrase, kRecord, as_bytes("x"), {}, random).value();
    EXPECT_TRUE(sealed.starts_with("limpid-sealed:v1:argon2id$m=65536$t=3$")) << sealed;
    EXPECT_EQ(text_of(unseal_with_passphrase(passphrase, kRecord, sealed)), "x");
}

TEST(Seal, AHostileCostIsRefusedBeforeItIsPaid) {
    const Secret passphrase = secret_of("correct horse battery staple");
    const std::string salt(22, 'A');
    const std::string box(60, 'A');
    const auto open = [&](const std::string& parameters) {
        return code_of(unseal_with_passphrase(
            passphrase, kRecord,
            "limpid-sealed:v1:argon2id$" + parameters + '$' + salt + ':' + box));
    };
    EXPECT_EQ(open("m=262145$t=1"), "sealed.too_costly");
    EXPECT_EQ(open("m=64$t=11"), "sealed.too_costly");
    EXPECT_EQ(open("m=4294967295$t=1"), "sealed.too_costly");
    for (const char* parameters :
         {"m=4294967296$t=1", "m=0$t=1", "m=7$t=1", "m=64$t=0", "m=064$t=1", "m=64$t=+1",
          "m=-1$t=1", "m=64", "t=1$m=64", "m=64$t=1$x=1"}) {
        EXPECT_EQ(open(parameters), "sealed.malformed") << parameters;
    }
    EXPECT_EQ(open("m=64$t=1"), "sealed.not_genuine");
}

}  // namespace
}  // namespace limpid::security::seal_test
