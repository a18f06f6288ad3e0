// The library's side: security_oracle as a child process, and what all interop tests share.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';

/** Round trips in each direction, for each algorithm and package. */
export const ROUND_TRIPS = Number(process.env.LIMPID_INTEROP_ROUND_TRIPS ?? 10_000);

/** Commands on their way at once: keeps both processes busy and the pipes' buffers small. */
const BATCH = 500;

/** Import an npm package of tests/security/interop/package.json, or say that it is missing. */
export async function importPeer(name) {
  try {
    return await import(name);
  } catch (error) {
    throw new Error(`the npm package ${name} is missing: run tools/interop.sh`, { cause: error });
  }
}

export class Oracle {
  #child;
  #waiting = [];

  constructor() {
    const program = process.env.LIMPID_SECURITY_ORACLE;
    assert.ok(program, 'LIMPID_SECURITY_ORACLE names the built security_oracle; ctest sets it');
    this.#child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`security_oracle ended: ${code ?? signal}`));
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#waiting.shift().resolve(JSON.parse(line));
    });
  }

  /** One command; resolves to {ok} or {code}. */
  ask(command) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    });
  }

  async close() {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    assert.equal(await ended, 0, 'security_oracle ends by itself and without error');
  }
}

/** Run `once(i)` for 0..count-1, a batch at a time. */
export async function repeat(count, once) {
  for (let start = 0; start < count; start += BATCH) {
    const batch = [];
    for (let i = start; i < Math.min(count, start + BATCH); i++) batch.push(once(i));
    await Promise.all(batch);
  }
}

/** Text of 0..length characters from all planes of Unicode, quotes and control characters among them. */
export function randomText(length = 40) {
  let text = '';
  for (let i = randomInt(length + 1); i > 0; i--) {
    const plane = [0x80, 0x80, 0x250, 0xd800, 0x10ffff][randomInt(5)];
    const point = randomInt(plane);
    text += point >= 0xd800 && point < 0xe000 ? '\ufffd' : String.fromCodePoint(point);
  }
  return text;
}

/** A JSON value as senders write them. */
export function randomJson(depth = 3) {
  switch (randomInt(depth > 0 ? 7 : 5)) {
    case 0:
      return randomText();
    case 1:
      return randomInt(2 ** 47) - 2 ** 46;
    case 2:
      return randomInt(2 ** 40) / 1024;
    case 3:
      return randomInt(2) === 0;
    case 4:
      return null;
    case 5:
      return Array.from({ length: randomInt(4) }, () => randomJson(depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: randomInt(4) }, (_, i) => [`m${i}${randomText(8)}`, randomJson(depth - 1)]),
      );
  }
}

export const base64 = (bytes) => Buffer.from(bytes).toString('base64');
export const identifier = () => `msg_${randomBytes(12).toString('base64url')}`;

/** Every text that differs from `text` in one byte, as latin1. */
export function* mutations(text) {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at++) {
    for (let change = 1; change < 256; change++) {
      const changed = Buffer.from(bytes);
      changed[at] ^= change;
      yield changed.toString('latin1');
    }
  }
}
