import { ServiceError, transportError } from './errors.js';

/** One server-sent event. */
export interface ServerEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** Of a line and of an event: a job is a few hundred characters. */
const MAX_EVENT_CHARS = 1_048_576;

/** Lines of a body, which may end with CR, LF or both. */
async function* lines(body: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause) => {
        throw transportError(cause, signal);
      });
      if (done) return;
      text += decoder.decode(value, { stream: true });
      for (;;) {
        const end = /\r\n|\n|\r(?!$)/.exec(text);
        if (end === null) break;
        yield text.slice(0, end.index);
        text = text.slice(end.index + end[0].length);
      }
      if (text.length > MAX_EVENT_CHARS)
        throw new ServiceError('service.unreachable', 'a line of the event stream has no end');
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The events of a body as the HTML standard reads them (section 9.2.6); an event that is cut off is none. */
export async function* serverEvents(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ServerEvent> {
  let id = '';
  let type = '';
  let data: string[] = [];
  for await (const line of lines(body, signal)) {
    if (line === '') {
      if (data.length > 0) yield { id, type: type || 'message', data: data.join('\n') };
      type = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
    if (data.reduce((sum, part) => sum + part.length, 0) > MAX_EVENT_CHARS)
      throw new ServiceError('service.unreachable', 'an event has no end');
  }
}
