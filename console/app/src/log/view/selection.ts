/** What is copied out of a log: what the lines say, without numbers, times and sequences. */
import type { Range } from '../address';
import type { LogSource } from '../rows/source';
import { plain } from '../text/ansi';

/** The lines of a range, whether they are in the page or not; those that are not here any more are left out. */
export function textOf(source: LogSource, { from, to }: Range): string {
  const lines: string[] = [];
  const last = Math.min(to, source.count);
  for (let number = Math.max(from, source.first); number <= last; number += 1) {
    lines.push(plain(source.text(number)));
  }
  return lines.join('\n');
}

/** What somebody has selected with the mouse, line by line; undefined where that is nothing in `list`. */
export function selectedText(list: Element): string | undefined {
  const selection = document.getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const lines: string[] = [];
  for (const element of list.querySelectorAll('[data-text]')) {
    if (range.intersectsNode(element)) lines.push(within(range, element));
  }
  return lines.length === 0 ? undefined : lines.join('\n');
}

function within(range: globalThis.Range, element: Element): string {
  const part = document.createRange();
  part.selectNodeContents(element);
  if (range.compareBoundaryPoints(range.START_TO_START, part) > 0) {
    part.setStart(range.startContainer, range.startOffset);
  }
  if (range.compareBoundaryPoints(range.END_TO_END, part) < 0) {
    part.setEnd(range.endContainer, range.endOffset);
  }
  return part.toString();
}
