import { toImageData } from 'limpid';
import { createSecurity } from 'limpid/security';
import wasmUrl from 'limpid/wasm/limpid-security.wasm';
import toolsWasmUrl from 'limpid/wasm/limpid-security-tools.wasm';

const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The look of a photo at some strength. */
async function show(enhancer, canvas, strength) {
  const preview = await enhancer.preview('photo.jpg', { max_side_px: 400 });
  const { pixels, histogram } = await preview.render(await preview.recipeFor('vivid', strength));
  canvas.width = pixels.width_px;
  canvas.height = pixels.height_px;
  canvas.getContext('2d').putImageData(toImageData(pixels), 0, 0);
  preview.dispose();
  return histogram;
}

export async function report(enhancer, blob, recipe) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const security = await createSecurity({ wasmUrl, toolsWasmUrl });
  const canvas = document.createElement('canvas');
  const { luma } = await show(enhancer, canvas, 0.5);
  return {
    digest: hex(await crypto.subtle.digest('SHA-256', bytes)),
    mediaType: blob.type,
    sniffed: security.sniff(bytes),
    explained: recipe.exposure.reason !== '',
    shown: canvas.width === 400 && luma.reduce((sum, count) => sum + count) === 400 * canvas.height,
  };
}
