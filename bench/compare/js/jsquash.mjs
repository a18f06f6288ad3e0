// @jsquash/jpeg: mozjpeg as WebAssembly, a codec and nothing else. Also what opencv-js.mjs reads and writes files with.

import { inNode, rgbaOfRgb, rgbOfRgba } from './measure.mjs';

const NOTE = 'mozjpeg with its trellis quantisation: smaller files';
const folder = new URL('../node_modules/@jsquash/jpeg/', import.meta.url);

async function compile(path) {
  const url = new URL(path, folder);
  if (!inNode) return WebAssembly.compileStreaming(fetch(url));
  const { readFile } = await import('node:fs/promises');
  return WebAssembly.compile(await readFile(url));
}

export async function openCodec() {
  // The package looks for what a browser has.
  globalThis.ImageData ??= class {
    constructor(data, width, height) {
      Object.assign(this, { data, width, height });
    }
  };
  const [decoder, encoder] = await Promise.all([
    import(new URL('decode.js', folder)),
    import(new URL('encode.js', folder)),
  ]);
  await decoder.init(await compile('codec/dec/mozjpeg_dec.wasm'));
  await encoder.init(await compile('codec/enc/mozjpeg_enc.wasm'));
  return {
    decode: (jpeg) => decoder.default(jpeg.buffer.slice(jpeg.byteOffset, jpeg.byteOffset + jpeg.byteLength)),
    encode: async (image) => new Uint8Array(await encoder.default(image, { quality: 90 })),
  };
}

export async function open({ threads }) {
  if (threads !== 1) return undefined;
  const codec = await openCodec();
  const operations = (input) => {
    let image;
    return {
      decode: {
        settings: 'decode',
        fromFile: true,
        run: () => codec.decode(input.jpeg),
        output: ({ data, width, height }) => ({ rgb: rgbOfRgba(data), width, height }),
      },
      encode: {
        settings: 'encode(quality 90)',
        note: NOTE,
        run: () => {
          image ??= new ImageData(new Uint8ClampedArray(rgbaOfRgb(input.rgb).buffer), input.width, input.height);
          return codec.encode(image);
        },
        output: (file) => ({ file }),
      },
    };
  };
  return { name: 'jSquash', version: '1.6.0', operations };
}
