#include "audit/event_sampler.hpp"

#include <utility>

namespace limpid::audit {

bool EventSampler::admit(std::string_view event, std::string_view client, std::uint32_t budget,
                         Time now) {
    if (now - begin_ >= kWindow) {
        begin_ = now;
        seen_.clear();
    }
    std::string pair(event);
    pair.append(" ").append(client);
    const auto found = seen_.find(pair);
    const bool is_known = found != seen_.end();
    const bool admitted = is_known ? found->second < budget : seen_.size() < kMaxPairs;
    if (!admitted) {
        ++suppressed_[std::string(event)];
        return false;
    }
    ++(is_known ? found->second : seen_[std::move(pair)]);
    return true;
}

EventSampler::Counts EventSampler::take_suppressed(Time now) {
    if (suppressed_.empty() || now - begin_ < kWindow) return {};
    return std::exchange(suppressed_, {});
}

}  // namespace limpid::audit
