/** The phases of a job: how far each is, what it is for, what it writes, and how long it takes. */
import { Elapsed, duration } from '../../ui/time';
import type { LiveFile } from '../live/files';
import type { LiveJob, LivePhase, PhaseState } from '../live/job';
import { StateIcon } from './icon';
import css from './build.module.css';

/** Files of a phase that are shown at once. */
const MOST_FILES = 14;

const WORDS: Record<PhaseState, string> = {
  designing: 'being designed',
  implementing: 'being built',
  done: 'done',
  stopped: 'stopped',
};

export function Timeline({ job }: { job: LiveJob }) {
  if (job.startedAt === undefined) return null;
  return (
    <ol className={css.timeline} aria-label="Phases">
      <Start job={job} />
      {job.phases.map((phase) => (
        <Phase key={phase.number} phase={phase} job={job} />
      ))}
      {job.subprocesses.length > 0 && <Processes job={job} />}
    </ol>
  );
}

/** Getting the container to run. */
function Start({ job }: { job: LiveJob }) {
  const began = job.launch.length > 0 || job.phases.length > 0;
  const took = job.launch.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return (
    <li className={css.phase} data-state={began ? 'done' : 'implementing'}>
      <StateIcon state={began ? 'done' : job.ended ? 'stopped' : 'implementing'} />
      <div className={css.phaseBody}>
        <div className={css.phaseHead}>
          <h3>{job.attempt > 1 ? `Start, attempt ${job.attempt}` : 'Start'}</h3>
          {job.launch.length > 0 && <span className={css.figure}>{duration(took)}</span>}
        </div>
        <p className={css.soft}>
          {job.launch.length === 0
            ? 'Waiting for the container'
            : job.launch
                .map(({ step, durationMs }) => `${step} ${duration(durationMs)}`)
                .join(', ')}
        </p>
      </div>
    </li>
  );
}

function Phase({ phase, job }: { phase: LivePhase; job: LiveJob }) {
  return (
    <li className={css.phase} data-state={phase.state}>
      <StateIcon state={phase.state} />
      <div className={css.phaseBody}>
        <div className={css.phaseHead}>
          <h3>
            Phase {phase.number}
            {phase.name !== undefined && `: ${phase.name}`}
            <span className="visually-hidden">, {WORDS[phase.state]}</span>
          </h3>
          <span className={css.figure}>
            <Elapsed from={phase.startedAt} to={phase.endedAt} />
          </span>
        </div>
        <p className={css.soft}>
          {phase.description ?? (phase.endedAt === undefined ? 'Being designed …' : '')}
        </p>
        <PhaseFiles phase={phase} job={job} />
      </div>
    </li>
  );
}

/** A file that a phase plans, or has written without a plan. */
interface Row {
  path: string;
  purpose: string | undefined;
  file: LiveFile | undefined;
}

/** The files of a phase: the planned ones first, then what came beside the plan. */
export function filesOf(phase: LivePhase, job: LiveJob): Row[] {
  const rows = new Map<string, Row>();
  for (const { path, purpose } of phase.planned) {
    const file = job.files.all.get(path);
    // A later phase may have written it again; then it was there all the same.
    const written = file !== undefined && file.phase >= phase.number ? file : undefined;
    rows.set(path, { path, purpose, file: written });
  }
  for (const file of job.files.all.values()) {
    if (file.phase === phase.number && !rows.has(file.path)) {
      rows.set(file.path, { path: file.path, purpose: undefined, file });
    }
  }
  return [...rows.values()];
}

function PhaseFiles({ phase, job }: { phase: LivePhase; job: LiveJob }) {
  const rows = filesOf(phase, job);
  if (rows.length === 0) return null;
  const more = rows.slice(MOST_FILES);
  return (
    <>
      <FileList rows={rows.slice(0, MOST_FILES)} />
      {more.length > 0 && (
        <details className={css.moreFiles}>
          <summary>{more.length} more</summary>
          <FileList rows={more} />
        </details>
      )}
    </>
  );
}

const FILE_WORDS = { writing: 'being written', done: 'written', partial: 'written in part' };

function FileList({ rows }: { rows: Row[] }) {
  return (
    <ul className={css.files}>
      {rows.map(({ path, purpose, file }) => (
        <li key={path} title={purpose} data-state={file?.state ?? 'planned'}>
          <code>{path}</code>
          <span className="visually-hidden">
            , {file === undefined ? 'planned' : FILE_WORDS[file.state]}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What ran beside: installs, servers. */
function Processes({ job }: { job: LiveJob }) {
  return (
    <li className={css.phase} data-state="done">
      <StateIcon state="done" />
      <div className={css.phaseBody}>
        <div className={css.phaseHead}>
          <h3>Processes</h3>
        </div>
        <ul className={css.processes}>
          {job.subprocesses.map((process, index) => (
            <li key={index}>
              <code>{process.name}</code>
              <span className={css.soft}>
                {process.durationMs !== undefined ? (
                  `${duration(process.durationMs)}${exit(process.exitCode)}`
                ) : process.stopped ? (
                  'stopped'
                ) : (
                  <>
                    runs for <Elapsed from={process.startedAt} to={undefined} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}

function exit(code: number | undefined): string {
  return code === undefined || code === 0 ? '' : `, ended with ${code}`;
}
