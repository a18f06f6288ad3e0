import { readFile, writeFile } from 'node:fs/promises';
import { createClient } from 'limpid/client';

const photo = await readFile('photo.jpg');
const [, , url, key] = process.argv;

const client = createClient({ url, apiKey: key });
const { bytes } = await client.enhance(photo, { preset: 'vivid', format: 'webp' });

const job = await client.jobs.submit(photo);
const image = await client.jobs.result(job.id, { onChange: ({ status }) => console.log(status) });
await writeFile('now.webp', bytes);
await writeFile('later.jpg', image.bytes);
