// What chromium.mjs calls in the page.

import { measurePeer } from './measure.mjs';

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function base64(bytes) {
  const reader = new FileReader();
  const url = await new Promise((resolve, reject) => {
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([bytes]));
  });
  return url.slice(url.indexOf(',') + 1);
}

window.measureInPage = async ({ module, files, ...request }) => {
  const peer = await import(`./${module}.mjs`);
  const { row, output } = await measurePeer(peer, { ...request, load: (what) => get(files[what]) });
  return { row, output: output && (await base64(output)) };
};
