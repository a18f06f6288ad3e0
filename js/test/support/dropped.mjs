// What happens to enhancers, pools and previews that nobody disposes. Run with --expose-gc.

import { createEnhancer, createPool } from 'limpid';
import { picture } from './pictures.mjs';
import { countedWorkers, eventually } from './workers.mjs';

const { counts, worker } = countedWorkers();
const photo = await (async () => {
  const enhancer = await createEnhancer();
  const file = await enhancer.encode(picture(320, 240), { format: 'jpeg' });
  enhancer.dispose();
  return file;
})();

const running = () => counts.started - counts.ended;

async function collected(isSo, what) {
  await eventually(() => {
    globalThis.gc();
    return isSo();
  }, what);
  console.log(what);
}

await (async () => {
  const enhancer = await createEnhancer({ worker, idle_ms: 0 });
  await enhancer.enhance(photo);
  if (running() !== 1) throw new Error('no worker');
})();
await collected(() => running() === 0, 'a dropped enhancer ends its worker');

await (async () => {
  const pool = await createPool({ worker, idle_ms: 0, size: 2 });
  await Promise.all([pool.enhance(photo), pool.enhance(photo)]);
  for await (const _ of pool.map([photo])) break;
  if (running() !== 2) throw new Error('no workers');
})();
await collected(() => running() === 0, 'a dropped pool ends its workers');

const calls = await (async () => {
  const enhancer = await createEnhancer({ worker, idle_ms: 0 });
  return [enhancer.enhance(photo), enhancer.enhance(photo), enhancer.inspect(photo)];
})();
for (let i = 0; i < 20; i++) {
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const info = (await Promise.all(calls))[2];
await collected(() => running() === 0, `a call whose enhancer is dropped is finished: ${info.width_px} px`);

const kept = await createEnhancer({ worker, idle_ms: 20 });
await (async () => {
  const preview = await kept.preview(photo, { max_side_px: 64 });
  await preview.render(preview.recipe);
  await new Promise((resolve) => setTimeout(resolve, 100));
  if (running() !== 1) throw new Error('the preview did not keep the worker');
})();
await collected(() => running() === 0, 'a dropped preview lets the worker go');
kept.dispose();

const preview = await (async () => {
  const enhancer = await createEnhancer({ worker, idle_ms: 0 });
  return enhancer.preview(photo, { max_side_px: 64 });
})();
for (let i = 0; i < 20; i++) {
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 10));
}
await preview.render(preview.recipe);
if (running() !== 1) throw new Error('the worker was lost');
console.log('a preview keeps its dropped enhancer');
preview.dispose();
process.exit();
