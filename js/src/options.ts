import { argumentError, limpidError } from './errors.js';
import { FILE_FORMATS, type Limits, METADATA_POLICIES, PIXEL_FORMATS, PRESETS } from './generated.js';
import { hasPixels, type Input } from './input.js';
import type { CompareOptions, PreviewOptions } from './preview-types.js';
import type { ModuleOptions } from './protocol.js';
import type {
  CallOptions,
  EncodeOptions,
  EnhanceOptions,
  MetadataBlocks,
  OutputKind,
  OutputOptions,
  Pixels,
  RenderOptions,
  SpareOption,
  Taste,
} from './types.js';
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkLimits,
  checkMembers,
  checkResize,
  checkShare,
  MAX_SIDE_PX,
  recipeJson,
} from './validate.js';

// What callers write, checked and as the module reads it.

const CHROMA_SUBSAMPLINGS = ['4:2:0', '4:2:2', '4:4:4'] as const;
const OUTPUT_KINDS = ['bytes', 'blob', 'imageData', 'pixels'] as const;
const BLOCK_NAMES = ['icc', 'exif', 'xmp'] as const;
const MIN_PREVIEW_SIDE_PX = 16;
const MAX_PREVIEW_SIDE_PX = 16_384;
const DEFAULT_PREVIEW_SIDE_PX = 1600;

const CALL_MEMBERS = ['limits', 'signal', 'onProgress', 'transfer'] as const;
const OUTPUT_MEMBERS = ['format', 'quality', 'chroma', 'progressive', 'lossless', 'metadata'] as const;
const TASTE_MEMBERS = ['recipe', 'preset', 'strength'] as const;
const ENHANCE_MEMBERS = [...TASTE_MEMBERS, 'output', 'resize', 'lut', 'lutStrength', 'spare'] as const;

export function checkSignal(signal: unknown): void {
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw argumentError('an AbortSignal', 'signal', signal);
}

function checkCall(options: CallOptions, base: Partial<Limits>): ModuleOptions {
  const { signal, onProgress, transfer } = options;
  checkSignal(signal);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw argumentError('a function', 'onProgress', onProgress);
  if (transfer !== undefined) checkBoolean(transfer, 'transfer');
  return { limits: { ...base, ...checkLimits(options.limits) } };
}

function checkOutput(options: OutputOptions): ModuleOptions {
  const { format, quality, chroma, progressive, lossless, metadata } = options;
  return {
    ...(format === undefined ? {} : { format: checkChoice(format, 'format', FILE_FORMATS) }),
    ...(quality === undefined ? {} : { quality: checkInteger(quality, 'quality', 1, 100) }),
    ...(chroma === undefined ? {} : { chroma: checkChoice(chroma, 'chroma', CHROMA_SUBSAMPLINGS) }),
    ...(progressive === undefined ? {} : { progressive: checkBoolean(progressive, 'progressive') }),
    ...(lossless === undefined ? {} : { lossless: checkBoolean(lossless, 'lossless') }),
    ...(metadata === undefined ? {} : { metadata: checkChoice(metadata, 'metadata', METADATA_POLICIES) }),
  };
}

function checkTaste({ recipe, preset, strength }: Taste): ModuleOptions {
  checkShare(strength, 'strength');
  return {
    ...(preset === undefined ? {} : { preset: checkChoice(preset, 'preset', PRESETS) }),
    ...(strength === undefined ? {} : { strength }),
    ...(recipe === undefined ? {} : { recipe: recipeJson(recipe) }),
  };
}

/** Preset and strength of a recipe that is decided. */
export function tasteOptions(preset: unknown, strength: unknown): ModuleOptions {
  return checkTaste({ preset, strength } as Taste);
}

export function callOptions(options: CallOptions, base: Partial<Limits>): ModuleOptions {
  checkMembers(options, CALL_MEMBERS);
  return checkCall(options, base);
}

/** Options of `render`. */
export function renderOptions(options: RenderOptions, base: Partial<Limits>): ModuleOptions {
  checkMembers(options, [...CALL_MEMBERS, 'spare']);
  return { ...checkCall(options, base), ...checkSpare(options) };
}

/** Only what is whole, and of one thread: handing it over takes nothing else along. */
function checkSpare({ spare }: SpareOption): ModuleOptions {
  if (spare === undefined) return {};
  if (!(spare instanceof Uint8Array)) throw argumentError('a Uint8Array', 'spare', spare);
  const isWhole = spare.buffer instanceof ArrayBuffer && spare.byteLength === spare.buffer.byteLength;
  return isWhole && spare.byteLength > 0 ? { spare } : {};
}

/** As they are sent: spare memory that another call was handed meanwhile is no longer there. */
export function sentOptions({ spare, ...rest }: ModuleOptions): ModuleOptions {
  return spare?.byteLength ? { ...rest, spare } : rest;
}

/** Options of `enhance`, and what its result is handed out as. */
export function enhanceOptions(
  options: EnhanceOptions,
  base: Partial<Limits>,
  input: Input,
): { readonly moduleOptions: ModuleOptions; readonly output: OutputKind } {
  checkMembers(options, [...CALL_MEMBERS, ...OUTPUT_MEMBERS, ...ENHANCE_MEMBERS]);
  const { resize, lut, lutStrength } = options;
  checkShare(lutStrength, 'lutStrength');
  const output = outputKind(options, input);
  return {
    output,
    moduleOptions: {
      ...checkCall(options, base),
      ...checkOutput(options),
      ...checkTaste(options),
      ...checkSpare(options),
      ...(resize === undefined ? {} : { resize: checkResize(resize) }),
      ...(lut === undefined ? {} : { lut: lutText(lut) }),
      ...(lutStrength === undefined ? {} : { lutStrength }),
      output: output === 'imageData' ? 'rgba8' : output === 'pixels' ? 'pixels' : 'file',
    },
  };
}

function outputKind({ output, format }: EnhanceOptions, input: Input): OutputKind {
  const kind = output === undefined ? naturalOutput(format, input) : checkChoice(output, 'output', OUTPUT_KINDS);
  if (kind === 'imageData') {
    if (typeof ImageData !== 'function') throw limpidError('environment.unsupported', 'there is no ImageData here');
  } else if (kind !== 'pixels' && hasPixels(input)) {
    // No file came in whose format could be kept.
    checkChoice(format, 'format', FILE_FORMATS);
  }
  return kind;
}

function naturalOutput(format: unknown, input: Input): OutputKind {
  if (!hasPixels(input) || format !== undefined) return 'bytes';
  return input.kind === 'pixels' ? 'pixels' : 'imageData';
}

function lutText(lut: unknown): Uint8Array {
  if (typeof lut === 'string') return new TextEncoder().encode(lut);
  if (lut instanceof Uint8Array) return new Uint8Array(lut);
  throw argumentError('the text of a .cube file, a string or Uint8Array', 'lut', lut);
}

export interface PreviewCall {
  readonly max_side_px: number;
  readonly moduleOptions: ModuleOptions;
}

function previewCall(options: PreviewOptions, base: Partial<Limits>): PreviewCall {
  const { max_side_px = DEFAULT_PREVIEW_SIDE_PX } = options;
  return {
    max_side_px: checkInteger(max_side_px, 'max_side_px', MIN_PREVIEW_SIDE_PX, MAX_PREVIEW_SIDE_PX),
    moduleOptions: checkCall(options, base),
  };
}

export function previewOptions(options: PreviewOptions, base: Partial<Limits>): PreviewCall {
  checkMembers(options, [...CALL_MEMBERS, 'max_side_px']);
  return previewCall(options, base);
}

export function compareOptions(options: CompareOptions, base: Partial<Limits>): PreviewCall {
  checkMembers(options, [...CALL_MEMBERS, ...TASTE_MEMBERS, 'max_side_px']);
  const { max_side_px, moduleOptions } = previewCall(options, base);
  return { max_side_px, moduleOptions: { ...moduleOptions, ...checkTaste(options) } };
}

export function encodeOptions(options: EncodeOptions, base: Partial<Limits>): ModuleOptions {
  checkMembers(options, [...CALL_MEMBERS, ...OUTPUT_MEMBERS, 'blocks']);
  checkChoice(options.format, 'format', FILE_FORMATS);
  return {
    ...checkCall(options, base),
    ...checkOutput(options),
    ...(options.blocks === undefined ? {} : { blocks: checkBlocks(options.blocks) }),
  };
}

/** Copies: they are handed to the worker. */
function checkBlocks(blocks: unknown): Partial<MetadataBlocks> {
  if (typeof blocks !== 'object' || blocks === null) throw argumentError('an object', 'blocks', blocks);
  const checked: Record<string, Uint8Array> = {};
  for (const [name, block] of Object.entries(blocks)) {
    checkChoice(name, 'the name of a metadata block', BLOCK_NAMES);
    if (!(block instanceof Uint8Array)) throw argumentError('a Uint8Array', `blocks.${name}`, block);
    checked[name] = new Uint8Array(block);
  }
  return checked;
}

export function checkPixels(pixels: Pixels): Pixels {
  if (typeof pixels !== 'object' || pixels === null) throw argumentError('pixels', 'pixels', pixels);
  const { data } = pixels;
  if (!(data instanceof Uint8Array)) throw argumentError('a Uint8Array', 'pixels.data', data);
  return {
    width_px: checkInteger(pixels.width_px, 'pixels.width_px', 1, MAX_SIDE_PX),
    height_px: checkInteger(pixels.height_px, 'pixels.height_px', 1, MAX_SIDE_PX),
    format: checkChoice(pixels.format, 'pixels.format', PIXEL_FORMATS),
    data,
  };
}
