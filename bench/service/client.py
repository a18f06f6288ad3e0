"""Sends one and the same request, at a steady rate (open loop) or as fast as answers come (closed loop), and looks at every
answer. At a steady rate a time counts from the moment a request was due: a server that stalls is not spared the requests that it kept
from being sent."""

import asyncio
import hashlib
import math
import re
import time
from dataclasses import dataclass

TIMEOUT_S = 60


@dataclass(frozen=True)
class Answer:
    """Moments in seconds of one clock. Status 0: the connection was lost."""

    due: float
    begun: float
    sent: float
    first: float
    done: float
    status: int
    right: bool


def percentile(values, percent):
    """The nearest-rank percentile; None of nothing."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1] if ordered else None


def parse_head(head):
    """Status, length of the body, and whether the connection ends."""
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    closes = re.search(rb"\r\nconnection: *close", head, re.IGNORECASE)
    return int(head.split(b" ", 2)[1]), int(length[1]) if length else 0, closes is not None


class Client:
    """Asks on as many connections as requests are in progress."""

    def __init__(self, port, path, body, content_type, digest):
        self.port = port
        self.request = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        # SHA-256 of the only right answer.
        self.digest = digest
        self.idle = []

    async def _connect(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        # drain() then waits until the system has every byte.
        writer.transport.set_write_buffer_limits(0)
        return reader, writer

    async def _exchange(self, due, begun):
        reader, writer = self.idle.pop() if self.idle else await self._connect()
        try:
            writer.write(self.request)
            await writer.drain()
            sent = time.monotonic()
            status, length, closes = parse_head(await reader.readuntil(b"\r\n\r\n"))
            first = time.monotonic()
            body = await reader.readexactly(length)
        except BaseException:
            writer.close()
            raise
        if closes:
            writer.close()
        else:
            self.idle.append((reader, writer))
        right = status == 200 and hashlib.sha256(body).hexdigest() == self.digest
        return Answer(due, begun, sent, first, time.monotonic(), status, right)

    async def ask(self, due):
        begun = time.monotonic()
        try:
            return await asyncio.wait_for(self._exchange(due, begun), TIMEOUT_S)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            now = time.monotonic()
            return Answer(due, begun, now, now, now, 0, False)

    def close(self):
        while self.idle:
            self.idle.pop()[1].close()


async def _steadily(client, per_s, seconds):
    start = time.monotonic()
    tasks = []
    for number in range(int(per_s * seconds)):
        due = start + number / per_s
        await asyncio.sleep(max(due - time.monotonic(), 0))
        tasks.append(asyncio.create_task(client.ask(due)))
    answers = await asyncio.gather(*tasks)
    client.close()
    return answers


async def _one_after_the_other(client, end):
    answers = []
    while (now := time.monotonic()) < end:
        answers.append(await client.ask(now))
    return answers


async def _fast(client, connections, seconds):
    end = time.monotonic() + seconds
    parts = await asyncio.gather(*(_one_after_the_other(client, end) for _ in range(connections)))
    client.close()
    return [answer for part in parts for answer in part]


def steadily(client, per_s, seconds):
    """Answers to requests that are due evenly, per_s of them in a second."""
    return asyncio.run(_steadily(client, per_s, seconds))


def fast(client, connections, seconds):
    return asyncio.run(_fast(client, connections, seconds))


def good_per_s(answers, skip_s=0):
    """Right answers in a second, from skip_s after the first was due to the time the last was due."""
    start, end = min(a.due for a in answers) + skip_s, max(a.due for a in answers)
    return sum(a.right and start <= a.done <= end for a in answers) / (end - start)


def wrong(answers, refusals=()):
    """How many are neither the right answer nor an allowed refusal."""
    return sum(not a.right and a.status not in refusals for a in answers)
