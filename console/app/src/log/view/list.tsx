/** The lines of a job as a list: drawn as they come in, with what stands between them. */
import {
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type MouseEvent,
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
import { MarkRow, PhaseButton } from './mark';
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

export function LogList(props: Props) {
  const { job, source, shape, search, list } = props;
  useSignal(job);
  useSignal(job.lines);
  useWatched(search);
  const [collapsed, toggle, open] = useCollapsed();
  const [whole, setWhole] = useState<ReadonlySet<number>>(new Set());
  const [width, setWidth] = useState(0);
  const [probe, cell] = useCell(width);
  const gutter = width < NARROW ? NARROW_GUTTER : GUTTER;
  const digits = Math.max(4, String(source.count).length);
  const cells = digits + (shape.times === 'off' ? 0 : TIME_WIDTHS[shape.times] + 2);
  const columns = Math.max(20, Math.floor((width - gutter - EDGE) / cell - cells));

  const [rows] = useState(() => new LogRows());
  const columnsOrNone = shape.wrap ? columns : undefined;
  rows.update({
    source,
    marks: marksOf(job),
    collapsed,
    filter: shape.filter,
    columns: columnsOrNone,
  });
  search?.lines(source.count);

  const { target, onShown } = props;
  useLayoutEffect(() => {
    if (target === undefined || target > source.count || target < source.first) return;
    const hiding = rows.hides(target);
    if (hiding !== undefined) open(hiding);
    else {
      list.current?.show(target);
      onShown();
    }
  });

  const widest = useRef(0);
  const start = job.startedAt === undefined ? source.at(1)?.at : Date.parse(job.startedAt);
  const row = (index: number) => {
    const row = rows.row(index);
    if (row === undefined) return null;
    if (row.kind === 'mark') {
      return <MarkRow key={row.mark.key} mark={row.mark} isOpen={row.isOpen} onToggle={toggle} />;
    }
    const { number } = row;
    const line = source.at(number);
    widest.current = Math.max(widest.current, Math.min(line?.text.length ?? 0, 1_000));
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

  const onClick = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey) return;
    const line = Number(event.target.closest('[data-line]')?.getAttribute('data-line') ?? NaN);
    if (Number.isNaN(line)) return;
    if (event.target.closest('[data-more]') !== null) setWhole(new Set(whole).add(line));
    if (event.target.closest('[data-number]') === null) return;
    event.preventDefault();
    // The line may leave the page, and the keys that scroll shall not go with it.
    list.current?.focus();
    list.current?.pause();
    props.onRange(extended(line, event.shiftKey ? props.range : undefined));
  };
  const onCopy = (event: ClipboardEvent): void => {
    const { range } = props;
    const text =
      selectedText(event.currentTarget) ??
      (range === undefined ? undefined : textOf(source, range));
    if (text === undefined) return;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
  };

  return (
    <div className={css.lines} onClick={onClick}>
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
        onCopy={onCopy}
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

function isIn(number: number, range: Range | undefined): boolean {
  return range !== undefined && number >= range.from && number <= range.to;
}

/** The line alone, or with those between it and what was chosen before. */
function extended(line: number, before: Range | undefined): Range {
  if (before === undefined) return { from: line, to: line };
  return line < before.from ? { from: line, to: before.to } : { from: before.from, to: line };
}

/** The head of the phase that is read, once it has left at the top. */
function Sticky({
  rows,
  first,
  isCut,
  toggle,
}: {
  rows: LogRows;
  first: number;
  isCut: boolean;
  toggle: (key: string) => void;
}) {
  const phase = rows.phaseOf(first);
  if (phase === undefined || (phase.row === first && !isCut)) return null;
  return (
    <div className={css.sticky}>
      <PhaseButton mark={phase.mark} isOpen={phase.isOpen} onToggle={toggle} />
    </div>
  );
}

/** The way back to the end, with what has come meanwhile. */
function Pill({ source, isFollowing, isSettled, list }: Props) {
  const [since, setSince] = useState({ isFollowing, isSettled, count: source.count });
  // What comes while the page catches up for the first time is not new.
  const isNow = since.isFollowing !== isFollowing || (isSettled && !since.isSettled);
  if (isNow) setSince({ isFollowing, isSettled, count: source.count });
  const fresh = source.count - since.count;
  if (isFollowing || isNow || !since.isSettled || fresh <= 0) return null;
  return (
    <button type="button" className={css.pill} onClick={() => list.current?.follow()}>
      {fresh.toLocaleString('en')} new {fresh === 1 ? 'line' : 'lines'}
    </button>
  );
}

function useCollapsed(): [ReadonlySet<string>, (key: string) => void, (key: string) => void] {
  const [collapsed, set] = useState<ReadonlySet<string>>(new Set());
  const change = (key: string, hide: (before: boolean) => boolean): void => {
    set((before) => {
      const after = new Set(before);
      if (hide(before.has(key))) after.add(key);
      else after.delete(key);
      return after;
    });
  };
  return [collapsed, (key) => change(key, (is) => !is), (key) => change(key, () => false)];
}

/** Characters that are measured together; one alone would be rounded. */
const PROBE = 50;

/** The width of a character, in pixels, looked at again when `width` changes: so it does with the zoom. */
function useCell(width: number): [RefObject<HTMLSpanElement | null>, number] {
  const probe = useRef<HTMLSpanElement>(null);
  const [cell, setCell] = useState(8);
  useLayoutEffect(() => {
    const measured = (probe.current?.getBoundingClientRect().width ?? 0) / PROBE;
    if (measured > 0) setCell(measured);
  }, [width]);
  return [probe, cell];
}
