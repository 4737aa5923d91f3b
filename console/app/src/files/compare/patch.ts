/** Unified hunks as rows with their line numbers. Pure. */

/** A row of a hunk. */
export interface DiffRow {
  kind: 'same' | 'added' | 'removed' | 'remark';
  /** Its number before and after, where it is there. */
  before: number | undefined;
  after: number | undefined;
  text: string;
}

/** Lines that have changed, with some around them. */
export interface Hunk {
  /** Where it stands, as the patch says it: `@@ -1,4 +1,6 @@ …`. */
  head: string;
  rows: DiffRow[];
}

const HEAD = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** The hunks of one file's patch. What is before the first of them is no part of it. */
export function hunksOf(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  let [before, after] = [0, 0];
  const lines = patch.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const head = HEAD.exec(line);
    if (head !== null) {
      [before, after] = [Number(head[1]), Number(head[2])];
      hunks.push({ head: line, rows: [] });
      continue;
    }
    const row = rowOf(line, before, after);
    if (row.before !== undefined) before += 1;
    if (row.after !== undefined) after += 1;
    hunks.at(-1)?.rows.push(row);
  }
  return hunks;
}

function rowOf(line: string, before: number, after: number): DiffRow {
  const text = line.slice(1);
  switch (line[0]) {
    case '+':
      return { kind: 'added', before: undefined, after, text };
    case '-':
      return { kind: 'removed', before, after: undefined, text };
    case '\\':
      return { kind: 'remark', before: undefined, after: undefined, text: text.trim() };
    default:
      return { kind: 'same', before, after, text };
  }
}

/** The first `most` rows of these hunks. */
export function firstRows(hunks: readonly Hunk[], most: number): Hunk[] {
  const shown: Hunk[] = [];
  let left = most;
  for (const { head, rows } of hunks) {
    if (left <= 0) break;
    shown.push({ head, rows: rows.slice(0, left) });
    left -= rows.length;
  }
  return shown;
}

/** How many rows there are. */
export function rowsIn(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, { rows }) => sum + rows.length, 0);
}
