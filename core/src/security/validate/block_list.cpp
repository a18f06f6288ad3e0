#include "limpid/security/block_list.hpp"

#include <algorithm>
#include <utility>

#include "security/crypto/short_hash.hpp"
#include "security/time.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxClients = 1'000'000;

std::array<std::byte, 16> secret_from(RandomSource& random) {
    std::array<std::byte, 16> secret{};
    random.fill(secret);
    return secret;
}

}  // namespace

std::size_t BlockList::Hash::operator()(const Key& key) const noexcept {
    return static_cast<std::size_t>(short_hash(secret, std::as_bytes(std::span(key))));
}

BlockList::BlockList(BlockSettings settings, RandomSource& random)
    : settings_(std::move(settings)), index_(0, Hash{secret_from(random)}) {
    settings_.max_clients = std::clamp<std::size_t>(settings_.max_clients, 1, kMaxClients);
    settings_.max_failures = std::max<std::uint32_t>(settings_.max_failures, 1);
}

BlockList::Key BlockList::key_of(const IpAddress& client) noexcept {
    Key key = client.bytes();
    if (!client.is_v4()) std::fill(key.begin() + 8, key.end(), std::uint8_t{0});
    return key;
}

BlockList::Client& BlockList::remember(const Key& key, std::int64_t now_ns) {
    if (const auto found = index_.find(key); found != index_.end()) {
        clients_.splice(clients_.begin(), clients_, found->second);
        return clients_.front();
    }
    if (clients_.size() >= settings_.max_clients) {
        index_.erase(clients_.back().key);
        clients_.pop_back();
    }
    clients_.push_front({key, 0, 0, now_ns, 0});
    index_.emplace(key, clients_.begin());
    return clients_.front();
}

std::int64_t BlockList::block(Client& client, std::int64_t now_ns) const noexcept {
    std::uint64_t length_s = settings_.first_block_s;
    for (std::uint32_t i = 0; i < client.blocks && length_s < settings_.max_block_s; ++i) {
        length_s *= 2;
    }
    length_s = std::min<std::uint64_t>(length_s, settings_.max_block_s);
    ++client.blocks;
    client.failures = 0;
    const std::int64_t length_ns = static_cast<std::int64_t>(length_s) * kNanosecondsPerSecond;
    client.blocked_until_ns = now_ns + length_ns;
    return length_ns;
}

std::int64_t BlockList::record_failure(const IpAddress& client, MonotonicNanoseconds now) {
    if (contains(settings_.allow, client)) return 0;
    Client& entry = remember(key_of(client), now.value);
    if (now.value < entry.blocked_until_ns) return entry.blocked_until_ns - now.value;
    const std::int64_t quiet_ns = std::int64_t{settings_.max_block_s} * kNanosecondsPerSecond;
    if (entry.blocks > 0 && now.value - entry.blocked_until_ns >= quiet_ns) entry.blocks = 0;
    // A clock that went back begins a new window too.
    const std::int64_t age_ns = now.value - entry.window_start_ns;
    if (entry.failures == 0 || age_ns < 0 ||
        age_ns >= std::int64_t{settings_.window_s} * kNanosecondsPerSecond) {
        entry.window_start_ns = now.value;
        entry.failures = 0;
    }
    if (++entry.failures < settings_.max_failures) return 0;
    return block(entry, now.value);
}

std::int64_t BlockList::blocked_for(const IpAddress& client,
                                    MonotonicNanoseconds now) const noexcept {
    const auto found = index_.find(key_of(client));
    if (found == index_.end() || contains(settings_.allow, client)) return 0;
    // A clock that went back cannot make a block longer than the longest.
    const std::int64_t longest_ns = std::int64_t{settings_.max_block_s} * kNanosecondsPerSecond;
    return std::clamp<std::int64_t>(found->second->blocked_until_ns - now.value, 0, longest_ns);
}

void BlockList::record_success(const IpAddress& client) noexcept {
    const auto found = index_.find(key_of(client));
    if (found != index_.end()) found->second->failures = 0;
}

void BlockList::forgive(const IpAddress& client) noexcept {
    const auto found = index_.find(key_of(client));
    if (found == index_.end()) return;
    clients_.erase(found->second);
    index_.erase(found);
}

}  // namespace limpid::security
