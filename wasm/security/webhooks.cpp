#include <array>
#include <string>
#include <utility>
#include <vector>

#include "limpid/security/webhook.hpp"
#include "security/bindings.hpp"
#include "security/marshal.hpp"

namespace limpid::wasm {
namespace {

using emscripten::val;
using security::ReplayVerdict;
using security::UnixSeconds;
using security::WebhookDialect;
using security::WebhookKey;
using security::WebhookPolicy;

constexpr unsigned kMaxWebhookKeys = 16;
constexpr unsigned kMaxHeaders = 256;

constexpr std::array kDialects = {
    Name<WebhookDialect>{"standard", WebhookDialect::standard},
    Name<WebhookDialect>{"svix", WebhookDialect::svix},
    Name<WebhookDialect>{"github", WebhookDialect::github},
    Name<WebhookDialect>{"stripe", WebhookDialect::stripe},
    Name<WebhookDialect>{"hex", WebhookDialect::hex},
};

/// Notes what a store would be asked, for JavaScript to ask its own, which may take its time.
class AskLater final : public security::ReplayStore {
public:
    ReplayVerdict seen(std::string_view, UnixSeconds expires, UnixSeconds) noexcept override {
        expires_ = expires;
        return ReplayVerdict::fresh;
    }
    void forget(std::string_view) noexcept override {}
    [[nodiscard]] UnixSeconds expires() const noexcept { return expires_; }

private:
    UnixSeconds expires_{};
};

/// Reads a key from its text: WebhookKey::parse(), or for signing read_signing_key(). A parameter,
/// so that the module that verifies does not get what signs.
using ReadKey = Result<WebhookKey> (*)(std::string_view text, std::string_view id);

Result<WebhookKey> read_signing_key(std::string_view text, std::string_view id) {
    return text.starts_with("whsk_") ? WebhookKey::parse_private(text, id)
                                     : WebhookKey::parse(text, id);
}

/// `{secret, form, id?}`: form `text` is whsec_, whpk_ or whsk_ with base64, `raw` the bytes
/// themselves.
Result<WebhookKey> read_key(const val& entry, ReadKey read_text_key) {
    enum class Form : std::uint8_t { text, raw };
    constexpr std::array kForms = {Name<Form>{"text", Form::text}, Name<Form>{"raw", Form::raw}};
    std::string id;
    Form form = Form::text;
    Status read = read_text(entry, "id", id);
    if (read) read = read_enum(entry, "form", kForms, form);
    if (!read) return std::unexpected(read.error());
    const auto secret = InputBytes::copy_of(entry["secret"]);
    if (!secret) return std::unexpected(secret.error());
    if (form == Form::raw) return WebhookKey::raw_secret(secret->span(), id);
    return read_text_key(secret->text(), id);
}

Result<std::vector<WebhookKey>> read_keys(const val& options, ReadKey read_text_key) {
    const auto entries = read_array(options, "keys", kMaxWebhookKeys);
    if (!entries) return std::unexpected(entries.error());
    std::vector<WebhookKey> keys;
    for (const val& entry : *entries) {
        auto key = read_key(entry, read_text_key);
        if (!key) return std::unexpected(key.error());
        keys.push_back(std::move(*key));
    }
    return keys;
}

/// `dialect`, `keys` and the policy.
struct Setup {
    WebhookDialect dialect{};
    std::vector<WebhookKey> keys;
    WebhookPolicy policy;
    UnixSeconds now;
};

Result<Setup> read_setup(const val& options, ReadKey read_text_key) {
    constexpr std::int64_t kDayS = 86'400;
    constexpr std::int64_t kYearS = 31'536'000;
    Setup setup;
    if (options["dialect"].isUndefined()) return expected("a dialect", "dialect");
    Status read = read_enum(options, "dialect", kDialects, setup.dialect);
    if (read) read = read_integer(options, "tolerance_s", 0, kDayS, setup.policy.tolerance_s);
    if (read) {
        read = read_integer(options, "replay_memory_s", 1, kYearS, setup.policy.replay_memory_s);
    }
    if (read) read = read_text(options, "signature_header", setup.policy.signature_header);
    if (!read) return std::unexpected(read.error());
    const auto now = read_now(options);
    if (!now) return std::unexpected(now.error());
    setup.now = *now;
    auto keys = read_keys(options, read_text_key);
    if (!keys) return std::unexpected(keys.error());
    setup.keys = std::move(*keys);
    return setup;
}

}  // namespace

val verify_webhook(const val& body, const val& headers, const val& options) {
    return answered([&]() -> Result<val> {
        const auto bytes = InputBytes::copy_of(body);
        if (!bytes) return std::unexpected(bytes.error());
        // Name, value, name, value.
        val holder = val::object();
        holder.set("headers", headers);
        std::vector<std::string> texts;
        if (auto read = read_texts(holder, "headers", texts); !read) {
            return std::unexpected(read.error());
        }
        if (texts.size() % 2 != 0 || texts.size() > 2 * kMaxHeaders) {
            return expected("at most 256 pairs of name and value", "headers");
        }
        std::vector<security::WebhookHeader> lines;
        for (std::size_t i = 0; i < texts.size(); i += 2) lines.push_back({texts[i], texts[i + 1]});

        auto setup = read_setup(options, &WebhookKey::parse);
        if (!setup) return std::unexpected(setup.error());
        const auto verifier = security::WebhookVerifier::create(
            setup->dialect, std::move(setup->keys), std::move(setup->policy));
        if (!verifier) return std::unexpected(verifier.error());
        AskLater replays;
        const auto verified = verifier->verify(bytes->span(), lines, setup->now, &replays);
        if (!verified) return refused(verified.error());
        val reply = val::object();
        reply.set("message_id", verified->message_id);
        set_moment(reply, "timestamp", verified->timestamp);
        reply.set("key_id", verified->key_id);
        reply.set("key_index", verified->key_index);
        reply.set("replay_id", verified->replay_id);
        set_moment(reply, "replay_expires", replays.expires());
        return reply;
    });
}

val sign_webhook(const val& body, const val& options) {
    return answered([&]() -> Result<val> {
        const auto bytes = InputBytes::copy_of(body);
        if (!bytes) return std::unexpected(bytes.error());
        auto setup = read_setup(options, &read_signing_key);
        if (!setup) return std::unexpected(setup.error());
        std::string message_id;
        if (auto read = read_text(options, "message_id", message_id); !read) {
            return std::unexpected(read.error());
        }
        const auto signer = security::WebhookSigner::create(setup->dialect, std::move(setup->keys),
                                                            std::move(setup->policy));
        if (!signer) return std::unexpected(signer.error());
        const auto headers = signer->sign(bytes->span(), message_id, setup->now);
        if (!headers) return std::unexpected(headers.error());
        val pairs = val::array();
        for (const auto& [name, value] : *headers) {
            val pair = val::array();
            pair.call<void>("push", name, value);
            pairs.call<void>("push", pair);
        }
        val reply = val::object();
        reply.set("headers", pairs);
        return reply;
    });
}

}  // namespace limpid::wasm
