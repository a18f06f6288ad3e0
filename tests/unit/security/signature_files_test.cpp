#include "limpid/security/signature_files.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "limpid/security/signing_files.hpp"
#include "unit/security/test_keys.hpp"

namespace limpid::security::signature_files_test {
namespace {

// Made with `minisign -G -W` 0.12 and `signify-openbsd -G -n` 32, whose verdict on what is written
// here tests/security/signature_programs.py asks for.
constexpr std::string_view kFile = "a file\n";

template <class T>
std::string answer(const Result<T>& result) {
    return result ? "ok" : std::string(result.error().code());
}
std::string answer(const Status& status) {
    return status ? "ok" : std::string(status.error().code());
}

TEST(PublicKeyFile, RoundTrips) {
    const VerifyKey key = test_key(1).verify_key();
    const auto text = public_key_file(key, "somebody's key");
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, "untrusted comment: somebody's key\n" + to_string(key) + "\n");
    EXPECT_EQ(parse_public_key_file(*text).value(), key);
    std::string crlf = *text;
    for (std::size_t at = 0; (at = crlf.find('\n', at)) != std::string::npos; at += 2) {
        crlf.insert(at, "\r");
    }
    EXPECT_EQ(parse_public_key_file(crlf).value(), key);
    EXPECT_EQ(parse_public_key_file(text->substr(0, text->size() - 1)).value(), key);
}

TEST(PublicKeyFile, RefusesWhatIsNotOne) {
    const std::string line = to_string(test_key(1).verify_key());
    const std::string first = "untrusted comment: ";
    const std::vector<std::string> texts = {
        "",
        line,
        "comment: x\n" + line,
        first + "x",
        first + "x\n",
        first + "x\n\n" + line,
        first + "x\n" + line + "\nmore\n",
        first + "\x1b[2J\n" + line,
        first + std::string(kMaxCommentBytes + 1, 'x') + "\n" + line,
    };
    for (const std::string& text : texts) {
        const auto refused = parse_public_key_file(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().id(), ErrorCode::key_malformed);
    }
    EXPECT_FALSE(public_key_file(test_key(1).verify_key(), "two\nlines"));
}

class Minisign : public testing::Test {
protected:
    SigningKey key_ = test_key(1);
    MinisignSignature signature_ = sign_minisign(as_bytes(kFile), key_, "timestamp:1\tv2").value();
    std::string text_ = to_string(signature_);
};

TEST_F(Minisign, VerifiesWhatItSigned) {
    const auto read = parse_minisign(text_);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_TRUE(read->prehashed);
    const auto trusted = verify_minisign(as_bytes(kFile), *read, key_.verify_key());
    ASSERT_TRUE(trusted) << trusted.error().message();
    EXPECT_EQ(*trusted, "timestamp:1\tv2");
    EXPECT_EQ(to_string(*read), text_);
}

TEST_F(Minisign, VerifiesAFileInPieces) {
    MinisignDigest digest;
    digest.update(as_bytes("a f"));
    digest.update(as_bytes("ile\n"));
    EXPECT_EQ(answer(verify_minisign(std::move(digest), signature_, key_.verify_key())), "ok");
    // NOLINTNEXTLINE(bugprone-use-after-move)
    EXPECT_EQ(answer(verify_minisign(std::move(digest), signature_, key_.verify_key())),
              "argument.invalid");
}

TEST_F(Minisign, RefusesEveryChangedByteBelowTheUntrustedComment) {
    const std::size_t below = text_.find('\n') + 1;
    for (std::size_t i = below; i + 1 < text_.size(); ++i) {
        for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
            std::string changed = text_;
            changed[i] = static_cast<char>(changed[i] ^ flip);
            const auto read = parse_minisign(changed);
            if (!read) continue;
            ASSERT_FALSE(verify_minisign(as_bytes(kFile), *read, key_.verify_key()))
                << i << " ^ " << flip;
        }
    }
}

TEST_F(Minisign, TellsWhatWasChanged) {
    EXPECT_EQ(answer(verify_minisign(as_bytes("a fail\n"), signature_, key_.verify_key())),
              "signature.mismatch");
    EXPECT_EQ(answer(verify_minisign(as_bytes(kFile), signature_, test_key(2).verify_key())),
              "signature.unknown_key");
    const auto impostor = VerifyKey::from_bytes(test_key(2).verify_key().bytes(), key_.id());
    EXPECT_EQ(answer(verify_minisign(as_bytes(kFile), signature_, *impostor)),
              "signature.mismatch");
    MinisignSignature retold = signature_;
    retold.trusted_comment = "timestamp:2\tv2";
    EXPECT_EQ(answer(verify_minisign(as_bytes(kFile), retold, key_.verify_key())),
              "signature.mismatch");
    MinisignSignature whole = signature_;
    whole.prehashed = false;
    EXPECT_EQ(answer(verify_minisign(as_bytes(kFile), whole, key_.verify_key())),
              "signature.mismatch");
    EXPECT_EQ(answer(verify_minisign(MinisignDigest(), whole, key_.verify_key())),
              "signature.unsupported");
}

TEST_F(Minisign, RefusesOtherAlgorithmsAndMissingLines) {
    std::string other = text_;
    other.replace(other.find("\nRU") + 1, 4, "RURa");  // "ED" + id -> "ED" + another id
    EXPECT_EQ(answer(parse_minisign(other)), "ok");
    other.replace(other.find("\nRU") + 1, 4, "QUFB");
    EXPECT_EQ(answer(parse_minisign(other)), "signature.unsupported");
    for (std::size_t size = 0; size + 1 < text_.size(); ++size) {
        EXPECT_EQ(answer(parse_minisign(text_.substr(0, size))), "signature.malformed") << size;
    }
    EXPECT_EQ(answer(parse_minisign(text_ + "\n")), "signature.malformed");
    EXPECT_EQ(answer(sign_minisign(as_bytes(kFile), key_, "two\nlines")), "argument.invalid");
}

TEST(MinisignSecretKey, RoundTripsWithoutAPassword) {
    const SigningKey key = test_key(9);
    const auto file = minisign_secret_key_file(key, "secret");
    ASSERT_TRUE(file) << file.error().message();
    const auto read = parse_minisign_secret_key(file->expose_text(), {});
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->verify_key(), key.verify_key());
    EXPECT_EQ(read->sign(as_bytes("x")), key.sign(as_bytes("x")));
}

TEST(MinisignSecretKey, RefusesEveryChangedByte) {
    const auto file = minisign_secret_key_file(test_key(9), "secret");
    ASSERT_TRUE(file);
    const std::string text(file->expose_text());
    std::size_t accepted = 0;
    for (std::size_t i = text.find('\n') + 1; i + 1 < text.size(); ++i) {
        std::string changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        const auto read = parse_minisign_secret_key(changed, {});
        if (read) ++accepted;
    }
    // Salt and cost mean nothing without a password: 48 bytes, 64 characters.
    EXPECT_EQ(accepted, 64U);
}

TEST(MinisignSecretKey, AsksForThePasswordAndBoundsItsCost) {
    const auto file = minisign_secret_key_file(test_key(9), "secret");
    std::string text(file->expose_text());
    // "Ed\0\0B2" -> "EdScB2"; the cost fields are zero, which libsodium takes as its least.
    text.replace(text.find('\n') + 1, 8, "RWRTY0Iy");
    EXPECT_EQ(answer(parse_minisign_secret_key(text, {})), "argument.invalid");
    EXPECT_EQ(answer(parse_minisign_secret_key(text, as_bytes("wrong"))), "key.wrong_password");
    // The largest operation count.
    text.replace(text.find('\n') + 1 + 52, 8, "////////");
    EXPECT_EQ(answer(parse_minisign_secret_key(text, as_bytes("wrong"))), "argument.invalid");
}

TEST(SignifySecretKey, RoundTripsWithoutAPassphrase) {
    const SigningKey key = test_key(9);
    const auto file = signify_secret_key_file(key, "secret");
    ASSERT_TRUE(file) << file.error().message();
    const auto read = parse_signify_secret_key(file->expose_text());
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->verify_key(), key.verify_key());
    std::string with_rounds(file->expose_text());
    with_rounds.replace(with_rounds.find('\n') + 1, 12, "RWRCSwAAACoA");
    EXPECT_EQ(answer(parse_signify_secret_key(with_rounds)), "signature.unsupported");
}

TEST(Signify, VerifiesWhatItSigned) {
    const SigningKey key = test_key(1);
    const std::string text = to_string(sign_signify(as_bytes(kFile), key, "verify with key.pub"));
    const auto read = parse_signify(text);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(answer(verify_signify(as_bytes(kFile), *read, key.verify_key())), "ok");
    EXPECT_EQ(answer(verify_signify(as_bytes("other"), *read, key.verify_key())),
              "signature.mismatch");
    EXPECT_EQ(answer(verify_signify(as_bytes(kFile), *read, test_key(2).verify_key())),
              "signature.unknown_key");
    EXPECT_EQ(answer(parse_signify(text + "more")), "signature.malformed");
    EXPECT_EQ(answer(parse_signify("")), "signature.malformed");
}

}  // namespace
}  // namespace limpid::security::signature_files_test
