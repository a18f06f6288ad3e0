#include "worker/packet.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/uio.h>

namespace limpid::worker {
namespace {

constexpr std::size_t kMaxFiles = 2;

struct Header {
    std::uint32_t magic = 0;
    std::uint16_t protocol = 0;
    std::uint16_t kind = 0;
    std::uint32_t json_bytes = 0;
};
static_assert(sizeof(Header) == kPacketHeaderBytes,
              "both sides are built from this source for one machine");

/// Room for the descriptors of one packet.
struct alignas(cmsghdr) FileRoom {
    std::array<std::byte, CMSG_SPACE(kMaxFiles * sizeof(int))> bytes{};
};

void attach(msghdr& message, FileRoom& room, std::span<const int> files) {
    if (files.empty()) return;
    message.msg_control = room.bytes.data();
    message.msg_controllen = CMSG_SPACE(files.size_bytes());
    cmsghdr* control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(files.size_bytes());
    std::memcpy(CMSG_DATA(control), files.data(), files.size_bytes());
}

/// Owns what came with a packet, whatever the packet says.
std::vector<platform::FileDescriptor> take_files(msghdr& message) {
    std::vector<platform::FileDescriptor> files;
    for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr;
         control = CMSG_NXTHDR(&message, control)) {
        if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(control) + i * sizeof(int), sizeof(int));
            files.emplace_back(fd);
        }
    }
    return files;
}

bool is_well_formed(const PacketForm& form, const Header& header, std::size_t packet_bytes) {
    return packet_bytes >= sizeof(Header) && header.magic == form.magic &&
           header.protocol == form.protocol && header.json_bytes == packet_bytes - sizeof(Header);
}

ssize_t take_packet(int socket, msghdr& message, Wait wait) {
    const int flags = MSG_CMSG_CLOEXEC | (wait == Wait::no ? MSG_DONTWAIT : 0);
    ssize_t received = 0;
    do {
        received = ::recvmsg(socket, &message, flags);
    } while (received < 0 && errno == EINTR);
    return received;
}

}  // namespace

bool send_packet(int socket, const PacketForm& form, std::uint16_t kind, std::string_view json,
                 std::span<const int> files, Wait wait) {
    Header header{.magic = form.magic,
                  .protocol = form.protocol,
                  .kind = kind,
                  .json_bytes = static_cast<std::uint32_t>(json.size())};
    if (sizeof(Header) + json.size() > form.max_bytes || files.size() > kMaxFiles) return false;
    std::array<iovec, 2> parts{
        {{&header, sizeof(Header)}, {const_cast<char*>(json.data()), json.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    FileRoom room;
    attach(message, room, files);
    const int flags = MSG_NOSIGNAL | (wait == Wait::no ? MSG_DONTWAIT : 0);
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(socket, &message, flags);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

std::expected<Packet, NoMessage> receive_packet(int socket, const PacketForm& form,
                                                std::span<char> json, Wait wait) {
    Header header{};
    json = json.first(std::min(json.size(), form.max_bytes - sizeof(Header)));
    std::array<iovec, 2> parts{{{&header, sizeof(Header)}, {json.data(), json.size()}}};
    msghdr packet{};
    packet.msg_iov = parts.data();
    packet.msg_iovlen = parts.size();
    FileRoom room;
    packet.msg_control = room.bytes.data();
    packet.msg_controllen = room.bytes.size();

    const ssize_t received = take_packet(socket, packet, wait);
    if (received < 0) {
        return std::unexpected(errno == EAGAIN ? NoMessage::not_yet : NoMessage::closed);
    }
    if (received == 0) return std::unexpected(NoMessage::closed);
    Packet taken{.kind = header.kind, .json_bytes = 0, .files = take_files(packet)};
    const bool is_cut = (packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
    if (is_cut || !is_well_formed(form, header, static_cast<std::size_t>(received))) {
        return std::unexpected(NoMessage::malformed);
    }
    taken.json_bytes = header.json_bytes;
    return taken;
}

}  // namespace limpid::worker
