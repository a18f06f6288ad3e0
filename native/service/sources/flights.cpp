#include "service/sources/flights.hpp"

#include <utility>

namespace limpid::service::sources {

std::shared_ptr<Flight> Flights::find(std::string_view key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : found->second;
}

void Flights::add(std::shared_ptr<Flight> flight) {
    std::string key = flight->key;
    by_key_.insert_or_assign(std::move(key), std::move(flight));
}

std::vector<Waiter> Flights::land(Flight& flight) {
    // One that everybody left may have been followed by another of the same key.
    if (const auto found = by_key_.find(flight.key);
        found != by_key_.end() && found->second.get() == &flight) {
        by_key_.erase(found);
    }
    return std::exchange(flight.waiters, {});
}

std::shared_ptr<Flight> Flights::forget(const Exchange& exchange) {
    for (auto at = by_key_.begin(); at != by_key_.end(); ++at) {
        std::shared_ptr<Flight> flight = at->second;
        const auto left = std::erase_if(flight->waiters, [&](const Waiter& waiter) {
            return waiter.exchange.get() == &exchange;
        });
        if (left == 0) continue;
        if (!flight->is_over()) return nullptr;
        by_key_.erase(at);
        return flight;
    }
    return nullptr;
}

}  // namespace limpid::service::sources
