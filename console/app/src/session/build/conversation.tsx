/**
 * What was asked for and what was answered, job by job.
 *
 * Shown as it is, as text: neither prompts nor answers are ever read as HTML. It stays at the end while
 * it grows, unless somebody has scrolled up.
 */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useLayoutEffect, useRef, useState } from 'react';
import { api, take, type Schemas } from '../../api/client';
import { StatusBadge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Ago } from '../../ui/time';
import { hasEnded, type SessionJob, type Shown } from '../shown';
import css from './conversation.module.css';

type Message = Schemas['Message'];

/** Texts longer than this are shown in short, in characters. */
const LONG = 1_500;
const SHORT = 1_000;
/** So near to the end counts as at the end, in pixels. */
const NEAR = 40;

/** The agent's words, by job. */
export function answersOf(messages: readonly Message[]): Map<string, string[]> {
  const answers = new Map<string, string[]>();
  for (const { role, jobId, content } of messages) {
    if (role !== 'assistant' || content === '') continue;
    answers.set(jobId, [...(answers.get(jobId) ?? []), content]);
  }
  return answers;
}

function useAnswers(sessionId: string): Map<string, string[]> {
  const asked = useQuery({
    queryKey: ['session', sessionId, 'messages'],
    queryFn: () =>
      take(api.GET('/api/sessions/{id}/messages', { params: { path: { id: sessionId } } })),
    select: ({ messages }) => answersOf(messages),
  });
  return asked.data ?? new Map();
}

export function Conversation({ shown: { all, job } }: { shown: Shown }) {
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  const answers = useAnswers(sessionId);
  const list = useRef<HTMLDivElement>(null);
  useAtEnd(list, `${all?.length ?? 0} ${answers.size} ${all?.at(-1)?.status ?? ''}`);
  return (
    <div ref={list} className={css.list} tabIndex={0} role="log" aria-label="Conversation">
      {all?.map((one) => (
        <Turn
          key={one.id}
          job={one}
          answers={answers.get(one.id) ?? []}
          shown={one.id === job?.id}
          only={all.length === 1}
          retryOf={all.find(({ id }) => id === one.rest?.retryOf)?.number}
        />
      ))}
    </div>
  );
}

function Turn({
  job,
  answers,
  shown,
  only,
  retryOf,
}: {
  job: SessionJob;
  answers: string[];
  shown: boolean;
  only: boolean;
  /** The number of the job that this one does once more. */
  retryOf: number | undefined;
}) {
  return (
    <article className={css.turn} data-shown={(shown && !only) || undefined}>
      <div className={css.turnHead}>
        <span>
          Job {job.number}
          {retryOf !== undefined && `, retry of ${retryOf}`}
        </span>
        <StatusBadge status={job.status} />
        {job.createdAt !== undefined && <Ago at={job.createdAt} />}
        {!shown && (
          <Link to="." search={(before) => ({ ...before, job: job.id })}>
            Show<span className="visually-hidden"> job {job.number}</span>
          </Link>
        )}
      </div>
      <Text className={css.prompt} text={job.prompt} />
      {answers.map((answer, index) => (
        <Text key={index} className={css.answer} text={answer} />
      ))}
      {answers.length === 0 && !hasEnded(job.status) && (
        <p className={css.pending}>
          {job.status === 'queued'
            ? 'Waiting for its turn.'
            : 'At work. What comes of it stands here.'}
        </p>
      )}
    </article>
  );
}

/** A text as it is; of a long one the beginning, and the rest for whoever wants it. */
function Text({ text, className }: { text: string; className: string | undefined }) {
  const [whole, showWhole] = useState(false);
  const short = text.length > LONG && !whole;
  return (
    <>
      <p className={className}>{short ? `${text.slice(0, SHORT)}…` : text}</p>
      {short && (
        <Button small onClick={() => showWhole(true)}>
          Show all {text.length.toLocaleString('en')} characters
        </Button>
      )}
    </>
  );
}

/** Keeps the end in sight when `what` changes, if it was. */
function useAtEnd(list: React.RefObject<HTMLElement | null>, what: string): void {
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    };
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [list]);
  useLayoutEffect(() => {
    const element = list.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [list, what]);
}
