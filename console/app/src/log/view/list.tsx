/** The lines of a job as a list: drawn as they come in, with what stands between them. */
import {
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import type { LiveJob } from '../../session/live/job';
import { useSignal, useWatched } from '../../session/live/signal';
import type { Range } from '../address';
import { List, type ListHandle } from '../list/list';
import { marksOf } from '../rows/marks';
import { LogRows } from '../rows/rows';
import type { LogSource } from '../rows/source';
import type { StreamFilter } from '../rows/wanted';
import type { LogSearch } from '../search';
import type { Query } from '../text/marks';
import { LineRow } from './line';
import css from './log.module.css';
import { MarkRow, Sticky } from './mark';
import { PROBE, useCell, useCollapsed } from './hooks';
import { Pill } from './pill';
import { selectedText, textOf } from './selection';
import { Nothing } from './nothing';
import { Strip } from './strip';
import { TIME_WIDTHS, timeOf, type Times } from './times';

/** How the lines are shown. */
export interface Shape {
  times: Times;
  wrap: boolean;
  filter: StreamFilter;
}

interface Props {
  job: LiveJob;
  source: LogSource;
  shape: Shape;
  search: LogSearch | undefined;
  query: Query;
  /** The line of the hit that is looked at. */
  current: number | undefined;
  range: Range | undefined;
  /** A line that is to be shown as soon as it is here. */
  target: number | undefined;
  list: RefObject<ListHandle | null>;
  isFollowing: boolean;
  /** Whether everything up to the present is here. */
  isSettled: boolean;
  onShown: () => void;
  onFollowing: (following: boolean) => void;
  onRange: (range: Range | undefined) => void;
}

/** Room around the numbers, and between text and edge, in pixels; the latter that of `log.module.css`. */
const GUTTER = 28;
const NARROW_GUTTER = 14;
const EDGE = 16;
/** Below this width there is little room for numbers, in pixels. */
const NARROW = 520;
/** Characters of a line beyond which the bar below does not keep its length. */
const MOST_WIDE = 1_000;

export function LogList(props: Props) {
  const { job, source, shape, search, list } = props;
  useSignal(job);
  useSignal(job.lines);
  useWatched(search);
  const [collapsed, toggle, open] = useCollapsed();
  const [width, setWidth] = useState(0);
  const [probe, cell] = useCell(width);
  const gutter = width < NARROW ? NARROW_GUTTER : GUTTER;
  const digits = Math.max(4, String(source.count).length);
  const cells = digits + (shape.times === 'off' ? 0 : TIME_WIDTHS[shape.times] + 2);
  const fitting = Math.max(20, Math.floor((width - gutter - EDGE) / cell - cells));

  const [rows] = useState(() => new LogRows());
  const columns = shape.wrap ? fitting : undefined;
  rows.update({ source, marks: marksOf(job), collapsed, filter: shape.filter, columns });
  search?.lines(source.count);
  useGoing(props, rows, open);
  const [row, setWhole, widest] = useRow(props, rows, toggle);

  return (
    <div className={css.lines} onClick={(event) => onClick(event, props, setWhole)}>
      <span ref={probe} className={css.probe} aria-hidden="true">
        {'0'.repeat(PROBE)}
      </span>
      <List
        ref={list}
        layout={rows}
        label="Log"
        row={row}
        sticky={(first, isCut) => (
          <Sticky rows={rows} first={first} isCut={isCut} toggle={toggle} />
        )}
        measured={shape.wrap}
        startsFollowing={props.range === undefined}
        onFollowing={props.onFollowing}
        onWidth={setWidth}
        onCopy={(event) => onCopy(event, props)}
        className={shape.wrap ? css.wrapped : css.unwrapped}
        style={{
          '--digits': digits,
          '--gutter': `${gutter}px`,
          '--time': TIME_WIDTHS[shape.times],
          '--widest': shape.wrap ? '0px' : `calc(${widest.current + cells}ch + ${gutter + EDGE}px)`,
        }}
      />
      {rows.lines === 0 && <Nothing job={job} filter={shape.filter} isSettled={props.isSettled} />}
      {search !== undefined && search.total > 0 && (
        <Strip rows={rows} search={search} current={props.current} />
      )}
      <Pill {...props} />
    </div>
  );
}

/** Goes to the line that is to be shown, as soon as it is there; a phase that hides it is opened before. */
function useGoing(props: Props, rows: LogRows, open: (phase: string) => void): void {
  const { target, source, list, onShown } = props;
  useLayoutEffect(() => {
    // Of the lines that are drawn: more may have come since.
    if (target === undefined || target > rows.last || target < source.first) return;
    const hiding = rows.hides(target);
    if (hiding !== undefined) {
      open(hiding);
      return;
    }
    list.current?.show(target);
    onShown();
  });
}

/** Draws a row; and what makes a long line whole, and the characters of the longest line so far. */
function useRow(
  props: Props,
  rows: LogRows,
  toggle: (key: string) => void,
): [(index: number) => ReactNode, (line: number) => void, { readonly current: number }] {
  const { job, source, shape, search } = props;
  const [whole, setWhole] = useState<ReadonlySet<number>>(new Set());
  const widest = useRef(0);
  const start = job.startedAt === undefined ? source.at(1)?.at : Date.parse(job.startedAt);
  const draw = (index: number): ReactNode => {
    const row = rows.row(index);
    if (row === undefined) return null;
    if (row.kind === 'mark') {
      return <MarkRow key={row.mark.key} mark={row.mark} isOpen={row.isOpen} onToggle={toggle} />;
    }
    const { number } = row;
    const line = source.at(number);
    widest.current = Math.max(widest.current, Math.min(line?.text.length ?? 0, MOST_WIDE));
    return (
      <LineRow
        key={number}
        number={number}
        text={line?.text}
        time={line === undefined ? '' : timeOf(line.at, shape.times, start)}
        stream={line?.stream ?? 'stdout'}
        level={line?.level}
        query={search?.has(number) === true ? props.query : undefined}
        isCurrent={number === props.current}
        isSelected={isIn(number, props.range)}
        isWhole={whole.has(number)}
      />
    );
  };
  return [draw, (line) => setWhole(new Set(whole).add(line)), widest];
}

/** A number was clicked, or what shows all of a long line. */
function onClick(event: MouseEvent, props: Props, setWhole: (line: number) => void): void {
  const { target } = event;
  if (!(target instanceof Element) || event.ctrlKey || event.metaKey) return;
  const line = Number(target.closest('[data-line]')?.getAttribute('data-line') ?? NaN);
  if (Number.isNaN(line)) return;
  if (target.closest('[data-more]') !== null) setWhole(line);
  if (target.closest('[data-number]') === null) return;
  event.preventDefault();
  // The line may leave the page, and the keys that scroll shall not go with it.
  props.list.current?.focus();
  props.list.current?.pause();
  props.onRange(extended(line, event.shiftKey ? props.range : undefined));
}

/** What is selected with the mouse, else the lines that the address names. */
function onCopy(event: ClipboardEvent, { source, range }: Props): void {
  const chosen = range === undefined ? undefined : textOf(source, range);
  const text = selectedText(event.currentTarget) ?? chosen;
  if (text === undefined) return;
  event.clipboardData.setData('text/plain', text);
  event.preventDefault();
}

function isIn(number: number, range: Range | undefined): boolean {
  return range !== undefined && number >= range.from && number <= range.to;
}

/** The line alone, or with those between it and what was chosen before. */
function extended(line: number, before: Range | undefined): Range {
  if (before === undefined) return { from: line, to: line };
  return line < before.from ? { from: line, to: before.to } : { from: before.from, to: line };
}
