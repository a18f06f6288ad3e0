#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/signed_url.hpp"
#include "service/memory_budget.hpp"
#include "service/outbound/client.hpp"
#include "service/settings.hpp"
#include "service/sources/flights.hpp"
#include "service/sources/source_folder.hpp"
#include "service/sources/source_url.hpp"

namespace limpid::service::sources {

/// The bytes of a source.
struct Picture {
    std::span<const std::byte> bytes;
    /// Keeps `bytes` alive.
    std::shared_ptr<const void> owner;
    /// As declared by the server it came from.
    std::optional<std::string> content_type;
};

/// What was asked for by a signed URL.
struct SignedRequest {
    SourceRequest request;
    std::optional<security::UnixSeconds> expires_at;
};

/// Where the pictures of signed URLs come from, and who may name them. Not thread-safe.
class Sources {
public:
    /// @param home    calls the handlers; must outlive this object.
    /// @param keys    of settings.url_keys; null: there are none.
    /// @param client  reaches other servers; borrowed. Null: there is none.
    /// @return null when the settings name no source; key.none when they do, but no key;
    ///         config.invalid_value for a folder that cannot be opened, and for a source_hosts that
    ///         holds something else than hosts; as read_url_keys().
    [[nodiscard]] static Result<std::unique_ptr<Sources>> open(boost::asio::any_io_executor home,
                                                               const Settings& settings,
                                                               const security::Secret* keys,
                                                               outbound::Client* client);

    /// Read other url_keys as open() does. @return key.none for null; as read_url_keys().
    [[nodiscard]] Result<security::SignedUrls> read_keys(const security::Secret* keys) const;
    /// From now on these verify, and none of the former. Pictures that are being made are sent.
    void verify_by(security::SignedUrls urls) { urls_ = std::move(urls); }

    /// Verify and read the path and query of a request as they came, without the route's own `/i`.
    /// @return as SignedUrls::verify() and parse_source_path(); source.not_found for a source that
    ///         the settings do not name.
    [[nodiscard]] Result<SignedRequest> read(std::string_view path_and_query,
                                             security::UnixSeconds now) const;

    /// How a source is fetched.
    struct Terms {
        std::uint64_t max_bytes = 0;
        std::chrono::milliseconds timeout{0};
        /// Takes the memory. Borrowed for as long as the handler lives: let it own it.
        MemoryBudget::Share& share;
    };
    using Fetched = std::move_only_function<void(Result<Picture>)>;

    /// Fetch the bytes, whatever they are: their type is for the caller to check.
    ///
    /// `fetched` is called later; from within, when there is no memory for it. @return through it:
    /// source.not_found, upload.too_large, service.overloaded, io.unreadable, outbound.failed,
    /// network.forbidden_address.
    void async_fetch(const Source& source, Terms terms, Fetched fetched);

    [[nodiscard]] Flights& flights() noexcept { return flights_; }
    /// Is there a source_root that no Landlock confines the reading of?
    [[nodiscard]] bool is_unconfined() const noexcept {
        return folder_ != nullptr && folder_->landlock_abi() == 0;
    }

private:
    Sources(security::SignedUrls urls, security::SignedUrlPolicy policy,
            std::vector<std::string> hosts, outbound::Client* client);
    [[nodiscard]] bool offers(const Source& source) const;
    void fetch_local(const std::string& path, Terms terms, Fetched fetched);
    void fetch_remote(const std::string& url, Terms terms, Fetched fetched);

    security::SignedUrls urls_;
    security::SignedUrlPolicy policy_;
    /// Of source_hosts, in lower case.
    std::vector<std::string> hosts_;
    outbound::Client* client_;
    Flights flights_;
    /// Null: there is no source_root.
    std::unique_ptr<SourceFolder> folder_;
};

}  // namespace limpid::service::sources
