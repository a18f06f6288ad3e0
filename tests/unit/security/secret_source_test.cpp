#include "limpid/security/secret_source.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "limpid/security/config.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/seal.hpp"
#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::secret_source_test {
namespace {

constexpr UnixSeconds kNow{1'800'000'000};
constexpr std::string_view kGood = "kC3ZPq9xWm0rT5uYb8NaLd2VhJ7sGf4E";
constexpr std::string_view kOther = "0b9fQz7wXc5eRt3yUi1oPa8sDf6gHj4K";

using Table = std::map<std::string, std::string, std::less<>>;

/// A world of tables. What it stores it seals, as a registry should.
class TableReader final : public SecretReader {
public:
    Table variables, files, credentials, external;
    std::map<int, std::string> descriptors;
    Table sealed;
    Keyring ring;
    bool broken_files = false;

    explicit TableReader(std::uint64_t seed = 1) : random_(seed) {
        ring = Keyring::create("k1", kNow, random_).value();
    }

    Result<std::optional<Secret>> read_variable(std::string_view name) override {
        return look_up(variables, name);
    }
    Result<std::optional<Secret>> read_file(std::string_view path) override {
        if (broken_files) return fail(ErrorCode::secret_unavailable, "permission denied");
        return look_up(files, path);
    }
    Result<std::optional<Secret>> read_descriptor(int descriptor) override {
        const auto found = descriptors.find(descriptor);
        if (found == descriptors.end()) return std::nullopt;
        return secret_of(found->second);
    }
    Result<std::optional<Secret>> read_credential(std::string_view name) override {
        return look_up(credentials, name);
    }
    Result<std::optional<Secret>> read_registry(std::string_view name) override {
        const auto found = sealed.find(name);
        if (found == sealed.end()) return std::nullopt;
        Result<Secret> value = unseal(ring, {"registry", name}, found->second, kNow);
        if (!value) return std::unexpected(value.error());
        return std::move(*value);
    }
    Status store(std::string_view name, const Secret& value) override {
        auto text = seal(ring, {"registry", name}, value.expose(), random_);
        if (!text) return std::unexpected(text.error());
        sealed[std::string(name)] = *text;
        return {};
    }

private:
    static Result<std::optional<Secret>> look_up(const Table& table, std::string_view name) {
        const auto found = table.find(name);
        if (found == table.end()) return std::nullopt;
        return secret_of(found->second);
    }

    SeededRandom random_;
};

Result<ResolvedSecret> resolve(TableReader& reader, std::string_view reference = {},
                               std::size_t generated_bytes = 0) {
    SeededRandom random(5);
    return resolve_secret({.name = "jwt_secret",
                           .reference = reference,
                           .strength = {},
                           .generated_bytes = generated_bytes},
                          reader, random);
}

std::string winner(const Result<ResolvedSecret>& resolved) {
    if (!resolved) return std::string(resolved.error().code());
    return std::string(to_string(resolved->origin)) + " " + resolved->location;
}

TEST(SecretSource, I2_SourcesAreAskedInTheirOrder) {
    TableReader reader;
    SeededRandom random(1);
    EXPECT_EQ(winner(resolve(reader)), "secret.not_found");
    ASSERT_TRUE(reader.store("jwt_secret", secret_of(kGood)).has_value());
    EXPECT_EQ(winner(resolve(reader)), "registry registry jwt_secret");
    reader.files["/run/secrets/jwt_secret"] = kGood;
    EXPECT_EQ(winner(resolve(reader)), "run_secret /run/secrets/jwt_secret");
    reader.credentials["jwt_secret"] = kGood;
    EXPECT_EQ(winner(resolve(reader)), "credential credential jwt_secret");
    reader.files["/etc/jwt"] = kGood;
    reader.variables["LIMPID_JWT_SECRET_FILE"] = "/etc/jwt\n";
    EXPECT_EQ(winner(resolve(reader)), "environment_file LIMPID_JWT_SECRET_FILE");
    reader.variables.erase("LIMPID_JWT_SECRET_FILE");
    reader.variables["LIMPID_JWT_SECRET"] = kGood;
    EXPECT_EQ(winner(resolve(reader)), "environment LIMPID_JWT_SECRET");
    reader.files["/run/x"] = kOther;
    const auto referenced = resolve(reader, "file:/run/x");
    EXPECT_EQ(winner(referenced), "reference file:/run/x");
    EXPECT_EQ(referenced->value.expose_text(), kOther);
}

TEST(SecretSource, I2_AGeneratedSecretSurvivesRestartsAndOnlyThose) {
    TableReader world;
    const auto first = resolve(world, {}, 48);
    EXPECT_EQ(winner(first), "generated registry jwt_secret");
    EXPECT_EQ(first->value.size(), 64U);
    EXPECT_EQ(decode_base64(first->value.expose_text(), Base64::standard).value().size(), 48U);
    // It is stored sealed.
    EXPECT_EQ(world.sealed.at("jwt_secret").find(first->value.expose_text()), std::string::npos);
    for (int restart = 0; restart < 2; ++restart) {
        const auto again = resolve(world, {}, 48);
        EXPECT_EQ(winner(again), "registry registry jwt_secret");
        EXPECT_TRUE(again->value == first->value);
    }
    world.sealed.clear();
    SeededRandom other(6);
    const auto anew = resolve_secret({.name = "jwt_secret", .generated_bytes = 48}, world, other);
    EXPECT_EQ(winner(anew), "generated registry jwt_secret");
    EXPECT_FALSE(anew->value == first->value);
}

TEST(SecretSource, V8_TwoSourcesAtOnceAreAmbiguous) {
    TableReader reader;
    reader.files["/etc/jwt"] = kGood;
    reader.variables["LIMPID_JWT_SECRET"] = kGood;
    reader.variables["LIMPID_JWT_SECRET_FILE"] = "/etc/jwt";
    const auto refused = resolve(reader);
    EXPECT_EQ(code_of(refused), "secret.ambiguous");
    EXPECT_EQ(refused.error().found(), "LIMPID_JWT_SECRET and LIMPID_JWT_SECRET_FILE");
    EXPECT_EQ(describe(refused.error().id()).exit_code, 2);
}

TEST(SecretSource, V10_WhiteSpaceAtTheEndsIsDroppedAndNothingIsNoSecret) {
    TableReader reader;
    reader.files["/run/secrets/jwt_secret"] = " \t" + std::string(kGood) + "\r\n\n";
    EXPECT_EQ(resolve(reader)->value.expose_text(), kGood);
    for (const char* empty : {"", "\n", " \t\r\n"}) {
        reader.files["/run/secrets/jwt_secret"] = empty;
        const auto refused = resolve(reader, {}, 48);
        EXPECT_EQ(code_of(refused), "secret.empty");
        EXPECT_EQ(refused.error().found(), "/run/secrets/jwt_secret");
        EXPECT_EQ(describe(refused.error().id()).exit_code, 2);
    }
}

TEST(SecretSource, ABrokenSourceIsAnErrorNotAReasonToLookFurther) {
    TableReader reader;
    ASSERT_TRUE(reader.store("jwt_secret", secret_of(kGood)).has_value());
    reader.broken_files = true;
    EXPECT_EQ(code_of(resolve(reader)), "secret.unavailable");
    reader.broken_files = false;
    reader.variables["LIMPID_JWT_SECRET_FILE"] = "/gone";
    EXPECT_EQ(code_of(resolve(reader)), "secret.unavailable");
    EXPECT_EQ(code_of(resolve(reader, "file:/gone")), "secret.not_found");
    EXPECT_EQ(code_of(resolve(reader, "env:GONE")), "secret.not_found");
    EXPECT_EQ(code_of(resolve(reader, "vault:secret/data/limpid#jwt")),
              "secret.unsupported_reference");
    reader.variables.clear();
    reader.sealed["jwt_secret"].back() ^= 1;
    EXPECT_FALSE(resolve(reader, {}, 48).has_value());
}

TEST(SecretSource, ReferencesReadFilesVariablesAndDescriptors) {
    TableReader reader;
    reader.files["/run/x"] = kGood;
    reader.variables["MY_SECRET"] = kGood;
    reader.descriptors[3] = std::string(kGood) + "\n";
    for (const char* reference : {"file:/run/x", "env:MY_SECRET", "fd:3"}) {
        EXPECT_EQ(resolve(reader, reference)->value.expose_text(), kGood) << reference;
    }
    EXPECT_EQ(code_of(resolve(reader, "fd:4")), "secret.not_found");
    EXPECT_EQ(parse_secret_reference("aws-sm:eu-west-1/viesus/guid")->target,
              "eu-west-1/viesus/guid");
}

TEST(SecretSource, V6_ALiteralIsRefusedWithoutBeingRepeated) {
    TableReader reader;
    for (const char* literal : {"kC3ZPq9xWm0rT5uYb8NaLd2VhJ7sGf4E", "abc", "File:/run/x", " file:x",
                                "https://example.com", ":"}) {
        const auto refused = resolve(reader, literal);
        EXPECT_EQ(code_of(refused), "secret.literal_refused") << literal;
        EXPECT_TRUE(refused.error().found().empty());
        EXPECT_EQ(describe(refused.error().id()).exit_code, 2);
    }
    for (const std::string& malformed :
         {std::string("file:"), std::string("env:"), std::string("env:A B"), std::string("env:1A"),
          std::string("env:A=B"), std::string("fd:"), std::string("fd:-1"), std::string("fd:03"),
          std::string("fd:1024"), std::string("fd:3x"), std::string("file:/a\nb"),
          std::string("file:/a\0b", 9), "file:" + std::string(4097, 'a')}) {
        EXPECT_EQ(code_of(parse_secret_reference(malformed)), "secret.malformed_reference");
    }
}

TEST(SecretSource, I12_GuessableSecretsAreRefused) {
    const auto strength = [](std::string_view text) {
        return code_of(check_secret_strength(secret_of(text), {}));
    };
    EXPECT_EQ(strength(kGood), "none: it succeeded");
    EXPECT_EQ(strength(kGood.substr(1)), "secret.too_weak");
    for (const char* weak :
         {"changeme", "CHANGE_ME", "MY_SECURE_KEY", "my-secure-key", "mysecret", "password",
          "changemechangemechangemechangeme", "your-secret-key-here", "your-super-secret-jwt-key",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababababababababababab",
          "abcabcabcabcabcabcabcabcabcabcabcabc", "0123456789abcdef0123456789abcdef",
          "aB3dE6gH1aB3dE6gH1aB3dE6gH1aB3dE6gH1", "kC3ZPq9xWmaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        EXPECT_EQ(strength(weak), "secret.too_weak") << weak;
    }
    EXPECT_EQ(strength(""), "secret.empty");
    EXPECT_EQ(strength("kC3ZPq9xWm0rT5uY\nb8NaLd2VhJ7sGf4E"), "secret.malformed");
    EXPECT_EQ(strength(std::string("kC3ZPq9xWm0rT5uYb8NaLd2VhJ7sGf4\0", 32)), "secret.malformed");
    // What another system chose is taken as it is.
    EXPECT_TRUE(check_secret_strength(secret_of("AKIA"), {.min_characters = 0}).has_value());

    TableReader reader;
    reader.variables["LIMPID_JWT_SECRET"] = "MY_SECURE_KEY";
    const auto refused = resolve(reader);
    EXPECT_EQ(code_of(refused), "secret.too_weak");
    EXPECT_EQ(refused.error().message().find("MY_SECURE_KEY"), std::string::npos);
}

TEST(SecretSource, I12_GeneratedSecretsAreStrong) {
    SeededRandom random(1);
    for (int i = 0; i < 1000; ++i) {
        const Secret secret = generate_secret(32, random).value();
        EXPECT_EQ(secret.size(), 44U);
        EXPECT_TRUE(check_secret_strength(secret, {}).has_value());
    }
    EXPECT_EQ(code_of(generate_secret(15, random)), "argument.invalid");
    EXPECT_EQ(code_of(generate_secret(1025, random)), "argument.invalid");
}

TEST(SecretSource, NamesAreChecked) {
    TableReader reader;
    SeededRandom random(1);
    for (const std::string& name : {std::string(), std::string("JWT"), std::string("../x"),
                                    std::string("1a"), std::string(65, 'a')}) {
        EXPECT_EQ(code_of(resolve_secret({.name = name}, reader, random)), "argument.invalid");
    }
}

TEST(Config, P17_VariablesAreExpandedOnceAndNotNested) {
    TableReader reader;
    reader.variables = {{"HOST", "example.com"}, {"EVIL", "${HOST}"}, {"EMPTY", ""}};
    const auto expand = [&](std::string_view text) {
        return expand_variables(text, "server.url", reader);
    };
    EXPECT_EQ(expand("https://${HOST}/${EMPTY}x").value(), "https://example.com/x");
    EXPECT_EQ(expand("costs $$5").value(), "costs $5");
    EXPECT_EQ(expand("").value(), "");
    const auto unresolved = expand("${GONE}");
    EXPECT_EQ(code_of(unresolved), "config.unresolved");
    EXPECT_EQ(unresolved.error().found(), "server.url: GONE");
    for (const char* text :
         {"${EVIL}", "${${HOST}}", "${HOST", "$HOST", "${}", "${A B}", "${A-b}", "$", "${HOST}$"}) {
        EXPECT_EQ(code_of(expand(text)), "config.malformed") << text;
    }
    EXPECT_EQ(code_of(expand(std::string(70'000, 'a'))), "config.malformed");
}

TEST(Config, P17_ALiteralInASecretSettingIsRefused) {
    EXPECT_EQ(check_secret_setting("${AUTH_TOKEN_1}", "auth.tokens[0]")->target, "AUTH_TOKEN_1");
    EXPECT_EQ(check_secret_setting("file:/run/x", "auth.tokens[0]")->scheme, ReferenceScheme::file);
    for (const char* text : {"secret", "x${A}", "${A}x", "", "$A"}) {
        const auto refused = check_secret_setting(text, "auth.tokens[0]");
        EXPECT_EQ(code_of(refused), "secret.literal_refused") << text;
        EXPECT_EQ(refused.error().found(), "auth.tokens[0]");
    }
    EXPECT_EQ(code_of(check_secret_setting("${A}${B}", "x")), "secret.malformed_reference");
    EXPECT_EQ(code_of(check_secret_setting("${}", "x")), "secret.malformed_reference");
}

TEST(Config, W11_OnlySettingsKnownToBeHarmlessAreShown) {
    for (const char* name : {"port", "LIMPID_PORT", "config.port", "max_pixels", "LIMPID_LOG_LEVEL",
                             "rateLimitWindowMs", "allow-guest-mode"}) {
        EXPECT_EQ(setting_visibility(name), SettingVisibility::may_be_shown) << name;
    }
    for (const char* name : {"jwt_secret", "LIMPID_API_KEY", "s3_access_key_id", "never_heard_of",
                             "", "license_key", "ws_auth_token", "port_secret"}) {
        EXPECT_EQ(setting_visibility(name), SettingVisibility::secret) << name;
        EXPECT_EQ(explain_setting(name, "the value"), "[redacted]") << name;
    }
    EXPECT_EQ(explain_setting("port", "3001"), "3001");
    // I8: the database's URL is not sealed, yet its password is not shown.
    EXPECT_EQ(explain_setting("database_url", "postgres://u:p4ssw0rd@db/x?sslmode=verify-full"),
              "postgres://[redacted]@db/x?sslmode=verify-full");
}

}  // namespace
}  // namespace limpid::security::secret_source_test
