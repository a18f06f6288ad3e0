import { readFile, writeFile } from 'node:fs/promises';
import { createPool } from 'limpid';

const names = ['photo.jpg', 'photo.jpg', 'photo.jpg'];

async function* files() {
  for (const name of names) yield await readFile(name);
}

const pool = await createPool();
let count = 0;
for await (const { bytes } of pool.map(files(), { preset: 'vivid', format: 'webp' })) {
  await writeFile(`${++count}.webp`, bytes);
}
pool.dispose();
console.log(count);
