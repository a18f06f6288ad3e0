#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/network.hpp"
#include "service/authenticator.hpp"
#include "service/http_message.hpp"
#include "service/outbound/client.hpp"

namespace limpid::service::outbound {

/// Asks a server of the operator's whose credentials a request carries, as the forward
/// authentication of nginx and Traefik does. Fails closed. Not thread-safe.
class Authority {
public:
    using Clock = std::chrono::steady_clock;
    using Now = std::function<Clock::time_point()>;
    /// Is told why it gave no answer; clients are not.
    using Failed = std::function<void(const Error&)>;

    static constexpr std::size_t kMaxCached = 10'000;
    /// Requests that wait for an answer.
    static constexpr std::size_t kMaxWaiting = 1024;
    /// Different credentials that are asked about at a time: fewer than a client takes, so that a
    /// flood of guesses does not look like an authority that fails.
    static constexpr std::size_t kMaxQuestions = 128;
    /// Failures in a row that end the asking, and for how long.
    static constexpr int kFailures = 5;
    static constexpr std::chrono::seconds kOpenTime{10};
    /// Refusals are kept no longer than this.
    static constexpr std::chrono::seconds kRefusalTime{5};

    struct Options {
        std::string url;
        /// Answers are kept so long; 0: not at all.
        std::chrono::seconds ttl{60};
        std::chrono::milliseconds timeout{2000};
        /// Headers of a request that are passed on: those that carry credentials.
        std::vector<std::string> headers;
    };
    struct Counts {
        std::uint64_t accepted = 0;
        std::uint64_t refused = 0;
        std::uint64_t failed = 0;
        std::uint64_t cached = 0;
        /// Requests that were not let in because it is not asked.
        std::uint64_t skipped = 0;
    };

    /// @param client  borrowed.
    Authority(Client& client, Options options, Failed failed, Now now = &Clock::now);

    /// Does the request carry anything to ask about?
    [[nodiscard]] bool concerns(const RequestHead& head) const;
    /// Ask, unless the answer for the same credentials is known. The answer may depend on them
    /// alone: it is kept whatever address and path they came with.
    /// @param client  who sends the request.
    /// @return to `done`, from within the call or later: authority.refused, apikey.not_permitted,
    ///         authority.unavailable.
    void async_ask(const RequestHead& head, const security::IpAddress& client, Authenticated done);

    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
    /// Is it not asked at present?
    [[nodiscard]] bool is_open() const { return failures_ >= kFailures && now_() < open_until_; }

private:
    struct Known {
        std::string key;
        Result<Principal> verdict;
        Clock::time_point until;
    };
    [[nodiscard]] std::string key_of(const RequestHead& head) const;
    [[nodiscard]] const Result<Principal>* find(const std::string& key);
    void keep(const std::string& key, const Result<Principal>& verdict);
    [[nodiscard]] bool may_ask();
    [[nodiscard]] Request question(const RequestHead& head,
                                   const security::IpAddress& client) const;
    void answered(const std::string& key, const Result<Reply>& reply);
    void note_failure(const Error& error);

    Client& client_;
    Options options_;
    Failed failed_;
    Now now_;
    Counts counts_;
    /// The one that was used last comes first.
    std::list<Known> known_;
    std::map<std::string, std::list<Known>::iterator, std::less<>> index_;
    std::map<std::string, std::vector<Authenticated>, std::less<>> waiting_;
    std::size_t waiting_count_ = 0;
    int failures_ = 0;
    Clock::time_point open_until_{};
    /// One request tries whether it answers again.
    bool is_trying_ = false;
};

/// Read "Authorization,Cookie". @return config.invalid_value for what is no name of a header, one
/// that describes the request itself, or none.
[[nodiscard]] Result<std::vector<std::string>> parse_forwarded_headers(const std::string& text);

}  // namespace limpid::service::outbound
