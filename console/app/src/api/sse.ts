/**
 * Server-sent events of an answer to a POST, which the browser's own `EventSource` cannot ask for.
 *
 * Promises: an event is given when its empty line has come, however the bytes were cut; one that the
 * answer ends within is not given. Reading on is left to whoever iterates: to stop is to hang up.
 */

/** An event. `data` has its lines with line breaks between. */
export interface ServerEvent {
  event: string;
  data: string;
}

/** Takes text in pieces and gives the events that are complete. */
export class EventReader {
  #rest = '';
  #event = '';
  #data: string[] = [];

  /** The events that `text` completes. */
  read(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const all = this.#rest + text;
    // A `\r` at the end may be the first half of a line break.
    const end = all.endsWith('\r') ? all.length - 1 : all.length;
    const lines = all.slice(0, end).split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? '') + all.slice(end);
    for (const line of lines) this.#line(line, events);
    return events;
  }

  #line(line: string, events: ServerEvent[]): void {
    if (line === '') {
      if (this.#data.length > 0) {
        events.push({ event: this.#event || 'message', data: this.#data.join('\n') });
      }
      this.#event = '';
      this.#data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
  }
}

/** The events of a body, as they come. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const events = new EventReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* events.read(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Whoever stops early hangs up; after the end this does nothing.
    await reader.cancel().catch(() => undefined);
  }
}
