// What both entries export beside createEnhancer.

export { LimpidError } from './errors.js';
export type * from './generated.js';
export { DEFAULT_LIMITS, VERSION } from './generated.js';
export type * from './types.js';
