/** Where in the whole log the hits are: a strip beside the bar, drawn at most some times a second. */
import { useEffect, useRef } from 'react';
import { useTheme } from '../../theme/theme';
import type { LogRows } from '../rows/rows';
import type { LogSearch } from '../search';
import css from './log.module.css';

/** Between two drawings while lines come in, in milliseconds. */
const PAUSE = 400;

export function Strip({
  rows,
  search,
  current,
}: {
  rows: LogRows;
  search: LogSearch;
  current: number | undefined;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { theme } = useTheme();
  const changed = `${theme} ${search.revision()} ${rows.height} ${current ?? ''}`;
  const latest = useRef<() => void>(() => undefined);
  latest.current = () => draw(canvas.current, rows, search, current);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, PAUSE);
  }, [changed]);
  useEffect(() => {
    latest.current();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, []);
  return <canvas ref={canvas} className={css.strip} aria-hidden="true" />;
}

/** One question a row of pixels, however many hits there are. */
function draw(
  canvas: HTMLCanvasElement | null,
  rows: LogRows,
  search: LogSearch,
  current: number | undefined,
): void {
  const context = canvas?.getContext('2d');
  if (!canvas || !context) return;
  const height = canvas.clientHeight;
  canvas.width = canvas.clientWidth;
  canvas.height = height;
  if (height === 0 || rows.height === 0) return;
  const style = getComputedStyle(canvas);
  context.fillStyle = style.getPropertyValue('--running');
  for (let y = 0; y < height; y += 2) {
    const from = lineAt(rows, (y / height) * rows.height);
    const to = lineAt(rows, ((y + 2) / height) * rows.height);
    if (search.from(from) < search.from(Math.max(to, from + 1))) {
      context.fillRect(0, y, canvas.width, 2);
    }
  }
  if (current === undefined) return;
  context.fillStyle = style.getPropertyValue('--accent');
  const y = (rows.top(rows.find(current)) / rows.height) * height;
  context.fillRect(0, Math.min(y, height - 4), canvas.width, 4);
}

/** The first line at or below that height. */
function lineAt(rows: LogRows, y: number): number {
  if (y >= rows.height) return Infinity;
  for (let index = rows.at(y); index < rows.count; index += 1) {
    const row = rows.row(index);
    if (row?.kind === 'line') return row.number;
  }
  return Infinity;
}
