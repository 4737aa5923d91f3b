/** The panel that holds the terminal: open or closed, and as high as one likes. Both are kept in this browser. */
import { Link, useParams, useSearch } from '@tanstack/react-router';
import {
  lazy,
  Suspense,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
} from 'react';
import { Waiting } from '../ui/notice';
import css from './repl.module.css';

const Terminal = lazy(async () => ({ default: (await import('./terminal')).Terminal }));

const KEY = 'leo.terminal';
/** Heights, in pixels. */
const LOWEST = 120;
const USUAL = 260;
const STEP = 24;
/** Of the window's height. */
const HIGHEST = 0.7;

interface Kept {
  open: boolean;
  height: number;
}

function isRoomy(): boolean {
  return window.matchMedia('(min-width: 960px)').matches;
}

/** Closed at first where there is no room for it; the prompt field does the same work there. */
function read(): Kept {
  const roomy = isRoomy();
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
    return {
      open: roomy ? (kept.open ?? true) : false,
      height: typeof kept.height === 'number' ? kept.height : USUAL,
    };
  } catch {
    return { open: roomy, height: USUAL };
  }
}

function keep(kept: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Then it is as usual the next time.
  }
}

function bounded(height: number): number {
  return Math.round(Math.min(window.innerHeight * HIGHEST, Math.max(LOWEST, height)));
}

export function TerminalPanel() {
  const [{ open, height }, set] = useState(read);
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  const { job } = useSearch({ from: '/inside/sessions/$sessionId' });
  const change = (next: Kept) => {
    set(next);
    if (isRoomy()) keep(next);
  };
  return (
    <section ref={panel} className={css.panel} aria-label="Terminal">
      {open && <Handle height={height} onHeight={(to) => change({ open, height: bounded(to) })} />}
      <div className={css.bar}>
        <button
          type="button"
          className={css.toggle}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => {
            change({ open: !open, height });
            if (!open) requestAnimationFrame(() => panel.current?.scrollIntoView({ block: 'end' }));
          }}
        >
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" data-open={open}>
            <path d="m5 3 5 5-5 5" fill="none" stroke="currentColor" strokeWidth="1.8" />
          </svg>
          Terminal
        </button>
        <Link
          to="/sessions/$sessionId/log"
          params={{ sessionId }}
          search={job === undefined ? {} : { job }}
        >
          Read it in the log
        </Link>
      </div>
      <div id={id} className={css.body} hidden={!open} style={{ height }}>
        {open && (
          <Suspense fallback={<Waiting>Opening the terminal</Waiting>}>
            <Terminal />
          </Suspense>
        )}
      </div>
    </section>
  );
}

/** What one takes hold of to make the panel higher or lower. */
function Handle({ height, onHeight }: { height: number; onHeight: (height: number) => void }) {
  const from = useRef<{ y: number; height: number }>(undefined);
  const onPointerDown = (event: PointerEvent) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { y: event.clientY, height };
  };
  const onPointerMove = ({ clientY }: PointerEvent) => {
    if (from.current !== undefined) onHeight(from.current.height + from.current.y - clientY);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowUp' ? STEP : event.key === 'ArrowDown' ? -STEP : 0;
    if (step === 0) return;
    event.preventDefault();
    onHeight(height + step);
  };
  return (
    <div
      className={css.handle}
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the terminal"
      aria-valuenow={height}
      aria-valuemin={LOWEST}
      aria-valuemax={bounded(Infinity)}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (from.current = undefined)}
      onPointerCancel={() => (from.current = undefined)}
      onKeyDown={onKeyDown}
    />
  );
}
