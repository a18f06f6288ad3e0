#include "worker/seccomp_rules.hpp"

#include <seccomp.h>
#include <sys/mman.h>

#include "worker/sandbox.hpp"

namespace limpid::worker {

SeccompRules::SeccompRules(std::uint32_t otherwise)
    : filter_(::seccomp_init(otherwise)), ok_(filter_ != nullptr) {
    if (ok_) note(::seccomp_attr_set(filter_, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
}

SeccompRules::~SeccompRules() {
    if (filter_ != nullptr) ::seccomp_release(filter_);
}

void SeccompRules::allow(std::span<const int> calls) { add(SCMP_ACT_ALLOW, calls); }

void SeccompRules::add(std::uint32_t action, std::span<const int> calls) {
    for (const int call : calls) {
        if (ok_) note(::seccomp_rule_add(filter_, action, call, 0));
    }
}

void SeccompRules::allow_memory_unless_executable() {
    // The third argument of each says what the memory may be used for.
    for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
        if (!ok_) return;
        note(::seccomp_rule_add(filter_, SCMP_ACT_ALLOW, call, 1,
                                scmp_arg_cmp{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}));
    }
}

void SeccompRules::allow_messages_on_the_socket() {
    for (const int call : {SCMP_SYS(recvmsg), SCMP_SYS(sendmsg)}) {
        if (!ok_) return;
        note(::seccomp_rule_add(filter_, SCMP_ACT_ALLOW, call, 1,
                                scmp_arg_cmp{0, SCMP_CMP_EQ, kSocket, 0}));
    }
}

void SeccompRules::allow_with_bits(int call, unsigned argument, std::uint64_t mask) {
    if (!ok_) return;
    note(::seccomp_rule_add(filter_, SCMP_ACT_ALLOW, call, 1,
                            scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, mask, mask}));
}

void SeccompRules::cover_threads() {
    if (ok_) note(::seccomp_attr_set(filter_, SCMP_FLTATR_CTL_TSYNC, 1));
}

bool SeccompRules::load() { return ok_ && ::seccomp_load(filter_) == 0; }

}  // namespace limpid::worker
