#include "keeper/message.hpp"

#include <utility>

namespace limpid::keeper {
namespace {

constexpr worker::PacketForm kForm{.magic = 0x4c4d504b,  // "LMPK"
                                   .protocol = 1,
                                   .max_bytes = kMaxMessageBytes};

}  // namespace

bool send_message(int socket, MessageKind kind, std::string_view json, std::span<const int> files,
                  Wait wait) {
    return worker::send_packet(socket, kForm, std::to_underlying(kind), json, files, wait);
}

std::expected<Message, NoMessage> receive_message(int socket, Wait wait) {
    std::string json(kMaxMessageBytes - worker::kPacketHeaderBytes, '\0');
    auto packet = worker::receive_packet(socket, kForm, json, wait);
    if (!packet) return std::unexpected(packet.error());
    json.resize(packet->json_bytes);
    return Message{.kind = static_cast<MessageKind>(packet->kind),
                   .json = std::move(json),
                   .files = std::move(packet->files)};
}

}  // namespace limpid::keeper
