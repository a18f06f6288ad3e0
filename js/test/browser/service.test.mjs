// limpid/client in a page of Debian's Chromium, which asks limpidd before it lets a page of another origin read anything.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchChromium } from '../support/chromium.mjs';
import { cli, startLimpidd } from '../support/limpidd.mjs';
import { dataFolder } from '../support/paths.mjs';
import { serve } from '../support/server.mjs';

const CSP = "default-src 'none'; script-src 'self'; connect-src 'self' http://127.0.0.1:*";

let browser;
let allowed;
let another;
before(async () => {
  browser = await launchChromium();
  allowed = await serve({ isolated: false, csp: CSP });
  another = await serve({ isolated: false, csp: CSP });
});
after(async () => {
  await browser?.close();
  await allowed?.close();
  await another?.close();
});

async function ask({ origin }, service) {
  const page = await browser.newPage();
  try {
    await page.goto(`${origin}/js/test/browser/service.html`);
    await page.waitForFunction(() => window.ask !== undefined);
    return await page.evaluate(([url, key]) => window.ask(url, key), [service.url, service.apiKey]);
  } finally {
    await page.close();
  }
}

test('W20_W5_PagesOfTheOneOriginReachTheService', async (t) => {
  const service = await startLimpidd(t, { cors_origins: allowed.origin });
  const out = join(service.folder, 'out.jpg');
  execFileSync(cli, ['enhance', `${dataFolder}jpeg/420.jpg`, '-o', out], { stdio: 'pipe' });
  const { bytes, requestId, goneRequest, ...rest } = await ask(allowed, service);
  assert.deepEqual(rest, { same: true, last: 'done', gone: 'job.not_found' });
  assert.deepEqual(Buffer.from(bytes), readFileSync(out));
  for (const id of [requestId, goneRequest]) assert.match(id, /^[0-9a-f]+$/);
  // Another port is another origin: the browser keeps the answer from the page.
  assert.deepEqual(await ask(another, service), { code: 'service.unreachable' });
});
