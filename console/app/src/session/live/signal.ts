/**
 * What changes thousands of times a second, and is drawn once a frame.
 *
 * A {@link Signal} is something mutable with a revision. Whoever changes it calls `touch`; whoever shows
 * it is told once a frame, however often that was, and with the page in the background some times a
 * second. Promises: nobody is told while something is being changed, and every change is told.
 */
import { useSyncExternalStore } from 'react';

/** While the page is hidden there are no frames, in milliseconds. */
const HIDDEN_PAUSE = 250;

/** Something mutable that can be watched. */
export class Signal {
  #revision = 0;
  #touched = false;
  readonly #listeners = new Set<() => void>();

  /** Grows with each announced change. */
  readonly revision = (): number => this.#revision;

  /** Calls `listener` after changes, until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** It has changed; to be called after the change. */
  touch(): void {
    if (this.#touched) return;
    this.#touched = true;
    announceLater(this);
  }

  /** Tells everybody. */
  announce(): void {
    if (!this.#touched) return;
    this.#touched = false;
    this.#revision += 1;
    for (const listener of [...this.#listeners]) listener();
  }
}

let touched: Signal[] = [];

function announceLater(signal: Signal): void {
  touched.push(signal);
  if (touched.length > 1) return;
  if (document.visibilityState === 'hidden') setTimeout(announceAll, HIDDEN_PAUSE);
  else whenDrawn(announceAll);
}

/** At the next frame, or soon where a browser gives none (it does not where a window is covered). */
function whenDrawn(work: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    clearTimeout(timer);
    work();
  };
  const timer = setTimeout(once, HIDDEN_PAUSE);
  requestAnimationFrame(once);
}

function announceAll(): void {
  const signals = touched;
  touched = [];
  for (const signal of signals) signal.announce();
}

/** Draws the component anew whenever `signal` has changed; gives it back, to be read at once. */
export function useSignal<T extends Signal>(signal: T): T {
  useSyncExternalStore(signal.subscribe, signal.revision);
  return signal;
}

const nobody = (): (() => void) => () => undefined;
const never = (): number => 0;

/** As {@link useSignal}, for something that may not be there. */
export function useWatched<T extends Signal>(signal: T | undefined): T | undefined {
  useSyncExternalStore(signal?.subscribe ?? nobody, signal?.revision ?? never);
  return signal;
}
