const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createEnhancer, LimpidError } = require('limpid');
const node = require('limpid/node');
const security = require('limpid/security');
const sync = require('limpid/sync');

async function main() {
  const photo = readFileSync('photo.jpg');
  const enhancer = await createEnhancer();
  const { bytes, mediaType, recipe } = await enhancer.enhance(photo);
  enhancer.dispose();

  const engine = await sync.createSyncEngine({ integrity: true });
  console.log(
    JSON.stringify({
      digest: createHash('sha256').update(bytes).digest('hex'),
      mediaType,
      sniffed: await security.sniff(bytes),
      explained: recipe.exposure.reason !== '',
      oneClass: [node, security, sync].every((entry) => entry.LimpidError === LimpidError),
      sameInThisThread: Buffer.compare(engine.enhance(photo).bytes, bytes) === 0,
    }),
  );
}

main();
