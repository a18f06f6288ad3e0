// enhance IN OUT: enhance one photo and print the SHA-256 of the new file.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "limpid/limpid.hpp"

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::ifstream in(argv[1], std::ios::binary);
    const std::string photo(std::istreambuf_iterator<char>(in), {});

    const auto enhanced = limpid::enhance(std::as_bytes(std::span(photo)));
    if (!enhanced) {
        std::cerr << enhanced.error().message() << '\n';
        return 1;
    }

    std::ofstream out(argv[2], std::ios::binary);
    out.write(reinterpret_cast<const char*>(enhanced->bytes.data()),
              static_cast<std::streamsize>(enhanced->bytes.size()));
    std::cout << limpid::to_hex(limpid::sha256(enhanced->bytes.span())) << '\n';
    return out.flush() ? 0 : 1;
}
