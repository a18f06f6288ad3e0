// What the compiler must accept and refuse, and which types it must find. Only compiled, by types.test.mjs.

import {
  type AnyEnhanced,
  createEnhancer,
  createPool,
  type Enhanced,
  type EnhancedBlob,
  type EnhancedImageData,
  type EnhancedPixels,
  type ImageInfo,
  type ImageInput,
  type PixelInput,
  type Pixels,
  toImageData,
} from '../../dist/index.js';
import { createClient, type Job, type ServiceAnalysis, type ServiceImage } from '../../dist/service/index.js';
import { createSyncEngine } from '../../dist/sync.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only when the value has exactly this type. */
function is<Expected>() {
  return <Actual>(_: Actual, ..._same: Same<Actual, Expected> extends true ? [] : [never]): void => {};
}

declare const file: File;
declare const imageData: ImageData;
declare const bitmap: ImageBitmap;
declare const pixels: Pixels;
declare const anything: ImageInput;
declare const anyPixels: PixelInput;

export async function enhancing(): Promise<void> {
  await using enhancer = await createEnhancer({ integrity: true, idle_ms: 1000, max_memory_bytes: 2 ** 28 });
  is<Enhanced>()(await enhancer.enhance(file));
  is<Enhanced>()(await enhancer.enhance(new Uint8Array(3), { quality: 80 }));
  is<Enhanced>()(await enhancer.enhance(new URL('https://example.org/a.jpg'), { output: 'bytes' }));
  is<EnhancedBlob>()(await enhancer.enhance(file, { output: 'blob' }));
  is<EnhancedImageData>()(await enhancer.enhance(file, { output: 'imageData' }));
  is<EnhancedPixels>()(await enhancer.enhance(file, { output: 'pixels' }));
  is<EnhancedImageData>()(await enhancer.enhance(imageData));
  is<EnhancedImageData>()(await enhancer.enhance(bitmap, { strength: 0.5 }));
  is<EnhancedPixels>()(await enhancer.enhance(pixels));
  is<Enhanced>()(await enhancer.enhance(imageData, { format: 'jpeg' }));
  is<EnhancedBlob>()(await enhancer.enhance(pixels, { format: 'png', output: 'blob' }));
  is<AnyEnhanced>()(await enhancer.enhance(anything));
  is<AnyEnhanced>()(await enhancer.enhance(anyPixels));
  // @ts-expect-error no such output
  await enhancer.enhance(file, { output: 'canvas' });
  // @ts-expect-error no such option
  await enhancer.enhance(file, { qualty: 90 });
  // @ts-expect-error no image
  await enhancer.enhance(5);
  // @ts-expect-error pixels have no headers
  await enhancer.inspect(imageData);

  is<ImageInfo>()((await enhancer.analyse(file)).info);
  // @ts-expect-error pixels have none
  (await enhancer.analyse(pixels)).info;

  using preview = await enhancer.preview(bitmap, { max_side_px: 800 });
  is<ImageInfo | undefined>()(preview.info);
  const { pixels: rendered, histogram } = await preview.render(await preview.recipeFor('vivid', 0.5));
  is<ImageData>()(toImageData(rendered));
  is<Uint32Array>()(histogram.luma);
}

export async function batches(files: FileList, mixed: AsyncIterable<ImageInput>): Promise<void> {
  using pool = await createPool({ size: 'auto' });
  for await (const result of pool.map(files)) is<Enhanced>()(result);
  for await (const result of pool.map(files, { output: 'blob' }, { ordered: false })) is<EnhancedBlob>()(result);
  for await (const result of pool.map(mixed, { quality: 80 })) is<AnyEnhanced>()(result);
  for await (const result of pool.map([1, 2], async (item, { index, signal }) => `${item + index}${signal.aborted}`)) {
    is<string>()(result);
  }
  // @ts-expect-error the signal of an iteration is the third argument
  pool.map(files, { signal: new AbortController().signal });
}

export async function atOnce(): Promise<void> {
  using engine = await createSyncEngine();
  is<Enhanced>()(engine.enhance(new Uint8Array(3)));
  is<EnhancedPixels>()(engine.enhance(pixels, { output: 'pixels' }));
  is<AnyEnhanced>()(engine.enhance(imageData));
  // @ts-expect-error a Blob cannot be read at once
  engine.enhance(file);
  // @ts-expect-error nothing can be aborted that blocks
  engine.enhance(new Uint8Array(3), { signal: new AbortController().signal });
}

export async function ofAService(): Promise<void> {
  const client = createClient({ url: 'https://photos.example.org', apiKey: async () => 'key', fetch });
  is<ServiceImage>()(await client.enhance(file, { format: 'webp', recipe: { version: 1 } }));
  is<ServiceAnalysis>()(await client.analyse(new Uint8Array(3)));
  is<ImageInfo>()(await client.inspect(new ArrayBuffer(3)));
  is<Job>()(await client.jobs.submit(file, { idempotencyKey: 'k' }));
  is<ServiceImage>()(await client.jobs.result('0', { onChange: ({ status }) => status === 'done' }));
  // @ts-expect-error pixels are not sent
  await client.enhance(pixels);
  // @ts-expect-error a service needs an address
  createClient({ apiKey: 'key' });
}
