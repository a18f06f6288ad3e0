// The entry limpid/client: talks to limpidd. It needs fetch() and nothing else of the package: no .wasm file is loaded.

import type { ImageInfo } from '../generated.js';
import { checkMembers } from '../validate.js';
import { Http, readJson } from './http.js';
import { checkImage, enhanceRequest, readImage } from './images.js';
import { Jobs } from './jobs.js';
import type { Client, ClientOptions, ServiceAnalysis, ServiceCallOptions, ServiceInput } from './types.js';

export { LimpidError } from '../errors.js';
export type { Analysis, ErrorCode, FileFormat, ImageInfo, Preset, Recipe, RecipeInput } from '../generated.js';
export type { Resize } from '../types.js';
export { ServiceError } from './errors.js';
export type * from './types.js';

async function describe(http: Http, path: string, image: ServiceInput, options: ServiceCallOptions): Promise<unknown> {
  checkMembers(options, ['signal']);
  return http.call({ method: 'POST', path, body: checkImage(image), signal: options.signal }, readJson);
}

/**
 * A client of one service. It holds no connection of its own and needs no disposal. Calls reject with a
 * ServiceError whose code is that of docs/errors.md, or with a LimpidError for arguments and for
 * run.cancelled. In browsers the service must name the page's origin in `cors_origins`.
 */
export function createClient(options: ClientOptions): Client {
  const http = new Http(options);
  return {
    enhance: async (image, given = {}) => http.call(enhanceRequest('v1/enhance', image, given), readImage),
    analyse: async (image, given = {}) => (await describe(http, 'v1/analyse', image, given)) as ServiceAnalysis,
    inspect: async (image, given = {}) => (await describe(http, 'v1/inspect', image, given)) as ImageInfo,
    jobs: new Jobs(http),
  };
}
