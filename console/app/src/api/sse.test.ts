import { expect, test } from 'vitest';
import { EventReader, eventsOf } from './sse';

const TEXT =
  ': hello\n\nevent: begin\ndata: {"name":"a"}\n\nevent:step\r\ndata:one\r\ndata: two\r\n\r\ndata: last\r\r';
const EVENTS = [
  { event: 'begin', data: '{"name":"a"}' },
  { event: 'step', data: 'one\ntwo' },
  { event: 'message', data: 'last' },
];

test('events come the same, wherever the text is cut', () => {
  for (let cut = 0; cut <= TEXT.length; cut += 1) {
    const reader = new EventReader();
    const events = [
      ...reader.read(TEXT.slice(0, cut)),
      ...reader.read(TEXT.slice(cut)),
      ...reader.read('\n'),
    ];
    expect(events, `cut at ${cut}`).toEqual(EVENTS);
  }
});

test('one letter at a time', () => {
  const reader = new EventReader();
  const events = [...TEXT, '\n'].flatMap((letter) => reader.read(letter));
  expect(events).toEqual(EVENTS);
});

test('an event without data is none, and one that is cut off is not given', () => {
  const reader = new EventReader();
  expect(reader.read('event: ping\n\nid: 7\nretry: 5\n\nevent: result\ndata: {"ok"')).toEqual([]);
});

/** A body that comes in these pieces. */
function bodyOf(pieces: Uint8Array[], onCancel?: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
    ...(onCancel && { cancel: onCancel }),
  });
}

test('a letter of several bytes may be cut in the middle', async () => {
  const bytes = new TextEncoder().encode('data: 🦁ü\n\n');
  const body = bodyOf([...bytes].map((byte) => Uint8Array.of(byte)));
  const events = [];
  for await (const event of eventsOf(body)) events.push(event);
  expect(events).toEqual([{ event: 'message', data: '🦁ü' }]);
});

test('to stop is to hang up', async () => {
  let cancelled = false;
  const body = bodyOf(
    [new TextEncoder().encode('data: 1\n\ndata: 2\n\n'), new Uint8Array(1)],
    () => {
      cancelled = true;
    },
  );
  for await (const event of eventsOf(body)) {
    expect(event.data).toBe('1');
    break;
  }
  expect(cancelled).toBe(true);
});
