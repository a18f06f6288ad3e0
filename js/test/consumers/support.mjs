// Packs the package, installs it as a user would, and runs pages of what bundlers make of it.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { parseGolden } from '../parity/check.mjs';
import { launchChromium } from '../support/chromium.mjs';
import { dataFolder, root } from '../support/paths.mjs';

export const run = promisify(execFile);

const PHOTO = 'photos/tea-gardens.jpg';

/** What the native program writes for the photo, as tests/parity found it. */
export async function goldenDigest() {
  const rows = parseGolden(await readFile(join(root, 'tests/parity/golden.txt'), 'utf8'));
  const row = rows.find(({ stage, input, recipe }) => stage === 'jpeg' && input === PHOTO && recipe === 'auto');
  return row.digest;
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * Pack js/ and install the tarball, with no registry at hand, in a folder below build/consumers.
 * @returns the folder of the installed package; what makes a copy of an application of apps/ beside the
 *          photo, where `limpid` resolves as in any project; and the tarball
 */
export async function consumer(name) {
  const project = join(root, 'build/consumers', name);
  await rm(project, { recursive: true, force: true });
  await mkdir(project, { recursive: true });
  const packed = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', project], {
    cwd: join(root, 'js'),
  });
  const tarball = join(project, packed.stdout.trim());
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: project });
  return {
    installed: join(project, 'node_modules/limpid'),
    tarball,
    /** Makes a package of the tests' own available to the applications. */
    provide: (name) => symlink(join(import.meta.dirname, 'node_modules', name), join(project, 'node_modules', name)),
    async application(source, copy = source) {
      const folder = join(project, copy);
      await cp(join(import.meta.dirname, 'apps', source), folder, { recursive: true });
      await cp(join(dataFolder, PHOTO), join(folder, 'photo.jpg'));
      return folder;
    },
  };
}

/** The policy that the package promises to work under. */
export const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** @returns `{ origin, close() }` of a server of one folder */
export async function serveFolder(folder, policy = POLICY) {
  const server = createServer(async ({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    try {
      const content = await readFile(join(folder, path.endsWith('/') ? `${path}index.html` : path));
      const type = TYPES[extname(path) || '.html'] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Security-Policy': policy, 'Content-Type': type }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

let browser;
export const closeBrowser = () => browser?.close();

/**
 * Open a page and wait for `window.result`.
 * @returns the result, and everything that should not have happened: errors, refusals by the policy,
 *          requests to another origin
 */
export async function resultOf(url) {
  browser ??= await launchChromium();
  const page = await browser.newPage();
  const complaints = [];
  const { origin } = new URL(url);
  const failed = new Promise((_, reject) => page.on('pageerror', reject));
  failed.catch(() => {}); // it may come before anybody waits for it
  page.on('console', (message) => {
    // Chromium asks for an icon by itself.
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== origin)
      complaints.push(request.url());
  });
  try {
    await page.goto(url);
    const finished = page.waitForFunction(() => window.result, undefined, { timeout: 90_000 });
    finished.catch(() => {}); // as when the page has failed and is closed
    const handle = await Promise.race([finished, failed]);
    return { result: await handle.jsonValue(), complaints };
  } catch (error) {
    throw new Error(`${url}: ${error.message}\n${complaints.join('\n')}`);
  } finally {
    await page.close();
  }
}
