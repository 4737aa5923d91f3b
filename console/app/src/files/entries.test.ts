// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Schemas } from '../api/client';
import type { LiveFile } from '../session/live/files';
import { atTheEnd, firstToShow, whileRunning, type Entry } from './entries';

function kept(path: string, sha256: string): Schemas['FileEntry'] {
  return { path, size: 7, sha256 };
}

function live(path: string, sha256?: string, state: LiveFile['state'] = 'done'): LiveFile {
  return { path, state, text: 'text', size: 4, sha256, phase: 1, changedAt: 1 };
}

function byPath(entries: Entry[]): Record<string, Entry> {
  return Object.fromEntries(entries.map((entry) => [entry.path, entry]));
}

describe('while a job runs', () => {
  it('what it has written stands over what there was before it', () => {
    const base = {
      jobId: 'before',
      files: [kept('same', 'a'), kept('old', 'b'), kept('back', 'c')],
    };
    const files = [live('old', undefined, 'writing'), live('fresh', 'd'), live('back', 'c')];
    const entries = byPath(whileRunning(files, base));
    expect(entries['same']).toMatchObject({ mark: undefined, live: undefined, size: 7 });
    expect(entries['same']?.kept?.jobId).toBe('before');
    expect(entries['old']).toMatchObject({ mark: 'changed', state: 'writing', kept: undefined });
    expect(entries['fresh']).toMatchObject({ mark: 'new', state: 'done' });
    expect(entries['back']).toMatchObject({ mark: undefined });
    expect(entries['back']?.kept?.file.sha256).toBe('c');
  });

  it('nothing is marked where there was nothing before', () => {
    expect(whileRunning([live('a', 'x')], undefined)[0]?.mark).toBeUndefined();
  });
});

describe('at the end', () => {
  const list = { jobId: 'job', files: [kept('a', '1'), kept('b', '2')] };

  it('the server says which files there are', () => {
    const entries = atTheEnd(list, new Map([['gone', live('gone', '9')]]), []);
    expect(entries.map(({ path }) => path)).toEqual(['a', 'b']);
  });

  it('what was cut off and is nowhere else is there too', () => {
    const [, , cut] = atTheEnd(list, new Map([['cut', live('cut', undefined, 'partial')]]), []);
    expect(cut).toMatchObject({ path: 'cut', state: 'partial', kept: undefined });
    expect(cut?.live?.text).toBe('text');
  });

  it('a text of the stream counts only where it is the file', () => {
    const told = new Map([
      ['a', live('a', '1')],
      ['b', live('b', 'other', 'partial')],
    ]);
    const entries = byPath(atTheEnd(list, told, []));
    expect(entries['a']?.live).toBeDefined();
    expect(entries['b']).toMatchObject({ live: undefined, state: 'partial' });
  });

  it('marks what has changed', () => {
    const change = (path: string, change: Schemas['Change']): Schemas['FileChange'] => ({
      path,
      change,
      binary: false,
    });
    const entries = byPath(
      atTheEnd(list, new Map(), [change('a', 'added'), change('b', 'modified')]),
    );
    expect([entries['a']?.mark, entries['b']?.mark]).toEqual(['new', 'changed']);
  });
});

it('shows a README first, then a page, then anything', () => {
  const entries = (...paths: string[]): Entry[] =>
    whileRunning(
      paths.map((path) => live(path)),
      undefined,
    );
  expect(firstToShow(entries('a', 'index.html', 'README.md'))).toBe('README.md');
  expect(firstToShow(entries('a', 'index.html'))).toBe('index.html');
  expect(firstToShow(entries('a'))).toBe('a');
  expect(firstToShow([])).toBeUndefined();
});
