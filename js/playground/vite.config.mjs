// The page is built into build/playground: hashed files, no inline script or style, so that it runs under the
// strictest content security policy WebAssembly allows.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { licences } from './scripts/licences-plugin.mjs';
import { serviceWorker } from './scripts/service-worker-plugin.mjs';

export default defineConfig({
  base: './',
  build: {
    outDir: fileURLToPath(new URL('../../build/playground', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL would need to be allowed by the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
  plugins: [licences(), serviceWorker()],
});
