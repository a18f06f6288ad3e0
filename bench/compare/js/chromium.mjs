// chromium.mjs MODULE PIXELS PHOTO THREADS ROUNDS BUDGET_MS OUTPUT OPERATION: as node.mjs, in a page of Debian's Chromium.

import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { launchChromium } from '../../../js/test/support/chromium.mjs';
import { root } from '../../../js/test/support/paths.mjs';
import { serve } from '../../../js/test/support/server.mjs';

const [name, pixels, photo, threads, rounds, budgetMs, output, operation] = process.argv.slice(2);
const url = (path) => `/${relative(root, path)}`;
const server = await serve({
  isolated: true,
  // Peers make code from text and modules from blobs.
  csp: "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
  folders: ['/bench/compare/', '/build/peers-root/compare/', '/js/package.json'],
});
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(`${server.origin}/bench/compare/js/page.html`);
  await page.waitForFunction(() => window.measureInPage !== undefined);
  const request = {
    module: name,
    files: { pixels: url(pixels), photo: url(photo) },
    name: operation,
    threads: Number(threads),
    rounds: Number(rounds),
    budgetMs: Number(budgetMs),
  };
  const { row, output: text } = await page.evaluate((given) => window.measureInPage(given), request);
  if (text) await writeFile(output, Buffer.from(text, 'base64'));
  console.log(JSON.stringify(row));
} finally {
  await browser.close();
  await server.close();
}
process.exit();
