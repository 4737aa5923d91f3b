/**
 * A list of any length, of which only what is seen is in the page.
 *
 * The rows on screen stand one below the other in normal flow, so a wrong guess of a height never lets
 * them overlap; it is put right before it is drawn. What `viewport.ts` promises holds while lines come in
 * by the thousands. The rows themselves are the caller's.
 */
import {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useReducer,
  useRef,
  useState,
  type ClipboardEvent,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
} from 'react';
import { flushSync } from 'react-dom';
import type { Key, Layout } from './layout';
import css from './list.module.css';
import { Viewport } from './viewport';

/** Rows drawn beyond each edge of what is seen. */
const BEYOND = 12;

/** What one may ask of a list. */
export interface ListHandle {
  /** Shows a row; see `Viewport.show`. */
  show(key: Key): void;
  /** Moves until all of a row is seen; see `Viewport.reveal`. */
  reveal(key: Key): void;
  follow(): void;
  pause(): void;
  start(): void;
  /** The first row that is seen; undefined where there is none. */
  readonly firstKey: Key | undefined;
  focus(): void;
}

interface Props {
  ref?: Ref<ListHandle>;
  layout: Layout;
  /** For those who do not see it. */
  label: string;
  role?: 'log' | 'region';
  /** Draws a row; `key` is set by the list. */
  row: (index: number) => ReactNode;
  /** What stays at the top; is given the first row that is seen. */
  sticky?: (first: number, isCut: boolean) => ReactNode;
  /** Whether heights may differ from what the layout thinks. */
  measured: boolean;
  /** Whether the list begins at its end, and stays there. */
  startsFollowing: boolean;
  onFollowing: (following: boolean) => void;
  /** The width of what is seen has changed, in pixels. */
  onWidth?: (width: number) => void;
  onCopy?: (event: ClipboardEvent) => void;
  className?: string | undefined;
  style?: CSSProperties & Record<`--${string}`, string | number>;
}

export function List(props: Props) {
  const { layout } = props;
  const [viewport] = useState(() => new Viewport(layout, props.startsFollowing));
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  /** Where the browser's bar was when it was looked at last. */
  const known = useRef(0);

  viewport.place(layout);
  const first = layout.at(viewport.top);
  const from = Math.max(0, first - BEYOND);
  const to = Math.min(layout.count, layout.at(viewport.top + viewport.height) + 1 + BEYOND);
  const height = viewport.scrollHeight;

  useLayoutEffect(() => {
    const isNew = props.measured && learn(layout, rows.current, from);
    // React may draw one state and show it after the next has begun: what is in the page may be a list that
    // is shorter than the one that there is, and the browser scrolls no further than that.
    if (isNew || viewport.scrollHeight !== height) redraw();
    const element = scroller.current;
    if (element === null) return;
    if (Math.abs(element.scrollTop - viewport.scroll) >= 1) element.scrollTop = viewport.scroll;
    known.current = element.scrollTop;
  });

  useTold(viewport.following, props.onFollowing);
  useSize(scroller, (width, height) => {
    viewport.height = height;
    props.onWidth?.(width);
    redraw();
  });
  useScrolling(scroller, viewport, known, redraw);
  useImperativeHandle(props.ref, () => handle(viewport, scroller, redraw), [viewport]);

  const items: ReactNode[] = [];
  for (let index = from; index < to; index += 1) items.push(props.row(index));
  const shift = layout.top(from) - viewport.top + viewport.scroll;
  return (
    <div className={css.frame}>
      {props.sticky?.(first, viewport.top > layout.top(first))}
      <div
        ref={scroller}
        className={`${css.scroller} ${props.className ?? ''}`}
        style={props.style}
        tabIndex={0}
        role={props.role ?? 'log'}
        aria-live="off"
        aria-label={props.label}
        onKeyDown={(event) => onKey(event, viewport, redraw)}
        onCopy={props.onCopy}
      >
        <div className={css.tall} style={{ height }}>
          <div ref={rows} className={css.rows} style={{ top: shift }}>
            {items}
          </div>
        </div>
      </div>
    </div>
  );
}

/** Compares the heights of the rows in the page with what the layout thinks. */
function learn(layout: Layout, rows: HTMLElement | null, from: number): boolean {
  let isNew = false;
  let index = from;
  for (const row of rows?.children ?? []) {
    // A row that the layout has moved meanwhile is measured when it is drawn again.
    if (index >= layout.count) break;
    if (layout.learn(index, (row as HTMLElement).offsetHeight)) isNew = true;
    index += 1;
  }
  return isNew;
}

function handle(
  viewport: Viewport,
  scroller: { readonly current: HTMLElement | null },
  redraw: () => void,
): ListHandle {
  const then = (work: () => void): void => {
    work();
    redraw();
  };
  return {
    show: (key) => then(() => viewport.show(key)),
    reveal: (key) => then(() => viewport.reveal(key)),
    follow: () => then(() => viewport.follow()),
    pause: () => then(() => viewport.pause()),
    start: () => then(() => viewport.go(0)),
    get firstKey() {
      return viewport.firstKey;
    },
    focus: () => scroller.current?.focus(),
  };
}

/** Tells `listener` the value whenever it differs from the one told before. */
function useTold(value: boolean, listener: (value: boolean) => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => latest.current(value), [value]);
}

function useSize(
  scroller: { readonly current: HTMLElement | null },
  listener: (width: number, height: number) => void,
): void {
  const latest = useRef(listener);
  latest.current = listener;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const tell = (): void => latest.current(element.clientWidth, element.clientHeight);
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    tell();
    return () => observer.disconnect();
  }, [scroller]);
}

/** Takes over what somebody does to the bar, and stops following before a wheel or finger has moved it. */
function useScrolling(
  scroller: { readonly current: HTMLElement | null },
  viewport: Viewport,
  known: { current: number },
  redraw: () => void,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const pause = (): void => {
      if (!viewport.following) return;
      viewport.pause();
      redraw();
    };
    const onScroll = (): void => {
      const scroll = element.scrollTop;
      if (Math.abs(scroll - known.current) < 1) return;
      known.current = scroll;
      viewport.scrolled(scroll);
      // Drawn before the browser shows the new place, which would be empty else.
      flushSync(redraw);
    };
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY < 0 && viewport.top > 0) pause();
    };
    const onPointer = (event: PointerEvent): void => {
      // Beside the content is the bar: who holds it is not to be pulled to the end.
      if (event.target === element && event.offsetX >= element.clientWidth) pause();
    };
    const onDrag = (event: PointerEvent): void => {
      // What somebody selects shall not run away.
      if (event.buttons === 1 && event.pointerType === 'mouse') pause();
    };
    const passive = { passive: true };
    element.addEventListener('scroll', onScroll, passive);
    element.addEventListener('wheel', onWheel, passive);
    element.addEventListener('touchmove', pause, passive);
    element.addEventListener('pointerdown', onPointer, passive);
    element.addEventListener('pointermove', onDrag, passive);
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('touchmove', pause);
      element.removeEventListener('pointerdown', onPointer);
      element.removeEventListener('pointermove', onDrag);
    };
  }, [scroller, viewport, known, redraw]);
}

/** What an arrow moves, in pixels. */
const STEP = 60;

/** The keys that scroll: by what is seen, also where the browser's own would skip some of it. */
function onKey(event: KeyboardEvent, viewport: Viewport, redraw: () => void): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
    return;
  const page = Math.max(STEP, viewport.height - STEP);
  const moves: Record<string, number> = {
    ArrowUp: -STEP,
    ArrowDown: STEP,
    PageUp: -page,
    PageDown: page,
    ' ': event.shiftKey ? -page : page,
    Home: -Infinity,
    End: Infinity,
  };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  viewport.go(viewport.top + move);
  if (move > 0 && viewport.isAtEnd) viewport.follow();
  redraw();
}
