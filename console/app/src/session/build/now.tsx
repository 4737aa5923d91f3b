/** A job that runs: what it does at present, and how far it is. */
import { Badge } from '../../ui/badge';
import ui from '../../ui/ui.module.css';
import { Elapsed } from '../../ui/time';
import type { AgentState } from '@leo/stream';
import type { LiveJob } from '../live/job';
import { useWatched } from '../live/signal';
import type { SessionJob } from '../shown';
import { NotifyButton } from './notify-button';
import { Progress, progressOf } from './progress';
import css from './build.module.css';

const DOES: Record<AgentState, string> = {
  idle: 'Getting ready',
  designing_phase: 'Designing the next phase',
  implementing_phase: 'Writing files',
  installing_deps: 'Installing dependencies',
  starting_server: 'Starting the app',
  complete: 'Finishing',
  error: 'The agent has given up',
  cancelled: 'Stopping',
};

/** What a running job does, in a few words. */
export function doesWhat(job: LiveJob): string {
  if (job.cancelling) return 'Stopping';
  if (job.launch.length === 0 && job.phases.length === 0) return 'Starting its container';
  const phase = job.phase;
  if (job.agentState === 'designing_phase' && phase !== undefined) {
    return `Designing phase ${phase.number}`;
  }
  return DOES[job.agentState];
}

export function Now({ job: { live, rest, createdAt } }: { job: SessionJob }) {
  const job = useWatched(live);
  const from = job?.startedAt ?? rest?.startedAt ?? createdAt;
  const most = rest?.maxIterations ?? job?.snapshot?.maxIterations;
  return (
    <div className={`${ui.card} ${css.card}`} data-tone="running">
      <div className={css.line}>
        <h2 className={css.grow}>{job === undefined ? 'Building' : doesWhat(job)}</h2>
        {job?.agent !== undefined && (
          <Badge>
            {job.agent} agent{job.iteration !== undefined && ` · round ${job.iteration}`}
          </Badge>
        )}
        {from !== undefined && (
          <span className={css.figure} title="How long it runs">
            <Elapsed from={from} to={undefined} />
          </span>
        )}
      </div>
      <p className={css.doing}>{job === undefined ? ' ' : (detailOf(job) ?? ' ')}</p>
      <Progress progress={progressOf(job, most)} />
      <NotifyButton />
    </div>
  );
}

/** More of what it does, where it says more: one line, which is always there so that nothing jumps. */
function detailOf(job: LiveJob): string | undefined {
  const doing = job.doing === 'waiting' ? undefined : job.doing;
  if (job.agentState === 'implementing_phase') {
    const file = job.files.latest;
    const writes = file !== undefined && job.files.all.get(file)?.state === 'writing';
    if (writes) return doing === undefined ? file : `${file} · ${doing}`;
  }
  if (doing !== undefined) return doing;
  if (job.agentState === 'designing_phase' && job.thought !== undefined) return job.thought;
  return job.phase?.name;
}
