#include "worker/processes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "native/platform/file_descriptor.hpp"

namespace limpid::worker::test {
namespace {

std::string path_of(pid_t id, const std::string& name) {
    return "/proc/" + std::to_string(id) + "/" + name;
}

int occurrences(std::string_view text, std::string_view needle) {
    int found = 0;
    for (std::size_t at = text.find(needle); at != std::string_view::npos;
         at = text.find(needle, at + 1)) {
        ++found;
    }
    return found;
}

}  // namespace

std::string read_proc(pid_t id, const std::string& name) {
    std::ifstream file(path_of(id, name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string status_of(pid_t id, std::string_view name) {
    std::istringstream lines(read_proc(id, "status"));
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(name) || line.size() <= name.size() + 2) continue;
        return line.substr(line.find_first_not_of("\t ", name.size() + 1));
    }
    return {};
}

std::vector<pid_t> children() {
    std::vector<pid_t> ids;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        const std::string name = entry.path().filename();
        pid_t id = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
        if (error != std::errc{} || end != name.data() + name.size()) continue;
        if (status_of(id, "PPid") != std::to_string(::getpid())) continue;
        if (!status_of(id, "State").starts_with("Z")) ids.push_back(id);
    }
    return ids;
}

MemorySearch search_memory(pid_t id, std::string_view needle) {
    MemorySearch search;
    const platform::FileDescriptor memory(::open(path_of(id, "mem").c_str(), O_RDONLY | O_CLOEXEC));
    std::istringstream maps(read_proc(id, "maps"));
    for (std::string line; std::getline(maps, line);) {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        char dash = 0;
        std::istringstream(line) >> std::hex >> begin >> dash >> end;
        // What cannot be read, such as a guard page, gives nothing.
        std::string bytes(std::min<std::uint64_t>(end - begin, 64U << 20U), '\0');
        const ssize_t length =
            ::pread(memory.get(), bytes.data(), bytes.size(), static_cast<off_t>(begin));
        if (length <= 0) continue;
        bytes.resize(static_cast<std::size_t>(length));
        search.found += occurrences(bytes, needle);
        search.bytes_read += bytes.size();
    }
    return search;
}

std::vector<std::string> open_files(pid_t id) {
    std::map<int, std::string> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(path_of(id, "fd"), error)) {
        files[std::stoi(entry.path().filename())] =
            std::filesystem::read_symlink(entry.path(), error).string();
    }
    std::vector<std::string> targets;
    for (const auto& [number, target] : files) targets.push_back(target);
    return targets;
}

}  // namespace limpid::worker::test
