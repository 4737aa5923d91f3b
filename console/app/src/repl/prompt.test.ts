import { beforeEach, expect, test, vi } from 'vitest';
import { complete, type Actions } from './commands';
import { History } from './history';
import { Line } from './line';
import { Prompt } from './prompt';
import { Screen } from './screen';

let line: Line;
let written: string;
let actions: Actions;
let prompt: Prompt;

beforeEach(() => {
  localStorage.clear();
  line = new Line();
  written = '';
  const output = {
    cols: 80,
    rows: 24,
    write: (data: string, done: () => void) => {
      written += data.replace(/\x1b\[[\d;?]*[A-Za-z]/g, '');
      done();
    },
  };
  actions = {
    run: vi.fn(async () => undefined),
    cancel: vi.fn(async () => 'cancelling…'),
    retry: vi.fn(async () => 'once more'),
    status: vi.fn(() => ['all is well']),
    download: vi.fn(async () => 'downloading…'),
    clear: vi.fn(),
  };
  prompt = new Prompt(line, new Screen(output, line), new History('u'), actions);
});

/** Lets what was submitted be carried out. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

function type(...keys: string[]): void {
  for (const key of keys) prompt.take(key);
}

test('keys move and edit as in a shell', () => {
  type('run a', '\x01', 'X', '\x05', 'Z');
  expect(line.text).toBe('Xrun aZ');
  type('\x1b[D', '\x7f');
  expect(line.text).toBe('Xrun Z');
  type('\x15');
  expect(line.text).toBe('Z');
  type('\x0b', 'one two three', '\x17');
  expect(line.text).toBe('one two ');
  type('\x19', '\x1b[H', '\x1b[3~', '\x1b[C', '\x0b');
  expect(line.text).toBe('n');
});

test('a character of many units goes as one', () => {
  type('a👨‍👩‍👧é', '\x7f', '\x7f');
  expect(line.text).toBe('a');
});

test('what is pasted is not submitted, and keeps its lines', async () => {
  type('run ', '\x1b[200~a page\rwith\x1b[31m a\tclock\x07\x1b[201~');
  await settle();
  expect(actions.run).not.toHaveBeenCalled();
  expect(line.text).toBe('run a page\nwith[31m a  clock');
  type('\r');
  await settle();
  expect(actions.run).toHaveBeenCalledWith('a page\nwith[31m a  clock');
});

test('a submitted line is carried out and remembered', async () => {
  type('run a clock', '\r');
  await settle();
  expect(actions.run).toHaveBeenCalledWith('a clock');
  expect(line.text).toBe('');
  type('\x1b[A');
  expect(line.text).toBe('run a clock');
});

test('going through the history gives back what was being typed', async () => {
  type('status', '\r', 'cancel', '\r');
  await settle();
  type('dra', '\x1b[A', '\x1b[A', '\x1b[A');
  expect(line.text).toBe('status');
  type('\x1b[B');
  expect(line.text).toBe('cancel');
  type('\x1b[B');
  expect(line.text).toBe('dra');
  type('\x1b[B');
  expect(line.text).toBe('dra');
});

test('the history is kept for each account', () => {
  new History('u').add('status');
  expect(new History('u').previous('')).toBe('status');
  expect(new History('v').previous('')).toBeUndefined();
});

test('commands are completed', () => {
  expect(complete('re')).toEqual(['retry']);
  expect(complete('c')).toEqual(['cancel', 'clear']);
  expect(complete('run c')).toEqual([]);
  type('dow', '\t');
  expect(line.text).toBe('download ');
});

test('an unknown command explains itself', async () => {
  type('a page with a clock', '\r', 'statsu', '\r');
  await settle();
  expect(written).toContain('There is no command “a”.');
  expect(written).toContain('put run before it');
  expect(written).toContain('Did you mean status?');
});

test('names of every object are no commands', async () => {
  type('toString', '\r', 'constructor', '\r');
  await settle();
  expect(written).toContain('There is no command “toString”.');
  expect(written).toContain('There is no command “constructor”.');
});

test('what goes wrong is said, and the prompt lives on', async () => {
  vi.mocked(actions.cancel).mockRejectedValueOnce(new Error('the server cannot\x1b[2J be reached'));
  type('cancel', '\r', 'status', '\r');
  await settle();
  expect(written).toContain('the server cannot be reached');
  expect(written).toContain('all is well');
});

test('help lists every command', async () => {
  type('help', '\r');
  await settle();
  for (const name of ['help', 'run', 'cancel', 'retry', 'status', 'download', 'clear']) {
    expect(written).toContain(`  ${name}`);
  }
});

test('Ctrl+C gives the line up', () => {
  type('half a thought', '\x03');
  expect(line.text).toBe('');
  expect(written).toContain('half a thought^C');
});
