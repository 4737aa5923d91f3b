/**
 * Finds out whether the other side is still there.
 *
 * A browser shows a page neither the server's pings nor a cable that was pulled. So the client asks
 * after 15 s in which it heard nothing, and gives the connection up after 30 s. Any message is a sign
 * of life.
 */
import { nothing, type Cancel, type Clock } from './clock.js';
import type { Patience } from './patience.js';

/** Silence after which the client asks. */
const QUIET_MS = 15_000;
/** Silence after a question that makes the connection suspect. */
const ANSWER_MS = 14_000;
/** The same where there is a reason for doubt: the machine was asleep, the network has changed. */
const PROBE_MS = 4_000;
/**
 * A machine that wakes up runs timers before it hands out messages that have arrived long ago; so a
 * suspect has one more second.
 */
const LAST_CHANCE_MS = 1_000;

/** What a heartbeat does to its connection. */
export interface Pulse {
  /** Sends a ping; `answered` runs when the pong is there. */
  ping(answered: () => void): void;
  /** The other side is not there any more. */
  dead(): void;
}

/** Watches one connection. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #pulse: Pulse;
  #heard: number;
  /** When silence becomes suspect, while a question is open. */
  #due: number | undefined;
  #suspect = false;
  #timer: Cancel = nothing;

  constructor(clock: Clock, patience: Patience, pulse: Pulse) {
    this.#clock = clock;
    this.#patience = patience;
    this.#pulse = pulse;
    this.#heard = clock.now();
    this.#arm(QUIET_MS);
  }

  /** Something has arrived. Costs next to nothing: the timer finds out later. */
  heard(): void {
    this.#heard = this.#clock.now();
    this.#due = undefined;
    this.#suspect = false;
  }

  /** Asks at once, and does not wait long for the answer. */
  probe(): void {
    if (this.#suspect) return;
    const latest = this.#clock.now() + PROBE_MS * this.#patience.factor;
    if (this.#due === undefined) this.#ask();
    this.#due = Math.min(this.#due ?? latest, latest);
    this.#arm(this.#due - this.#clock.now());
  }

  /** Ends the watch. */
  stop(): void {
    this.#timer();
  }

  #arm(ms: number): void {
    this.#timer();
    this.#timer = this.#clock.after(ms, () => this.#look());
  }

  #look(): void {
    if (this.#due !== undefined) return this.#doubt(this.#due);
    const quiet = this.#clock.now() - this.#heard;
    if (quiet < QUIET_MS) return this.#arm(QUIET_MS - quiet);
    this.#due = this.#clock.now() + ANSWER_MS * this.#patience.factor;
    this.#arm(this.#due - this.#clock.now());
    this.#ask();
  }

  #doubt(due: number): void {
    const left = due - this.#clock.now();
    if (left > 0) return this.#arm(left);
    if (!this.#suspect) {
      this.#suspect = true;
      return this.#arm(LAST_CHANCE_MS);
    }
    this.#patience.grow();
    this.#pulse.dead();
  }

  #ask(): void {
    const asked = this.#clock.now();
    this.#pulse.ping(() => {
      if (this.#clock.now() - asked < ANSWER_MS) this.#patience.reset();
    });
  }
}
