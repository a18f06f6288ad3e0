// Checks rows of tests/parity/golden.txt against any implementation of the calls. Runs in Node and in
// a page, so it imports nothing.

/** What the name of a row begins with whose recipe is decided with a preset. */
const PRESET = 'preset:';

const STAGES = ['decoded', 'rendered', 'jpeg', 'png', 'webp'];

/** `<sha256 or error:code> <stage> <input> <recipe>`; an input may hold spaces. */
export function parseGolden(text) {
  const rows = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const match = /^([0-9a-f]{64}|error:[a-z_.]+) (\S+) (.+) (\S+)$/.exec(line);
      if (!match || !STAGES.includes(match[2])) throw new Error(`golden.txt: not a row: ${line}`);
      const [, digest, stage, input, recipe] = match;
      if ((stage === 'decoded') !== (recipe === '-')) throw new Error(`golden.txt: recipe does not fit stage: ${line}`);
      return { digest, stage, input, recipe };
    });
  if (rows.length === 0) throw new Error('golden.txt has no rows');
  return rows;
}

export function recipesOf(rows) {
  return [...new Set(rows.map((row) => row.recipe))].filter(
    (name) => name !== '-' && name !== 'auto' && !name.startsWith(PRESET),
  );
}

export function inputsOf(rows) {
  return [...new Set(rows.map((row) => row.input))];
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Bytes of one row; `decode` gives the pixels of the input `file`. */
async function bytesOf(row, api, file, decode, recipes) {
  if (row.stage === 'decoded') return (await decode()).pixels.data;
  if (row.recipe.startsWith(PRESET)) {
    return (await api.enhance(file, { format: row.stage, preset: row.recipe.slice(PRESET.length) })).bytes;
  }
  const recipe = row.recipe === 'auto' ? undefined : recipes[row.recipe];
  if (row.stage === 'rendered') {
    const applied = recipe ?? (await api.analyse(file)).recipe;
    return (await api.render((await decode()).pixels, applied)).data;
  }
  return (await api.enhance(file, { format: row.stage, ...(recipe && { recipe }) })).bytes;
}

/**
 * Compare every row. Limits are the library's defaults.
 * @param load     path of an input -> Uint8Array
 * @param recipes  name -> recipe
 * @returns number of rows checked and the rows that differ, as text
 */
export async function checkRows(rows, { api, load, recipes }) {
  const differences = [];
  let checked = 0;
  for (const input of inputsOf(rows)) {
    const file = await load(input);
    let decoded;
    const decode = () => {
      decoded ??= api.decode(file);
      return decoded;
    };
    for (const row of rows.filter((candidate) => candidate.input === input)) {
      const digest = await bytesOf(row, api, file, decode, recipes).then(sha256, (error) => `error:${error.code}`);
      if (digest !== row.digest) {
        differences.push(`${row.stage} ${row.input} ${row.recipe}: ${digest}, golden ${row.digest}`);
      }
      checked++;
    }
  }
  return { checked, differences };
}
