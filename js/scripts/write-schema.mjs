// Rewrites docs/recipe.schema.json from the built module. test/node/schema.test.mjs fails when it is stale.

import { writeFileSync } from 'node:fs';
import { openEngine } from '../test/support/engines.mjs';

const { module } = await openEngine('simd');
const schema = JSON.parse(module.recipeSchema());
writeFileSync(new URL('../../docs/recipe.schema.json', import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
