#include "service/body_stream.hpp"

#include <utility>

namespace limpid::service {

void BodyStream::push(std::string_view text) {
    if (has_ended_) return;
    if (pending_.size() + text.size() > kMaxPendingBytes) return end();
    pending_ += text;
    if (wake_) wake_();
}

void BodyStream::end() {
    has_ended_ = true;
    if (wake_) wake_();
}

std::string BodyStream::take() { return std::exchange(pending_, {}); }

}  // namespace limpid::service
