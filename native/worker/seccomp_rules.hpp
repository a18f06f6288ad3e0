#pragma once

#include <cstdint>
#include <span>

namespace limpid::worker {

/// Which system calls a process may make, while the list is put together. Calls by the numbers of
/// another architecture, 32-bit ones for example, end the process in any case. After an error
/// nothing more is added, and the list cannot be put in force.
class SeccompRules {
public:
    /// @param otherwise  what happens at a call that is not listed, as SCMP_ACT_KILL_PROCESS.
    explicit SeccompRules(std::uint32_t otherwise);
    ~SeccompRules();
    SeccompRules(const SeccompRules&) = delete;
    SeccompRules& operator=(const SeccompRules&) = delete;

    void allow(std::span<const int> calls);
    /// Other than kill or allow: errors, for example.
    void add(std::uint32_t action, std::span<const int> calls);
    /// Memory, but none that instructions run from: mmap and mprotect without PROT_EXEC.
    void allow_memory_unless_executable();
    /// Messages, over kSocket alone.
    void allow_messages_on_the_socket();
    /// A call whose argument has all bits of `mask`.
    void allow_with_bits(int call, unsigned argument, std::uint64_t mask);
    /// When put in force, do so for every thread.
    void cover_threads();

    /// Put in force, for the rest of the process's life. Needs PR_SET_NO_NEW_PRIVS.
    /// @return false when that is not allowed here, or something could not be added.
    [[nodiscard]] bool load();

private:
    void note(int result) { ok_ = ok_ && result == 0; }

    void* filter_;
    bool ok_;
};

}  // namespace limpid::worker
