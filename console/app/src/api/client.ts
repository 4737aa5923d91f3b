/**
 * Requests to Leo, typed by its own OpenAPI document.
 *
 * Promises: an answer that is no success is thrown as an {@link ApiError}, with the server's words; a
 * request that never arrived is one as well, with the code `unreachable`. A 401 is told to whoever
 * asked with {@link onSignedOut}, because it concerns the whole page.
 */
import createClient, { type Middleware } from 'openapi-fetch';
import { bearer } from '../auth/token';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Session = Schemas['Session'];
export type Job = Schemas['Job'];
export type Me = Schemas['Me'];

/** A request that came to nothing. `message` is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    /** Of the answer; 0 where there was none. */
    readonly status: number,
    /** For programs, see docs/api.md. */
    readonly code: string,
    message: string,
    /** By which the server's log knows the request. */
    readonly requestId?: string,
    /** Seconds after which it may be tried again. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

const listeners = new Set<(error: ApiError) => void>();

/** Calls `listener` whenever the server does not know who is there, until the returned function is called. */
export function onSignedOut(listener: (error: ApiError) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const reachListeners = new Set<(reached: boolean) => void>();

/** Tells `listener` of each request whether it reached Leo, until the returned function is called. */
export function onReach(listener: (reached: boolean) => void): () => void {
  reachListeners.add(listener);
  return () => reachListeners.delete(listener);
}

function tellReach(reached: boolean): void {
  for (const listener of [...reachListeners]) listener(reached);
}

/** What a proxy answers when Leo behind it does not; Leo's own answers of that status have a code. */
function isFromProxy(error: ApiError): boolean {
  return [502, 503, 504].includes(error.status) && error.code.startsWith('http_');
}

/** The error that an answer tells. */
export async function errorOf(response: Response): Promise<ApiError> {
  const problem = await problemOf(response);
  const wait = Number(response.headers.get('retry-after') ?? NaN);
  return new ApiError(
    response.status,
    problem.code ?? `http_${response.status}`,
    problem.detail ?? problem.title ?? `The server answered with ${response.status}.`,
    problem.requestId ?? response.headers.get('x-request-id') ?? undefined,
    Number.isFinite(wait) ? wait : undefined,
  );
}

type Problem = Partial<Record<'code' | 'detail' | 'title' | 'requestId', string>>;

async function problemOf(response: Response): Promise<Problem> {
  try {
    const value: unknown = await response.clone().json();
    return typeof value === 'object' && value !== null ? (value as Problem) : {};
  } catch {
    return {};
  }
}

const telling: Middleware = {
  onRequest({ request }) {
    const token = bearer();
    if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
  },
  async onResponse({ response }) {
    if (response.ok) return tellReach(true);
    const error = await errorOf(response);
    tellReach(!isFromProxy(error));
    if (error.status === 401) for (const listener of [...listeners]) listener(error);
    throw error;
  },
  onError({ error }) {
    if (error instanceof ApiError || isAborted(error)) return;
    tellReach(false);
    throw new ApiError(0, 'unreachable', 'The server cannot be reached.');
  },
};

function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** `api.GET('/api/sessions', …)`; see {@link take} for what comes back. */
export const api = createClient<paths>({ baseUrl: location.origin });
api.use(telling);

/** What an answer holds. */
export async function take<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
