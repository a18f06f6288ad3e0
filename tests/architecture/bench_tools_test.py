#!/usr/bin/env python3
"""What the tools of bench/ make of measurements: instructions.py, table.py and tune.py."""

import contextlib
import io
import json
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import instructions  # noqa: E402
import table  # noqa: E402
import tune  # noqa: E402


class Instructions(unittest.TestCase):
    def test_says_nothing_of_three_percent(self):
        self.assertEqual(instructions.judge(100, 102.9), ("", False))
        self.assertEqual(instructions.judge(100, 97.1), ("", False))

    def test_reports_more_than_three_percent(self):
        self.assertEqual(instructions.judge(100, 103.1), ("changed +3.1%", False))
        self.assertEqual(instructions.judge(100, 95), ("changed -5.0%", False))

    def test_refuses_more_than_a_tenth_either_way(self):
        self.assertEqual(instructions.judge(100, 110.1), ("changed +10.1%", True))
        self.assertEqual(instructions.judge(100, 89.8), ("changed -10.2%", True))

    def test_refuses_what_is_not_written_down(self):
        self.assertTrue(instructions.judge(None, 1)[1])

    def test_reads_the_baseline_it_writes(self):
        known = {("kernels/a/rgb8/1mp", "avx2"): (12.5, "narrower sums"), ("kernels/a/rgb8/1mp", "sse41"): (25.0, "")}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "baseline.txt")
            instructions.write_baseline(known, path)
            self.assertEqual(instructions.read_baseline(path), known)


def report(rows):
    """Google Benchmark's, of id -> (milliseconds, further members of the median)."""
    benchmarks = []
    for name, (time, more) in rows.items():
        common = {"run_name": name + "/real_time", "run_type": "aggregate"}
        benchmarks.append({**common, "aggregate_name": "median", "real_time": time, **more})
        benchmarks.append({**common, "aggregate_name": "cv", "real_time": 0.025})
    return json.dumps({"context": {"date": "today", "num_cpus": 2, "load_avg": [0.5]}, "benchmarks": benchmarks})


class Table(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def plant(self, name, rows):
        (self.folder / f"{name}.json").write_text(report(rows))

    def printed(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            table.main(self.folder)
        return out.getvalue()

    def line(self, start):
        return next(line for line in self.printed().splitlines() if line.startswith(start)).split()

    def test_divides_by_the_copy_of_the_same_run_and_size(self):
        self.plant("sse41", {"memcpy/12mp": (4, {}), "memcpy/24mp": (8, {}), "kernels/a/rgb8/12mp": (20, {"B/px": 6.0}),
                             "pipeline/enhance/photo_24mp": (80, {})})
        self.plant("node", {"memcpy/12mp": (5, {}), "kernels/a/rgb8/12mp": (30, {"B/px": 6.0})})
        self.assertEqual(self.line("kernels/a")[1:], ["6", "20.0", "(5.0)", "30.0", "(6.0)", "1.50"])
        self.assertEqual(self.line("pipeline/enhance/photo_24mp")[1:], ["0", "80.0", "(10.0)", "-"])

    def test_takes_rows_with_threads_from_the_module_with_threads(self):
        self.plant("node", {"memcpy/24mp": (8, {}), "pipeline/enhance/24mp": (80, {})})
        self.plant("node_threads", {"memcpy/24mp": (4, {}), "pipeline/enhance/2_threads/24mp": (40, {})})
        self.assertEqual(self.line("pipeline/enhance/2_threads")[2:], ["40.0", "(10.0)"])
        self.assertEqual(self.line("memcpy/24mp")[2:], ["8.0", "(1.0)"])

    def test_prints_time_and_memory_for_each_megapixel(self):
        self.plant("sse41", {"memcpy/12mp": (4, {})})
        for size, time in ((4, 50), (50, 600)):
            self.plant(f"scale-native-enhance-{size}",
                       {f"pipeline/enhance/{size}mp": (time, {"MP/s": size / time * 1000, "peak_MB": size * 7.0})})
        self.assertEqual(self.line("pipeline/enhance/4mp")[1:], ["12.50", "2.5%", "28"])
        self.assertEqual(self.line("pipeline/enhance/50mp")[1:], ["12.00", "2.5%", "350"])
        self.assertIn("12.00 to 12.50 ms/MP from 4 MP on, a factor of 1.04", self.printed())

    def test_refuses_an_empty_folder(self):
        with self.assertRaises(SystemExit):
            table.main(self.folder)


class Tune(unittest.TestCase):
    def candidate(self, name, times, digest="d", refused=None):
        one = tune.Candidate(name, tune.TARGETS[0], Path("x"))
        one.times, one.digest, one.refused = times, digest, refused
        return one

    def test_sorts_by_the_median_and_marks_the_hand(self):
        lines, same = tune.table("avx2", [self.candidate(tune.HAND, [10, 11, 90]), self.candidate("tile x 2", [9, 8, 10])])
        self.assertTrue(same)
        self.assertEqual([line.split()[0] for line in lines[1:]], ["tile", "*"])
        self.assertIn("0.82", lines[1])

    def test_other_bytes_are_an_error_of_the_row(self):
        lines, same = tune.table("avx2", [self.candidate(tune.HAND, [10]), self.candidate("Li2018", [1], "other")])
        self.assertFalse(same)
        self.assertIn("OTHER BYTES", lines[1])

    def test_a_refused_variant_comes_last_with_its_reason(self):
        lines, same = tune.table("avx2", [self.candidate("Li2018", [], None, "needs estimates"), self.candidate(tune.HAND, [10])])
        self.assertTrue(same)
        self.assertIn("needs estimates", lines[-1])

    def test_finds_the_benchmark_of_every_kernel(self):
        self.assertEqual(tune.bench_id("box_downscale", "box_downscale_rgb8"), "kernels/box_downscale/rgb8")  # the first row
        self.assertEqual(tune.bench_id("unsharp", "unsharp_rgb16"), "kernels/unsharp/rgb16")
        self.assertEqual(tune.bench_id("dct_wiener", "dct_wiener_plane"), "kernels/denoise/rgb8")
        self.assertEqual(tune.bench_id("add_luma", "add_luma_gray8"), "kernels/denoise_luma/gray8")

    def test_counts_patience_in_processor_time(self):
        with unittest.mock.patch.object(tune, "PATIENCE_S", 1):
            with self.assertRaisesRegex(tune.Refused, "1 s of processor time"):
                tune.run(["sh", "-c", "while :; do :; done"])
            self.assertEqual(tune.run(["echo", "two words"]).stdout, "two words\n")

    def test_gives_the_reason_of_a_program_that_fails(self):
        with self.assertRaisesRegex(tune.Refused, "error: no such tile"):
            tune.run(["sh", "-c", "echo 'error: no such tile' >&2; exit 1"])

    def test_quotes_the_line_that_says_why(self):
        self.assertEqual(tune.reason("Unhandled exception: Error: no tile here\nAborted\n"),
                         "Unhandled exception: Error: no tile here Aborted")


if __name__ == "__main__":
    unittest.main()
