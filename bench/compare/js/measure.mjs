// What every JavaScript peer shares, in Node and in a page. A peer is a module of this folder with
//
//   open({ threads })  -> { name, version, operations(input) }, or undefined when it has no such threads
//
// where an operation is { settings, run, output?, dispose?, note?, fromFile? }: run() makes something (timed), output(made)
// gives { rgb, width, height } or { file } (not timed), dispose(made) frees it.

const CROP = 1024;

export const inNode = typeof process === 'object' && typeof process.versions?.node === 'string';

/** P6 with 8 bits, as bench/compare/photo.py writes it. */
export function parsePpm(bytes) {
  const [magic, width, height, maximum] = new TextDecoder().decode(bytes.subarray(0, 32)).split(/\s/);
  if (magic !== 'P6' || maximum !== '255') throw new Error('no PPM of 8 bits');
  const rgb = bytes.subarray(`${magic} ${width} ${height} ${maximum} `.length);
  if (rgb.length !== width * height * 3) throw new Error('the PPM is cut short');
  return { width: Number(width), height: Number(height), rgb };
}

function middleOf({ rgb, width, height }) {
  const side = { x: Math.min(CROP, width), y: Math.min(CROP, height) };
  const left = (width - side.x) >> 1;
  const top = (height - side.y) >> 1;
  const header = new TextEncoder().encode(`P6\n${side.x} ${side.y}\n255\n`);
  const out = new Uint8Array(header.length + side.x * side.y * 3);
  out.set(header);
  for (let y = 0; y < side.y; y++) {
    const at = ((top + y) * width + left) * 3;
    out.set(rgb.subarray(at, at + side.x * 3), header.length + y * side.x * 3);
  }
  return out;
}

/** As measure() of native/peer.hpp; the last thing made is kept. */
async function measure({ run, dispose }, rounds, budgetMs) {
  let made;
  const once = async () => {
    if (made !== undefined) dispose?.(made);
    made = undefined;
    const cpu = inNode ? process.cpuUsage() : undefined;
    const start = performance.now();
    made = await run();
    const wall = performance.now() - start;
    if (!cpu) return { wall };
    const { user, system } = process.cpuUsage(cpu);
    return { wall, cpu: (user + system) / 1000 };
  };
  let times = [await once()];
  const [first] = times;
  if (first.wall <= budgetMs) {
    times = [];
    const count = Math.min(rounds, Math.max(1, Math.floor(budgetMs / first.wall)));
    for (let i = 0; i < count; i++) times.push(await once());
  }
  const cpu_ms = inNode ? times.map(({ cpu }) => cpu) : undefined; // a page does not know
  return { ms: times.map(({ wall }) => wall), cpu_ms, made };
}

/** @param load  (what: 'pixels' | 'photo') -> bytes; @returns { row, output }, the row as native/peer.hpp has it */
export async function measurePeer(peerModule, { name, threads, rounds, budgetMs, load }) {
  const start = performance.now();
  const peer = await peerModule.open({ threads });
  const open_ms = performance.now() - start;
  const input = {};
  const operation = peer?.operations(input)[name];
  if (!operation) return { row: { peer: peer?.name, missing: true } };
  if (operation.fromFile) input.jpeg = await load('photo');
  else Object.assign(input, parsePpm(await load('pixels')));
  const { ms, cpu_ms, made } = await measure(operation, rounds, budgetMs);
  const result = (operation.output ?? ((same) => same))(made);
  const output = result.file ?? middleOf(result);
  const { settings, note = '' } = operation;
  const about = { peer: peer.name, version: peer.version, op: name, threads, settings, note };
  return { row: { ...about, open_ms, ms, cpu_ms }, output };
}

export function rgbOfRgba(rgba) {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from];
    rgb[to + 1] = rgba[from + 1];
    rgb[to + 2] = rgba[from + 2];
  }
  return rgb;
}

export function rgbaOfRgb(rgb) {
  const rgba = new Uint8Array((rgb.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from];
    rgba[to + 1] = rgb[from + 1];
    rgba[to + 2] = rgb[from + 2];
  }
  return rgba;
}
