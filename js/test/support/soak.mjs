// A thousand images through an enhancer, in a process of its own whose memory is measured. Run with --expose-gc.

import { createEnhancer } from 'limpid';
import { picture } from './pictures.mjs';

const MEBIBYTE = 1024 * 1024;
const enhancer = await createEnhancer();
const photo = await enhancer.encode(picture(320, 240), { format: 'jpeg' });
const wrong = photo.slice(0, 1000);

function resident() {
  globalThis.gc();
  return Math.round(process.memoryUsage.rss() / MEBIBYTE);
}

let images = 0;
async function work(count) {
  for (let i = 0; i < count; i++, images++) {
    if (i % 10 === 0) {
      const preview = await enhancer.preview(photo, { max_side_px: 100 });
      await preview.render(preview.recipe);
      preview.dispose();
    } else if (i % 10 === 1) {
      await enhancer.enhance(wrong).catch(() => {});
    } else if (i % 10 === 2) {
      await enhancer.enhance(new Blob([photo]), { output: 'pixels' });
    } else {
      await enhancer.enhance(photo);
    }
  }
}

/** The least that was resident at several moments: what is only not collected yet does not count. */
async function least(count) {
  let bytes = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i += 50) {
    await work(50);
    bytes = Math.min(bytes, resident());
  }
  return bytes;
}

await work(100);
const first = await least(300);
await work(300);
const last = await least(300);
console.log(JSON.stringify({ images, first, last }));
enhancer.dispose();
