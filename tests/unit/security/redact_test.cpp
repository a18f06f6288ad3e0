#include "limpid/security/redact.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::redact_test {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kCanary = "c4n4ry/+S3cret &\"value\\";

RedactionSet canary_set() {
    RedactionSet set;
    EXPECT_TRUE(set.add(as_bytes(kCanary)).has_value());
    return set;
}

std::string percent(std::string_view text, bool all) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain && !all) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

/// What the canary looks like in the encodings that logs contain.
std::vector<std::string> disguises(std::string_view secret) {
    const std::string plain(secret);
    const std::string hex = encode_hex(as_bytes(plain));
    std::string upper = hex;
    for (char& c : upper) {
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    }
    std::vector<std::string> all = {
        plain, hex, upper, percent(plain, false), percent(plain, true), Json(plain).dump()};
    for (const char* before : {"", "u", "us", "user:"}) {
        const std::string joined = before + plain + "!";
        all.push_back(encode_base64(as_bytes(joined), Base64::standard));
        all.push_back(encode_base64(as_bytes(joined), Base64::url_unpadded));
        all.push_back(percent(encode_base64(as_bytes(joined), Base64::standard), false));
    }
    return all;
}

TEST(Redact, P19_TheListedNamesInEverySpelling) {
    for (const char* name : {"password",      "token",      "apiKey",        "api_key",
                             "authorization", "key",        "secret",        "sessionId",
                             "cookie",        "PASSWORD",   "Api-Key",       "API_KEY",
                             "x-api-key",     "session_id", "session-id",    "Set-Cookie",
                             "accessToken",   "jwtSecret",  "masterKey",     "Proxy-Authorization",
                             "KEY",           "keys",       "user.password", "LIMPID_JWT_SECRET",
                             "viesus_guid",   "db_pwd",     "signature"}) {
        EXPECT_TRUE(is_sensitive_name(name)) << name;
    }
    for (const char* name : {"", "monkey", "keyboard", "author", "keyId", "publicKey", "name",
                             "path", "pinned", "turkey", "guidance", "passage"}) {
        EXPECT_FALSE(is_sensitive_name(name)) << name;
    }
}

TEST(Redact, P19_NestedJsonAndLists) {
    const RedactionSet none;
    EXPECT_EQ(
        redact_json(R"({"a":{"password":"x","b":[{"apiKey":["k1","k2"]},{"n":1}]},"c":2.5})", none),
        R"({"a":{"b":[{"apiKey":"[redacted]"},{"n":1}],"password":"[redacted]"},"c":2.5})");
    EXPECT_EQ(redact_json(R"({"token":{"nested":{"deep":1}},"key":null,"secret":7})", none),
              R"({"key":"[redacted]","secret":"[redacted]","token":"[redacted]"})");
    EXPECT_EQ(redact_json(R"({"p\u0061ssword":"x"})", none), R"({"password":"[redacted]"})");
    EXPECT_EQ(redact_json(R"([{"name":"Cookie","value":"a=b"},{"name":"Host","value":"h"}])", none),
              R"([{"name":"Cookie","value":"[redacted]"},{"name":"Host","value":"h"}])");
    // JSON within JSON, as log records hold it.
    EXPECT_EQ(redact_json(R"({"body":"{\"password\":\"ab\\\"cd\",\"a\":1}"})", none),
              R"({"body":"{\"password\":\"[redacted]\",\"a\":1}"})");
}

TEST(Redact, P19_WhatIsNotJsonIsTreatedAsText) {
    const RedactionSet none;
    EXPECT_EQ(redact_json(R"({"password":"x","password":"y"})", none),
              R"({"password":"[redacted]","password":"[redacted]"})");
    EXPECT_EQ(redact_json(R"({"password":"un\"finished)", none), R"({"password":"[redacted])");
    EXPECT_EQ(redact_json("", none), "");
    const std::string deep = std::string(100, '[') + R"({"token":"x"})" + std::string(100, ']');
    EXPECT_EQ(redact_json(deep, none).find("\"x\""), std::string::npos);
}

TEST(Redact, P19_HeadersQueriesAndUrls) {
    const RedactionSet none;
    EXPECT_EQ(redact_header("Authorization", "Bearer abcdef", none), "[redacted]");
    EXPECT_EQ(redact_header("X-API-Key", "abc", none), "[redacted]");
    EXPECT_EQ(redact_header("Host", "example.com", none), "example.com");
    EXPECT_EQ(redact_header("Referer", "https://a/b?token=x&c=d", none),
              "https://a/b?token=[redacted]&c=d");
    EXPECT_EQ(redact_query("a=1&api%5Fkey=x%20y&%74oken=z;b=2&flag", none),
              "a=1&api%5Fkey=[redacted]&%74oken=[redacted];b=2&flag");
    EXPECT_EQ(redact_url("https://user:pw@host/p?sessionId=1&x=2#access_token=3", none),
              "https://[redacted]@host/p?sessionId=[redacted]&x=2#access_token=[redacted]");
    EXPECT_EQ(redact_url("/v1/jobs?x=1", none), "/v1/jobs?x=1");
}

TEST(Redact, P19_KnownSecretsAreFoundInNamesAndAcrossSeparators) {
    RedactionSet known;
    ASSERT_TRUE(known.add(as_bytes("p4?s=s&w#rd;x")).has_value());
    EXPECT_EQ(redact_query("p4?s=s&w#rd;x-key=1&b=2", known), "[redacted]-key=[redacted]&b=2");
    EXPECT_EQ(redact_query("a=p4?s=s&w#rd;x&b=2", known), "a=[redacted]&b=2");
    EXPECT_EQ(redact_url("/p4?s=s&w#rd;x/a?b=p4?s=s&w#rd;x#p4?s=s&w#rd;x", known),
              "/[redacted]/a?b=[redacted]#[redacted]");
    EXPECT_EQ(redact_query("https://user:pw@host/a?key=1", known),
              "https://[redacted]@host/a?key=[redacted]");
}

TEST(Redact, P19_FreeText) {
    const RedactionSet none;
    const auto text = [&](std::string_view in) { return redact_text(in, none); };
    EXPECT_EQ(text("login password=hunter2 from 10.0.0.1"),
              "login password=[redacted] from 10.0.0.1");
    EXPECT_EQ(text("password: \"hunter 2\", user: bob"), "password: \"[redacted]\", user: bob");
    EXPECT_EQ(text("Authorization: Basic dXNlcjpwYXNz\nHost: x"),
              "Authorization: [redacted]\nHost: x");
    EXPECT_EQ(text("sent bearer abc.def-ghi ok"), "sent bearer [redacted] ok");
    EXPECT_EQ(text("key whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw."), "key [redacted]");
    EXPECT_EQ(text("-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----"),
              "-----BEGIN PRIVATE KEY-----[redacted]-----END PRIVATE KEY-----");
    EXPECT_EQ(text("-----BEGIN EC PRIVATE KEY-----\nMC4CAQ"),
              "-----BEGIN EC PRIVATE KEY-----[redacted]");
    EXPECT_EQ(text("cookie: a=b; c=d"), "cookie: [redacted]");
    EXPECT_EQ(text("tokens: [a, b]"), "tokens: [redacted]");
    EXPECT_EQ(text("12:30: monkey: banana, exposure=0.5"), "12:30: monkey: banana, exposure=0.5");
    EXPECT_EQ(text("the password is short"), "the password is short");
}

TEST(Redact, V5_KnownSecretsAreFoundInEveryDisguise) {
    const RedactionSet set = canary_set();
    for (const std::string& disguise : disguises(kCanary)) {
        const std::string in = "before (" + disguise + ") after";
        const std::string out = set.redact(in);
        EXPECT_EQ(out.find(disguise), std::string::npos) << disguise;
        EXPECT_NE(out.find("[redacted]"), std::string::npos) << disguise;
        EXPECT_TRUE(out.starts_with("before (") && out.ends_with(") after")) << out;
    }
    EXPECT_EQ(set.redact("nothing to see"), "nothing to see");
    EXPECT_EQ(set.redact(""), "");
    const std::string twice = std::string(kCanary) + std::string(kCanary);
    EXPECT_EQ(set.redact(twice), "[redacted][redacted]");
}

TEST(Redact, TheSetRefusesWhatItCouldNotTellApart) {
    RedactionSet set;
    EXPECT_EQ(code_of(set.add(as_bytes("12345"))), "argument.invalid");
    EXPECT_EQ(code_of(set.add(as_bytes("12345 \n"))), "argument.invalid");
    EXPECT_EQ(code_of(set.add(as_bytes(std::string(4097, 'x')))), "argument.invalid");
    EXPECT_TRUE(set.add(as_bytes("123456\n")).has_value());
    EXPECT_EQ(set.redact("(123456)"), "([redacted])");
}

TEST(Redact, P29_LocationsAndNamesOfFilesAreRedactedWhenKnown) {
    // Pixels and metadata reach no log; a file name that must not, is made known like a secret.
    RedactionSet set;
    ASSERT_TRUE(set.add(as_bytes("holiday-with-anna.jpg")).has_value());
    EXPECT_EQ(redact_text("cannot read /in/holiday-with-anna.jpg: truncated", set),
              "cannot read /in/[redacted]: truncated");
}

/// Documents of any shape, with the canary in places a log must not show.
class RandomDocument {
public:
    explicit RandomDocument(std::uint64_t seed) : random_(seed) {}

    Json value(int depth, bool secret) {
        const std::size_t choice = random_.below(depth > 0 ? 7 : 5);
        if (choice == 5) {
            Json list = Json::array();
            for (std::size_t i = random_.below(4); i > 0; --i)
                list.push_back(value(depth - 1, secret));
            return list;
        }
        if (choice == 6) return object(depth - 1, secret);
        if (secret) return canary_;
        switch (choice) {
            case 0:
                return nullptr;
            case 1:
                return random_.next() % 2 == 0;
            case 2:
                return static_cast<std::int64_t>(random_.below(1'000'000)) - 500'000;
            case 3:
                return harmless();
            default: {
                const auto all = disguises(kCanary);
                return "see " + all[random_.below(all.size())] + " there";
            }
        }
    }

    Json object(int depth, bool secret) {
        static constexpr const char* kSecretNames[] = {
            "password", "Api-Key", "jwt_secret", "TOKEN", "x-session-id", "Cookie", "masterKey"};
        static constexpr const char* kNames[] = {"name", "width_px", "monkey", "a\"b", "", "path"};
        Json out = Json::object();
        for (std::size_t i = random_.below(4); i > 0; --i) {
            if (random_.below(2) == 0) {
                out[kSecretNames[random_.below(std::size(kSecretNames))]] = value(depth, true);
            } else {
                out[kNames[random_.below(std::size(kNames))]] = value(depth, secret);
            }
        }
        return out;
    }

private:
    std::string harmless() { return "v" + std::to_string(random_.next()); }

    SeededRandom random_;
    // Not in the set of known values: only the member's name can give it away.
    std::string canary_ = "unknown-canary-91827";
};

TEST(Redact, P19_NoSecretSurvivesInAHundredThousandRandomDocuments) {
    const RedactionSet set = canary_set();
    const auto all = disguises(kCanary);
    RandomDocument documents(20261124);
    for (int i = 0; i < 100'000; ++i) {
        const Json document = documents.object(3, false);
        const std::string text = document.dump();
        const std::string out = redact_json(text, set);
        ASSERT_EQ(out.find("unknown-canary-91827"), std::string::npos) << text << '\n' << out;
        for (const std::string& disguise : all) {
            ASSERT_EQ(out.find(disguise), std::string::npos) << text << '\n' << out;
        }
        // As text it may lose more, but shows no more.
        if (i % 10 == 0) {
            const std::string plain = redact_text(text, set);
            for (const std::string& disguise : all) {
                ASSERT_EQ(plain.find(disguise), std::string::npos) << text << '\n' << plain;
            }
        }
        ASSERT_TRUE(Json::accept(out)) << out;
        ASSERT_EQ(redact_json(out, set), out) << "redacting again changes nothing";
    }
}

TEST(Redact, WhatIsHarmlessIsKept) {
    const RedactionSet set = canary_set();
    const std::string text =
        R"({"exposure_ev":-0.35,"frames":[1,2,3],"height_px":480,"note":"sharp \"edges\" 50% off","ok":true})";
    EXPECT_EQ(redact_json(text, set), text);
}

}  // namespace
}  // namespace limpid::security::redact_test
