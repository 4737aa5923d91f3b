/**
 * The test of a provider, told step by step while it runs.
 *
 * Promises: one at a time; to leave the page, or to begin another, ends the one before on the server too.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ApiError, take, type Schemas } from '../api/client';
import { eventsOf, type ServerEvent } from '../api/sse';

type Step = Schemas['ProviderTestStep'];

/** Where a test stands. */
export interface TestState {
  running: boolean;
  /** Those that are done, in order. */
  steps: readonly Step[];
  /** The name of the one that is under way. */
  current?: string | undefined;
  /** The end, if it has come to one. */
  result?: Schemas['ProviderTest'] | undefined;
  /** Why there is none. */
  error?: unknown;
  /** Somebody has ended it. */
  cancelled?: boolean;
}

const BEGUN: TestState = { running: true, steps: [] };

/** The state after an event; one of an unknown kind changes nothing. */
export function after(state: TestState, { event, data }: ServerEvent): TestState {
  const told: unknown = JSON.parse(data);
  if (event === 'begin') return { ...state, current: (told as Pick<Step, 'name'>).name };
  if (event === 'step') {
    return { ...state, current: undefined, steps: [...state.steps, told as Step] };
  }
  if (event === 'result') return { ...state, result: told as Schemas['ProviderTest'] };
  if (event === 'error') {
    const { status, code, detail } = told as Schemas['Problem'];
    throw new ApiError(status, code, detail);
  }
  return state;
}

/** Tests a provider as `body` has it. */
export function useProviderTest(): {
  state: TestState | undefined;
  start: (body: Schemas['TestProvider']) => void;
  cancel: () => void;
} {
  const [state, setState] = useState<TestState>();
  const under = useRef<AbortController>(undefined);
  useEffect(() => () => under.current?.abort(), []);
  const start = useCallback((body: Schemas['TestProvider']) => {
    under.current?.abort();
    const run = new AbortController();
    under.current = run;
    // What an earlier run still says is not for the present one.
    const show = (next: TestState) => {
      if (under.current === run && !run.signal.aborted) setState(next);
    };
    void carryOut(body, run.signal, show);
  }, []);
  const cancel = useCallback(() => {
    under.current?.abort();
    setState((now) => now && { ...now, running: false, current: undefined, cancelled: true });
  }, []);
  return { state, start, cancel };
}

async function carryOut(
  body: Schemas['TestProvider'],
  signal: AbortSignal,
  show: (state: TestState) => void,
): Promise<void> {
  let state = BEGUN;
  show(state);
  try {
    for await (const event of eventsOf(await open(body, signal))) {
      state = after(state, event);
      show(state);
    }
    if (state.result === undefined) throw new Error('The test was cut off. Try it again.');
    show({ ...state, running: false });
  } catch (error) {
    show({ ...state, running: false, current: undefined, error });
  }
}

async function open(
  body: Schemas['TestProvider'],
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const headers = { Accept: 'text/event-stream' };
  const answer = api.POST('/api/providers/test', { body, headers, signal, parseAs: 'stream' });
  const stream = await take(answer);
  if (stream === null) throw new Error('The server has answered with nothing.');
  return stream;
}
