#include "audit/verifier.hpp"

#include <charconv>
#include <chrono>
#include <thread>
#include <vector>

#include <sys/stat.h>

#include "audit/log_parts.hpp"
#include "limpid/digest.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"

namespace limpid::audit {
namespace {

// A part that ends while it is read, or is compressed or removed, makes the log look broken. Of a
// log whose parts end faster than it can be read, the last reading counts.
constexpr int kReadings = 8;
constexpr std::chrono::milliseconds kPause{20};

std::unexpected<Error> broken(std::string what) {
    return fail(ErrorCode::audit_broken, std::move(what));
}

std::string detail(const Record& record, std::string_view name) {
    const auto found = record.event.details.find(name);
    return found == record.event.details.end() ? std::string() : found->second;
}

std::uint64_t number_in(const Record& record, std::string_view name) {
    const std::string text = detail(record, name);
    std::uint64_t value = 0;
    static_cast<void>(std::from_chars(text.data(), text.data() + text.size(), value));
    return value;
}

/// An error of the verifier with the place of the line.
std::unexpected<Error> at(const std::string& path, std::uint64_t line, const Error& error) {
    if (error.id() != ErrorCode::audit_broken) return std::unexpected(error);
    return broken(platform::printable(path) + " line " + std::to_string(line) + ": " +
                  error.found());
}

/// Read one part. @return did its last line end?
Result<bool> read_part(const std::string& path, ChainVerifier& verifier, const Visit& visit) {
    auto reader = LineReader::open(path);
    if (!reader) return std::unexpected(std::move(reader).error());
    bool ended = true;
    for (std::uint64_t number = 1;; ++number) {
        auto line = reader->next();
        if (!line) return std::unexpected(std::move(line).error());
        if (!*line) return ended;
        ended = (*line)->ended;
        const auto record = verifier.take((*line)->text);
        if (!record) return at(path, number, record.error());
        if (!*record || !visit) continue;
        if (Status status = visit(**record, (*line)->text); !status) {
            return std::unexpected(std::move(status).error());
        }
    }
}

}  // namespace

Result<std::optional<Record>> ChainVerifier::take(std::string_view text) {
    const auto line = parse_line(text);
    if (!line) {
        if (!torn_.empty()) return broken("two lines that are no records");
        if (text.empty()) return broken("an empty line");
        torn_ = text;
        return std::nullopt;
    }
    if (Status status = check_torn(line->record); !status) return std::unexpected(status.error());
    if (Status status = check_place(*line); !status) return std::unexpected(status.error());
    if (Status status = check_chain(*line); !status) return std::unexpected(status.error());
    note(*line);
    return line->record;
}

Status ChainVerifier::check_torn(const Record& record) {
    if (torn_.empty()) return {};
    const bool told = record.event.name == kRecovered && record.event.details == torn_details();
    if (!told) return broken("the line before is no record, and no crash left it");
    torn_.clear();
    ++state_.torn_lines;
    return {};
}

Status ChainVerifier::check_place(const ParsedLine& line) {
    const Record& record = line.record;
    const bool begins = record.event.name == kOpened || record.event.name == kContinued;
    if (state_.records == 0) {
        const auto former = parse_chain_value(detail(record, "former_chain"));
        if (record.seq == 1 ? record.event.name != kOpened
                            : record.event.name != kContinued || !former) {
            return broken("the records before it are missing");
        }
        if (former && record.seq != 1) state_.last_chain = *former;
        state_.former_chain = state_.last_chain;
        state_.log_id = detail(record, "log_id");
    } else if (record.seq != state_.last_seq + 1) {
        return broken("record " + std::to_string(record.seq) + " follows record " +
                      std::to_string(state_.last_seq));
    }
    if (begins && detail(record, "log_id") != state_.log_id) {
        return broken("the record is of another log");
    }
    if (begins && detail(record, "method") != chain_.method()) {
        return broken("the log is chained by " + platform::printable(detail(record, "method")) +
                      ", and read by " + std::string(chain_.method()));
    }
    return {};
}

Status ChainVerifier::check_chain(const ParsedLine& line) {
    const auto wanted = chain_.next(state_.last_chain, line.body);
    if (!wanted) return std::unexpected(wanted.error());
    if (*wanted != line.chain) {
        return broken("record " + std::to_string(line.record.seq) +
                      " was changed, or something before it was, or the key is another");
    }
    if (head_ && head_->seq == line.record.seq &&
        (head_->chain != line.chain || head_->log_id != state_.log_id)) {
        return broken("the head file knows another record " + std::to_string(line.record.seq));
    }
    return {};
}

void ChainVerifier::note(const ParsedLine& line) {
    const Record& record = line.record;
    if (state_.records == 0) {
        state_.first_seq = record.seq;
        state_.first_chain = line.chain;
        state_.first_time = record.time;
    }
    if (record.event.name == kPruned) state_.pruned_before = number_in(record, "before_seq");
    ++state_.records;
    state_.last_seq = record.seq;
    state_.last_chain = line.chain;
    state_.last_time = record.time;
}

Details ChainVerifier::torn_details() const {
    return {{"torn_bytes", std::to_string(torn_.size())},
            {"torn_sha256", to_hex(sha256(security::as_bytes(torn_)))}};
}

Status ChainVerifier::finish() const {
    if (head_ && head_->seq > state_.last_seq) {
        return broken("the log ends with record " + std::to_string(state_.last_seq) +
                      ", but record " + std::to_string(head_->seq) + " was written");
    }
    // The head is written after the record: a crash between the two leaves a log of one record.
    if (!head_ && state_.last_seq > 1) return broken("the head file is missing");
    return {};
}

namespace {

/// Whatever a writer moves under a reader's feet: names of parts, which file is at FILE, the head.
struct Layout {
    std::vector<std::string> parts;
    ino_t inode = 0;
    std::vector<std::byte> head;

    bool operator==(const Layout&) const = default;
};

Layout layout_of(const std::string& file) {
    Layout layout;
    // What cannot be read is told by who reads the log.
    if (auto parts = find_parts(file)) {
        for (LogPart& part : *parts) layout.parts.push_back(std::move(part.path));
    }
    struct stat status{};
    if (::lstat(file.c_str(), &status) == 0) layout.inode = status.st_ino;
    if (const auto head = platform::read_file(
            head_path(file),
            {.max_bytes = kHeadBytes, .limit_name = "", .too_large = ErrorCode::audit_broken})) {
        layout.head.assign(head->data(), head->data() + head->size());
    }
    return layout;
}

Result<VerifiedLog> read_log(const std::string& file, const Chain& chain, const Visit& visit) {
    VerifiedLog log;
    // Before the log, which may grow meanwhile.
    auto head = read_head(file, chain);
    if (!head) return std::unexpected(std::move(head).error());
    log.head = *std::move(head);
    auto parts = find_parts(file);
    if (!parts) return std::unexpected(std::move(parts).error());
    std::vector<std::string> paths;
    for (LogPart& part : *parts) paths.push_back(std::move(part.path));
    // A crash between the end of one part and the beginning of the next leaves no FILE; when it was
    // taken away the head tells.
    struct stat status{};
    if (paths.empty() || ::lstat(file.c_str(), &status) == 0) paths.push_back(file);
    ChainVerifier verifier(chain, log.head);
    bool ended = true;
    for (const std::string& path : paths) {
        if (!ended) return broken(platform::printable(path) + ": the part before it was cut");
        const auto read = read_part(path, verifier, visit);
        if (!read) return std::unexpected(read.error());
        ended = *read;
    }
    if (const Status end = verifier.finish(); !end) {
        return broken(platform::printable(file) + ": " + end.error().found());
    }
    log.state = verifier.state();
    if (log.state.first_seq > 1 && log.state.pruned_before < log.state.first_seq) {
        return broken(platform::printable(file) + ": the records before " +
                      std::to_string(log.state.first_seq) + " are missing");
    }
    log.files = paths.size();
    log.torn_bytes = verifier.torn_bytes();
    return log;
}

}  // namespace

Result<VerifiedLog> verify_log(const std::string& file, const Chain& chain, const Visit& visit) {
    std::uint64_t visited = 0;
    const Visit once = [&](const Record& record, std::string_view line) -> Status {
        if (record.seq <= visited) return {};
        visited = record.seq;
        return visit ? visit(record, line) : Status();
    };
    for (int reading = 1;; ++reading) {
        const Layout before = layout_of(file);
        auto log = read_log(file, chain, once);
        if (log || reading == kReadings) return log;
        const ErrorCode what = log.error().id();
        const bool may_pass = what == ErrorCode::audit_broken || what == ErrorCode::io_unreadable;
        // What is wrong with a log that nobody moves is wrong.
        if (!may_pass || layout_of(file) == before) return log;
        std::this_thread::sleep_for(kPause);
    }
}

}  // namespace limpid::audit
