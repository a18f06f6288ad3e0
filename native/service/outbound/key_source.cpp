#include "service/outbound/key_source.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace limpid::service::outbound {
namespace {

// What parse_jwk_set() reads.
constexpr std::size_t kMaxSetBytes = std::size_t{256} << 10U;
constexpr std::chrono::seconds kKeysTimeout{10};
// While there are none at all, nobody gets in.
constexpr std::chrono::seconds kFirstPause{2};
constexpr std::chrono::seconds kRetryPause{60};
constexpr std::size_t kMaxRefreshes = 1024;

}  // namespace

KeySource::KeySource(const boost::asio::any_io_executor& executor, Client& client, std::string url,
                     std::function<void(const Error&)> failed, Now now)
    : timer_(executor),
      client_(client),
      url_(std::move(url)),
      failed_(std::move(failed)),
      now_(std::move(now)) {}

void KeySource::async_refresh(std::move_only_function<void()> done) {
    const bool is_late = now_() - asked_ >= kLeastPause;
    if ((!is_fetching_ && !is_late) || waiting_.size() == kMaxRefreshes) return done();
    waiting_.push_back(std::move(done));
    if (!is_fetching_) fetch();
}

void KeySource::fetch() {
    is_fetching_ = true;
    asked_ = now_();
    Request request;
    request.url = url_;
    request.timeout = kKeysTimeout;
    request.max_body_bytes = kMaxSetBytes;
    request.fields = {{"Accept", "application/jwk-set+json, application/json"}};
    client_.async_send(std::move(request), [this](const Result<Reply>& reply) { answered(reply); });
}

void KeySource::fetch_later(std::chrono::seconds pause) {
    timer_.expires_after(pause);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error && !is_fetching_) fetch();
    });
}

Result<std::vector<security::JwsKey>> KeySource::read(const Result<Reply>& reply) {
    if (!reply) return std::unexpected(reply.error());
    if (reply->status != 200) {
        return fail(ErrorCode::outbound_failed,
                    "jwt_keys_url: the status is " + std::to_string(reply->status));
    }
    // Some issuers leave the algorithm of RSA keys out, and mean this one.
    auto set =
        security::parse_jwk_set(reply->body, {.rsa_algorithm = security::JwsAlgorithm::rs256});
    if (!set) return std::unexpected(std::move(set).error());
    // Who can read a secret at a URL can make tokens.
    if (std::ranges::any_of(set->keys, &security::JwsKey::can_sign)) {
        return fail(ErrorCode::key_wrong_kind, "jwt_keys_url: a key is secret");
    }
    return std::move(set->keys);
}

void KeySource::answered(const Result<Reply>& reply) {
    is_fetching_ = false;
    auto keys = read(reply);
    if (keys) {
        ++counts_.fetched;
        keys_ = *std::move(keys);
        fetch_later(kInterval);
    } else {
        ++counts_.failed;
        failed_(keys.error());
        fetch_later(keys_.empty() ? kFirstPause : kRetryPause);
    }
    for (auto& done : std::exchange(waiting_, {})) done();
}

}  // namespace limpid::service::outbound
