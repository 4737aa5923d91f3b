/**
 * A line of the log: few elements, because there are many and they change with every frame.
 *
 * Clicks are the list's, see `list.tsx`: by `data-number` and `data-more`.
 */
import { memo, useMemo } from 'react';
import { parse, type Span } from '../text/ansi';
import { css as styleOf } from '../text/color';
import { links } from '../text/links';
import { marks, type Query } from '../text/marks';
import { pieces, type Piece } from '../text/pieces';
import { MOST_SHOWN } from '../rows/rows';
import css from './log.module.css';

interface Props {
  number: number;
  /** With its ANSI sequences; undefined: it is not here any more. */
  text: string | undefined;
  time: string;
  stream: string;
  level: string | undefined;
  /** What is marked in it, if it is a hit. */
  query: Query | undefined;
  /** Whether it is the hit that is looked at. */
  isCurrent: boolean;
  /** Whether the address names it. */
  isSelected: boolean;
  /** Whether all of it is shown, however long it is. */
  isWhole: boolean;
}

export const LineRow = memo(function LineRow(props: Props) {
  const { number, text, time, isWhole, query } = props;
  return (
    <div
      className={css.line}
      data-line={number}
      data-stream={props.stream}
      data-level={props.level}
      data-hit={query === undefined ? undefined : ''}
      data-current={props.isCurrent || undefined}
      data-selected={props.isSelected || undefined}
    >
      <a className={css.number} href={`#L${number}`} data-number={number} tabIndex={-1}>
        {number}
      </a>
      {time !== '' && <span className={css.time}>{time}</span>}
      {text === undefined ? (
        <span className={css.gone}>on the server</span>
      ) : (
        <Text text={text} query={query} isWhole={isWhole} />
      )}
    </div>
  );
});

function Text({
  text,
  query,
  isWhole,
}: {
  text: string;
  query: Query | undefined;
  isWhole: boolean;
}) {
  const { spans, cut } = useMemo(
    () => parse(text, isWhole ? Infinity : MOST_SHOWN),
    [text, isWhole],
  );
  return (
    <span className={css.text} data-text="">
      {drawn(spans, query)}
      {cut && <More length={text.length} />}
    </span>
  );
}

function More({ length }: { length: number }) {
  return (
    <button type="button" className={css.more} data-more="" tabIndex={-1}>
      … show all {length.toLocaleString('en')} characters
    </button>
  );
}

function drawn(spans: readonly Span[], query: Query | undefined) {
  const only = spans[0];
  if (only === undefined) return '';
  const text = spans.length === 1 ? only.text : spans.map((span) => span.text).join('');
  const found = links(text);
  const marked = query === undefined ? [] : marks(text, query);
  if (spans.length === 1 && only.style === undefined && found.length + marked.length === 0) {
    return text;
  }
  return pieces(spans, found, marked).map((piece, index) => <PieceOf key={index} {...piece} />);
}

function PieceOf({ text, style, href, marked }: Piece) {
  const inside = marked ? <mark>{text}</mark> : text;
  const look = style === undefined ? undefined : styleOf(style);
  if (href !== undefined) {
    return (
      <a href={href} target="_blank" rel="noopener noreferrer" style={look}>
        {inside}
      </a>
    );
  }
  if (look === undefined) return inside;
  return <span style={look}>{inside}</span>;
}
