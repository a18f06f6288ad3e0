import { LimpidError, limpidError } from '../errors.js';
import type { ErrorCode } from '../generated.js';

/** What a service rejects with. `code` is the same that limpid has for the same mistake. */
export class ServiceError extends LimpidError {
  /** Of the response, e.g. 429; 0 when there was none. */
  readonly status: number;
  /** For the operator, who finds the request in the log by it; empty when no response named one. */
  readonly requestId: string;
  /** After how many milliseconds the service wants to be asked again; undefined when it did not say. */
  readonly retryAfter_ms: number | undefined;

  /** @internal */
  constructor(code: ErrorCode, detail: string, about: Partial<About> = {}, options?: ErrorOptions) {
    super({ code, found: detail, hint: '', message: detail === '' ? code : `${code}: ${detail}` }, options);
    this.name = 'ServiceError';
    this.status = about.status ?? 0;
    this.requestId = about.requestId ?? '';
    this.retryAfter_ms = about.retryAfter_ms;
  }
}

interface About {
  readonly status: number;
  readonly requestId: string;
  readonly retryAfter_ms: number | undefined;
}

const MAX_PROBLEM_BYTES = 65_536;
const CODE = /^[a-z_]{1,40}\.[a-z0-9_]{1,60}$/;

/** Seconds or a date, as RFC 9110 section 10.2.3. */
export function retryAfterMs(field: string | null, now_ms: number): number | undefined {
  if (field === null) return undefined;
  if (/^\d{1,9}$/.test(field)) return Number(field) * 1000;
  const date = Date.parse(field);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now_ms);
}

/** The text of a body, unless it is longer than a problem is. */
async function boundedText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_PROBLEM_BYTES) {
      await reader.cancel();
      return '';
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The member of a problem that is text, and short enough to show. */
function textOf(problem: unknown, name: string): string {
  const value = typeof problem === 'object' && problem !== null ? Reflect.get(problem, name) : undefined;
  return typeof value === 'string' ? value.slice(0, 2000) : '';
}

export function problemError(problem: unknown, about: Partial<About>): ServiceError | undefined {
  const code = textOf(problem, 'code');
  if (!CODE.test(code)) return undefined;
  const detail = textOf(problem, 'detail') || textOf(problem, 'title');
  // A newer service may have codes that this package does not know; they are passed on as they are.
  const requestId = about.requestId || textOf(problem, 'request_id');
  return new ServiceError(code as ErrorCode, detail, { ...about, requestId });
}

/** What a response that is no success means. Proxies answer too, and not with problems. */
export async function responseError(response: Response): Promise<ServiceError> {
  const about = {
    status: response.status,
    requestId: response.headers.get('X-Request-Id') ?? '',
    retryAfter_ms: retryAfterMs(response.headers.get('Retry-After'), Date.now()),
  };
  let problem: unknown;
  try {
    problem = JSON.parse(await boundedText(response));
  } catch {
    problem = undefined;
  }
  return problemError(problem, about) ?? new ServiceError('service.unreachable', `status ${response.status}`, about);
}

/** What fetch() and reading a body throw. */
export function transportError(cause: unknown, signal: AbortSignal | undefined): LimpidError {
  if (cause instanceof LimpidError) return cause;
  if (signal?.aborted) return limpidError('run.cancelled', '', { cause });
  const why = cause instanceof Error ? cause.message : 'no answer';
  return new ServiceError('service.unreachable', why, {}, { cause });
}
