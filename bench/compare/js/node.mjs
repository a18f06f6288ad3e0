// node.mjs MODULE PIXELS PHOTO THREADS ROUNDS BUDGET_MS OUTPUT OPERATION: measures a peer of this folder in Node and prints
// one line of JSON; native/peer.hpp says more.

import { readFile, writeFile } from 'node:fs/promises';
import { measurePeer } from './measure.mjs';

const [name, pixels, photo, threads, rounds, budgetMs, output, operation] = process.argv.slice(2);
const files = { pixels, photo };
const result = await measurePeer(await import(`./${name}.mjs`), {
  name: operation,
  threads: Number(threads),
  rounds: Number(rounds),
  budgetMs: Number(budgetMs),
  load: async (what) => new Uint8Array(await readFile(files[what])),
});
const peak_rss_kb = process.resourceUsage().maxRSS;
if (result.output) await writeFile(output, result.output);
console.log(JSON.stringify({ ...result.row, peak_rss_kb }));
process.exit();
