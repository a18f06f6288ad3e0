#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/file_descriptor.hpp"
#include "worker/packet.hpp"

namespace limpid::keeper {

using worker::NoMessage;
using worker::Wait;

/// What a message says; its JSON depends on it (protocol.hpp).
enum class MessageKind : std::uint16_t {
    setup = 1,         ///< to a keeper, first of all: what to keep, with the file of variables
    verify_token = 2,  ///< to a keeper
    open_audit = 3,
    append = 4,
    maintain = 5,
    license = 6,
    sign = 7,
    hello = 101,   ///< of a keeper, first of all: confined and ready, or why not
    answer = 102,  ///< of a keeper
};

/// One message between limpidd and its keeper.
struct Message {
    MessageKind kind{};
    std::string json;
    std::vector<platform::FileDescriptor> files;
};

/// The largest message.
inline constexpr std::size_t kMaxMessageBytes = 131'072;

/// Is it short enough for one?
[[nodiscard]] constexpr bool fits_message(std::string_view json) noexcept {
    return json.size() + worker::kPacketHeaderBytes <= kMaxMessageBytes;
}

/// Send a message. Never raises SIGPIPE.
/// @param files  at most 2. @return false when the other side is gone or does not read.
[[nodiscard]] bool send_message(int socket, MessageKind kind, std::string_view json,
                                std::span<const int> files, Wait wait);

/// Take the next message. Nothing of it but its form was checked.
[[nodiscard]] std::expected<Message, NoMessage> receive_message(int socket, Wait wait);

}  // namespace limpid::keeper
