/** A file of the server in pieces: which are asked for, and how they become text. Pure. */
import type { Kept } from '../entries';

/** Bytes that are asked for at once. */
export const PIECE = 1 << 20;
/** More than this is not for looking at, in bytes. */
export const MOST = 16 << 20;
/** Where a zero byte among the first so many tells that a file is no text, as git does. */
const LOOK = 8_000;

/** A piece of a file. */
export interface Piece {
  bytes: Uint8Array;
  /** Where it begins. */
  from: number;
}

/** A path within an address: its slashes stay. */
export function pathInUrl(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Where a file is. */
export function urlOf({ jobId, file }: Kept): string {
  return `/api/jobs/${jobId}/files/${pathInUrl(file.path)}`;
}

/** The bytes that are asked for from there; undefined where there are none any more. */
export function rangeFrom(from: number, size: number): string | undefined {
  if (from >= size || from >= MOST) return undefined;
  return `bytes=${from}-${Math.min(from + PIECE, size) - 1}`;
}

/** Where the next piece begins; undefined behind the last one that is shown. */
export function nextFrom(last: Piece, size: number): number | undefined {
  const from = last.from + last.bytes.length;
  return last.bytes.length > 0 && rangeFrom(from, size) !== undefined ? from : undefined;
}

/** Pieces as text; undefined where they are none. Characters that a piece ends within are made whole. */
export function textOf(pieces: readonly Piece[]): string | undefined {
  if (pieces[0]?.bytes.subarray(0, LOOK).includes(0) === true) return undefined;
  const decoder = new TextDecoder();
  const parts = pieces.map(({ bytes }) => decoder.decode(bytes, { stream: true }));
  return parts.join('') + decoder.decode();
}
