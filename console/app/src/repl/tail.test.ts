import { expect, test } from 'vitest';
import { LiveJob } from '../session/live/job';
import { MOST, Tail } from './tail';

function push(job: LiveJob, seq: number, line: string): void {
  job.lines.push(seq, { line, timestamp: '2026-01-01T00:00:00Z', stream: 'stdout' });
}

const bare = (lines: string[]) => lines.map((line) => line.replace(/\x1b\[[\d;]*m/g, ''));

test('lines and events come in their order, each once', () => {
  const job = new LiveJob('j');
  const tail = new Tail(job);
  push(job, 1, 'one');
  const place = { sessionId: 's', jobId: 'j', timestamp: 't' };
  job.events.push({ type: 'info', seq: 2, message: 'between', ...place });
  push(job, 3, 'two');
  expect(bare(tail.next())).toEqual(['one', '▪ between', 'two']);
  expect(tail.next()).toEqual([]);
  push(job, 4, 'three');
  expect(bare(tail.next())).toEqual(['three']);
});

test('of a long past the end is given, and how much is left out', () => {
  const job = new LiveJob('j');
  for (let seq = 1; seq <= MOST + 234; seq += 1) push(job, seq, `line ${seq}`);
  const tail = new Tail(job);
  const out = bare(tail.next());
  expect(out).toHaveLength(MOST + 1);
  expect(out[0]).toBe('… 234 earlier lines: see the log');
  expect(out.at(-1)).toBe(`line ${MOST + 234}`);
});

test('what comes faster than it is looked at is left out, and it says so', () => {
  const job = new LiveJob('j');
  const tail = new Tail(job);
  push(job, 1, 'first');
  tail.next();
  for (let seq = 2; seq <= MOST + 11; seq += 1) push(job, seq, `line ${seq}`);
  expect(bare(tail.next())[0]).toBe('… 10 earlier lines: see the log');
});

test('lines that were let go are counted as left out', () => {
  const job = new LiveJob('j');
  for (let seq = 1; seq <= 10_100; seq += 1) push(job, seq, `line ${seq}`);
  job.lines.shorten();
  const out = bare(new Tail(job).next());
  expect(out[0]).toBe('… 10,000 earlier lines: see the log');
  expect(out).toHaveLength(101);
});

test('what a generator says cannot draw', () => {
  const job = new LiveJob('j');
  const place = { sessionId: 's', jobId: 'j', timestamp: 't' };
  job.events.push({ type: 'info', seq: 1, message: 'a\x1b[2J\x1b[31mb\nc\x07', ...place });
  push(job, 2, '\x1b[H\x1b[32mok');
  const [said, line] = new Tail(job).next();
  expect(said).toBe('\x1b[2m▪ ab c\x1b[0m');
  expect(line).toBe('\x1b[32mok\x1b[0m');
});
