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

namespace limpid::worker {

/// What a message says; its JSON depends on it.
enum class MessageKind : std::uint16_t {
    hello = 1,  ///< of a worker: confined and ready
    job = 2,    ///< to a worker: with the files of input and output
    reply = 3,  ///< of a worker: how the job ended
};

/// One message between a pool and a worker: a packet of 12 bytes of header and JSON.
struct Message {
    MessageKind kind{};
    std::string json;
    std::vector<platform::FileDescriptor> files;
};

/// The largest packet. What is larger travels in shared memory.
inline constexpr std::size_t kMaxMessageBytes = 16'384;

/// Send a message over a socket of type SOCK_SEQPACKET. Never raises SIGPIPE.
/// @param files  at most 2.
/// @return false when the other side is gone or does not read.
[[nodiscard]] bool send_message(int socket, MessageKind kind, std::string_view json,
                                std::span<const int> files, Wait wait);

/// Take the next message. Nothing of it but its form was checked.
[[nodiscard]] std::expected<Message, NoMessage> receive_message(int socket, Wait wait);

}  // namespace limpid::worker
