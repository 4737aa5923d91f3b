/** What is asked for in a new session: from what stands in the form to what is sent. */
import type { Schemas } from '../api/client';

/** What stands in the form. */
export interface Form {
  prompt: string;
  mode: Schemas['Mode'];
  model: string;
  phases: string;
}

export const EMPTY: Form = { prompt: '', mode: 'autonomous', model: '', phases: '' };

/** The most phases that may be asked for. */
export const MOST_PHASES = 1000;

/** What is wrong with the number of phases, in words; undefined: nothing. */
export function wrongPhases(phases: string): string | undefined {
  if (phases.trim() === '') return undefined;
  const count = Number(phases);
  return Number.isInteger(count) && count >= 1 && count <= MOST_PHASES
    ? undefined
    : `A whole number from 1 to ${MOST_PHASES}.`;
}

/** What is sent; undefined where it makes no request yet. */
export function requestOf(form: Form): Schemas['SubmitJob'] | undefined {
  if (form.prompt.trim() === '' || wrongPhases(form.phases) !== undefined) return undefined;
  return {
    prompt: form.prompt,
    ...(form.mode !== 'autonomous' && { mode: form.mode }),
    ...(form.model.trim() !== '' && { model: form.model.trim() }),
    ...(form.phases.trim() !== '' && { maxIterations: Number(form.phases) }),
  };
}

/** One key for as long as the request stays the same, so that sending it again makes nothing twice. */
export class Keys {
  #body = '';
  #key = '';

  constructor(private readonly make: () => string) {}

  /** The key of this request. */
  of(request: Schemas['SubmitJob']): string {
    const body = JSON.stringify(request);
    if (body !== this.#body || this.#key === '') [this.#body, this.#key] = [body, this.make()];
    return this.#key;
  }

  /** The request has been carried out; another of the same text is another one. */
  done(): void {
    this.#key = '';
  }
}
