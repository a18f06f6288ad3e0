// Writes the CommonJS form of what Node loads: dist/**/*.cjs and the types beside it, for not every
// Node 20 can `require` an ES module. Both forms share the worker, the glue and the .wasm files.
//
// Rolldown rather than a second run of tsc, which refuses import.meta for CommonJS.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = new URL('../', import.meta.url);
const dist = fileURLToPath(new URL('dist/', root));
const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

/** Every file that package.json has for `require`, as a name below dist. */
function requiredFiles(entry) {
  if (typeof entry === 'string') return /^\.\/dist\/(.+)\.cjs$/.exec(entry)?.slice(1) ?? [];
  return Object.values(entry).flatMap(requiredFiles);
}
const entries = [...new Set(requiredFiles(exports))];

/**
 * emcc's glue is an ES module, and starts threads from its own file: it stays where it is, and is
 * loaded when the first module is started. Nobody sees a difference, for its one export is asynchronous.
 */
function lazyGlue() {
  const LAZY = '\0lazy:';
  const paths = new Map();
  return {
    name: 'lazy-glue',
    async resolveId(source, importer) {
      if (!source.endsWith('.mjs')) return null;
      if (importer?.startsWith(LAZY)) return { id: source, external: 'relative' };
      const { id } = await this.resolve(source, importer, { skipSelf: true });
      const name = LAZY + id.split('/').at(-1);
      paths.set(name, id);
      return { id: name };
    },
    load(id) {
      if (!paths.has(id)) return null;
      return `export default async (options) => (await import(${JSON.stringify(paths.get(id))})).default(options);`;
    },
  };
}

async function writeCode() {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, `${dist}${name}.js`])),
    platform: 'node',
    plugins: [lazyGlue()],
    experimental: { attachDebugInfo: 'none' },
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  await bundle.write({
    dir: dist,
    format: 'cjs',
    exports: 'named',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'shared-[name].cjs',
  });
  await bundle.close();
}

/**
 * Types are resolved by module system: TypeScript takes a .d.ts of this package for an ES module. So
 * the declarations that the entries reach are written again, and name each other .cjs.
 */
function writeTypes() {
  const reached = new Set(entries.map((name) => new URL(`dist/${name}.js`, root).href));
  for (const href of reached) {
    const text = readFileSync(new URL(href.replace(/\.js$/, '.d.ts')), 'utf8');
    const renamed = text.replace(/((?:from |import\()['"])(\.{1,2}\/[^'"]*)\.js(?=['"])/g, (_, before, path) => {
      reached.add(new URL(`${path}.js`, href).href);
      return `${before}${path}.cjs`;
    });
    writeFileSync(new URL(href.replace(/\.js$/, '.d.cts')), renamed);
  }
}

await writeCode();
writeTypes();
