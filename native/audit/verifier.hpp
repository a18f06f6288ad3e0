#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "audit/chain.hpp"
#include "audit/head_file.hpp"
#include "audit/record.hpp"
#include "limpid/error.hpp"

namespace limpid::audit {

/// Names of the records that a log writes about itself.
inline constexpr std::string_view kOpened = "log.opened";
inline constexpr std::string_view kContinued = "log.continued";
inline constexpr std::string_view kRecovered = "log.recovered";
inline constexpr std::string_view kPruned = "log.pruned";

/// What is known of a log after reading it.
struct LogState {
    std::string log_id;
    std::uint64_t records = 0;
    std::uint64_t first_seq = 0;
    std::uint64_t last_seq = 0;
    /// Before the first record that was read; all zeros before the first of all.
    ChainValue former_chain{};
    ChainValue first_chain{};
    ChainValue last_chain{};
    std::string first_time;
    std::string last_time;
    /// Records below this number were removed by the retention, says the log.
    std::uint64_t pruned_before = 1;
    /// Unfinished lines that crashes left and the log accounts for.
    std::uint64_t torn_lines = 0;
};

/// Follows a log line by line.
class ChainVerifier {
public:
    /// @param head  where the log ends at the least; nothing: nobody knows.
    ChainVerifier(const Chain& chain, std::optional<Head> head)
        : chain_(chain), head_(std::move(head)) {}

    /// Take the next line. @return the record, or nothing for an unfinished line, about which the
    /// next record must tell; audit.broken saying what is wrong; as Chain::next().
    [[nodiscard]] Result<std::optional<Record>> take(std::string_view text);

    /// Judge the end: no record that the head knows may be missing. A crash may have left an
    /// unfinished line. @return audit.broken.
    [[nodiscard]] Status finish() const;

    /// Bytes of the unfinished line at the end; 0 when there is none.
    [[nodiscard]] std::size_t torn_bytes() const noexcept { return torn_.size(); }
    /// What a kRecovered record must say of it.
    [[nodiscard]] Details torn_details() const;
    [[nodiscard]] const LogState& state() const noexcept { return state_; }

private:
    [[nodiscard]] Status check_place(const ParsedLine& line);
    [[nodiscard]] Status check_torn(const Record& record);
    [[nodiscard]] Status check_chain(const ParsedLine& line);
    void note(const ParsedLine& line);

    const Chain& chain_;
    std::optional<Head> head_;
    LogState state_;
    std::string torn_;
};

/// What verify_log() found.
struct VerifiedLog {
    LogState state;
    std::size_t files = 0;
    /// Bytes of an unfinished line at the end: a crash left it, or the log is being written.
    std::size_t torn_bytes = 0;
    std::optional<Head> head;
};

/// Called for each record, with its line.
using Visit = std::function<Status(const Record&, std::string_view line)>;

/// Read every part of the log `file`, oldest first, and check that nothing in it was changed, taken
/// out, moved, or cut off its end. May run while the log is being written: where a part ended
/// meanwhile and something is amiss, it is read again, some times.
/// @param visit  empty: none; gets each record once; its errors end the reading.
/// @return audit.broken naming file and line; io.unreadable; the errors of `visit`.
[[nodiscard]] Result<VerifiedLog> verify_log(const std::string& file, const Chain& chain,
                                             const Visit& visit);

}  // namespace limpid::audit
