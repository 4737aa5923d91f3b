// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { firstRows, hunksOf, rowsIn } from './patch';
import { modeOf, sizesOf, totalsOf } from './words';

const PATCH = `@@ -1,3 +1,4 @@
 one
-two
+zwei
+zwei und halb
 three
@@ -10 +11,0 @@ function f() {
--- minus
\\ No newline at end of file
`;

describe('a patch', () => {
  it('becomes rows that know their numbers on both sides', () => {
    const [first, second] = hunksOf(PATCH);
    expect(first?.rows.map(({ kind, before, after }) => [kind, before, after])).toEqual([
      ['same', 1, 1],
      ['removed', 2, undefined],
      ['added', undefined, 2],
      ['added', undefined, 3],
      ['same', 3, 4],
    ]);
    expect(second?.head).toBe('@@ -10 +11,0 @@ function f() {');
    expect(second?.rows).toEqual([
      { kind: 'removed', before: 10, after: undefined, text: '-- minus' },
      { kind: 'remark', before: undefined, after: undefined, text: 'No newline at end of file' },
    ]);
  });

  it('keeps empty lines and spaces', () => {
    const [hunk] = hunksOf('@@ -0,0 +1,2 @@\n+\n+  x \n');
    expect(hunk?.rows.map(({ text }) => text)).toEqual(['', '  x ']);
  });

  it('without hunks is empty', () => {
    expect(hunksOf('')).toEqual([]);
  });

  it('is shown up to a number of rows', () => {
    const hunks = hunksOf(PATCH);
    expect(rowsIn(hunks)).toBe(7);
    expect(rowsIn(firstRows(hunks, 3))).toBe(3);
    expect(firstRows(hunks, 5)).toHaveLength(1);
    expect(firstRows(hunks, 6)).toHaveLength(2);
    expect(firstRows(hunks, 100)).toEqual(hunks);
  });
});

describe('words', () => {
  const side = (size: number, executable = false): Schemas['FileSide'] => ({
    size,
    executable,
    sha256: '',
  });

  it('tell rights and sizes', () => {
    const change: Schemas['FileChange'] = {
      path: 'a',
      change: 'modified',
      binary: false,
      from: side(10),
      to: side(2048, true),
    };
    expect(modeOf(change)).toBe('can be executed since');
    expect(sizesOf(change)).toBe('10 B → 2.0 KiB');
    expect(modeOf({ ...change, from: null })).toBeUndefined();
    expect(sizesOf({ ...change, from: null })).toBe('2.0 KiB');
  });

  it('tell what there is, and nothing else', () => {
    const totals = { added: 2, modified: 0, renamed: 1, removed: 0, additions: 9, deletions: 0 };
    expect(totalsOf(totals)).toBe('2 added, 1 renamed');
  });
});
