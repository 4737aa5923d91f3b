/** A log as the server writes it down, one event a line, taken into {@link Lines}. */
import type { LogLine } from '@leo/stream';
import type { Lines } from '../../session/live/lines';

/** Takes pieces of any length. */
export class LogLineReader {
  #rest = '';

  constructor(
    readonly lines: Lines,
    /** Lines that are wanted. */
    readonly most: number,
  ) {}

  /** Takes the next piece; returns whether more is wanted. */
  take(piece: string): boolean {
    const texts = (this.#rest + piece).split('\n');
    this.#rest = texts.pop() ?? '';
    for (const text of texts) {
      if (this.lines.count >= this.most) return false;
      this.#event(text);
    }
    return this.lines.count < this.most;
  }

  /** Nothing more comes. */
  end(): void {
    if (this.lines.count < this.most) this.#event(this.#rest);
    this.#rest = '';
  }

  #event(text: string): void {
    // Other events are told apart without reading them; a text in one of them may still hold the words.
    if (!text.includes('"type":"log"')) return;
    const event: unknown = JSON.parse(text);
    if (isLog(event)) this.lines.push(event.seq, event.log);
  }
}

function isLog(event: unknown): event is { seq: number; log: LogLine } {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'log';
}
