import { argumentError, LimpidError } from '../errors.js';
import { parsePlain } from '../security/plain.js';
import type { JsonValue } from '../security/types.js';
import { checkMembers } from '../validate.js';
import { problemError, responseError, ServiceError, transportError } from './errors.js';
import { serverEvents } from './events.js';
import { backoffMs, type Http, readJson, sleep } from './http.js';
import { enhanceRequest, readImage } from './images.js';
import type {
  Job,
  JobCalls,
  JobStatus,
  ServiceCallOptions,
  ServiceInput,
  SubmitOptions,
  WaitOptions,
} from './types.js';

const STATUSES: readonly JobStatus[] = ['queued', 'running', 'done', 'failed', 'cancelled'];
const ENDED: readonly JobStatus[] = ['done', 'failed', 'cancelled'];
const KEY_BYTES = 16;

const hasEnded = (job: Job) => ENDED.includes(job.status);

function asJob(value: JsonValue): Job {
  const job = value as unknown as Job | null;
  if (typeof job !== 'object' || job === null || typeof job.id !== 'string' || !STATUSES.includes(job.status)) {
    throw new ServiceError('service.unreachable', 'the answer is no job: something else is at this address');
  }
  return job;
}

function readEvent(data: string): Job {
  try {
    return asJob(parsePlain(data));
  } catch (cause) {
    throw transportError(cause, undefined);
  }
}

const readJob = async (response: Response) => asJob(await readJson(response));

function jobPath(id: unknown, below = ''): string {
  // It becomes a part of a path.
  if (typeof id === 'string' && /^[0-9a-f]{1,64}$/.test(id)) return `v1/jobs/${id}${below}`;
  throw argumentError('the id of a job', 'id', id);
}

/** Not randomUUID(), which pages without HTTPS do not have. */
function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function checkIdempotencyKey(key: unknown): string {
  if (key === undefined) return newIdempotencyKey();
  if (typeof key === 'string' && /^[!#-[\]-~]{1,255}$/.test(key)) return key;
  throw argumentError('1 to 255 visible ASCII characters without " and \\', 'idempotencyKey', key);
}

/** What the events of one connection said last. */
interface Followed {
  job: Job | undefined;
  seen: string;
}

/** Follows one event stream to its end, however that comes. @return whether the service says that nothing more comes */
async function follow(http: Http, id: string, options: WaitOptions, state: Followed): Promise<boolean> {
  const { signal } = options;
  const headers = { Accept: 'text/event-stream', ...(state.seen !== '' && { 'Last-Event-ID': state.seen }) };
  const response = await http.send({ method: 'GET', path: jobPath(id, '/events'), headers, signal });
  if (!response.ok) throw await responseError(response);
  if (response.status === 204 || response.body === null) return true;
  for await (const event of serverEvents(response.body, signal)) {
    if (event.type !== 'status') continue;
    const job = readEvent(event.data);
    state.job = job;
    state.seen = event.id;
    options.onChange?.(job);
    if (hasEnded(job)) return true;
  }
  return false;
}

/** Whether asking again can help. */
function passes(error: LimpidError): boolean {
  const { status } = error as Partial<ServiceError>;
  return error.code === 'service.unreachable' || status === 429 || status === 502 || status === 503;
}

export class Jobs implements JobCalls {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  async submit(image: ServiceInput, options: SubmitOptions = {}): Promise<Job> {
    const key = checkIdempotencyKey(options.idempotencyKey);
    const request = enhanceRequest('v1/jobs', image, options, ['idempotencyKey']);
    return this.#http.call({ ...request, headers: { 'Idempotency-Key': `"${key}"` } }, readJob);
  }

  async get(id: string, options: ServiceCallOptions = {}): Promise<Job> {
    checkMembers(options, ['signal']);
    return this.#http.call({ method: 'GET', path: jobPath(id), signal: options.signal }, readJob);
  }

  async wait(id: string, options: WaitOptions = {}): Promise<Job> {
    checkMembers(options, ['signal', 'onChange']);
    const state: Followed = { job: undefined, seen: '' };
    for (let failures = 0; ; ) {
      const before = state.seen;
      let error: LimpidError | undefined;
      try {
        const over = await follow(this.#http, id, options, state);
        if (state.job !== undefined && hasEnded(state.job)) return state.job;
        // Nothing more comes: the end was told before, to a connection that did not bring it here.
        if (over) return await this.get(id, { signal: options.signal });
      } catch (cause) {
        // Also what the caller's own functions threw.
        if (!(cause instanceof LimpidError) || !passes(cause)) throw cause;
        error = cause;
      }
      // Only what brings no news is a failure: a job may outlast any number of connections.
      failures = state.seen === before ? failures + 1 : 0;
      if (failures > this.#http.retries) {
        throw error ?? new ServiceError('service.unreachable', 'the event stream ends again and again');
      }
      await sleep(
        Math.max((error as ServiceError | undefined)?.retryAfter_ms ?? 0, backoffMs(failures)),
        options.signal,
      );
    }
  }

  async output(id: string, options: ServiceCallOptions = {}) {
    checkMembers(options, ['signal']);
    return this.#http.call({ method: 'GET', path: jobPath(id, '/output'), signal: options.signal }, readImage);
  }

  async result(id: string, options: WaitOptions = {}) {
    const job = await this.wait(id, options);
    if (job.status === 'failed') {
      throw (
        problemError(job.error, { status: job.error?.status ?? 0 }) ?? new ServiceError('worker.died', 'the job failed')
      );
    }
    return this.output(id, { signal: options.signal });
  }

  async delete(id: string, options: ServiceCallOptions = {}): Promise<void> {
    checkMembers(options, ['signal']);
    await this.#http.call({ method: 'DELETE', path: jobPath(id), signal: options.signal }, async () => undefined);
  }
}
