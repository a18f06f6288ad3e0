// The files that lie, in Node and in a page.

/** @param read  name of a file -> bytes; @returns rows of `{ name, bytes, answer }` */
export async function hostileFiles(read) {
  const rows = new TextDecoder()
    .decode(await read('expected.txt'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '));
  if (rows.length < 70) throw new Error(`expected.txt has only ${rows.length} rows`);
  return Promise.all(rows.map(async ([name, answer]) => ({ name, answer, bytes: new Uint8Array(await read(name)) })));
}
