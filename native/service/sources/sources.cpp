#include "service/sources/sources.hpp"

#include <algorithm>
#include <utility>

#include "platform/printable.hpp"
#include "service/sources/url_keys.hpp"
#include "service/text.hpp"

namespace limpid::service::sources {
namespace {

constexpr std::string_view kAccepted = "image/jpeg, image/png, image/webp";

std::unexpected<Error> too_large(std::uint64_t max_bytes) {
    return fail(ErrorCode::upload_too_large, "max_body_bytes is " + std::to_string(max_bytes));
}

Result<std::vector<std::string>> hosts_of(const Settings& settings) {
    std::vector<std::string> hosts;
    for (const std::string& host : split(settings.source_hosts, ',')) {
        hosts.push_back(lower_case(host));
        if (is_host(hosts.back())) continue;
        return fail(ErrorCode::config_invalid_value, "source_hosts: `" + platform::printable(host) +
                                                         "`; expected names without ports");
    }
    return hosts;
}

Result<security::SignedUrls> read_needed_keys(const security::Secret* keys,
                                              const security::SignedUrlPolicy& policy) {
    if (keys != nullptr) return read_url_keys(*keys, policy);
    return fail(ErrorCode::key_none, "source_root and source_hosts need url_keys");
}

/// The first value of a header.
std::optional<std::string> field_of(const outbound::Reply& reply, std::string_view name) {
    const auto found = std::ranges::find_if(reply.fields, [&](const HeaderField& field) {
        return equal_ignoring_case(field.name, name);
    });
    if (found == reply.fields.end()) return std::nullopt;
    return found->value;
}

Result<Picture> picture_of(outbound::Reply reply) {
    if (reply.status == 404 || reply.status == 410) return fail(ErrorCode::source_not_found);
    if (reply.status != 200) {
        return fail(ErrorCode::outbound_failed,
                    "the source answered with status " + std::to_string(reply.status));
    }
    Picture picture;
    picture.content_type = field_of(reply, "Content-Type");
    // What stores call a file that nobody declared.
    if (picture.content_type == "binary/octet-stream") picture.content_type.reset();
    const auto owner = std::make_shared<const std::string>(std::move(reply.body));
    picture.bytes = std::as_bytes(std::span(*owner));
    picture.owner = owner;
    return picture;
}

}  // namespace

Sources::Sources(security::SignedUrls urls, security::SignedUrlPolicy policy,
                 std::vector<std::string> hosts, outbound::Client* client)
    : urls_(std::move(urls)), policy_(policy), hosts_(std::move(hosts)), client_(client) {}

Result<std::unique_ptr<Sources>> Sources::open(boost::asio::any_io_executor home,
                                               const Settings& settings,
                                               const security::Secret* keys,
                                               outbound::Client* client) {
    auto hosts = hosts_of(settings);
    if (!hosts) return std::unexpected(std::move(hosts).error());
    if (hosts->empty() && settings.source_root.empty()) return nullptr;
    const security::SignedUrlPolicy policy{.require_expiry = settings.url_require_expiry};
    auto urls = read_needed_keys(keys, policy);
    if (!urls) return std::unexpected(std::move(urls).error());
    if (!hosts->empty() && client == nullptr) {
        return fail(ErrorCode::config_invalid_value,
                    "source_hosts: nothing here reaches other servers");
    }
    std::unique_ptr<Sources> sources(
        new Sources(*std::move(urls), policy, *std::move(hosts), client));
    if (settings.source_root.empty()) return sources;
    auto folder = SourceFolder::open(std::move(home), settings.source_root);
    if (!folder) return std::unexpected(std::move(folder).error());
    sources->folder_ = *std::move(folder);
    return sources;
}

Result<security::SignedUrls> Sources::read_keys(const security::Secret* keys) const {
    return read_needed_keys(keys, policy_);
}

bool Sources::offers(const Source& source) const {
    if (source.kind == SourceKind::local) return folder_ != nullptr;
    return std::ranges::find(hosts_, source.host) != hosts_.end();
}

Result<SignedRequest> Sources::read(std::string_view path_and_query,
                                    security::UnixSeconds now) const {
    const auto verified = urls_.verify(path_and_query, now);
    if (!verified) return std::unexpected(verified.error());
    auto request = parse_source_path(verified->path);
    if (!request) return std::unexpected(std::move(request).error());
    if (!offers(request->source)) return fail(ErrorCode::source_not_found);
    return SignedRequest{.request = *std::move(request), .expires_at = verified->expires_at};
}

void Sources::async_fetch(const Source& source, Terms terms, Fetched fetched) {
    if (source.kind == SourceKind::local)
        return fetch_local(source.place, terms, std::move(fetched));
    fetch_remote(source.place, terms, std::move(fetched));
}

void Sources::fetch_local(const std::string& path, Terms terms, Fetched fetched) {
    folder_->async_open(
        path, [this, terms, fetched = std::move(fetched)](Result<OpenFile> file) mutable {
            if (!file) return fetched(std::unexpected(std::move(file).error()));
            if (file->size_bytes > terms.max_bytes) return fetched(too_large(terms.max_bytes));
            if (!terms.share.grow_to(file->size_bytes)) {
                return fetched(fail(ErrorCode::service_overloaded));
            }
            folder_->async_read(
                *std::move(file), [fetched = std::move(fetched)](Result<ByteBuffer> bytes) mutable {
                    if (!bytes) return fetched(std::unexpected(std::move(bytes).error()));
                    const auto owner = std::make_shared<const ByteBuffer>(*std::move(bytes));
                    fetched(Picture{.bytes = owner->span(), .owner = owner, .content_type = {}});
                });
        });
}

void Sources::fetch_remote(const std::string& url, Terms terms, Fetched fetched) {
    // Nobody knows yet how long it is: the most is held until then, so that however many answers
    // come at once, all of them have room.
    if (!terms.share.grow_to(terms.max_bytes)) return fetched(fail(ErrorCode::service_overloaded));
    outbound::Request request;
    request.url = url;
    request.fields = {{"Accept", std::string(kAccepted)}};
    request.timeout = terms.timeout;
    request.max_body_bytes = static_cast<std::size_t>(terms.max_bytes);
    client_->async_send(std::move(request), [terms, fetched = std::move(fetched)](
                                                Result<outbound::Reply> reply) mutable {
        if (!reply) return fetched(std::unexpected(std::move(reply).error()));
        if (reply->body.size() > terms.max_bytes) return fetched(too_large(terms.max_bytes));
        terms.share.release();
        if (!terms.share.grow_to(reply->body.size())) {
            return fetched(fail(ErrorCode::service_overloaded));
        }
        fetched(picture_of(*std::move(reply)));
    });
}

}  // namespace limpid::service::sources
