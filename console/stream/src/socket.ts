/**
 * What the module needs of a WebSocket: the browser's, Node's own (from 22 on), or that of the
 * package `ws`.
 */

/** A socket. */
export interface Socket {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

/** Makes a socket that connects. */
export type SocketConstructor = new (url: string) => Socket;

/** The platform's own; `undefined` where there is none. */
export function platformSocket(): SocketConstructor | undefined {
  const { WebSocket } = globalThis as { WebSocket?: SocketConstructor };
  return WebSocket;
}

/** The address of `/ws` below the address of an installation: `https://leo.example`. */
export function websocketUrl(base: string | URL): string {
  const url = new URL(base);
  url.protocol = url.protocol.replace('http', 'ws');
  url.pathname = `${url.pathname.replace(/\/$/, '')}/ws`;
  url.search = '';
  url.hash = '';
  return url.href;
}
