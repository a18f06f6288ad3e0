// Runs every block of README.md that stands under <!-- run: NAME -->, from the text itself: run.mjs [NAME...]
// Each writes an enhanced photo; all of them must be the same file.

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const work = join(root, 'build/readme');
const prefix = join(work, 'prefix');
const hostBuild = process.env.LIMPID_HOST_BUILD ?? join(root, 'build/host-release');
const photo = choosePhoto();

function choosePhoto() {
  const folder = process.env.LIMPID_PHOTOS ?? join(root, 'tests/data/photos');
  const name = existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .find((file) => file.endsWith('.jpg'))
    : undefined;
  if (name === undefined) throw new Error(`no JPEG in ${folder}`);
  return join(folder, name);
}

function blocksOf(text) {
  const blocks = new Map();
  const fenced = text.matchAll(/^<!-- run: ([a-z-]+) -->\n```[a-z]+\n(.*?)^```$/gms);
  const inline = text.matchAll(/<!-- run: ([a-z-]+) -->`([^`\n]+)`/g);
  for (const [, name, body] of [...fenced, ...inline]) {
    if (blocks.has(name)) throw new Error(`two blocks named ${name}`);
    blocks.set(name, body);
  }
  return blocks;
}

function folderOf(name) {
  const folder = join(work, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(photo, join(folder, 'photo.jpg'));
  return folder;
}

function run(folder, file, args, env = {}) {
  try {
    return execFileSync(file, args, { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    throw new Error(`${file} ${args.join(' ')}\n${error.stdout ?? ''}${error.stderr ?? error.message}`);
  }
}

const digestOf = (bytes) => createHash('sha256').update(bytes).digest('hex');
const digestIn = (folder) => digestOf(readFileSync(join(folder, 'enhanced.jpg')));

let installed = false;
function install() {
  if (installed) return;
  rmSync(prefix, { recursive: true, force: true });
  run(root, 'cmake', ['--install', hostBuild, '--prefix', prefix]);
  installed = true;
}

function runCommandLine(blocks) {
  const folder = folderOf('cli');
  for (const block of ['cli', 'cli-security']) {
    run(folder, 'bash', ['-euo', 'pipefail', '-c', blocks.get(block)], {
      PATH: `${join(root, 'build/bin')}:${process.env.PATH}`,
    });
  }
  for (const name of ['recipe.json', 'softer.webp', 'signed.jpg.manifest']) {
    if (!existsSync(join(folder, name))) throw new Error(`${name} was not written`);
  }
  return digestIn(folder);
}

function runCmake(blocks) {
  install();
  const folder = folderOf('cmake');
  writeFileSync(join(folder, 'main.cpp'), blocks.get('cpp'));
  const before = 'cmake_minimum_required(VERSION 3.28)\nproject(app CXX)\nadd_executable(app main.cpp)\n';
  writeFileSync(join(folder, 'CMakeLists.txt'), before + blocks.get('cmake'));
  run(folder, 'cmake', ['-G', 'Ninja', '-B', 'build', `-DCMAKE_PREFIX_PATH=${prefix}`]);
  run(folder, 'cmake', ['--build', 'build']);
  run(folder, join(folder, 'build/app'), []);
  return digestIn(folder);
}

function runPkgConfig(blocks) {
  install();
  const folder = folderOf('pkg-config');
  writeFileSync(join(folder, 'main.cpp'), blocks.get('cpp'));
  const found = run(prefix, 'find', [prefix, '-name', 'limpid.pc']).trim();
  if (found === '') throw new Error('limpid.pc was not installed');
  const library = resolve(found, '../..');
  run(folder, 'bash', ['-euo', 'pipefail', '-c', blocks.get('pkg-config')], {
    PKG_CONFIG_PATH: join(library, 'pkgconfig'),
  });
  run(folder, join(folder, 'app'), [], { LD_LIBRARY_PATH: library });
  return digestIn(folder);
}

/** The package as npm would deliver it. */
function installPackage(folder) {
  const packed = JSON.parse(
    run(join(root, 'js'), 'npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  );
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run(folder, 'npm', ['install', '--offline', '--no-audit', '--no-fund', `./${packed[0].filename}`]);
}

const MEDIA_TYPES = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** A page with the block as its script, under the content security policy the README states. */
function serve(folder, script) {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    "worker-src 'self'",
    "connect-src 'self' blob:",
    'img-src blob:',
  ].join('; ');
  const imports = JSON.stringify({ imports: { limpid: '/node_modules/limpid/dist/index.js' } });
  const page = `<!doctype html><input id="input" type="file"><img id="image" alt="">
<script type="importmap" nonce="${nonce}">${imports}</script>
<script type="module" nonce="${nonce}">${script}
document.title = 'ready';</script>`;
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const file = join(folder, path);
    if (path === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': policy }).end(page);
    } else if (path.startsWith('/node_modules/') && existsSync(file) && extname(file) in MEDIA_TYPES) {
      const headers = { 'Content-Type': MEDIA_TYPES[extname(file)], 'Content-Security-Policy': policy };
      response.writeHead(200, headers).end(readFileSync(file));
    } else {
      response.writeHead(404).end();
    }
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

async function runBrowser(blocks) {
  const folder = folderOf('browser');
  installPackage(folder);
  const { chromium } = createRequire(join(root, 'js/package.json'))('playwright-core');
  const server = await serve(folder, blocks.get('browser'));
  const args = ['--disable-gpu', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])];
  const browser = await chromium.launch({ executablePath: process.env.LIMPID_CHROMIUM ?? '/usr/bin/chromium', args });
  try {
    const page = await browser.newPage();
    const problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const origin = `http://127.0.0.1:${server.address().port}/`;
    await page.goto(origin);
    const ready = await page
      .waitForFunction(() => document.title === 'ready', undefined, { timeout: 60_000 })
      .catch(() => null);
    if (ready === null) throw new Error(`the page did not load: ${problems.join('; ')}`);
    await page.setInputFiles('#input', join(folder, 'photo.jpg'));
    const shown = await page
      .waitForFunction(() => globalThis.image.naturalWidth > 0, undefined, { timeout: 120_000 })
      .catch(() => null);
    if (shown === null) throw new Error(`no image was shown: ${problems.join('; ')}`);
    const bytes = await page.evaluate(async () => {
      const data = new Uint8Array(await (await fetch(globalThis.image.src)).arrayBuffer());
      return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');
    });
    const alt = await page.evaluate(() => globalThis.image.alt);
    const elsewhere = asked.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:'));
    if (alt === '') problems.push('the recipe gives no reason');
    if (elsewhere.length > 0) problems.push(`asked ${elsewhere.join(', ')}`);
    if (problems.length > 0) throw new Error(problems.join('; '));
    return digestOf(Buffer.from(bytes, 'hex'));
  } finally {
    await browser.close();
    server.close();
  }
}

/** LIMPID_* of the tests are no settings, and limpidd does not start with a variable that it does not know. */
const NO_SETTINGS = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith('LIMPID_'))
    .map((name) => [name, undefined]),
);

/** On a port that is free; limpidd, which the block leaves running, ends with it. */
async function runService(blocks) {
  const folder = folderOf('service');
  mkdirSync(join(folder, 'build'));
  symlinkSync(join(root, 'build/bin'), join(folder, 'build/bin'));
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const address = `127.0.0.1:${server.address().port}`;
  await new Promise((done) => server.close(done));
  const block = blocks.get('service');
  if (!block.includes('127.0.0.1:8080')) throw new Error('the block does not ask limpidd');
  // Its log goes to a file: what holds the pipes of this process open keeps it waiting.
  const script = `exec 2>log\ntrap 'kill $(jobs -p); wait' EXIT\n${block.replaceAll('127.0.0.1:8080', address)}`;
  try {
    run(folder, 'bash', ['-euo', 'pipefail', '-c', script], { ...NO_SETTINGS, LIMPID_LISTEN: address });
  } catch (error) {
    throw new Error(`${error.message}\n${readFileSync(join(folder, 'log'), 'utf8')}`);
  }
  return digestIn(folder);
}

const RUNNERS = {
  cli: runCommandLine,
  cmake: runCmake,
  'pkg-config': runPkgConfig,
  browser: runBrowser,
  service: runService,
};

async function main() {
  const blocks = blocksOf(readFileSync(join(root, 'README.md'), 'utf8'));
  // Blocks that a runner of another name runs.
  const parts = ['cpp', 'cli-security'];
  for (const name of [...parts, ...Object.keys(RUNNERS)]) {
    if (!blocks.has(name)) throw new Error(`README.md has no block under <!-- run: ${name} -->`);
  }
  for (const name of blocks.keys()) {
    if (!parts.includes(name) && !(name in RUNNERS)) throw new Error(`nothing runs the block ${name} of README.md`);
  }
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(RUNNERS);
  const digests = new Map();
  let failed = 0;
  for (const name of wanted) {
    try {
      digests.set(name, await RUNNERS[name](blocks));
      console.log(`readme: ok     ${name.padEnd(10)} ${digests.get(name)}`);
    } catch (error) {
      failed += 1;
      console.log(`readme: FAILED ${name}: ${error.message}`);
    }
  }
  if (new Set(digests.values()).size > 1) {
    failed += 1;
    console.log('readme: FAILED the blocks wrote different files');
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
