#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "limpid/export.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// What a ReplayStore knows of a message. `unavailable` is refused by every verifier here: a store
/// that cannot answer must not let a copy through.
enum class ReplayVerdict : std::uint8_t { fresh, replayed, unavailable };

/// Remembers which messages came already. Implement it over what all processes of a service share
/// (a database row with a unique key, SET NX in Redis); MemoryReplayStore serves one process.
///
/// Verifiers ask last, after signature and time: nobody without a key can fill the store.
class LIMPID_API ReplayStore {
public:
    ReplayStore() = default;
    ReplayStore(const ReplayStore&) = delete;
    ReplayStore& operator=(const ReplayStore&) = delete;
    virtual ~ReplayStore();

    /// Note `id` and say whether it was noted before, as one atomic step.
    ///
    /// @param id       1..512 bytes of printable ASCII.
    /// @param expires  after this moment the message is refused for its age, and may be forgotten.
    /// @param now      the time the verifier was given.
    [[nodiscard]] virtual ReplayVerdict seen(std::string_view id, UnixSeconds expires,
                                             UnixSeconds now) noexcept = 0;
    /// Drop `id`, so that the sender's next attempt is fresh. For when the message was verified but
    /// could not be handled.
    virtual void forget(std::string_view id) noexcept = 0;
};

/// What a full MemoryReplayStore does with one more message.
enum class WhenFull : std::uint8_t {
    /// Make room by dropping the entry that expires first. Deliveries continue; a copy of the
    /// dropped one passes until its own expiry, which is the nearest of all.
    drop_earliest,
    /// Answer unavailable until an entry expires: no copy ever passes, but deliveries stop.
    refuse,
};

/// A ReplayStore in memory, of bounded size: about 200 bytes an entry, whatever the length of ids.
///
/// Expired entries are dropped first. Choose a capacity above (messages a second) x (seconds until
/// expiry); dropped() tells whether it was too small. Thread-safe.
class LIMPID_API MemoryReplayStore final : public ReplayStore {
public:
    /// @param capacity  entries, 1..1,000,000; a value outside is taken as the nearest bound.
    explicit MemoryReplayStore(std::size_t capacity = 10'000,
                               WhenFull when_full = WhenFull::drop_earliest);
    ~MemoryReplayStore() override;

    /// See ReplayStore.
    [[nodiscard]] ReplayVerdict seen(std::string_view id, UnixSeconds expires,
                                     UnixSeconds now) noexcept override;
    void forget(std::string_view id) noexcept override;

    /// Entries held now, expired ones included until something new needs their place.
    [[nodiscard]] std::size_t size() const noexcept;
    /// How many entries were dropped before their expiry since the beginning.
    [[nodiscard]] std::uint64_t dropped() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace limpid::security
