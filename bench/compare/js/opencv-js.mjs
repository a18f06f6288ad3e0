// opencv.js as published on npm: without SIMD and threads. The operations are those of native/opencv_peer.cpp; it reads and
// writes no files, so "jpeg" takes @jsquash/jpeg for that.

import { openCodec } from './jsquash.mjs';
import { inNode } from './measure.mjs';

async function loadOpenCv() {
  let cv;
  if (inNode) {
    const { createRequire } = await import('node:module');
    cv = createRequire(import.meta.url)('@techstark/opencv-js');
  } else {
    await new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = new URL('../node_modules/@techstark/opencv-js/dist/opencv.js', import.meta.url).href;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
    cv = window.cv;
  }
  if (cv instanceof Promise) return { cv: await cv };
  if (!cv.Mat) await new Promise((resolve) => (cv.onRuntimeInitialized = resolve));
  return { cv }; // wrapped: the module may have a then() of its own
}

export async function open({ threads }) {
  if (threads !== 1) return undefined;
  const { cv } = await loadOpenCv();
  const made = (fill) => {
    const out = new cv.Mat();
    fill(out);
    return out;
  };
  /** A step that frees what it was given. */
  const then = (image, step) => {
    const out = step(image);
    image.delete();
    return out;
  };
  const blurred = (image) => made((out) => cv.GaussianBlur(image, out, new cv.Size(0, 0), 1.5));
  const unsharp = (image) =>
    then(blurred(image), (blur) => made((out) => cv.addWeighted(image, 1.6, blur, -0.6, 0, out)));
  const clahe = (to, from) => (image) => {
    const other = made((out) => cv.cvtColor(image, out, to));
    const planes = new cv.MatVector();
    cv.split(other, planes);
    const first = planes.get(0);
    const equalise = new cv.CLAHE(2, new cv.Size(8, 8));
    equalise.apply(first, first);
    planes.set(0, first);
    cv.merge(planes, other);
    for (const object of [first, planes, equalise]) object.delete();
    return then(other, (i) => made((out) => cv.cvtColor(i, out, from)));
  };
  const claheLuma = clahe(cv.COLOR_RGB2YCrCb, cv.COLOR_YCrCb2RGB);
  const claheLab = clahe(cv.COLOR_RGB2Lab, cv.COLOR_Lab2RGB);
  /** Gains by a table for each channel: multiply() takes no scalar in JavaScript. */
  const table = (image, functions) => {
    const lut = new cv.Mat(1, 256, cv.CV_8UC3);
    for (let i = 0; i < 256; i++)
      for (let c = 0; c < 3; c++) lut.data[3 * i + c] = Math.min(255, Math.max(0, Math.round(functions[c](i))));
    return then(lut, () => made((out) => cv.LUT(image, lut, out)));
  };
  const whiteBalance = (image) => {
    const means = cv.mean(image).slice(0, 3);
    const grey = (means[0] + means[1] + means[2]) / 3;
    return table(
      image,
      means.map((mean) => (level) => (level * grey) / mean),
    );
  };
  const levels = (image) => {
    const grey = made((out) => cv.cvtColor(image, out, cv.COLOR_RGB2GRAY));
    const source = new cv.MatVector();
    source.push_back(grey);
    const none = new cv.Mat();
    const histogram = new cv.Mat();
    cv.calcHist(source, [0], none, histogram, [256], [0, 256]);
    const share = 0.01 * grey.rows * grey.cols;
    let [low, high] = [0, 255];
    for (let sum = histogram.data32F[0]; low < 255 && sum < share; sum += histogram.data32F[low]) low++;
    for (let sum = histogram.data32F[255]; high > low + 1 && sum < share; sum += histogram.data32F[high]) high--;
    for (const object of [grey, source, none, histogram]) object.delete();
    const gain = 255 / (high - low);
    return made((out) => image.convertTo(out, -1, gain, -low * gain));
  };
  const vibrance = (image) => {
    const same = (level) => level;
    const hsv = made((out) => cv.cvtColor(image, out, cv.COLOR_RGB2HSV_FULL));
    const more = then(hsv, (i) => table(i, [same, (s) => s * (1 + 0.3 * (1 - s / 255)), same]));
    return then(more, (i) => made((out) => cv.cvtColor(i, out, cv.COLOR_HSV2RGB_FULL)));
  };
  const saturation = (image) => {
    const [s, r, g, b] = [1.3, -0.299 * 0.3, -0.587 * 0.3, -0.114 * 0.3];
    const matrix = cv.matFromArray(3, 3, cv.CV_32F, [r + s, g, b, r, g + s, b, r, g, b + s]);
    return then(matrix, () => made((out) => cv.transform(image, out, matrix)));
  };
  const inOrder =
    (first, ...rest) =>
    (image) =>
      rest.reduce(then, first(image));
  const chain = inOrder(whiteBalance, levels, claheLuma, saturation, unsharp);
  const quality = inOrder(whiteBalance, levels, claheLab, vibrance, unsharp);
  const scaled = (factor, how) => (image) =>
    made((out) => cv.resize(image, out, new cv.Size(0, 0), factor, factor, how));
  const bilateral = (image) => made((out) => cv.bilateralFilter(image, out, 9, 20, 3));

  const codec = await openCodec();
  const operations = (input) => {
    let source;
    const image = () => {
      if (!source) {
        source = new cv.Mat(input.height, input.width, cv.CV_8UC3);
        source.data.set(input.rgb);
      }
      return source;
    };
    const output = (mat) => ({ rgb: new Uint8Array(mat.data), width: mat.cols, height: mat.rows });
    const dispose = (mat) => mat.delete();
    const onPixels = (settings, filter, note) => ({ settings, note, output, dispose, run: () => filter(image()) });
    const fast = 'mean+LUT, levels, CLAHE 2.0 8x8 on Y of YCrCb, 3x3 saturation, unsharp';
    return {
      gaussian: onPixels('GaussianBlur(sigma 1.5)', blurred),
      unsharp: onPixels(
        'GaussianBlur(1.5), addWeighted(1.6, -0.6)',
        unsharp,
        'sharpens the three channels, limpid luma',
      ),
      local_contrast: onPixels('YCrCb, CLAHE(2.0, 8x8) on Y', claheLuma, 'CLAHE, limpid an edge-aware pyramid'),
      white_balance: onPixels('mean, LUT', whiteBalance, 'gains of encoded samples, limpid of linear light'),
      levels: onPixels('calcHist of luma, 1-99 %, convertTo', levels),
      vibrance: onPixels('HSV, table of the saturation', vibrance),
      denoise: onPixels('bilateralFilter(9, 20, 3)', bilateral, 'another method'),
      up2: onPixels('resize(INTER_LANCZOS4)', scaled(2, cv.INTER_LANCZOS4), '8 taps, limpid 6'),
      down2: onPixels('resize(INTER_AREA)', scaled(0.5, cv.INTER_AREA), 'a box of 4 pixels'),
      chain: onPixels(fast, chain),
      'chain:quality': onPixels('mean+LUT, levels, CLAHE on L of Lab, HSV table, unsharp', quality),
      jpeg: {
        settings: `${fast}; @jsquash/jpeg 1.6.0`,
        fromFile: true,
        run: async () => {
          const { data, width, height } = await codec.decode(input.jpeg);
          const rgba = new cv.Mat(height, width, cv.CV_8UC4);
          rgba.data.set(data);
          const rgb = then(rgba, (i) => made((out) => cv.cvtColor(i, out, cv.COLOR_RGBA2RGB)));
          const back = then(then(rgb, chain), (i) => made((out) => cv.cvtColor(i, out, cv.COLOR_RGB2RGBA)));
          const pixels = new ImageData(new Uint8ClampedArray(back.data), width, height);
          back.delete();
          return codec.encode(pixels);
        },
        output: (file) => ({ file }),
      },
    };
  };
  const version = /version[^0-9]*([0-9.]+[^\s]*)/i.exec(cv.getBuildInformation())?.[1] ?? 'unknown';
  return { name: 'opencv.js', version, operations };
}
