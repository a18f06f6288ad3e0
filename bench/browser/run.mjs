// limpid_bench in Debian's headless Chromium: run.mjs VARIANT [OPTION]...   VARIANT: wasm-simd or wasm-simd-threads
// Prints what the program prints. The page is isolated (COOP, COEP), without which there is no shared memory.

import { existsSync, readFileSync } from 'node:fs';
import { launchChromium } from '../../js/test/support/chromium.mjs';
import { serve } from '../../js/test/support/server.mjs';

const PHOTOS = '/usr/share/backgrounds/budgie/'; // of bench_input.cpp

/** The photographs that inputs.def names and this machine has. */
function photos() {
  const table = readFileSync(new URL('../inputs.def', import.meta.url), 'utf8');
  return [...table.matchAll(/^LIMPID_BENCH_INPUT\(\w+, photo, \w+, "(.*)"\)$/gm)]
    .flatMap(([, names]) => names.split(' ').map((name) => `${PHOTOS}${name}.jpg`))
    .filter((path) => existsSync(path));
}

const [variant, ...args] = process.argv.slice(2);
const files = photos();
const server = await serve({ isolated: true });
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  await page.route('**/bench-input/**', (route) => {
    const path = new URL(route.request().url()).pathname.replace('/bench-input', '');
    return files.includes(path) ? route.fulfill({ path }) : route.abort();
  });
  await page.goto(`${server.origin}/bench/browser/page.html`);
  await page.waitForFunction(() => window.bench !== undefined);
  const ended = await page.evaluate((run) => window.bench(...run), [variant, args, files]);
  process.stderr.write(ended.err ? `${ended.err}\n` : '');
  process.stdout.write(`${ended.out}\n`);
  process.exitCode = ended.code;
} finally {
  await browser.close();
  await server.close();
}
