// verdicts VECTORS_FOLDER... OUTPUT: judge every Wycheproof vector of this program's suites and
// every example, write the verdicts, print counts. A file is taken from the first folder that has
// it. Ends with 1 when a verdict is not the expected one, 2 when a file is missing.
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "security/verdicts/suites.hpp"

namespace {

using limpid::verdicts::Judged;

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_from(std::span<char*> folders, std::string_view name) {
    for (const char* folder : folders) {
        std::string text = read(std::string(folder) + "/" + std::string(name));
        if (!text.empty()) return text;
    }
    return {};
}

/// @return whether something was judged, and every verdict is as it should be.
bool report(std::string_view name, const Judged& judged) {
    std::cout << name << ": " << judged.vectors << " vectors, " << judged.accepted << " accepted, "
              << judged.vectors - judged.accepted << " refused, ";
    std::cout << judged.acceptable << " may go either way, " << judged.wrong.size() << " wrong\n";
    if (judged.contradicted > 0) {
        std::cout << "  " << judged.contradicted
                  << " invalid but accepted: the file has the same as valid\n";
    }
    for (const auto& [rule, vectors] : judged.refused_by_rule) {
        std::cout << "  " << vectors << " valid but refused by rule: " << rule << '\n';
    }
    for (const std::string& wrong : judged.wrong) std::cerr << wrong << '\n';
    return judged.wrong.empty() && judged.vectors > 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: verdicts VECTORS_FOLDER... OUTPUT\n";
        return 2;
    }
    const std::span<char*> folders = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
    const std::string output = folders.back();
    std::string lines;
    bool failed = false;
    for (const auto& suite : limpid::verdicts::suites()) {
        const std::string json = read_from(folders.first(folders.size() - 1), suite.file);
        if (json.empty()) {
            std::cerr << suite.file
                      << " is in none of the folders: tools/setup.sh unpacks Debian's packages of "
                         "Wycheproof below build/test-data\n";
            return 2;
        }
        const Judged judged = limpid::verdicts::judge(suite, json);
        lines += judged.lines;
        failed |= !report(suite.name, judged);
    }
    const Judged examples = limpid::verdicts::examples();
    lines += examples.lines;
    failed |= !report("rfc", examples);
    std::ofstream(output, std::ios::binary) << lines;
    if (read(output) != lines) {
        std::cerr << output << " cannot be written\n";
        return 2;
    }
    return failed ? 1 : 0;
}
