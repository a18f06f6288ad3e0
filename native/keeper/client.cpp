#include "keeper/client.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "keeper/running.hpp"
#include "keeper/variables.hpp"
#include "limpid/version.hpp"

namespace limpid::keeper {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxOwed = 10'000;
constexpr milliseconds kEndTimeout{1'000};

std::unexpected<Error> unavailable(std::string found) {
    return fail(ErrorCode::keeper_unavailable, std::move(found));
}

/// What makes a keeper one that may be asked.
Status check_hello(const Hello& hello) {
    if (hello.version != LIMPID_VERSION_STRING) {
        return unavailable("limpid-keeper is of version " + hello.version.substr(0, 32));
    }
    if (hello.error) return std::unexpected(*hello.error);
#ifndef LIMPID_KEEPER_SANITIZED
    if (!hello.syscall_filter) return unavailable("limpid-keeper has no system call filter");
#endif
    return {};
}

/// As it will stand in the record: longer than a message is none then.
audit::Event cut(audit::Event event) {
    const auto cut_text = [](std::string& text) {
        text.resize(std::min(text.size(), audit::kMaxTextBytes));
    };
    for (std::string audit::Event::* const member :
         {&audit::Event::name, &audit::Event::principal, &audit::Event::client,
          &audit::Event::request_id}) {
        cut_text(event.*member);
    }
    for (auto& [name, text] : event.details) cut_text(text);
    return event;
}

bool holds_nothing(const Hello& hello, const Setup& setup) {
    return !hello.tokens && !hello.license && !hello.signs && setup.audit_file.empty();
}

}  // namespace

Client::Client(ClientOptions options) : options_(std::move(options)) {}

Client::~Client() {
    if (running_) running_->finish(kEndTimeout);
}

Result<std::unique_ptr<Client::Running>> Client::spawn(const std::string& program,
                                                       const Setup& setup,
                                                       const platform::FileDescriptor& vars) {
    auto process = worker::spawn(program, {}, false);
    if (!process) return unavailable(program + ": " + std::string(process.error().found()));
    auto running = std::make_unique<Running>(*std::move(process));
    const std::array files = {vars.get()};
    if (!send_message(running->process.socket.get(), MessageKind::setup, to_json(setup), files,
                      Wait::no)) {
        return unavailable(program + ": " + running->end());
    }
    return running;
}

Status Client::await_hello(Running& running, milliseconds timeout, Hello& hello) {
    const auto message = running.receive(timeout);
    if (!message) {
        const bool is_late = message.error() == NoMessage::not_yet;
        const std::string end = running.end();
        return unavailable(is_late ? "limpid-keeper was not ready in time"
                                   : "limpid-keeper does not start: " + end);
    }
    const auto said =
        message->kind == MessageKind::hello ? parse_hello(message->json) : std::nullopt;
    if (!said) return unavailable("limpid-keeper said what no keeper says");
    if (Status status = check_hello(*said); !status) return status;
    hello = *said;
    return {};
}

Result<std::unique_ptr<Client>> Client::start(ClientOptions options) {
    std::unique_ptr<Client> client(new Client(std::move(options)));
    const ClientOptions& kept = client->options_;
    auto running = spawn(kept.program, kept.setup, kept.variables);
    if (!running) return std::unexpected(std::move(running).error());
    Status ready = await_hello(**running, kept.start_timeout, client->facts_);
    if (!ready) return std::unexpected(std::move(ready).error());
    client->running_ = *std::move(running);
    client->started_at_ = Clock::now();
    if (holds_nothing(client->facts_, kept.setup)) {
        client->running_->finish(kEndTimeout);
        client->running_.reset();
        client->state_ = State::idle;
    }
    return client;
}

Status Client::open_audit() {
    if (!send_open_audit()) return unavailable("limpid-keeper is gone");
    const auto message = running_->receive(options_.start_timeout);
    const auto answer = message && message->kind == MessageKind::answer
                            ? parse_answer(message->json)
                            : std::nullopt;
    if (!answer || answer->id != last_id_ || (!answer->error && !answer->audit)) {
        return unavailable("limpid-keeper did not open the audit log");
    }
    if (answer->error) return std::unexpected(*answer->error);
    audit_open_ = true;
    take_opened(*answer);
    return {};
}

Result<std::unique_ptr<Client::Candidate>> Client::prepare(Setup setup) const {
    auto candidate = std::make_unique<Candidate>();
    candidate->setup = std::move(setup);
    refer_to_variables(candidate->setup);
    auto running = spawn(options_.program, candidate->setup, options_.variables);
    if (!running) return std::unexpected(std::move(running).error());
    candidate->running = *std::move(running);
    Status ready = await_hello(*candidate->running, options_.patience, candidate->hello);
    if (!ready) return std::unexpected(std::move(ready).error());
    return candidate;
}

void Client::adopt(std::unique_ptr<Candidate> candidate) {
    // The former has the audit log to itself until it is gone.
    if (running_) running_->finish(options_.patience);
    running_ = std::move(candidate->running);
    options_.setup = std::move(candidate->setup);
    facts_ = std::move(candidate->hello);
    outstanding_.reset();
    failures_ = 0;
    started_at_ = Clock::now();
    if (holds_nothing(facts_, options_.setup)) {
        running_->finish(kEndTimeout);
        running_.reset();
        state_ = State::idle;
        return;
    }
    be_ready();
    if (!audit_open_) return;
    state_ = State::opening;
    if (!send_open_audit()) return lose("limpid-keeper is gone");
    const auto until = Clock::now() + options_.call_timeout;
    while (state_ == State::opening && Clock::now() < until) {
        const auto message = running_->receive(options_.call_timeout);
        if (!message && message.error() == NoMessage::not_yet) break;
        const auto answer = message && message->kind == MessageKind::answer
                                ? parse_answer(message->json)
                                : std::nullopt;
        if (!answer) return lose("limpid-keeper did not open the audit log");
        take_opened(*answer);
    }
}

Result<TokenFacts> Client::verify_token(std::string_view token, security::UnixSeconds now) {
    const std::uint64_t id = last_id_ + 1;
    auto answer = call(MessageKind::verify_token, id,
                       to_json(VerifyToken{.id = id, .token = std::string(token), .now = now}));
    if (!answer) return std::unexpected(std::move(answer).error());
    if (answer->token) return *std::move(answer->token);
    lose("it answered another question");
    return unavailable("limpid-keeper answered another question");
}

Result<Appended> Client::append(const audit::Event& event) {
    settle();
    if (owed_.size() >= kMaxOwed) return unavailable("too many records wait");
    owed_.push_back(cut(event));
    if (state_ != State::ready || outstanding_ || owed_.size() > 1) return Appended::kept;
    auto written = write_front();
    // Nobody but the caller will try again.
    if (!written) owed_.pop_front();
    return written;
}

Result<Appended> Client::write_front() {
    const std::uint64_t id = last_id_ + 1;
    is_front_sent_ = true;
    const auto answer =
        call(MessageKind::append, id, to_json(Append{.id = id, .event = owed_.front()}));
    if (answer && answer->audit) {
        note_written(answer->audit->seq);
        return Appended::written;
    }
    if (answer) lose("it answered another question");
    if (answer || answer.error().id() == ErrorCode::keeper_unavailable) return Appended::kept;
    is_front_sent_ = false;
    return std::unexpected(answer.error());
}

void Client::note_written(std::uint64_t seq) {
    last_seq_ = seq;
    is_front_sent_ = false;
    if (!owed_.empty()) owed_.pop_front();
}

Status Client::maintain() {
    const std::uint64_t id = last_id_ + 1;
    const auto answer = call(MessageKind::maintain, id, to_json(Ask{.id = id}));
    if (!answer) return std::unexpected(answer.error());
    if (!answer->audit) {
        lose("it answered another question");
        return unavailable("limpid-keeper answered another question");
    }
    last_seq_ = answer->audit->seq;
    return {};
}

Result<LicenseFacts> Client::check_license() {
    const std::uint64_t id = last_id_ + 1;
    auto answer = call(MessageKind::license, id, to_json(Ask{.id = id}));
    if (!answer) return std::unexpected(std::move(answer).error());
    if (answer->license) return *std::move(answer->license);
    lose("it answered another question");
    return unavailable("limpid-keeper answered another question");
}

Result<std::string> Client::sign_manifest(std::string manifest_json) {
    const std::uint64_t id = last_id_ + 1;
    auto answer = call(MessageKind::sign, id,
                       to_json(SignManifest{.id = id, .manifest = std::move(manifest_json)}));
    if (!answer) return std::unexpected(std::move(answer).error());
    if (answer->document) return *std::move(answer->document);
    lose("it answered another question");
    return unavailable("limpid-keeper answered another question");
}

void Client::tick() {
    settle();
    while (state_ == State::ready && !outstanding_ && !owed_.empty()) {
        const auto written = write_front();
        // A disk that is full: the next tick tries again.
        if (!written || *written == Appended::kept) return;
    }
}

bool Client::available() {
    settle();
    return state_ == State::idle || (state_ == State::ready && !outstanding_);
}

std::optional<Error> Client::take_error() { return std::exchange(error_, std::nullopt); }

Result<Answer> Client::call(MessageKind kind, std::uint64_t id, const std::string& json) {
    settle();
    if (state_ != State::ready) return unavailable("limpid-keeper is being started");
    if (outstanding_) return unavailable("limpid-keeper has not answered yet");
    // What a stranger can make too long must not look as if nobody read it.
    if (!fits_message(json)) {
        return fail(ErrorCode::internal_failure, "a question for the keeper is too long");
    }
    // Of what is sent, and of nothing else: a keeper that is opening the audit log answers the
    // last.
    last_id_ = id;
    if (!send_message(running_->process.socket.get(), kind, json, {}, Wait::no)) {
        lose("it takes no questions");
        return unavailable("limpid-keeper takes no questions");
    }
    const auto message = running_->receive(options_.call_timeout);
    if (!message && message.error() == NoMessage::not_yet) {
        outstanding_ = {.id = id,
                        .is_append = kind == MessageKind::append,
                        .until = Clock::now() + options_.patience};
        return unavailable("limpid-keeper does not answer in time");
    }
    auto answer = message && message->kind == MessageKind::answer ? parse_answer(message->json)
                                                                  : std::nullopt;
    if (!answer || answer->id != id) {
        const bool is_gone = !message && message.error() == NoMessage::closed;
        lose(is_gone ? "" : "it said what no keeper says");
        return unavailable("limpid-keeper gave no answer");
    }
    if (answer->error) return std::unexpected(*std::move(answer->error));
    return *std::move(answer);
}

}  // namespace limpid::keeper
