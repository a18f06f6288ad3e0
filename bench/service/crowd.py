"""crowd.py PORT KIND COUNT: clients that hold connections and give nothing for them, from one process.

  slow       a head that never ends: a field more every few seconds
  keep-alive one request, and then silence on an open connection
  slow-body  the beginning of a body, and then silence

Prints `ready` when all are there, and ends with its input."""

import select
import socket
import sys

INTERVAL_S = 5
BODY_BYTES = 65_536

HOST = b"Host: 127.0.0.1\r\n"
OPENINGS = {
    "slow": b"GET /livez HTTP/1.1\r\n" + HOST,
    "keep-alive": b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n",
    "slow-body": b"POST /v1/enhance HTTP/1.1\r\n" + HOST
    + b"Content-Type: image/jpeg\r\nContent-Length: 1000000\r\n\r\n\xff\xd8\xff" + bytes(BODY_BYTES),
}  # fmt: skip


def open_client(port, kind):
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    client.sendall(OPENINGS[kind])
    if kind == "keep-alive":
        client.recv(65_536)
    return client


def go_on(client, port):
    """The client, or another in its place when the server has closed it."""
    try:
        client.sendall(b"X-A: b\r\n")
        return client
    except OSError:
        client.close()
        return open_client(port, "slow")


def main(port, kind, count):
    clients = [open_client(port, kind) for _ in range(count)]
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], INTERVAL_S)[0]:
        if kind == "slow":
            clients = [go_on(client, port) for client in clients]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
