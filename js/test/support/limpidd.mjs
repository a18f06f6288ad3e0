// Starts the limpidd that `make build` and `make test` have built.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './paths.mjs';

const programs = join(root, 'build/bin');
export const cli = join(programs, 'limpid');
const limpidd = join(programs, 'limpidd');

/** Without the caller's LIMPID_ variables: limpidd refuses those it does not know. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LIMPID_')));
}

function createKey(file) {
  const args = ['keys', 'create', '--file', file, '--scopes', 'enhance:submit,enhance:read'];
  return execFileSync(limpidd, args, { encoding: 'utf8', env: environment() }).trim();
}

/** The address in the log line that says where it listens. */
async function addressOf(child) {
  const last = [];
  for await (const line of createInterface({ input: child.stderr })) {
    last.push(line);
    const record = line.startsWith('{') ? JSON.parse(line) : {};
    if (record.event === 'listening') return record.detail;
  }
  throw new Error(`limpidd did not start: ${last.slice(-3).join('\n')}`);
}

/**
 * A limpidd with keys and jobs on a free port of loopback; ends with the test.
 * @returns `{ url, apiKey, folder }`
 */
export async function startLimpidd(t, settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'limpid-client-'));
  const apiKey = createKey(join(folder, 'keys'));
  const wide = {
    rate_limit_ip: 100000,
    rate_limit_key: 100000,
    rate_limit_enhance: 100000,
    block_failures: 0,
    workers: 1,
  };
  const all = {
    listen: '127.0.0.1:0',
    keys_file: join(folder, 'keys'),
    state_dir: join(folder, 'jobs'),
    ...wide,
    ...settings,
  };
  const args = Object.entries(all).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(limpidd, args, { env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://${await addressOf(child)}`;
  child.stderr.resume();
  return { url, apiKey, folder };
}
