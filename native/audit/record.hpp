#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "audit/chain.hpp"

// One line of the audit log:
//
//   {"chain":"<64 hex digits>","client":…,"details":{…},"event":…,"seq":7,"time":…}
//
// A line is JSON in its canonical form (RFC 8785), whose first member is the chain value. That
// value covers the line's other bytes and the chain value before it, so that nothing in a line can
// be changed, and no line moved or taken out, without every later value becoming wrong.
namespace limpid::audit {

/// Further facts of an event, by name: names are constants of ours. No secret belongs in them.
using Details = std::map<std::string, std::string, std::less<>>;

/// Something that happened. Empty texts are left out of the record.
struct Event {
    /// `noun.verb`, as "auth.failed"; docs/service.md lists them.
    std::string name = {};
    /// Public id of the credential, or subject of the token.
    std::string principal = {};
    /// The client's address.
    std::string client = {};
    std::string request_id = {};
    Details details = {};
};

/// An event in its place in the log.
struct Record {
    /// 1 for the first record of a log; each is one more than that before it.
    std::uint64_t seq = 0;
    /// As utc_timestamp() writes it. Clocks are set back at times, so the order is that of `seq`.
    std::string time;
    Event event;
};

/// Longest line that is written or read, its end included. 21 texts of 400 bytes, each byte escaped
/// in six, are less.
inline constexpr std::size_t kMaxLineBytes = 65'536;

/// Longest text of a record: what is longer is cut.
inline constexpr std::size_t kMaxTextBytes = 400;

/// A line that was read.
struct ParsedLine {
    Record record;
    /// What the line says its chain value is.
    ChainValue chain{};
    /// What the chain value covers.
    std::string body;
};

/// The text that a record's chain value covers: canonical JSON without the member "chain". Texts
/// longer than 400 bytes are cut, and so are details beyond the first 16.
[[nodiscard]] std::string record_body(const Record& record);

/// The whole line, with its end.
/// @param body  what record_body() gave.
[[nodiscard]] std::string record_line(const ChainValue& chain, std::string_view body);

/// Read a line without its end. Nothing when it is not one that record_line() could have written.
[[nodiscard]] std::optional<ParsedLine> parse_line(std::string_view line);

}  // namespace limpid::audit
