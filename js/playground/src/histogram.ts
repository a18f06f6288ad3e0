// What a histogram says, in numbers.

import type { Histogram } from 'limpid';

export interface Summary {
  /** Levels, 0 to 1: below and above each lies a hundredth of the picture. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Shares of the picture at the ends. */
  readonly black: number;
  readonly white: number;
}

const total = (counts: Uint32Array) => counts.reduce((sum, count) => sum + count, 0);

function level(counts: Uint32Array, share: number): number {
  const wanted = total(counts) * share;
  let seen = 0;
  for (const [at, count] of counts.entries()) {
    seen += count;
    if (seen >= wanted && seen > 0) return at / 255;
  }
  return 1;
}

export function summary({ luma }: Histogram): Summary {
  const all = Math.max(1, total(luma));
  return {
    low: level(luma, 0.01),
    median: level(luma, 0.5),
    high: level(luma, 0.99),
    black: (luma[0] ?? 0) / all,
    white: (luma[255] ?? 0) / all,
  };
}

/** What the charts reach up to: the square root of the fullest level, but for the ends, where clipped pixels pile up. */
export function chartScale(...histograms: readonly Histogram[]): number {
  let most = 1;
  for (const { red, green, blue, luma } of histograms) {
    for (const counts of [red, green, blue, luma]) most = Math.max(most, ...counts.subarray(2, 254));
  }
  return Math.sqrt(most) * 1.04;
}
