/** When lines were printed, in as few characters as it takes. */

/** Which times are shown. */
export type Times = 'off' | 'absolute' | 'relative';

/** The characters of the longest usual time of a kind. */
export const TIME_WIDTHS: Record<Times, number> = { off: 0, absolute: 12, relative: 11 };

const two = (value: number): string => String(value).padStart(2, '0');
const three = (value: number): string => String(value).padStart(3, '0');

/** `14:03:07.250`, where one is. */
export function clock(at: number): string {
  const date = new Date(at);
  const seconds = `${two(date.getSeconds())}.${three(date.getMilliseconds())}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
}

/** `+7.250`, `+1:07.250`, `+2:01:07.250`. */
export function sinceStart(ms: number): string {
  const sign = ms < 0 ? '-' : '+';
  const rest = Math.abs(ms);
  const [hours, minutes] = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60];
  const seconds = Math.floor(rest / 1000) % 60;
  const end = `.${three(Math.floor(rest % 1000))}`;
  if (hours > 0) return `${sign}${hours}:${two(minutes)}:${two(seconds)}${end}`;
  return minutes > 0 ? `${sign}${minutes}:${two(seconds)}${end}` : `${sign}${seconds}${end}`;
}

/** A time in the way that is wanted; empty where it is not, or not known. */
export function timeOf(at: number, times: Times, start: number | undefined): string {
  if (times === 'off' || Number.isNaN(at)) return '';
  return times === 'absolute' ? clock(at) : start === undefined ? '' : sinceStart(at - start);
}
