// Of Client: what is done when a keeper ends, and until there is another.
#include <algorithm>
#include <thread>
#include <utility>

#include "keeper/client.hpp"
#include "keeper/running.hpp"

namespace limpid::keeper {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRetryDelay{100};
// Twice as long each time, up to 64 times.
constexpr int kMaxDoublings = 6;
constexpr milliseconds kOwedInterval{10};
// Who lived so long did not fail as it started.
constexpr milliseconds kLivedLong{300};

std::optional<Answer> answer_in(const Message& message) {
    return message.kind == MessageKind::answer ? parse_answer(message.json) : std::nullopt;
}

}  // namespace

void Client::settle() {
    if (state_ == State::down && Clock::now() >= retry_at_) respawn();
    if (state_ == State::greeting || state_ == State::opening) settle_start();
    if (state_ == State::ready) settle_ready();
}

void Client::settle_ready() {
    const auto message = running_->receive(milliseconds(0));
    if (!message && message.error() == NoMessage::not_yet) {
        if (outstanding_ && Clock::now() >= outstanding_->until) lose("it did not answer");
        return;
    }
    if (!message && message.error() == NoMessage::closed) return lose("");
    const auto answer = message ? answer_in(*message) : std::nullopt;
    if (!answer || !outstanding_ || answer->id != outstanding_->id) {
        return lose("it said what no keeper says");
    }
    take_late(*answer);
}

void Client::take_late(const Answer& answer) {
    const Outstanding former = *std::exchange(outstanding_, std::nullopt);
    if (!former.is_append) return;
    if (answer.audit) return note_written(answer.audit->seq);
    is_front_sent_ = false;
}

void Client::settle_start() {
    const auto message = running_->receive(milliseconds(0));
    if (!message && message.error() == NoMessage::not_yet) {
        if (Clock::now() - started_at_ >= options_.start_timeout) lose("it was not ready in time");
        return;
    }
    if (!message) return lose("");
    if (state_ == State::opening) {
        const auto answer = answer_in(*message);
        if (!answer) return lose("it said what no keeper says");
        return take_opened(*answer);
    }
    const auto hello =
        message->kind == MessageKind::hello ? parse_hello(message->json) : std::nullopt;
    if (!hello) return lose("it said what no keeper says");
    if (hello->error) return lose(hello->error->message());
    facts_ = *hello;
    if (!audit_open_) return be_ready();
    state_ = State::opening;
    if (!send_open_audit()) lose("");
}

bool Client::send_open_audit() {
    const std::uint64_t id = ++last_id_;
    OpenAudit question{.id = id, .after = last_seq_, .unanswered = {}};
    if (is_front_sent_ && !owed_.empty()) question.unanswered = owed_.front();
    return running_ && send_message(running_->process.socket.get(), MessageKind::open_audit,
                                    to_json(question), {}, Wait::no);
}

void Client::take_opened(const Answer& answer) {
    if (answer.id != last_id_ || !answer.audit) {
        return lose(answer.error ? answer.error->message() : "it said what no keeper says");
    }
    const bool was_written = answer.audit->was_written && is_front_sent_;
    if (was_written && !owed_.empty()) owed_.pop_front();
    is_front_sent_ = false;
    last_seq_ = answer.audit->seq;
    be_ready();
}

void Client::be_ready() {
    state_ = State::ready;
    outstanding_.reset();
}

std::size_t Client::write_owed(milliseconds timeout) {
    const auto until = Clock::now() + timeout;
    for (tick(); !owed_.empty() && Clock::now() < until; tick()) {
        std::this_thread::sleep_for(kOwedInterval);
    }
    return owed_.size();
}

void Client::respawn() {
    auto running = spawn(options_.program, options_.setup, options_.variables);
    started_at_ = Clock::now();
    if (!running) return lose(std::string(running.error().found()));
    running_ = *std::move(running);
    state_ = State::greeting;
}

void Client::lose(std::string reason) {
    const auto now = Clock::now();
    if (now - started_at_ >= kLivedLong) failures_ = 0;
    const milliseconds delay = failures_ == 0
                                   ? milliseconds(0)
                                   : kRetryDelay * (1 << std::min(failures_ - 1, kMaxDoublings));
    ++failures_;
    ++deaths_;
    if (running_) {
        const std::string end = running_->end();
        if (reason.empty()) reason = end;
        running_.reset();
    }
    error_ = Error(ErrorCode::keeper_unavailable, "limpid-keeper ended: " + reason);
    outstanding_.reset();
    state_ = State::down;
    retry_at_ = now + delay;
}

}  // namespace limpid::keeper
