/** How somebody likes logs to be shown: in the address, so that it can be shared, else as it was the last time. */
import type { StreamFilter } from './rows/wanted';
import type { Shape } from './view/list';
import type { Times } from './view/times';

const TIMES: readonly Times[] = ['off', 'absolute', 'relative'];
const STREAMS: readonly StreamFilter[] = ['all', 'stdout', 'stderr', 'system'];
/** Below this width lines are wrapped until somebody says otherwise, in pixels. */
const NARROW = 640;

function kept(name: string): string | null {
  try {
    return localStorage.getItem(`leo.log.${name}`);
  } catch {
    return null;
  }
}

/** Keeps a choice for the next log. */
export function keep(name: 'times' | 'wrap', value: string): void {
  try {
    localStorage.setItem(`leo.log.${name}`, value);
  } catch {
    // A browser that keeps nothing shows the usual the next time.
  }
}

/** How the log is shown, by the search parameters of its address. */
export function shapeOf(search: { times?: string; wrap?: string; stream?: string }): Shape {
  const times = search.times ?? kept('times');
  const wrap = search.wrap ?? kept('wrap');
  return {
    times: TIMES.find((known) => known === times) ?? 'off',
    wrap: wrap === null ? window.innerWidth < NARROW : wrap === 'on',
    filter: STREAMS.find((known) => known === search.stream) ?? 'all',
  };
}
