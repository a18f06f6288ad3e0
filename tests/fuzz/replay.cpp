// fuzz_replay SEEDS DATA EXPECTED [--write]: what every target of a table says about every seed.
//
// Prints `target seed verdict`, sorted, and compares with the file EXPECTED, which every machine
// must reproduce byte for byte. --write rewrites it instead.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.hpp"

namespace {

namespace fs = std::filesystem;
using limpid::fuzz::Input;

struct Target {
    std::string name;
    std::string (*run)(Input);
    std::string data;
};

const std::vector<Target>& targets() {
    static const std::vector<Target> kAll = {
#define LIMPID_FUZZ_TARGET(name, data) {#name, limpid::fuzz::name, data},
#include LIMPID_FUZZ_TABLE
#undef LIMPID_FUZZ_TARGET
    };
    return kAll;
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Every file of a folder gives a line.
void replay_folder(const Target& target, const fs::path& folder, const std::string& label,
                   std::vector<std::string>& lines) {
    if (!fs::is_directory(folder)) return;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || name.ends_with(".txt")) continue;
        const std::string content = read(entry.path());
        const std::string verdict = target.run(std::as_bytes(std::span(content)));
        lines.push_back(target.name + " " + label + name + " " + verdict + "\n");
    }
}

std::string replay(const fs::path& seeds, const fs::path& data) {
    std::vector<std::string> lines;
    for (const Target& target : targets()) {
        replay_folder(target, seeds / target.name, "", lines);
        for (std::string_view rest = target.data; !rest.empty();) {
            const std::string folder(rest.substr(0, rest.find(' ')));
            rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
            replay_folder(target, data / folder, folder + "/", lines);
        }
    }
    std::ranges::sort(lines);
    std::string out;
    for (const std::string& line : lines) out += line;
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: fuzz_replay SEEDS DATA EXPECTED [--write]\n");
        return 2;
    }
    const std::string found = replay(argv[1], argv[2]);
    std::fputs(found.c_str(), stdout);
    if (argc > 4 && std::strcmp(argv[4], "--write") == 0) {
        std::ofstream(argv[3], std::ios::binary) << found;
        return 0;
    }
    if (!found.empty() && found == read(argv[3])) return 0;
    std::fprintf(stderr, "the verdicts differ from those in %s\n", argv[3]);
    return 1;
}
