// What the tests call in the page, as window.limpid: the whole client of the package.

import { createEnhancer, createPool, LimpidError, toImageData } from '../../dist/index.js';
import { hostileFiles } from '../support/hostile.mjs';
import { picture } from '../support/pictures.mjs';

const violations = [];
addEventListener('securitypolicyviolation', (event) =>
  violations.push(`${event.violatedDirective} ${event.blockedURI}`),
);

const PHOTO = '/tests/data/photos/lake-sherburne.jpg';

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());

const codeOf = (promise) =>
  promise.then(
    () => 'ok',
    (error) => (error instanceof LimpidError ? error.code : `no LimpidError: ${error}`),
  );

/** Run with an enhancer that is ended afterwards. */
async function withEnhancer(options, run) {
  const enhancer = await createEnhancer(options);
  try {
    return await run(enhancer);
  } finally {
    enhancer.dispose();
  }
}

/** Colours at full alpha only: what a bitmap gives back bit for bit. */
const opaque = (width_px, height_px) => {
  const pixels = picture(width_px, height_px, 'rgba8');
  for (let i = 3; i < pixels.data.length; i += 4) pixels.data[i] = 255;
  return pixels;
};

window.limpid = {
  violations: () => violations,

  /** Digest of the photo enhanced, by the form that it was given in. */
  fileInputs: (options) =>
    withEnhancer(options, async (enhancer) => {
      const photo = await bytesOf(PHOTO);
      const inside = new Uint8Array(photo.length + 20);
      inside.set(photo, 10);
      const blobUrl = URL.createObjectURL(new Blob([photo]));
      const forms = {
        Uint8Array: photo,
        ArrayBuffer: photo.slice().buffer,
        DataView: new DataView(inside.buffer, 10, photo.length),
        Blob: new Blob([photo]),
        File: new File([photo], 'photo.png', { type: 'image/png' }),
        'relative string': '../../../tests/data/photos/lake-sherburne.jpg',
        URL: new URL(PHOTO, location.href),
        'blob string': blobUrl,
        Request: new Request(PHOTO),
        Response: await fetch(PHOTO),
        ReadableStream: new Blob([photo]).stream(),
        'ArrayBuffer of another window': bufferOfAnotherWindow(photo),
      };
      const digests = {};
      for (const [name, image] of Object.entries(forms))
        digests[name] = await sha256((await enhancer.enhance(image)).bytes);
      URL.revokeObjectURL(blobUrl);
      return digests;
    }),

  blobAddress: () => withEnhancer({}, (enhancer) => codeOf(enhancer.inspect(URL.createObjectURL(new Blob(['x']))))),

  /** Digests of the same pixels enhanced, by the form that they were given in and asked for. */
  pixelInputs: (options) =>
    withEnhancer(options, async (enhancer) => {
      const pixels = opaque(120, 90);
      const imageData = toImageData(pixels);
      const bitmap = await createImageBitmap(imageData);
      const kept = imageData.data.slice();
      const png = { format: 'png' };
      const files = {};
      files.pixels = await sha256((await enhancer.enhance(pixels, png)).bytes);
      files.imageData = await sha256((await enhancer.enhance(imageData, png)).bytes);
      files.bitmap = await sha256((await enhancer.enhance(bitmap, png)).bytes);
      files.bitmapAgain = await sha256((await enhancer.enhance(bitmap, png)).bytes);
      const fromBitmap = await enhancer.enhance(bitmap);
      const fromImageData = await enhancer.enhance(imageData);
      const fromPixels = await enhancer.enhance(pixels, { output: 'imageData' });
      const preview = await enhancer.preview(bitmap, { max_side_px: 60 });
      const [again] = await Promise.all([preview.render({ version: 1 })]);
      const handedOver = await enhancer.enhance(bitmap, { ...png, transfer: true });
      files.bitmapTransferred = await sha256(handedOver.bytes);
      const closed = await codeOf(enhancer.enhance(bitmap));
      preview.dispose();
      return {
        files,
        outputs: await Promise.all(
          [fromBitmap, fromImageData, fromPixels].map(({ imageData: { data } }) => sha256(data)),
        ),
        kinds: [fromBitmap, fromImageData, fromPixels].map(({ imageData: data }) => data instanceof ImageData),
        kept: kept.every((level, i) => level === imageData.data[i]),
        closed,
        preview: [again.pixels.width_px, again.pixels.height_px],
      };
    }),

  outputs: (options) =>
    withEnhancer(options, async (enhancer) => {
      const photo = await bytesOf(PHOTO);
      const { bytes } = await enhancer.enhance(photo, { format: 'png' });
      const { blob } = await enhancer.enhance(photo, { format: 'png', output: 'blob' });
      const { imageData } = await enhancer.enhance(photo, { output: 'imageData' });
      const { pixels } = await enhancer.enhance(photo, { output: 'pixels' });
      // Through the browser's own decoder.
      const bitmap = await createImageBitmap(blob);
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const decoded = context.getImageData(0, 0, bitmap.width, bitmap.height);
      return {
        type: blob.type,
        blob: await sha256(await blob.arrayBuffer()),
        bytes: await sha256(bytes),
        imageData: await sha256(imageData.data),
        pixels: await sha256(toImageData(pixels).data),
        decoded: await sha256(decoded.data),
      };
    }),

  unreadable: (options) =>
    withEnhancer(options, async (enhancer) => {
      const used = await fetch(PHOTO);
      await used.arrayBuffer();
      const locked = new Blob(['x']).stream();
      locked.getReader();
      const revoked = URL.createObjectURL(new Blob(['x']));
      URL.revokeObjectURL(revoked);
      return {
        missing: await codeOf(enhancer.enhance('/tests/data/nowhere.jpg')),
        used: await codeOf(enhancer.enhance(used)),
        locked: await codeOf(enhancer.enhance(locked)),
        revoked: await codeOf(enhancer.enhance(revoked)),
        opaque: await codeOf(enhancer.enhance(Response.error())),
        file: await codeOf(enhancer.enhance('file:///etc/passwd')),
        nothing: await codeOf(enhancer.enhance(undefined)),
        tooLarge: await codeOf(enhancer.enhance(PHOTO, { limits: { max_file_bytes: 1000 } })),
      };
    }),

  /** Abort while an endless download is read, and while it has not begun. */
  abortReading: (options) =>
    withEnhancer(options, async (enhancer) => {
      let stopped = false;
      const silent = new ReadableStream({
        pull: () => new Promise(() => {}),
        cancel: () => {
          stopped = true;
        },
      });
      const controller = new AbortController();
      const call = codeOf(enhancer.enhance(silent, { signal: controller.signal }));
      const next = codeOf(enhancer.inspect(PHOTO));
      setTimeout(() => controller.abort(), 30);
      return { code: await call, stopped, next: await next };
    }),

  preview: (options) =>
    withEnhancer(options, async (enhancer) => {
      const photo = await bytesOf(PHOTO);
      const preview = await enhancer.preview(new Blob([photo]), { max_side_px: 300 });
      const before = await preview.render(preview.recipe);
      const controller = new AbortController();
      const aborted = codeOf(
        enhancer.enhance(photo, { signal: controller.signal, onProgress: () => controller.abort() }),
      );
      const code = await aborted;
      const after = await preview.render(preview.recipe);
      const comparison = await enhancer.compare(photo, { max_side_px: 300 });
      const result = {
        code,
        original: await sha256(preview.original.data),
        before: await sha256(before.pixels.data),
        after: await sha256(after.pixels.data),
        compared: await sha256(comparison.after.data),
        recipe: JSON.stringify(preview.recipe),
        vivid: JSON.stringify(await preview.recipeFor('vivid', 0.5)),
      };
      preview.dispose();
      return result;
    }),

  async pool(options, count) {
    const pool = await createPool({ ...options, size: 2 });
    const files = [];
    for (let i = 0; i < count; i++) files.push(await pool.encode(picture(40 + i, 30), { format: 'jpeg' }));
    const widths = [];
    for await (const { report, blob } of pool.map(files, { output: 'blob', format: 'webp' })) {
      widths.push(blob.type === 'image/webp' ? report.output_width_px : blob.type);
    }
    pool.dispose();
    return widths;
  },

  async hostile(options) {
    const files = await hostileFiles((name) => bytesOf(`/tests/data/hostile/${encodeURIComponent(name)}`));
    return withEnhancer(options, async (enhancer) => {
      const wrong = [];
      for (const { name, bytes, answer } of files) {
        const outcome = await codeOf(enhancer.enhance(new File([bytes], name)));
        if (outcome !== answer) wrong.push(`${name}: ${outcome}, not ${answer}`);
        const previewed = await codeOf(
          enhancer.preview(bytes, { max_side_px: 16_384 }).then((preview) => preview.dispose()),
        );
        if (previewed !== answer) wrong.push(`preview of ${name}: ${previewed}, not ${answer}`);
      }
      return { wrong, checked: files.length, after: (await enhancer.inspect(PHOTO)).format };
    });
  },

  /** The heap of the page, in bytes, after some images and after many. */
  soak: (options, { first, all }) =>
    withEnhancer(options, async (enhancer) => {
      const file = await enhancer.encode(picture(160, 120), { format: 'jpeg' });
      // What a message held is given back a moment after it.
      const used = async () => {
        let least = Number.POSITIVE_INFINITY;
        for (let i = 0; i < 10; i++) {
          globalThis.gc?.();
          await new Promise((resolve) => setTimeout(resolve, 20));
          least = Math.min(least, performance.memory.usedJSHeapSize);
        }
        return least;
      };
      const work = async (from, to) => {
        for (let i = from; i < to; i++) await enhancer.enhance(i % 2 === 0 ? file : new Blob([file]));
      };
      await work(0, first);
      const before = await used();
      await work(first, all);
      return { before, after: await used(), collects: typeof globalThis.gc === 'function' };
    }),

  /** The same by a worker of the page that has the library in itself. */
  async syncSoak(rounds) {
    const worker = new Worker(new URL('sync-worker.mjs', import.meta.url), { type: 'module' });
    const file = await bytesOf('/tests/data/sizes/257x129.jpg');
    const answer = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage({ file, rounds });
    });
    worker.terminate();
    return { ...answer, bytes: await sha256(answer.bytes) };
  },

  /** limpid/core between the codecs, in the page's own thread. */
  async parts() {
    const core = await (await import('../../dist/core.js')).createCore({ integrity: true });
    const digests = {};
    for (const format of ['jpeg', 'png', 'webp']) {
      const { createCodec } = await import(`../../dist/codecs/${format}.js`);
      const codec = await createCodec({ integrity: true });
      const { pixels } = codec.decode(codec.encode(picture(120, 90)));
      digests[format] = await sha256(codec.encode(core.enhance(pixels, { output: 'pixels' }).pixels));
      codec.dispose();
    }
    core.dispose();
    return digests;
  },

  async enhanceSmall(options) {
    return withEnhancer(options, async (enhancer) =>
      sha256((await enhancer.enhance('/tests/data/sizes/257x129.jpg')).bytes),
    );
  },

  /** Options that cannot be sent to a page. */
  async wasmForms() {
    const binary = await bytesOf('/js/wasm/limpid-simd.wasm');
    const altered = binary.slice();
    altered[altered.length - 1] ^= 1;
    const outcome = (options) => codeOf(withEnhancer(options, (enhancer) => enhancer.inspect(PHOTO)));
    return {
      binary: await outcome({ wasmBinary: binary, integrity: true }),
      module: await outcome({ wasmModule: await WebAssembly.compile(binary) }),
      url: await outcome({ wasmUrl: '/js/wasm/limpid-simd.wasm', integrity: true }),
      altered: await outcome({ wasmBinary: altered, integrity: true }),
      otherDigest: await outcome({ integrity: `sha256-${'A'.repeat(43)}=` }),
      ownWorker: await outcome({ worker: () => new Worker('/js/dist/worker.js', { type: 'module' }) }),
      missingWorker: await outcome({ worker: () => new Worker('/js/dist/nowhere.js', { type: 'module' }) }),
    };
  },

  /** Let an enhancer become garbage, and an idle one end its worker. */
  async drop() {
    const idle = await createEnhancer({ idle_ms: 20 });
    await idle.inspect(PHOTO);
    window.idle = idle;
    const dropped = await createEnhancer({ idle_ms: 0 });
    await dropped.inspect(PHOTO);
  },
  inspectAgain: () => window.idle.inspect(PHOTO),
};

function bufferOfAnotherWindow(bytes) {
  const frame = document.body.appendChild(document.createElement('iframe'));
  const { buffer } = new frame.contentWindow.Uint8Array(bytes);
  frame.remove();
  return buffer;
}
