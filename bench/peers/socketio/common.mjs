// What both servers agree on.

import { Redis } from "ioredis";

export const ROOM = "session";

const SOCKET = "redis+unix://";

/** A connection to REDIS_URL, which may be that of a Unix socket. */
export function connect() {
  const url = process.env.REDIS_URL;
  return new Redis(url.startsWith(SOCKET) ? url.slice(SOCKET.length) : url);
}
