import type { Histogram } from './preview-types.js';

const LEVELS = 256;

/** @param counts  red, green, blue and luma, one after the other */
export function histogramOf(counts: Uint32Array): Histogram {
  const [red, green, blue, luma] = [0, 1, 2, 3].map((channel) =>
    counts.slice(channel * LEVELS, (channel + 1) * LEVELS),
  ) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  return { red, green, blue, luma };
}
