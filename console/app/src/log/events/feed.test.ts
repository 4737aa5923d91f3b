import { EVENT_TYPES, type LeoEvent } from '@leo/stream';
import { describe, expect, it } from 'vitest';
import { fold } from '../../session/live/fold';
import { LiveJob } from '../../session/live/job';
import { Feed } from './feed';
import { groupOf, GROUPS, letterOf, wordsOf } from './kinds';
import { EventRows, ROW } from './layout';

const at = '2026-01-01T00:00:00Z';

function line(seq: number, text: string): LeoEvent {
  const log = { line: text, timestamp: at, stream: 'stdout' as const };
  return { type: 'log', seq, sessionId: 's', timestamp: at, log };
}

function info(seq: number, message: string): LeoEvent {
  return { type: 'info', seq, sessionId: 's', timestamp: at, message };
}

const USE: LeoEvent = {
  type: 'tool_use',
  seq: 4,
  sessionId: 's',
  timestamp: at,
  id: 't1',
  name: 'bash',
  input: { command: 'npm test' },
};
const RESULT: LeoEvent = {
  type: 'tool_result',
  seq: 6,
  sessionId: 's',
  timestamp: at,
  toolUseId: 't1',
  status: 'success',
  output: 'all good',
};

function job(id: string, events: readonly LeoEvent[]): LiveJob {
  const made = new LiveJob(id);
  for (const event of events) fold(made, event);
  return made;
}

function shown(types: readonly string[], text: string, ...jobs: LiveJob[]): Feed {
  const feed = new Feed({ types: new Set(types), text });
  for (const one of jobs) feed.add(one);
  expect(feed.advance(() => false)).toBe(false);
  return feed;
}

describe('the events that are shown', () => {
  it('are in the order of the stream, lines among them, of all jobs', () => {
    const a = job('a', [info(1, 'a'), line(2, 'b'), info(5, 'c')]);
    const b = job('b', [info(3, 'd'), line(4, 'e')]);
    const feed = shown(GROUPS, '', a, b);
    expect(feed.seqs).toEqual([1, 2, 3, 4, 5]);
    expect(feed.entry(1)).toMatchObject({ number: 1 });
    fold(b, info(6, 'f'));
    fold(a, line(7, 'g'));
    feed.advance(() => false);
    expect(feed.seqs).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('are of the groups or types that are wanted, and hold the text', () => {
    const one = job('a', [info(1, 'Hello'), line(2, 'hello there'), line(3, 'x'), USE]);
    expect(shown(['thoughts'], '', one).seqs).toEqual([1]);
    expect(shown(['tool_use'], '', one).seqs).toEqual([4]);
    expect(shown(GROUPS, 'hello', one).seqs).toEqual([1, 2]);
  });

  it('have a result where its use stands', () => {
    const one = job('a', [USE, info(5, 'x'), RESULT]);
    const feed = shown(GROUPS, '', one);
    expect(feed.seqs).toEqual([4, 5]);
    expect(feed.entry(0)).toMatchObject({ event: { seq: 4 }, result: { seq: 6 } });
    // Without the use, it stands by itself.
    expect(shown(GROUPS, 'all good', one).seqs).toEqual([6]);
  });

  it('are gathered bit by bit', () => {
    const one = job(
      'a',
      Array.from({ length: 2_000 }, (_, seq) => info(seq + 1, 'x')),
    );
    const feed = new Feed({ types: new Set(GROUPS), text: '' });
    feed.add(one);
    expect(feed.advance(() => true)).toBe(true);
    expect(feed.seqs.length).toBe(512);
    feed.advance(() => false);
    expect(feed.seqs.length).toBe(2_000);
  });
});

describe('every type', () => {
  it('has a group and a letter', () => {
    for (const type of [...EVENT_TYPES, 'unknown'] as const) {
      expect(GROUPS).toContain(groupOf(type));
      expect(letterOf(type)).toHaveLength(1);
    }
  });

  it('has words, also one that is newer than this page', () => {
    expect(wordsOf(USE)).toBe('bash {"command":"npm test"}');
    expect(wordsOf(RESULT)).toBe('success: all good');
    const raw = { type: 'quantum_leap' };
    expect(wordsOf({ type: 'unknown', seq: 1, sessionId: 's', timestamp: at, raw })).toBe(
      'quantum_leap',
    );
  });
});

describe('rows that can be opened', () => {
  it('stand below each other', () => {
    const rows = new EventRows();
    rows.seqs = [2, 4, 6, 8];
    expect(rows.height).toBe(4 * ROW);
    rows.toggle(4);
    expect(rows.learn(1, 100)).toBe(true);
    expect(rows.learn(1, 100)).toBe(false);
    expect(rows.learn(0, 999)).toBe(false);
    expect([rows.top(1), rows.top(2), rows.height]).toEqual([ROW, ROW + 100, 3 * ROW + 100]);
    expect([rows.at(ROW + 99), rows.at(ROW + 100), rows.at(9_999)]).toEqual([1, 2, 3]);
    rows.toggle(4);
    expect(rows.height).toBe(4 * ROW);
  });
});
