// What both entries export beside createEnhancer.

export type * from './api.js';
export { LimpidError } from './errors.js';
export type * from './generated.js';
export { DEFAULT_LIMITS, VERSION } from './generated.js';
export { toImageData } from './image-data.js';
export type * from './preview-types.js';
export type * from './types.js';
