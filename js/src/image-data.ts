import { argumentError, limpidError } from './errors.js';
import type { PixelFormat } from './generated.js';
import type { Pixels } from './types.js';

// Between the pixels of a page and those of the library.

/** An ImageData, or what stands for one in Node. The pixels borrow its memory. @throws LimpidError */
export function pixelsOfImageData(image: ImageData): Pixels {
  const { width, height, colorSpace } = image;
  const data: unknown = image.data;
  if (!(data instanceof Uint8ClampedArray || data instanceof Uint8Array)) {
    throw argumentError('8-bit samples', 'image.data', data);
  }
  if (colorSpace !== undefined && colorSpace !== 'srgb') {
    throw argumentError('srgb', 'image.colorSpace', colorSpace);
  }
  return {
    width_px: width,
    height_px: height,
    format: 'rgba8',
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/**
 * Pixels as an ImageData for a canvas. rgba8 is handed on without a copy: both share their memory.
 * Of 16 bits the upper 8 are kept, rounded.
 * @throws LimpidError environment.unsupported where there is no ImageData, argument.invalid
 */
export function toImageData(pixels: Pixels): ImageData {
  if (typeof ImageData !== 'function') throw limpidError('environment.unsupported', 'there is no ImageData here');
  const { width_px, height_px, format, data } = pixels;
  const layout = Object.hasOwn(LAYOUTS, format) ? LAYOUTS[format] : undefined;
  if (!layout) throw argumentError(`one of ${Object.keys(LAYOUTS).join(', ')}`, 'pixels.format', format);
  const bytes = width_px * height_px * layout.channels * layout.sample_bytes;
  if (!(data instanceof Uint8Array) || data.byteLength !== bytes) {
    throw argumentError(`${bytes} bytes in a Uint8Array`, 'pixels.data', data);
  }
  if (format === 'rgba8' && data.buffer instanceof ArrayBuffer) {
    return new ImageData(new Uint8ClampedArray(data.buffer, data.byteOffset, bytes), width_px, height_px);
  }
  return new ImageData(rgba8Of(data, width_px * height_px, layout), width_px, height_px);
}

interface Layout {
  readonly channels: number;
  readonly sample_bytes: number;
}

const LAYOUTS: Record<PixelFormat, Layout> = {
  gray8: { channels: 1, sample_bytes: 1 },
  rgb8: { channels: 3, sample_bytes: 1 },
  rgba8: { channels: 4, sample_bytes: 1 },
  gray16: { channels: 1, sample_bytes: 2 },
  rgb16: { channels: 3, sample_bytes: 2 },
  rgba16: { channels: 4, sample_bytes: 2 },
};

function rgba8Of(data: Uint8Array, pixels: number, { channels, sample_bytes }: Layout): Uint8ClampedArray<ArrayBuffer> {
  const sample = (index: number): number => {
    if (sample_bytes === 1) return data[index] ?? 0;
    const wide = (data[2 * index] ?? 0) + 256 * (data[2 * index + 1] ?? 0);
    // 65535 / 255 = 257: to the nearest.
    return Math.floor((wide + 128) / 257);
  };
  const rgba = new Uint8ClampedArray(4 * pixels);
  const hasAlpha = channels === 4;
  const green = channels === 1 ? 0 : 1;
  const blue = channels === 1 ? 0 : 2;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    rgba[4 * pixel] = sample(from);
    rgba[4 * pixel + 1] = sample(from + green);
    rgba[4 * pixel + 2] = sample(from + blue);
    rgba[4 * pixel + 3] = hasAlpha ? sample(from + 3) : 255;
  }
  return rgba;
}
