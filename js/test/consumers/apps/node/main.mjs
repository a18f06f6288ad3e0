import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createEnhancer, LimpidError } from 'limpid';
import * as node from 'limpid/node';
import * as security from 'limpid/security';
import * as sync from 'limpid/sync';

const photo = await readFile('photo.jpg');
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
