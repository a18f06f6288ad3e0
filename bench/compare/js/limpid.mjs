// limpid's npm package: with one thread limpid/sync, with more an enhancer, whose worker gets a copy of the pixels.

import { inNode } from './measure.mjs';

const dist = '../../../js/dist';

async function json(path) {
  const url = new URL(path, import.meta.url);
  if (!inNode) return (await fetch(url)).json();
  const { readFile } = await import('node:fs/promises');
  return JSON.parse(await readFile(url, 'utf8'));
}

async function engineWith(threads) {
  if (threads === 1) return (await import(inNode ? `${dist}/node-sync.js` : `${dist}/sync.js`)).createSyncEngine();
  const enhancer = await (await import(inNode ? `${dist}/node.js` : `${dist}/index.js`)).createEnhancer({ threads });
  await enhancer.inspect(new Uint8Array(3)).catch(() => undefined); // starts the worker
  return enhancer;
}

export async function open({ threads }) {
  const recipes = await json('../recipes.json');
  const { version } = await json('../../../js/package.json');
  const engine = await engineWith(threads);
  const output = ({ data, width_px, height_px }) => ({ rgb: data, width: width_px, height: height_px });
  // Peers have their results in the memory of their heap that the result before was in.
  let spare;
  const inSpare = async (render) => {
    const made = await render({ spare });
    spare = made.data;
    return made;
  };

  const operations = (input) => {
    const pixels = () => ({ width_px: input.width, height_px: input.height, format: 'rgb8', data: input.rgb });
    const onPixels = (settings, run) => ({ settings, run, output });
    const rendered = Object.entries(recipes).map(([name, recipe]) => [
      name,
      onPixels(`render(${JSON.stringify(recipe)})`, () =>
        inSpare((options) => engine.render(pixels(), recipe, options)),
      ),
    ]);
    return {
      ...Object.fromEntries(rendered),
      // Peers measure their means and percentiles too.
      chain: onPixels(`analyse, render(${JSON.stringify(recipes.chain)})`, async () => {
        await engine.analyse(pixels());
        return inSpare((options) => engine.render(pixels(), recipes.chain, options));
      }),
      up2: onPixels('resize, lanczos3', () => engine.resize(pixels(), { width_px: input.width * 2 })),
      down2: onPixels('resize, lanczos3', () => engine.resize(pixels(), { width_px: input.width / 2 })),
      auto: {
        settings: 'enhance to pixels, its own recipe',
        run: () => engine.enhance(pixels(), { output: 'pixels' }),
        output: (made) => output(made.pixels),
      },
      decode: {
        settings: 'decode',
        fromFile: true,
        run: () => engine.decode(input.jpeg),
        output: (made) => output(made.pixels ?? made),
      },
      encode: {
        settings: 'encode, quality 90',
        run: () => engine.encode(pixels(), { format: 'jpeg', quality: 90 }),
        output: (file) => ({ file }),
      },
      jpeg: {
        settings: 'enhance, its own recipe, quality 90',
        fromFile: true,
        run: () => engine.enhance(input.jpeg),
        output: ({ bytes }) => ({ file: bytes }),
      },
    };
  };
  return { name: 'limpid', version, operations };
}
