// What the tests call in the page, as window.limpid.

import { createEnhancer } from '../../dist/index.js';
import { checkRows, parseGolden, recipesOf } from '../parity/check.mjs';
import { picture } from '../support/pictures.mjs';

const violations = [];
addEventListener('securitypolicyviolation', (event) =>
  violations.push(`${event.violatedDirective} ${event.blockedURI}`),
);

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return response;
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const errorOf = (promise) =>
  promise.then(
    () => undefined,
    ({ name, code, found }) => ({ name, code, found }),
  );

window.limpid = {
  violations: () => violations,

  async describe(options) {
    const enhancer = await createEnhancer(options);
    const { variant, threads } = enhancer;
    enhancer.dispose();
    return { variant, threads, isolated: crossOriginIsolated };
  },

  /** Why an enhancer with these options cannot inspect a file. */
  failure: (options) =>
    errorOf(
      createEnhancer(options).then(async (enhancer) => {
        try {
          await enhancer.inspect(new Uint8Array(3));
        } finally {
          enhancer.dispose();
        }
      }),
    ),

  /** Digests of the picture as a file and of that file enhanced, given as a Blob. */
  async enhancePicture(options, width_px, height_px) {
    const enhancer = await createEnhancer(options);
    const file = await enhancer.encode(picture(width_px, height_px), { format: 'jpeg' });
    const stages = [];
    const { bytes, mediaType } = await enhancer.enhance(new Blob([file]), {
      onProgress: ({ stage }) => stages.push(stage),
    });
    const { width } = await createImageBitmap(new Blob([bytes], { type: mediaType }));
    enhancer.dispose();
    return { file: await sha256(file), enhanced: await sha256(bytes), width, stages: [...new Set(stages)] };
  },

  async parity(options) {
    const rows = parseGolden(await (await get('/tests/parity/golden.txt')).text());
    const recipes = {};
    for (const name of recipesOf(rows)) recipes[name] = await (await get(`/tests/parity/recipes/${name}.json`)).json();
    const load = async (path) => {
      const url = `/tests/data/${path.split('/').map(encodeURIComponent).join('/')}`;
      return new Uint8Array(await (await get(url)).arrayBuffer());
    };
    const enhancer = await createEnhancer(options);
    const result = await checkRows(rows, { api: enhancer, load, recipes });
    enhancer.dispose();
    return result;
  },

  /** Abort a long call, then use the enhancer again. */
  async abort(options) {
    const enhancer = await createEnhancer(options);
    const file = await enhancer.encode(picture(3000, 2000), { format: 'jpeg' });
    const controller = new AbortController();
    let abortedAt = 0;
    const onProgress = ({ stage }) => {
      if (stage !== 'decode' || controller.signal.aborted) return;
      abortedAt = performance.now();
      controller.abort();
    };
    const error = await errorOf(enhancer.enhance(file, { signal: controller.signal, onProgress }));
    const milliseconds = performance.now() - abortedAt;
    const { width_px } = await enhancer.inspect(file);
    enhancer.dispose();
    return { error, milliseconds, width_px };
  },
};
