import { argumentError, limpidError } from './errors.js';
import {
  DEFAULT_LIMITS,
  FILE_FORMATS,
  type Limits,
  METADATA_POLICIES,
  PIXEL_FORMATS,
  PRESETS,
  type RecipeInput,
} from './generated.js';
import type { ModuleOptions } from './protocol.js';
import type {
  BytesLike,
  CallOptions,
  EncodeOptions,
  EnhanceOptions,
  MetadataBlocks,
  OutputOptions,
  Pixels,
} from './types.js';

const CHROMA_SUBSAMPLINGS = ['4:2:0', '4:2:2', '4:4:4'] as const;
const BLOCK_NAMES = ['icc', 'exif', 'xmp'] as const;
const MAX_SIDE_PX = 65_535;

const CALL_MEMBERS = ['limits', 'signal', 'onProgress', 'transfer'] as const;
const OUTPUT_MEMBERS = ['format', 'quality', 'chroma', 'progressive', 'lossless', 'metadata'] as const;

/** A misspelt option must not be silently without effect. */
export function checkMembers(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw argumentError('an object', 'options', options);
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw argumentError(`one of ${known.join(', ')}`, 'the name of an option', name);
  }
}

export function checkInteger(value: unknown, name: string, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw argumentError(`an integer from ${min} to ${max}`, name, value);
}

export function checkBoolean(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  throw argumentError('true or false', name, value);
}

export function checkChoice<Choice extends string>(value: unknown, name: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw argumentError(`one of ${choices.join(', ')}`, name, value);
}

export function checkUrl(value: unknown, name: string): string | URL | undefined {
  if (value === undefined || typeof value === 'string' || value instanceof URL) return value;
  throw argumentError('a URL or string', name, value);
}

export function checkThreads(value: unknown): 'auto' | number {
  if (value === undefined) return 1;
  if (value === 'auto') return value;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 256) return value;
  throw argumentError("'auto' or an integer from 1 to 256", 'threads', value);
}

export function checkEnhancerOptions(options: unknown): void {
  checkMembers(options, ['threads', 'wasmUrl', 'limits']);
}

export function checkLimits(limits: unknown): Partial<Limits> {
  if (limits === undefined) return {};
  if (typeof limits !== 'object' || limits === null) throw argumentError('an object', 'limits', limits);
  const checked: Record<string, number> = {};
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw argumentError(`one of ${Object.keys(DEFAULT_LIMITS).join(', ')}`, 'the name of a limit', name);
    }
    if (value !== undefined) checked[name] = checkInteger(value, `limits.${name}`, 0, Number.MAX_SAFE_INTEGER);
  }
  return checked;
}

function checkCall(options: CallOptions, base: Partial<Limits>): ModuleOptions {
  const { signal, onProgress, transfer } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw argumentError('an AbortSignal', 'signal', signal);
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

export function callOptions(options: CallOptions, base: Partial<Limits>): ModuleOptions {
  checkMembers(options, CALL_MEMBERS);
  return checkCall(options, base);
}

export function enhanceOptions(options: EnhanceOptions, base: Partial<Limits>): ModuleOptions {
  checkMembers(options, [...CALL_MEMBERS, ...OUTPUT_MEMBERS, 'recipe', 'preset', 'strength']);
  const { recipe, preset, strength } = options;
  if (strength !== undefined && !(typeof strength === 'number' && strength >= 0 && strength <= 1)) {
    throw argumentError('a number from 0 to 1', 'strength', strength);
  }
  return {
    ...checkCall(options, base),
    ...checkOutput(options),
    ...(preset === undefined ? {} : { preset: checkChoice(preset, 'preset', PRESETS) }),
    ...(strength === undefined ? {} : { strength }),
    ...(recipe === undefined ? {} : { recipe: recipeJson(recipe) }),
  };
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

function checkBlocks(blocks: unknown): Partial<MetadataBlocks> {
  if (typeof blocks !== 'object' || blocks === null) throw argumentError('an object', 'blocks', blocks);
  const checked: Record<string, Uint8Array> = {};
  for (const [name, block] of Object.entries(blocks)) {
    checkChoice(name, 'the name of a metadata block', BLOCK_NAMES);
    if (!(block instanceof Uint8Array)) throw argumentError('a Uint8Array', `blocks.${name}`, block);
    checked[name] = block;
  }
  return checked;
}

/** Recipe as UTF-8 JSON. What is in it is checked by the library, which is the one place that knows. */
export function recipeJson(recipe: RecipeInput | string): Uint8Array {
  if (typeof recipe === 'string') return new TextEncoder().encode(recipe);
  if (typeof recipe !== 'object' || recipe === null) throw argumentError('a recipe', 'recipe', recipe);
  try {
    return new TextEncoder().encode(JSON.stringify(recipe));
  } catch (cause) {
    throw limpidError('recipe.malformed', 'the object cannot be written as JSON', { cause });
  }
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

/** Checked before a byte is read or copied. */
export function checkImage(image: BytesLike, limits: Partial<Limits> | undefined): void {
  if (!(image instanceof Uint8Array || image instanceof ArrayBuffer || image instanceof Blob)) {
    throw argumentError('a Uint8Array, ArrayBuffer or Blob', 'image', image);
  }
  const size = image instanceof Blob ? image.size : image.byteLength;
  const limit = limits?.max_file_bytes ?? DEFAULT_LIMITS.max_file_bytes;
  if (size > limit) throw limpidError('image.too_large', `${size} bytes; max_file_bytes is ${limit}`);
}
