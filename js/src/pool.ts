import type { Items, MapContext, MapEnhanceOptions, MapOptions, Pool } from './api.js';
import { WorkerEnhancer } from './enhancer.js';
import { argumentError } from './errors.js';
import type { Limits } from './generated.js';
import type { WorkerConfig } from './lane.js';
import { mapped } from './map.js';
import { checkSignal } from './options.js';
import type { AnyEnhanced, ImageInput } from './types.js';
import { checkBoolean, checkInteger, checkMembers } from './validate.js';

const MAX_SIZE = 64;
/** Each worker holds images of its own: more would run out of memory before they run out of work. */
const MAX_AUTO_SIZE = 8;

export function poolSize({ platform, threads }: WorkerConfig, size: unknown): number {
  if (size !== undefined && size !== 'auto') return checkInteger(size, 'size', 1, MAX_SIZE);
  return Math.max(1, Math.min(Math.floor(platform.cores() / threads), MAX_AUTO_SIZE));
}

type Work = (item: unknown, context: MapContext) => unknown;

export class WorkerPool extends WorkerEnhancer implements Pool {
  readonly size: number;
  /** As a member, for the overloads of its type. */
  readonly map = ((items: Items<unknown>, work?: Work | MapEnhanceOptions, options?: MapOptions) =>
    this.#map(items, work, options)) as Pool['map'];

  constructor(config: WorkerConfig, limits: Partial<Limits>, size: number) {
    super(config, limits, size);
    this.size = size;
  }

  #map(items: Items<unknown>, work: Work | MapEnhanceOptions = {}, options: MapOptions = {}) {
    // A string is iterable, but nobody means its characters.
    const isItems =
      typeof items === 'object' && items !== null && (Symbol.iterator in items || Symbol.asyncIterator in items);
    if (!isItems) throw argumentError('an iterable', 'items', items);
    checkMembers(options, ['ordered', 'signal']);
    const { ordered = true, signal } = options;
    checkBoolean(ordered, 'ordered');
    checkSignal(signal);
    if (typeof work !== 'function' && (typeof work !== 'object' || work === null))
      throw argumentError('a function or options of enhance', 'the second argument', work);
    const each: Work =
      typeof work === 'function'
        ? work
        : (image, { signal: stop }): Promise<AnyEnhanced> =>
            this.enhance(image as ImageInput, { ...work, signal: stop });
    return mapped(items, each, { size: this.size, ordered, signal });
  }
}
