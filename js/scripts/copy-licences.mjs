// The licence and those of the libraries inside the .wasm files go where the tarball takes them from.

import { copyFileSync } from 'node:fs';

for (const name of ['LICENSE', 'THIRD-PARTY-NOTICES.md']) {
  copyFileSync(new URL(`../../${name}`, import.meta.url), new URL(`../${name}`, import.meta.url));
}
