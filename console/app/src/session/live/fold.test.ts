import type { EventFields, EventType, KnownEvent } from '@leo/stream';
import { beforeEach, expect, test, vi } from 'vitest';
import { fold } from './fold';
import { LiveJob } from './job';

let job: LiveJob;
let seq: number;

/** Applies an event, one second after the last one. */
function now<T extends EventType>(type: T, fields: EventFields[T]): void {
  seq += 1;
  const at = new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString();
  const place = { type, seq, sessionId: 's', jobId: 'j', timestamp: at };
  fold(job, { ...place, ...fields } as unknown as KnownEvent);
}

/** A phase from its design to its checkpoint. */
function phase(number: number, files: string[], last = false): void {
  design(number, files, last);
  for (const path of files) write(path);
  now('checkpoint', { phase: number, state: {} });
}

function design(number: number, files: string[], last = false): void {
  now('state_change', { state: 'designing_phase' });
  now('phase_designing', { phaseNumber: number });
  const planned = files.map((path) => ({ path, purpose: `purpose of ${path}` }));
  now('phase_designed', {
    phase: { name: `name ${number}`, description: 'd', files: planned, isLastPhase: last },
  });
  now('state_change', { state: 'implementing_phase' });
}

function write(path: string): void {
  now('file_start', { path });
  now('file_chunk', { path, chunk: 'half ' });
  now('file_chunk', { path, chunk: 'whole' });
  now('file_end', { path, size: 10, sha256: 'abc', content: 'half whole' });
}

function line(text: string): void {
  const timestamp = new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString();
  now('log', { log: { line: text, timestamp, stream: 'stdout' } });
}

beforeEach(() => {
  job = new LiveJob('j');
  seq = 0;
  now('job_queued', { prompt: 'a clock' });
});

const states = () => job.phases.map(({ number, state }) => `${number} ${state}`);

test('a job that goes well ends with all its phases done', () => {
  expect(job.status).toBe('queued');
  now('generation_started', { requestId: 'j', attempt: 1 });
  now('launching', { step: 'copy inputs', durationMs: 3 });
  now('launching', { step: 'start', durationMs: 40 });
  now('session_start', { iteration: 1, agent: 'initializer' });
  phase(1, ['index.html', 'app.js']);
  now('session_start', { iteration: 2, agent: 'coding' });
  phase(2, ['app.js'], true);
  now('generation_complete', { files: ['index.html', 'app.js'], phases: 2 });
  now('completed', { requestId: 'j', downloadUrl: '/d' });
  expect(job.status).toBe('completed');
  expect(states()).toEqual(['1 done', '2 done']);
  expect(job.launch.map(({ step }) => step)).toEqual(['copy inputs', 'start']);
  expect(job.agent).toBe('coding');
  expect(job.files.all.get('app.js')).toMatchObject({
    state: 'done',
    phase: 2,
    text: 'half whole',
  });
  expect(job.phases[0]?.endedAt).toBeDefined();
  expect(job.incidents).toEqual([]);
});

test('a phase goes from being designed to being built', () => {
  now('generation_started', { requestId: 'j', attempt: 1 });
  now('phase_designing', { phaseNumber: 1 });
  expect(states()).toEqual(['1 designing']);
  expect(job.phase?.name).toBeUndefined();
  design(1, ['a']);
  expect(states()).toEqual(['1 implementing']);
  expect(job.phase?.planned).toEqual([{ path: 'a', purpose: 'purpose of a' }]);
});

test('a second attempt goes on behind the finished phases and does the broken one again', () => {
  now('generation_started', { requestId: 'j', attempt: 1 });
  now('launching', { step: 'start', durationMs: 40 });
  phase(1, ['a']);
  design(2, ['b', 'c']);
  now('file_start', { path: 'b' });
  now('file_chunk', { path: 'b', chunk: 'hal' });
  now('subprocess_start', { name: 'npm install' });
  now('worker_changed', { how: 'restarted' });
  now('generation_started', { requestId: 'j', attempt: 2 });
  expect(states()).toEqual(['1 done', '2 stopped']);
  expect(job.files.all.get('b')?.state).toBe('partial');
  expect(job.launch).toEqual([]);
  expect(job.subprocesses[0]).toMatchObject({ stopped: true, durationMs: undefined });
  now('launching', { step: 'start', durationMs: 35 });
  phase(2, ['b', 'c'], true);
  now('generation_complete', { files: ['a', 'b', 'c'], phases: 2 });
  now('completed', { requestId: 'j', downloadUrl: '/d' });
  expect(states()).toEqual(['1 done', '2 done']);
  expect(job.files.all.get('b')).toMatchObject({ state: 'done', text: 'half whole' });
  expect(job.attempt).toBe(2);
  expect(job.incidents).toMatchObject([
    { kind: 'worker', how: 'restarted' },
    { kind: 'attempt', attempt: 2 },
  ]);
  expect(job.launch).toEqual([{ step: 'start', durationMs: 35 }]);
});

test('a job that is taken over runs on as if nothing were', () => {
  now('generation_started', { requestId: 'j', attempt: 1 });
  design(1, ['a', 'b']);
  now('file_start', { path: 'a' });
  now('file_chunk', { path: 'a', chunk: 'half ' });
  now('worker_changed', { how: 'adopted' });
  expect(states()).toEqual(['1 implementing']);
  expect(job.files.all.get('a')).toMatchObject({ state: 'writing', text: 'half ' });
  now('file_chunk', { path: 'a', chunk: 'whole' });
  now('file_end', { path: 'a', size: 10, sha256: 'x' });
  expect(job.files.all.get('a')).toMatchObject({ state: 'done', text: 'half whole' });
  expect(job.attempt).toBe(1);
  expect(job.incidents).toMatchObject([{ kind: 'worker', how: 'adopted' }]);
});

test('the same start told twice is one attempt', () => {
  now('generation_started', { requestId: 'j', attempt: 2 });
  design(1, ['a']);
  now('generation_started', { requestId: 'j', attempt: 2 });
  expect(states()).toEqual(['1 implementing']);
  expect(job.incidents).toHaveLength(1);
});

test('a retry that goes on from files of another job begins with a later phase', () => {
  now('generation_started', { requestId: 'j', attempt: 1 });
  phase(3, ['c']);
  phase(4, ['d'], true);
  expect(states()).toEqual(['3 done', '4 done']);
});

test('a failure leaves what was being done as stopped', () => {
  now('generation_started', { requestId: 'j', attempt: 1 });
  design(1, ['a']);
  now('file_start', { path: 'a' });
  now('heartbeat', { phase: 1, iteration: 1, doing: 'waiting for the model' });
  expect(job.doing).toBe('waiting for the model');
  now('agent_error', { message: 'no credit', reason: 'provider_error' });
  now('failed', { requestId: 'j', reason: 'provider_error', message: 'no credit' });
  expect(states()).toEqual(['1 stopped']);
  expect(job).toMatchObject({
    status: 'failed',
    error: { reason: 'provider_error', message: 'no credit' },
    agentError: 'no credit',
    doing: undefined,
  });
  expect(job.files.all.get('a')?.state).toBe('partial');
});

test('a cancelled job tells how long it took to stop, if it was asked to here', () => {
  vi.useFakeTimers({ now: 50_000 });
  now('generation_started', { requestId: 'j', attempt: 1 });
  job.cancelling = true;
  job.cancelAskedAt = 50_000;
  vi.setSystemTime(53_000);
  now('cancelled', { requestId: 'j' });
  expect(job).toMatchObject({ status: 'cancelled', cancelling: false, stoppedAfter: 3_000 });
  vi.useRealTimers();
});

test('a job that ends well although it was asked to stop has not been stopped', () => {
  job.cancelAskedAt = Date.now();
  now('completed', { requestId: 'j', downloadUrl: '/d' });
  expect(job.stoppedAfter).toBeUndefined();
});

test('what is told after the end leaves the end as it is', () => {
  now('generation_started', { requestId: 'j', attempt: 1 });
  now('completed', { requestId: 'j', downloadUrl: '/d' });
  now('artifact_published', { jobId: 'j', githubUrl: 'https://github.com/a/b' });
  now('deploy_answered', { jobId: 'j', host: 'h', status: 500, error: 'no', nextTryAt: 'later' });
  now('deploy_answered', { jobId: 'j', host: 'h', status: 200 });
  expect(job.status).toBe('completed');
  expect(job.githubUrl).toBe('https://github.com/a/b');
  expect(job.deploys.get('h')).toMatchObject({ status: 200, error: undefined });
});

test('lines are numbered and are not among the events', () => {
  now('generation_started', { requestId: 'j', attempt: 1 });
  line('one');
  now('info', { message: 'between' });
  line('two');
  expect(job.lines.count).toBe(2);
  expect(job.lines.at(2)).toMatchObject({ text: 'two', number: 2 });
  expect(job.events.all.map(({ type }) => type)).toEqual([
    'job_queued',
    'generation_started',
    'info',
  ]);
});

test('an event of a newer server changes nothing and is kept', () => {
  fold(job, { type: 'unknown', seq: 9, sessionId: 's', timestamp: 't', raw: { type: 'news' } });
  expect(job.status).toBe('queued');
  expect(job.events.all.at(-1)?.type).toBe('unknown');
});

test('two processes of one name end in the order in which they ended', () => {
  now('subprocess_start', { name: 'npm' });
  now('subprocess_complete', { name: 'npm', durationMs: 5, exitCode: 1 });
  now('subprocess_start', { name: 'npm' });
  now('subprocess_complete', { name: 'npm', durationMs: 7, exitCode: 0 });
  expect(job.subprocesses.map(({ durationMs, exitCode }) => [durationMs, exitCode])).toEqual([
    [5, 1],
    [7, 0],
  ]);
});
