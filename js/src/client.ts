import type { Enhancer, Pool, PoolOptions } from './api.js';
import { workerConfig } from './config.js';
import { WorkerEnhancer } from './enhancer.js';
import type { Platform } from './platform.js';
import { poolSize, WorkerPool } from './pool.js';
import type { EnhancerOptions } from './types.js';
import { checkLimits } from './validate.js';

/** The createEnhancer of a platform. */
export async function createEnhancerOn(platform: Platform, options: EnhancerOptions = {}): Promise<Enhancer> {
  return new WorkerEnhancer(workerConfig(platform, options), checkLimits(options.limits));
}

/** The createPool of a platform. */
export async function createPoolOn(platform: Platform, options: PoolOptions = {}): Promise<Pool> {
  const config = workerConfig(platform, options, ['size']);
  return new WorkerPool(config, checkLimits(options.limits), poolSize(config, options.size));
}
