#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/exchange.hpp"
#include "service/memory_budget.hpp"
#include "service/sources/source_url.hpp"

namespace limpid::service::sources {

/// One client that waits for a picture.
struct Waiter {
    std::shared_ptr<Exchange> exchange;
    Answer answer;
    /// For caches: the seconds that the picture may be kept.
    std::int64_t max_age_s = 0;
};

/// One picture that is being made, for everybody who asks for it meanwhile.
struct Flight {
    std::string key;
    SourceRequest request;
    /// Of the first who asked; the same for all who choose the format by it.
    std::optional<std::string> accept;
    /// Does Accept choose the format?
    bool negotiated = false;
    /// What the source's bytes take of the memory of all bodies.
    MemoryBudget::Share share;
    /// Empty until the source was read.
    std::string tag;
    /// worker::JobId; 0: no worker has it yet.
    std::uint64_t job = 0;
    std::vector<Waiter> waiters;

    /// Has everybody gone?
    [[nodiscard]] bool is_over() const noexcept { return waiters.empty(); }
};

/// The pictures that are being made, each once, however many ask. There are never more of them, nor
/// of those who wait, than connections. Not thread-safe.
class Flights {
public:
    /// Null: nobody makes this picture.
    [[nodiscard]] std::shared_ptr<Flight> find(std::string_view key) const;
    void add(std::shared_ptr<Flight> flight);
    /// It has landed: nobody joins it any more. @return who waited.
    [[nodiscard]] std::vector<Waiter> land(Flight& flight);
    /// A client has gone. @return the flight that nobody waits for any more; null: there is none.
    [[nodiscard]] std::shared_ptr<Flight> forget(const Exchange& exchange);

private:
    std::map<std::string, std::shared_ptr<Flight>, std::less<>> by_key_;
};

}  // namespace limpid::service::sources
