import type { EnhancedByModule } from './engine.js';
import { toImageData } from './image-data.js';
import type { AnyEnhanced, OutputKind, Pixels } from './types.js';

/** What the module gave, as it was asked for. */
export function enhancedAs(output: OutputKind, { bytes, pixels, report }: EnhancedByModule): AnyEnhanced {
  const { recipe } = report;
  if (output === 'imageData') return { imageData: toImageData(pixels as Pixels), recipe, report };
  if (output === 'pixels') return { pixels: pixels as Pixels, recipe, report };
  const file = bytes as Uint8Array<ArrayBuffer>;
  const mediaType = `image/${report.output_format}`;
  return output === 'blob'
    ? { blob: new Blob([file], { type: mediaType }), mediaType, recipe, report }
    : { bytes: file, mediaType, recipe, report };
}
