// Pictures that need no file: a dull, bluish gradient with some grain, so that every correction has
// something to do.

const CHANNELS = { gray8: 1, rgb8: 3, rgba8: 4 };

export function picture(width_px, height_px, format = 'rgb8') {
  const channels = CHANNELS[format];
  const data = new Uint8Array(width_px * height_px * channels);
  let seed = 1;
  for (let y = 0; y < height_px; y++) {
    for (let x = 0; x < width_px; x++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const level = 40 + Math.floor((120 * x) / width_px) + (seed >>> 29);
      const at = (y * width_px + x) * channels;
      for (let c = 0; c < channels; c++) {
        data[at + c] = c === 3 ? 255 - Math.floor((200 * y) / height_px) : level + (c === 2 ? 25 : 0);
      }
    }
  }
  return { width_px, height_px, format, data };
}

/** Black, for tests that need nothing but size. */
export function blank(width_px, height_px) {
  return { width_px, height_px, format: 'rgb8', data: new Uint8Array(3 * width_px * height_px) };
}
