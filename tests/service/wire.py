"""A connection of a client that reads ahead, and can vanish without a word."""

import socket
import struct


class Wire:
    """Closed with the `with` block. `waiting`: what came and was not taken yet."""

    def __init__(self, connection):
        self.connection = connection
        self.waiting = b""

    def read_on(self):
        """Wait for more. @return False when no more will come"""
        try:
            piece = self.connection.recv(1 << 20)
        except ConnectionResetError:
            piece = b""
        self.waiting += piece
        return bool(piece)

    def reset(self):
        """Vanish without a word."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
