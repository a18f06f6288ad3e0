#!/usr/bin/env python3
"""What the tools of bench/service make of answers and measurements: client.py, wrk.py, goals.py and report.py."""

import asyncio
import hashlib
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "service"))

import client  # noqa: E402
import goals  # noqa: E402
import report  # noqa: E402
import slowhttp  # noqa: E402
import wrk  # noqa: E402


class SlowHttp(unittest.TestCase):
    REPORT = "Seconds,Closed,Pending,Connected,Service Available\n0,0,1,0,50\n1,0,0,26,50\n2,24,0,50,0\n3,50,0,0,50\n"

    def test_counts_what_it_held_and_how_long_the_service_was_gone(self):
        self.assertEqual(slowhttp.parse(self.REPORT), {"held": 50, "seconds": 4, "gone_s": 1})

    def test_refuses_what_is_no_report(self):
        for text in ("", self.REPORT.splitlines()[0], self.REPORT.replace("Connected", "Open"), self.REPORT.replace("26", "many")):
            with self.assertRaises(RuntimeError):
                slowhttp.parse(text)

    def test_every_mode_asks_for_a_path_of_the_service(self):
        routes = (ROOT / "native/service/routes.cpp").read_text()
        for mode, (path, options) in slowhttp.MODES.items():
            self.assertIn(f'"{path}"', routes)
            command = slowhttp.command(mode, "http://127.0.0.1:1", 9, 5, Path("report"))
            self.assertEqual(command[-1], f"http://127.0.0.1:1{path}")
            self.assertTrue(set(options) < set(command))


class Client(unittest.TestCase):
    def test_percentiles_are_values_that_were_measured(self):
        self.assertEqual(client.percentile([3, 1, 2], 50), 2)
        self.assertEqual(client.percentile(range(1, 101), 99), 99)
        self.assertEqual(client.percentile([7], 1), 7)
        self.assertIsNone(client.percentile([], 50))

    def test_reads_heads(self):
        self.assertEqual(client.parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"), (200, 12, False))
        self.assertEqual(client.parse_head(b"HTTP/1.1 503 X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"), (503, 0, True))

    def test_counts_right_answers_within_the_time_they_were_due(self):
        answer = lambda due, done, right: client.Answer(due, due, due, done, done, 200 if right else 503, right)  # noqa: E731
        answers = [answer(0, 1, True), answer(2, 3, True), answer(4, 5, False), answer(8, 9, True), answer(10, 11, True)]
        self.assertEqual(client.good_per_s(answers), 3 / 10)
        self.assertEqual(client.good_per_s(answers, 2), 2 / 8)
        self.assertEqual(client.wrong(answers), 1)
        self.assertEqual(client.wrong(answers, (503,)), 0)

    def talk(self, answers, body):
        """A server that gives each request the next of `answers`, and the client's account of it."""

        async def serve(reader, writer):
            for answer in answers:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(client.parse_head(b"POST 0 " + head)[1])
                writer.write(answer)
            writer.close()

        async def both():
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            asking = client.Client(server.sockets[0].getsockname()[1], "/", body, "image/jpeg", hashlib.sha256(b"right").hexdigest())
            found = [await asking.ask(0) for _ in range(len(answers) + 1)]
            asking.close()
            server.close()
            return found

        return asyncio.run(both())

    def test_tells_right_from_wrong_and_from_lost(self):
        ok = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
        found = self.talk([ok + b"right", ok + b"wrong", b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"], b"photo")
        self.assertEqual([(a.status, a.right) for a in found], [(200, True), (200, False), (503, False), (0, False)])


class Wrk(unittest.TestCase):
    def test_reads_what_the_script_prints(self):
        line = 'wrk {"requests": 10, "duration_us": 2000000, "refused": 0, "failed": 0, "p50_us": 1, "p99_us": 2}'
        self.assertEqual(wrk.parse("Running 2s test\n\n" + line + "\n")["per_s"], 5)
        with self.assertRaises(RuntimeError):
            wrk.parse("unable to connect")


class Goals(unittest.TestCase):
    def word(self, name, row):
        goal = next(goal for goal in goals.GOALS if goal.id == name)
        return goals.judge(goal, {goal.row: row})

    def test_every_bound_counts(self):
        rates = lambda *rates: {name: {"per_s": rate} for name, rate in zip(goals.ANSWERS, rates, strict=True)}  # noqa: E731
        self.assertEqual(self.word("B1", rates(30_000, 30_000, 30_000))[0], "ok")
        self.assertEqual(self.word("B1", rates(90_000, 29_999, 90_000))[0], "short")
        self.assertEqual(self.word("B2", {"overhead_us": 20})[0], "ok")
        self.assertEqual(self.word("B2", {"overhead_us": 20.1}), ("short", "20.1 µs"))
        self.assertEqual(self.word("B5", {"good_per_s": 95, "capacity_per_s": 100, "wrong": 1})[0], "short")

    def test_what_is_missing_is_not_reached(self):
        self.assertEqual(self.word("B10", {"ratio": None})[0], "not measured")
        self.assertEqual(self.word("B10", {"error": "no answer"}), ("not measured", "no answer"))
        self.assertEqual(goals.judge(goals.GOALS[0], {}), ("not measured", ""))

    def test_the_table_has_every_goal(self):
        lines = report.table({"rows": {"gate_overhead": {"overhead_us": 1}}}).splitlines()
        self.assertEqual(len(lines), len(goals.GOALS) + 2)
        self.assertTrue(lines[3].endswith("| at most 20 µs | 1 µs | ok |"), lines[3])


if __name__ == "__main__":
    unittest.main()
