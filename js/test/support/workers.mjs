// Workers that are counted, through the option that lets people construct them.

import { Worker } from 'node:worker_threads';

export function countedWorkers() {
  const counts = { started: 0, ended: 0 };
  const worker = () => {
    counts.started++;
    return new Worker(new URL('../../dist/node-worker.js', import.meta.url), { execArgv: [] }).on('exit', () => {
      counts.ended++;
    });
  };
  return { counts, worker };
}

/** Wait until it is so. @throws when it is not within five seconds */
export async function eventually(isSo, what) {
  for (let i = 0; i < 500; i++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not within five seconds: ${what}`);
}
