import { argumentError, LimpidError, limpidError, secretArgumentError } from '../errors.js';
import { parsePlain } from '../security/plain.js';
import type { JsonValue } from '../security/types.js';
import { checkInteger, checkMembers } from '../validate.js';
import { responseError, type ServiceError, transportError } from './errors.js';
import type { ClientOptions, ServiceInput } from './types.js';

const OPTIONS = ['url', 'apiKey', 'fetch', 'retries', 'max_retry_wait_ms'];
const FIRST_WAIT_MS = 250;
const MAX_TIMER_MS = 86_400_000;
/** No cookies, no copy on the disk, no address of the page. Runtimes without pages refuse members that they do not have. */
const PRIVATE = Object.entries({ credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' } as const);
/** Busy; and gateways that do not reach the service. */
const PASSING = new Set([429, 502, 503]);

export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the service's address, without a slash before it. */
  readonly path: string;
  readonly query?: URLSearchParams | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ServiceInput | FormData | undefined;
  readonly signal?: AbortSignal | undefined;
}

function baseOf(value: unknown): URL {
  const expected = 'an http: or https: URL without user, query and fragment';
  // It may hold a password where none should be.
  if (typeof value !== 'string' && !(value instanceof URL)) throw secretArgumentError(expected, 'url', value);
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw secretArgumentError(expected, 'url', value);
  }
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!/^https?:$/.test(url.protocol) || !plain) throw secretArgumentError(expected, 'url', value);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** Resolves after a time, or rejects when the signal says so. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(limpidError('run.cancelled'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Doubling from a quarter of a second, and never the same for all who wait. */
export function backoffMs(attempt: number): number {
  return FIRST_WAIT_MS * 2 ** Math.min(attempt, 10) * (0.5 + Math.random() / 2);
}

/** Sends requests to one service: its address, its key, and when to try again. */
export class Http {
  readonly #base: URL;
  readonly #apiKey: ClientOptions['apiKey'];
  readonly #fetch: NonNullable<ClientOptions['fetch']>;
  readonly retries: number;
  readonly #maxWait_ms: number;

  constructor(options: ClientOptions) {
    checkMembers(options, OPTIONS);
    this.#base = baseOf(options.url);
    const { apiKey } = options;
    if (apiKey !== undefined && typeof apiKey !== 'string' && typeof apiKey !== 'function') {
      throw secretArgumentError('a string or a function', 'apiKey', apiKey);
    }
    this.#apiKey = apiKey;
    const given: ClientOptions['fetch'] = options.fetch ?? globalThis.fetch;
    if (typeof given !== 'function') throw argumentError('a function', 'fetch', given);
    // The platform's must not be called as a method of this.
    this.#fetch = (url, init) => given(url, init);
    this.retries = checkInteger(options.retries ?? 3, 'retries', 0, 100);
    this.#maxWait_ms = checkInteger(options.max_retry_wait_ms ?? 60_000, 'max_retry_wait_ms', 0, MAX_TIMER_MS);
  }

  async #authorization(): Promise<Record<string, string>> {
    const key = typeof this.#apiKey === 'function' ? await this.#apiKey() : this.#apiKey;
    if (key === undefined) return {};
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,8192}$/.test(key)) {
      throw secretArgumentError('a key of printable ASCII', 'apiKey', key);
    }
    // limpidd takes keys and tokens there alike.
    return { Authorization: `Bearer ${key}` };
  }

  /** One request. Rejects when there is no answer; a refusal is a response. */
  async send(request: ServiceRequest): Promise<Response> {
    const { method, signal } = request;
    const url = new URL(request.path, this.#base);
    if (request.query !== undefined) url.search = request.query.toString();
    const headers: Record<string, string> = { ...request.headers, ...(await this.#authorization()) };
    // What a File calls itself comes from its name. The service reads the content.
    if (request.body !== undefined && !(request.body instanceof FormData)) {
      headers['Content-Type'] = 'application/octet-stream';
    }
    try {
      if (signal?.aborted) throw limpidError('run.cancelled');
      return await this.#fetch(url, {
        method,
        headers,
        // Following it would take the photo elsewhere, and the key: this way a redirect is no success.
        redirect: 'manual',
        ...Object.fromEntries(PRIVATE.filter(([name]) => name in Request.prototype)),
        ...(request.body !== undefined && { body: request.body as BodyInit }),
        ...(signal !== undefined && { signal }),
      });
    } catch (cause) {
      throw transportError(cause, signal);
    }
  }

  /** How long to wait before another attempt; undefined: there is none. */
  #waitAfter(error: LimpidError, attempt: number): number | undefined {
    const { status, retryAfter_ms } = error as ServiceError;
    const passing = PASSING.has(status) || (status === 0 && error.code === 'service.unreachable');
    if (!passing || attempt >= this.retries) return undefined;
    const wait_ms = Math.max(retryAfter_ms ?? 0, backoffMs(attempt));
    return wait_ms <= this.#maxWait_ms ? wait_ms : undefined;
  }

  /** What `read` makes of a response that is a success, after as many attempts as it takes. */
  async call<Answer>(request: ServiceRequest, read: (response: Response) => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; ; ++attempt) {
      try {
        const response = await this.send(request);
        if (!response.ok) throw await responseError(response);
        return await read(response).catch((cause) => {
          throw transportError(cause, request.signal);
        });
      } catch (error) {
        // What the caller's own function for the key threw is not ours to hide.
        if (!(error instanceof LimpidError)) throw error;
        const wait_ms = this.#waitAfter(error, attempt);
        if (wait_ms === undefined) throw error;
        await sleep(wait_ms, request.signal);
      }
    }
  }
}

/** The body as JSON, in objects without prototype. */
export async function readJson(response: Response): Promise<JsonValue> {
  return parsePlain(await response.text());
}
