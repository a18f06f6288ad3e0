#include <utility>

#include "limpid/security/json_rpc.hpp"

namespace limpid::security {

Status MessageFramer::hold(std::string_view bytes) {
    if (lost_ || bytes.size() > max_bytes_ || held_.size() > max_bytes_ - bytes.size()) {
        lost_ = true;
        held_ = std::string();
        return fail(ErrorCode::json_too_large,
                    "message without an end after " + std::to_string(max_bytes_) + " bytes");
    }
    held_ += bytes;
    return {};
}

Status MessageFramer::push(std::string_view bytes, std::vector<std::string>& messages) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const bool complete = end != std::string_view::npos;
        std::string_view line = bytes.substr(0, end);
        bytes.remove_prefix(complete ? end + 1 : bytes.size());
        if (Status held = hold(line); !held) return held;
        if (!complete) break;
        if (held_.ends_with('\r')) held_.pop_back();
        if (held_.find_first_not_of(" \t") != std::string::npos) {
            messages.push_back(std::exchange(held_, {}));
        }
        held_.clear();
    }
    return {};
}

Status MessageFramer::push_fragment(std::string_view bytes, bool last,
                                    std::vector<std::string>& messages) {
    if (Status held = hold(bytes); !held) return held;
    if (last) messages.push_back(std::exchange(held_, {}));
    return {};
}

}  // namespace limpid::security
