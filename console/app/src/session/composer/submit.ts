/**
 * Submits jobs. Whatever fails on the way may be sent again under the same key.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { api, ApiError, take, type Job, type Schemas } from '../../api/client';
import { changeDraft, NO_OPTIONS, type Draft, type Options } from './draft';

/** A request for a job. */
export type Request = Schemas['SubmitJob'];

/** Tries again by itself after a request that did not arrive. */
const MOST_TRIES = 3;

/** What is asked for by a draft. Fields that are not numbers go as they are: the server says what is wrong. */
export function requestOf({ prompt, options }: Pick<Draft, 'prompt' | 'options'>): Request {
  const { mode, maxIterations, model } = options;
  const budget = budgetOf(options);
  return {
    prompt: prompt.trim(),
    ...(mode !== '' && { mode }),
    ...(maxIterations !== '' && { maxIterations: Number(maxIterations) }),
    ...(model.trim() !== '' && { model: model.trim() }),
    ...(budget && { budget }),
  };
}

function budgetOf({ tokens, usd }: Options): Request['budget'] {
  if (tokens === '' && usd === '') return undefined;
  return {
    ...(tokens !== '' && { tokens: Number(tokens) }),
    ...(usd !== '' && { usd: Number(usd) }),
  };
}

/** Submits a job under a key: the same key and request make one job, however often they are sent. */
export function submitJob(sessionId: string, request: Request, key: string): Promise<Job> {
  return take(
    api.POST('/api/sessions/{id}/jobs', {
      params: { path: { id: sessionId }, header: { 'Idempotency-Key': key } },
      body: request,
    }),
  );
}

/** What is left of a draft when its prompt was accepted: what was typed since. */
function accepted(now: Draft, request: Request): Draft {
  const same = now.prompt.trim() === request.prompt;
  return { prompt: same ? '' : now.prompt, options: same ? NO_OPTIONS : now.options };
}

/** Submits a job in the session of the page, and shows it; the draft goes when it was accepted. */
export function useSubmit() {
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  const taken = useTaken(sessionId);
  return useMutation({
    mutationFn: ({ request, key }: { request: Request; key: string }) =>
      submitJob(sessionId, request, key),
    retry: mayComeAgain,
    retryDelay: 700,
    networkMode: 'always',
    // Here and not where it is sent from: somebody may look at another view by then.
    onSuccess: (job, { request }) => {
      changeDraft(sessionId, (now) => accepted(now, request));
      taken(job);
    },
  });
}

/** Keys of retries that were asked for and not accepted yet, by job: asking twice makes one job. */
const retryKeys = new Map<string, string>();

/** Does a job once more, and shows it. */
export function useRetry(makeKey: () => string) {
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  const taken = useTaken(sessionId);
  return useMutation({
    mutationFn: (id: string) => {
      const key = retryKeys.get(id) ?? makeKey();
      retryKeys.set(id, key);
      const header = { 'Idempotency-Key': key };
      return take(api.POST('/api/jobs/{id}/retry', { params: { path: { id }, header } }));
    },
    retry: mayComeAgain,
    retryDelay: 700,
    networkMode: 'always',
    onSuccess: (job, id) => {
      retryKeys.delete(id);
      taken(job);
    },
  });
}

function mayComeAgain(count: number, error: Error): boolean {
  return (
    count < MOST_TRIES && error instanceof ApiError && (error.status === 0 || error.status >= 502)
  );
}

/** To be told of an accepted job: it is shown at once, before the stream tells of it. */
export function useTaken(sessionId: string): (job: Job) => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (job) => {
    client.setQueryData<{ items: Job[] }>(['session', sessionId, 'jobs'], (page) =>
      page === undefined || page.items.some(({ id }) => id === job.id)
        ? page
        : { ...page, items: [job, ...page.items] },
    );
    void client.invalidateQueries({ queryKey: ['session', sessionId] });
    void navigate({ to: '.', search: ({ job: _, ...rest }) => rest });
  };
}
