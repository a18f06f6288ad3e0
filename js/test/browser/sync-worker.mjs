// A page's own worker that has the library in itself.

import { createSyncEngine } from '../../dist/sync.js';

addEventListener('message', async ({ data: { file, rounds } }) => {
  const engine = await createSyncEngine();
  const work = (i) => {
    if (i % 10 === 0) engine.compare(file, { max_side_px: 32 });
    return engine.enhance(file).bytes;
  };
  const bytes = work(0);
  const before = engine.memoryUse();
  for (let i = 0; i < rounds; i++) work(i);
  postMessage({ bytes, before, after: engine.memoryUse() });
});
