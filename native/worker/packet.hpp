#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>
#include <vector>

#include "platform/file_descriptor.hpp"

// Packets between limpidd and the programs that it starts: 12 bytes of header and JSON over a
// socket of type SOCK_SEQPACKET.
namespace limpid::worker {

inline constexpr std::size_t kPacketHeaderBytes = 12;

/// Which conversation a packet is of. A packet of another one is malformed.
struct PacketForm {
    std::uint32_t magic = 0;
    std::uint16_t protocol = 0;
    /// Of the largest packet, its header included; more than that.
    std::size_t max_bytes = 0;
};

/// A packet that was taken.
struct Packet {
    std::uint16_t kind = 0;
    std::size_t json_bytes = 0;
    std::vector<platform::FileDescriptor> files;
};

/// Why there is no message.
enum class NoMessage : std::uint8_t {
    not_yet,    ///< the other side has sent nothing, and waiting was not asked for
    closed,     ///< the other side is gone
    malformed,  ///< the other side sent something else
};

/// Whether to wait for the other side.
enum class Wait : std::uint8_t { no, yes };

/// Send a packet. Never raises SIGPIPE.
/// @param files  at most 2.
/// @return false when the other side is gone or does not read.
[[nodiscard]] bool send_packet(int socket, const PacketForm& form, std::uint16_t kind,
                               std::string_view json, std::span<const int> files, Wait wait);

/// Take the next packet, whose JSON goes to the beginning of `json`. Nothing of it but its form was
/// checked.
/// @param json  form.max_bytes less the header; the caller's, so that it can be wiped.
[[nodiscard]] std::expected<Packet, NoMessage> receive_packet(int socket, const PacketForm& form,
                                                              std::span<char> json, Wait wait);

}  // namespace limpid::worker
