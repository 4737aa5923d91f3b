/** A text that is typed, and told when somebody pauses. */
import { useEffect, useRef, useState } from 'react';

/** After the last key before the text is told, in milliseconds. */
const TYPING = 250;

/** What is typed, told some time after the last key; follows the address where that changes by itself. */
export function useTyped(
  told: string,
  tell: (text: string) => void,
): [string, (text: string) => void] {
  const [state, setState] = useState({ told, text: told });
  if (state.told !== told) setState({ told, text: told });
  const latest = useRef(tell);
  latest.current = tell;
  const { text } = state;
  useEffect(() => {
    if (text === told) return;
    const timer = setTimeout(() => latest.current(text), TYPING);
    return () => clearTimeout(timer);
  }, [text, told]);
  return [text, (next) => setState({ told, text: next })];
}
