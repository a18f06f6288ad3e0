// node examples/node/enhance.mjs IN OUT [RECIPE.json]
// With the package installed the import is: import { createEnhancer } from 'limpid';
import { readFile, writeFile } from 'node:fs/promises';
import { createEnhancer } from '../../js/dist/node.js';

const [input, output, recipeFile] = process.argv.slice(2);
if (!input || !output) {
  console.error('usage: enhance.mjs IN OUT [RECIPE.json]');
  process.exit(2);
}

const enhancer = await createEnhancer();
try {
  const recipe = recipeFile && (await readFile(recipeFile, 'utf8'));
  const { bytes } = await enhancer.enhance(await readFile(input), { recipe: recipe || undefined });
  await writeFile(output, bytes);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  enhancer.dispose();
}
