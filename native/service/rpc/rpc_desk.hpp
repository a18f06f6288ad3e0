#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/network.hpp"
#include "limpid/security/token.hpp"
#include "service/http_message.hpp"

namespace limpid::service::rpc {

/// How JSON-RPC is spoken.
enum class RpcTransport : std::uint8_t { websocket, tcp };

/// "websocket", "tcp"
[[nodiscard]] std::string_view to_string(RpcTransport transport) noexcept;

class RpcDesk;

/// One of the connections that may be open; given back when it is destroyed.
class Place {
public:
    Place(RpcDesk& desk, RpcTransport transport, const security::IpAddress& client) noexcept
        : desk_(desk), transport_(transport), client_(client) {}
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    RpcDesk& desk_;
    RpcTransport transport_;
    security::IpAddress client_;
};

/// What all connections of JSON-RPC have together: their number, tickets and counts. Not
/// thread-safe; outlives the connections.
class RpcDesk {
public:
    /// How many connections there may be.
    struct Most {
        std::uint64_t connections = 0;
        std::uint64_t of_an_address = 0;
    };

    /// Whether one more connection may be opened.
    [[nodiscard]] bool has_room(RpcTransport transport, const security::IpAddress& client,
                                const Most& most) const;
    /// Open one. @return null when there is no room.
    [[nodiscard]] std::shared_ptr<Place> take_place(RpcTransport transport,
                                                    const security::IpAddress& client,
                                                    const Most& most);

    /// A ticket for whoever sent these headers: kept until it is used, kTicketSeconds at most.
    /// @return as security::issue_token().
    [[nodiscard]] Result<security::Secret> issue_ticket(const RequestHead& head,
                                                        security::UnixSeconds now,
                                                        security::RandomSource& random);
    /// Use a ticket up. @return the headers with the credentials; as security::redeem_ticket().
    [[nodiscard]] Result<std::vector<HeaderField>> redeem(std::string_view ticket,
                                                          security::UnixSeconds now);
    static constexpr std::int64_t kTicketSeconds = 30;

    /// A message came.
    void count_message(RpcTransport transport) { ++messages_[index(transport)]; }
    /// A call has ended. @param method  from the table: labels must be few.
    /// @param code  of the error; empty for none.
    void count_call(std::string_view method, std::string_view code);
    /// For Prometheus.
    [[nodiscard]] std::string text() const;

private:
    friend class Place;
    static constexpr std::size_t index(RpcTransport transport) noexcept {
        return transport == RpcTransport::tcp ? 1 : 0;
    }
    void leave(RpcTransport transport, const security::IpAddress& client);

    struct Held {
        security::UnixSeconds expires_at;
        std::vector<HeaderField> fields;
    };
    // Each has the headers of credentials, 32 KB at most.
    static constexpr std::size_t kMaxTickets = 1000;
    security::MemoryTokenStore tickets_{kMaxTickets};
    /// By the subject of the ticket.
    std::map<std::string, Held, std::less<>> held_;
    std::uint64_t next_subject_ = 0;

    std::uint64_t open_[2] = {};
    std::map<security::IpAddress, std::uint64_t> by_client_;
    std::uint64_t messages_[2] = {};
    std::map<std::pair<std::string, std::string>, std::uint64_t, std::less<>> calls_;
};

/// What of a head says who sends it, and nothing of the message it came with: for calls that are
/// made later, as if each were a request of its own.
[[nodiscard]] RequestHead caller_of(const RequestHead& head);

}  // namespace limpid::service::rpc
