#include "audit/record.hpp"

#include <utility>

#include "limpid/security/json.hpp"

namespace limpid::audit {
namespace {

constexpr std::size_t kMaxDetails = 16;
constexpr std::string_view kChainStart = R"({"chain":")";
constexpr std::string_view kChainEnd = R"(",)";
constexpr std::size_t kChainDigits = 64;
// The largest that JSON numbers hold exactly.
constexpr std::int64_t kMaxSeq = (std::int64_t{1} << 53) - 1;

/// A JSON text for a text of any bytes. A cut may leave half a character, which becomes U+FFFD.
std::string json_text(std::string_view text) {
    return security::canonical_string(text.substr(0, kMaxTextBytes));
}

void add_member(std::string& out, std::string_view name, std::string_view json) {
    if (!out.ends_with('{')) out += ',';
    out.append(security::canonical_string(name)).append(":").append(json);
}

void add_text(std::string& out, std::string_view name, std::string_view text) {
    if (!text.empty()) add_member(out, name, json_text(text));
}

std::string details_json(const Details& details) {
    std::string out = "{";
    std::size_t count = 0;
    for (const auto& [name, text] : details) {
        if (++count > kMaxDetails) break;
        add_member(out, name, json_text(text));
    }
    return out + "}";
}

/// The text of a member; empty when there is none. False when it is no text.
bool take_text(const security::JsonView& object, std::string_view name, std::string& to) {
    const auto member = object.find(name);
    if (!member) return true;
    const auto text = member->as_string();
    if (!text) return false;
    to = *text;
    return true;
}

bool take_details(const security::JsonView& object, Details& to) {
    const auto member = object.find("details");
    if (!member) return true;
    if (member->type() != security::JsonType::object) return false;
    for (const std::string_view name : member->names()) {
        if (!take_text(*member, name, to[std::string(name)])) return false;
    }
    return true;
}

std::optional<Record> parse_body(std::string_view body) {
    const auto document = security::parse_json_strict(body);
    if (!document || document->root().type() != security::JsonType::object) return std::nullopt;
    const security::JsonView root = document->root();
    const auto seq = root.find("seq");
    const std::int64_t number = seq ? seq->as_integer().value_or(0) : 0;
    Record record;
    const bool typed = take_text(root, "time", record.time) &&
                       take_text(root, "event", record.event.name) &&
                       take_text(root, "principal", record.event.principal) &&
                       take_text(root, "client", record.event.client) &&
                       take_text(root, "request_id", record.event.request_id) &&
                       take_details(root, record.event.details);
    if (!typed || number < 1 || number > kMaxSeq) return std::nullopt;
    record.seq = static_cast<std::uint64_t>(number);
    return record;
}

}  // namespace

std::string record_body(const Record& record) {
    const Event& event = record.event;
    std::string out = "{";
    // Sorted, as RFC 8785 wants it.
    add_text(out, "client", event.client);
    if (!event.details.empty()) add_member(out, "details", details_json(event.details));
    add_text(out, "event", event.name);
    add_text(out, "principal", event.principal);
    add_text(out, "request_id", event.request_id);
    add_member(out, "seq", std::to_string(record.seq));
    add_text(out, "time", record.time);
    return out + "}";
}

std::string record_line(const ChainValue& chain, std::string_view body) {
    std::string line(kChainStart);
    line.append(to_hex(chain)).append(kChainEnd).append(body.substr(1)).append("\n");
    return line;
}

std::optional<ParsedLine> parse_line(std::string_view line) {
    if (line.size() >= kMaxLineBytes || !line.starts_with(kChainStart)) return std::nullopt;
    line.remove_prefix(kChainStart.size());
    const auto chain = parse_chain_value(line.substr(0, kChainDigits));
    if (!chain) return std::nullopt;
    line.remove_prefix(kChainDigits);
    if (!line.starts_with(kChainEnd)) return std::nullopt;
    line.remove_prefix(kChainEnd.size());
    ParsedLine parsed;
    parsed.chain = *chain;
    parsed.body = "{" + std::string(line);
    auto record = parse_body(parsed.body);
    if (!record) return std::nullopt;
    parsed.record = *std::move(record);
    return parsed;
}

}  // namespace limpid::audit
