"""Every file of tests/data: the good ones are enhanced, the hostile ones get the answer written for them."""

import concurrent.futures
import os

import cli

DATA = cli.ROOT / "tests/data"
FORMATS = {".jpg", ".png", ".webp"}


def enhance_all(paths):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(zip(paths, pool.map(lambda path: cli.run("enhance", path, "-o", "-"), paths)))


class Data(cli.TestCase):
    def test_every_hostile_file_gets_its_answer(self):
        rows = [line.split() for line in (DATA / "hostile/expected.txt").read_text().splitlines()]
        expected = {DATA / "hostile" / name: code for name, code in rows}
        self.assertGreater(len(expected), 50)
        for path, ran in enhance_all(list(expected)):
            with self.subTest(path.name):
                if expected[path] == "ok":
                    self.assert_done(ran)
                else:
                    self.assert_error(ran, expected[path])
                    self.assertEqual(ran.stdout, b"")

    def test_every_good_file_is_enhanced(self):
        paths = [path for path in DATA.rglob("*")
                 if path.suffix in FORMATS and path.parent.name != "hostile"]
        self.assertGreater(len(paths), 50)
        for path, ran in enhance_all(sorted(paths)):
            with self.subTest(path.relative_to(DATA)):
                self.assert_done(ran)
                info = cli.run("inspect", "-", "--json", stdin=ran.stdout)
                self.assert_done(info)
                self.assertEqual(info.json()["orientation"], 1)
