/**
 * Time and chance, in one place, so that tests can drive both.
 */

/** Takes back what was asked for; harmless when it has happened already. */
export type Cancel = () => void;

/** What the module knows of time. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Runs something once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Cancel;
  /** A number from 0 to 1, 1 excluded. */
  random(): number;
}

/** Nothing to take back. */
export const nothing: Cancel = () => {};

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
