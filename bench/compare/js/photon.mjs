// Photon, without threads. Its filters take no sigma and no amount; photon-node normalises, the package for pages does not.

import { inNode, rgbaOfRgb, rgbOfRgba } from './measure.mjs';

async function loadPhoton() {
  if (inNode) {
    const { createRequire } = await import('node:module');
    return createRequire(import.meta.url)('@silvia-odwyer/photon-node');
  }
  // The package imports its .wasm file as a module, which takes a bundler: here the import becomes a variable.
  const folder = new URL('../node_modules/@silvia-odwyer/photon/', import.meta.url);
  const glue = await (await fetch(new URL('photon_rs_bg.js', folder))).text();
  const text = glue.replace(
    /^import \* as wasm from .*$/m,
    'let wasm;\nexport const start = (exports) => { wasm = exports; };',
  );
  const photon = await import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
  const wasm = await WebAssembly.instantiateStreaming(fetch(new URL('photon_rs_bg.wasm', folder)), {
    './photon_rs_bg.js': photon,
  });
  photon.start(wasm.instance.exports);
  return photon;
}

export async function open({ threads }) {
  if (threads !== 1) return undefined;
  const photon = await loadPhoton();
  const operations = (input) => {
    let rgba;
    const image = () => {
      rgba ??= rgbaOfRgb(input.rgb);
      return new photon.PhotonImage(rgba, input.width, input.height);
    };
    const output = (made) => ({
      rgb: rgbOfRgba(made.get_raw_pixels()),
      width: made.get_width(),
      height: made.get_height(),
    });
    const dispose = (made) => made.free();
    const onPixels = (settings, filter, note) => ({
      settings,
      note,
      output,
      dispose,
      run: () => {
        const made = image();
        filter(made);
        return made;
      },
    });
    const scaled = (factor) => ({
      settings: 'resize(Lanczos3)',
      output,
      dispose,
      run: () => {
        const from = image();
        const made = photon.resize(from, input.width * factor, input.height * factor, photon.SamplingFilter.Lanczos3);
        from.free();
        return made;
      },
    });
    const chain = (made) => {
      photon.normalize?.(made);
      photon.adjust_contrast(made, 10);
      photon.saturate_hsv(made, 0.3);
      photon.sharpen(made);
    };
    const steps = `${photon.normalize ? 'normalize, ' : ''}adjust_contrast, saturate_hsv, sharpen`;
    const lacks = `no white balance, no local contrast${photon.normalize ? '' : ', no levels'}`;
    return {
      gaussian: onPixels('gaussian_blur(3)', (i) => photon.gaussian_blur(i, 3), 'boxes; a radius, no sigma'),
      unsharp: onPixels('sharpen', (i) => photon.sharpen(i), 'a fixed 3x3 kernel'),
      // Levels alone are no row: normalize stretches from the least sample to the greatest, and a large photograph has both.
      vibrance: onPixels('saturate_hsv(0.3)', (i) => photon.saturate_hsv(i, 0.3), 'all colours alike'),
      denoise: onPixels('noise_reduction', (i) => photon.noise_reduction(i), 'a fixed 3x3 kernel'),
      up2: scaled(2),
      down2: scaled(0.5),
      chain: onPixels(steps, chain, lacks),
      // The package for pages writes no JPEG, and breaks off where it reads one.
      ...(photon.PhotonImage.prototype.get_bytes_jpeg && {
        decode: {
          settings: 'new_from_byteslice',
          fromFile: true,
          run: () => photon.PhotonImage.new_from_byteslice(input.jpeg),
          output,
          dispose,
        },
        jpeg: {
          settings: steps,
          note: lacks,
          fromFile: true,
          run: () => {
            const made = photon.PhotonImage.new_from_byteslice(input.jpeg);
            chain(made);
            const file = made.get_bytes_jpeg(90);
            made.free();
            return file;
          },
          output: (file) => ({ file }),
        },
      }),
    };
  };
  return { name: 'Photon', version: inNode ? '0.3.4' : '0.3.11', operations };
}
