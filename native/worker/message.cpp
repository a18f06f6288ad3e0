#include "worker/message.hpp"

#include <array>
#include <utility>

namespace limpid::worker {
namespace {

constexpr PacketForm kForm{.magic = 0x4c4d5057,  // "LMPW"
                           .protocol = 2,
                           .max_bytes = kMaxMessageBytes};

}  // namespace

bool send_message(int socket, MessageKind kind, std::string_view json, std::span<const int> files,
                  Wait wait) {
    return send_packet(socket, kForm, std::to_underlying(kind), json, files, wait);
}

std::expected<Message, NoMessage> receive_message(int socket, Wait wait) {
    std::array<char, kMaxMessageBytes - kPacketHeaderBytes> json{};
    auto packet = receive_packet(socket, kForm, json, wait);
    if (!packet) return std::unexpected(packet.error());
    return Message{.kind = static_cast<MessageKind>(packet->kind),
                   .json = std::string(json.data(), packet->json_bytes),
                   .files = std::move(packet->files)};
}

}  // namespace limpid::worker
