// limpid-keeper: holds limpidd's secrets and uses them for it. Started by keeper::Client and by
// nothing else: without arguments, with a socket as descriptor 3.
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "crypto/openssl_verifier.hpp"
#include "keeper/confinement.hpp"
#include "keeper/duties.hpp"
#include "keeper/message.hpp"
#include "keeper/protocol.hpp"
#include "keeper/secrets.hpp"
#include "keeper/variables.hpp"
#include "limpid/version.hpp"
#include "platform/random_source.hpp"
#include "platform/secret_reader.hpp"
#include "worker/sandbox.hpp"

namespace limpid::keeper {
namespace {

using worker::kSocket;

// The exit statuses of errors.def for usage and internal failures.
constexpr int kUsageExit = 2;
constexpr int kFailureExit = 70;

bool has_socket() {
    int type = 0;
    socklen_t size = sizeof(type);
    return ::getsockopt(kSocket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

bool say(const Hello& hello) {
    return send_message(kSocket, MessageKind::hello, to_json(hello), {}, Wait::yes);
}

/// Why it cannot be ready.
int give_up(const Error& error) {
    return say({.version = LIMPID_VERSION_STRING, .error = error}) ? 0 : kFailureExit;
}

std::string folder_of(const std::string& file) {
    const auto parent = std::filesystem::path(file).parent_path();
    return parent.empty() ? "." : parent.string();
}

/// The folders that are written to; that of the leases is made.
std::vector<std::string> folders_of(const Setup& setup) {
    std::vector<std::string> folders;
    if (!setup.audit_file.empty()) folders.push_back(folder_of(setup.audit_file));
    if (!setup.license_leases_dir.empty()) {
        static_cast<void>(::mkdir(setup.license_leases_dir.c_str(), 0700));
        folders.push_back(setup.license_leases_dir);
    }
    return folders;
}

int serve() {
    auto first = receive_message(kSocket, Wait::yes);
    if (!first || first->kind != MessageKind::setup || first->files.size() != 1) return kUsageExit;
    auto setup = parse_setup(first->json);
    if (!setup || !adopt_variables(first->files.front().get())) return kUsageExit;
    first->files.clear();

    platform::SystemSecretReader reader;
    platform::SystemRandom random;
    auto secrets = read_secrets(*setup, reader, random);
    if (!secrets) return give_up(secrets.error());
    if (const Status status = check_audit_key(*setup, *secrets); !status) {
        return give_up(status.error());
    }
    // Read lazily otherwise, when no file can be.
    crypto::prepare_openssl();
    const Confinement confinement = confine(folders_of(*setup));
    Duties duties(*std::move(setup), *std::move(secrets), random);
    Hello hello = duties.hello();
    hello.syscall_filter = confinement.syscall_filter;
    hello.landlock_abi = static_cast<std::uint64_t>(confinement.landlock_abi);
    if (!say(hello)) return kFailureExit;
    for (;;) {
        const auto message = receive_message(kSocket, Wait::yes);
        // The end of limpidd, or of its need for this keeper.
        if (!message) return 0;
        const auto answer = duties.answer(message->kind, message->json);
        if (!answer) return kUsageExit;
        std::string json = to_json(*answer);
        if (!fits_message(json)) {
            Answer refusal;
            refusal.id = answer->id;
            refusal.error = Error(ErrorCode::internal_failure, "the answer is too long");
            json = to_json(refusal);
        }
        if (!send_message(kSocket, MessageKind::answer, json, {}, Wait::yes)) return 0;
    }
}

}  // namespace
}  // namespace limpid::keeper

int main(int argc, char**) {
    // Nobody of the same user looks in, no core dump, and it ends with limpidd whatever it does.
    ::prctl(PR_SET_DUMPABLE, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Beyond its file size limit a write fails, as on a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    if (argc != 1 || !limpid::keeper::has_socket()) {
        std::fputs("limpid-keeper is started by limpidd\n", stderr);
        return limpid::keeper::kUsageExit;
    }
    try {
        return limpid::keeper::serve();
    } catch (const std::exception&) {
        // Out of memory, most likely. What is kept on disk is whole at any moment.
        return limpid::keeper::kFailureExit;
    }
}
