// sharp: libvips from Node, natively. Its pipeline takes and gives raw pixels here; "jpeg" goes from file to file.

import sharp from 'sharp';

export async function open({ threads }) {
  sharp.concurrency(threads);
  sharp.cache(false);
  const operations = (input) => {
    const from = () => sharp(input.rgb, { raw: { width: input.width, height: input.height, channels: 3 } });
    const raw = async (pipeline) => pipeline.raw().toBuffer({ resolveWithObject: true });
    const output = ({ data, info }) => ({ rgb: data, width: info.width, height: info.height });
    const onPixels = (settings, filter, note) => ({
      settings,
      note,
      output,
      run: async () => raw(await filter(from())),
    });
    const grayWorld = async (image) => {
      const { channels } = await from().stats();
      const means = channels.map(({ mean }) => mean);
      const grey = (means[0] + means[1] + means[2]) / 3;
      return image.linear(
        means.map((mean) => grey / mean),
        [0, 0, 0],
      );
    };
    const scaled = (factor) =>
      onPixels('resize(lanczos3)', (i) => i.resize({ width: input.width * factor, kernel: 'lanczos3' }));
    const chain = (image) =>
      image.normalise({ lower: 1, upper: 99 }).modulate({ saturation: 1.3 }).sharpen({ sigma: 1.5 });
    const steps = 'normalise(1, 99), modulate(saturation 1.3), sharpen(sigma 1.5)';
    const lacks = 'no white balance, no local contrast; sharpens in LabS';
    const file = (data) => ({ file: data });
    const jpeg = { quality: 90 };
    return {
      gaussian: onPixels('blur(1.5)', (i) => i.blur(1.5)),
      unsharp: onPixels('sharpen({ sigma: 1.5 })', (i) => i.sharpen({ sigma: 1.5 }), 'L of LabS, other curve'),
      local_contrast: onPixels(
        'clahe(64, 64, maxSlope 2)',
        (i) => i.clahe({ width: 64, height: 64, maxSlope: 2 }),
        'a sliding window',
      ),
      white_balance: onPixels('stats, linear', grayWorld, 'gains of encoded samples, limpid of linear light'),
      levels: onPixels('normalise(1, 99)', (i) => i.normalise({ lower: 1, upper: 99 }), 'in Lab'),
      vibrance: onPixels('modulate(saturation 1.3)', (i) => i.modulate({ saturation: 1.3 }), 'all colours alike'),
      denoise: onPixels('median(3)', (i) => i.median(3), 'another, weaker method'),
      up2: { ...scaled(2), note: 'half an output pixel beside the others' },
      down2: scaled(0.5),
      chain: onPixels(steps, chain, lacks),
      decode: { settings: 'raw', fromFile: true, output, run: () => raw(sharp(input.jpeg)) },
      encode: { settings: 'jpeg(quality 90)', output: file, run: () => from().jpeg(jpeg).toBuffer() },
      jpeg: {
        settings: steps,
        note: lacks,
        fromFile: true,
        output: file,
        run: () => chain(sharp(input.jpeg)).jpeg(jpeg).toBuffer(),
      },
    };
  };
  return { name: 'sharp', version: sharp.versions.sharp, operations };
}
