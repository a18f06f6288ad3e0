// What both entries of limpid/security export beside the calls.

export { LimpidError } from '../errors.js';
export type {
  ErrorCode,
  FileFormat,
  ImageInfo,
  LicenseState,
  Limits,
  Recipe,
  RecipeInput,
  WebhookDialect,
} from '../generated.js';
export { DEFAULT_LIMITS, VERSION } from '../generated.js';
export type { Deferred, SecurityCalls } from './security.js';
export type * from './types.js';
