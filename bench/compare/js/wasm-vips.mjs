// wasm-vips: libvips as WebAssembly with SIMD and threads. The operations are those of native/vips_peer.cpp.

import { inNode } from './measure.mjs';

async function loadVips(onCleanup) {
  const common = {
    dynamicLibraries: [],
    // Images are freed when an operation is through: a camera's pixels fill the module's memory in a few rounds.
    preRun: (module) => {
      module.setAutoDeleteLater(true);
      module.setDelayFunction(onCleanup);
    },
  };
  if (inNode) return (await import('wasm-vips')).default(common);
  const folder = new URL('../node_modules/wasm-vips/lib/', import.meta.url).href;
  const { default: Vips } = await import(`${folder}vips-es6.js`);
  return Vips({ ...common, locateFile: (name) => folder + name, mainScriptUrlOrBlob: `${folder}vips-es6.js` });
}

export async function open({ threads }) {
  let free = () => undefined;
  const vips = await loadVips((cleanup) => {
    free = cleanup;
  });
  vips.concurrency(threads);
  vips.Cache.max(0);

  const unsharp = (image) =>
    image
      .linear([1.6], [0])
      .add(image.gaussblur(1.5).linear([-0.6], [0]))
      .cast('uchar');
  const grayWorld = (image) => {
    const stats = image.stats();
    const means = [1, 2, 3].map((band) => stats.getpoint(4, band)[0]);
    const grey = (means[0] + means[1] + means[2]) / 3;
    return image.linear(
      means.map((mean) => grey / mean),
      [0, 0, 0],
      { uchar: true },
    );
  };
  const levels = (image) => {
    const grey = image.colourspace('b-w');
    const [low, high] = [grey.percent(1), grey.percent(99)];
    const gain = 255 / Math.max(1, high - low);
    return image.linear([gain, gain, gain], Array(3).fill(-low * gain), { uchar: true });
  };
  const saturation = (image) => {
    const [s, r, g, b] = [1.3, -0.299 * 0.3, -0.587 * 0.3, -0.114 * 0.3];
    const matrix = vips.Image.newFromArray([
      [r + s, g, b],
      [r, g + s, b],
      [r, g, b + s],
    ]);
    return image.recomb(matrix).cast('uchar');
  };
  const chroma = (image) => image.colourspace('lch').linear([1, 1.3, 1], [0, 0, 0]).colourspace('srgb');
  const localContrast = (image) => {
    const lab = image.colourspace('lab');
    const l = lab.extractBand(0).linear([2.55], [0], { uchar: true }).histLocal(64, 64, { max_slope: 2 });
    const joined = l.linear([1 / 2.55], [0]).bandjoin(lab.extractBand(1, { n: 2 }));
    return joined.copy({ interpretation: 'lab' }).colourspace('srgb');
  };
  const chain = (image) => unsharp(saturation(levels(grayWorld(image))));

  const operations = (input) => {
    const from = () =>
      vips.Image.newFromMemory(input.rgb, input.width, input.height, 3, 'uchar').copy({ interpretation: 'srgb' });
    const raw = (image) => ({ rgb: image.writeToMemory(), width: image.width, height: image.height });
    const written = (image) => ({ file: image.writeToBuffer('.jpg', { Q: 90 }) });
    const freeing = (work) => () => {
      const result = work();
      free();
      return result;
    };
    const onPixels = (settings, filter, note) => ({ settings, note, run: freeing(() => raw(filter(from()))) });
    const loaded = () => vips.Image.newFromBuffer(input.jpeg);
    const fast = 'stats+linear, percent+linear, recomb, unsharp (gaussblur, linear, add)';
    const lacks = 'no local contrast';
    return {
      gaussian: onPixels('gaussblur(1.5)', (i) => i.gaussblur(1.5)),
      unsharp: onPixels(
        'gaussblur(1.5), linear 1.6 and -0.6, add',
        unsharp,
        'sharpens the three channels, limpid luma',
      ),
      local_contrast: onPixels('LAB, histLocal(64, 64, max_slope 2) on L', localContrast, 'a sliding window'),
      white_balance: onPixels('stats, linear', grayWorld, 'gains of encoded samples, limpid of linear light'),
      levels: onPixels('percent 1 and 99 of grey, linear', levels),
      vibrance: onPixels('LCH, chroma x 1.3', chroma, 'all colours alike'),
      denoise: onPixels('median 3x3', (i) => i.median(3), 'another, weaker method'),
      up2: onPixels('resize(2), lanczos3', (i) => i.resize(2), 'half an output pixel beside the others'),
      down2: onPixels('resize(0.5), lanczos3', (i) => i.resize(0.5)),
      chain: onPixels(fast, chain, lacks),
      'chain:full': onPixels(`${fast}, histLocal`, (i) => unsharp(saturation(localContrast(levels(grayWorld(i)))))),
      decode: { settings: 'newFromBuffer', fromFile: true, run: freeing(() => raw(loaded())) },
      encode: { settings: 'writeToBuffer(.jpg, Q 90)', run: freeing(() => written(from())) },
      jpeg: { settings: fast, note: lacks, fromFile: true, run: freeing(() => written(chain(loaded()))) },
    };
  };
  return { name: 'wasm-vips', version: vips.version(), operations };
}
