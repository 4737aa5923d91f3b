/** A calm word while Leo cannot be reached; what one sees stays, and is renewed when it can be again. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, onReach } from '../api/client';
import css from './frame.module.css';

/** Between two attempts to reach it again, in milliseconds. */
const RETRY = 3_000;

/** Whether the last request reached Leo. Looks by itself while it did not. */
function useReached(): boolean {
  const [reached, setReached] = useState(true);
  const cache = useQueryClient();
  useEffect(() => onReach(setReached), []);
  useEffect(() => {
    if (reached) return;
    const timer = setInterval(() => {
      api.GET('/health').then(
        () => void cache.invalidateQueries(),
        () => {
          // Not yet.
        },
      );
    }, RETRY);
    return () => clearInterval(timer);
  }, [reached, cache]);
  return reached;
}

/** Lies over the page below its head, so that nothing moves when it comes and goes. */
export function Reach() {
  const reached = useReached();
  return (
    <div className={css.reach} role="status" hidden={reached}>
      {!reached && 'Leo cannot be reached. What you see is as of before; trying again …'}
    </div>
  );
}
