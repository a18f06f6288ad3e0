#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

#include "limpid/export.hpp"
#include "limpid/security/network.hpp"
#include "limpid/security/rate_limit.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// When a client is shut out, and for how long.
struct BlockSettings {
    /// Failures within `window_s` that lead to a block. At least 1.
    std::uint32_t max_failures = 5;
    std::uint32_t window_s = 60;
    /// The first block; each further one is twice as long, up to `max_block_s`.
    std::uint32_t first_block_s = 300;
    std::uint32_t max_block_s = 86'400;
    /// Never blocked.
    std::vector<IpNetwork> allow;
    /// Clients remembered; the one not heard of for longest gives way. 1..1,000,000; about 150
    /// bytes each.
    std::size_t max_clients = 100'000;
};

/// Shuts clients out that fail to authenticate or break limits again and again.
///
/// IPv4 clients are single addresses, IPv6 clients networks of 64 bits, for a customer has no
/// fewer. A client that has been quiet for `max_block_s` after its last block begins anew.
///
/// Not thread-safe: behind a mutex.
class LIMPID_API BlockList {
public:
    /// @param random  for the secret of the table, against chosen collisions. Used only during the
    /// call.
    BlockList(BlockSettings settings, RandomSource& random);

    /// Note a failed authentication or a broken limit. @return nanoseconds this client is shut out
    /// from now on; 0 when not (yet).
    std::int64_t record_failure(const IpAddress& client, MonotonicNanoseconds now);

    /// Nanoseconds this client is still shut out; 0 when welcome. Changes nothing.
    [[nodiscard]] std::int64_t blocked_for(const IpAddress& client,
                                           MonotonicNanoseconds now) const noexcept;

    /// Note a successful authentication: it ends the run of failures, but neither a block nor the
    /// memory of earlier ones.
    void record_success(const IpAddress& client) noexcept;

    /// Forget a client, by order of the operator.
    void forgive(const IpAddress& client) noexcept;

    /// Clients remembered.
    [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }

private:
    using Key = std::array<std::uint8_t, 16>;
    struct Client {
        Key key{};
        std::uint32_t failures = 0;
        /// Blocks so far.
        std::uint32_t blocks = 0;
        std::int64_t window_start_ns = 0;
        std::int64_t blocked_until_ns = 0;
    };
    struct Hash {
        std::array<std::byte, 16> secret{};
        std::size_t operator()(const Key& key) const noexcept;
    };
    static Key key_of(const IpAddress& client) noexcept;
    [[nodiscard]] Client& remember(const Key& key, std::int64_t now_ns);
    [[nodiscard]] std::int64_t block(Client& client, std::int64_t now_ns) const noexcept;

    BlockSettings settings_;
    // Most recent first.
    std::list<Client> clients_;
    std::unordered_map<Key, std::list<Client>::iterator, Hash> index_;
};

}  // namespace limpid::security
