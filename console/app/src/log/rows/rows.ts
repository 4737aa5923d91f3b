/**
 * The rows of a log: its lines, those of them that are wanted, with phases and notes between them.
 *
 * A section is what follows a mark. Inside it a place is found by arithmetic, so a log of a million lines
 * costs no more than its few sections. Lines are added at the end all the time; whatever else changes,
 * {@link LogRows.update} is told.
 */
import type { Key, Layout } from '../list/layout';
import { FLAT, Wrapped, type Extent } from './extent';
import { MARK_HEIGHTS, type Mark } from './marks';
import type { LogSource } from './source';
import { Wanted, type StreamFilter } from './wanted';

/** The height of a row of text, in pixels; that of `log.module.css`. */
export const ROW = 20;
/** Characters of a line that are shown until somebody asks for all. */
export const MOST_SHOWN = 4_000;

/** What is shown. */
export interface View {
  source: LogSource;
  marks: readonly Mark[];
  /** Keys of phases whose lines are hidden. */
  collapsed: ReadonlySet<string>;
  filter: StreamFilter;
  /** Characters that fit into a row; undefined: lines are not wrapped. */
  columns: number | undefined;
}

/** One row. */
export type Row = { kind: 'line'; number: number } | { kind: 'mark'; mark: Mark; isOpen: boolean };

interface Section {
  mark: Mark | undefined;
  isOpen: boolean;
  /** Positions of its lines; none where they are hidden. */
  from: number;
  to: number;
  /** Its first row, and where that is. */
  row: number;
  top: number;
}

export class LogRows implements Layout {
  count = 0;
  height = 0;
  /** Lines that are wanted, hidden ones too. */
  lines = 0;
  /** The number of the last line that there was, wanted or not. */
  last = 0;
  #sections: Section[] = [];
  #wanted: Wanted;
  #extent: Extent = FLAT;
  #view: View | undefined;

  constructor() {
    this.#wanted = new Wanted();
  }

  /** Takes over what there is. */
  update(view: View): void {
    const before = this.#view;
    const isOther = this.#wanted.update(view.source, view.filter);
    if (isOther || before?.columns !== view.columns) this.#extent = this.#extentOf(view);
    this.#view = view;
    this.last = view.source.count;
    this.#cut(view);
  }

  #extentOf({ source, columns }: View): Extent {
    if (columns === undefined) return FLAT;
    const { from } = this.#wanted;
    return new Wrapped(from, (at) => guessed(source.text(this.#wanted.number(at)), columns));
  }

  #cut({ source, marks, collapsed }: View): void {
    const sections: Section[] = [];
    let [row, top, group] = [0, 0, ''];
    let from = this.#wanted.from;
    for (let index = -1; index < marks.length; index += 1) {
      const mark = marks[index];
      const next = marks[index + 1];
      const to = next === undefined ? this.#wanted.to : this.#before(source, next, from);
      if (mark?.kind === 'phase') group = mark.key;
      if (mark?.kind === 'end') group = '';
      const isOpen = !collapsed.has(group);
      const isShown = mark !== undefined && (isOpen || mark.kind !== 'note');
      const section = {
        mark: isShown ? mark : undefined,
        isOpen,
        from,
        to: isOpen ? to : from,
        row,
        top,
      };
      sections.push(section);
      row += (isShown ? 1 : 0) + section.to - section.from;
      top += heightOf(section.mark) + this.#text(section.from, section.to);
      from = to;
    }
    this.#sections = sections;
    this.lines = this.#wanted.to - this.#wanted.from;
    this.count = row;
    this.height = top;
  }

  /** The position of the first line behind a mark. */
  #before(source: LogSource, mark: Mark, least: number): number {
    if (mark.seq === Infinity) return this.#wanted.to;
    return Math.max(least, this.#wanted.position(source.numberAt(mark.seq)));
  }

  #text(from: number, to: number): number {
    return from === to ? 0 : (this.#extent.before(to) - this.#extent.before(from)) * ROW;
  }

  /** The last section that begins at or before that row or height and holds something. */
  #section(by: 'row' | 'top', value: number): Section | undefined {
    let [low, high] = [0, this.#sections.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#sections[middle]?.[by] ?? 0) <= value) low = middle;
      else high = middle - 1;
    }
    return this.#sections[low];
  }

  top(index: number): number {
    if (index >= this.count) return this.height;
    const section = this.#section('row', index);
    if (section === undefined) return 0;
    const head = section.mark === undefined ? 0 : 1;
    if (index < section.row + head) return section.top;
    const position = section.from + index - section.row - head;
    return section.top + heightOf(section.mark) + this.#text(section.from, position);
  }

  at(y: number): number {
    const section = this.#section('top', Math.max(0, y));
    if (section === undefined) return 0;
    const into = y - section.top - heightOf(section.mark);
    const head = section.mark === undefined ? 0 : 1;
    if (into < 0 || section.from === section.to)
      return Math.min(section.row, Math.max(0, this.count - 1));
    const row = this.#extent.before(section.from) + into / ROW;
    const position = this.#extent.at(row, section.from, section.to);
    return section.row + head + position - section.from;
  }

  row(index: number): Row | undefined {
    const section = this.#section('row', index);
    if (section === undefined || index < 0 || index >= this.count) return undefined;
    const { mark, isOpen } = section;
    if (mark !== undefined && index === section.row) return { kind: 'mark', mark, isOpen };
    const position = section.from + index - section.row - (mark === undefined ? 0 : 1);
    return { kind: 'line', number: this.#wanted.number(position) };
  }

  key(index: number): Key {
    const row = this.row(index);
    if (row === undefined) return 'none';
    return row.kind === 'line' ? row.number : row.mark.key;
  }

  find(key: Key): number {
    if (typeof key === 'string') {
      const section = this.#sections.find(({ mark }) => mark?.key === key);
      return section?.row ?? 0;
    }
    const position = this.#wanted.position(key);
    for (const section of this.#sections) {
      const head = section.mark === undefined ? 0 : 1;
      if (position < section.from) return section.row;
      if (position < section.to) return section.row + head + position - section.from;
    }
    return Math.max(0, this.count - 1);
  }

  learn(index: number, height: number): boolean {
    const row = this.row(index);
    if (this.#extent === FLAT || row?.kind !== 'line') return false;
    const rows = Math.max(1, Math.round(height / ROW));
    if (!this.#extent.learn(this.#wanted.position(row.number), rows)) return false;
    if (this.#view !== undefined) this.#cut(this.#view);
    return true;
  }

  /** The phase that a row belongs to, and its row. */
  phaseOf(index: number): { mark: Mark; row: number; isOpen: boolean } | undefined {
    let found: { mark: Mark; row: number; isOpen: boolean } | undefined;
    for (const { mark, row, isOpen } of this.#sections) {
      if (row > index) break;
      if (mark?.kind === 'phase') found = { mark, row, isOpen };
      if (mark?.kind === 'end') found = undefined;
    }
    return found;
  }

  /** The phase that holds a line, if it is hidden with it. */
  hides(number: number): string | undefined {
    const position = this.#wanted.position(number);
    const view = this.#view;
    if (view === undefined) return undefined;
    let phase: string | undefined;
    for (const mark of view.marks) {
      if (mark.seq === Infinity || this.#wanted.position(view.source.numberAt(mark.seq)) > position)
        break;
      if (mark.kind === 'phase') phase = mark.key;
    }
    return phase !== undefined && view.collapsed.has(phase) ? phase : undefined;
  }
}

function heightOf(mark: Mark | undefined): number {
  return mark === undefined ? 0 : MARK_HEIGHTS[mark.kind];
}

const SEQUENCES = /\u001b\[[\d;:]*[A-Za-z]/g;

/** Rows that a line takes, near enough: what it looks like in the end is measured. */
function guessed(text: string, columns: number): number {
  if (text.length <= columns) return 1;
  const shown = text.includes('\u001b') ? text.replace(SEQUENCES, '').length : text.length;
  return Math.max(1, Math.ceil(Math.min(shown, MOST_SHOWN) / columns));
}
