// What signature_programs.py asks limpid to do. Each command prints its answer and ends with 0, or
// prints an error code and ends with 1.
#include <array>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "limpid/security/signature_files.hpp"
#include "limpid/security/signing_files.hpp"
#include "security/crypto/kdf.hpp"

namespace {

using namespace limpid::security;  // NOLINT(google-build-using-namespace): a tool of it
using Arguments = std::vector<std::string>;

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

/// The value, or an exit with its error code.
template <class T>
T need(limpid::Result<T> result) {
    if (!result) throw result.error();
    return std::move(*result);
}

void need(const limpid::Status& status) {
    if (!status) throw status.error();
}

/// PUBLIC_KEY SIGNATURE FILE
void minisign_verify(const Arguments& a) {
    const auto key = need(parse_public_key_file(read(a[0])));
    std::cout << need(verify_minisign(as_bytes(read(a[2])), need(parse_minisign(read(a[1]))), key))
              << '\n';
}

/// SECRET_KEY PASSWORD FILE SIGNATURE TRUSTED_COMMENT
void minisign_sign(const Arguments& a) {
    const auto key = need(parse_minisign_secret_key(read(a[0]), as_bytes(a[1])));
    write(a[3], to_string(need(sign_minisign(as_bytes(read(a[2])), key, a[4]))));
}

/// SEED SECRET_KEY PUBLIC_KEY
void minisign_key(const Arguments& a) {
    const auto key = need(SigningKey::from_seed(need(decode_hex(a[0])).span()));
    const auto file = need(minisign_secret_key_file(key, "limpid secret key"));
    write(a[1], file.expose_text());
    write(a[2], need(public_key_file(key.verify_key(), "limpid public key")));
    std::cout << to_string(key.id()) << '\n';
}

/// PUBLIC_KEY SIGNATURE FILE
void signify_verify(const Arguments& a) {
    const auto key = need(parse_public_key_file(read(a[0])));
    need(verify_signify(as_bytes(read(a[2])), need(parse_signify(read(a[1]))), key));
}

/// SECRET_KEY FILE SIGNATURE
void signify_sign(const Arguments& a) {
    const auto key = need(parse_signify_secret_key(read(a[0])));
    write(a[2], to_string(sign_signify(as_bytes(read(a[1])), key, "signature from limpid")));
}

/// SEED SECRET_KEY PUBLIC_KEY
void signify_key(const Arguments& a) {
    const auto key = need(SigningKey::from_seed(need(decode_hex(a[0])).span()));
    const auto file = need(signify_secret_key_file(key, "limpid secret key"));
    write(a[1], file.expose_text());
    write(a[2], need(public_key_file(key.verify_key(), "limpid public key")));
}

/// Lines of `password salt iterations bytes` on standard input, the first two in hex after an 'x'.
void pbkdf2(const Arguments&) {
    std::string password;
    std::string salt;
    std::uint32_t iterations = 0;
    std::size_t bytes = 0;
    while (std::cin >> password >> salt >> iterations >> bytes) {
        std::vector<std::byte> out(bytes);
        need(pbkdf2_sha256(need(decode_hex(password.substr(1))).span(),
                           need(decode_hex(salt.substr(1))).span(), iterations, out));
        std::cout << encode_hex(out) << '\n';
    }
}

struct Command {
    std::size_t arguments;
    void (*run)(const Arguments&);
};

const std::map<std::string, Command, std::less<>> kCommands = {
    {"minisign-key", {3, minisign_key}},       {"minisign-sign", {5, minisign_sign}},
    {"minisign-verify", {3, minisign_verify}}, {"pbkdf2", {0, pbkdf2}},
    {"signify-key", {3, signify_key}},         {"signify-sign", {3, signify_sign}},
    {"signify-verify", {3, signify_verify}},
};

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments(argv + 1, argv + argc);
    const auto command = arguments.empty() ? kCommands.end() : kCommands.find(arguments.front());
    if (command == kCommands.end() || command->second.arguments + 1 != arguments.size()) return 2;
    arguments.erase(arguments.begin());
    try {
        command->second.run(arguments);
    } catch (const limpid::Error& error) {
        std::cout << error.code() << '\n';
        return 1;
    }
    return 0;
}
