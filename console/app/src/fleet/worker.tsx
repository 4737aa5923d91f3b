/** One worker. */
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type Schemas } from '../api/client';
import { fleet } from '../api/operators';
import { Badge } from '../ui/badge';
import { ConfirmButton } from '../ui/confirm';
import { Ago, duration, Elapsed } from '../ui/time';
import css from './fleet.module.css';

type FleetWorker = Schemas['FleetWorker'];

/** From this silence on it is worth seeing, in seconds: two signs of life are missing, as workers are set up usually. */
const SILENT = 20;

/** `own`: jobs of the reader, whose sessions he can open. */
export function Worker({ worker, own }: { worker: FleetWorker; own: ReadonlySet<string> }) {
  const { name, running, capacity, silentSeconds } = worker;
  const silent = silentSeconds >= SILENT;
  return (
    <li className={css.worker}>
      <div className={css.row}>
        <h3>{name}</h3>
        {silent ? (
          <Badge tone="failed">silent</Badge>
        ) : worker.draining ? (
          <Badge tone="running">draining</Badge>
        ) : (
          <Badge tone="done">ready</Badge>
        )}
        <span className={css.grow} />
        <Drain worker={worker} />
      </div>
      <div className={css.slots}>
        <meter value={running.length} max={Math.max(capacity, 1)} aria-label={`Slots of ${name}`} />
        <span>
          {running.length} of {capacity} slots
        </span>
      </div>
      <p className={css.soft}>
        {worker.orchestrator} · version {worker.version} · started <Ago at={worker.startedAt} /> ·
        last heard of {duration(silentSeconds * 1000)} ago · host <code>{worker.host}</code>
      </p>
      {running.length > 0 && (
        <ul className={css.jobs}>
          {running.map((job) => (
            <Running key={job.jobId} job={job} own={own.has(job.jobId)} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Running({ job, own }: { job: Schemas['FleetJob']; own: boolean }) {
  return (
    <li>
      {own ? (
        <Link
          to="/sessions/$sessionId"
          params={{ sessionId: job.sessionId }}
          search={{ job: job.jobId }}
        >
          <code>{job.jobId}</code>
        </Link>
      ) : (
        <code>{job.jobId}</code>
      )}
      <span className={css.soft}>
        for <Elapsed from={job.since} to={undefined} />
        {job.attempt > 1 && `, run ${job.attempt}`}
      </span>
    </li>
  );
}

function Drain({ worker: { id, name, draining, running } }: { worker: FleetWorker }) {
  const cache = useQueryClient();
  const params = { path: { worker: id } };
  const renew = () => cache.invalidateQueries(fleet);
  if (draining) {
    return (
      <ConfirmButton
        label="Undrain"
        look={{ small: true }}
        title={`Let ${name} claim jobs again?`}
        verb="Undrain it"
        danger={false}
        act={async () => {
          await api.DELETE('/api/fleet/{worker}/drain', { params });
          await renew();
        }}
      >
        It takes jobs from the queue again.
      </ConfirmButton>
    );
  }
  return (
    <ConfirmButton
      label="Drain"
      look={{ small: true }}
      title={`Drain ${name}?`}
      verb="Drain it"
      act={async () => {
        await api.POST('/api/fleet/{worker}/drain', { params });
        await renew();
      }}
    >
      It finishes what it runs ({running.length}) and claims nothing more, until it is undrained.
    </ConfirmButton>
  );
}
