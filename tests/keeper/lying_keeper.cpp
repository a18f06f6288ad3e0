// Says what it is asked to say: at its start what Setup::jwt_issuer names, then what each token
// names.
#include <chrono>
#include <string>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

#include "limpid/version.hpp"
#include "native/keeper/message.hpp"
#include "native/keeper/protocol.hpp"
#include "native/worker/sandbox.hpp"

namespace limpid::keeper {
namespace {

using worker::kSocket;

void say(MessageKind kind, const std::string& json) {
    if (!send_message(kSocket, kind, json, {}, Wait::yes)) ::_exit(0);
}

void say_raw(const std::string& bytes) {
    static_cast<void>(::send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

Hello honest_hello() {
    Hello hello{.version = LIMPID_VERSION_STRING, .error = {}};
    hello.tokens = true;
    hello.syscall_filter = true;
    return hello;
}

void greet(const std::string& wish) {
    Hello hello = honest_hello();
    if (wish == "leave") ::_exit(3);
    if (wish == "silent") std::this_thread::sleep_for(std::chrono::seconds(30));
    if (wish == "garbage") return say_raw("garbage");
    if (wish == "empty") return say(MessageKind::hello, "{}");
    if (wish == "answer") return say(MessageKind::answer, to_json(hello));
    if (wish == "old") hello.version = "0.0.1";
    if (wish == "open") hello.syscall_filter = false;
    if (wish == "error") hello.error = Error(ErrorCode::secret_exposed, "somewhere");
    say(MessageKind::hello, to_json(hello));
}

Answer honest(std::uint64_t id) {
    Answer answer;
    answer.id = id;
    answer.token = TokenFacts{.subject = "somebody", .scopes = "a b", .expires_at = {100}};
    return answer;
}

void answer(const VerifyToken& question) {
    const std::string& lie = question.token;
    Answer answer = honest(question.id);
    if (lie == "leave") ::_exit(4);
    if (lie == "garbage") return say_raw("garbage");
    if (lie == "nothing") return say_raw("");
    if (lie == "not JSON") return say(MessageKind::answer, "{");
    if (lie == "no members") return say(MessageKind::answer, "{}");
    if (lie == "hello again") return say(MessageKind::hello, to_json(honest_hello()));
    if (lie == "question") return say(MessageKind::verify_token, to_json(question));
    if (lie == "long") return say_raw(std::string(kMaxMessageBytes + 1, 'x'));
    if (lie == "number before") --answer.id;
    if (lie == "number to come") ++answer.id;
    if (lie == "of a licence") {
        answer.token.reset();
        answer.license = LicenseFacts();
        answer.license->status_json = "{}";
    }
    if (lie == "of the audit log") {
        answer.token.reset();
        answer.audit = AuditFacts();
    }
    if (lie == "unknown error") {
        const std::string id = std::to_string(question.id);
        return say(MessageKind::answer,
                   R"({"id":)" + id + R"(,"error":{"code":"no.such","found":""}})");
    }
    if (lie == "twice") say(MessageKind::answer, to_json(answer));
    if (lie == "late") std::this_thread::sleep_for(std::chrono::milliseconds(600));
    if (lie == "never") std::this_thread::sleep_for(std::chrono::seconds(30));
    say(MessageKind::answer, to_json(answer));
}

int run() {
    const auto first = receive_message(kSocket, Wait::yes);
    const auto setup = first ? parse_setup(first->json) : std::nullopt;
    if (!setup) return 1;
    greet(setup->jwt_issuer);
    while (const auto message = receive_message(kSocket, Wait::yes)) {
        if (const auto question = parse_verify_token(message->json)) answer(*question);
    }
    return 0;
}

}  // namespace
}  // namespace limpid::keeper

int main() { return limpid::keeper::run(); }
