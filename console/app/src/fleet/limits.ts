/** The limits of an account: from what an operator types to what is changed. */
import type { Schemas } from '../api/client';

type Limits = Schemas['Limits'];
type Update = Schemas['UpdateAccount'];

/** A limit, in the words of the form. */
export interface Limit {
  name: keyof Limits;
  label: string;
  least: number;
}

export const LIMITS: readonly Limit[] = [
  { name: 'maxRunning', label: 'Jobs at once', least: 1 },
  { name: 'quotaJobsPerDay', label: 'Jobs a day', least: 0 },
  { name: 'quotaSessions', label: 'Sessions', least: 0 },
  { name: 'quotaStorage', label: 'Storage, in bytes', least: 0 },
  { name: 'promptLimit', label: 'Prompt, in bytes', least: 1 },
  { name: 'rateLimit', label: 'Requests a minute (0: no limit)', least: 0 },
];

/** What stands in the form; empty: as the installation's settings say. */
export type Typed = Record<keyof Limits, string>;

/** The form as it is at first. */
export function typedOf(overrides: Limits): Typed {
  const text = (name: keyof Limits): string => overrides[name]?.toString() ?? '';
  return {
    maxRunning: text('maxRunning'),
    quotaJobsPerDay: text('quotaJobsPerDay'),
    quotaSessions: text('quotaSessions'),
    quotaStorage: text('quotaStorage'),
    promptLimit: text('promptLimit'),
    rateLimit: text('rateLimit'),
  };
}

/** What is wrong with one of them, in words; undefined: nothing that shows here. */
export function wrongLimit(text: string, least: number): string | undefined {
  if (text.trim() === '') return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) && count >= least
    ? undefined
    : `A whole number, ${least} or more; empty: as the settings say.`;
}

/** What differs from what is; undefined where something is wrong. */
export function changeOf(overrides: Limits, typed: Typed): Update | undefined {
  const change: Update = {};
  for (const { name, least } of LIMITS) {
    const text = typed[name].trim();
    if (wrongLimit(text, least) !== undefined) return undefined;
    const next = text === '' ? null : Number(text);
    if (next !== (overrides[name] ?? null)) change[name] = next;
  }
  return change;
}
