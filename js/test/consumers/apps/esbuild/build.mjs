import * as esbuild from 'esbuild';

await esbuild.build({
  entryPoints: ['main.js', { in: 'limpid/worker', out: 'worker' }],
  bundle: true,
  format: 'esm',
  loader: { '.wasm': 'file' },
  outdir: 'dist',
});
