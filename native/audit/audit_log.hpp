#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "audit/head_file.hpp"
#include "audit/record.hpp"
#include "audit/verifier.hpp"
#include "limpid/error.hpp"
#include "limpid/security/types.hpp"
#include "platform/file_descriptor.hpp"

namespace limpid::audit {

/// How a log is kept.
struct LogOptions {
    std::string file;
    /// Chains by HMAC; borrowed, 32 bytes or more. Null: chains by SHA-256.
    const security::Secret* key = nullptr;
    /// Bring each record to the disk before append() returns; otherwise maintain() does.
    bool sync_each = true;
    /// A part of this size ends, and the next begins.
    std::uint64_t max_bytes = std::uint64_t{16} << 20U;
    /// Parts whose last record is older are removed.
    std::uint64_t retention_days = 365;
};

/// Writes an audit log: see record.hpp for its lines, log_parts.hpp for its files and head_file.hpp
/// for what tells of its end. One process at a time has a log open. Not thread-safe; a thread of
/// its own compresses parts that are full.
class AuditLog {
public:
    /// Go on with the log, or begin one. What the newest part holds is verified; an unfinished line
    /// that a crash left is kept and accounted for in a record.
    /// @return audit.broken when the log is not what was written; io.unwritable, also while another
    ///         process has it, after two seconds; key.too_short.
    [[nodiscard]] static Result<std::unique_ptr<AuditLog>> open(LogOptions options,
                                                                security::RandomSource& random);
    ~AuditLog();
    AuditLog(const AuditLog&) = delete;
    AuditLog& operator=(const AuditLog&) = delete;

    /// Write a record. After an error it may be missing, but the log is whole, and the next call
    /// tries anew. @return io.unwritable.
    [[nodiscard]] Status append(const Event& event);

    /// Call about once a second: brings what is not on the disk there, and removes what is past the
    /// retention once an hour. @return io.unwritable.
    [[nodiscard]] Status maintain();

    /// Number of the last record.
    [[nodiscard]] std::uint64_t last_seq() const noexcept { return head_.seq; }

    /// Was this event already in the log when it was opened, behind record `seq`? Looks at the last
    /// few records only: for whoever was told to write one and went before it could say so.
    [[nodiscard]] bool held_after(std::uint64_t seq, const Event& event) const;

private:
    /// How the newest part ends.
    struct Tail {
        /// With the end of a line?
        bool ended = true;
        /// Of an unfinished line; empty: there is none.
        Details torn;
    };

    AuditLog(LogOptions options, Chain chain) : options_(std::move(options)), chain_(chain) {}
    [[nodiscard]] Status lock();
    [[nodiscard]] Status start(security::RandomSource& random);
    /// Verify the newest part, and know where it ends.
    [[nodiscard]] Result<Tail> follow(const std::string& path, const std::optional<Head>& head);
    /// Go on in FILE.
    [[nodiscard]] Status resume(const Tail& tail);
    [[nodiscard]] Status open_file(int flags);
    [[nodiscard]] Status begin_part(std::string_view name);
    [[nodiscard]] Status write(const Event& event);
    [[nodiscard]] Status write_bytes(std::string_view text);
    [[nodiscard]] Status sync();
    [[nodiscard]] Status rotate();
    [[nodiscard]] Status prune();
    void compress_parts();

    LogOptions options_;
    Chain chain_;
    platform::FileDescriptor lock_;
    platform::FileDescriptor file_;
    std::unique_ptr<HeadFile> head_file_;
    /// Where the log ends.
    Head head_;
    /// Of FILE: its size, and the number of its first record.
    std::uint64_t bytes_ = 0;
    std::uint64_t first_seq_ = 1;
    /// The last records that open() found.
    std::deque<Record> found_;
    /// Is there something that is not on the disk?
    bool dirty_ = false;
    /// Did a failure leave a piece of a line?
    bool partial_ = false;
    std::chrono::steady_clock::time_point next_prune_;
    std::thread compressor_;
};

}  // namespace limpid::audit
