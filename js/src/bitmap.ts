import { limpidError } from './errors.js';
import { pixelsOfImageData } from './image-data.js';
import type { Pixels } from './types.js';

/** Pixels of a bitmap. @throws LimpidError */
export function pixelsOfBitmap(bitmap: ImageBitmap): Pixels {
  const { width, height } = bitmap;
  const canvas = typeof OffscreenCanvas === 'function' ? new OffscreenCanvas(width, height) : undefined;
  const context = canvas?.getContext('2d', { willReadFrequently: true });
  if (!context) throw limpidError('environment.unsupported', 'an ImageBitmap needs an OffscreenCanvas');
  context.drawImage(bitmap, 0, 0);
  return pixelsOfImageData(context.getImageData(0, 0, width, height));
}
