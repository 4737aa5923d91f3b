/**
 * Something that a button does: once, however often it is pressed meanwhile.
 *
 * A request that fails keeps its key, so that trying it again cannot do it twice; one that succeeds
 * uses it up.
 */
import { idempotencyKey } from '@leo/stream';
import { useRef, useState } from 'react';

/** Where it stands. */
export interface Once<A extends unknown[]> {
  run: (...given: A) => void;
  busy: boolean;
  /** Why the last attempt came to nothing. */
  error: unknown;
}

/** `act` does it, with a key for the server; `done` is told what came of it. */
export function useOnce<T, A extends unknown[]>(
  act: (key: string, ...given: A) => Promise<T>,
  done?: (result: T) => void,
): Once<A> {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({
    busy: false,
    error: undefined,
  });
  // The state changes with the next drawing, and a second press may come before it.
  const running = useRef(false);
  const key = useRef<string>(undefined);

  const attempt = async (given: A): Promise<void> => {
    key.current ??= idempotencyKey();
    try {
      const result = await act(key.current, ...given);
      key.current = undefined;
      setState({ busy: false, error: undefined });
      done?.(result);
    } catch (error) {
      setState({ busy: false, error });
    } finally {
      running.current = false;
    }
  };
  const run = (...given: A): void => {
    if (running.current) return;
    running.current = true;
    setState({ busy: true, error: undefined });
    void attempt(given);
  };
  return { run, ...state };
}
