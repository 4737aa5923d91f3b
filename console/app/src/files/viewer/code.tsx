/**
 * A text with its line numbers: only what is on screen is there, so its length does not matter.
 *
 * While it grows it scrolls along, if one is at its end. Numbers are not part of what is selected.
 */
import { memo, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { List, type ListHandle } from '../../log/list/list';
import css from './code.module.css';
import { useColours } from './highlight';
import { LINE, LineLayout, linesOf, LONGEST } from './layout';
import { press, type Selected } from './selection';
import type { Token } from './tokens';

/** The width of a character, in pixels, as far as it is guessed before anything is drawn. */
const CELL = 7.8;
/** Characters beside the text and the digits of the number. */
const BESIDE = 6;

/** What is shown. */
export interface CodeProps {
  /** For those who cannot see it. */
  label: string;
  text: string;
  language: string | undefined;
  wrap: boolean;
  /** It is being written: its end has a caret. */
  writing: boolean;
  /** Whether it begins at its end. */
  atEnd: boolean;
  selected: Selected | undefined;
  select: (selected: Selected) => void;
}

export function Code({ label, text, language, wrap, writing, atEnd, selected, select }: CodeProps) {
  const list = useRef<ListHandle>(null);
  const [width, setWidth] = useState(0);
  const lines = useMemo(() => linesOf(text, writing), [text, writing]);
  const colours = useColours(text, language);
  const digits = Math.max(3, String(lines.length).length);
  const columns = Math.max(20, Math.floor(width / CELL - digits - BESIDE));
  const layout = useMemo(
    () => new LineLayout(lines, wrap ? columns : undefined),
    [lines, wrap, columns],
  );
  const longest = useMemo(() => longestOf(lines), [lines]);
  useArriving(list, selected, lines.length);

  // The rows that are drawn stay as they are while nothing changes in them.
  const pressed = useRef<(line: number, extend: boolean) => void>(undefined);
  pressed.current = (line, extend) => select(press(line, extend, selected));
  const [onPress] = useState(
    () => (line: number, extend: boolean) => pressed.current?.(line, extend),
  );

  return (
    <List
      ref={list}
      role="region"
      label={label}
      layout={layout}
      measured={wrap}
      startsFollowing={atEnd}
      onFollowing={ignore}
      onWidth={setWidth}
      className={wrap ? `${css.code} ${css.wrap}` : css.code}
      style={{
        '--line': `${LINE}px`,
        '--digits': digits,
        '--widest': wrap ? '0px' : `calc(${digits + longest + BESIDE} * 1ch)`,
      }}
      row={(index) => {
        const line = lines[index] ?? '';
        return (
          <Line
            key={index}
            number={index + 1}
            text={line}
            tokens={colours(index, line)}
            selected={isIn(selected, index + 1)}
            caret={writing && index === lines.length - 1}
            press={onPress}
          />
        );
      }}
    />
  );
}

function ignore(): void {
  // Whoever wants to follow sees that it does.
}

function isIn(selected: Selected | undefined, line: number): boolean {
  return selected !== undefined && line >= selected.first && line <= selected.last;
}

function longestOf(lines: readonly string[]): number {
  const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
  return Math.min(LONGEST, longest);
}

/** Goes to what the address names, once it is there, and if it is not seen. */
function useArriving(
  list: { readonly current: ListHandle | null },
  selected: Selected | undefined,
  count: number,
): void {
  const first = selected?.first;
  const there = first !== undefined && first <= count;
  useLayoutEffect(() => {
    if (there) list.current?.show(first - 1);
  }, [list, there, first]);
}

const Line = memo(function Line({
  number,
  text,
  tokens,
  selected,
  caret,
  press,
}: {
  number: number;
  text: string;
  tokens: readonly Token[] | undefined;
  selected: boolean;
  caret: boolean;
  press: (line: number, extend: boolean) => void;
}) {
  const more = text.length - LONGEST;
  return (
    <div className={css.line} data-selected={selected || undefined}>
      <button
        type="button"
        tabIndex={-1}
        className={css.number}
        aria-label={`Link to line ${number}`}
        onClick={(event) => press(number, event.shiftKey)}
      >
        {number}
      </button>
      <code className={css.text}>
        {more > 0 ? text.slice(0, LONGEST) : tokens === undefined ? text : tokens.map(drawn)}
        {more > 0 && (
          <span className={css.more}> … and {more.toLocaleString('en')} characters more</span>
        )}
        {caret && <span className={css.caret} aria-hidden="true" />}
        {'\n'}
      </code>
    </div>
  );
});

function drawn(token: Token, index: number) {
  if (typeof token === 'string') return token;
  return (
    <span key={index} data-code={token[0]}>
      {token[1]}
    </span>
  );
}
