#include "limpid/security/signed_url.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "limpid/security/encoding.hpp"

namespace limpid::security::signed_url_test {
namespace {

constexpr UnixSeconds kNow{1'800'000'000};

// Key, salt and path of the examples in imgproxy's repository. All signatures here were made with
// node: createHmac('sha256', key).update(salt).update(path).digest('base64url').
constexpr std::string_view kKey =
    "943b421c9eb07c830af81030552c86009268de4e532ba2ee2eab8247c6da0881";
constexpr std::string_view kSalt =
    "520f986b998545b4785e0defbc4f3c1203f22de2374a3d53cb7a7fe9fea309c5";
constexpr std::string_view kPath = "/rs:fit:300:300/plain/http://img.example.com/pretty/image.jpg";
constexpr std::string_view kSigned =
    "/m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavc"
    "/rs:fit:300:300/plain/http://img.example.com/pretty/image.jpg";

UrlKey key(std::string_view id = {}) { return UrlKey::from_hex(kKey, kSalt, id).value(); }

UrlKey secret(std::string_view text = "imagor secret of 24 bytes") {
    return UrlKey::from_secret(as_bytes(text)).value();
}

SignedUrls urls(std::vector<UrlKey> keys, SignedUrlPolicy policy = {}) {
    return SignedUrls::create(std::move(keys), policy).value();
}

/// The verified path, or the code it is refused with.
std::string verdict(const SignedUrls& with, std::string_view url, UnixSeconds now = kNow) {
    const auto verified = with.verify(url, now);
    return verified ? std::string(verified->path) : std::string(verified.error().code());
}

TEST(SignedUrl, SignsAndVerifiesImgproxysExample) {
    const SignedUrls with = urls({key("imgproxy")});
    EXPECT_EQ(with.sign(kPath).value(), kSigned);
    EXPECT_EQ(verdict(with, kSigned), kPath);
    EXPECT_EQ(with.verify(kSigned, kNow)->key_id, "imgproxy");
    EXPECT_FALSE(with.verify(kSigned, kNow)->expires_at);
}

TEST(SignedUrl, RefusesEverySingleByteChange) {
    const SignedUrls with = urls({key()});
    std::string changed(kSigned);
    for (std::size_t at = 0; at < changed.size(); ++at) {
        for (int change = 1; change < 256; ++change) {
            changed[at] = static_cast<char>(kSigned[at] ^ change);
            ASSERT_FALSE(with.verify(changed, kNow)) << changed;
        }
        changed[at] = kSigned[at];
    }
    for (std::size_t size = 0; size < kSigned.size(); ++size) {
        ASSERT_FALSE(with.verify(kSigned.substr(0, size), kNow)) << size;
    }
}

TEST(SignedUrl, RefusesWhatStandsForASignatureElsewhere) {
    const SignedUrls with = urls({key()});
    for (const char* word : {"unsafe", "insecure", "_", "0", "none"}) {
        EXPECT_EQ(verdict(with, "/" + std::string(word) + std::string(kPath)), "url.mismatch");
    }
    EXPECT_EQ(verdict(with, "/" + std::string(kPath)), "url.mismatch");
}

TEST(SignedUrl, CannotBeMadeWithoutKeys) {
    EXPECT_EQ(SignedUrls::create({}).error().id(), ErrorCode::key_none);
}

TEST(SignedUrl, TruncatedSignaturesAreExactlyThatLong) {
    const SignedUrls with = urls({key()}, {.truncate_to = 10});
    const std::string url = with.sign(kPath).value();
    EXPECT_EQ(url.find('/', 1), 1 + 14U);
    EXPECT_EQ(verdict(with, url), kPath);
    EXPECT_EQ(verdict(with, kSigned), "url.mismatch");
    EXPECT_EQ(verdict(urls({key()}), url), "url.mismatch");
    for (const std::size_t length : {1U, 9U, 33U}) {
        EXPECT_EQ(SignedUrls::create({key()}, {.truncate_to = length}).error().id(),
                  ErrorCode::argument_invalid);
    }
}

// Made with node: createHmac(hash, secret).update(path).digest('base64'), + and / replaced.
TEST(SignedUrl, SpeaksImagorsForm) {
    const std::string path = "/fit-in/500x500/filters:quality(80)/gopher.png";
    const SignedUrls sha256 = urls({secret()}, {.form = SignedUrlForm::imagor});
    const std::string url = sha256.sign(path).value();
    EXPECT_EQ(url, "/-YmcE6WJISNu2Bse_FA8EZ1JeLn0fZgmALYjcuqxqVg=" + path);
    EXPECT_EQ(verdict(sha256, url), path);
    const SignedUrls sha512 =
        urls({secret()}, {.form = SignedUrlForm::imagor, .hash = SignedUrlHash::sha512});
    EXPECT_EQ(sha512.sign(path).value(),
              "/Vky__O12KgObUJQb6jV_g86z7hFLehzPPpkct1n6X63w_f7YIh_"
              "XzJoY4DgE0AdFrvCHWeGfSeHz8G9NNvmKGw==" +
                  path);
    EXPECT_EQ(verdict(sha512, sha512.sign(path).value()), path);
    EXPECT_EQ(verdict(sha512, url), "url.mismatch");
    const SignedUrls shorter = urls({secret()}, {.form = SignedUrlForm::imagor, .truncate_to = 40});
    EXPECT_EQ(shorter.sign(path).value(), url.substr(0, 41) + path);
    EXPECT_EQ(verdict(shorter, shorter.sign(path).value()), path);
    EXPECT_EQ(verdict(sha256, "/unsafe" + path), "url.mismatch");
}

TEST(SignedUrl, ExpiresAtTheSignedMoment) {
    const SignedUrls with = urls({key()});
    const std::string url = with.sign("/a", kNow).value();
    EXPECT_TRUE(url.ends_with("/a?exp=1800000000"));
    EXPECT_EQ(verdict(with, url, {kNow.value - 1}), "/a?exp=1800000000");
    EXPECT_EQ(with.verify(url, {0})->expires_at, kNow);
    EXPECT_EQ(verdict(with, url, kNow), "url.expired");
    std::string later = url;
    later.back() = '1';
    EXPECT_EQ(verdict(with, later, {0}), "url.mismatch");
    EXPECT_TRUE(with.sign("/a?w=3", kNow)->ends_with("/a?w=3&exp=1800000000"));
}

TEST(SignedUrl, ObeysImgproxysExpiryOption) {
    const SignedUrls with = urls({key()});
    const std::string short_form =
        "/JFMVHcIwyX7EV5CmsY0BdvCnZkywMFyO4y7YB_dTZtE/exp:1800000000/plain/x";
    EXPECT_EQ(verdict(with, short_form, {kNow.value - 1}), "/exp:1800000000/plain/x");
    EXPECT_EQ(verdict(with, short_form), "url.expired");
    EXPECT_EQ(verdict(with,
                      "/7vXQ1gCw2JhMnOCS6nM-0pTDSY32RU33w4ty4KH-OwM"
                      "/rs:fit:1:1/expires:1800000000/plain/x"),
              "url.expired");
}

TEST(SignedUrl, RefusesSignedExpiriesThatAreNoOneTime) {
    const SignedUrls with = urls({key()});
    for (const char* url :
         {"/I9QTxuUZvAyU0gWzpZkM-fI9L8xzdpD3G5MwliNrqvU/a?exp",
          "/DKhgNnL7yNY1zKPpiAupOGhiMiU6R5cx3J_79DFkf2M/a?exp=",
          "/YezpC6IS98okHePUL2UIk_IHJPDcp3yg-gojH53JlGM/a?exp=1&exp=2",
          "/yEMT8wC21BPWtxsuWhPAZGMrw1pulDfYzVgGuggdtcs/exp:1900000000/plain/x?exp=1900000000",
          "/UDLtMKUphoDo-4d22axLZQHMyxGH6YMYP9falOCAbv8/exp:-1/plain/x"}) {
        EXPECT_EQ(verdict(with, url, {0}), "url.malformed") << url;
    }
}

TEST(SignedUrl, SignsNoPathThatStatesAnExpiry) {
    const SignedUrls with = urls({key()});
    EXPECT_FALSE(with.sign("/exp:1800000000/plain/x"));
    EXPECT_FALSE(with.sign("/rs:fit:1:1/expires:1800000000/plain/x"));
    EXPECT_TRUE(with.sign("/rs:fit:1:1/plain/exp:1800000000/x"));
    EXPECT_TRUE(with.sign("/a?expiry=1"));
    EXPECT_FALSE(with.sign("/a?exp"));
    EXPECT_FALSE(with.sign("/a?b=1&exp=2"));
}

TEST(SignedUrl, CanDemandAnExpiry) {
    const SignedUrls with = urls({key()}, {.require_expiry = true});
    EXPECT_EQ(verdict(with, kSigned), "url.malformed");
    EXPECT_FALSE(with.sign(kPath));
    const std::string url = with.sign(kPath, UnixSeconds{kNow.value + 1}).value();
    EXPECT_EQ(verdict(with, url), std::string(kPath) + "?exp=1800000001");
}

TEST(SignedUrl, RotatesKeys) {
    const UrlKey old_key = UrlKey::from_hex(std::string(32, 'a'), "01", "old").value();
    const SignedUrls before = urls({old_key});
    const SignedUrls during = urls({key("new"), old_key});
    const SignedUrls after = urls({key("new")});
    const std::string url = before.sign(kPath).value();
    EXPECT_EQ(during.verify(url, kNow)->key_id, "old");
    EXPECT_EQ(during.sign(kPath).value(), kSigned);
    EXPECT_EQ(verdict(after, url), "url.mismatch");
}

TEST(SignedUrl, RefusesPathsThatAreNone) {
    const SignedUrls with = urls({key()});
    for (const std::string& url :
         {std::string(), std::string("/"), std::string("//"), std::string("/a"), std::string("/a/"),
          std::string("a/b/c"), "/" + std::string(89, 'a') + "/b", "/a/" + std::string(4096, 'b'),
          std::string("/a/b c"), std::string("/a/b\n"), std::string("/a/b\0", 5),
          std::string("/a/b#c"), std::string("/a/\xc3\xa9")}) {
        EXPECT_EQ(verdict(with, url), "url.malformed") << url;
    }
    for (const char* path : {"", "/", "a", "/a b", "/a#b", "/\xff"}) {
        EXPECT_FALSE(with.sign(path)) << path;
    }
    EXPECT_FALSE(with.sign("/a", UnixSeconds{-1}));
}

TEST(SignedUrl, RefusesKeysThatAreNoneOrOfTheOtherForm) {
    const auto code = [](const auto& made) {
        return made ? "ok" : std::string(made.error().code());
    };
    EXPECT_EQ(code(UrlKey::from_hex("abc", kSalt)), "key.malformed");
    EXPECT_EQ(code(UrlKey::from_hex(kKey, "xy")), "key.malformed");
    EXPECT_EQ(code(UrlKey::from_hex("", "")), "key.too_short");
    EXPECT_EQ(code(UrlKey::from_hex(kKey, "")), "key.too_short");
    EXPECT_EQ(code(UrlKey::from_hex(std::string(30, 'a'), kSalt)), "key.too_short");
    EXPECT_EQ(code(UrlKey::from_secret(as_bytes("MY_SECURE_KEY"))), "key.too_short");
    EXPECT_EQ(code(SignedUrls::create({secret()})), "key.wrong_kind");
    EXPECT_EQ(code(SignedUrls::create({key()}, {.form = SignedUrlForm::imagor})), "key.wrong_kind");
    EXPECT_EQ(code(SignedUrls::create({key()}, {.hash = SignedUrlHash::sha512})),
              "argument.invalid");
}

}  // namespace
}  // namespace limpid::security::signed_url_test
