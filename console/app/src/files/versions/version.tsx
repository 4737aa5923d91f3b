/** One version in the list. */
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { Job } from '../../api/client';
import { Badge, StatusBadge } from '../../ui/badge';
import { buttonClass, LinkButton } from '../../ui/button';
import { Ago } from '../../ui/time';
import { zipOf } from '../actions';
import { firstLine } from '../prompt';
import { Fork } from './fork';
import { Restore } from './restore';
import css from './versions.module.css';

export function Version({ job, current }: { job: Job; current: boolean }) {
  const id = useId();
  return (
    <li className={css.version} data-current={current || undefined}>
      <div className={css.what}>
        <h2 id={id} title={job.prompt}>
          {firstLine(job.prompt)}
        </h2>
        <span className={css.facts}>
          {current && <Badge tone="info">current</Badge>}
          <StatusBadge status={job.status} />
          {job.status !== 'completed' && <Badge tone="failed">partial</Badge>}
          <Ago at={job.finishedAt ?? job.createdAt} />
        </span>
      </div>
      <div className={css.actions} role="group" aria-labelledby={id}>
        <Link
          from="/sessions/$sessionId"
          to="/sessions/$sessionId/files"
          search={{ job: job.id }}
          className={buttonClass({ small: true })}
        >
          Files
        </Link>
        <Link
          from="/sessions/$sessionId"
          to="/sessions/$sessionId/versions"
          search={(before) => ({
            ...(before.job !== undefined && { job: before.job }),
            compare: job.id,
          })}
          className={buttonClass({ small: true })}
        >
          Changes
        </Link>
        {!current && <Restore job={job} />}
        <Fork job={job} />
        <LinkButton small href={zipOf(job.id)} download="">
          Download
        </LinkButton>
      </div>
    </li>
  );
}
