// Serves build/playground on loopback: serve.mjs [PORT]. LIMPID_ISOLATED=1 sends the headers that threads need.

import { servePlayground } from './server.mjs';

const port = Number(process.argv[2] ?? process.env.PORT ?? 8080);
const isolated = process.env.LIMPID_ISOLATED === '1';

try {
  const { origin } = await servePlayground({ port, isolated });
  console.log(`playground: ${origin}/${isolated ? ' (cross-origin isolated, with threads)' : ''}`);
  console.log('playground: Ctrl+C ends it');
} catch (error) {
  console.error(
    `playground: ${error.code === 'EADDRINUSE' ? `port ${port} is taken: PORT=8081 make playground` : error.message}`,
  );
  process.exitCode = 1;
}
