// What all peers share.

import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

const PROMPT = "a job that does nothing, for a benchmark";
const SOCKET = "redis+unix://";

/** Microseconds of the monotonic clock. */
export const now = () => Number(process.hrtime.bigint() / 1000n);

/** Waits so many milliseconds; a timer is no finer than one. */
export const pause = (ms) => (ms >= 1 ? sleep(ms) : Promise.resolve());

/** Waits for something, but no longer than so many seconds. */
export async function within(seconds, something) {
  const end = new AbortController();
  const limit = sleep(seconds * 1000, undefined, { signal: end.signal }).catch(() => {});
  await Promise.race([something, limit]);
  end.abort();
}

/** What a job carries. */
export const payload = (n) => ({ n, prompt: PROMPT });

/** Payloads by the thousand, for calls that take many. */
export function* bulk(count, size) {
  for (let first = 0; first < count; first += size) {
    const length = Math.min(size, count - first);
    yield Array.from({ length }, (_, i) => payload(-1 - first - i));
  }
}

/** Where Redis is; it may be on a Unix socket. */
export function redisAddress() {
  const url = process.env.REDIS_URL;
  return url.startsWith(SOCKET) ? url.slice(SOCKET.length) : url;
}

/** Brings Postgres to rest after a large fill. */
export async function settle() {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query("vacuum analyze");
  await client.query("checkpoint");
  await client.end();
}
