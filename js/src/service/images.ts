import { argumentError } from '../errors.js';
import { FILE_FORMATS, PRESETS } from '../generated.js';
import { checkChoice, checkInteger, checkMembers, checkResize, checkShare, recipeJson } from '../validate.js';
import type { ServiceRequest } from './http.js';
import type { ServiceEnhanceOptions, ServiceImage, ServiceInput, ServiceResize } from './types.js';

const ENHANCE_OPTIONS = ['signal', 'format', 'quality', 'preset', 'strength', 'resize', 'recipe'];

export function checkImage(image: unknown): ServiceInput {
  if (image instanceof Blob || image instanceof ArrayBuffer || ArrayBuffer.isView(image)) return image as ServiceInput;
  throw argumentError('a Blob, an ArrayBuffer or a view of one', 'image', image);
}

/** Without exponent, which the service does not read. */
function decimal(value: number): string {
  return value.toFixed(6);
}

/** As the service spells it; it enlarges nothing unless it is told to, and `resize` of the library does. */
function addSize(query: URLSearchParams, resize: ServiceResize): void {
  const { width_px, height_px, fit, enlarge = true } = checkResize(resize);
  checkMembers(resize, ['width_px', 'height_px', 'fit', 'enlarge']);
  if (width_px !== undefined) query.set('width', String(width_px));
  if (height_px !== undefined) query.set('height', String(height_px));
  if (fit !== undefined) query.set('fit', fit);
  query.set('enlarge', String(enlarge));
}

function parameters(options: ServiceEnhanceOptions): URLSearchParams {
  const query = new URLSearchParams();
  const { format, quality, preset, resize } = options;
  const strength = checkShare(options.strength, 'strength');
  if (format !== undefined) query.set('format', checkChoice(format, 'format', FILE_FORMATS));
  if (quality !== undefined) query.set('quality', String(checkInteger(quality, 'quality', 1, 100)));
  if (preset !== undefined) query.set('preset', checkChoice(preset, 'preset', PRESETS));
  if (strength !== undefined) query.set('strength', decimal(strength));
  if (resize !== undefined) addSize(query, resize);
  return query;
}

/** A recipe may be longer than an address: then everything is a field of a form. */
function formOf(image: ServiceInput, recipe: Uint8Array): FormData {
  const form = new FormData();
  form.set('recipe', new TextDecoder().decode(recipe));
  form.set('file', new Blob([image as BlobPart], { type: 'application/octet-stream' }), 'photo');
  return form;
}

/** @param more names of options that the caller has read */
export function enhanceRequest(
  path: string,
  image: ServiceInput,
  options: ServiceEnhanceOptions,
  more: readonly string[] = [],
): ServiceRequest {
  checkMembers(options, [...ENHANCE_OPTIONS, ...more]);
  const checked = checkImage(image);
  const { recipe, signal } = options;
  const body = recipe === undefined ? checked : formOf(checked, recipeJson(recipe));
  return { method: 'POST', path, query: parameters(options), body, signal };
}

export async function readImage(response: Response): Promise<ServiceImage> {
  return {
    bytes: new Uint8Array(await response.arrayBuffer()),
    mediaType: response.headers.get('Content-Type') ?? '',
    requestId: response.headers.get('X-Request-Id') ?? '',
  };
}
