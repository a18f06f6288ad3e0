#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "audit/event_sampler.hpp"
#include "audit/record.hpp"
#include "limpid/security/types.hpp"
#include "limpid/security/webhook.hpp"
#include "service/outbound/client.hpp"

namespace limpid::service::outbound {

/// Tells somebody at once of what should alarm: signed as Standard Webhooks 1.0, a few of each kind
/// in a minute, and forgotten when it cannot be delivered, for the audit log has it. Not
/// thread-safe.
class Alerts {
public:
    /// Alerts of one kind in a minute, and alerts on their way at a time.
    static constexpr std::uint32_t kPerMinute = 10;
    static constexpr int kMaxOnTheWay = 64;

    struct Counts {
        std::uint64_t delivered = 0;
        std::uint64_t failed = 0;
        std::uint64_t suppressed = 0;
    };

    /// @param client, random  borrowed.
    Alerts(boost::asio::any_io_executor executor, Client& client, std::string url,
           security::WebhookSigner signer, security::RandomSource& random);

    /// Something happened; kinds that alarm nobody are passed over.
    void note(const audit::Event& event);
    /// Sign what is sent from now on by another secret, tries of what is on its way included.
    void sign_by(security::WebhookSigner signer) { signer_ = std::move(signer); }
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

private:
    struct Message {
        std::string id;
        std::string body;
        int attempts = 0;
    };
    [[nodiscard]] std::string text_of(const audit::Event& event);
    void send(Message message);
    void answered(Message message, const Result<Reply>& reply);

    boost::asio::any_io_executor executor_;
    Client& client_;
    std::string url_;
    security::WebhookSigner signer_;
    security::RandomSource& random_;
    audit::EventSampler sampler_;
    Counts counts_;
    int on_the_way_ = 0;
};

}  // namespace limpid::service::outbound
