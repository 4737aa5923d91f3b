/** Times, as people say them. Hovering shows the exact one. */
import { useEffect, useState } from 'react';

/** The present, in milliseconds, renewed every `ms`; still while `ms` is undefined. */
export function useNow(ms: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (ms === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return now;
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `3 minutes ago`. Both in milliseconds. */
export function ago(then: number, now: number): string {
  const seconds = (then - now) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 5 ? 'in a moment' : 'just now';
}

/** How long ago, kept true. */
export function Ago({ at }: { at: string }) {
  const now = useNow(15_000);
  const then = new Date(at);
  return (
    <time dateTime={at} title={then.toLocaleString()}>
      {ago(then.getTime(), now)}
    </time>
  );
}

/** `1 h 2 min`, `2 min 3 s`, `4.2 s`, `120 ms`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long something has taken, or takes so far. */
export function Elapsed({ from, to }: { from: string; to: string | undefined }) {
  const now = useNow(to === undefined ? 1000 : undefined);
  return <>{duration((to === undefined ? now : Date.parse(to)) - Date.parse(from))}</>;
}
