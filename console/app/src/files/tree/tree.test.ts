// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Entry } from '../entries';
import { build, matching } from './build';
import { moveOf, rowsOf, typed } from './rows';

function entry(path: string, size = 1, state?: Entry['state']): Entry {
  return { path, size, state, mark: undefined, live: undefined, kept: undefined };
}

const ENTRIES = [
  entry('src/b/deep.ts', 10),
  entry('README.md', 5),
  entry('src/file10.ts', 2),
  entry('src/file2.ts', 3, 'writing'),
  entry('app.js', 4),
];
const open = (): boolean => true;
const shown = (isOpen: (path: string) => boolean): string[] =>
  rowsOf(build(ENTRIES), isOpen).map(({ node }) => node.path);

describe('a tree', () => {
  it('has folders first and names in the order of people', () => {
    expect(shown(open)).toEqual([
      'src',
      'src/b',
      'src/b/deep.ts',
      'src/file2.ts',
      'src/file10.ts',
      'app.js',
      'README.md',
    ]);
  });

  it('adds up what is in a folder', () => {
    const [src] = build(ENTRIES).children;
    expect(src).toMatchObject({ kind: 'folder', files: 3, size: 15, writing: true });
  });

  it('hides what is in closed folders, and says where each row stands', () => {
    expect(shown((path) => path !== 'src/b')).not.toContain('src/b/deep.ts');
    const rows = rowsOf(build(ENTRIES), open);
    expect(rows[3]).toMatchObject({ level: 2, place: 2, of: 3 });
  });

  it('has a folder once, however often it is named', () => {
    const root = build([entry('a/b/c'), entry('a/d'), entry('a/b/e')]);
    expect(root.children).toHaveLength(1);
    expect(root.files).toBe(3);
  });

  it('keeps a file and a folder of one name apart', () => {
    expect(build([entry('a'), entry('a/b')]).children.map(({ kind }) => kind)).toEqual([
      'folder',
      'file',
    ]);
  });

  it('finds by any part of the path', () => {
    expect(matching(ENTRIES, ' B/DEEP').map(({ path }) => path)).toEqual(['src/b/deep.ts']);
    expect(matching(ENTRIES, '')).toHaveLength(5);
  });
});

describe('keys', () => {
  const rows = rowsOf(build(ENTRIES), open);
  const closed = rowsOf(build(ENTRIES), () => false);

  it('move up and down, and not beyond the ends', () => {
    expect(moveOf(rows, 0, 'ArrowDown')).toEqual({ kind: 'to', index: 1 });
    expect(moveOf(rows, 0, 'ArrowUp')).toEqual({ kind: 'to', index: 0 });
    expect(moveOf(rows, 0, 'End')).toEqual({ kind: 'to', index: 6 });
    expect(moveOf(rows, 6, 'ArrowDown')).toEqual({ kind: 'to', index: 6 });
  });

  it('open folders, go into them, out of them, and close them', () => {
    expect(moveOf(closed, 0, 'ArrowRight')).toEqual({ kind: 'open', path: 'src' });
    expect(moveOf(rows, 0, 'ArrowRight')).toEqual({ kind: 'to', index: 1 });
    expect(moveOf(rows, 3, 'ArrowLeft')).toEqual({ kind: 'to', index: 0 });
    expect(moveOf(rows, 1, 'ArrowLeft')).toEqual({ kind: 'close', path: 'src/b' });
    expect(moveOf(rows, 5, 'ArrowLeft')).toBeUndefined();
  });

  it('open all folders beside', () => {
    expect(moveOf(rows, 3, '*')).toEqual({ kind: 'openAll', paths: ['src/b'] });
    expect(moveOf(rows, 6, '*')).toEqual({ kind: 'openAll', paths: ['src'] });
  });

  it('find by the first letters, round the end', () => {
    expect(typed(rows, 0, 'r')).toBe(6);
    expect(typed(rows, 3, 'f')).toBe(4);
    expect(typed(rows, 4, 'f')).toBe(3);
    expect(typed(rows, 4, 'file1')).toBe(4);
    expect(typed(rows, 0, 'x')).toBe(-1);
  });
});
