// A page's own worker that has the library in itself.

import { createSyncEngine } from '../../dist/sync.js';

addEventListener('message', async ({ data: { file, rounds } }) => {
  const engine = await createSyncEngine();
  const work = () => {
    const { bytes } = engine.enhance(file);
    engine.compare(file, { max_side_px: 32 });
    return bytes;
  };
  const bytes = work();
  const before = engine.memoryUse();
  for (let i = 0; i < rounds; i++) work();
  postMessage({ bytes, before, after: engine.memoryUse() });
});
