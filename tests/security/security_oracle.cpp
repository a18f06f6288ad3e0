// The library's side of the interop tests. Reads one JSON object a line, answers with one a line:
// {"ok": <value>} or {"code": "<error code>"}. What the commands are is the table at the end.
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "limpid/security/jwt.hpp"
#include "limpid/security/webhook.hpp"
#include "native/crypto/openssl_verifier.hpp"

namespace {

using limpid::Result;
using limpid::security::as_bytes;
using limpid::security::JwsKey;
using limpid::security::UnixSeconds;
using limpid::security::WebhookDialect;
using limpid::security::WebhookKey;
using Json = nlohmann::json;

Json refusal(const limpid::Error& error) { return {{"code", error.code()}}; }

std::string text_of(const limpid::ByteBuffer& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Bodies and payloads may be any bytes, so they travel as base64.
std::string decoded(const Json& command, const char* name) {
    const auto bytes = limpid::security::decode_base64(command.at(name).get<std::string>(),
                                                       limpid::security::Base64::standard);
    return text_of(bytes.value());
}

Result<std::vector<JwsKey>> read_keys(const Json& command, bool to_sign) {
    std::vector<JwsKey> keys;
    for (const Json& jwk : command.at("keys")) {
        Result<JwsKey> key = to_sign ? limpid::security::parse_signing_jwk(jwk.dump())
                                     : limpid::security::parse_jwk(jwk.dump());
        if (!key) return std::unexpected(key.error());
        keys.push_back(*std::move(key));
    }
    return keys;
}

Json sign_jws(const Json& command) {
    const auto keys = read_keys(command, /*to_sign=*/true);
    if (!keys) return refusal(keys.error());
    const auto token = limpid::security::sign_jws(as_bytes(decoded(command, "payload")),
                                                  keys->front(), command.value("type", ""));
    return token ? Json{{"ok", *token}} : refusal(token.error());
}

Json verify_jws(const Json& command) {
    static const limpid::crypto::OpenSslVerifier kOpenSsl;
    const auto keys = read_keys(command, /*to_sign=*/false);
    if (!keys) return refusal(keys.error());
    const auto jws = limpid::security::verify_jws(command.at("token").get<std::string>(), *keys,
                                                  {.asymmetric = &kOpenSsl});
    if (!jws) return refusal(jws.error());
    return {{"ok", limpid::security::encode_base64(jws->payload.span(),
                                                   limpid::security::Base64::standard)}};
}

Json issue_jwt(const Json& command) {
    const auto keys = read_keys(command, /*to_sign=*/true);
    if (!keys) return refusal(keys.error());
    limpid::security::JwtContents contents;
    contents.issuer = command.at("issuer").get<std::string>();
    contents.subject = command.at("subject").get<std::string>();
    contents.audiences = command.at("audiences").get<std::vector<std::string>>();
    contents.lifetime_s = command.at("lifetime").get<std::int64_t>();
    contents.claims_json = command.at("claims").dump();
    const auto token = limpid::security::issue_jwt(contents, keys->front(),
                                                   {command.at("now").get<std::int64_t>()});
    return token ? Json{{"ok", *token}} : refusal(token.error());
}

Json verify_jwt(const Json& command) {
    const auto keys = read_keys(command, /*to_sign=*/false);
    if (!keys) return refusal(keys.error());
    limpid::security::JwtPolicy policy;
    policy.issuers = {command.at("issuer").get<std::string>()};
    policy.audiences = {command.at("audience").get<std::string>()};
    static const limpid::crypto::OpenSslVerifier kOpenSsl;
    const auto jwt = limpid::security::verify_jwt(command.at("token").get<std::string>(), *keys,
                                                  policy, {command.at("now").get<std::int64_t>()},
                                                  {.asymmetric = &kOpenSsl});
    return jwt ? Json{{"ok", Json::parse(jwt->claims.json())}} : refusal(jwt.error());
}

WebhookDialect dialect_of(const Json& command) {
    const auto name = command.at("dialect").get<std::string>();
    if (name == "standard") return WebhookDialect::standard;
    if (name == "svix") return WebhookDialect::svix;
    if (name == "github") return WebhookDialect::github;
    if (name == "stripe") return WebhookDialect::stripe;
    return WebhookDialect::hex;
}

Result<WebhookKey> webhook_key(const Json& command) {
    const auto secret = command.at("secret").get<std::string>();
    const WebhookDialect dialect = dialect_of(command);
    if (dialect == WebhookDialect::standard || dialect == WebhookDialect::svix) {
        return WebhookKey::parse(secret);
    }
    return WebhookKey::raw_secret(as_bytes(secret));
}

limpid::security::WebhookPolicy webhook_policy(const Json& command) {
    limpid::security::WebhookPolicy policy;
    policy.signature_header = command.value("header", "");
    return policy;
}

Json sign_webhook(const Json& command) {
    const auto key = webhook_key(command);
    if (!key) return refusal(key.error());
    const auto signer = limpid::security::WebhookSigner::create(dialect_of(command), {*key},
                                                                webhook_policy(command));
    if (!signer) return refusal(signer.error());
    const auto headers = signer->sign(as_bytes(decoded(command, "body")), command.value("id", ""),
                                      {command.at("now").get<std::int64_t>()});
    if (!headers) return refusal(headers.error());
    Json answer = Json::object();
    for (const auto& [name, value] : *headers) answer[name] = value;
    return {{"ok", std::move(answer)}};
}

Json verify_webhook(const Json& command) {
    const auto key = webhook_key(command);
    if (!key) return refusal(key.error());
    const auto verifier = limpid::security::WebhookVerifier::create(dialect_of(command), {*key},
                                                                    webhook_policy(command));
    if (!verifier) return refusal(verifier.error());
    std::vector<limpid::security::WebhookHeader> headers;
    const Json& sent = command.at("headers");
    for (auto header = sent.begin(); header != sent.end(); ++header) {
        headers.push_back({header.key(), header->get_ref<const std::string&>()});
    }
    const auto verified = verifier->verify(as_bytes(decoded(command, "body")), headers,
                                           {command.at("now").get<std::int64_t>()});
    return verified ? Json{{"ok", verified->message_id}} : refusal(verified.error());
}

constexpr std::pair<std::string_view, Json (*)(const Json&)> kCommands[] = {
    {"issue-jwt", issue_jwt},   {"sign-jws", sign_jws},     {"sign-webhook", sign_webhook},
    {"verify-jws", verify_jws}, {"verify-jwt", verify_jwt}, {"verify-webhook", verify_webhook},
};

Json answer(const std::string& line) {
    const Json command = Json::parse(line);
    const auto wanted = command.at("do").get<std::string>();
    for (const auto& [name, run] : kCommands) {
        if (wanted == name) return run(command);
    }
    return {{"code", "oracle.unknown_command"}};
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << answer(line).dump(-1, ' ', true, Json::error_handler_t::replace) << '\n';
        if (std::cin.rdbuf()->in_avail() <= 0) std::cout.flush();
    }
}
