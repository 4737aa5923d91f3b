/**
 * Brings what happens in a session onto the screen: of the job that runs, else of the latest.
 *
 * It looks for news when there are some and the terminal has taken what it was given. So nothing queues
 * up: while a program prints faster than can be shown, lines are left out, and it says so.
 */
import type { LiveJob } from '../session/live/job';
import type { LiveSession } from '../session/live/session';
import { paint, plain } from './say';
import type { Screen } from './screen';
import { Tail } from './tail';

/** Between two looks, in milliseconds: more often than people can read would only cost. */
const PAUSE = 60;
/** Characters of a prompt in a heading. */
const PROMPT = 70;

export class Feed {
  readonly #session: LiveSession;
  readonly #screen: Screen;
  #tail: Tail | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  #unwatch: () => void;
  #closed = false;

  constructor(session: LiveSession, screen: Screen) {
    this.#session = session;
    this.#screen = screen;
    const unwatch = [
      session.subscribe(() => this.#soon()),
      // What happened before is shown when all of it is there.
      session.stream.subscribe(() => this.#soon()),
    ];
    this.#unwatch = () => unwatch.forEach((end) => end());
    screen.onIdle = () => this.#soon();
    this.#soon();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  #soon(): void {
    if (this.#closed || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#last + PAUSE - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#look();
    }, wait);
  }

  #look(): void {
    // The screen says when it has taken everything, and then this is called again.
    if (this.#screen.busy || this.#session.stream.state.kind === 'replaying') return;
    const out = this.#news();
    if (out.length === 0) return;
    this.#last = performance.now();
    this.#screen.print(...out);
  }

  #news(): string[] {
    const job = this.#session.front;
    const rest = this.#tail?.next() ?? [];
    if (rest.length > 0 || job === undefined || job === this.#tail?.job) return rest;
    this.#tail = new Tail(job);
    return [...this.#heading(job), ...this.#tail.next()];
  }

  #heading(job: LiveJob): string[] {
    const prompt = plain(job.prompt);
    const short = prompt.length > PROMPT ? `${prompt.slice(0, PROMPT - 1)}…` : prompt;
    return ['', paint('accent', `── ${short || 'job'} ──`)];
  }
}
