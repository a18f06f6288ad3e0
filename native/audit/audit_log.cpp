#include "audit/audit_log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/log_parts.hpp"
#include "limpid/security/encoding.hpp"
#include "platform/clock.hpp"
#include "platform/printable.hpp"

namespace limpid::audit {
namespace {

constexpr std::size_t kLogIdBytes = 16;
constexpr std::chrono::hours kPruneInterval{1};
// More than a log writes about itself between two events.
constexpr std::size_t kFoundRecords = 8;
constexpr std::chrono::seconds kLockPatience{2};
constexpr std::chrono::milliseconds kLockPause{10};
constexpr std::int64_t kSecondsPerDay = 86'400;

std::unexpected<Error> cannot_write(const std::string& path, int error_number) {
    return fail(ErrorCode::io_unwritable, platform::describe_errno(path, error_number));
}

/// Make new names in the folder of `file` survive a power cut, as far as the system can.
void sync_folder_of(const std::string& file) {
    const auto parent = std::filesystem::path(file).parent_path();
    const std::string folder = parent.empty() ? "." : parent.string();
    const platform::FileDescriptor opened(
        ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.valid()) static_cast<void>(::fsync(opened.get()));
}

bool is_there(const std::string& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0;
}

bool is_empty_file(const std::string& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

std::int64_t modified_s(const std::string& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mtim.tv_sec : 0;
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(LogOptions options,
                                                 security::RandomSource& random) {
    const auto chain = Chain::make(options.key);
    if (!chain) return std::unexpected(chain.error());
    std::unique_ptr<AuditLog> log(new AuditLog(std::move(options), *chain));
    if (Status status = log->lock(); !status) return std::unexpected(std::move(status).error());
    if (Status status = log->start(random); !status) {
        return std::unexpected(std::move(status).error());
    }
    if (Status status = log->prune(); !status) return std::unexpected(std::move(status).error());
    log->compress_parts();
    return log;
}

AuditLog::~AuditLog() {
    // The log is whole without it: the head then knows fewer records.
    static_cast<void>(sync());
    if (compressor_.joinable()) compressor_.join();
}

Status AuditLog::lock() {
    const std::string path = options_.file + ".lock";
    lock_ = platform::FileDescriptor(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!lock_.valid()) return cannot_write(path, errno);
    // Who had it may have been killed together with its front, and not be gone yet.
    const auto until = std::chrono::steady_clock::now() + kLockPatience;
    do {
        if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return {};
        std::this_thread::sleep_for(kLockPause);
    } while (std::chrono::steady_clock::now() < until);
    return fail(ErrorCode::io_unwritable,
                platform::printable(options_.file) + " is written by another process");
}

Status AuditLog::start(security::RandomSource& random) {
    auto head = read_head(options_.file, chain_);
    if (!head) return std::unexpected(std::move(head).error());
    auto head_file = HeadFile::open(options_.file);
    if (!head_file) return std::unexpected(std::move(head_file).error());
    head_file_ = std::make_unique<HeadFile>(*std::move(head_file));
    auto parts = find_parts(options_.file);
    if (!parts) return std::unexpected(std::move(parts).error());

    // A crash between making the file and its first record.
    if (is_empty_file(options_.file)) ::unlink(options_.file.c_str());
    const bool has_file = is_there(options_.file);
    if (!has_file && parts->empty()) {
        if (*head) return fail(ErrorCode::audit_broken, "the log that the head knows is gone");
        std::array<std::byte, kLogIdBytes> id{};
        random.fill(id);
        head_.log_id = security::encode_hex(id);
        return begin_part(kOpened);
    }
    const auto tail = follow(has_file ? options_.file : parts->back().path, *head);
    if (!tail) return std::unexpected(tail.error());
    if (has_file) return resume(*tail);
    // A crash between two parts.
    if (!tail->ended) return fail(ErrorCode::audit_broken, "the last part was cut");
    return begin_part(kContinued);
}

Result<AuditLog::Tail> AuditLog::follow(const std::string& path, const std::optional<Head>& head) {
    auto reader = LineReader::open(path);
    if (!reader) return std::unexpected(std::move(reader).error());
    ChainVerifier verifier(chain_, head);
    Tail tail;
    for (;;) {
        const auto line = reader->next();
        if (!line) return std::unexpected(line.error());
        if (!*line) break;
        tail.ended = (*line)->ended;
        const auto record = verifier.take((*line)->text);
        if (!record) return std::unexpected(record.error());
        if (*record) found_.push_back(**record);
        if (found_.size() > kFoundRecords) found_.pop_front();
    }
    if (Status status = verifier.finish(); !status) return std::unexpected(status.error());
    const LogState& state = verifier.state();
    if (state.records == 0) return fail(ErrorCode::audit_broken, "the log holds no record");
    head_ = {.log_id = state.log_id, .seq = state.last_seq, .chain = state.last_chain};
    first_seq_ = state.first_seq;
    if (verifier.torn_bytes() != 0) tail.torn = verifier.torn_details();
    return tail;
}

Status AuditLog::resume(const Tail& tail) {
    if (Status status = open_file(0); !status) return status;
    const off_t size = ::lseek(file_.get(), 0, SEEK_END);
    if (size < 0) return cannot_write(options_.file, errno);
    bytes_ = static_cast<std::uint64_t>(size);
    dirty_ = true;
    if (!tail.ended) {
        if (Status status = write_bytes("\n"); !status) return status;
    }
    if (tail.torn.empty()) return {};
    return write({.name = std::string(kRecovered), .details = tail.torn});
}

Status AuditLog::open_file(int flags) {
    file_ = platform::FileDescriptor(
        ::open(options_.file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0640));
    if (!file_.valid()) return cannot_write(options_.file, errno);
    // Whatever the umask is: the group reads, nobody else does.
    if (::fchmod(file_.get(), 0640) != 0) return cannot_write(options_.file, errno);
    return {};
}

Status AuditLog::begin_part(std::string_view name) {
    if (Status status = open_file(O_CREAT | O_EXCL); !status) return status;
    sync_folder_of(options_.file);
    bytes_ = 0;
    first_seq_ = head_.seq + 1;
    Event event{.name = std::string(name)};
    event.details = {{"log_id", head_.log_id}, {"method", std::string(chain_.method())}};
    if (name == kContinued) event.details["former_chain"] = to_hex(head_.chain);
    if (Status status = write(event); !status) return status;
    // Whatever the policy is: a log of more than one record must have a head.
    return sync();
}

Status AuditLog::append(const Event& event) {
    if (bytes_ >= options_.max_bytes) {
        if (Status status = rotate(); !status) return status;
    }
    return write(event);
}

Status AuditLog::write(const Event& event) {
    const Record record{.seq = head_.seq + 1, .time = platform::utc_timestamp(), .event = event};
    const std::string body = record_body(record);
    const auto value = chain_.next(head_.chain, body);
    if (!value) return std::unexpected(value.error());
    if (Status status = write_bytes(record_line(*value, body)); !status) return status;
    head_.seq = record.seq;
    head_.chain = *value;
    dirty_ = true;
    return options_.sync_each ? sync() : Status();
}

Status AuditLog::write_bytes(std::string_view text) {
    if (partial_ && ::ftruncate(file_.get(), static_cast<off_t>(bytes_)) != 0) {
        return cannot_write(options_.file, errno);
    }
    partial_ = false;
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            const int error_number = written < 0 ? errno : ENOSPC;
            partial_ = ::ftruncate(file_.get(), static_cast<off_t>(bytes_)) != 0;
            return cannot_write(options_.file, error_number);
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    bytes_ += text.size();
    return {};
}

Status AuditLog::sync() {
    if (!dirty_ || !head_file_) return {};
    // EINVAL: a file system that cannot promise it.
    if (::fdatasync(file_.get()) != 0 && errno != EINVAL) return cannot_write(options_.file, errno);
    if (Status status = head_file_->write(head_, chain_); !status) return status;
    dirty_ = false;
    return {};
}

Status AuditLog::rotate() {
    dirty_ = true;
    if (Status status = sync(); !status) return status;
    const std::string part = part_path(options_.file, first_seq_);
    if (::rename(options_.file.c_str(), part.c_str()) != 0) return cannot_write(part, errno);
    platform::FileDescriptor former = std::move(file_);
    const std::uint64_t former_first = first_seq_;
    const std::uint64_t former_bytes = bytes_;
    const std::uint64_t former_seq = head_.seq;
    Status begun = begin_part(kContinued);
    // The part is there, though not on the disk.
    if (!begun && head_.seq != former_seq) return begun;
    if (!begun) {
        // As it was, so that the next record tries again.
        file_ = std::move(former);
        first_seq_ = former_first;
        bytes_ = former_bytes;
        partial_ = false;
        ::unlink(options_.file.c_str());
        if (::rename(part.c_str(), options_.file.c_str()) == 0) return begun;
        return cannot_write(options_.file, errno);
    }
    if (Status status = prune(); !status) return status;
    compress_parts();
    return {};
}

Status AuditLog::prune() {
    if (compressor_.joinable()) compressor_.join();
    next_prune_ = std::chrono::steady_clock::now() + kPruneInterval;
    const auto parts = find_parts(options_.file);
    if (!parts) return std::unexpected(parts.error());
    const auto lifetime_s = static_cast<std::int64_t>(options_.retention_days) * kSecondsPerDay;
    const std::int64_t oldest_s = platform::wall_clock().value - lifetime_s;
    std::size_t old = 0;
    while (old < parts->size() && modified_s((*parts)[old].path) < oldest_s) ++old;
    if (old == 0) return {};
    const std::uint64_t kept = old < parts->size() ? (*parts)[old].first_seq : first_seq_;
    // On record first: a crash in between leaves more than the log says, never less.
    const Event event{
        .name = std::string(kPruned),
        .details = {{"before_seq", std::to_string(kept)}, {"files", std::to_string(old)}}};
    if (Status status = write(event); !status) return status;
    for (std::size_t i = 0; i < old; ++i) {
        const std::string& path = (*parts)[i].path;
        if (::unlink(path.c_str()) != 0) return cannot_write(path, errno);
    }
    return {};
}

bool AuditLog::held_after(std::uint64_t seq, const Event& event) const {
    return std::ranges::any_of(found_, [&](const Record& record) {
        // As both are written: the texts of a record are cut.
        const Record as_if{.seq = record.seq, .time = record.time, .event = event};
        return record.seq > seq && record_body(as_if) == record_body(record);
    });
}

Status AuditLog::maintain() {
    if (Status status = sync(); !status) return status;
    if (std::chrono::steady_clock::now() < next_prune_) return {};
    return prune();
}

void AuditLog::compress_parts() {
    if (compressor_.joinable()) compressor_.join();
    // Of megabytes this takes a second: not in the thread that serves. It knows the name only.
    compressor_ = std::thread([file = options_.file] {
        const auto parts = find_parts(file);
        if (!parts) return;
        for (const LogPart& part : *parts) {
            // One that cannot be compressed stays readable as it is.
            if (!part.compressed) static_cast<void>(compress_part(part.path));
            // What a crash left, between the new name and the end of the old one.
            if (part.compressed) ::unlink(part_path(file, part.first_seq).c_str());
        }
    });
}

}  // namespace limpid::audit
