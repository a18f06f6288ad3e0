#include "service/rpc/rpc_methods.hpp"

#include <algorithm>
#include <array>

#include "limpid/security/encoding.hpp"
#include "platform/printable.hpp"

namespace limpid::service::rpc {
namespace {

using security::JsonType;
using security::JsonView;

constexpr RpcMethod kMethods[] = {
    {"initialize", RpcKind::initialize, "/rpc/initialize"},
    {"authenticate", RpcKind::authenticate, "/rpc/authenticate"},
    {"ping", RpcKind::ping, "/rpc/ping"},
    {"enhance", RpcKind::enhance, "/v1/enhance"},
    {"analyse", RpcKind::describe, "/v1/analyse"},
    {"inspect", RpcKind::describe, "/v1/inspect"},
    {"jobs.get", RpcKind::job, "/v1/jobs/{id}"},
    {"jobs.subscribe", RpcKind::subscribe, "/v1/jobs/{id}/events"},
};

// What ping gives back; more would make it a way to have others send a lot.
constexpr std::size_t kMaxEchoBytes = 1024;
constexpr std::size_t kMaxJobIdBytes = 64;

std::unexpected<Error> invalid(std::string_view name, std::string_view expected) {
    return fail(ErrorCode::argument_invalid,
                platform::printable(name) + ": expected " + std::string(expected));
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
        if (is_plain) {
            out += c;
        } else {
            out += {'%', kHex.at(byte >> 4U), kHex.at(byte & 15U)};
        }
    }
    return out;
}

/// A parameter of POST /v1/enhance as its text in a query.
std::optional<std::string> text_of(std::string_view name, const JsonView& value) {
    if (name == "strength" || name == "quality" || name == "width" || name == "height") {
        const auto number = value.as_number();
        return number ? std::optional(security::canonical_number(*number)) : std::nullopt;
    }
    if (name == "enlarge") {
        const auto wanted = value.as_boolean();
        return wanted ? std::optional<std::string>(*wanted ? "true" : "false") : std::nullopt;
    }
    if (name == "recipe" && value.type() == JsonType::object) return value.canonical();
    const auto text = value.as_string();
    return text ? std::optional(std::string(*text)) : std::nullopt;
}

bool is_option(std::string_view name) {
    constexpr std::array<std::string_view, 9> kOptions = {
        "format", "preset", "strength", "quality", "recipe", "width", "height", "fit", "enlarge"};
    return std::ranges::find(kOptions, name) != kOptions.end();
}

Status take_image(RpcRequest& request, const JsonView& image) {
    if (image.type() == JsonType::object) {
        const auto frame = image.find("frame");
        if (image.size() != 1 || !frame || frame->as_boolean() != true) {
            return invalid("image", R"(base64, or {"frame":true})");
        }
        request.frame = true;
        return {};
    }
    const auto text = image.as_string();
    if (!text) return invalid("image", R"(base64, or {"frame":true})");
    const auto bytes = security::decode_base64(*text, security::Base64::standard);
    if (!bytes) return invalid("image", "base64 with its padding");
    request.body.assign(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    return {};
}

Status take_image_params(RpcRequest& request, const JsonView& params) {
    const auto image = params.find("image");
    if (!image) return invalid("image", "the photo");
    for (const std::string_view name : params.names()) {
        if (name == "image") continue;
        if (request.method->kind != RpcKind::enhance || !is_option(name)) {
            return invalid(name, "no such parameter");
        }
        const auto text = text_of(name, *params.find(name));
        if (!text) return invalid(name, "a value as POST /v1/enhance takes it");
        if (!request.query.empty()) request.query += '&';
        request.query += std::string(name) + "=" + percent_encoded(*text);
    }
    return take_image(request, *image);
}

/// The only member that there may be.
std::optional<std::string_view> only_text(const JsonView& params, std::string_view name) {
    const auto value = params.find(name);
    return value && params.size() == 1 ? value->as_string() : std::nullopt;
}

Status take_job_id(RpcRequest& request, const JsonView& params) {
    const auto id = only_text(params, "id");
    const auto is_plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_';
    };
    if (!id || id->empty() || id->size() > kMaxJobIdBytes || !std::ranges::all_of(*id, is_plain)) {
        return invalid("id", "the id of a job, alone");
    }
    request.path.replace(request.path.find("{id}"), 4, *id);
    return {};
}

Status take_token(RpcRequest& request, const JsonView& params) {
    const auto token = only_text(params, "token");
    const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
    if (!token || token->empty() || !std::ranges::all_of(*token, is_visible)) {
        return invalid("token", "an API key or a token, alone");
    }
    request.token = *token;
    return {};
}

Status take_echo(RpcRequest& request, const std::optional<JsonView>& params) {
    if (!params) return {};
    request.echo = params->canonical();
    if (request.echo.size() > kMaxEchoBytes) return invalid("params", "1024 bytes or fewer");
    return {};
}

Status take_object(RpcRequest& request, const JsonView& params) {
    switch (request.method->kind) {
        case RpcKind::enhance:
        case RpcKind::describe:
            return take_image_params(request, params);
        case RpcKind::job:
        case RpcKind::subscribe:
            return take_job_id(request, params);
        default:
            return take_token(request, params);
    }
}

}  // namespace

std::span<const RpcMethod> rpc_methods() noexcept { return kMethods; }

const RpcMethod* find_rpc_method(std::string_view name) noexcept {
    const auto found = std::ranges::find(kMethods, name, &RpcMethod::name);
    return found == std::end(kMethods) ? nullptr : found;
}

Result<RpcRequest> read_rpc_request(const RpcMethod& method,
                                    const std::optional<JsonView>& params) {
    RpcRequest request;
    request.method = &method;
    request.path = method.path;
    Status status;
    if (method.kind == RpcKind::ping) {
        status = take_echo(request, params);
    } else if (method.kind == RpcKind::initialize) {
        // Clients say who they are in it, which nothing here depends on.
    } else if (!params || params->type() != JsonType::object) {
        status = invalid("params", "an object");
    } else {
        status = take_object(request, *params);
    }
    if (!status) return std::unexpected(std::move(status).error());
    return request;
}

}  // namespace limpid::service::rpc
