// The blue-noise tile of the colour pass: void-and-cluster (Ulichney, SPIE 1913, 1993) on a torus.

const SIDE = 32;
const COUNT = SIDE * SIDE;
// Ulichney's choice of the filter's standard deviation; a tenth of the cells begin as ones.
const SIGMA = 1.5;
const FIRST_ONES = Math.floor(COUNT / 10);

/** Gaussian of the toroidal distance between two cells, as integers so that sums have no order. */
function weights() {
  const table = [];
  for (let i = 0; i < COUNT; i += 1) {
    const x = Math.min(i % SIDE, SIDE - (i % SIDE));
    const y = Math.min(Math.floor(i / SIDE), SIDE - Math.floor(i / SIDE));
    table.push(Math.round(2 ** 20 * Math.exp(-(x * x + y * y) / (2 * SIGMA * SIGMA))));
  }
  return table;
}

/** Cells that are one, and how crowded every cell is. */
class Pattern {
  constructor(kernel, other = undefined) {
    this.kernel = kernel;
    this.ones = other ? Uint8Array.from(other.ones) : new Uint8Array(COUNT);
    this.energy = other ? Float64Array.from(other.energy) : new Float64Array(COUNT);
  }

  set(cell, one) {
    this.ones[cell] = one;
    const cx = cell % SIDE;
    const cy = Math.floor(cell / SIDE);
    for (let i = 0; i < COUNT; i += 1) {
      const dx = (i - cx + SIDE) % SIDE;
      const dy = (Math.floor(i / SIDE) - cy + SIDE) % SIDE;
      this.energy[i] += (one ? 1 : -1) * this.kernel[dy * SIDE + dx];
    }
  }

  /** The one with most ones about it, or the zero with fewest; the first of equals. */
  extreme(one) {
    let best = -1;
    for (let i = 0; i < COUNT; i += 1) {
      if (this.ones[i] !== one) continue;
      if (best < 0 || (one ? this.energy[i] > this.energy[best] : this.energy[i] < this.energy[best])) best = i;
    }
    return best;
  }
}

function firstPattern(kernel) {
  const pattern = new Pattern(kernel);
  let state = 1;
  for (let placed = 0; placed < FIRST_ONES; ) {
    state = (state * 1103515245 + 12345) % 2 ** 31; // below 2^53: exact
    const cell = Math.floor(state / 2 ** 16) % COUNT;
    if (pattern.ones[cell]) continue;
    pattern.set(cell, 1);
    placed += 1;
  }
  // Move the most crowded one into the largest void until it falls back where it was.
  for (;;) {
    const cluster = pattern.extreme(1);
    pattern.set(cluster, 0);
    const gap = pattern.extreme(0);
    pattern.set(gap, 1);
    if (gap === cluster) return pattern;
  }
}

/** Each cell's rank, 0 .. COUNT - 1: any first n of them are spread evenly. */
function ranks() {
  const kernel = weights();
  const first = firstPattern(kernel);
  const rank = new Array(COUNT);
  const shrinking = new Pattern(kernel, first);
  for (let n = FIRST_ONES - 1; n >= 0; n -= 1) {
    const cell = shrinking.extreme(1);
    shrinking.set(cell, 0);
    rank[cell] = n;
  }
  const growing = new Pattern(kernel, first);
  for (let n = FIRST_ONES; n < COUNT; n += 1) {
    const cell = growing.extreme(0);
    growing.set(cell, 1);
    rank[cell] = n;
  }
  return rank;
}

/** core/src/kernels/dither_tile.cpp */
export function ditherTile() {
  const values = ranks().map((rank) => Math.floor((rank * 64) / COUNT));
  const rows = [];
  for (let i = 0; i < COUNT; i += 16) rows.push(`    ${values.slice(i, i + 16).join(', ')},`);
  return `// Written by tools/generate/dither.mjs. Do not edit.

#include "kernels/dither_tile.hpp"

#include <array>

namespace limpid::kernels {
namespace {

// clang-format off
constexpr std::array<std::uint8_t, std::size_t{kDitherSide} * kDitherSide> kTile = {
${rows.join('\n')}
};
// clang-format on

}  // namespace

std::span<const std::uint8_t> dither_tile() noexcept { return kTile; }

}  // namespace limpid::kernels
`;
}
