#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace limpid::service {

/// The body of a response that is made while it is sent: text goes in at one end and is taken out
/// at the other. Not thread-safe.
class BodyStream {
public:
    /// Add to what is to be sent. A reader that lets too much lie loses the stream: it ends.
    void push(std::string_view text);
    /// Nothing more comes.
    void end();

    /// Everything that has come since the last time; empty: nothing yet, or nothing more.
    [[nodiscard]] std::string take();
    /// After take(): does nothing more come?
    [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }
    /// Have `wake` called whenever something came or the stream ended; null: nobody waits.
    void on_change(std::function<void()> wake) { wake_ = std::move(wake); }

private:
    /// Some hundred events; more lies here only when a client does not read.
    static constexpr std::size_t kMaxPendingBytes = std::size_t{64} << 10U;

    std::string pending_;
    bool has_ended_ = false;
    std::function<void()> wake_;
};

}  // namespace limpid::service
