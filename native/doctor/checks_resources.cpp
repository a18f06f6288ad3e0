#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/versions.hpp"
#include "doctor/words.hpp"
#include "limpid/limits.hpp"
#include "limpid/security/byte_size.hpp"
#include "platform/printable.hpp"

// Room for what the settings allow, and advisories about what is inside.
namespace limpid::doctor {
namespace {

std::uint64_t workers_of(const Subject& subject) {
    const std::uint64_t workers = subject.config.settings->workers;
    return workers != 0 ? workers : static_cast<std::uint64_t>(subject.machine.processors);
}

Outcome no_advisories() { return skipped("no --advisories"); }

}  // namespace

Outcome resources_memory(const Subject& subject) {
    if (!subject.config.settings) return skipped("the settings cannot be read");
    if (subject.machine.memory_bytes == 0) return skipped("the system does not tell");
    // The pixels of a picture at its limit; address space of a worker is more than it fills.
    const std::uint64_t wanted = workers_of(subject) * Limits().max_memory_bytes;
    if (wanted <= subject.machine.memory_bytes) return fine();
    return found(std::to_string(workers_of(subject)) + " workers may take " +
                 security::format_byte_size(wanted) + "; there are " +
                 security::format_byte_size(subject.machine.memory_bytes));
}

Outcome resources_disk(const Subject& subject) {
    if (subject.disks.empty()) return skipped("nothing is written");
    constexpr std::uint64_t kEnough = std::uint64_t{256} << 20U;
    std::vector<std::string> full;
    for (const DiskFacts& disk : subject.disks) {
        if (disk.free_bytes >= kEnough) continue;
        full.push_back(platform::printable(disk.folder) + " has " +
                       std::to_string(disk.free_bytes >> 20U) + " MB");
    }
    return found_if(listed(full));
}

Outcome resources_workers(const Subject& subject) {
    if (!subject.config.settings) return skipped("the settings cannot be read");
    const std::uint64_t workers = workers_of(subject);
    const auto processors = static_cast<std::uint64_t>(subject.machine.processors);
    if (workers <= 2 * processors) return fine();
    return found(std::to_string(workers) + " workers on " + std::to_string(processors) +
                 " processors");
}

Outcome deps_advisories_file(const Subject& subject) {
    if (!subject.advisories) return no_advisories();
    const auto advisories = read_advisories(*subject.advisories);
    return advisories ? fine() : found(advisories.error().found());
}

Outcome deps_advisories(const Subject& subject) {
    if (!subject.advisories) return no_advisories();
    const auto advisories = read_advisories(*subject.advisories);
    if (!advisories) return skipped("they cannot be read");
    std::vector<std::string> all;
    for (const Advisory& advisory : advisories->list) {
        std::string what = applies(advisory, subject.libraries);
        if (!what.empty()) all.push_back(std::move(what));
    }
    return found_if(listed(all));
}

Outcome deps_advisories_age(const Subject& subject) {
    if (!subject.advisories) return no_advisories();
    const auto advisories = read_advisories(*subject.advisories);
    if (!advisories) return skipped("they cannot be read");
    constexpr std::int64_t kOld = std::int64_t{30} * 86'400;
    const std::int64_t age = subject.now.value - advisories->updated_at.value;
    return age <= kOld ? fine() : found("made " + days_from(-age));
}

}  // namespace limpid::doctor
