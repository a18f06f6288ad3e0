#include "limpid/security/replay_store.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "security/crypto/hash.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxCapacity = 1'000'000;

/// Ids are kept as their digest: entries of one size, and nothing a sender wrote stays in memory.
using Entry = std::pair<UnixSeconds, Digest256>;

}  // namespace

struct MemoryReplayStore::State {
    State(std::size_t wanted_capacity, WhenFull policy)
        : capacity(std::clamp<std::size_t>(wanted_capacity, 1, kMaxCapacity)), when_full(policy) {}

    void remove(const Entry& entry) {
        by_digest.erase(entry.second);
        by_expiry.erase(entry);
    }

    void drop_expired(UnixSeconds now) {
        while (!by_expiry.empty() && by_expiry.begin()->first < now) remove(*by_expiry.begin());
    }

    /// Is there room for one more, or could it be made?
    bool make_room() {
        if (by_digest.size() < capacity) return true;
        if (when_full == WhenFull::refuse) return false;
        remove(*by_expiry.begin());
        ++dropped;
        return true;
    }

    void remember(const Digest256& digest, UnixSeconds expires) {
        by_digest.emplace(digest, expires);
        by_expiry.emplace(expires, digest);
    }

    mutable std::mutex mutex;
    std::size_t capacity;
    WhenFull when_full;
    std::uint64_t dropped = 0;
    std::map<Digest256, UnixSeconds> by_digest;
    std::set<Entry> by_expiry;
};

ReplayStore::~ReplayStore() = default;

MemoryReplayStore::MemoryReplayStore(std::size_t capacity, WhenFull when_full)
    : state_(std::make_unique<State>(capacity, when_full)) {}

MemoryReplayStore::~MemoryReplayStore() = default;

ReplayVerdict MemoryReplayStore::seen(std::string_view id, UnixSeconds expires,
                                      UnixSeconds now) noexcept {
    const Digest256 digest = sha256(as_bytes(id));
    const std::scoped_lock lock(state_->mutex);
    state_->drop_expired(now);
    if (state_->by_digest.contains(digest)) return ReplayVerdict::replayed;
    if (!state_->make_room()) return ReplayVerdict::unavailable;
    state_->remember(digest, expires);
    return ReplayVerdict::fresh;
}

void MemoryReplayStore::forget(std::string_view id) noexcept {
    const Digest256 digest = sha256(as_bytes(id));
    const std::scoped_lock lock(state_->mutex);
    const auto found = state_->by_digest.find(digest);
    if (found != state_->by_digest.end()) state_->remove({found->second, digest});
}

std::size_t MemoryReplayStore::size() const noexcept {
    const std::scoped_lock lock(state_->mutex);
    return state_->by_digest.size();
}

std::uint64_t MemoryReplayStore::dropped() const noexcept {
    const std::scoped_lock lock(state_->mutex);
    return state_->dropped;
}

}  // namespace limpid::security
