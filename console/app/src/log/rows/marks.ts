/** What stands between the lines of a log: phases, and what else there is to know at that place. */
import type { JobStatus, LeoEvent } from '@leo/stream';
import type { LiveJob, LivePhase } from '../../session/live/job';
import { bytes } from '../../ui/bytes';
import { duration } from '../../ui/time';
import { words } from './reasons';

/** A row that is no line. It stands before the first line whose event came after `seq`. */
export interface Mark {
  key: string;
  seq: number;
  kind: 'phase' | 'note' | 'end';
  /** The phase that begins here. */
  phase?: LivePhase;
  text: string;
  tone: 'plain' | 'info' | 'running' | 'done' | 'failed';
}

/** Heights, in pixels; those of `log.module.css`. */
export const MARK_HEIGHTS: Record<Mark['kind'], number> = { phase: 34, note: 26, end: 40 };

/** The marks of a job, in order. */
export function marksOf(job: LiveJob): Mark[] {
  const marks = [...job.phases.map(ofPhase), ...notes(job)].sort((a, b) => a.seq - b.seq);
  if (job.ended) marks.push(end(job));
  return marks;
}

function ofPhase(phase: LivePhase): Mark {
  const text = phase.name ?? (phase.state === 'designing' ? 'Designing' : 'Phase');
  const tones = { designing: 'running', implementing: 'running', done: 'done', stopped: 'plain' };
  return {
    key: `phase-${phase.number}`,
    seq: phase.firstSeq,
    kind: 'phase',
    phase,
    text,
    tone: tones[phase.state] as Mark['tone'],
  };
}

/** What has been found among a job's events so far. */
interface Notes {
  /** Events that were looked at. */
  seen: number;
  marks: Mark[];
}

const notesOf = new WeakMap<LiveJob, Notes>();

/** Attempts, changes of worker and lost output; each event is looked at once. */
function notes(job: LiveJob): Mark[] {
  const known = notesOf.get(job) ?? { seen: 0, marks: [] };
  notesOf.set(job, known);
  const { all, gone } = job.events;
  for (let index = Math.max(0, known.seen - gone); index < all.length; index += 1) {
    const event = all[index];
    const found = event === undefined ? undefined : note(event);
    if (found !== undefined) known.marks.push(found);
  }
  known.seen = gone + all.length;
  return known.marks;
}

function note(event: LeoEvent): Mark | undefined {
  const mark = (text: string, tone: Mark['tone']): Mark => {
    return { key: `note-${event.seq}`, seq: event.seq, kind: 'note', text, tone };
  };
  if (event.type === 'generation_started' && event.attempt > 1) {
    return mark(`Attempt ${event.attempt} begins here`, 'info');
  }
  if (event.type === 'worker_changed') {
    return event.how === 'adopted'
      ? mark('Another worker has taken over; nothing is lost', 'info')
      : mark('The container was lost; the job starts again', 'info');
  }
  if (event.type === 'output_truncated') {
    return mark(`Output beyond ${bytes(event.limit)} was not kept`, 'failed');
  }
  return undefined;
}

const ENDS: Partial<Record<JobStatus, [string, Mark['tone']]>> = {
  completed: ['Completed', 'done'],
  cancelled: ['Cancelled', 'plain'],
  failed: ['Failed', 'failed'],
};

function end(job: LiveJob): Mark {
  const [text, tone] = ENDS[job.status] ?? ['Ended', 'plain'];
  const why = job.error === undefined ? '' : `: ${words(job.error)}`;
  const took = Date.parse(job.finishedAt ?? '') - Date.parse(job.startedAt ?? '');
  const after = Number.isNaN(took) ? '' : ` after ${duration(took)}`;
  return { key: 'end', seq: Infinity, kind: 'end', text: `${text}${after}${why}`, tone };
}
