/**
 * What the log view asks the server: the hits of a search, and the lines of a stored log.
 *
 * The whole log is searched on the server, because the page need not have all of it.
 */
import { fetchWithToken } from '../auth/token';
import { LogLineReader } from './rows/reader';
import { ApiError, errorOf, type Schemas } from '../api/client';
import type { Lines } from '../session/live/lines';
import type { Query } from './text/marks';

/** Hits of one answer; the most that the server lists. */
export const MOST_HITS = 10_000;

/** The answer to a search. */
export type Hits = Schemas['LogHits'];

/** Asks for hits behind a line. */
export type Ask = (afterLine: number, signal: AbortSignal) => Promise<Hits>;

/** The addresses under which a browser saves a job's log. */
export function downloadUrl(jobId: string, format: 'text' | 'ndjson'): string {
  const form = format === 'ndjson' ? 'format=ndjson&' : '';
  return `/api/jobs/${encodeURIComponent(jobId)}/log?${form}download=true`;
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetchWithToken(url, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError(0, 'unreachable', 'The server cannot be reached.');
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** Searches a job's log. */
export function asking(jobId: string, query: Query): Ask {
  return async (afterLine, signal) => {
    const parameters = new URLSearchParams({
      search: query.text,
      caseSensitive: String(query.caseSensitive),
      regex: String(query.regex),
      limit: String(MOST_HITS),
      afterLine: String(afterLine),
    });
    const url = `/api/jobs/${encodeURIComponent(jobId)}/log?${parameters.toString()}`;
    const response = await get(url, signal);
    return (await response.json()) as Hits;
  };
}

/** Fetches the first `most` lines of a job's log into `lines`; `told` is given how many there are so far. */
export async function fetchLines(
  jobId: string,
  lines: Lines,
  most: number,
  signal: AbortSignal,
  told: (count: number) => void,
): Promise<void> {
  const url = `/api/jobs/${encodeURIComponent(jobId)}/log?format=ndjson`;
  const response = await get(url, signal);
  const reader = new LogLineReader(lines, most);
  const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (stream !== undefined) {
    const { done, value } = await stream.read();
    if (done) break;
    const goesOn = reader.take(value);
    told(lines.count);
    if (goesOn) continue;
    await stream.cancel();
    return;
  }
  reader.end();
}
