#include "service/rpc/rpc_connection.hpp"

#include <chrono>
#include <utility>

#include "service/rpc/service_backend.hpp"
#include "service/service.hpp"

namespace limpid::service::rpc {
namespace {

// With more than this waiting to be sent nothing is read: answers come from calls.
constexpr std::size_t kFullBytes = std::size_t{1} << 20U;
// Beside the one that is being sent. Calls in progress may end all at once; who lets so much lie
// does not read.
constexpr std::size_t kMaxQueuedBytes = std::size_t{64} << 20U;
constexpr std::size_t kMaxQueued = 1024;

std::size_t size_of(const RpcAnswer& answer) { return answer.text.size() + answer.frame.size(); }

/// A timer that was set anew may still call for what it was set before.
bool is_due(const boost::asio::steady_timer& timer) {
    return std::chrono::steady_clock::now() >= timer.expiry();
}

RpcRules rules_for(Service& service, const RequestHead& caller, RpcTransport kind) {
    const Settings& settings = service.settings();
    const bool is_line = kind == RpcTransport::tcp;
    return {.frames = !is_line,
            .must_authenticate =
                is_line && service.authentication_required() && caller.certificate_names.empty(),
            .max_message_bytes = settings.max_message_bytes,
            .max_calls = static_cast<std::size_t>(settings.rpc_max_calls)};
}

}  // namespace

RpcConnection::RpcConnection(RpcParts parts, RpcTransport kind)
    : transport_(std::move(parts.transport)),
      service_(parts.service),
      place_(std::move(parts.place)),
      kind_(kind),
      share_(parts.service.body_memory()),
      write_deadline_(transport_->get_executor()),
      message_deadline_(transport_->get_executor()) {
    const RpcRules rules = rules_for(service_, parts.caller, kind);
    session_ = std::make_shared<RpcSession>(
        rules, std::make_shared<ServiceBackend>(service_, std::move(parts.caller)),
        static_cast<RpcOutput&>(*this));
}

void RpcConnection::start(std::function<void()> ended) {
    ended_ = std::move(ended);
    open();
}

void RpcConnection::stop() {
    is_stopping_ = true;
    part_when_written();
}

void RpcConnection::send(RpcAnswer answer) {
    if (is_over_ || is_parting_) return;
    queued_bytes_ += size_of(answer);
    queue_.push_back(std::move(answer));
    const std::size_t beside = queued_bytes_ - size_of(queue_.front());
    if (queue_.size() > kMaxQueued || beside > kMaxQueuedBytes) {
        queue_.resize(1);
        queued_bytes_ = size_of(queue_.front());
        close(RpcClose::try_later);
    }
    write_next();
}

void RpcConnection::close(RpcClose why) {
    if (closing_) return;
    closing_ = why;
    session_->end();
    part_when_written();
}

void RpcConnection::part_when_written() {
    if (is_over_ || is_parting_ || is_writing_ || !queue_.empty()) return;
    if (!closing_ && is_stopping_ && session_->calls() == 0) {
        closing_ = RpcClose::going_away;
        session_->end();
    }
    if (!closing_) return;
    is_parting_ = true;
    part(*closing_);
}

void RpcConnection::read_more() {
    const bool is_full = queued_bytes_ > kFullBytes;
    if (is_reading_ || is_over_ || closing_ || is_full || is_stopping_) return;
    is_reading_ = true;
    read();
}

void RpcConnection::write_next() {
    if (is_writing_ || is_over_ || queue_.empty()) return;
    is_writing_ = true;
    arm_write();
    write(queue_.front());
}

void RpcConnection::arm_write() {
    write_deadline_.expires_after(std::chrono::seconds(service_.settings().write_timeout_s));
    write_deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!self || error || !is_due(self->write_deadline_)) return;
        if (self->is_writing_) self->over();
    });
}

void RpcConnection::did_write(bool well) {
    is_writing_ = false;
    write_deadline_.cancel();
    if (is_over_) return;
    if (!well) return over();
    queued_bytes_ -= size_of(queue_.front());
    queue_.pop_front();
    write_next();
    part_when_written();
    read_more();
}

void RpcConnection::over() {
    if (is_over_) return;
    is_over_ = true;
    const auto self = shared_from_this();
    session_->end();
    write_deadline_.cancel();
    release();
    transport_->close();
    place_.reset();
    if (ended_) std::exchange(ended_, nullptr)();
}

void RpcConnection::count_message() { service_.rpc_desk().count_message(kind_); }

bool RpcConnection::hold(std::size_t bytes) {
    if (bytes != 0 && !is_message_begun_) arm_message();
    if (share_.grow_to(bytes)) return true;
    session_->refuse(Error(ErrorCode::service_overloaded));
    return false;
}

void RpcConnection::arm_message() {
    is_message_begun_ = true;
    message_deadline_.expires_after(std::chrono::seconds(service_.settings().body_timeout_s));
    message_deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!self || error || !is_due(self->message_deadline_)) return;
        if (self->is_message_begun_) self->close(RpcClose::policy);
    });
}

void RpcConnection::release() {
    is_message_begun_ = false;
    message_deadline_.cancel();
    share_.release();
}

}  // namespace limpid::service::rpc
