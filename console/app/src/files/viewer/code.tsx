/**
 * A text with its line numbers: only what is on screen is there, so its length does not matter.
 *
 * While it grows it scrolls along, if one is at its end. Numbers are not part of what is selected.
 */
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  type CSSProperties,
  type MouseEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import css from './code.module.css';
import { useColours } from './highlight';
import { press, type Selected } from './selection';
import type { Token } from './tokens';

/** The height of a line that is not wrapped, in pixels; `code.module.css` has it too. */
const LINE = 21;
/** Lines drawn above and below what is on screen. */
const AROUND = 24;
/** Less than this many pixels from the end is at the end. */
const NEAR = 3 * LINE;
/** Of a longer line, the rest is not drawn, in characters: browsers stall at it. */
const LONGEST = 10_000;

/** What is shown. */
export interface CodeProps {
  /** For those who cannot see it. */
  label: string;
  text: string;
  language: string | undefined;
  wrap: boolean;
  /** It is being written: its end has a caret. */
  writing?: boolean;
  /** Whether it begins at its end. */
  atEnd?: boolean;
  selected: Selected | undefined;
  select: (selected: Selected) => void;
}

/** The lines of a text; what ends with a newline has no empty line behind it, unless one comes. */
export function linesOf(text: string, writing: boolean): string[] {
  const lines = text.split('\n');
  if (!writing && lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

export function Code({ label, text, language, wrap, writing = false, atEnd, ...rest }: CodeProps) {
  const { selected, select } = rest;
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => linesOf(text, writing), [text, writing]);
  const colours = useColours(text, language);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: AROUND,
  });
  useEffect(() => virtual.measure(), [virtual, wrap]);
  const track = useFollowing(scroller, virtual.getTotalSize(), atEnd === true);
  useArriving(virtual, selected, lines.length);
  const longest = useMemo(() => Math.min(LONGEST, longestOf(lines)), [lines]);
  const choose = (event: MouseEvent, line: number): void =>
    select(press(line, event.shiftKey, selected));

  return (
    <div
      ref={scroller}
      className={css.scroller}
      data-wrap={wrap || undefined}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={track}
      style={
        {
          '--digits': Math.max(3, String(lines.length).length),
          '--longest': longest,
        } as CSSProperties
      }
    >
      <div className={css.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => (
          <div
            key={key}
            ref={wrap ? virtual.measureElement : undefined}
            data-index={index}
            className={css.line}
            data-selected={isIn(selected, index + 1) || undefined}
            style={{ transform: `translateY(${start}px)` }}
          >
            <button
              type="button"
              tabIndex={-1}
              className={css.number}
              aria-label={`Link to line ${index + 1}`}
              onClick={(event) => choose(event, index + 1)}
            >
              {index + 1}
            </button>
            <Line text={lines[index] ?? ''} tokens={colours(index, lines[index] ?? '')}>
              {writing && index === lines.length - 1 && (
                <span className={css.caret} aria-hidden="true" />
              )}
            </Line>
          </div>
        ))}
      </div>
    </div>
  );
}

function isIn(selected: Selected | undefined, line: number): boolean {
  return selected !== undefined && line >= selected.first && line <= selected.last;
}

function longestOf(lines: readonly string[]): number {
  return lines.reduce((most, line) => Math.max(most, line.length), 0);
}

function Line({
  text,
  tokens,
  children,
}: {
  text: string;
  tokens: readonly Token[] | undefined;
  children: ReactNode;
}) {
  const more = text.length - LONGEST;
  return (
    <code className={css.text}>
      {more > 0 ? text.slice(0, LONGEST) : tokens === undefined ? text : tokens.map(drawn)}
      {more > 0 && (
        <span className={css.more}> … and {more.toLocaleString('en')} characters more</span>
      )}
      {children}
      {'\n'}
    </code>
  );
}

function drawn(token: Token, index: number) {
  if (typeof token === 'string') return token;
  return (
    <span key={index} data-code={token[0]}>
      {token[1]}
    </span>
  );
}

/** Stays at the end while `height` grows, if one is there; gives what is to be told of scrolling. */
function useFollowing(
  scroller: RefObject<HTMLDivElement | null>,
  height: number,
  begin: boolean,
): () => void {
  const following = useRef(begin);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element !== null && following.current) element.scrollTop = element.scrollHeight;
  }, [scroller, height]);
  return () => {
    const element = scroller.current;
    if (element === null) return;
    following.current = element.scrollTop + element.clientHeight >= element.scrollHeight - NEAR;
  };
}

/** Goes to what the address names, once it is there, and if it is not on screen. */
function useArriving(
  virtual: Virtualizer<HTMLDivElement, Element>,
  selected: Selected | undefined,
  count: number,
): void {
  const first = selected?.first;
  const there = first !== undefined && first <= count;
  useEffect(() => {
    if (!there) return;
    const { startIndex, endIndex } = virtual.range ?? { startIndex: 0, endIndex: -1 };
    if (first - 1 > startIndex && first - 1 < endIndex) return;
    virtual.scrollToIndex(first - 1, { align: 'center' });
  }, [virtual, there, first]);
}
