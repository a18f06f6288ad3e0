#include "native/service/settings.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "native/service/settings_sources.hpp"
#include "native/service/settings_text.hpp"
#include "native/service/toml_file.hpp"
#include "values.hpp"

namespace limpid::service {
namespace {

class FakeReader final : public security::SecretReader {
public:
    std::map<std::string, std::string, std::less<>> variables;
    std::map<std::string, std::string, std::less<>> files;

    Result<std::optional<security::Secret>> read_variable(std::string_view name) override {
        return find(variables, name);
    }
    Result<std::optional<security::Secret>> read_file(std::string_view path) override {
        return find(files, path);
    }

private:
    static Result<std::optional<security::Secret>> find(
        const std::map<std::string, std::string, std::less<>>& where, std::string_view name) {
        const auto found = where.find(name);
        if (found == where.end()) return std::nullopt;
        auto secret = security::Secret::copy_of(security::as_bytes(found->second));
        if (!secret) return std::unexpected(secret.error());
        return std::optional(*std::move(secret));
    }
};

class NoRandom final : public security::RandomSource {
public:
    void fill(std::span<std::byte>) noexcept override { ADD_FAILURE() << "nothing is drawn"; }
};

Result<Settings> gather(std::string_view toml, std::vector<Variable> environment = {},
                        std::vector<FlagValue> flags = {}) {
    return gather_settings(toml, "limpid.toml", environment, flags);
}

TEST(Settings, EveryDefaultIsAccepted) {
    Settings settings;
    for (const SettingRow& row : setting_rows()) {
        EXPECT_TRUE(assign(settings, row, row.default_text, "default").has_value()) << row.name;
        EXPECT_EQ(text_of(settings, row), row.default_text);
    }
}

TEST(Settings, RangesAreClosed) {
    Settings settings;
    const SettingRow& row = *find_setting("max_connections");
    for (const char* good : {"1", "65535"})
        EXPECT_TRUE(assign(settings, row, good, "").has_value());
    for (const char* bad : {"0", "65536", "-1", "1.0", "", " 1", "1 ", "99999999999999999999"}) {
        EXPECT_EQ(code_of(assign(settings, row, bad, "")), ErrorCode::config_invalid_value) << bad;
    }
    EXPECT_EQ(settings.max_connections, 65535U);
}

TEST(Settings, P16_SizesAreRead) {
    Settings settings;
    const SettingRow& row = *find_setting("max_body_bytes");
    ASSERT_TRUE(assign(settings, row, "50mb", "").has_value());
    EXPECT_EQ(settings.max_body_bytes, 52'428'800U);
    EXPECT_FALSE(assign(settings, row, "2gb", "").has_value());
}

TEST(Settings, F1_FlagBeforeEnvironmentBeforeFile) {
    const auto settings = gather("max-connections = 1\nheader_timeout_s = 2\nworkers = 3\n",
                                 {{"LIMPID_HEADER_TIMEOUT_S", "4"}, {"LIMPID_WORKERS", "5"}},
                                 {{find_setting("workers"), "6"}});
    ASSERT_TRUE(settings.has_value()) << settings.error().message();
    EXPECT_EQ(settings->max_connections, 1U);
    EXPECT_EQ(settings->header_timeout_s, 4U);
    EXPECT_EQ(settings->workers, 6U);
}

TEST(Settings, F1_UnknownNamesAreErrorsWithTheNearest) {
    const auto from_environment = gather("", {{"LIMPID_MAX_CONECTIONS", "1"}});
    EXPECT_EQ(code_of(from_environment), ErrorCode::config_unknown_setting);
    EXPECT_TRUE(from_environment.error().found().contains("max_connections"));
    const auto from_file = gather("\nlistn = \"x\"\n");
    EXPECT_EQ(code_of(from_file), ErrorCode::config_unknown_setting);
    EXPECT_TRUE(from_file.error().found().contains("limpid.toml:2"));
    EXPECT_TRUE(from_file.error().found().contains("nearest is listen"));
    EXPECT_TRUE(gather("", {{"OTHER", "1"}}).has_value());
    // Of secrets only there is a file.
    EXPECT_EQ(code_of(gather("", {{"LIMPID_LISTEN_FILE", "x"}})),
              ErrorCode::config_unknown_setting);
    EXPECT_TRUE(gather("", {{"LIMPID_JWT_SECRET_FILE", "x"}}).has_value());
}

TEST(Settings, P17_VariablesInTheFileAreExpandedOnce) {
    const std::vector<Variable> environment = {
        {"PORT", "81"}, {"NESTED", "${PORT}"}, {"HOST", "127.0.0.1"}};
    const auto settings =
        gather("listen = \"${HOST}:${PORT}\"\nmetrics_listen = \"${HOST}:1\"\n", environment);
    ASSERT_TRUE(settings.has_value());
    EXPECT_EQ(settings->listen, "127.0.0.1:81");
    EXPECT_EQ(settings->metrics_listen, "127.0.0.1:1");
    EXPECT_EQ(code_of(gather("listen = \"${NONE}\"\n", environment)), ErrorCode::config_unresolved);
    EXPECT_EQ(code_of(gather("listen = \"${NESTED}\"\n", environment)),
              ErrorCode::config_malformed);
}

TEST(Settings, P17_SecretsInTheFileAreReferences) {
    EXPECT_EQ(code_of(gather("jwt_secret = \"abcdefghijklmnopqrstuvwxyz012345\"\n")),
              ErrorCode::secret_literal_refused);
    const auto settings = gather("jwt_secret = \"${JWT}\"\n");
    ASSERT_TRUE(settings.has_value());
    EXPECT_EQ(settings->jwt_secret, "env:JWT");
}

TEST(Settings, V6_SecretsOnTheCommandLineAreReferences) {
    const char* literal[] = {"--jwt-secret", "abcdefghijklmnopqrstuvwxyz012345"};
    const auto refused = parse_command_line(literal);
    EXPECT_EQ(code_of(refused), ErrorCode::secret_literal_refused);
    EXPECT_FALSE(refused.error().message().contains("abcdef"));
    const char* reference[] = {"--jwt-secret=file:/run/x"};
    const auto line = parse_command_line(reference);
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->flags.at(0).text, "file:/run/x");
}

TEST(Settings, V8_TwoSourcesOfASecretAreAmbiguous) {
    FakeReader reader;
    NoRandom random;
    reader.variables = {{"LIMPID_JWT_SECRET", "G7w2kq9ZsXcV4bNmQe1rTyUiOpAsDf8h"},
                        {"LIMPID_JWT_SECRET_FILE", "/x"}};
    reader.files = {{"/x", "G7w2kq9ZsXcV4bNmQe1rTyUiOpAsDf8h"}};
    EXPECT_EQ(code_of(resolve("jwt_secret", "", reader, random)), ErrorCode::secret_ambiguous);
    reader.variables.erase("LIMPID_JWT_SECRET");
    const auto secret = resolve("jwt_secret", "", reader, random);
    ASSERT_TRUE(secret.has_value() && secret->has_value());
    FakeReader empty;
    const auto none = resolve("jwt_secret", "", empty, random);
    ASSERT_TRUE(none.has_value());
    EXPECT_FALSE(none->has_value());
}

TEST(Settings, V10_EmptySecretFilesAreRefused) {
    FakeReader reader;
    NoRandom random;
    reader.files = {{"/run/secrets/jwt_secret", " \n"}};
    EXPECT_EQ(code_of(resolve("jwt_secret", "", reader, random)), ErrorCode::secret_empty);
}

TEST(Settings, CommandLinesThatMakeNoSense) {
    for (const std::vector<const char*>& line : std::initializer_list<std::vector<const char*>>{
             {"listen"}, {"--"}, {"--listen"}, {"-h"}}) {
        EXPECT_EQ(code_of(parse_command_line(line)), ErrorCode::usage_invalid);
    }
}

TEST(Settings, TomlOfOtherShapesIsRefused) {
    for (const char* text : {"[table]\na = 1\n", "a = {b = 1}\n", "a = 1.5\n", "a = \n", "= 1\n",
                             "a = 1\na = 2\n", "a = [[1]]\n", "\xff = 1\n"}) {
        EXPECT_EQ(code_of(parse_toml(text)), ErrorCode::config_unreadable_file) << text;
    }
    const auto entries = parse_toml("cors = [\"https://a\", \"https://b\"]\n");
    ASSERT_TRUE(entries.has_value());
    EXPECT_EQ(entries->at(0).text, "https://a,https://b");
}

TEST(Settings, W11_PrintedConfigurationsHoldNoSecretAndReadBack) {
    Settings settings = default_settings();
    settings.jwt_secret = "file:/hidden/place";
    settings.cors_origins = "https://user:hunter2@example.org";
    const std::string text = config_text(settings);
    EXPECT_FALSE(text.contains("hidden"));
    EXPECT_FALSE(text.contains("hunter2"));
    EXPECT_TRUE(text.contains("jwt_secret = \"[redacted]\""));
    settings = default_settings();
    EXPECT_TRUE(gather(config_text(settings)).has_value());
    settings.log_file = "/var/log/$a ${b}";
    const auto again = gather(config_text(settings));
    ASSERT_TRUE(again.has_value()) << again.error().message();
    EXPECT_EQ(again->log_file, settings.log_file);
    for (const SettingRow& row : setting_rows()) {
        EXPECT_TRUE(help_text().contains(row.doc)) << row.name;
    }
}

TEST(Settings, ReloadingKeepsWhatIsFixed) {
    Settings running = default_settings();
    Settings next = default_settings();
    next.listen = "0.0.0.0:1";
    next.keys_file = "/elsewhere";
    next.rate_limit_ip = 7;
    const Settings merged = reloaded(running, next);
    EXPECT_EQ(merged.listen, running.listen);
    EXPECT_EQ(merged.keys_file, running.keys_file);
    EXPECT_EQ(merged.rate_limit_ip, 7U);
}

}  // namespace
}  // namespace limpid::service
